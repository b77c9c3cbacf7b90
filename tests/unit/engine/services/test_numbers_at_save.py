"""Series that number a draft as soon as it is saved: nothing is lost, every number is explained."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.engine.services.test_drafts import (
    codes,
    customer,
    entry,
    ours,
    planned,
    preferences,
    release,
    rows,
    saved,
)
from tests.unit.engine.services.test_work import ANNA

from reskontra.adapters.storage.books import SqlBooks
from reskontra.engine.ledger.records import Document, Draft, SeriesCounter
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.audit_reports import series_rows
from reskontra.engine.services.check import check
from reskontra.engine.services.drafts import edit, enter, set_status
from reskontra.engine.services.undo import undo

__all__ = ["ours", "preferences"]


@pytest.fixture
def at_save(ours: Preferences) -> Preferences:
    """Preferences whose documents are numbered when they are saved, up to 10004."""
    return documents(ours, number_at="save", end="10004")


def documents(on: Preferences, *, number_at: str, end: str) -> Preferences:
    series = tuple(
        replace(
            one, number_at=number_at, rows=tuple(replace(row, end_number=end) for row in one.rows)
        )
        if one.id == "documents"
        else one
        for one in on.numbering.series
    )
    return replace(on, numbering=replace(on.numbering, series=series))


def test_a_number_from_draft_to_void(books: SqlBooks, at_save: Preferences) -> None:
    customer(books)
    enter(books, [entry()], preferences=at_save, actor=ANNA, preview=True)
    first, second, debit, money = saved(
        books, at_save, entry(), entry(), entry(kind="debit_note"),
        entry(kind="payment", lines=(), amount="5.00"),
    )  # fmt: skip
    numbers = [one.number for one in (first, second, debit, money)]
    assert numbers == ["10001", "10002", "10003", ""], "a preview takes none"
    assert check(books) == [], "numbers of drafts are in use"

    changed = edit(books, 2, {"terms": "net10"}, preferences=at_save, actor=ANNA)
    assert changed.draft.number == "10002"
    to_money = {"kind": "payment", "lines": [], "amount": "5.00", "terms": ""}
    assert codes(lambda: edit(books, 2, to_money, preferences=at_save, actor=ANNA)) == ["RK935"]
    for drafts, status in (([1, 4], "discarded"), ([4, 1], "voided")):
        assert codes(
            lambda d=drafts, s=status: set_status(  # type: ignore[misc]
                books, d, s, preferences=at_save, actor=ANNA
            )
        ) == ["RK934"]
    set_status(books, [1], "voided", preferences=at_save, actor=replace(ANNA, reason="twice"))
    assert codes(lambda: planned(books, at_save, 1)) == ["RK808"]
    assert check(books) == [], "a voided draft keeps its number"

    # The later number is released first, and the series says something else by then.
    later = documents(at_save, number_at="release", end="20000")
    worked = release(books, later, 3, 2)
    assert [one.number for one in worked.documents] == ["10003", "10002"]
    assert check(books) == []
    with books.read() as reader:
        (row,) = (row for row in series_rows(reader) if row["of"] == "document")
        assert (row["used"], row["taken"], row["unbroken"]) == (3, 3, True)
        assert (row["last"], row["voided"]) == ("10003", "10001 (twice)")
    assert [row["number"] for row in rows(books, status="voided")] == ["draft:1 10001"]

    undo(books, worked.run, preferences=later, actor=ANNA)
    assert check(books) == []
    with books.read() as reader:
        numbers = [one.number for one in reader.records(Document)]
    assert numbers == ["10003", "10002", "10004", "10005"], "corrected under numbers of their own"


def test_an_exhausted_series_saves_nothing(books: SqlBooks, at_save: Preferences) -> None:
    customer(books)
    saved(books, at_save, entry(), entry())
    assert codes(lambda: saved(books, at_save, *[entry()] * 3)) == ["RK741"]
    with books.read() as reader:
        assert [one.number for one in reader.records(Draft)] == ["10001", "10002"]
        (counter,) = reader.records(SeriesCounter)
        assert (counter.last_number, counter.taken) == ("10002", 2)


def test_a_draft_saved_before_is_numbered_at_release(
    books: SqlBooks, ours: Preferences, at_save: Preferences
) -> None:
    customer(books)
    saved(books, ours, entry())
    saved(books, at_save, entry())
    worked = release(books, at_save, 1, 2)
    assert [one.number for one in worked.documents] == ["10002", "10001"]
    assert check(books) == []
