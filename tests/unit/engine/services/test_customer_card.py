"""A customer's balance on any day, its group's, and the screen for a telephone call."""

from __future__ import annotations

import pytest
from tests.sample_rows import COMPANY, customer, invoice
from tests.unit.engine.services.test_customers import preferences

from reskontra.adapters.storage.books import SqlBooks
from reskontra.engine.ledger.auditing import Actor
from reskontra.engine.ledger.records import (
    Application,
    CustomerProfile,
    Draft,
    FormerNumber,
    OpenItem,
)
from reskontra.engine.services.balances import Balance, balance_of
from reskontra.engine.services.customer_card import card
from reskontra.engine.services.customer_numbers import find_customer
from reskontra.engine.services.marking import Saying, mark
from reskontra.engine.services.notes import Written, add_note

BO = Actor("bo", "by phone", "2026-11-25T10:00:00Z")
BASE = invoice(1)._replace(import_id=None, migrated=True, disputed=False)
DOCUMENTS = [
    BASE._replace(id=n, kind=kind, number=number, customer_id=whose, document_date=dated,
                  due_date=due, amount=amount, base_amount=amount, initial_open=amount)
    for n, (kind, number, whose, dated, due, amount) in enumerate((
        ("invoice", "10", 1, "2026-08-20", "2026-09-19", 1000),
        ("invoice", "11", 1, "2026-11-10", "2026-12-10", 400),
        ("payment", "P1", 1, "2026-11-20", None, 700),
        ("prepayment", "P2", 1, "2026-10-05", None, 50),
        ("invoice", "20", 2, "2026-07-01", "2026-07-31", 30),
        ("invoice", "30", 3, "2026-06-01", "2026-06-30", 7),
    ), 1)
]  # fmt: skip
OPEN = {1: 400, 2: 400, 3: 100, 4: 50, 5: 30, 6: 7}


@pytest.fixture
def group(books: SqlBooks) -> SqlBooks:
    """A head, a member who consolidates its balance, and one who does not."""
    customers = [customer(n)._replace(import_id=None, parent_id=1 if n > 1 else None)
                 for n in (1, 2, 3)]  # fmt: skip
    profiles = [
        CustomerProfile(COMPANY, n, "domestic", "", False, False, "credit_limit", 500_00, None,
                        n == 2, False, False, '{"contact.main.phone1": "070"}')
        for n in (1, 2, 3)
    ]  # fmt: skip
    drafts = [
        Draft(COMPANY, n, kind, whose, "", "2026-11-24", None, "SEK", amount, status, "{}", None)
        for n, (kind, whose, amount, status) in enumerate((
            ("invoice", 1, 60, "balanced"), ("credit_note", 2, 10, "hold"),
            ("invoice", 3, 5, "hold"), ("invoice", 1, 9000, "discarded"),
        ), 1)
    ]  # fmt: skip
    with books.write() as writer:
        writer.append(customers)
        writer.replace(profiles)
        writer.append([FormerNumber(COMPANY, 1, 1, "OLD", "bo", BO.at)])
        writer.append(DOCUMENTS)
        writer.append([Application(COMPANY, 1, 3, 1, 600, 0, "2026-11-20", 1, "D", None)])
        writer.append(
            [OpenItem(COMPANY, d.id, d.customer_id, d.kind, "SEK", OPEN[d.id]) for d in DOCUMENTS]
        )
        writer.append(drafts)
    return books


def balance(books: SqlBooks, number: str, on: str = "") -> Balance:
    with books.read() as reader:
        return balance_of(reader, find_customer(reader, number), on)


def test_a_head_owes_with_its_members_who_consolidate(group: SqlBooks) -> None:
    assert balance(group, "OLD") == Balance(
        {"SEK": 650}, {"SEK": 50}, {"SEK": 680}, {"SEK": 50}, {}, "2026-07-31"
    )
    assert balance(group, "C3") == Balance({"SEK": 7}, {}, None, {"SEK": 5}, {}, "2026-06-30")


def test_a_balance_of_any_day(group: SqlBooks) -> None:
    assert balance(group, "C1", "2026-11-25") == balance(group, "C1")._replace(unreleased={})
    assert balance(group, "C1", "2026-11-19").balance == {"SEK": 1350}
    assert balance(group, "C1", "2026-08-20").consolidated == {"SEK": 1030}
    assert balance(group, "C1", "2026-01-01") == Balance({}, {}, {}, {}, {}, "")


def test_a_telephone_call(group: SqlBooks) -> None:
    mark(group, ["10"], Saying("promise", until="2026-12-01"), BO)
    add_note(group, "C1", Written("calls back", "task", "2026-11-26"), BO)
    add_note(group, "invoice:10", Written("was polite"), BO)
    with group.read() as reader:
        found = card(reader, "OLD", preferences(), "2026-11-25")
    assert found.view.customer.number == "C1"
    assert found.view.former_numbers == ("OLD",)
    assert found.buckets == {"SEK": {"current": 400, "1-30": -100, "31-60": -50, "61-90": 400}}
    assert found.unallocated == {"SEK": 150}
    assert [(row["number"], row["days"], row["amount"]) for row in found.items] == [
        ("10", 65, 400), ("11", -15, 400), ("P2", 51, -50), ("P1", 5, -100)
    ]  # fmt: skip
    assert [(row["number"], row["unallocated"]) for row in found.payments] == [
        ("P1", 100), ("P2", 50)
    ]  # fmt: skip
    assert [row["number"] for row in found.drafts] == ["draft:1"]
    assert [(row["mark"], row["document"]) for row in found.marks] == [("promise", "10")]
    assert [row["text"] for row in found.notes] == ["calls back", "was polite"]
