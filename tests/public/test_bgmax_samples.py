"""Published BgMax files: what their sources say about them, and what only we read out of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reskontra.adapters.formats import bgmax
from reskontra.engine.bank_file import BankFile
from reskontra.engine.errors import ReskontraError

SHARED = Path(os.environ.get("RESKONTRA_SHARED") or Path(__file__).resolve().parents[3] / "shared")
SAMPLES = SHARED / "samples" / "bgmax"

pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="no public samples (set RESKONTRA_SHARED)"
)

ACCEPTED = {
    "BgMaxfil4.txt": (
        [("SEK", 370000, 2), ("SEK", 200000, 1), ("SEK", 290000, 4), ("EUR", 400000, 2)],
        ["RK563", "RK600"],
    ),
    "minimal.txt": ([("SEK", 110000, 1)], ["RK600"]),
    "bgc_ocr_checksiffra_langd_utf8.txt": ([("SEK", 190000, 3), ("SEK", 800000, 4)], ["RK600"]),
}
REJECTED = {
    "bad_BgMaxfil4_broken_counts.txt": {("RK560", 67)},
    "bad_not_bgmax_at_all.pdf": {("RK545", 1)},
    "bgc_ocr_checksiffra_langd_diapraxas.txt": {("RK554", 17)},
    "bgc_ocr_checksiffra_langd_latin1.txt": {("RK554", 17)},
    "valid_transaction_codes.txt": {
        ("RK550", 4), ("RK550", 5), *(("RK557", line) for line in (2, 3, 4, 5, 11)),
    },
}  # fmt: skip


def read(name: str) -> BankFile:
    return bgmax.read((SAMPLES / name).read_bytes(), file=name)


def test_every_sample_has_an_expectation() -> None:
    found = {path.name for path in SAMPLES.iterdir() if path.suffix != ".json"}
    assert found == {*ACCEPTED, *REJECTED}


@pytest.mark.parametrize("name", sorted(ACCEPTED))
def test_accepted(name: str) -> None:
    deposits, warnings = ACCEPTED[name]
    file = read(name)
    assert [(s.currency, s.bank_total, len(s.transactions)) for s in file.statements] == deposits
    assert [problem.code for problem in file.warnings] == warnings
    assert file.message_id == "20040525173035010331"
    for statement in file.statements:
        assert sum(line.amount for line in statement.transactions) == statement.bank_total


@pytest.mark.parametrize("name", sorted(REJECTED))
def test_rejected(name: str) -> None:
    with pytest.raises(ReskontraError) as caught:
        read(name)
    errors = {(p.code, p.place.line) for p in caught.value.problems if p.is_error and p.place}
    assert {error for error in errors if error[1]} == REJECTED[name]


def test_the_broken_counts_say_both_numbers_and_the_damage() -> None:
    with pytest.raises(ReskontraError) as caught:
        read("bad_BgMaxfil4_broken_counts.txt")
    messages = {problem.message for problem in caught.value.problems}
    assert "the end record states 8 payments (20), the file holds 9" in messages
    assert "the end record states 5 sections (15), the file holds 4" in messages
    assert any(p.code == "RK505" and not p.is_error for p in caught.value.problems)


def test_payments_of_the_public_example() -> None:
    lines = [line for s in read("BgMaxfil4.txt").statements for line in s.transactions]
    values = [[reference.value for reference in line.references] for line in lines]
    assert set(values[0]) == {"665869", "657775", "665661", "665760"}
    assert (lines[1].amount, values[1]) == (190000, ["524967"])
    payer = lines[1].counterparty
    assert (payer.name, payer.address) == ("Olles färg AB", "Lillagatan 3, 12345 Storåker")
    assert payer.account is not None
    assert payer.account.number == "97012333"
    assert (lines[5].amount, values[5], lines[5].bank_reference) == (
        50000, ["535765"], "000000000023",
    )  # fmt: skip
    assert lines[5].booking_date.isoformat() == "2004-05-25"
    parts = [(r.value, r.amount, r.bank_verdict) for r in lines[6].references]
    assert parts == [
        ("7495575", 100000, "valid"),
        ("695668", 50000, "valid"),
        ("8988777", 40000, "invalid"),
        ("74450", -50000, "valid"),
    ]


def test_the_repaired_record_is_worth_nothing() -> None:
    file = read("bgc_ocr_checksiffra_langd_utf8.txt")
    lines = file.statements[0].transactions
    assert [line.amount for line in lines] == [100000, -50000, 140000]
    repaired = next(r for r in lines[2].references if r.value == "657965")
    assert repaired.amount is None
