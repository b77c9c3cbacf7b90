"""What holds for every document, whatever its lines, kind, currency and rate are."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.engine.documents.test_completing import ROOF, ground, preferences

from reskontra.engine.documents.booking import release_step
from reskontra.engine.documents.completing import complete
from reskontra.engine.documents.entry import CLAIMS, PAID_BY, Entry, entry_of
from reskontra.engine.ledger.balance import sign
from reskontra.engine.ledger.works import PlannedStep
from reskontra.engine.preferences import Preferences

__all__ = ["preferences"]

LINES = st.lists(
    st.fixed_dictionaries(
        {
            "text": st.just("Nails"),
            "quantity": st.decimals("-3", "40", places=3),
            "price": st.decimals("0", "900", places=3),
            "vat": st.sampled_from(("standard", "reduced12", "reduced6", "zero")),
        }
    ),
    max_size=6,
).map(lambda lines: [*lines, ROOF | {"quantity": 200}])
"""Lines of any kind, and one that keeps the document above nothing."""
RATES = st.decimals("0.001", "400", places=5)


def entry(kind: str, lines: list[dict[str, object]], currency: str, rate: Decimal) -> Entry:
    data = {"kind": kind, "customer": 1042, "date": "2026-11-20", "lines": lines,
            "currency": currency, "rate": rate}  # fmt: skip
    return entry_of(data | ({"corrects": [10377]} if kind == "credit_note" else {}))


def step_of(made: Entry, preferences: Preferences) -> PlannedStep:
    found, problems = complete(made, ground(preferences))
    if found is None:
        pytest.fail(str(problems))
    assert found.totals.net + found.totals.vat + found.totals.rounding == found.totals.amount
    assert found.totals.net == sum(line.net for line in found.lines)
    assert found.totals.vat == sum(one.vat for one in found.totals.vats)
    return release_step("draft:1", found, preferences)


@given(
    kind=st.sampled_from((*CLAIMS, *PAID_BY)),
    lines=LINES,
    currency=st.sampled_from(("SEK", "EUR", "JPY")),
    rate=RATES,
)
@settings(max_examples=60, deadline=None)
def test_every_voucher_balances_in_currency_and_base(
    kind: str, lines: list[dict[str, object]], currency: str, rate: Decimal,
    preferences: Preferences,
) -> None:  # fmt: skip
    if kind in PAID_BY:
        currency = "SEK"  # the only cash account is in SEK
    step = step_of(entry(kind, lines, currency, rate), preferences)
    for voucher in step.vouchers:
        assert sum(line.amount for line in voucher.lines) == 0
        assert sum(line.base_amount for line in voucher.lines) == 0
        assert {line.currency for line in voucher.lines} == {currency}
    made = {-number: new.document for number, new in enumerate(step.documents, 1)}
    for number, document in made.items():
        moved = sum(
            line.base_amount for voucher in step.vouchers for line in voucher.lines
            if (line.document_id, line.account) == (number, document.account)
        )  # fmt: skip
        assert moved == sign(document.kind) * document.base_amount, "the control account follows"


@given(lines=LINES)
@settings(max_examples=30, deadline=None)
def test_a_credit_note_mirrors_the_invoice_of_its_lines(
    lines: list[dict[str, object]], preferences: Preferences
) -> None:
    def moves(kind: str) -> list[tuple[str, int, int]]:
        (voucher,) = step_of(entry(kind, lines, "SEK", Decimal(1)), preferences).vouchers
        return [(line.account, line.amount, line.base_amount) for line in voucher.lines]

    assert moves("credit_note") == [(a, -amount, -base) for a, amount, base in moves("invoice")]
