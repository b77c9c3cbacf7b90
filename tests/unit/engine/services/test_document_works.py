"""What people do with released documents: apply, take off, reverse, void; in any order the ledger
and its control accounts stay one, in the documents' currency and in base currency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.engine.services.test_settling import ON, book, customer, fill, left, migrated
from tests.unit.engine.services.test_work import ANNA, C, invoice, preferences

from reskontra.adapters.storage.books import SqlBooks
from reskontra.engine.errors import ReskontraError
from reskontra.engine.ledger.balance import sign
from reskontra.engine.ledger.base_amounts import open_base
from reskontra.engine.ledger.records import (
    Document,
    DocumentLink,
    DocumentVat,
    JournalEntry,
    JournalLine,
    OpenItem,
)
from reskontra.engine.ledger.works import (
    Move,
    NewDocument,
    PlannedStep,
    application,
    document,
    voucher,
)
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.applications import plan_application, plan_unapplication
from reskontra.engine.services.check import check
from reskontra.engine.services.corrections import plan_reversal, plan_void
from reskontra.engine.services.undo import reach, undo
from reskontra.engine.services.work import Worked
from reskontra.engine.services.write_off import Small, plan_write_offs

__all__ = ["preferences"]
RECEIVABLES = ("1510", "2420", "2990")
EUR: dict[str, Any] = {"currency": "EUR"}


def do(
    books: SqlBooks, kind: str, preferences: Preferences, plan: Callable[..., Any], *of: Any
) -> Worked:
    """Plan a work on the books as they are, and book it."""
    with books.read() as reader:
        found = plan(reader, *of, preferences)
    return book(books, kind, list(found) if isinstance(found, tuple) else [found], preferences)


def apply(books: SqlBooks, p: Preferences, source: str, target: str, amount: str = "") -> Worked:
    return do(books, "applications", p, plan_application, source, target, amount, ON)


def unapply(books: SqlBooks, p: Preferences, source: str, target: str, on: str = "") -> Worked:
    return do(books, "applications", p, plan_unapplication, source, target, on)


def lines(books: SqlBooks, run: int) -> list[tuple[str, int, int]]:
    """Account, amount and base amount of what a run posted."""
    with books.read() as reader:
        entries = [entry.id for entry in reader.records(JournalEntry, run_id=run)]
        found = reader.records(JournalLine, entry_id=entries)
        return [(line.account, line.amount, line.base_amount) for line in found]


def require_right(books: SqlBooks) -> None:
    """Every law, and the same in base currency: what is open is what the control account holds."""
    assert check(books) == []
    base: dict[str, int] = defaultdict(int)
    with books.read() as reader:
        items = {item.document_id: item.open_amount for item in reader.records(OpenItem)}
        for one in reader.records(Document):
            base[one.account] += sign(one.kind) * open_base(one, items.get(one.id, 0))
            if one.migrated:
                base[one.account] -= sign(one.kind) * open_base(one, one.initial_open)
        for line in reader.records(JournalLine):
            if line.account in RECEIVABLES:
                base[line.account] -= line.base_amount
    assert not any(base.values()), dict(base)


def receipt(amount: int, base: int, *uses: tuple[int, int], currency: str = "EUR") -> PlannedStep:
    """Money by hand that pays (document, amount); kept to one rate, so that nothing is realised."""
    new = NewDocument(
        document(
            C, "payment", customer_id=1, document_date="2026-11-20", currency=currency,
            amount=amount, base_amount=base, account="1510",
        )
    )  # fmt: skip
    posted = voucher(
        C, on="2026-11-20", text="Payment", currency=currency,
        moves=[
            Move("1930", "bank", amount, base),
            Move("1510", "ar_trade", -amount, -base, 1, -1),
        ],
    )  # fmt: skip
    applied = tuple(application(C, -1, target, part, on="2026-11-20") for target, part in uses)
    return PlannedStep("customer:1", "paid", (new,), applied, (posted,))


def test_credits_are_used_and_taken_off_in_any_order(
    books: SqlBooks, preferences: Preferences
) -> None:
    fill(
        books,
        migrated(1, "invoice", 100_00, base_amount=1_119_99, **EUR),
        migrated(2, "payment", 70_00, base_amount=790_01, **EUR),
        migrated(3, "credit_note", 50_00, base_amount=555_55, **EUR),
        migrated(4, "prepayment", 10_00, account="2420", base_amount=113_00, **EUR),
    )
    before = left(books)
    first = apply(books, preferences, "D2", "D1", "33.33")
    apply(books, preferences, "D3", "D1", "33.33")
    prepaid = apply(books, preferences, "D4", "invoice:D1")
    assert lines(books, prepaid.run) == [
        ("2420", 10_00, 113_00), ("1510", -10_00, -111_99),
        (preferences.accounts.account("fx_gain"), 0, -1_01),
    ]  # fmt: skip
    assert left(books) == {1: 23_34, 2: 36_67, 3: 16_67}
    require_right(books)
    unapply(books, preferences, "D3", "D1")
    undo(books, first.run, preferences=preferences, actor=ANNA)
    require_right(books)
    unapply(books, preferences, "D4", "D1", "2026-12-24")
    assert left(books) == before
    require_right(books)
    with books.read() as reader:
        moved: dict[str, int] = defaultdict(int)
        for line in reader.records(JournalLine):
            moved[line.account] += line.base_amount
        stood = reader.item_frame("2026-12-23").filter(document_id=4)
    assert {moved.pop(account) for account in ("1510", "2420")} == {0}
    assert sum(moved.values()) == 0, "nothing is left of what was realised"
    assert max(moved.values()) <= 1, "but an öre between gain and loss, where shares are rounded"
    assert stood.is_empty(), "until it was taken off, it was used"


def test_money_of_nobody_pays_what_a_person_says(books: SqlBooks, preferences: Preferences) -> None:
    fill(
        books, migrated(1, "invoice", 300), migrated(2, "invoice", 100, owner=2),
        migrated(3, "payment", 200, account="2990", customer_id=None),
        migrated(4, "payment", 50),
        customers=(customer(1), customer(2, parent=1)),
    )  # fmt: skip
    run = apply(books, preferences, "D3", "D1")
    assert lines(books, run.run) == [("2990", 200, 200), ("1510", -200, -200)]
    run = apply(books, preferences, "D4", "D2")
    assert lines(books, run.run) == [], "a parent pays for its child on one account at one rate"
    assert left(books) == {1: 100, 2: 50}
    require_right(books)


def test_a_document_is_corrected_whole(books: SqlBooks, preferences: Preferences) -> None:
    fill(books, migrated(1, "payment", 250_00))
    released = book(books, "documents", [invoice()], preferences)
    apply(books, preferences, "D1", "10001")
    corrected = do(books, "documents", preferences, plan_reversal, "10001", "")
    assert [(d.kind, d.number) for d in corrected.documents] == [("credit_note", "10002")]
    assert left(books) == {3: 250_00}, "what was paid is the customer's"
    assert lines(books, corrected.run) == [
        ("1510", -1_250_00, -1_250_00), ("3001", 1_000_00, 1_000_00), ("2611", 250_00, 250_00),
    ]  # fmt: skip
    with books.read() as reader:
        assert [x.other_id for x in reader.records(DocumentLink, document_id=3)] == [2]
        assert [x.vat for x in reader.records(DocumentVat, document_id=3)] == [250_00]
        assert reach(reader, released.run).later_runs == (2, 3)
    require_right(books)
    refused(books, preferences, plan_reversal, ("10001", ""), "RK819 credit note 10002 corrects")

    undo(books, corrected.run, preferences=preferences, actor=ANNA)
    assert left(books) == {2: 1_000_00}
    do(books, "documents", preferences, plan_reversal, "10001", "")
    undone = undo(books, released.run, preferences=preferences, actor=ANNA, cascade=True)
    assert len(undone) == 3
    assert left(books) == {1: 250_00}
    require_right(books)


def refused(
    books: SqlBooks, p: Preferences, plan: Callable[..., PlannedStep], of: Any, said: str
) -> None:
    """The plan is refused with this code and message, and nothing is written."""
    with books.read() as reader, pytest.raises(ReskontraError, match=said):
        plan(reader, *of, p)


def test_money_is_void_and_what_it_paid_is_open_again(
    books: SqlBooks, preferences: Preferences
) -> None:
    fill(
        books,
        migrated(1, "invoice", 100_00, base_amount=1_120_00, **EUR),
        migrated(2, "invoice", 50_00, base_amount=560_00, **EUR),
        migrated(3, "invoice", 50_00, base_amount=550_00, **EUR),
    )
    paid = book(
        books, "documents", [receipt(160_00, 1_792_00, (1, 100_00), (2, 10_00))], preferences
    )
    apply(books, preferences, "P0000001", "D3", "20.00")
    require_right(books)
    void = do(books, "voids", preferences, plan_void, "P0000001", "")
    assert [(d.kind, d.number) for d in void.documents] == [("void_payment", "P0000001")]
    assert void.documents[0].document_date == ON, "not before its last use"
    assert left(books) == {1: 100_00, 2: 50_00, 3: 50_00}
    require_right(books)
    refused(books, preferences, plan_void, ("P0000001", ""), f"RK820 .* is void since {ON}")
    for run, code in ((void.run, "RK737"), (paid.run, "RK739")):
        with pytest.raises(ReskontraError, match=code):
            undo(books, run, preferences=preferences, actor=ANNA)


def test_undo_leaves_out_what_was_taken_back_before(
    books: SqlBooks, preferences: Preferences
) -> None:
    fill(
        books,
        migrated(1, "invoice", 30_00, base_amount=333_33, **EUR),
        migrated(2, "invoice", 30_00, base_amount=300_00, **EUR),
        migrated(3, "payment", 60_00, base_amount=700_00, **EUR),
    )
    before = left(books)
    with books.read() as reader:
        steps = [
            plan_application(reader, "D3", target, "", ON, preferences) for target in ("D1", "D2")
        ]
    second = replace(steps[1], before=((2, 30_00), (3, 30_00)))
    both = book(books, "applications", [steps[0], second], preferences)
    off = unapply(books, preferences, "D3", "D1")
    with books.read() as reader:
        found = reach(reader, both.run)
    assert (len(found.applications), found.earlier_undone) == (1, (off.run,))
    undo(books, both.run, preferences=preferences, actor=ANNA)
    assert left(books) == before
    require_right(books)
    with pytest.raises(ReskontraError) as error:
        undo(books, both.run, preferences=preferences, actor=ANNA)
    assert error.value.problems[0].code == "RK739"


REFUSED: list[tuple[Callable[..., PlannedStep], tuple[str, ...], str]] = [
    (plan_application, ("D9", "D1", "", ""), "RK815 there is no document D9"),
    (plan_application, ("payment:D1", "D1", "", ""), "RK815 there is no document payment:D1"),
    (plan_application, ("T", "D1", "", ""), "RK815 T is the number of 2 documents"),
    (plan_application, ("D1", "D3", "", ""), "RK816 invoice D1 cannot settle payment D3"),
    (plan_application, ("D4", "D1", "", ""), "RK816 payment D4 is in EUR, invoice D1 in SEK"),
    (plan_application, ("D3", "D2", "", ""), "RK816 .* different customers"),
    (plan_application, ("D3", "D1", "", "2026-09-02"), "RK816 2026-09-02 is before 2026-09-03"),
    (plan_application, ("D3", "D1", "80.01", ""), "RK817 80.01 cannot be used: payment D3 has"),
    (plan_application, ("D3", "D1", "0.00", ""), "RK817 0.00 cannot be used"),
    (plan_application, ("D3", "D1", "1,5", ""), "RK817"),
    (plan_application, ("D3", "D5", "", ""), "RK817 nothing can be used: .* invoice D5 has 0.00"),
    (plan_unapplication, ("D3", "D1", ""), "RK818 payment D3 settles nothing of invoice D1"),
    (plan_reversal, ("D1", ""), "RK819 invoice D1 was not booked here"),
    (plan_reversal, ("D3", ""), "RK819 payment D3 is nothing that a customer has received"),
    (plan_void, ("D1", ""), "RK820 invoice D1 is neither money nor a write-off"),
    (plan_void, ("D3", ""), "RK820 payment D3 was brought from another system"),
    (plan_void, ("D8", ""), "RK820 payment D8 is what the bank said in line:7"),
]


def test_what_does_not_fit_is_refused_with_a_remedy(
    sqlite_books: SqlBooks, preferences: Preferences
) -> None:
    fill(
        sqlite_books,
        migrated(1, "invoice", 100_00), migrated(2, "invoice", 10, owner=2),
        migrated(3, "payment", 80_00), migrated(4, "payment", 5, **EUR),
        migrated(5, "invoice", 7, initial_open=0), migrated(6, "payment", 5, number="T"),
        migrated(7, "invoice", 5, number="T"), migrated(8, "payment", 5, bank_line_id=7),
        customers=(customer(1), customer(2)),
    )  # fmt: skip
    for plan, of, said in REFUSED:
        refused(sqlite_books, preferences, plan, of, said)
    with sqlite_books.read() as reader:
        assert plan_application(reader, "payment:T", "invoice:T", "", "", preferences).applications

    bare = replace(preferences, accounts=replace(preferences.accounts, roles={"ar_trade": "1510"}))
    with sqlite_books.write() as writer:
        writer.append([migrated(9, "invoice", 5, base_amount=60, **EUR)])
        writer.replace([OpenItem(C, 9, 1, "invoice", "EUR", 5)])
    refused(sqlite_books, bare, plan_application, ("D4", "D9", "", ""), "RK821 .* the role fx_loss")


def test_a_write_off_is_void_but_not_taken_off(books: SqlBooks, preferences: Preferences) -> None:
    on = replace(preferences, differences=replace(preferences.differences, write_off=True))
    fill(books, migrated(1, "invoice", 80), migrated(2, "invoice", 70))
    with books.read() as reader:
        steps = plan_write_offs(reader, Small(ON, on.ledger.reason_code("SMALL")), on)
    run = book(books, "write_offs", steps, on)
    refused(
        books,
        on,
        plan_unapplication,
        ("W0000001", "D1", ""),
        "RK818 small balance write off W0000001 is",
    )
    do(books, "voids", on, plan_void, "W0000001", "")
    assert left(books) == {1: 80}
    require_right(books)
    undo(books, run.run, preferences=on, actor=ANNA)
    assert left(books) == {1: 80, 2: 70}
    require_right(books)
