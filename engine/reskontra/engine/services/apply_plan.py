"""Apply: book exactly what a plan says, in one transaction, or nothing at all.

Reads the plan and nothing else: no matcher and no rule runs here. Refuses a plan of another
company, one that was applied
before, one made under other rules, and one whose ledger has moved, and names what moved.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl

from reskontra.engine.errors import Exit, Problem, ReskontraError
from reskontra.engine.ledger.auditing import Actor, Deed, record_deeds
from reskontra.engine.ledger.booking import Booking, Ground, book_run
from reskontra.engine.ledger.periods import require_open
from reskontra.engine.ledger.records import (
    Application,
    BankLineState,
    Customer,
    Decision,
    Document,
    DocumentReference,
    JournalEntry,
    JournalLine,
    OpenItem,
    Run,
)
from reskontra.engine.ledger.standing import open_amounts
from reskontra.engine.money import exact
from reskontra.engine.plan.columns import Columns, as_paid
from reskontra.engine.plan.model import Plan, decision_ids, is_booked
from reskontra.engine.ports import Books, Reader, Writer
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.runs import (
    numberer_of,
    record_run,
    require_free,
    require_same_world,
    require_unapplied,
    store_counters,
    what_moved,
)


@dataclass(frozen=True, slots=True)
class Applied:
    """What was booked."""

    run: int
    """0 = there was nothing new to record."""
    booked: int
    waiting: int
    """Bank lines of the plan that wait for a person."""
    documents: int
    entries: int
    warnings: tuple[str, ...] = ()


def apply_plan(
    books: Books,
    plan: Plan,
    plan_id: str,
    *,
    preferences: Preferences,
    pack_hash: str,
    actor: Actor,
) -> Applied:
    """Book ``plan``; raises ``ReskontraError``: RK730-RK735 (exit 3 when the world moved), RK744
    a number that another document has, RK860 a bank line of a closed period.
    """
    require_same_world(plan.basis, books.company, pack_hash)
    with books.write() as writer:
        _require_fresh(writer, plan, plan_id)
        waiting = _waiting(plan)
        columns, decisions = _to_record(writer, plan)
        if not decisions.height:
            return Applied(run=0, booked=0, waiting=waiting, documents=0, entries=0)
        require_open(writer, columns.lines.filter(is_booked())["booking_date"].unique(), actor)
        run_id = writer.last_id(Run) + 1
        ground = _ground(writer, columns, run_id, preferences)
        booking = book_run(columns, decisions, ground)
        require_free(writer, booking.documents.select("kind", "number").iter_rows())
        record_run(writer, plan.basis, plan_id, plan.texts, actor)
        _store(writer, booking, ground)
        detail = _detail(plan, plan_id)
        record_deeds(writer, actor, [Deed(f"apply {plan.basis.kind}", f"run:{run_id}", detail)])
    return Applied(
        run_id, booking.entries.height, waiting, booking.documents.height, booking.entries.height,
        tuple(ground.numberer.warnings),
    )  # fmt: skip


def _waiting(plan: Plan) -> int:
    """Lines that wait for a person: what is hidden does not."""
    waits = (pl.col("blocked") != "") | pl.col("outcome").is_in(["hold", "review"])
    return int(plan.columns.lines.select(waits.sum()).item())


def _require_fresh(writer: Writer, plan: Plan, plan_id: str) -> None:
    require_unapplied(writer, plan_id)
    moved = list(what_moved(writer, plan.basis))
    if moved:
        raise ReskontraError((*moved, *_moved_rows(writer, plan)), Exit.MOVED)


def _moved_rows(reader: Reader, plan: Plan) -> Iterable[Problem]:
    """RK730 for each document of the plan whose open amount moved."""
    currencies = as_paid(plan.columns.lines).select("n", "currency")
    touched = plan.columns.allocations.join(currencies, on="n", maintain_order="left").unique(
        "document", keep="last", maintain_order=True
    ).sort("document")  # fmt: skip
    amounts = open_amounts(reader, touched["document"].to_list())
    for document, number, before, currency in touched.select(
        "document", "number", "before", "currency"
    ).iter_rows():  # fmt: skip
        if (now := amounts.get(document, 0)) != before:
            yield Problem(
                "RK730",
                f"document {number}: open {exact(before, currency)} "
                f"{currency} in the plan, {exact(now, currency)} {currency} now",
            )


def _to_record(reader: Reader, plan: Plan) -> tuple[Columns, pl.DataFrame]:
    """Lines to record, and their decisions; what waits as before, unchanged, is left out."""
    columns = plan.columns
    decisions = pl.DataFrame(
        {
            "n": columns.lines["n"],
            "decision_id": decision_ids(plan.basis, plan.records),
            "record": plan.records,
        },
        schema={"n": pl.Int64, "decision_id": pl.String, "record": pl.String},
    )
    waiting = reader.frame(BankLineState, ("decision_id",), state="review")["decision_id"]
    known = reader.frame(Decision, ("bank_line_id", "record"), decision_id=waiting.to_list())
    before = known.join(
        columns.lines.select("n", bank_line_id="line"), on="bank_line_id", maintain_order="left"
    ).join(decisions.select("n", now="record"), on="n", maintain_order="left")
    same = [n for n, was, now in before.select("n", "record", "now").iter_rows()
            if _said(was) == _said(now)]  # fmt: skip
    if not same:
        return columns, decisions
    changed = ~pl.col("n").is_in(same)
    kept = Columns(*(frame.filter(changed) for frame in
                     (columns.lines, columns.allocations, columns.postings)))  # fmt: skip
    return kept, decisions.filter(changed)


def _said(record: str) -> dict[str, Any]:
    """What a decision says; that a line was new and waits now is nothing new about it."""
    said: dict[str, Any] = json.loads(record)
    return said | {"state": ""}


def _ground(writer: Writer, columns: Columns, run_id: int, preferences: Preferences) -> Ground:
    touched = columns.allocations["document"].unique().sort().to_list()
    customers = writer.frame(Customer, ("number", "id"))
    return Ground(
        run_id=run_id,
        branch=preferences.company.branch,
        numberer=numberer_of(writer, preferences),
        customers=dict(customers.iter_rows()),
        open_items=writer.frame(OpenItem, document_id=touched),
        last_document=writer.last_id(Document),
        last_entry=writer.last_id(JournalEntry),
    )


def _detail(plan: Plan, plan_id: str) -> str:
    """Which plan, and the settings that held for this run only."""
    return " ".join([plan_id[:12], *(f"--set {one}" for one in plan.basis.overrides)])


def _store(writer: Writer, booking: Booking, ground: Ground) -> None:
    """Write everything that was booked, and bring the projections up to date."""
    writer.append_frame(Document, booking.documents)
    writer.append_frame(DocumentReference, booking.references)
    writer.append_frame(Application, booking.applications)
    writer.append_frame(JournalEntry, booking.entries)
    writer.append_frame(JournalLine, booking.lines)
    writer.append_frame(Decision, booking.decisions)
    writer.replace_frame(BankLineState, booking.states)
    writer.remove(OpenItem, booking.closed)
    writer.replace_frame(OpenItem, booking.open_items)
    store_counters(writer, ground.numberer)
