"""A draft's life on both databases: entered, held, changed, discarded, released, taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, cast

import pytest
from tests.unit.engine.services.test_work import ANNA, PACK, preferences, state

from reskontra.adapters.storage.books import SqlBooks
from reskontra.engine.documents.entry import Entry, entry_of
from reskontra.engine.errors import ReskontraError
from reskontra.engine.ledger.records import (
    Audit,
    Customer,
    CustomerProfile,
    Document,
    DocumentDetail,
    DocumentReference,
    Draft,
    FormerNumber,
)
from reskontra.engine.ledger.works import Work
from reskontra.engine.ports import Decider
from reskontra.engine.preferences import Preferences
from reskontra.engine.preferences.ledger import Entry as Asked
from reskontra.engine.services import document_list
from reskontra.engine.services.check import check
from reskontra.engine.services.drafts import drafted, edit, enter, set_status
from reskontra.engine.services.release import mark_released, payment_references, plan_release
from reskontra.engine.services.setting import Setting
from reskontra.engine.services.undo import undo
from reskontra.engine.services.work import Worked, apply_work

__all__ = ["preferences"]
DAY = "2026-11-20"
ROOF = {"text": "Roof work", "quantity": 3, "price": "1250.00"}


@pytest.fixture
def ours(preferences: Preferences) -> Preferences:
    """Preferences of the company whose books are used."""
    return replace(preferences, company=replace(preferences.company, id="ACME"))


def customer(books: SqlBooks, **fields: Any) -> None:
    """Customer 1042, who agreed nothing; or what becomes of it."""
    ek = Customer(
        "ACME", 1, "1042", "Ek AB", "SE", "SEK", "", None, "", False, None, "active", None
    )
    with books.write() as writer:
        writer.replace([ek._replace(**fields)])


def entry(**data: Any) -> Entry:
    return entry_of({"kind": "invoice", "customer": 1042, "date": DAY, "lines": [ROOF]} | data)


def saved(books: SqlBooks, on: Preferences, *entries: Entry) -> list[Draft]:
    return [one.draft for one in enter(books, entries, preferences=on, actor=ANNA)]


def asked(on: Preferences, **changes: bool) -> Preferences:
    """Preferences that ask for this of a document that is entered."""
    said: Asked = replace(on.ledger.entry, **changes)
    return replace(on, ledger=replace(on.ledger, entry=said))


def unhold(books: SqlBooks, on: Preferences, *drafts: int) -> None:
    set_status(books, drafts, "balanced", preferences=on, actor=ANNA)


def planned(books: SqlBooks, on: Preferences, *drafts: int) -> Work:
    return plan_release(books, drafts, Setting(on, cast("Decider", None), PACK, {}, "test"))[0]


def release(books: SqlBooks, on: Preferences, *drafts: int) -> Worked:
    work = planned(books, on, *drafts)
    with books.read() as reader:
        references = payment_references(reader, work, on)
    return apply_work(
        books, work, preferences=on, pack_hash=PACK, actor=ANNA, references=references,
        also=lambda writer, worked: mark_released(writer, worked, work),
    )  # fmt: skip


def codes(act: Callable[[], object]) -> list[str]:
    with pytest.raises(ReskontraError) as caught:
        act()
    return [problem.code for problem in caught.value.problems]


def rows(books: SqlBooks, **filters: str) -> list[Mapping[str, Any]]:
    with books.read() as reader:
        return list(document_list.rows(reader, **filters))


def test_an_invoice_from_draft_to_document_and_back(books: SqlBooks, ours: Preferences) -> None:
    customer(books)
    before = state(books)
    (draft,) = saved(books, ours, entry(hold=True, order_number="PO 7", description="Roof"))
    assert (draft.status, draft.amount, draft.due_date) == ("hold", 4_688_00, "2026-12-20")
    assert state(books) == before, "a draft moves no money"
    assert codes(lambda: planned(books, ours, draft.id)) == ["RK811"]
    unhold(books, ours, draft.id)
    edit(books, draft.id, {"due_date": "2026-11-22"}, preferences=ours, actor=ANNA)
    changes = {"terms": "net10", "due_date": None}
    changed = edit(books, draft.id, changes, preferences=ours, actor=ANNA)
    assert (changed.draft.status, changed.draft.due_date) == ("balanced", "2026-11-30")

    worked = release(books, ours, draft.id)
    (document,) = worked.documents
    assert (document.kind, document.number, document.due_date) == (
        "invoice", "10001", "2026-11-30",
    )  # fmt: skip
    with books.read() as reader:
        keys = {r.kind: r.value for r in reader.records(DocumentReference, document_id=1)}
        assert keys == {"number": "10001", "order": "PO 7", "payment_reference": "1000173"}
        (detail,) = reader.records(DocumentDetail)
        assert (detail.description, detail.terms, detail.rate) == ("Roof", "net10", "")
        (now,) = reader.records(Draft)
        assert (now.status, now.document_id) == ("released", 1)
        deeds = [(one.action, one.subject) for one in reader.records(Audit)]
    assert deeds == [
        ("add draft", "draft:1"), ("unhold draft", "draft:1"), ("edit draft", "draft:1"),
        ("edit draft", "draft:1"),
        ("book documents", "run:1"),
    ]  # fmt: skip
    assert state(books)["open"] == {1: 4_688_00}
    assert check(books) == []

    for act in (
        lambda: edit(books, 1, {"terms": "net30"}, preferences=ours, actor=ANNA),
        lambda: set_status(books, [1], "hold", preferences=ours, actor=ANNA),
        lambda: planned(books, ours, 1),
    ):
        assert codes(act) == ["RK808"]
    assert planned(books, ours).steps == (), "nothing waits"

    undo(books, worked.run, preferences=ours, actor=ANNA)
    assert (state(books)["open"], state(books)["moves"]) == ({}, {})
    assert check(books) == []


def test_money_and_cash_sales(books: SqlBooks, ours: Preferences) -> None:
    customer(books)
    drafts = saved(
        books, ours,
        entry(kind="payment", lines=[], amount="500.00", payment_reference="K 1"),
        entry(kind="cash_sale", payment_reference="CARD 9"),
        entry(kind="cash_return", lines=[ROOF | {"quantity": 1}]),
        entry(kind="dunning_fee", lines=[{"text": "Reminder", "price": "60.00"}]),
    )  # fmt: skip
    worked = release(books, ours, *(draft.id for draft in drafts))
    assert [f"{one.kind} {one.number}" for one in worked.documents] == [
        "payment P0000001", "cash_sale 10001", "payment P0000002", "cash_return 10002",
        "refund R0000001", "dunning_fee 10003",
    ]  # fmt: skip
    now = state(books)
    assert now["open"] == {1: 500_00, 6: 60_00}, "cash sales are settled at once"
    assert now["moves"]["1930"] == 500_00 + 4_688_00 - 1_563_00
    with books.read() as reader:
        assert [draft.document_id for draft in reader.records(Draft)] == [1, 2, 4, 6]
        stated = {r.value: r.document_id for r in reader.records(DocumentReference)}
    assert (stated["K 1"], stated["CARD 9"]) == (1, 3), "the reference is that of the money"
    assert check(books) == []
    undo(books, worked.run, preferences=ours, actor=ANNA)
    assert (state(books)["open"], state(books)["moves"]) == ({}, {})
    assert check(books) == []


def test_all_or_none_and_every_problem(books: SqlBooks, ours: Preferences) -> None:
    customer(books)
    good, bad = entry(), entry(terms="net31", lines=[ROOF | {"vat": "24"}])
    assert codes(lambda: saved(books, ours, good, bad, entry(customer="1024"))) == [
        "RK801", "RK801", "RK830",
    ]  # fmt: skip
    preview = enter(books, [good], preferences=ours, actor=ANNA, preview=True)
    assert preview[0].draft.amount == 4_688_00
    with books.read() as reader:
        assert reader.count(Draft) == reader.count(Audit) == 0
        assert codes(lambda: drafted(reader, 1, ours)) == ["RK807"]

    first, second = saved(books, ours, good, good)
    set_status(books, [second.id], "discarded", preferences=ours, actor=ANNA)
    assert codes(lambda: planned(books, ours, 1, 2, 3)) == ["RK808", "RK807"]
    stale = planned(books, ours, first.id)
    set_status(books, [first.id], "hold", preferences=ours, actor=ANNA)
    assert "RK730" in codes(
        lambda: apply_work(books, stale, preferences=ours, pack_hash=PACK, actor=ANNA)
    )
    assert state(books)["documents"] == []


def test_a_credit_note_has_the_rate_of_its_invoice(books: SqlBooks, ours: Preferences) -> None:
    customer(books)
    (euros,) = saved(books, ours, entry(currency="EUR", rate="10.50"))
    release(books, ours, euros.id)
    note = entry(kind="credit_note", currency="EUR", corrects=["10001"])
    (draft,) = saved(books, ours, note)
    (made,) = release(books, ours, draft.id).documents
    assert made.base_amount == 4_687_50 * 10.5
    assert state(books)["moves"] == {}
    assert check(books) == []


def test_what_is_asked_of_a_document(books: SqlBooks, ours: Preferences) -> None:
    customer(books)
    held = asked(ours, hold=True)
    assert saved(books, held, entry(), entry(hold=False))[0].status == "hold"
    strict = asked(ours, validate_totals=True, require_payment_reference=True)
    money = entry(kind="payment", lines=[], amount="5", total="5")
    assert codes(lambda: saved(books, strict, entry(), money)) == ["RK803", "RK804"]
    third, fourth = saved(books, strict, entry(hold=True), replace(money, hold=True))
    assert codes(lambda: unhold(books, strict, third.id, fourth.id)) == ["RK803", "RK804"]
    assert codes(lambda: planned(books, strict, 2)) == ["RK803"], "asked again at release"

    zero = replace(ours, vat=replace(ours.vat, default="zero"))
    assert codes(lambda: planned(books, zero, 2)) == ["RK809"]
    assert edit(books, 2, {}, preferences=zero, actor=ANNA).draft.amount == 3_750_00
    assert len(planned(books, zero, 2).steps) == 1


def test_the_status_of_the_customer_holds(books: SqlBooks, ours: Preferences) -> None:
    customer(books)
    money = entry(kind="payment", lines=[], amount="5")
    owed = saved(books, ours, entry())[0]
    release(books, ours, owed.id)
    note = entry(kind="credit_note", corrects=["10001"])
    much = entry(kind="payment", lines=[], amount="4688.01")
    expected: dict[str, tuple[list[str], ...]] = {
        "on_hold": ([], [], []),
        "credit_hold": (["RK806"], [], []),
        "inactive": (["RK806"], ["RK806"], []),
        "one_time": ([], [], []),
    }
    for status, wanted in expected.items():
        customer(books, status=status)
        for made, told in zip((entry(), note, money), wanted, strict=True):
            if told:
                assert codes(partial(saved, books, ours, made)) == told
            else:
                saved(books, ours, made)
    customer(books, status="inactive")
    assert codes(partial(saved, books, ours, much)) == ["RK806"], "no more than it owes"
    customer(books, status="on_hold")
    waiting = [row["number"] for row in rows(books, status="balanced", kind="invoice")]
    draft = int(waiting[0].removeprefix("draft:"))
    assert codes(lambda: planned(books, ours, draft)) == ["RK806"], "saved, not released"


def test_a_draft_is_released_under_its_own_branch(books: SqlBooks, ours: Preferences) -> None:
    customer(books)
    oslo = replace(ours, company=replace(ours.company, branch="oslo"))
    (here,), (there,) = saved(books, ours, entry()), saved(books, oslo, entry())
    assert codes(lambda: planned(books, ours, there.id)) == ["RK812"]
    assert codes(lambda: edit(books, here.id, {}, preferences=oslo, actor=ANNA)) == ["RK812"]
    assert [step.subject for step in planned(books, oslo).steps] == ["draft:2"]
    (document,) = release(books, oslo, there.id).documents
    assert document.branch == "oslo"


def test_a_customer_of_another_number(books: SqlBooks, ours: Preferences) -> None:
    """A renamed customer is found by its old number; what a person said of it holds."""
    customer(books)
    customer(books, number="2042", terms="net10")
    with books.write() as writer:
        writer.append([FormerNumber("ACME", 1, 1, "1042", "anna", ANNA.at)])
        writer.append(
            [
                CustomerProfile(
                    "ACME", 1, "", "", False, False, "disabled", None, None, False, False, False,
                    '{"terms":"net10","vat_zone":"export"}',
                )
            ]
        )  # fmt: skip
    (draft,) = saved(books, ours, entry())
    assert (draft.due_date, draft.amount) == ("2026-11-30", 3_750_00)
    release(books, ours, draft.id)
    with books.read() as reader:
        (document,) = reader.records(Document)
        assert document.customer_id == 1
        assert not next(iter(reader.records(DocumentDetail))).overdue_charges


def test_drafts_and_documents_are_found(books: SqlBooks, ours: Preferences) -> None:
    customer(books)
    first, second, third = saved(
        books, ours,
        entry(description="Roof of the church"),
        entry(date="2026-10-30", hold=True),
        entry(kind="cash_sale"),
    )  # fmt: skip
    release(books, ours, first.id, third.id)
    listed = [(row["number"], row["status"], row["open"]) for row in rows(books)]
    assert listed == [
        ("draft:2", "hold", 0), ("P0000001", "closed", 0), ("10002", "closed", 0),
        ("10001", "open", 4_688_00),
    ]  # fmt: skip

    def numbers(**filters: str) -> list[str]:
        return [row["number"] for row in rows(books, **filters)]

    assert numbers(search="church") == ["10001"]
    assert numbers(search="ek 100%02") == ["10002"]
    assert numbers(status="draft") == numbers(status="hold") == ["draft:2"]
    assert numbers(kind="payment") == ["P0000001"]
    assert numbers(period="2026-10") == ["draft:2"]
    assert numbers(customer="1043") == []
    undo(books, 1, preferences=ours, actor=ANNA)
    assert numbers(status="voided") == ["P0000001", "10002", "10001"]
    assert second.id == 2
