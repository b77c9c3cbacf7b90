"""Cash discounts and the VAT of what is given up, against the published vectors."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.published import rows

from reskontra.engine.documents.discounts import Offer, offered, taken
from reskontra.engine.documents.terms import discount_date
from reskontra.engine.documents.vat_shares import Taxed, parts_of, split
from reskontra.engine.ledger.document_records import DocumentDetail, DocumentVat
from reskontra.engine.money import parse_amount
from reskontra.engine.preferences.terms import Discount


def minor(text: str) -> int:
    """An amount, or a percentage: both have two decimals."""
    return parse_amount(text, "SEK")


def test_cash_discounts_are_those_of_the_vectors() -> None:
    for row in rows("cash_discount"):
        discount = Discount(minor(row["discount_percent"]), int(row["discount_days"]), {})
        gross, start = minor(row["gross"]), date.fromisoformat(row["invoice_date"])
        assert offered(gross, discount) == minor(row["max_discount"]), row["id"]
        last = discount_date(discount, start).isoformat()
        offer = Offer(offered(gross, discount), last, minor(row["tolerance"]))
        found = taken(gross, minor(row["paid"]), offer, row["payment_date"])
        (part,) = split(found.discount, [Taxed("", minor(row["vat_rate"]), gross)])
        told = (found.outcome, found.discount, part.net, part.vat, found.open_after)
        columns = ("deducted", "discount_net", "discount_vat", "open_after")
        assert told == (row["outcome"], *(minor(row[name]) for name in columns)), row["id"]


@pytest.mark.parametrize(
    ("paid", "day", "outcome", "left"),
    [
        (98_00, "2026-11-11", "accepted", 0),
        (98_00, "2026-11-12", "late", 2_00),
        (97_50, "2026-11-11", "accepted", 0),
        (97_49, "2026-11-11", "too_short", 2_51),
        (100_00, "2026-12-24", "none", 0),
        (120_00, "2026-11-11", "none", 0),
    ],
)
def test_the_last_day_and_the_last_cent(paid: int, day: str, outcome: str, left: int) -> None:
    found = taken(100_00, paid, Offer(2_00, "2026-11-11", 50), day)
    assert (found.outcome, found.open_after) == (outcome, left)


def test_without_an_offer_the_tolerance_grants_nothing() -> None:
    assert taken(100_00, 99_90, Offer(0, "", 50), "2026-11-11").outcome == "too_short"


def test_vat_of_a_credit_loss_is_that_of_the_vectors() -> None:
    for row in rows("bad_debt_vat"):
        gross = minor(row["gross_loss"])
        (part,) = split(gross, [Taxed("", minor(row["vat_rate"]), gross)])
        assert (part.vat, part.net) == (minor(row["vat_recovered"]), minor(row["net_loss"]))


def test_what_carries_no_vat_keeps_its_share() -> None:
    """Goods of 1 000 at 25 %, books of 500 at 6 %, interest of 220, and 0.40 of rounding."""
    detail = DocumentDetail(
        "A", 0, 0, "", "", "", "", "", "", "", True, 1720_00, 280_00, 40
    )  # fmt: skip
    vat = [
        DocumentVat("A", 0, 0, "high", "25", 1000_00, 250_00, "2611"),
        DocumentVat("A", 0, 0, "low", "6.00", 500_00, 30_00, "2631"),
    ]
    parts = parts_of(detail, vat)
    assert parts == [
        Taxed("high", 2500, 1250_00, "2611"), Taxed("low", 600, 530_00, "2631"),
        Taxed("", 0, 220_00),
    ]  # fmt: skip
    told = [(part.gross, part.vat, part.account) for part in split(40_00, parts)]
    assert told == [(25_00, 5_00, "2611"), (10_60, 60, "2631"), (4_40, 0, "")]
    assert split(40_00, []) == [Taxed("", 0, 40_00)]


@given(
    st.integers(0, 10**9),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 10**9)), max_size=5),
)
def test_nothing_is_lost_by_splitting(amount: int, document: list[tuple[int, int]]) -> None:
    parts = split(amount, [Taxed(str(n), *one) for n, one in enumerate(document)])
    assert sum(part.net + part.vat for part in parts) == amount
