"""What is composed is read back: payments, references, payers, in every shape of file."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.bgmax_files import Extra, Paid, data, records, section

from reskontra.adapters.formats import bgmax

WORDS = st.text("ABCÅÄÖéabcåäöü .-/&", max_size=35).map(lambda text: " ".join(text.split()))
DIGITS = st.text("0123456789", max_size=25)
MONEY = st.integers(0, 10**12)
EXTRAS = st.builds(
    Extra, DIGITS.filter(bool), MONEY, st.sampled_from("0235"), st.booleans()
)  # fmt: skip
PAYMENTS = st.builds(
    Paid,
    amount=MONEY,
    reference=DIGITS,
    code=st.sampled_from("2345"),
    bankgiro=st.sampled_from(["0", "3783511", "97012333"]),
    channel=st.sampled_from("1234"),
    serial=st.integers(1, 10**12 - 1),
    deduction=st.sampled_from(["", "", "0", "1", "2"]),
    extras=st.lists(EXTRAS, max_size=3).map(tuple),
    texts=st.lists(WORDS.filter(bool), max_size=2).map(tuple),
    name=WORDS,
    street=WORDS,
    town=WORDS,
    org_number=st.sampled_from(["", "005560000000", "5560000000"]),
)
DEPOSITS = st.lists(PAYMENTS, max_size=4).filter(lambda paid: sum(p.signed for p in paid) >= 0)
"""The format has no sign for the sum of a deposit."""
SHAPES = st.sampled_from(
    [
        {"end": "\r\n"}, {"end": "\n"}, {"end": ""}, {"encoding": "utf-8"},
        {"end": "", "encoding": "utf-8"},
    ]
)  # fmt: skip


@given(st.lists(DEPOSITS, max_size=3), SHAPES)
def test_reading_gives_what_was_composed(deposits: list[list[Paid]], shape: dict[str, str]) -> None:
    sections = [section(*paid, deposit=n) for n, paid in enumerate(deposits, start=1)]
    file = bgmax.read(data(records(*sections), **shape), file="bg.txt")
    assert len(file.statements) == len(deposits)
    for statement, composed in zip(file.statements, deposits, strict=True):
        assert statement.bank_total == sum(paid.signed for paid in composed)
        for line, paid in zip(statement.transactions, composed, strict=True):
            assert line.amount == paid.signed
            assert line.bank_reference == f"{paid.serial:012}"
            assert (line.counterparty.name, line.text) == (paid.name, paid.texts)
            assert line.counterparty.org_number == paid.org_number[-10:]
            own = [] if paid.code == "3" and paid.reference in _extra(paid) else [paid.reference]
            values = [reference.value for reference in line.references]
            assert values == [*filter(None, own), *_extra(paid)]
            sign = -1 if paid.deduction else 1
            parts = [r.amount for r in line.references[len(values) - len(paid.extras) :]]
            assert parts == [
                sign * (-e.amount if e.minus else e.amount) or None for e in paid.extras
            ]


def _extra(paid: Paid) -> list[str]:
    return [extra.reference for extra in paid.extras]
