"""Customers added, changed, renamed and deleted, on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.bank_files import preferences as made
from tests.books_fixtures import COMPANY
from tests.sample_rows import rows as sample_rows

from reskontra.adapters.storage.books import SqlBooks
from reskontra.config.customer_files import read_csv, read_settings, read_yaml
from reskontra.config.customers import customer_defaults
from reskontra.engine.errors import ReskontraError
from reskontra.engine.imports.receipt import TableReceipt
from reskontra.engine.json_text import canonical
from reskontra.engine.ledger.auditing import Actor
from reskontra.engine.ledger.records import (
    Audit,
    Customer,
    CustomerProfile,
    Decision,
    DocumentReference,
    Draft,
    Note,
    Run,
)
from reskontra.engine.ledger.works import document
from reskontra.engine.masters import CustomerRow, CustomersTable
from reskontra.engine.preferences import Preferences
from reskontra.engine.preferences.numbering import NumberingPreferences, Series, Subsequence
from reskontra.engine.services.check import check
from reskontra.engine.services.customer_numbers import delete_customer, rename_customer
from reskontra.engine.services.customer_view import Filter, classes_of, list_customers, view
from reskontra.engine.services.customers import Planned, change_customers, plan_customers
from reskontra.engine.services.import_masters import import_customers

ACTOR = Actor("ada", "why", "2026-11-25T10:00:00Z")
CLASSES = {
    "ledger": {"default_customer_class": "domestic"},
    "customer_classes": {
        "domestic": {"defaults": {"terms": "30", "auto_apply": True, "write_off_limit": 5}},
        "export": {"defaults": {"terms": "60"}},
    },
}
OWED = document(
    COMPANY, "invoice", id=1, number="10377", customer_id=1, document_date="2026-11-01",
    currency="SEK", amount=500, base_amount=500, account="1510", migrated=True,
)  # fmt: skip
MEANT = Draft(
    COMPANY, 1, "payment", 3, "", "2026-11-20", None, "SEK", 500, "balanced",
    canonical({"kind": "payment", "customer": "M", "date": "2026-11-20", "amount": "5.00",
               "payment_reference": "10377 79"}), None,
)  # fmt: skip


def preferences(classes: dict[str, object] | None = None) -> Preferences:
    rows = (Subsequence("", "K-0101", "K-0199", None, "", 1),)
    base = made()
    return replace(
        base,
        company=replace(base.company, id=COMPANY),
        numbering=NumberingPreferences((Series("customers", "", rows),), {"customer": "customers"}),
        customers=customer_defaults(classes or CLASSES, "SE", "SEK"),
    )


def change(books: SqlBooks, number: str, *settings: str) -> list[Planned]:
    wanted = read_settings(number, settings)
    return change_customers(books, [wanted], preferences(), ACTOR)


def bring(books: SqlBooks, text: str) -> list[Planned]:
    return change_customers(books, read_yaml(text, "c.yaml"), preferences(), ACTOR)


def profile(books: SqlBooks, number: str) -> tuple[Customer, CustomerProfile]:
    with books.read() as reader:
        (customer,) = reader.records(Customer, number=number)
        (found,) = reader.records(CustomerProfile, customer_id=customer.id)
    return customer, found


def codes(act: Callable[[], object]) -> list[str]:
    with pytest.raises(ReskontraError) as caught:
        act()
    return [problem.code for problem in caught.value.problems]


def test_a_customers_life(books: SqlBooks) -> None:
    (added,) = change(books, "", "name=Ada AB", "credit.limit=500", "terms=30")
    assert added.after.number == "K-0101"
    assert [(c.key, c.new) for c in added.fields] == [
        ("auto_apply", True), ("class", "domestic"), ("credit.limit", "500.00"),
        ("name", "Ada AB"), ("terms", "30"), ("write_off_limit", "5.00"),
    ]  # fmt: skip
    customer, held = profile(books, "K-0101")
    assert (customer.terms, customer.write_off_limit, held.credit_limit) == ("30", 500, 50000)
    assert json.loads(held.content) == {"credit.limit": "500", "name": "Ada AB"}

    (same,) = change(books, "K-0101", "terms=30")
    assert (same.kind, same.fields) == ("unchanged", ())
    change(books, "K-0101", "terms=10", "class=export")
    assert profile(books, "K-0101")[0].terms == "10"
    change(books, "K-0101", "terms=")
    assert profile(books, "K-0101")[0].terms == "60"
    assert change(books, "", "name=Bo AB")[0].after.number == "K-0102"

    rename_customer(books, "K-0101", "7", ACTOR)
    assert codes(lambda: rename_customer(books, "K-0102", "K-0101", ACTOR)) == ["RK840"]
    change(books, "K-0101", "status=inactive")
    assert profile(books, "7")[0].status == "inactive"
    with books.read() as reader:
        rows = list(list_customers(reader, Filter("k-0101"), preferences().customers))
        assert [(row["number"], row["class"]) for row in rows] == [("7", "export")]
        assert view(reader, "K-0101", preferences().customers).former_numbers == ("K-0101",)
    assert codes(lambda: delete_customer(books, "7", ACTOR)) == ["RK841"]
    delete_customer(books, "K-0102", ACTOR)
    assert change(books, "", "name=Cy AB")[0].after.id == 3
    assert not check(books)
    with books.read() as reader:
        assert [a.action for a in reader.records(Audit)] == [
            "add customer", "change customer", "change customer", "add customer",
            "rename customer", "change customer", "delete customer", "add customer",
        ]  # fmt: skip


GROUP = """\
customers:
  H: {name: Head, consolidate_balance: true, share_credit: true, credit: {limit: 900, days: 5}}
  M: {name: Member, parent: H}
  N: {name: Other, parent: H, share_credit: false, credit: {limit: 50}}
"""


def test_a_group_follows_its_head_and_lets_go(sqlite_books: SqlBooks) -> None:
    books = sqlite_books
    bring(books, GROUP)
    assert profile(books, "M")[1][5:12] == (False, "disabled", 90000, 5, True, False, True)
    assert profile(books, "N")[1].credit_limit == 5000
    moved = change(books, "H", "credit.limit=800", "status=credit_hold")
    assert [(p.after.number, p.after.status) for p in moved] == [
        ("H", "credit_hold"), ("M", "credit_hold")
    ]  # fmt: skip
    assert profile(books, "M")[1].credit_limit == 80000
    assert codes(lambda: change(books, "M", "credit.days=9", "status=on_hold")) == ["RK838"] * 2
    change(books, "M", "parent=")
    alone, held = profile(books, "M")
    assert (alone.parent_id, alone.status) == (None, "credit_hold")
    assert (held.credit_limit, held.credit_days, held.share_credit) == (0, 5, False)
    wrong = "customers:\n  X: {name: X, parent: Q}\n  Y: {name: Y, parent: N}\n  M: {parent: M}\n"
    assert codes(lambda: bring(books, wrong)) == ["RK591"] * 3
    assert codes(lambda: change(books, "M", "share_credit=true")) == ["RK836", "RK836"]


def test_a_changed_class_reaches_who_did_not_say_otherwise(sqlite_books: SqlBooks) -> None:
    books = sqlite_books
    bring(books, "customers:\n  '1': {name: A}\n  '2': {name: B, terms: 10}\n")
    new = {"customer_classes": {"domestic": {"defaults": {"terms": "20"}}},
           "ledger": CLASSES["ledger"]}  # fmt: skip
    wanted = [read_settings(number, []) for number in "12"]
    planned = change_customers(books, wanted, preferences(new), ACTOR)
    assert [c for p in planned for c in p.fields if c.key == "terms"] == [("terms", "30", "20")]
    assert [profile(books, number)[0].terms for number in "12"] == ["20", "10"]


def test_nothing_is_stored_when_anything_is_wrong(sqlite_books: SqlBooks) -> None:
    books = sqlite_books
    wrong = (
        "customers:\n"
        "  '1': {name: A}\n"
        "  '2': {country: SE}\n"
        "  '3': {name: C, class: dometsic, payment_methods: {b: {cash_account: nope}}}\n"
        "  '4': {name: D, org_number: 556047-3522}\n"
    )
    assert codes(lambda: bring(books, wrong)) == ["RK831", "RK839", "RK839", "RK582"]
    with books.read() as reader:
        assert not list(reader.records(Customer))
    assert codes(lambda: change(books, "", "name=x", "parent=9")) == ["RK591"]
    assert codes(lambda: change(books, "", "nme=x", "parent=9")) == ["RK101", "RK831", "RK591"]
    exhausted = [read_settings("", ["name=x"])] * 100
    assert codes(lambda: change_customers(books, exhausted, preferences(), ACTOR)) == ["RK741"]


def test_an_old_fault_does_not_bar_another_change(sqlite_books: SqlBooks) -> None:
    books = sqlite_books
    old = Customer(
        COMPANY, 1, "1", "Old", "SE", "SEK", "12", None, "30", True, None, "active", None
    )
    with books.write() as writer:
        writer.append([old])
        assert classes_of(writer, "domestic") == {1: "domestic"}
    change(books, "1", "contact.main.phone1=070")
    customer, held = profile(books, "1")
    assert (customer.org_number, customer.write_off_limit) == ("12", 500)
    assert json.loads(held.content) == {
        "contact.main.phone1": "070", "name": "Old", "org_number": "12"
    }  # fmt: skip
    assert codes(lambda: change(books, "1", "org_number=13")) == ["RK581"]


def test_preview_stores_nothing_and_a_note_is_a_use(sqlite_books: SqlBooks) -> None:
    books = sqlite_books
    wanted = [read_settings("1", ["name=A"])]
    with books.read() as reader:
        planned = plan_customers(reader, wanted, preferences(), on="2026-11-25")
        assert [p.kind for p in planned] == ["new"]
        assert not list(reader.records(Customer))
    change_customers(books, wanted, preferences(), ACTOR)
    assert codes(lambda: change_customers(books, wanted, preferences(), ACTOR, expect="new")) == [
        "RK840"
    ]
    with books.write() as writer:
        writer.append(
            [Note(COMPANY, 1, "customer:1", "note", "hi", "", "", "", "", "", None, "ada", "t")]
        )
    assert codes(lambda: delete_customer(books, "1", ACTOR)) == ["RK841"]


def test_only_a_decision_since_the_customer_is_there_can_name_it(sqlite_books: SqlBooks) -> None:
    books = sqlite_books
    (run, *_), (decision, *_) = sample_rows()[Run], sample_rows()[Decision]
    assert isinstance(run, Run)
    assert isinstance(decision, Decision)

    def decide(number: int, at: str) -> None:
        with books.write() as writer:
            writer.append([run._replace(id=number, at=at)])
            writer.append([decision._replace(id=number, run_id=number, record='{"customer":"1"}')])

    change(books, "1", "name=A")
    decide(1, "2026-11-25T09:59:59Z")
    delete_customer(books, "1", ACTOR)
    change(books, "1", "name=B")
    decide(2, "2026-11-25T10:00:01Z")
    assert codes(lambda: delete_customer(books, "1", ACTOR)) == ["RK841"]


def test_csv_takes_any_field_and_says_nothing_with_an_empty_cell() -> None:
    text = "number;name;address.main.postcode;auto_apply;credit.limit\n7;Ada;0012;true;\n\n"
    (wanted,) = read_csv(text, "x.csv")
    assert dict(wanted.change) == {
        "name": "Ada", "address.main.postcode": "0012", "auto_apply": True
    }  # fmt: skip
    assert codes(lambda: read_csv("name\nAda\n", "x.csv")) == ["RK832"]
    assert codes(lambda: read_csv("number,name\n1\n1,A\n1,B\n,C\n", "x.csv")) == ["RK832"] * 3
    assert codes(lambda: read_csv("number,nme,credit.days\n1,A,x\n", "x.csv")) == ["RK101", "RK105"]
    faulty = read_settings("1", ["terms", "=3", "credit.limt=4", "credit.days=x", "name=Ada"])
    assert [problem.code for problem in faulty.wrong] == ["RK108", "RK108", "RK101", "RK105"]
    assert faulty.change == {"name": "Ada"}


def test_yaml_of_a_customer_reads_back(sqlite_books: SqlBooks) -> None:
    from reskontra.cli.render.customers import as_yaml

    books = sqlite_books
    bring(
        books, "customers:\n  '1': {name: 'A: \"b\"', locations: {'no 1': {name: x}}, terms: 10}\n"
    )
    with books.read() as reader:
        found = view(reader, "1", preferences().customers)
    (again,) = read_yaml("\n".join(as_yaml(found)), "again.yaml")
    assert dict(again.change) == found.own


def test_an_import_gives_a_customer_its_class_and_finds_old_numbers(sqlite_books: SqlBooks) -> None:
    books = sqlite_books

    def bring_table(*rows: CustomerRow) -> TableReceipt:
        table = CustomersTable("csv:customers", rows)
        return import_customers(
            books, table, file_name="c.csv", sha256="c", preferences=preferences(), actor="ada",
            at=ACTOR.at,
        )  # fmt: skip

    bring_table(
        CustomerRow(2, "1", "Ada", customer_class="export"),
        CustomerRow(3, "2", "Bo", parent="1", auto_apply=False),
        CustomerRow(4, "3", "Cy", terms="10", write_off_limit=700),
    )
    told = [(c.terms, c.write_off_limit, p.customer_class, p.auto_apply)
            for c, p in (profile(books, number) for number in "123")]  # fmt: skip
    assert told == [
        ("60", None, "export", False), ("30", 500, "domestic", False), ("10", 700, "domestic", True)
    ]  # fmt: skip
    rename_customer(books, "1", "9", ACTOR)
    again = bring_table(
        CustomerRow(2, "1", "Ada", customer_class="domestic"), CustomerRow(3, "2", "Bo", parent="1")
    )
    assert (again.new, again.changed, again.unchanged) == (0, 1, 1)
    assert profile(books, "9")[0].terms == "30"
    assert codes(lambda: bring_table(CustomerRow(2, "5", "X", customer_class="dom"))) == ["RK839"]
    change(books, "2", "consolidate_balance=true", "share_credit=true")
    bring_table(CustomerRow(2, "9", "Ada", status="credit_hold"))
    assert profile(books, "2")[0].status == "credit_hold", "a member follows its head"
    assert not check(books)


def test_a_draft_about_the_other_keeps_a_member_in_its_group(sqlite_books: SqlBooks) -> None:
    books = sqlite_books
    for head in ("H", "G"):
        change(books, head, f"name={head}")
    change(books, "M", "name=Member", "parent=H")
    with books.write() as writer:
        writer.append([OWED])
        writer.append([DocumentReference(COMPANY, 1, 1, "payment_reference", "1037779", "1037779")])
        writer.append([MEANT])

    def move(parent: str) -> TableReceipt:
        return import_customers(
            books, CustomersTable("csv:customers", (CustomerRow(2, "M", "Member", parent=parent),)),
            file_name="c.csv", sha256="c", preferences=preferences(), actor="ada", at=ACTOR.at,
        )  # fmt: skip

    assert codes(lambda: change(books, "M", "parent=")) == ["RK943"]
    assert codes(lambda: change(books, "M", "parent=G")) == ["RK943"]
    assert codes(lambda: move("G")) == ["RK943"]
    move("H")
    change(books, "M", "parent=H", "name=Still a member")
    with books.write() as writer:
        writer.replace([MEANT._replace(status="discarded")])
    move("G")
    change(books, "M", "parent=")
