"""Money that a person enters with what it pays: whole, short, over, with its discount, in another
currency; and a discount that an open payment brings when a person uses it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.engine.services.test_document_works import apply, do, lines, require_right, unapply
from tests.unit.engine.services.test_settling import book, customer, fill, left, migrated
from tests.unit.engine.services.test_work import ANNA, C, invoice
from tests.unit.engine.services.test_work import preferences as nord

from reskontra.adapters.storage.books import SqlBooks
from reskontra.engine.errors import ReskontraError
from reskontra.engine.json_text import canonical
from reskontra.engine.ledger.records import CustomerProfile, DocumentLink
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.corrections import plan_void
from reskontra.engine.services.receipts import Receipt, plan_receipt
from reskontra.engine.services.undo import undo
from reskontra.engine.services.work import Worked

__all__ = ["nord"]
DAY = "2026-11-25"
PLAIN = CustomerProfile(
    C, 1, "", "", False, True, "disabled", None, None, False, False, False, "{}"
)


@pytest.fixture
def preferences(nord: Preferences) -> Preferences:
    """Those of the company whose books they are."""
    return replace(nord, company=replace(nord.company, id=C))


def pay(books: SqlBooks, p: Preferences, receipt: Receipt) -> Worked:
    return do(books, "documents", p, plan_receipt, receipt)


def test_what_is_short_stays_open_and_what_is_over_is_an_open_payment(
    books: SqlBooks, preferences: Preferences
) -> None:
    fill(
        books, migrated(1, "invoice", 100_00), migrated(2, "invoice", 50_00, owner=2),
        customers=(customer(1), customer(2, parent=1)),
    )  # fmt: skip
    before = left(books)
    whole = pay(books, preferences, Receipt(DAY, (("D1", ""), ("D2", "20.00"))))
    assert [(d.kind, d.number, d.amount) for d in whole.documents] == [
        ("payment", "P0000001", 120_00)
    ]
    assert left(books) == {2: 30_00}
    undo(books, whole.run, preferences=preferences, actor=ANNA)
    assert left(books) == before

    pay(books, preferences, Receipt(DAY, (("D1", ""),), amount="60.00", reference="R 7"))
    over = pay(books, preferences, Receipt(DAY, (("D1", ""),), amount="90.00"))
    open_payment = over.documents[0].id
    assert left(books) == {2: 50_00, open_payment: 50_00}
    do(books, "voids", preferences, plan_void, "P0000003", "")
    alone = pay(books, preferences, Receipt(DAY, customer="C1", amount="5.00"))
    assert left(books) == {1: 40_00, 2: 50_00, alone.documents[0].id: 5_00}
    require_right(books)


def test_a_discount_in_time_is_granted_and_taken_back_with_the_payment(
    books: SqlBooks, preferences: Preferences
) -> None:
    terms: dict[str, Any] = {"discount_date": "2026-11-28", "discount_amount": 2_00}
    fill(
        books,
        migrated(1, "invoice", 100_00, **terms), migrated(2, "invoice", 100_00, **terms),
        migrated(3, "payment", 98_00, document_date="2026-11-27"),
        migrated(4, "payment", 98_00, document_date="2026-11-29"),
    )  # fmt: skip
    paid = pay(books, preferences, Receipt("2026-11-28", (("D1", ""),), amount="98.00"))
    assert ("3731", 2_00, 2_00) in lines(books, paid.run)
    assert 1 not in left(books)
    undo(books, paid.run, preferences=preferences, actor=ANNA)
    whole = pay(books, preferences, Receipt("2026-11-28", (("D1", ""),)))
    assert whole.documents[0].amount == 100_00, "nobody is given what nobody took"
    apply(books, preferences, "D4", "D2")
    assert left(books)[2] == 2_00, "too late"
    unapply(books, preferences, "D4", "D2")
    used = apply(books, preferences, "D3", "D2")
    assert 2 not in left(books)
    off = unapply(books, preferences, "D3", "D2")
    assert lines(books, off.run) == [(a, -x, -y) for a, x, y in lines(books, used.run)]
    assert left(books) == {2: 100_00, 3: 98_00, 4: 98_00}
    require_right(books)


def test_a_rest_is_written_off_or_granted_as_a_discount(
    books: SqlBooks, preferences: Preferences
) -> None:
    """1 250.00 with 25 % VAT, 1 200.00 paid: 40.00 of discount, 10.00 of VAT (golden)."""
    fill(books, migrated(1, "invoice", 100_00))
    released = book(books, "documents", [invoice()], preferences).documents[0]
    before = left(books)
    receipt = Receipt(DAY, (("10001", ""),), amount="1200.00", short="discount")
    paid = pay(books, preferences, receipt)
    assert [d.kind for d in paid.documents] == ["payment", "credit_note"]
    assert released.id not in left(books)
    assert lines(books, paid.run)[2:] == [
        ("3731", 40_00, 40_00), ("2611", 10_00, 10_00), ("1510", -50_00, -50_00)
    ]  # fmt: skip
    undo(books, paid.run, preferences=preferences, actor=ANNA)
    assert left(books) == before

    little = Receipt(DAY, (("D1", ""),), amount="99.50", short="write_off")
    with books.read() as reader, pytest.raises(ReskontraError, match="RK890"):
        plan_receipt(reader, little, preferences)
    on = replace(preferences, differences=replace(preferences.differences, write_off=True))
    with books.read() as reader, pytest.raises(ReskontraError, match="RK890"):
        plan_receipt(reader, replace(little, amount="90.00"), on)
    paid = pay(books, on, little)
    assert [d.kind for d in paid.documents] == ["payment", "small_balance_write_off"]
    assert 1 not in left(books)
    require_right(books)
    undo(books, paid.run, preferences=on, actor=ANNA)
    assert left(books) == before
    require_right(books)


def test_a_collection_fee_that_the_payer_paid_goes_against_its_cost(
    books: SqlBooks, preferences: Preferences
) -> None:
    """1 250.00 and a fee of 180.00: the bank gets 1 430.00, the receivable 1 250.00 (10.2)."""
    fill(books, migrated(1, "invoice", 1250_00))
    before = left(books)
    receipt = Receipt(DAY, (("D1", ""),), amount="1430.00", over="collection")
    paid = pay(books, preferences, receipt)
    assert [d.kind for d in paid.documents] == ["payment", "dunning_fee"]
    assert left(books) == {}, "the invoice, the fee and the payment are settled"
    moved: dict[str, int] = defaultdict(int)
    for account, amount, _ in lines(books, paid.run):
        moved[account] += amount
    assert moved == {"1930": 1430_00, "1510": -1250_00, "6062": -180_00}
    with books.read() as reader:
        links = [(one.kind, one.other_id) for one in reader.records(DocumentLink)]
    assert links == [("fee_of", 1)]
    require_right(books)
    undo(books, paid.run, preferences=preferences, actor=ANNA)
    assert left(books) == before
    require_right(books)
    exactly = pay(books, preferences, replace(receipt, amount="1250.00"))
    assert [d.kind for d in exactly.documents] == ["payment"]
    alone = Receipt(DAY, customer="C1", amount="5.00", over="collection")
    with books.read() as reader, pytest.raises(ReskontraError, match="RK816"):
        plan_receipt(reader, alone, preferences)


def test_a_payment_method_replaces_the_bank_account(
    sqlite_books: SqlBooks, preferences: Preferences
) -> None:
    fill(sqlite_books, migrated(1, "invoice", 100_00))
    (bank,) = preferences.cash_accounts
    card = replace(bank, id="card", account="1580")
    both = replace(preferences, cash_accounts=(bank, card))
    receipt = Receipt(DAY, (("D1", "40.00"),))
    with sqlite_books.read() as reader, pytest.raises(ReskontraError, match="RK801"):
        plan_receipt(reader, receipt, both)
    usual = {"payment_methods.card.default": True, "payment_methods.card.cash_account": "card"}
    with sqlite_books.write() as writer:
        writer.replace([PLAIN._replace(content=canonical(usual))])
    by_card = pay(sqlite_books, both, receipt)
    assert ("1580", 40_00, 40_00) in lines(sqlite_books, by_card.run)
    by_bank = pay(sqlite_books, both, replace(receipt, cash_account=bank.id))
    assert (bank.account, 40_00, 40_00) in lines(sqlite_books, by_bank.run)


def test_money_in_another_currency_is_worth_what_came_in(
    books: SqlBooks, preferences: Preferences
) -> None:
    """1 000 booked at 90.00, 88.50 received: the bank gets 88.50, 1.50 are lost (golden)."""
    fill(books, migrated(1, "invoice", 1_000_00, base_amount=90_00, currency="EUR"))
    receipt = Receipt(DAY, (("D1", ""),), received="88.50", cash_account="main")
    paid = pay(books, preferences, receipt)
    loss = preferences.accounts.account("fx_loss")
    assert lines(books, paid.run) == [
        ("1510", -1_000_00, -88_50), ("1930", 1_000_00, 88_50), ("1510", 0, -1_50), (loss, 0, 1_50),
    ]  # fmt: skip
    assert left(books) == {}
    require_right(books)


def test_what_is_dated_back_never_leaves_less_than_nothing_on_a_day_between(
    books: SqlBooks, preferences: Preferences
) -> None:
    fill(books, migrated(1, "invoice", 100_00))
    first = pay(books, preferences, Receipt("2026-11-20", (("D1", "60.00"),)))
    unapply(books, preferences, first.documents[0].number, "D1", "2026-11-25")
    for on, amount in (("2026-11-20", "100.00"), ("2026-11-24", "40.01")):
        with pytest.raises(ReskontraError, match="RK932 invoice D1 had less open until 2026-11-25"):
            pay(books, preferences, Receipt(on, (("D1", amount),)))
    pay(books, preferences, Receipt("2026-11-24", (("D1", "40.00"),)))
    late = pay(books, preferences, Receipt("2026-11-25", (("D1", "60.00"),)))
    with books.read() as reader:
        for day in range(19, 27):
            items = reader.item_frame(f"2026-11-{day}")
            assert (items["open_amount"] > 0).all(), day
    undo(books, late.run, preferences=preferences, actor=ANNA)
    require_right(books)


REFUSED: tuple[tuple[Receipt, str], ...] = (
    (Receipt(DAY), "RK822 it is not said how much"),
    (Receipt(DAY, amount="5.00"), "RK822 it is not said who"),
    (Receipt(DAY, amount="5.00", customer="C9"), "RK830"),
    (Receipt(DAY, (("D9", ""),)), "RK815"),
    (Receipt(DAY, (("D1", ""), ("D1", ""))), "RK816 invoice D1 is named twice"),
    (Receipt(DAY, (("D1", ""), ("D3", ""))), "RK816 invoice D1 is in SEK, invoice D3 in EUR"),
    (Receipt(DAY, (("D1", ""), ("D2", ""))), "RK816 payment and invoice D2 belong to different"),
    (Receipt(DAY, (("D4", ""),)), "RK816 payment cannot settle payment D4"),
    (Receipt(DAY, (("D1", "100.01"),)), "RK817 100.01 cannot be paid: invoice D1 has 100.00 SEK"),
    (Receipt(DAY, (("D1", ""), ("D5", "")), amount="100.00"), "RK817 100.00 SEK came in, nothing"),
    (Receipt(DAY, (("D1", ""),), cash_account="kassa"), "RK801"),
    (Receipt(DAY, (("D3", ""),)), "RK892"),
)


def test_what_does_not_fit_is_refused(sqlite_books: SqlBooks, preferences: Preferences) -> None:
    fill(
        sqlite_books,
        migrated(1, "invoice", 100_00), migrated(2, "invoice", 10, owner=2),
        migrated(3, "invoice", 10, base_amount=90, currency="EUR"), migrated(4, "payment", 9),
        migrated(5, "invoice", 10),
        customers=(customer(1), customer(2)),
    )  # fmt: skip
    before = left(sqlite_books)
    for receipt, said in REFUSED:
        with sqlite_books.read() as reader, pytest.raises(ReskontraError, match=said):
            plan_receipt(reader, receipt, preferences)
    strict = replace(
        preferences,
        ledger=replace(
            preferences.ledger,
            entry=replace(preferences.ledger.entry, require_payment_reference=True),
        ),
    )
    with sqlite_books.read() as reader, pytest.raises(ReskontraError, match="RK804"):
        plan_receipt(reader, Receipt(DAY, (("D1", ""),)), strict)
    assert left(sqlite_books) == before
