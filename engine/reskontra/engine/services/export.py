"""Export: tables for machines, in a stable order, money in exact minor units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from reskontra.engine import money
from reskontra.engine.ledger.records import (
    BankLineState,
    Decision,
    JournalEntry,
    JournalLine,
)
from reskontra.engine.plan.model import Plan, PlannedLine, decision_ids
from reskontra.engine.ports import Reader
from reskontra.engine.services.customer_numbers import numbers_of

Row = dict[str, str | int]

DECISION_COLUMNS = (
    "company", "bank_line", "source_id", "booking_date", "amount_minor", "currency", "outcome",
    "tier", "rule", "document", "allocated_minor", "relevance", "runner_up", "decision_id",
)  # fmt: skip
JOURNAL_COLUMNS = (
    "company", "entry", "series", "number", "date", "text", "line", "account", "role", "currency",
    "amount", "amount_minor", "base_amount_minor", "customer", "run", "decision_id", "reverses",
)  # fmt: skip


def decisions(reader: Reader) -> Iterator[Row]:
    """One row per bank line and allocation of the decisions that were recorded last.

    A rest, or a line without allocation, has a row with an empty ``document``; credit notes are
    negative. Lines of a withdrawn import are left out; a line that was taken back is held, with its
    whole amount as rest.
    """
    states = {found.bank_line_id: found.state for found in reader.records(BankLineState)}
    current: dict[int, Decision] = {d.bank_line_id: d for d in reader.records(Decision)}
    for bank_line in sorted(current):
        decision, state = current[bank_line], states[bank_line]
        if state == "withdrawn":
            continue
        line = PlannedLine.from_text(decision.record)
        if state == "taken_back":
            line = replace(line, outcome="hold", allocations=(), blocked="")
        yield from _decision_rows(reader.company, line, decision.decision_id)


def planned_decisions(plan: Plan) -> Iterator[Row]:
    """The same rows for a plan that is not applied yet."""
    identifiers = decision_ids(plan.basis, plan.records)
    lines = zip(plan.lines, identifiers, strict=True)
    for line, identifier in sorted(lines, key=lambda pair: pair[0].line):
        yield from _decision_rows(plan.basis.company, line, identifier)


def _decision_rows(company: str, line: PlannedLine, identifier: str) -> Iterable[Row]:
    outcome = "review" if line.blocked else line.outcome
    parts = [(a.number, a.sign * a.paid) for a in line.allocations]
    rest = (line.paid or line.amount) - sum(amount for _, amount in parts)
    if rest or not parts:
        parts.append(("", rest))
    for document, allocated in parts:
        yield {
            "company": company, "bank_line": line.line, "source_id": line.source_id,
            "booking_date": line.booking_date, "amount_minor": line.amount,
            "currency": line.currency, "outcome": outcome, "tier": line.tier, "rule": line.rule,
            "document": document, "allocated_minor": allocated, "relevance": line.relevance,
            "runner_up": line.runner_up, "decision_id": identifier,
        }  # fmt: skip


def journal(reader: Reader) -> Iterator[Row]:
    """One row per line of every voucher, in voucher order; debit positive."""
    entries = {entry.id: entry for entry in reader.records(JournalEntry)}
    customers = numbers_of(reader)
    for line in reader.records(JournalLine):
        entry = entries[line.entry_id]
        yield {
            "company": line.company, "entry": entry.id, "series": entry.series,
            "number": entry.number, "date": entry.entry_date, "text": entry.text,
            "line": line.line, "account": line.account, "role": line.role,
            "currency": line.currency, "amount": money.exact(line.amount, line.currency),
            "amount_minor": line.amount, "base_amount_minor": line.base_amount,
            "customer": customers.get(line.customer_id or 0, ""), "run": entry.run_id,
            "decision_id": entry.decision_id, "reverses": entry.reverses_id or "",
        }  # fmt: skip
