"""SIE 4I: what is written is read back, the bytes are always the same, and every fault has its
line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reskontra.adapters.formats import sie
from reskontra.engine.errors import ReskontraError
from reskontra.engine.vouchers import Voucher, VoucherFile, VoucherLine

GOLDEN = Path(__file__).parents[4] / "golden" / "sie" / "transfer.si"
FILE = VoucherFile(
    company_name='Söner & "Måg" AB',
    org_number="556047-3521",
    currency="SEK",
    company="demo",
    made_on="2026-11-23",
    made_by="anna",
    vouchers=(
        Voucher(
            "2026-11-20", "J00000001 Glasfirma Tall AB 31015688",
            (VoucherLine("1930", 12_500_00, "syd"), VoucherLine("1510", -12_500_00, "syd")),
        ),
        Voucher(
            "2026-11-21", "J00000002 Łódź – Søn", (VoucherLine("1930", -5), VoucherLine("6570", 5))
        ),
        Voucher("2026-11-22", "J00000003", ()),
    ),
)  # fmt: skip
HEAD = "#FLAGGA 0\n#FORMAT PC8\n#SIETYP 4\n"


def faults(text: str) -> list[tuple[str, int]]:
    """Codes and lines of what is wrong with a file."""
    with pytest.raises(ReskontraError) as caught:
        sie.read(text.encode("cp437"), file="x.si")
    return [(p.code, p.place.line if p.place else 0) for p in caught.value.problems]


def test_bytes_are_the_golden_ones() -> None:
    data, warnings = sie.write(FILE)
    assert data == GOLDEN.read_bytes()
    assert [(w.code, w.severity) for w in warnings] == [("RK874", "warning")]
    assert "Łódź – Søn" in warnings[0].message
    assert "Lódz - Son" in warnings[0].message


def test_golden_is_read_back() -> None:
    read = sie.read(GOLDEN.read_bytes(), file="transfer.si")
    assert (read.company_name, read.org_number) == ("Söner & 'Måg' AB", "556047-3521")
    assert (read.company, read.currency, read.warnings) == ("demo", "SEK", ())
    first, second, third = read.vouchers
    assert first == FILE.vouchers[0]
    assert second == FILE.vouchers[1]._replace(text="J00000002 Lódz - Son")
    assert third == FILE.vouchers[2]


LINES = st.lists(
    st.builds(
        VoucherLine,
        st.sampled_from(["1510", "1930", "3740"]),
        st.integers(-(10**12), 10**12),
        st.sampled_from(["", "syd", "Västra 2"]),
    ),
    max_size=4,
).map(lambda rows: (*rows, VoucherLine("2990", -sum(row.amount for row in rows))))
VOUCHERS = st.builds(
    Voucher,
    st.dates().map(str),
    st.text().map(lambda text: " ".join(f"J1 {text}".split())),
    LINES,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(VOUCHERS, max_size=5), st.sampled_from(["SEK", "ISK"]))
def test_what_is_written_is_read_back(vouchers: list[Voucher], currency: str) -> None:
    written, _ = sie.write(VoucherFile("Å", "", currency, tuple(vouchers), made_on="2026-11-23"))
    read = sie.read(written, file="x.si")
    assert [(v.date, v.number, v.lines) for v in read.vouchers] == [
        (v.date, "J1", v.lines) for v in vouchers
    ]
    again, warnings = sie.write(VoucherFile("Å", "", currency, read.vouchers, made_on="2026-11-23"))
    assert (again, warnings) == (written, ())


def test_every_changed_byte_is_noticed() -> None:
    good = GOLDEN.read_bytes()
    for was, became in (
        (b"12500.00", b"12500.01"),
        (b"Glasfirma", b"Glasfarma"),
        (b"20261122", b"20261123"),
    ):
        with pytest.raises(ReskontraError) as caught:
            sie.read(good.replace(was, became, 1), file="x.si")
        assert "RK873" in [problem.code for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#FORMAT PC8\n", [("RK871", 0), ("RK871", 0)]),
        ("#FLAGGA 0\n#SIETYP 2\n", [("RK871", 2)]),
        (HEAD + '#FNAMN "cut\n', [("RK870", 4)]),
        (HEAD + '#VER A 1 20261301 "x"\n{\n}\n', [("RK870", 4)]),
        (HEAD + "#VER A 1\n{\n}\n", [("RK870", 4)]),
        (
            HEAD + "#VER A 1 20261101\n{\n#TRANS 1510 {} 1,00\n#TRANS 1510\n}\n",
            [("RK870", 6), ("RK870", 7)],
        ),
        (HEAD + "#VER A 1 20261101\n{\n#TRANS 1510 {} 1.00\n}\n", [("RK872", 4)]),
        (HEAD + "#TRANS 1510 {} 0\n}\n", [("RK872", 4), ("RK872", 5)]),
        (HEAD + "#VER A 1 20261101\n#TRANS 1510 {} 0\n}\n", [("RK872", 5)]),
        (HEAD + "#VER A 1 20261101\n{\n#VER A 2 20261101\n{\n}\n", [("RK872", 4)]),
        (HEAD + "#VER A 1 20261101\n{\n", [("RK872", 4)]),
        (HEAD + "#KSUMMA\n#GEN 20261101\n#KSUMMA 123456789\n", [("RK873", 6)]),
        (" \n", [("RK500", 0)]),
    ],
)  # fmt: skip
def test_faults(text: str, expected: list[tuple[str, int]]) -> None:
    assert faults(text) == expected


def test_other_programs_write_otherwise() -> None:
    """Tabs, bare words, struck and added rows, whole amounts, UTF-8, lower case, no checksum."""
    text = (
        '#flagga\t0\n#SIETYP 4\n\n#OKÄND {a b} 1\n#VER "" 0 20110824 Löner 20110825\n{\n'
        "  #TRANS 1510 {1 Syd 6 P1} 1063 20110824\n  #BTRANS 1930 {} 5\n  #RTRANS 3010 {} -1063\n"
        "  #TRANS 3010 {} -1063\n}\n"
    )
    read = sie.read(text.encode(), file="x.se")
    assert [w.code for w in read.warnings] == ["RK874"]
    assert read.vouchers == (
        Voucher(
            "2011-08-24", "Löner",
            (VoucherLine("1510", 106_300, "Syd"), VoucherLine("3010", -106_300)),
        ),
    )  # fmt: skip
