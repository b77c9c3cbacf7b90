"""Confirmed credit losses: what they book, and whose VAT comes back."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.engine.services.test_settling import ON, C, book, customer, fill, left, migrated
from tests.unit.engine.services.test_work import ANNA, preferences

from reskontra.adapters.storage.books import SqlBooks
from reskontra.engine.errors import ReskontraError
from reskontra.engine.ledger.records import DocumentDetail, DocumentVat, JournalLine
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.audit_reports import overrides
from reskontra.engine.services.check import check
from reskontra.engine.services.corrections import plan_void
from reskontra.engine.services.credit_loss import Loss, plan_credit_loss
from reskontra.engine.services.undo import undo
from reskontra.engine.services.vat_report import vat_report

__all__ = ["preferences"]
PROVED = "bankruptcy K 1234-26"


def lose(books: SqlBooks, preferences: Preferences, loss: Loss) -> list[tuple[str, int, int]]:
    """Book the loss; accounts with amounts in the document's and in base currency."""
    with books.read() as reader:
        before = reader.last_id(JournalLine)
        steps = plan_credit_loss(reader, loss, preferences)
    book(books, "credit_losses", steps, preferences)
    with books.read() as reader:
        lines = [line for line in reader.records(JournalLine) if line.id > before]
    return [(line.account, line.amount, line.base_amount) for line in lines]


def with_vat(books: SqlBooks, document: int, *vat: tuple[str, str, int, int, str]) -> None:
    """Let a document tell its VAT: code, percent, net, VAT, account."""
    net, tax = sum(row[2] for row in vat), sum(row[3] for row in vat)
    detail = DocumentDetail(C, 1, document, "", "", "30", "", "", "", "", True, net, tax, 0)
    with books.write() as writer:
        writer.append([detail])
        writer.append([DocumentVat(C, n, document, *row) for n, row in enumerate(vat, 1)])


def test_a_proved_loss_gives_its_vat_back(books: SqlBooks, preferences: Preferences) -> None:
    """E18: 4 500 with 25 % VAT of an imported invoice."""
    invoice = migrated(1, "invoice", 4_500_00)
    fill(books, invoice)
    lines = lose(books, preferences, Loss(invoice, ON, evidence=PROVED, vat_code="standard"))
    assert lines == [
        ("6351", 3_600_00, 3_600_00), ("2611", 900_00, 900_00), ("1510", -4_500_00, -4_500_00),
    ]  # fmt: skip
    assert left(books) == {}
    with books.read() as reader:
        rows = [row[3:] for row in reader.records(DocumentVat)]
        assert [row["what"] for row in overrides(reader)] == ["credit loss"]
    assert rows == [("standard", "25", 3_600_00, 900_00, "2611")]
    assert check(books) == []
    undo(books, 1, preferences=preferences, actor=ANNA)
    assert left(books) == {1: 4_500_00}
    assert check(books) == []


def test_a_loss_is_voided_however_large_it_was(books: SqlBooks, preferences: Preferences) -> None:
    invoice = migrated(1, "invoice", 4_500_00)
    fill(books, invoice, customers=(customer(1, write_off=False),))
    lose(books, preferences, Loss(invoice, ON, evidence=PROVED, vat_code="standard"))
    with books.read() as reader:
        step = plan_void(reader, "W0000001", ON, preferences)
    book(books, "voids", [step], preferences)
    assert left(books) == {1: 4_500_00}
    with books.read() as reader:
        assert list(vat_report(reader, [ON[:7]], "SEK")) == []
    assert check(books) == []


def test_what_is_not_proved_is_a_cost_in_full(
    sqlite_books: SqlBooks, preferences: Preferences
) -> None:
    invoice = migrated(1, "invoice", 4_500_00)
    fill(sqlite_books, invoice)
    lines = lose(sqlite_books, preferences, Loss(invoice, ON, 1_000_00))
    assert lines == [("6351", 1_000_00, 1_000_00), ("1510", -1_000_00, -1_000_00)]
    assert left(sqlite_books) == {1: 3_500_00}


def test_vat_is_split_by_the_codes_of_the_document_in_either_currency(
    books: SqlBooks, preferences: Preferences
) -> None:
    """A third of EUR 300.03 at 11.20; the last part takes what rounding leaves."""
    invoice = migrated(1, "invoice", 300_03, base_amount=3_360_34, currency="EUR")
    fill(books, invoice)
    with_vat(
        books, 1, ("standard", "25", 160_00, 40_00, "2611"),
        ("reduced12", "12", 89_31, 10_72, "2621"),
    )  # fmt: skip
    lines = lose(books, preferences, Loss(invoice, ON, 100_01, PROVED))
    assert [(account, amount) for account, amount, _ in lines] == [
        ("6351", 53_34 + 29_77), ("2611", 13_33), ("2621", 3_57), ("1510", -100_01),
    ]  # fmt: skip
    assert sum(base for *_, base in lines) == 0
    assert lines[-1][2] == -1_120_11
    again = lose(books, preferences, Loss(invoice, ON, None, PROVED))
    assert lines[-1][2] + again[-1][2] == -3_360_34, "the last one relieves the whole rest"
    assert check(books) == []


@pytest.mark.parametrize(
    ("kind", "changes", "code"),
    [
        ("credit_note", {}, "RK899"),
        ("invoice", {"on": "2026-08-31"}, "RK899"),
        ("invoice", {"amount": 101_00}, "RK785"),
        ("invoice", {"amount": 0}, "RK785"),
        ("invoice", {"evidence": PROVED}, "RK898"),
        ("invoice", {"vat_code": "standard"}, "RK898"),
        ("invoice", {"evidence": PROVED, "vat_code": "standart"}, "RK898"),
    ],
)
def test_what_cannot_be_booked_is_refused(
    sqlite_books: SqlBooks, preferences: Preferences, kind: str, changes: dict[str, Any], code: str
) -> None:
    document = migrated(1, kind, 100_00)
    fill(sqlite_books, document)
    with sqlite_books.read() as reader, pytest.raises(ReskontraError) as error:
        plan_credit_loss(reader, Loss(document, **({"on": ON} | changes)), preferences)
    assert [problem.code for problem in error.value.problems] == [code]


def test_vat_that_is_known_is_not_told_again(
    sqlite_books: SqlBooks, preferences: Preferences
) -> None:
    invoice = migrated(1, "invoice", 125_00)
    fill(sqlite_books, invoice)
    with_vat(sqlite_books, 1, ("standard", "25", 100_00, 25_00, "2611"))
    told = Loss(invoice, ON, evidence=PROVED, vat_code="standard")
    with sqlite_books.read() as reader, pytest.raises(ReskontraError) as error:
        plan_credit_loss(reader, told, preferences)
    assert error.value.problems[0].code == "RK898"
