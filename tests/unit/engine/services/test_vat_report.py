"""Output VAT of periods follows documents, discounts and losses, and comes to the journal."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.engine.services.test_credit_loss import PROVED, with_vat
from tests.unit.engine.services.test_settling import C, book, customer, fill, migrated
from tests.unit.engine.services.test_work import ANNA, invoice, preferences
from tests.unit.engine.services.test_work import book as book_documents

from reskontra.adapters.storage.books import SqlBooks
from reskontra.engine.ledger.records import Document
from reskontra.engine.ledger.works import Move, PlannedStep, voucher
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.apply_payments import Wanted, plan_applications
from reskontra.engine.services.check import check
from reskontra.engine.services.credit_loss import Loss, plan_credit_loss
from reskontra.engine.services.undo import undo
from reskontra.engine.services.vat_report import vat_report

__all__ = ["preferences"]
Row = tuple[str, str, str, int, int]


def told(books: SqlBooks, *periods: str) -> list[Row]:
    with books.read() as reader:
        rows = list(vat_report(reader, periods, "SEK"))
    assert {row["currency"] for row in rows} <= {"SEK"}
    return [(r["account"], r["code"], r["source"], r["net"], r["vat"]) for r in rows]


def test_every_source_stands_in_its_month(books: SqlBooks, preferences: Preferences) -> None:
    """An invoice of 1 250 with 250 VAT in November, with 2 % off until the 21st; a second one is
    lost in December; a correction by hand on the VAT account is told apart.
    """
    fill(books, migrated(1, "payment", 1_225_00, document_date="2026-11-20"))
    step = invoice()
    plain = step.documents[0]
    offering = plain.document._replace(discount_date="2026-11-21", discount_amount=25_00)
    new = replace(plain, document=offering)
    book_documents(books, preferences, replace(step, documents=(new,)), step)
    assert told(books, "2026-11") == [("2611", "25", "invoice", 2_000_00, 500_00)]

    with books.read() as reader:
        wanted = Wanted("2026-11-20")
        steps = plan_applications(reader, wanted, preferences, str)
    settled = book(books, "applications", steps, preferences)
    discount = ("2611", "25", "cash_discount", -20_00, -5_00)
    sold = ("2611", "25", "invoice", 2_000_00, 500_00)
    assert told(books, "2026-11") == [discount, sold]

    with books.read() as reader:
        left = next(iter(reader.records(Document, number="10002")))
        loss = plan_credit_loss(reader, Loss(left, "2026-12-10", evidence=PROVED), preferences)
    lost = book(books, "credit_losses", loss, preferences)
    gone = ("2611", "25", "credit_loss", -1_000_00, -250_00)
    assert told(books, "2026-12") == [gone]
    assert told(books, "2026-11", "2026-12") == [discount, gone, sold]

    moves = [Move("2611", "vat_out", 7, 7), Move("3740", "rounding", -7, -7)]
    by_hand = voucher(C, on="2026-12-31", text="Correction", currency="SEK", moves=moves)
    step = PlannedStep("account:2611", "by hand", vouchers=(by_hand,))
    book(books, "documents", [step], preferences)
    assert told(books, "2026-12") == [("2611", "", "other_vouchers", 0, -7), gone]

    for run in (lost.run, settled.run):
        undo(books, run, preferences=preferences, actor=ANNA)
    assert told(books, "2026-11") == [sold]
    assert told(books, "2026-12") == [("2611", "", "other_vouchers", 0, -7)]
    assert check(books) == []


def test_what_was_reported_elsewhere_is_not_told_again(
    sqlite_books: SqlBooks, preferences: Preferences
) -> None:
    fill(sqlite_books, migrated(1, "invoice", 125_00))
    with_vat(sqlite_books, 1, ("standard", "25", 100_00, 25_00, "2611"))
    assert told(sqlite_books, "2026-09") == []


def test_vat_is_told_in_base_currency(sqlite_books: SqlBooks, preferences: Preferences) -> None:
    euros = migrated(1, "invoice", 125_00, base_amount=1_400_00, currency="EUR")
    fill(sqlite_books, euros, customers=(customer(1),))
    with sqlite_books.read() as reader:
        loss = Loss(euros, "2026-12-10", evidence=PROVED, vat_code="standard")
        steps = plan_credit_loss(reader, loss, preferences)
    book(sqlite_books, "credit_losses", steps, preferences)
    assert told(sqlite_books, "2026-12") == [
        ("2611", "standard", "credit_loss", -1_120_00, -280_00)
    ]
