"""Cash discounts as they are granted in the books: by whom, in time, with the VAT in them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import pytest
from tests.unit.engine.services.test_settling import book, customer, fill, left, migrated
from tests.unit.engine.services.test_work import ANNA, preferences

from reskontra.adapters.storage.books import SqlBooks
from reskontra.engine.ledger.records import (
    CustomerProfile,
    Document,
    DocumentDetail,
    DocumentLine,
    DocumentLink,
    DocumentVat,
    JournalLine,
    OpenItem,
)
from reskontra.engine.preferences import Preferences
from reskontra.engine.preferences.terms import Discount
from reskontra.engine.services.apply_payments import Wanted, plan_applications
from reskontra.engine.services.check import check
from reskontra.engine.services.discount_notes import plan_discount_notes
from reskontra.engine.services.undo import undo
from reskontra.engine.services.vat_report import vat_report
from reskontra.engine.services.work import Worked

__all__ = ["preferences"]
C = "ACME"
ON = "2026-11-30"
Mechanism = Literal["at_payment", "credit_note", "none"]


def offering(id_: int, amount: int, discount: int, **fields: Any) -> Document:
    """An invoice with a discount until 11 November."""
    told: dict[str, Any] = {"discount_date": "2026-11-11", "discount_amount": discount, **fields}
    return migrated(id_, "invoice", amount, **told)


def paid(id_: int, amount: int, day: str = "2026-11-11", **fields: Any) -> Document:
    return migrated(id_, "payment", amount, document_date=day, **fields)


def entered(books: SqlBooks, document: int, net: int, vat: int, terms: str = "early") -> None:
    """What was said of a document when it was entered: all of it at 25 %."""
    with books.write() as writer:
        last = writer.last_id(DocumentDetail) + 1
        writer.append(
            [DocumentDetail(C, last, document, "", "", terms, "", "", "", "", True, net, vat, 0)]
        )
        writer.append([DocumentVat(C, last, document, "standard", "25", net, vat, "2611")])


def by(preferences: Preferences, mechanism: Mechanism, tolerance: int = 0) -> Preferences:
    """With this mechanism, and terms ``early`` with a tolerance."""
    ledger, terms = preferences.ledger, preferences.terms
    how = replace(ledger.vat_on_discount, mechanism=mechanism)
    early = replace(terms.codes[0], id="early", discount=Discount(200, 10, {"SEK": tolerance}))
    return replace(
        preferences,
        ledger=replace(ledger, vat_on_discount=how),
        terms=replace(terms, codes=(*terms.codes, early)),
    )


def settle(books: SqlBooks, preferences: Preferences) -> Worked:
    with books.read() as reader:
        steps = plan_applications(reader, Wanted(ON), preferences, str)
    return book(books, "applications", steps, preferences)


def moved(books: SqlBooks) -> dict[str, int]:
    sums: dict[str, int] = {}
    with books.read() as reader:
        for line in reader.records(JournalLine):
            sums[line.account] = sums.get(line.account, 0) + line.base_amount
    return {account: amount for account, amount in sums.items() if amount}


def test_an_open_payment_takes_the_discount_with_its_vat(
    books: SqlBooks, preferences: Preferences
) -> None:
    """E12: 2 % of 12 500; the older invoice offers nothing."""
    ours = by(preferences, "at_payment")
    fill(books, migrated(1, "invoice", 70_00), offering(2, 12_500_00, 250_00), paid(3, 12_320_00))
    entered(books, 2, 10_000_00, 2_500_00)
    run = settle(books, ours)
    assert left(books) == {}
    assert moved(books) == {"1510": -250_00, "3731": 200_00, "2611": 50_00}
    assert check(books) == []
    undo(books, run.run, preferences=ours, actor=ANNA)
    assert left(books) == {1: 70_00, 2: 12_500_00, 3: 12_320_00}
    assert moved(books) == {}
    assert check(books) == []


@pytest.mark.parametrize(
    ("amount", "day", "rest"),
    [
        (12_250_00, "2026-11-11", {}),
        (12_250_00, "2026-11-12", {1: 250_00}),
        (12_249_50, "2026-11-11", {}),
        (12_249_49, "2026-11-11", {1: 250_51}),
        (12_300_00, "2026-11-11", {2: 50_00}),
    ],
)
def test_in_time_and_within_the_tolerance(
    sqlite_books: SqlBooks, preferences: Preferences, amount: int, day: str, rest: dict[int, int]
) -> None:
    fill(sqlite_books, offering(1, 12_500_00, 250_00), paid(2, amount, day))
    entered(sqlite_books, 1, 10_000_00, 2_500_00)
    settle(sqlite_books, by(preferences, "at_payment", 50))
    assert left(sqlite_books) == rest
    assert check(sqlite_books) == []


def test_a_discount_without_vat_is_booked_gross(
    sqlite_books: SqlBooks, preferences: Preferences
) -> None:
    """An imported invoice tells no VAT; with ``none`` nobody asks for it."""
    fill(
        sqlite_books, offering(1, 1_000_00, 20_00), offering(2, 1_000_00, 20_00),
        paid(3, 980_00), paid(4, 980_00),
    )  # fmt: skip
    entered(sqlite_books, 2, 800_00, 200_00)
    settle(sqlite_books, by(preferences, "none"))
    assert moved(sqlite_books) == {"1510": -40_00, "3731": 40_00}
    assert check(sqlite_books) == []


def test_what_a_discount_is_worth_leaves_with_it(
    sqlite_books: SqlBooks, preferences: Preferences
) -> None:
    """EUR 1 000 booked at 11.20, EUR 980 received at 11.30: a gain on 980, a discount of 20."""
    fill(
        sqlite_books,
        offering(1, 1_000_00, 20_00, base_amount=11_200_00, currency="EUR"),
        paid(2, 980_00, base_amount=11_074_00, currency="EUR"),
    )
    entered(sqlite_books, 1, 800_00, 200_00)
    settle(sqlite_books, by(preferences, "at_payment"))
    assert moved(sqlite_books) == {
        "1510": 98_00 - 224_00, "3960": -98_00, "3731": 179_20, "2611": 44_80,
    }  # fmt: skip
    assert check(sqlite_books) == []


def test_a_credit_note_grants_the_discount(books: SqlBooks, preferences: Preferences) -> None:
    ours = by(preferences, "credit_note", 50)
    fill(
        books, offering(1, 12_500_00, 250_00), offering(2, 1_000_00, 20_00), paid(3, 12_250_00),
        paid(4, 980_00, "2026-11-12"),
    )  # fmt: skip
    entered(books, 1, 10_000_00, 2_500_00)
    settle(books, ours)
    assert left(books) == {1: 250_00, 2: 20_00}
    assert check(books) == []
    with books.read() as reader:
        assert plan_discount_notes(reader, ON, frozenset({"C9"}), ours) == []
        assert plan_discount_notes(reader, ON, frozenset(), by(ours, "none")) == []
        steps = plan_discount_notes(reader, ON, frozenset({"C1"}), ours)
    run = book(books, "documents", steps, ours)
    assert left(books) == {2: 20_00}
    assert moved(books) == {"1510": -250_00, "3731": 200_00, "2611": 50_00}
    (note,) = run.documents
    assert (note.kind, note.number, note.amount) == ("credit_note", "10001", 250_00)
    with books.read() as reader:
        (vat,) = reader.records(DocumentVat, document_id=note.id)
        assert (vat.rate, vat.net, vat.vat, vat.account) == ("25", 200_00, 50_00, "2611")
        (line,) = reader.records(DocumentLine, document_id=note.id)
        assert (line.description, line.unit_price) == ("VAT correction of cash discount", "200.00")
        assert [link.other_id for link in reader.records(DocumentLink)] == [1]
    assert check(books) == []
    undo(books, run.run, preferences=ours, actor=ANNA)
    assert left(books) == {1: 250_00, 2: 20_00}
    assert check(books) == []


def test_what_waits_for_its_credit_note_is_not_paid_by_others(
    sqlite_books: SqlBooks, preferences: Preferences
) -> None:
    ours = by(preferences, "credit_note")
    fill(sqlite_books, offering(1, 12_500_00, 250_00), paid(2, 12_250_00))
    settle(sqlite_books, ours)
    with sqlite_books.write() as writer:
        writer.append([paid(3, 900_00, "2026-11-20")])
        writer.replace([OpenItem(C, 3, 1, "payment", "SEK", 900_00)])
    with sqlite_books.read() as reader:
        assert plan_applications(reader, Wanted(ON), ours, str) == []
        assert len(plan_applications(reader, Wanted(ON), by(ours, "none"), str)) == 1


def test_a_discount_goes_to_the_account_that_the_customer_or_its_class_names(
    sqlite_books: SqlBooks, preferences: Preferences
) -> None:
    """The role stays, so that the laws and VAT find it; a customer's word stands over its class."""
    defaults = preferences.customers
    classes = {"STANDARD": {"gl.cash_discount.account": "3733"}}
    customers = replace(defaults, classes=classes, default_class="STANDARD")
    ours = replace(by(preferences, "at_payment"), customers=customers)
    fill(
        sqlite_books, offering(1, 1_250_00, 25_00), paid(2, 1_225_00),
        offering(3, 500_00, 10_00, owner=2), paid(4, 490_00, owner=2),
        offering(5, 300_00, 6_00, owner=3), paid(6, 294_00, owner=3),
        customers=tuple(map(customer, (1, 2, 3))),
    )  # fmt: skip
    entered(sqlite_books, 1, 1_000_00, 250_00)
    with sqlite_books.write() as writer:
        first = next(iter(writer.records(CustomerProfile)))
        says = {
            1: '{"gl.cash_discount.account":3732}',
            2: "{}",
            3: '{"gl.cash_discount.account":""}',
        }
        writer.replace(
            [first._replace(customer_id=who, content=said) for who, said in says.items()]
        )
    run = settle(sqlite_books, ours)
    assert moved(sqlite_books) == {
        "1510": -41_00, "3732": 20_00, "2611": 5_00, "3733": 10_00, "3731": 6_00,
    }  # fmt: skip
    with sqlite_books.read() as reader:
        roles = {line.role for line in reader.records(JournalLine, account=["3732", "3733"])}
        told = [(row["source"], row["net"]) for row in vat_report(reader, ["2026-11"], "SEK")]
    assert roles == {"cash_discount"}
    assert told == [("cash_discount", -20_00)]
    assert check(sqlite_books) == []
    undo(sqlite_books, run.run, preferences=ours, actor=ANNA)
    assert moved(sqlite_books) == {}

    noted = by(ours, "credit_note")
    settle(sqlite_books, noted)
    with sqlite_books.read() as reader:
        steps = plan_discount_notes(reader, ON, frozenset({"C1"}), noted)
    book(sqlite_books, "documents", steps, noted)
    assert moved(sqlite_books) == {"1510": -25_00, "3732": 20_00, "2611": 5_00}
    with sqlite_books.read() as reader:
        assert [line.account for line in reader.records(DocumentLine)] == ["3732"]
    assert check(sqlite_books) == []
