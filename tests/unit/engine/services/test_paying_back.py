"""A credit that is paid back, in the currency of the books and in another; and what cannot be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.engine.services.test_document_works import EUR, do, lines, require_right
from tests.unit.engine.services.test_settling import customer, fill, left, migrated
from tests.unit.engine.services.test_work import ANNA, C
from tests.unit.engine.services.test_work import preferences as nord

from reskontra.adapters.storage.books import SqlBooks
from reskontra.engine.errors import ReskontraError
from reskontra.engine.ledger.records import ExchangeRate
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.corrections import plan_void
from reskontra.engine.services.paying_back import PayBack, plan_refund
from reskontra.engine.services.undo import undo

__all__ = ["nord"]
DAY = "2026-11-25"


@pytest.fixture
def preferences(nord: Preferences) -> Preferences:
    """Those of the company whose books they are."""
    return replace(nord, company=replace(nord.company, id=C))


def test_it_uses_up_the_credit_and_leaves_the_account_that_carries_it(
    books: SqlBooks, preferences: Preferences
) -> None:
    fill(
        books, migrated(1, "prepayment", 100_00, account="2420"), migrated(2, "credit_note", 40_00),
        migrated(3, "payment", 1_000_00, base_amount=11_000_00, **EUR),
    )  # fmt: skip
    with books.write() as writer:
        writer.append([ExchangeRate(C, 1, "spot", "EUR", DAY, "11.30", "anna", "")])
    before = left(books)
    paid = do(books, "documents", preferences, plan_refund, PayBack("D1", "60.00", DAY))
    assert lines(books, paid.run) == [("2420", 60_00, 60_00), ("1930", -60_00, -60_00)]
    rest = do(books, "documents", preferences, plan_refund, PayBack("D1", on=DAY))
    note = do(books, "documents", preferences, plan_refund, PayBack("D2", on=DAY))
    assert lines(books, note.run)[0] == ("1510", 40_00, 40_00)
    foreign = PayBack("D3", "400.00", DAY, cash_account="main")
    dear = do(books, "documents", preferences, plan_refund, foreign)
    assert lines(books, dear.run)[-1] == (preferences.accounts.account("fx_loss"), 0, 120_00)
    assert left(books) == {3: 600_00}
    require_right(books)
    do(books, "voids", preferences, plan_void, rest.documents[0].number, DAY)
    for run in (dear.run, note.run, paid.run):
        undo(books, run, preferences=preferences, actor=ANNA)
    assert left(books) == before
    require_right(books)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (PayBack("D9"), "RK815"),
        (PayBack("D1"), "RK816 invoice D1 is no credit"),
        (PayBack("D2"), "RK816 payment D2 is no credit of a customer"),
        (PayBack("D3", "10.01"), "RK817 10.01 cannot be paid back: payment D3 has 10.00"),
        (PayBack("D3", on="2026-08-01"), "RK816"),
        (PayBack("D3", cash_account="kassa"), "RK801"),
    ],
)
def test_what_cannot_be_paid_back_is_refused(
    sqlite_books: SqlBooks, preferences: Preferences, wanted: PayBack, said: str
) -> None:
    nobody: dict[str, Any] = {"customer_id": None, "account": "2990"}
    fill(
        sqlite_books, migrated(1, "invoice", 10_00), migrated(2, "payment", 5_00, **nobody),
        migrated(3, "payment", 10_00), customers=(customer(1),),
    )  # fmt: skip
    with sqlite_books.read() as reader, pytest.raises(ReskontraError, match=said):
        plan_refund(reader, wanted, preferences)
