"""Every law of the books finds the fault of a program that writes wrong records, seals and all.

The books of a small company are right; then one record is written that should not be, through the
same writer that the program uses: nothing was tampered with, and still ``check`` names it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from tests.properties.ledger_world import COMPANY, World, documents, payments, setting_in

from reskontra.adapters.storage.opening import open_books
from reskontra.adapters.storage.upgrading import upgrade
from reskontra.engine.ledger.auditing import Actor, Deed, record_deeds
from reskontra.engine.ledger.laws import LAWS
from reskontra.engine.ledger.periods import closed_periods_stayed
from reskontra.engine.ledger.records import (
    Application,
    Audit,
    BankLineState,
    Decision,
    Document,
    ImportFile,
    JournalEntry,
    JournalLine,
    OpenItem,
    PeriodLock,
    Record,
    Run,
    SeriesCounter,
    Transfer,
    TransferReceipt,
)
from reskontra.engine.ports import Writer
from reskontra.engine.services.check import check

Fault = Callable[[Writer], None]


@pytest.fixture(scope="module")
def right_books() -> Iterator[Path]:
    """Booked, written off, discounted, open payments, a run undone, an import withdrawn."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "books.sqlite"
        upgrade(f"sqlite:///{path}")
        items = documents(0, [(0, 2, 1), (0, 0, 1), (0, 1, 14), (3, 3, 1), (4, 4, 2)])
        file = payments(items, [(0, 1, 2), (1, 0, 0), (2, 4, 8), (3, 1, 7)])
        later = documents(1, [(0, 2, 1), (1, 0, 2)])
        second = payments(later, [(0, 0, 0), (1, 0, 0)])
        world = World(
            open_books(f"sqlite:///{path}", COMPANY), setting_in(folder),
            [(items, file), (later, second)],
        )  # fmt: skip
        world.open()
        for action in (
            ("match", 0, 0, 0), ("items", 1, 0, 0), ("bank", 1, 0, 0), ("match", 0, 0, 0),
            ("undo", 1, 0, 0), ("withdraw", 4, 0, 0),
        ):  # fmt: skip
            world.act(action)
        world.prove()
        assert world.refused == []
        kinds = {document.kind for document in world.records(Document)}
        assert {"payment", "void_payment", "small_balance_write_off"} <= kinds
        assert any(a.discount for a in world.records(Application))
        assert {s.state for s in world.records(BankLineState)} >= {"booked", "withdrawn"}
        yield path


def first(writer: Writer, kind: type[Any], /, **equals: Any) -> Any:
    return next(iter(writer.records(kind, **equals)))


def add(writer: Writer, record: Any, /, **changes: Any) -> Any:
    """Append a changed copy of a record under the next id."""
    copy = record._replace(id=writer.last_id(type(record)) + 1, **changes)
    writer.append([copy])
    return copy


def standing(writer: Writer, kind: type[Any]) -> Any:
    """A record that made something and was never reversed."""
    gone = {r.reverses_id for r in writer.records(kind)}
    return next(
        r for r in writer.records(kind)
        if r.id not in gone and r.reverses_id is None and r.run_id is not None
    )  # fmt: skip


def entry_over(writer: Writer) -> None:
    entry = add(writer, first(writer, JournalEntry), number="X1")
    line = first(writer, JournalLine)
    add(writer, line, entry_id=entry.id, amount=5, base_amount=5)


def entry_empty(writer: Writer) -> None:
    add(writer, first(writer, JournalEntry), number="X1")


def line_alone(writer: Writer) -> None:
    add(writer, first(writer, JournalLine), entry_id=999)


def open_amount(writer: Writer) -> None:
    item = first(writer, OpenItem)
    writer.replace([item._replace(open_amount=item.open_amount + 1)])


def open_item_missing(writer: Writer) -> None:
    writer.remove(OpenItem, [first(writer, OpenItem).document_id])


def open_item_of_another(writer: Writer) -> None:
    item = first(writer, OpenItem)
    writer.replace([item._replace(customer_id=(item.customer_id or 0) + 1)])


def debit_to_debit(writer: Writer) -> None:
    application = standing(writer, Application)
    debits = [d.id for d in writer.records(Document, kind="invoice")]
    add(writer, application, source_id=next(d for d in debits if d != application.target_id))


def half_reversal(writer: Writer) -> None:
    application = standing(writer, Application)
    add(writer, application, amount=-1, discount=0, reverses_id=application.id)


def reversed_twice(writer: Writer) -> None:
    reversal = next(a for a in writer.records(Application) if a.reverses_id is not None)
    add(writer, reversal)


def reversed_before_it_was(writer: Writer) -> None:
    application = standing(writer, Application)
    add(
        writer, application, amount=-application.amount, discount=-application.discount,
        applied_on="2026-11-01", reverses_id=application.id,
    )  # fmt: skip


def void_before_its_document(writer: Writer) -> None:
    payment = next(d for d in writer.records(Document, kind="payment") if d.run_id == 1)
    add(
        writer, payment, kind="void_payment", document_date="2026-11-01", reverses_id=payment.id
    )  # fmt: skip


def void_of_other_amount(writer: Writer) -> None:
    payment = next(d for d in writer.records(Document, kind="payment") if d.run_id == 1)
    add(writer, payment, kind="void_payment", amount=payment.amount + 1, reverses_id=payment.id)


def control_account(writer: Writer) -> None:
    """Balanced, but nothing in the subledger says so."""
    entry = add(writer, first(writer, JournalEntry), number="X1")
    line = first(writer, JournalLine)._replace(entry_id=entry.id, role="x")
    add(writer, line, line=1, account="1510", amount=7, base_amount=7)
    add(writer, line, line=2, account="1930", amount=-7, base_amount=-7)


def base_value_alone(writer: Writer) -> None:
    """In base currency only: nothing moves in the document's own."""
    entry = add(writer, first(writer, JournalEntry), number="X1")
    line = first(writer, JournalLine)._replace(entry_id=entry.id, role="x", amount=0)
    add(writer, line, line=1, account="1510", base_amount=7)
    add(writer, line, line=2, account="3960", base_amount=-7)


def state_lost(writer: Writer) -> None:
    writer.remove(BankLineState, [1])


def booked_twice(writer: Writer) -> None:
    entry = next(e for e in writer.records(JournalEntry) if e.run_id == 1)
    twin = add(writer, entry, number="X1")
    for line in list(writer.records(JournalLine, entry_id=entry.id)):
        add(writer, line, entry_id=twin.id)


def booked_without_voucher(writer: Writer) -> None:
    waiting = next(s for s in writer.records(BankLineState) if s.state != "booked")
    writer.replace([waiting._replace(state="booked")])


def state_of_no_decision(writer: Writer) -> None:
    writer.replace([first(writer, BankLineState)._replace(decision_id="nothing")])


def decision_of_no_run(writer: Writer) -> None:
    add(writer, first(writer, Decision, outcome="review"), decision_id="x", run_id=99)


def decision_twice(writer: Writer) -> None:
    add(writer, first(writer, Decision))


def document_of_no_decision(writer: Writer) -> None:
    document = standing(writer, Document)
    copy = add(writer, document, number="P7777777", decision_id="x", initial_open=0)
    assert copy.kind in ("payment", "small_balance_write_off")


def application_of_no_decision(writer: Writer) -> None:
    add(writer, standing(writer, Application), decision_id="x", amount=1, discount=0)


def voucher_of_no_decision(writer: Writer) -> None:
    add(writer, first(writer, JournalEntry), number="X1", decision_id="x")


def plan_twice(writer: Writer) -> None:
    add(writer, first(writer, Run))


def undo_of_nothing(writer: Writer) -> None:
    add(writer, first(writer, Run), plan_id="y", kind="undo", reverses_id=None)


def match_that_reverses(writer: Writer) -> None:
    add(writer, first(writer, Run), plan_id="y", kind="match", reverses_id=1)


def undo_of_an_undo(writer: Writer) -> None:
    undone = first(writer, Run, kind="undo")
    add(writer, undone, plan_id="y", reverses_id=undone.id)


def number_left_out(writer: Writer) -> None:
    """A voucher J00000099 after J00000009, and the counter follows."""
    add(writer, first(writer, JournalEntry), number="J00000099")
    counter = next(c for c in writer.records(SeriesCounter) if c.series == "journal")
    writer.replace([counter._replace(last_number="J00000099", taken=counter.taken + 1)])


def counter_ahead(writer: Writer) -> None:
    counter = next(c for c in writer.records(SeriesCounter) if c.series == "payments")
    writer.replace([counter._replace(taken=counter.taken + 1)])


def changed_record(writer: Writer, change: Callable[[dict[str, Any]], None]) -> None:
    """The books of a decision under a record that says something else."""
    decision = next(d for d in writer.records(Decision) if d.outcome == "apply")
    record = json.loads(decision.record)
    change(record)
    add(
        writer,
        decision,
        decision_id="changed",
        record=json.dumps(record, ensure_ascii=False, separators=(",", ":")),
    )


def record_unbalanced(writer: Writer) -> None:
    changed_record(writer, lambda record: record.update(unapplied=1))


def record_below_zero(writer: Writer) -> None:
    changed_record(writer, lambda record: record["allocations"][0].update(before=0))


def record_of_other_line(writer: Writer) -> None:
    changed_record(writer, lambda record: record.update(line=record["line"] + 1))


def record_not_booked(writer: Writer) -> None:
    changed_record(writer, lambda record: None)


def application_extra(writer: Writer) -> None:
    add(writer, standing(writer, Application), amount=1, discount=0)


def payment_extra(writer: Writer) -> None:
    payment = next(d for d in writer.records(Document, kind="payment") if d.run_id == 1)
    add(writer, payment, number="P7777777", initial_open=0)


def payment_of_a_stranger(writer: Writer) -> None:
    payment = next(d for d in writer.records(Document, kind="payment") if d.run_id == 1)
    add(writer, payment, number="P7777777", initial_open=0, customer_id=99)


def voucher_of_another_day(writer: Writer) -> None:
    entry = first(writer, JournalEntry)
    add(writer, entry, number="X1", entry_date="2026-12-31")


def voucher_half_reversed(writer: Writer) -> None:
    entry = next(e for e in writer.records(JournalEntry) if e.run_id == 1)
    half = add(writer, entry, number="X1", reverses_id=entry.id)
    line = first(writer, JournalLine, entry_id=entry.id)
    add(writer, line, entry_id=half.id, line=1, amount=-1, base_amount=-1)
    add(writer, line, entry_id=half.id, line=2, amount=1, base_amount=1)


def voucher_reversed_before_it_was(writer: Writer) -> None:
    entry = next(e for e in writer.records(JournalEntry) if e.run_id == 1)
    early = add(
        writer, entry, number="X1", entry_date="2026-11-01", reverses_id=entry.id
    )  # fmt: skip
    for line in list(writer.records(JournalLine, entry_id=entry.id)):
        add(writer, line, entry_id=early.id, amount=-line.amount, base_amount=-line.base_amount)


def discount_again(writer: Writer) -> None:
    granted = next(a for a in writer.records(Application) if a.discount)
    add(writer, granted, amount=0)


def discount_late(writer: Writer) -> None:
    """A document without discount terms is given one."""
    applied = next(a for a in writer.records(Application) if not a.discount and a.run_id == 1)
    add(writer, applied, amount=0, discount=1)


def line_lives_on(writer: Writer) -> None:
    gone = first(writer, BankLineState, state="withdrawn")
    writer.replace([gone._replace(state="new")])


def line_gone_alone(writer: Writer) -> None:
    lives = next(s for s in writer.records(BankLineState) if s.state != "withdrawn")
    writer.replace([lives._replace(state="withdrawn")])


def withdrawn_twice(writer: Writer) -> None:
    add(writer, first(writer, ImportFile, kind="withdrawal"))


def transfer(writer: Writer, first_entry: int, last_entry: int) -> None:
    number = writer.last_id(Transfer) + 1
    writer.append(
        [
            Transfer(
                COMPANY, number, str(number), first_entry, last_entry, "A", "", False, "kim", "now"
            )
        ]
    )


def transfer_with_a_hole(writer: Writer) -> None:
    transfer(writer, 1, 2)
    transfer(writer, 4, 4)


def transfer_of_no_voucher(writer: Writer) -> None:
    transfer(writer, 1, 999)


def acknowledged_twice(writer: Writer) -> None:
    transfer(writer, 1, 2)
    writer.append([TransferReceipt(COMPANY, i, 1, "K1", "kim", "now") for i in (1, 2)])


def close_november(writer: Writer, state: str) -> None:
    actor = Actor("cleo", "", "2026-12-04T10:00:00Z")
    number = writer.last_id(PeriodLock) + 1
    writer.append([PeriodLock(COMPANY, number, "2026-11", state, actor.login, "", actor.at)])
    record_deeds(writer, actor, [Deed(f"{state} period", "period:2026-11")])


def book_in_november(writer: Writer, reason: str) -> None:
    plan = f"z{writer.last_id(Run)}"
    run = add(writer, first(writer, Run), plan_id=plan, reason=reason)
    record_deeds(writer, Actor("anna", reason, run.at), [Deed("apply match", f"run:{run.id}")])
    add(writer, first(writer, JournalEntry), number=plan, run_id=run.id)


def booked_in_a_hard_period(writer: Writer) -> None:
    close_november(writer, "hard")
    book_in_november(writer, "a good one")


def booked_in_a_soft_period_without_reason(writer: Writer) -> None:
    close_november(writer, "open")
    close_november(writer, "soft")
    book_in_november(writer, "")
    close_november(writer, "open")


def closed_by_nobody(writer: Writer) -> None:
    writer.append([PeriodLock(COMPANY, 1, "2026-11", "hard", "cleo", "", "")])


def audit_beside_the_chain(writer: Writer) -> None:
    add(writer, first(writer, Audit))


FAULTS: tuple[tuple[str, str, str, Fault], ...] = (
    ("vouchers_balance", "RK760", "does not balance", entry_over),
    ("vouchers_balance", "RK760", "has no lines", entry_empty),
    ("vouchers_balance", "RK760", "entry 999", line_alone),
    ("open_items_are_right", "RK761", "open_item", open_amount),
    ("open_items_are_right", "RK761", "open_item", open_item_missing),
    ("open_items_are_right", "RK761", "open_item", open_item_of_another),
    ("applications_fit", "RK762", "credit to a debit", debit_to_debit),
    ("applications_fit", "RK762", "does not mirror", half_reversal),
    ("applications_fit", "RK762", "does not mirror", reversed_twice),
    ("applications_fit", "RK762", "does not mirror", reversed_before_it_was),
    ("documents_mirror", "RK762", "what it voids", void_of_other_amount),
    ("documents_mirror", "RK762", "what it voids", void_before_its_document),
    ("subledger_is_control_account", "RK763", "account 1510", control_account),
    ("base_amounts_follow", "RK763", "in base currency", base_value_alone),
    ("bank_lines_are_conserved", "RK764", "belong together", state_lost),
    ("bank_lines_are_conserved", "RK764", "to book", booked_twice),
    ("bank_lines_are_conserved", "RK764", "to book", booked_without_voucher),
    ("states_follow_decisions", "RK765", "bank_line_state", state_of_no_decision),
    ("states_follow_decisions", "RK765", "run 99", decision_of_no_run),
    ("decisions_are_whole", "RK765", "recorded twice", decision_twice),
    ("decisions_are_whole", "RK765", "document", document_of_no_decision),
    ("decisions_are_whole", "RK765", "application", application_of_no_decision),
    ("decisions_are_whole", "RK765", "journal_entry", voucher_of_no_decision),
    ("decisions_are_whole", "RK765", "plan of another run", plan_twice),
    ("runs_reverse_once", "RK765", "takes back", undo_of_nothing),
    ("runs_reverse_once", "RK765", "takes back", match_that_reverses),
    ("runs_reverse_once", "RK765", "takes back", undo_of_an_undo),
    ("series_have_no_gaps", "RK766", "hole", number_left_out),
    ("series_have_no_gaps", "RK766", "were taken", counter_ahead),
    ("decisions_were_carried_out", "RK767", "identity", record_unbalanced),
    ("decisions_were_carried_out", "RK767", "identity", record_below_zero),
    ("decisions_were_carried_out", "RK767", "bank line differ", record_of_other_line),
    ("decisions_were_carried_out", "RK767", "voucher", record_not_booked),
    ("decisions_were_carried_out", "RK767", "voucher", booked_twice),
    ("decisions_were_carried_out", "RK767", "applications", application_extra),
    ("decisions_were_carried_out", "RK767", "payment", payment_extra),
    ("decisions_were_carried_out", "RK767", "payment", payment_of_a_stranger),
    ("decisions_were_carried_out", "RK767", "bank line differ", voucher_of_another_day),
    ("vouchers_mirror", "RK760", "does not mirror", voucher_half_reversed),
    ("vouchers_mirror", "RK760", "does not mirror", voucher_reversed_before_it_was),
    ("discounts_were_due", "RK768", "were agreed", discount_again),
    ("discounts_were_due", "RK768", "after its discount", discount_late),
    ("withdrawn_imports_are_gone", "RK769", "is new", line_lives_on),
    ("withdrawn_imports_are_gone", "RK769", "is withdrawn", line_gone_alone),
    ("withdrawn_imports_are_gone", "RK769", "withdrawn twice", withdrawn_twice),
    ("transfers_are_whole", "RK878", "ended with 2", transfer_with_a_hole),
    ("transfers_are_whole", "RK878", "journal_entry 999", transfer_of_no_voucher),
    ("transfers_are_whole", "RK878", "acknowledged twice", acknowledged_twice),
    ("closed_periods_stayed", "RK867", "(hard)", booked_in_a_hard_period),
    ("closed_periods_stayed", "RK867", "(soft)", booked_in_a_soft_period_without_reason),
    ("closed_periods_stayed", "RK867", "0 deeds", closed_by_nobody),
    ("audit_is_chained", "RK765", "does not follow", audit_beside_the_chain),
)


@pytest.mark.parametrize(
    ("law", "code", "words", "fault"), FAULTS, ids=[fault.__name__ for *_, fault in FAULTS]
)
def test_a_wrong_record_is_found_and_named(
    right_books: Path, tmp_path: Path, law: str, code: str, words: str, fault: Fault
) -> None:
    path = tmp_path / "books.sqlite"
    shutil.copy(right_books, path)
    books = open_books(f"sqlite:///{path}", COMPANY)
    with books.write() as writer:
        fault(writer)
    assert list(books.tampering()) == []
    proving = next(each for each in LAWS if each.__name__ == law)
    with books.read() as reader:
        found = list(proving(reader))
    assert any(p.code == code and words in p.message for p in found), found
    assert {(p.code, p.message) for p in found} <= {(p.code, p.message) for p in check(books)}


def test_every_law_is_broken_by_a_fault() -> None:
    assert {law.__name__ for law in LAWS} == {law for law, *_ in FAULTS}


@pytest.mark.parametrize("law", LAWS, ids=[law.__name__ for law in LAWS])
def test_empty_books_break_no_law(tmp_path: Path, law: Callable[..., Iterator[Any]]) -> None:
    url = f"sqlite:///{tmp_path / 'books.sqlite'}"
    upgrade(url)
    with open_books(url, COMPANY).read() as reader:
        assert list(law(reader)) == []


SERIES: dict[str, tuple[list[tuple[str, str]], list[tuple[str, str, int]], bool]] = {
    "every year begins at 1": (
        [("26-1", "2026-12-30"), ("26-2", "2026-12-31"), ("27-1", "2027-01-01")],
        [("/2026-01-01", "26-2", 2), ("/2027-01-01", "27-1", 1)],
        True,
    ),
    "numbers alike, years apart": (
        [("8", "2026-12-30"), ("9", "2026-12-31"), ("101", "2027-01-01")],
        [("/2026-01-01", "9", 2), ("/2027-01-01", "101", 1)],
        True,
    ),
    "a step of ten": (
        [("10", "2026-01-01"), ("20", "2026-01-02"), ("30", "2026-01-02")],
        [("/", "30", 3)],
        True,
    ),
    "a step of ten with a hole": (
        [("10", "2026-01-01"), ("20", "2026-01-02"), ("40", "2026-01-02")],
        [("/", "40", 3)],
        False,
    ),
    "a hole at the turn of the year": (
        [("26-1", "2026-12-30"), ("27-2", "2027-01-01")],
        [("/2026-01-01", "26-2", 2), ("/2027-01-01", "27-2", 1)],
        False,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("numbers", "counters", "right"), SERIES.values(), ids=SERIES)
def test_series_with_years_and_steps(
    tmp_path: Path,
    numbers: list[tuple[str, str]],
    counters: list[tuple[str, str, int]],
    right: bool,
) -> None:
    url = f"sqlite:///{tmp_path / 'books.sqlite'}"
    upgrade(url)
    books = open_books(url, COMPANY)
    entries: list[Record] = [
        JournalEntry(COMPANY, n, "journal", number, on, "", 1, "d", None)
        for n, (number, on) in enumerate(numbers, start=1)
    ]
    rows: list[Record] = [SeriesCounter(COMPANY, "journal", *counter) for counter in counters]
    with books.write() as writer:
        writer.append(entries)
        writer.replace(rows)
    law = next(law for law in LAWS if law.__name__ == "series_have_no_gaps")
    with books.read() as reader:
        assert (list(law(reader)) == []) is right


def test_what_was_booked_before_closing_after_opening_or_with_a_reason_breaks_no_law(
    right_books: Path, tmp_path: Path
) -> None:
    path = tmp_path / "books.sqlite"
    shutil.copy(right_books, path)
    books = open_books(f"sqlite:///{path}", COMPANY)
    with books.write() as writer:
        close_november(writer, "soft")
        book_in_november(writer, "forgotten")
        close_november(writer, "open")
        book_in_november(writer, "")
        close_november(writer, "hard")
    with books.read() as reader:
        assert list(closed_periods_stayed(reader)) == []
