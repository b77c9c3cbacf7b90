"""Importing customers and open items."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.bank_files import AT, COMPANY, books_in, preferences

from reskontra.adapters.storage.books import SqlBooks
from reskontra.engine.bank_file import Account
from reskontra.engine.errors import ReskontraError
from reskontra.engine.imports.receipt import TableReceipt
from reskontra.engine.ledger.records import (
    Application,
    Audit,
    Customer,
    CustomerAccount,
    CustomerAlias,
    Document,
    DocumentReference,
    ImportFile,
    Note,
    OpenItem,
)
from reskontra.engine.masters import (
    CustomerRow,
    CustomersTable,
    OpenItemKind,
    OpenItemRow,
    OpenItemsTable,
)
from reskontra.engine.services.check import check
from reskontra.engine.services.import_masters import import_customers, import_open_items
from reskontra.engine.services.withdraw_import import withdraw_import


@pytest.fixture
def books(tmp_path: Path) -> SqlBooks:
    return books_in(tmp_path)


def customer(number: str, name: str = "", **changes: Any) -> CustomerRow:
    return replace(CustomerRow(2, number, name or f"Customer {number}"), **changes)


def accounts(*numbers: str) -> tuple[Account, ...]:
    return tuple(Account(number, "bankgiro") for number in numbers)


def bring_customers(books: SqlBooks, *rows: CustomerRow) -> TableReceipt:
    numbered = tuple(replace(row, line=2 + n) for n, row in enumerate(rows))
    return import_customers(
        books, CustomersTable("csv:customers", numbered), file_name="customers.csv", sha256="c",
        preferences=preferences(), actor="kim", at=AT,
    )  # fmt: skip


def item(number: str, kind: OpenItemKind = "invoice", **changes: Any) -> OpenItemRow:
    row = OpenItemRow(
        2, number, kind, "1001", date(2026, 10, 1), date(2026, 10, 31), "SEK", 125_000, 125_000
    )
    return replace(row, **changes)


def bring_items(books: SqlBooks, *rows: OpenItemRow) -> TableReceipt:
    numbered = tuple(replace(row, line=2 + n) for n, row in enumerate(rows))
    return import_open_items(
        books, OpenItemsTable("csv:open_items", numbered), file_name="items.csv", sha256="o",
        preferences=preferences(), actor="kim", at=AT,
    )  # fmt: skip


def refusals(books: SqlBooks, act: Callable[[], object]) -> list[tuple[str, int]]:
    """Codes and lines of the refusal; the books must not have moved."""
    with books.read() as reader:
        before = reader.revision()
    with pytest.raises(ReskontraError) as caught:
        act()
    with books.read() as reader:
        assert reader.revision() == before
    return [(p.code, p.place.line if p.place else 0) for p in caught.value.problems]


def customers(books: SqlBooks) -> dict[str, Customer]:
    with books.read() as reader:
        return {found.number: found for found in reader.records(Customer)}


# Customers


def test_new_customers_with_accounts_and_aliases(books: SqlBooks) -> None:
    receipt = bring_customers(
        books,
        customer("1001", "Ada AB", bank_accounts=accounts("50501055"), aliases=("Ada Ltd",)),
        customer("1002", country="NO", currency="NOK", write_off=False, write_off_limit=100),
    )
    assert (receipt.new, receipt.changed, receipt.unchanged) == (2, 0, 0)
    found = customers(books)
    assert (found["1001"].country, found["1001"].currency, found["1001"].status) == (
        "SE", "SEK", "active",
    )  # fmt: skip
    assert (found["1002"].currency, found["1002"].write_off_limit) == ("NOK", 100)
    assert not found["1002"].write_off
    with books.read() as reader:
        (account,) = reader.records(CustomerAccount)
        assert (account.customer_id, account.account, account.scheme, account.origin) == (
            1, "50501055", "bankgiro", "import",
        )  # fmt: skip
        assert [alias.alias for alias in reader.records(CustomerAlias)] == ["Ada Ltd"]
        (record,) = reader.records(ImportFile)
        assert (record.kind, record.receipt) == ("customers", receipt.to_json())
    assert check(books) == []


def test_same_customers_again_change_nothing(books: SqlBooks) -> None:
    rows = [customer("1001", bank_accounts=accounts("1", "1"), aliases=("a", "a"))]
    bring_customers(books, *rows)
    with books.read() as reader:
        revision = reader.revision()
    again = bring_customers(books, *rows)
    assert (again.changes, again.import_id, again.unchanged) == (False, 0, 1)
    with books.read() as reader:
        assert reader.revision() == revision
        assert reader.count(CustomerAccount) == 1


def test_changed_customer_is_replaced_and_audited(books: SqlBooks) -> None:
    bring_customers(books, customer("1001", "Ada AB", terms="30"), customer("1002"))
    receipt = bring_customers(
        books, customer("1001", "Ada Group AB", bank_accounts=accounts("7")), customer("1002")
    )
    assert (receipt.new, receipt.changed, receipt.unchanged) == (0, 1, 1)
    found = customers(books)["1001"]
    assert (found.id, found.name, found.terms) == (1, "Ada Group AB", "30")
    with books.read() as reader:
        (audit,) = reader.records(Audit, action="change customer")
    assert audit.subject == "customer:1001"
    assert json.loads(audit.detail) == {
        "bank_accounts_added": ["7"], "import_id": [1, 2], "name": ["Ada AB", "Ada Group AB"],
    }  # fmt: skip


def test_an_import_never_lifts_a_hold(books: SqlBooks) -> None:
    bring_customers(books, customer("1001", status="credit_hold"))
    assert not bring_customers(books, customer("1001")).changes
    assert customers(books)["1001"].status == "credit_hold"


def test_parents_in_any_order(books: SqlBooks) -> None:
    bring_customers(books, customer("1", parent="3"), customer("2", parent="3"), customer("3"))
    found = customers(books)
    assert [found[number].parent_id for number in "123"] == [3, 3, None]
    assert bring_customers(books, customer("4", parent="3")).new == 1


def test_parents_that_cannot_be(books: SqlBooks) -> None:
    """Unknown, itself, a cycle, two levels in the file and over the books."""
    bring_customers(books, customer("1"), customer("2", parent="1"))
    rows = [
        customer("10", parent="99"), customer("11", parent="11"), customer("12", parent="13"),
        customer("13", parent="12"), customer("14", parent="2"), customer("1", parent="15"),
        customer("15"),
    ]  # fmt: skip
    assert refusals(books, lambda: bring_customers(books, *rows)) == [
        ("RK591", line) for line in (2, 3, 4, 5, 6, 7)
    ]


def test_number_twice(books: SqlBooks) -> None:
    rows = [customer("1"), customer("2"), customer("1")]
    assert refusals(books, lambda: bring_customers(books, *rows)) == [("RK590", 4)]


def test_account_of_two_groups_is_warned_of(books: SqlBooks) -> None:
    first = bring_customers(
        books, customer("1", bank_accounts=accounts("7")),
        customer("2", parent="1", bank_accounts=accounts("7")),
    )  # fmt: skip
    assert first.warnings == ()
    second = bring_customers(books, customer("3", bank_accounts=accounts("7")))
    assert [problem.code for problem in second.warnings] == ["RK593"]


# Open items


@pytest.fixture
def ada(books: SqlBooks) -> SqlBooks:
    bring_customers(books, customer("1001", "Ada AB"))
    return books


def test_open_items_of_every_kind(ada: SqlBooks) -> None:
    kinds: list[OpenItemKind] = [
        "invoice", "debit_note", "credit_note", "overdue_charge", "dunning_fee", "payment",
        "prepayment",
    ]  # fmt: skip
    rows = [item(f"9{n}", kind, open_amount=100_000) for n, kind in enumerate(kinds)]
    receipt = bring_items(ada, *rows)
    assert (receipt.new, receipt.unchanged) == (7, 0)
    assert [(s.currency, s.money_in, s.money_out) for s in receipt.sums] == [
        ("SEK", 400_000, -300_000)
    ]
    with ada.read() as reader:
        documents = list(reader.records(Document))
        assert [d.kind for d in documents] == kinds
        assert {(d.amount, d.initial_open, d.base_amount, d.account) for d in documents} == {
            (125_000, 100_000, 125_000, "1510")
        }
        assert all(d.migrated for d in documents)
        assert [i.open_amount for i in reader.records(OpenItem)] == [100_000] * 7
    assert check(ada) == []


def test_keys_under_which_a_document_is_named(ada: SqlBooks) -> None:
    bring_items(
        ada,
        item(
            "F-0017", references=("00 1234-5", "OLD 7", "f0017"), order_number="O1",
            external_number="E1", account="1519", disputed=True,
        ),
    )  # fmt: skip
    with ada.read() as reader:
        keys = [(r.kind, r.key, r.value) for r in reader.records(DocumentReference)]
        (document,) = reader.records(Document)
    assert keys == [
        ("number", "F0017", "F-0017"), ("payment_reference", "12345", "00 1234-5"),
        ("legacy", "OLD7", "OLD 7"), ("order", "O1", "O1"), ("external", "E1", "E1"),
    ]  # fmt: skip
    assert (document.account, document.disputed) == ("1519", True)


def test_settled_documents_have_no_open_item(ada: SqlBooks) -> None:
    bring_items(ada, item("1", open_amount=0))
    with ada.read() as reader:
        assert (reader.count(Document), reader.count(OpenItem)) == (1, 0)
    assert check(ada) == []


def test_same_items_again_add_only_what_is_new(ada: SqlBooks) -> None:
    bring_items(ada, item("1"), item("2"))
    again = bring_items(ada, item("1"), item("2"))
    assert (again.changes, again.import_id, again.unchanged) == (False, 0, 2)
    more = bring_items(ada, item("1"), item("3"))
    assert (more.new, more.unchanged) == (1, 1)
    with ada.read() as reader:
        assert [(d.id, d.number) for d in reader.records(Document)] == [
            (1, "1"),
            (2, "2"),
            (3, "3"),
        ]


def test_all_errors_at_once(ada: SqlBooks) -> None:
    bring_items(ada, item("1"))
    rows = [
        item("1", amount=130_000), item("2"), item("2"), item("3", customer="1O01"),
        item("4", currency="EUR"), item("2", "credit_note"),
    ]  # fmt: skip
    assert sorted(refusals(ada, lambda: bring_items(ada, *rows))) == [
        ("RK594", 5), ("RK595", 2), ("RK595", 4), ("RK596", 6),
    ]  # fmt: skip


def test_other_content_is_told_in_money(ada: SqlBooks) -> None:
    bring_items(ada, item("1"))
    with pytest.raises(ReskontraError, match=r"amount 1250.00 SEK, here 2000.00 SEK") as caught:
        bring_items(ada, item("1", amount=200_000))
    assert "200000" not in str(caught.value)


def test_unknown_customer_is_answered_with_the_similar_one(ada: SqlBooks) -> None:
    with pytest.raises(ReskontraError) as caught:
        bring_items(ada, item("3", customer="1O01"), item("4", customer="zzz"))
    assert [problem.help for problem in caught.value.problems] == [
        "did you mean 1001?", "import the customer first",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"currency": "EUR", "base_amount": 1_404_375}, 1_404_375),
        ({"currency": "EUR", "rate": Decimal("11.2345")}, 1_404_313),
        ({"currency": "JPY", "rate": Decimal("0.0712")}, 890_000),
    ],
)
def test_base_amount_is_given_or_follows_from_the_rate(
    ada: SqlBooks, changes: dict[str, Any], expected: int
) -> None:
    bring_items(ada, item("1", **changes))
    with ada.read() as reader:
        assert [d.base_amount for d in reader.records(Document)] == [expected]


def test_dunning_history_is_kept_as_a_note(ada: SqlBooks) -> None:
    history: dict[str, Any] = {
        "dunning_level": 2,
        "last_letter": date(2026, 10, 1),
        "fees_charged": 60_00,
    }
    receipt = bring_items(ada, item("1"), item("2", **history, location="collection"))
    assert [problem.code for problem in receipt.warnings] == ["RK597"]
    with ada.read() as reader:
        told = [(note.subject, note.text) for note in reader.records(Note)]
    text = "dunning level 2, last letter 2026-10-01, fees charged 60.00 SEK, location collection"
    assert told == [("document:2", f"from the old system: {text}")]
    assert check(ada) == []


# Taking open items back


def take_back(books: SqlBooks, import_id: int) -> None:
    withdraw_import(books, import_id, actor="kim", reason="wrong", at=AT)


def test_withdrawn_items_are_open_no_more(ada: SqlBooks) -> None:
    bring_items(ada, item("1"), item("2"))
    take_back(ada, 2)
    with ada.read() as reader:
        assert (reader.count(Document), reader.count(OpenItem)) == (2, 0)
    assert check(ada) == []


def test_withdrawn_items_can_come_again(ada: SqlBooks) -> None:
    bring_items(ada, item("1"), item("2"))
    take_back(ada, 2)
    again = bring_items(ada, item("1", amount=200_000), item("2"))
    assert (again.new, again.unchanged) == (2, 0)
    with ada.read() as reader:
        assert [(i.document_id, i.open_amount) for i in reader.records(OpenItem)] == [
            (3, 125_000), (4, 125_000),
        ]  # fmt: skip
    assert not bring_items(ada, item("1", amount=200_000), item("2")).changes
    assert check(ada) == []


def test_applied_items_hold_their_import(ada: SqlBooks) -> None:
    bring_items(ada, item("1"), item("2", "payment"))
    applied = Application(COMPANY, 1, 2, 1, 125_000, 0, "2026-11-24", 5, "d", None)
    with ada.write() as writer:
        writer.append([applied])
    with pytest.raises(ReskontraError, match=r"RK598 .*: invoice 1, payment 2") as caught:
        take_back(ada, 2)
    assert caught.value.problems[0].help == "first `reskontra undo run:5`"
    with ada.write() as writer:
        writer.append([applied._replace(id=2, amount=-125_000, run_id=6, reverses_id=1)])
    take_back(ada, 2)


def test_customers_are_not_taken_back(ada: SqlBooks) -> None:
    with pytest.raises(ReskontraError, match=r"RK599 .*customers"):
        take_back(ada, 1)


def test_many_items_are_imported_by_sets(ada: SqlBooks) -> None:
    """No query per row: 20 000 items in well under the time that 300 000 may take (15 s)."""
    rows = tuple(item(f"{n}", references=(f"{n}9", f"X{n}"), line=n) for n in range(1, 20_001))
    table = OpenItemsTable("csv:open_items", rows)
    begin = time.perf_counter()
    receipt = import_open_items(
        ada, table, file_name="items.csv", sha256="", preferences=preferences(), actor="kim", at=AT
    )
    assert receipt.new == 20_000
    assert time.perf_counter() - begin < 8
