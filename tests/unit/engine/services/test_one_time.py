"""A one-time customer: inactive once settled, and one again when that is taken back."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.engine.services.test_drafts import (
    codes,
    customer,
    entry,
    ours,
    planned,
    release,
    saved,
)
from tests.unit.engine.services.test_work import ANNA, payment, preferences
from tests.unit.engine.services.test_work import book as booked

from reskontra.adapters.storage.books import SqlBooks
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.customer_view import Filter, list_customers, view
from reskontra.engine.services.undo import undo

__all__ = ["ours", "preferences"]


def status(books: SqlBooks, ours: Preferences) -> str:
    with books.read() as reader:
        (row,) = list_customers(reader, Filter(), ours.customers)
        shown = view(reader, "1042", ours.customers)
    assert shown.customer.status == shown.whole["status"] == row["status"]
    return str(row["status"])


def test_settled_it_gets_nothing_new(books: SqlBooks, ours: Preferences) -> None:
    customer(books, status="one_time")
    sold, later = (draft.id for draft in saved(books, ours, entry(), entry()))
    assert status(books, ours) == "one_time", "nothing was sold yet"
    first = release(books, ours, sold)
    half = booked(books, ours, payment(2_000_00, pays=1, of=2_000_00))
    assert status(books, ours) == "one_time", "something is left"
    whole = booked(books, ours, payment(2_688_00, pays=1, of=2_688_00))
    assert status(books, ours) == "inactive"
    assert codes(lambda: saved(books, ours, entry())) == ["RK806"]
    assert codes(lambda: planned(books, ours, later)) == ["RK806"]

    undo(books, whole.run, preferences=ours, actor=ANNA)
    assert status(books, ours) == "one_time"
    undo(books, half.run, preferences=ours, actor=ANNA)
    undo(books, first.run, preferences=ours, actor=replace(ANNA, reason="wrong"))
    assert status(books, ours) == "one_time", "what was taken back was never sold"
    assert planned(books, ours, later).steps
