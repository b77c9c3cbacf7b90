"""Advances with VAT: what they hold until a final invoice deducts them, whole and once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.engine.services.test_document_works import do, lines
from tests.unit.engine.services.test_settling import book, customer, fill, left, migrated
from tests.unit.engine.services.test_work import ANNA, C
from tests.unit.engine.services.test_work import preferences as nord

from reskontra.adapters.storage.books import SqlBooks
from reskontra.engine.documents.booking import release_step
from reskontra.engine.documents.entry import entry_of
from reskontra.engine.errors import ReskontraError
from reskontra.engine.ledger.records import DocumentVat, ExchangeRate
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.check import check
from reskontra.engine.services.corrections import plan_reversal
from reskontra.engine.services.drafts import completed, completed_again, enter
from reskontra.engine.services.reconcile import reconciliation
from reskontra.engine.services.undo import undo
from reskontra.engine.services.vat_report import vat_report
from reskontra.engine.services.work import Worked

__all__ = ["nord"]
DAY = "2026-11-20"


@pytest.fixture
def preferences(nord: Preferences) -> Preferences:
    """Those of the company whose books they are."""
    return replace(nord, company=replace(nord.company, id=C))


def entered(books: SqlBooks, p: Preferences, **said: Any) -> Worked:
    entry = entry_of({"kind": "invoice", "customer": "C1", "date": DAY, **said})
    with books.read() as reader:
        step = release_step("customer:1", completed(reader, entry, p), p)
    return book(books, "documents", [step], p)


def of(price: str, vat: str = "standard") -> list[dict[str, str]]:
    return [{"text": "Roof", "price": price, "vat": vat}]


def require_even(books: SqlBooks) -> None:
    assert check(books) == []
    with books.read() as reader:
        assert not any(row["difference"] for row in reconciliation(reader))
        assert not any(row["difference"] for row in reconciliation(reader, DAY))


def test_a_final_invoice_deducts_it_with_its_vat(books: SqlBooks, preferences: Preferences) -> None:
    """Beside an ordinary prepayment on the same account; at the rate that the advance charged."""
    fill(books, migrated(1, "prepayment", 70_00, account="2420"))
    two = [*of("1000"), *of("100", "reduced12")]
    advance = entered(books, preferences, lines=two, advance=True)
    assert lines(books, advance.run)[1:3] == [
        ("2420", -1000_00, -1000_00),
        ("2420", -100_00, -100_00),
    ]
    require_even(books)

    codes = tuple(replace(c, rate=2600) if c.id == "standard" else c for c in preferences.vat.codes)
    later = replace(preferences, vat=replace(preferences.vat, codes=codes))
    number = advance.documents[0].number
    whole = entered(books, preferences, lines=two, deducts=[number], date="2026-11-30")
    assert whole.documents[0].amount == 0
    assert [account for account, *_ in lines(books, whole.run)] == ["3001", "3001", "2420", "2420"]
    with books.read() as reader:
        assert not list(reader.records(DocumentVat, document_id=whole.documents[0].id))
        report = list(vat_report(reader, ["2026-11"], "SEK"))
        assert sum(row["vat"] for row in report) == 250_00 + 12_00
    require_even(books)

    with pytest.raises(ReskontraError, match=f"RK931 advance {number} is settled by"):
        entered(books, preferences, lines=of("5000"), deducts=[number])
    undo(books, whole.run, preferences=preferences, actor=ANNA)
    require_even(books)
    part = entered(books, later, lines=of("3000", "zero"), deducts=[number])
    assert part.documents[0].amount == 3000_00 - 1250_00 - 112_00
    require_even(books)
    undo(books, part.run, preferences=preferences, actor=ANNA)
    again = entered(books, preferences, lines=of("2000"), deducts=[number])
    do(books, "documents", preferences, plan_reversal, again.documents[0].number, DAY)
    require_even(books)
    undo(books, advance.run, preferences=preferences, actor=ANNA, cascade=True)
    assert left(books) == {1: 70_00}
    require_even(books)


def test_two_drafts_do_not_deduct_one_advance(
    sqlite_books: SqlBooks, preferences: Preferences
) -> None:
    fill(sqlite_books, migrated(1, "invoice", 70_00))
    entered(sqlite_books, preferences, lines=of("1000"), advance=True)
    final: dict[str, Any] = {"kind": "invoice", "customer": "C1", "date": DAY, "lines": of("3000")}
    finals = [entry_of(final | {"deducts": ["10001", "10001"]}) for _ in range(2)]
    made = enter(sqlite_books, finals, preferences=preferences, actor=ANNA)
    assert [one.draft.amount for one in made] == [2500_00, 2500_00], "once each"
    with sqlite_books.read() as reader:
        drafts = [one.draft for one in made]
        assert completed_again(reader, drafts[:1], preferences, "released")
        with pytest.raises(ReskontraError, match="RK931 draft:2: draft:1 deducts advance 10001"):
            completed_again(reader, drafts, preferences, "released")


def test_what_is_no_advance_is_refused(sqlite_books: SqlBooks, preferences: Preferences) -> None:
    fill(sqlite_books, migrated(1, "invoice", 70_00), customers=(customer(1), customer(2)))
    with sqlite_books.write() as writer:
        writer.append([ExchangeRate(C, 1, "spot", "EUR", "2026-01-01", "11.30", "anna", "")])
    entered(sqlite_books, preferences, lines=of("1000"), customer="C2", advance=True)
    for said, told in (
        ({"deducts": ["D1"]}, "RK931 customer C1 has no advance D1 in SEK"),
        ({"deducts": ["10001"]}, "RK931 customer C1 has no advance 10001"),
        ({"advance": True, "currency": "EUR"}, "RK931 an advance with VAT in EUR"),
        ({"advance": True, "kind": "debit_note"}, "RK802 the debit note has advance"),
        ({"advance": True, "lines": [{"text": "x", "price": "1", "account": "3001"}]}, "RK802"),
        ({"customer": "C2", "deducts": ["10001"]}, "RK802 the document comes to -500.00"),
    ):
        with pytest.raises(ReskontraError, match=told):
            entered(sqlite_books, preferences, **{"lines": of("600"), **said})
