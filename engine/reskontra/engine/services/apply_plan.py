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

from reskontra.engine.collection import no_collection
from reskontra.engine.errors import Exit, Problem, ReskontraError
from reskontra.engine.ledger.booking import Booking, Counters
from reskontra.engine.ledger.records import (
    Application,
    Audit,
    BankLineState,
    Customer,
    Decision,
    Document,
    DocumentReference,
    JournalEntry,
    JournalLine,
    OpenItem,
    PackText,
    Run,
    SeriesCounter,
)
from reskontra.engine.ledger.series import Numberer
from reskontra.engine.money import exact
from reskontra.engine.plan.model import Basis, Plan, PlannedLine, canonical, decision_id
from reskontra.engine.ports import Books, Reader, Writer
from reskontra.engine.preferences import Preferences


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it, why, and when (the only clock time; it takes part in no id)."""

    login: str
    reason: str
    at: str


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
    """Book ``plan``; raises ``ReskontraError`` (RK730-RK735, exit 3 when the world moved)."""
    _require_same_world(plan.basis, books.company, pack_hash)
    with no_collection(), books.write() as writer:
        _require_fresh(writer, plan, plan_id)
        lines = _to_record(writer, plan)
        if not lines:
            return Applied(run=0, booked=0, waiting=_waiting(plan), documents=0, entries=0)
        run_id = writer.last_id(Run) + 1
        booking = _booking(writer, plan, run_id, preferences)
        for line, record in lines:
            booking.record(line, decision_id(plan.basis, record), record)
        writer.append([_run(plan, plan_id, run_id, actor)])
        _keep_texts(writer, plan)
        store(writer, booking)
        writer.append(
            [
                _audit(
                    writer,
                    actor,
                    f"apply {plan.basis.kind}",
                    f"run:{run_id}",
                    _detail(plan, plan_id),
                )
            ]
        )
    booked = sum(line.is_booked for line, _ in lines)
    return Applied(
        run_id, booked, _waiting(plan), len(booking.documents), len(booking.entries),
        tuple(booking.numberer.warnings),
    )  # fmt: skip


def _waiting(plan: Plan) -> int:
    """Lines that wait for a person: what is hidden does not."""
    return sum(bool(line.blocked) or line.outcome in {"hold", "review"} for line in plan.lines)


def _require_same_world(basis: Basis, company: str, pack_hash: str) -> None:
    if basis.company != company:
        raise ReskontraError.of(
            "RK731",
            f"the plan belongs to company {basis.company!r}, not to {company!r}",
            exit_code=Exit.BAD_INPUT,
        )
    if basis.pack_hash != pack_hash:
        raise ReskontraError.of(
            "RK732",
            f"configuration or rules changed: the plan was made under {basis.pack_hash[:12]}, "
            f"now {pack_hash[:12]} is active",
            help="make a new plan with `reskontra match`",
            exit_code=Exit.MOVED,
        )


def _require_fresh(writer: Writer, plan: Plan, plan_id: str) -> None:
    for run in writer.records(Run, plan_id=plan_id):
        raise ReskontraError.of(
            "RK733",
            f"this plan was applied already, as run:{run.id} by {run.actor}",
            help=f"`reskontra undo run:{run.id}` would take it back",
            exit_code=Exit.MOVED,
        )
    if writer.revision() != plan.basis.revision:
        raise ReskontraError(tuple(_what_moved(writer, plan)), Exit.MOVED)


def _what_moved(reader: Reader, plan: Plan) -> Iterable[Problem]:
    """Name the rows of the plan that moved, and the work that moved the ledger."""
    yield Problem(
        "RK730",
        f"the ledger moved: the plan was made at revision {plan.basis.revision}, "
        f"it is now at {reader.revision()}",
        help="make a new plan with `reskontra match`",
    )
    for audit in reader.records(Audit):
        if audit.id > plan.basis.audit_id:
            yield Problem("RK730", f"since then: {audit.action} {audit.subject} by {audit.actor}")
    touched = sorted({a.document: a for line in plan.lines for a in line.allocations}.items())
    amounts = open_amounts(reader, [document for document, _ in touched])
    currencies = {a.document: line.currency for line in plan.lines for a in line.allocations}
    for document, allocation in touched:
        if (now := amounts.get(document, 0)) != allocation.before:
            currency = currencies[document]
            yield Problem(
                "RK730",
                f"document {allocation.number}: open {exact(allocation.before, currency)} "
                f"{currency} in the plan, {exact(now, currency)} {currency} now",
            )


def _to_record(reader: Reader, plan: Plan) -> list[tuple[PlannedLine, str]]:
    """Lines to record with their canonical text; what waits as before, unchanged, is left out."""
    waiting = {state.bank_line_id: state for state in reader.records(BankLineState, state="review")}
    known: dict[int, str] = {}
    wanted = [s.decision_id for s in waiting.values() if s.decision_id]
    for decision in reader.records(Decision, decision_id=wanted) if wanted else ():
        known[decision.bank_line_id] = _said(json.loads(decision.record))
    return [
        (line, record)
        for line, record in zip(plan.lines, plan.records, strict=True)
        if line.line not in known or known[line.line] != _said(json.loads(record))
    ]


def _said(record: dict[str, Any]) -> str:
    """What a decision says; that a line was new and waits now is nothing new about it."""
    return canonical(record | {"state": ""})


def open_amounts(reader: Reader, documents: list[int]) -> dict[int, int]:
    """Open amount by document id, for those that are open."""
    if not documents:
        return {}
    return {
        item.document_id: item.open_amount
        for item in reader.records(OpenItem, document_id=documents)
    }


def _booking(writer: Writer, plan: Plan, run_id: int, preferences: Preferences) -> Booking:
    touched = sorted({a.document for line in plan.lines for a in line.allocations})
    return Booking(
        company=writer.company,
        run_id=run_id,
        branch=preferences.company.branch,
        counters=next_ids(writer),
        numberer=Numberer.over(
            writer.company,
            preferences.numbering,
            writer.records(SeriesCounter),
            preferences.company.branch,
        ),
        customers={customer.number: customer.id for customer in writer.records(Customer)},
        open_amounts=open_amounts(writer, touched),
        imported=_imported_numbers(writer),
    )


def _imported_numbers(reader: Reader) -> frozenset[str]:
    """Numbers that imported documents of the kinds which runs make already carry."""
    kinds = ["payment", "small_balance_write_off", "small_credit_write_off"]
    return frozenset(reader.frame(Document, ("number",), kind=kinds, run_id=None)["number"])


def next_ids(writer: Writer) -> Counters:
    """The next free id of every kind of record that a run appends."""
    return Counters(
        document=writer.last_id(Document) + 1,
        reference=writer.last_id(DocumentReference) + 1,
        application=writer.last_id(Application) + 1,
        entry=writer.last_id(JournalEntry) + 1,
        line=writer.last_id(JournalLine) + 1,
        decision=writer.last_id(Decision) + 1,
    )


def _detail(plan: Plan, plan_id: str) -> str:
    """Which plan, and the settings that held for this run only."""
    return " ".join([plan_id[:12], *(f"--set {one}" for one in plan.basis.overrides)])


def _run(plan: Plan, plan_id: str, run_id: int, actor: Actor) -> Run:
    basis = plan.basis
    return Run(
        basis.company, run_id, basis.kind, plan_id, basis.as_of, basis.pack_hash,
        basis.engine_version, actor.login, actor.reason, None, actor.at,
    )  # fmt: skip


def _keep_texts(writer: Writer, plan: Plan) -> None:
    if plan.texts and not writer.count(PackText, pack_hash=plan.basis.pack_hash):
        text = PackText(
            writer.company, writer.last_id(PackText) + 1, plan.basis.pack_hash,
            canonical(dict(plan.texts)),
        )  # fmt: skip
        writer.append([text])


def _audit(writer: Writer, actor: Actor, action: str, subject: str, detail: str) -> Audit:
    return Audit(
        writer.company, writer.last_id(Audit) + 1, actor.login, action, subject, actor.reason,
        detail, actor.at,
    )  # fmt: skip


def store(writer: Writer, booking: Booking) -> None:
    """Write everything that a booking collected, and bring the projections up to date."""
    for records in (
        booking.documents, booking.references, booking.applications, booking.entries,
        booking.lines, booking.decisions,
    ):  # fmt: skip
        if records:
            writer.append(records)
    if booking.states:
        writer.replace(booking.states)
    store_open_amounts(writer, booking.open_amounts, booking.documents)
    counters = [booking.numberer.counters[key] for key in sorted(booking.numberer.counters)]
    if counters:
        writer.replace(counters)


def store_open_amounts(
    writer: Writer, amounts: dict[int, int], new_documents: Iterable[Document]
) -> None:
    """Replace the open items of these documents; settled ones go."""
    documents = {document.id: document for document in new_documents}
    closed = sorted(d for d, amount in amounts.items() if not amount and d not in documents)
    if closed:
        writer.remove(OpenItem, closed)
    unknown = sorted(d for d, amount in amounts.items() if amount and d not in documents)
    if unknown:
        documents |= {found.id: found for found in writer.records(Document, id=unknown)}
    still_open = [
        OpenItem(
            writer.company, document, documents[document].customer_id, documents[document].kind,
            documents[document].currency, amounts[document],
        )
        for document in sorted(amounts)
        if amounts[document]
    ]  # fmt: skip
    if still_open:
        writer.replace(still_open)
