"""Automatic application, write-offs and exchange differences: planned, held to the limits, booked,
taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.engine.services.test_work import ANNA, PACK, preferences

from reskontra.adapters.storage.books import SqlBooks
from reskontra.engine.errors import ReskontraError
from reskontra.engine.ledger.records import (
    Customer,
    CustomerProfile,
    Document,
    DocumentMark,
    ImportFile,
    JournalLine,
    OpenItem,
)
from reskontra.engine.ledger.works import PlannedStep, work_of
from reskontra.engine.plan.model import Basis
from reskontra.engine.preferences import Preferences
from reskontra.engine.preferences.ledger import ReasonCode
from reskontra.engine.services.apply_payments import Wanted, plan_applications
from reskontra.engine.services.check import check
from reskontra.engine.services.undo import undo
from reskontra.engine.services.work import Worked, apply_work
from reskontra.engine.services.write_off import Small, plan_write_offs, reason_for

__all__ = ["preferences"]
C = "ACME"
ON = "2026-11-30"


def customer(id_: int, *, parent: int | None = None, write_off: bool = True) -> Customer:
    return Customer(
        C, id_, f"C{id_}", f"Ek {id_}", "SE", "SEK", "", parent, "30", write_off, None, "active",
        None,
    )  # fmt: skip


def migrated(id_: int, kind: str, amount: int, owner: int = 1, **fields: Any) -> Document:
    """A document from another system, all of it open."""
    due = None if kind in ("payment", "credit_note") else f"2026-10-{id_:02d}"
    made = Document(
        C, id_, kind, f"D{id_}", owner, "", f"2026-09-{id_:02d}", due, "SEK", amount, amount,
        "1510", "", "", None, 0, False, True, amount, 1, None, "", None, None,
    )  # fmt: skip
    return made._replace(**fields)


def fill(books: SqlBooks, *documents: Document, customers: tuple[Customer, ...] = ()) -> SqlBooks:
    with books.write() as writer:
        writer.append(
            [ImportFile(C, 1, "open_items", "f", "0" * 64, "t", "", 1, "{}", "a", "", None, "")]
        )
        writer.append(list(customers) or [customer(1)])
        writer.replace(
            [
                CustomerProfile(
                    C, 1, "STANDARD", "", True, True, "disabled", None, None, False, False, False,
                    "{}",
                )
            ]
        )  # fmt: skip
        writer.append(documents)
        writer.replace(
            [
                OpenItem(C, d.id, d.customer_id, d.kind, d.currency, d.initial_open)
                for d in documents
                if d.initial_open
            ]
        )
    return books


def left(books: SqlBooks) -> dict[int, int]:
    with books.read() as reader:
        return {item.document_id: item.open_amount for item in reader.records(OpenItem)}


def book(books: SqlBooks, kind: str, steps: list[PlannedStep], preferences: Preferences) -> Worked:
    with books.read() as reader:
        work = work_of(Basis(kind, C, reader.revision(), PACK, ON, "test"), steps, {})
    return apply_work(books, work, preferences=preferences, pack_hash=PACK, actor=ANNA)


def applied(books: SqlBooks, wanted: Wanted, preferences: Preferences) -> Worked:
    with books.read() as reader:
        steps = plan_applications(reader, wanted, preferences, lambda day: day)
    return book(books, "applications", steps, preferences)


def test_open_payments_settle_the_oldest_and_nothing_that_was_named(
    books: SqlBooks, preferences: Preferences
) -> None:
    fill(
        books,
        migrated(1, "invoice", 300), migrated(2, "invoice", 400, disputed=True),
        migrated(3, "overdue_charge", 50), migrated(4, "invoice", 500),
        migrated(5, "payment", 450), migrated(6, "credit_note", 100),
        migrated(7, "invoice", 200, owner=2), migrated(8, "payment", 999, owner=3),
        migrated(9, "payment", 70, document_date="2026-12-24"),
        customers=(customer(1), customer(2, parent=1), customer(3)),
    )  # fmt: skip
    run = applied(books, Wanted(ON), preferences)
    assert left(books) == {2: 400, 4: 400, 6: 100, 7: 200, 8: 999, 9: 70}
    undo(books, run.run, preferences=preferences, actor=ANNA)
    assert left(books)[5] == 450

    applied(books, Wanted(ON, credit_notes=True, children=True, charges_first=True), preferences)
    assert left(books) == {2: 400, 4: 300 + 500 - (450 + 100 - 50), 7: 200, 8: 999, 9: 70}
    applied(books, Wanted(ON, customers=frozenset({"C3"})), preferences)
    assert left(books)[8] == 999, "nothing of its own to settle"
    assert check(books) == []


def test_what_a_person_disputes_is_not_settled(
    sqlite_books: SqlBooks, preferences: Preferences
) -> None:
    fill(sqlite_books, migrated(1, "invoice", 90), migrated(2, "payment", 90))
    on = replace(preferences, differences=replace(preferences.differences, write_off=True))
    small = Small(ON, on.ledger.reason_code("SMALL"))
    with sqlite_books.write() as writer:
        writer.append([DocumentMark(C, 1, 1, "dispute", True, "", 0, "wrong price", "anna", "")])
    with sqlite_books.read() as reader:
        assert plan_applications(reader, Wanted(ON), on, str) == []
        assert plan_write_offs(reader, small, on) == []
    with sqlite_books.write() as writer:
        writer.append([DocumentMark(C, 2, 1, "dispute", False, "", 0, "agreed", "anna", "")])
    with sqlite_books.read() as reader:
        assert len(plan_applications(reader, Wanted(ON), on, str)) == 1
        assert len(plan_write_offs(reader, small, on)) == 1


def test_a_parents_payment_reaches_children_only_when_asked(
    sqlite_books: SqlBooks, preferences: Preferences
) -> None:
    fill(
        sqlite_books, migrated(1, "invoice", 200, owner=2), migrated(2, "payment", 150),
        customers=(customer(1), customer(2, parent=1)),
    )  # fmt: skip
    with sqlite_books.read() as reader:
        assert plan_applications(reader, Wanted(ON), preferences, str) == []
    applied(sqlite_books, Wanted(ON, children=True), preferences)
    assert left(sqlite_books) == {1: 50}


def test_what_two_rates_leave_is_a_realised_difference(
    books: SqlBooks, preferences: Preferences
) -> None:
    """E14, E15b: EUR 1 000 booked at 11.20; 400 received at 11.35, the rest at 11.05."""
    fill(
        books,
        migrated(1, "invoice", 1_000_00, base_amount=11_200_00, currency="EUR"),
        migrated(2, "payment", 400_00, base_amount=4_540_00, currency="EUR"),
    )
    applied(books, Wanted(ON), preferences)
    with books.read() as reader:
        lines = [(x.account, x.amount, x.base_amount) for x in reader.records(JournalLine)]
    gain = preferences.accounts.account("fx_gain")
    assert lines == [("1510", 0, 60_00), (gain, 0, -60_00)]
    assert left(books) == {1: 600_00}
    assert check(books) == []


def test_small_rests_are_written_off_within_the_tighter_limit(
    books: SqlBooks, preferences: Preferences
) -> None:
    fill(
        books,
        migrated(1, "invoice", 1_000_00, initial_open=80), migrated(2, "invoice", 1_01),
        migrated(3, "payment", 40), migrated(4, "invoice", 30, owner=2),
        migrated(5, "invoice", 60, disputed=True), migrated(6, "invoice", 90),
        customers=(customer(1), customer(2, write_off=False)),
    )  # fmt: skip
    off = preferences
    on = replace(off, differences=replace(off.differences, write_off=True))
    small = Small(ON, on.ledger.reason_code("SMALL"), up_to=85)
    small_credit = replace(small, reason=on.ledger.reason_code("SMALLCR"))
    with books.read() as reader:
        assert plan_write_offs(reader, small, off) == []
        steps = plan_write_offs(reader, small, on)
        generous = replace(on, differences=replace(on.differences, write_off_limit={"SEK": 5_00}))
        too_much = plan_write_offs(reader, replace(small, up_to=None), generous)
        credit = plan_write_offs(reader, small_credit, on)
    assert [step.subject for step in steps] == ["document:1"]
    assert [step.subject for step in too_much] == ["document:1", "document:2", "document:6"]
    before = left(books)
    for preferences_, refused in ((on, ["D2"]), (off, ["D1", "D2", "D6"])):
        with pytest.raises(ReskontraError) as error:
            book(books, "write_offs", too_much, preferences_)
        assert [p.code for p in error.value.problems] == ["RK890"] * len(refused)
        assert [p.message.split(" would")[0].split()[-1] for p in error.value.problems] == refused
    assert left(books) == before, "nothing of it was booked"
    run = book(books, "write_offs", [*steps, *credit], on)
    assert [d.kind for d in run.documents] == ["small_balance_write_off", "small_credit_write_off"]
    assert left(books) == {2: 1_01, 4: 30, 5: 60, 6: 90}
    assert check(books) == []
    undo(books, run.run, preferences=on, actor=ANNA)
    assert left(books) == before
    assert check(books) == []


def test_a_reason_code_says_where_a_write_off_goes(
    sqlite_books: SqlBooks, preferences: Preferences
) -> None:
    fill(sqlite_books, migrated(1, "invoice", 80), migrated(2, "invoice", 70))
    given = ReasonCode("GIFT", "Given away", "balance_write_off", "", "5999")
    ledger = replace(preferences.ledger, reason_codes=(*preferences.ledger.reason_codes, given))
    differences = replace(preferences.differences, write_off=True)
    ours = replace(preferences, ledger=ledger, differences=differences)
    moved = {}
    for code, role in (("", "rounding"), ("BADDEBT", "loss_confirmed"), ("GIFT", "")):
        reason = reason_for(code, credits_=False, preferences=ours)
        with sqlite_books.read() as reader:
            steps = plan_write_offs(reader, Small(ON, reason), ours)
        line = steps[0].vouchers[0].lines[0]
        assert (len(steps), line.role, line.amount) == (2, role, 80)
        assert steps[0].facts["reason_code"] == reason.id
        moved[reason.id] = line.account
    assert moved == {"SMALL": "3740", "BADDEBT": "6351", "GIFT": "5999"}
    assert reason_for("", credits_=True, preferences=ours).id == "SMALLCR"
    for wrong in ("GIFTS", "SMALLCR"):
        with pytest.raises(ReskontraError) as error:
            reason_for(wrong, credits_=False, preferences=ours)
        (problem,) = error.value.problems
        assert (problem.code, problem.help.endswith("has: SMALL, BADDEBT, GIFT")) == ("RK329", True)


def test_base_values_follow_in_whatever_order_payments_are_taken_back(
    books: SqlBooks, preferences: Preferences
) -> None:
    """EUR 0.03 worth 1.00: a third is 0.33, two thirds are 0.67, and so are not twice a third."""
    fill(
        books,
        migrated(1, "invoice", 3, base_amount=100, currency="EUR"),
        *(migrated(n, "payment", 1, base_amount=30 + n, currency="EUR") for n in (2, 3)),
        migrated(4, "payment", 2, base_amount=70, currency="EUR", document_date="2026-12-01"),
    )
    for number in (2, 3):
        only = Wanted(f"2026-09-{number:02d}")
        assert applied(books, only, preferences).applications == 1
    assert check(books) == []
    undo(books, 1, preferences=preferences, actor=ANNA)
    assert left(books) == {1: 2, 2: 1, 4: 2}
    assert check(books) == []
    applied(books, Wanted("2026-12-24"), preferences)
    assert left(books) == {4: 1}
    assert check(books) == [], "nothing open, nothing left in base currency"
