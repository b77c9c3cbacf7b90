"""From proposals and decisions to planned lines: who gets the money, and the voucher that says so.

Nothing here chooses an outcome: rules did, or a person. What cannot be booked as decided is
``blocked`` in the plan, with
the reason, so that applying a plan never fails half-way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from reskontra.engine.matching.proposals import Proposals
from reskontra.engine.plan.model import Allocation, PlannedLine, Posting
from reskontra.engine.plan.postings import (
    CannotBookError,
    Settlement,
    WriteOffRoom,
    balanced,
    settle,
    settlement_postings,
)
from reskontra.engine.preferences import Preferences

Row = dict[str, Any]

RECORDED_ELSEWHERE = ("line_id", "customer_id", "text", "payer_name", "currency")
"""Facts that the planned line holds under its own names."""


SUBLEDGER_ROLES = ("ar_trade", "unidentified_receipts")
"""Roles whose accounts equal the sum of documents: nothing is booked there without one."""


@dataclass(frozen=True, slots=True)
class PlanInputs:
    """What planning reads; frames as in ``ports.Reader`` and ``matching.proposals``."""

    lines: pl.DataFrame
    proposals: Proposals
    decisions: pl.DataFrame
    """line_id Int64; outcome, treat, role, account, customer, rule, rule_at, because String."""
    items: pl.DataFrame
    customers: pl.DataFrame
    """id Int64, number String, write_off Boolean, write_off_limit Int64."""
    written_off: Mapping[int, int]
    """Document id -> minor units written off by earlier runs."""


def planned_lines(inputs: PlanInputs, preferences: Preferences) -> tuple[PlannedLine, ...]:
    """One planned line per bank line, ordered by booking date and id."""
    details = _Details.of(inputs)
    rooms = {
        currency: write_off_room(currency, inputs.customers, inputs.written_off, preferences)
        for currency in inputs.lines["currency"].unique()
    }
    left = dict(inputs.items.select("document_id", "open_amount").iter_rows())
    return tuple(
        _in_turn(_planned_line(row, details, rooms[row["currency"]], preferences), left)
        for row in inputs.lines.sort("booking_date", "id").iter_rows(named=True)
    )


def _in_turn(line: PlannedLine, left: dict[int, int]) -> PlannedLine:
    """The line, unless an earlier one left other open amounts (``left``) than were proposed.

    Matching deals out documents before rules decide: what is written off, or not booked after all,
    changes what the next payment of the same document finds. That payment waits for the next run.
    """
    if not line.is_booked:
        return line
    for a in line.allocations:
        if left.get(a.document, 0) != a.before:
            return replace(
                line, allocations=(), postings=(), unapplied=0, written_off=0,
                blocked=f"RK728 another payment of this plan leaves {a.number} otherwise "
                "than was proposed",
            )  # fmt: skip
    left.update((a.document, a.after) for a in line.allocations)
    return line


@dataclass(frozen=True, slots=True)
class _Details:
    """The frames as look-ups by line id, made once per plan."""

    facts: Mapping[int, Row]
    decisions: Mapping[int, Row]
    allocations: Mapping[int, list[Allocation]]
    suggestions: Mapping[int, list[Row]]
    evidence: Mapping[int, list[Row]]
    traces: Mapping[int, list[Row]]

    @classmethod
    def of(cls, inputs: PlanInputs) -> _Details:
        numbers = dict(inputs.items.select("document_id", "number").iter_rows())
        customers = dict(inputs.customers.select("id", "number").iter_rows())
        proposals = inputs.proposals
        return cls(
            facts={row["line_id"]: row for row in proposals.facts.iter_rows(named=True)},
            decisions={row["line_id"]: row for row in inputs.decisions.iter_rows(named=True)},
            allocations=_allocations(inputs),
            suggestions=_by_line(
                proposals.suggestions,
                lambda row: {
                    "rank": row["rank"],
                    "documents": [numbers.get(i, str(i)) for i in row["document_ids"]],
                    "tier": row["tier"],
                    "relevance": row["relevance"],
                    "customer": customers.get(row["customer_id"], ""),
                },
            ),
            evidence=_by_line(
                proposals.evidence,
                lambda row: (
                    _present(row, without=("line_id", "document_id"))
                    | {"document": numbers.get(row["document_id"], "")}
                ),
            ),
            traces=_by_line(
                proposals.traces,
                lambda row: (
                    _present(row, without=("line_id", "document_id"))
                    | {"document": numbers.get(row["document_id"], "")}
                ),
            ),
        )


def _by_line(frame: pl.DataFrame, shape: Any) -> dict[int, list[Row]]:
    rows: defaultdict[int, list[Row]] = defaultdict(list)
    for row in frame.iter_rows(named=True):
        rows[row["line_id"]].append(shape(row))
    return rows


def _allocations(inputs: PlanInputs) -> dict[int, list[Allocation]]:
    """Proposed allocations by line, with what a person reads: numbers instead of ids."""
    documents = inputs.items.select("document_id", "number", "kind", "account")
    customers = inputs.customers.select(
        pl.col("id").alias("customer_id"), pl.col("number").alias("customer")
    )
    rows = (
        inputs.proposals.allocations.join(documents, on="document_id", how="left")
        .join(customers, on="customer_id", how="left")
        .sort("line_id", "ordinal")
        .select(
            "line_id", "document_id", "number", "kind", "customer", "account", "sign",
            "open_before", "wanted", "discount",
        )
    )  # fmt: skip
    result: defaultdict[int, list[Allocation]] = defaultdict(list)
    for (
        line,
        document,
        number,
        kind,
        customer,
        account,
        sign,
        before,
        wanted,
        discount,
    ) in rows.iter_rows():
        result[line].append(
            Allocation(
                document=document, number=number, kind=kind, customer=customer or "",
                account=account, sign=sign, before=before, paid=wanted, discount=discount,
            )
        )  # fmt: skip
    return result


def _planned_line(
    row: Row, details: _Details, room: WriteOffRoom, preferences: Preferences
) -> PlannedLine:
    line_id = row["id"]
    facts, decision = details.facts[line_id], details.decisions[line_id]
    line = PlannedLine(
        line=line_id,
        source_id=row["source_id"],
        cash_account=row["cash_account"],
        booking_date=row["booking_date"],
        amount=row["amount"],
        currency=row["currency"],
        payer=row["payer_name"],
        text=row["text"],
        reference=facts["reference"] or "",
        outcome=decision["outcome"],
        treat=decision["treat"] or "",
        tier=facts["tier"] or "",
        rule=decision["rule"] or "",
        rule_at=decision["rule_at"] or "",
        because=decision["because"] or "",
        relevance=facts["relevance"] or 0,
        runner_up=max(0, (facts["relevance"] or 0) - (facts["lead"] or 0)),
        customer=decision["customer"] or facts["customer"] or "",
        account=decision["account"] or "",
        role=decision["role"] or "",
        state=row["state"],
        facts=_facts_record(facts),
        evidence=tuple(details.evidence.get(line_id, ())),
        trace=tuple(details.traces.get(line_id, ())),
        suggestions=tuple(details.suggestions.get(line_id, ())),
    )
    return book(line, details.allocations.get(line_id, ()), room=room, preferences=preferences)


def write_off_room(
    currency: str,
    customers: pl.DataFrame,
    written_off: Mapping[int, int],
    preferences: Preferences,
) -> WriteOffRoom:
    """The limits that hold for one currency: the tighter of company and customer wins."""
    return WriteOffRoom(
        company=preferences.differences.write_off_room(currency),
        customer=customer_limits(customers),
        used=written_off,
    )


def customer_limits(customers: pl.DataFrame) -> dict[str, int]:
    """Customer number -> own write-off limit; absent = only the company's limit holds."""
    limited = customers.filter(~pl.col("write_off") | pl.col("write_off_limit").is_not_null())
    return {
        number: (limit or 0) if allowed else 0
        for number, allowed, limit in limited.select(
            "number", "write_off", "write_off_limit"
        ).iter_rows()
    }


def book(
    line: PlannedLine,
    proposed: Sequence[Allocation],
    *,
    room: WriteOffRoom,
    preferences: Preferences,
) -> PlannedLine:
    """Work out allocations and postings of a decided line; what cannot be booked is blocked."""
    try:
        if line.outcome == "apply":
            return _apply(line, proposed, room, preferences)
        if line.outcome == "open_payment":
            return _open_payment(line, preferences)
        if line.outcome == "cash_entry":
            return _cash_entry(line, preferences)
    except CannotBookError as reason:
        return replace(line, blocked=str(reason))
    except KeyError as missing:
        return replace(line, blocked=f"RK726 the company has no account for role {missing}")
    return line


def _apply(
    line: PlannedLine, proposed: Sequence[Allocation], room: WriteOffRoom, preferences: Preferences
) -> PlannedLine:
    _require_receipt(line, preferences)
    if not proposed:
        raise CannotBookError("RK727 nothing is proposed that this payment could be applied to")
    settlement = settle(line.amount, proposed, treat=line.treat, room=room)
    customer = line.customer or proposed[0].customer
    return settled(
        replace(
            line,
            customer=customer,
            account=preferences.accounts.account("ar_trade"),
            role="ar_trade",
        ),
        settlement,
        preferences,
    )


def _open_payment(line: PlannedLine, preferences: Preferences) -> PlannedLine:
    _require_receipt(line, preferences)
    role = "ar_trade" if line.customer else "unidentified_receipts"
    account = preferences.accounts.account(role)
    whole = Settlement((), line.amount, 0)
    return settled(replace(line, account=account, role=role), whole, preferences)


def settled(line: PlannedLine, settlement: Settlement, preferences: Preferences) -> PlannedLine:
    """The line with its allocations and the voucher that books them."""
    bank = preferences.cash_account(line.cash_account).account
    return replace(
        line,
        allocations=settlement.allocations,
        unapplied=settlement.unapplied,
        written_off=settlement.written_off,
        postings=settlement_postings(
            bank,
            line.amount,
            settlement,
            surplus=Posting(line.account, line.role, -settlement.unapplied, line.customer),
            accounts=preferences.accounts,
        ),
    )


def _cash_entry(line: PlannedLine, preferences: Preferences) -> PlannedLine:
    _require_base_currency(line, preferences)
    account = line.account or preferences.accounts.account(line.role)
    for role in SUBLEDGER_ROLES:
        if account == preferences.accounts.roles.get(role):
            raise CannotBookError(
                f"RK729 account {account} ({role}) holds the customers' documents: a cash entry "
                "there would belong to none"
            )
    bank = preferences.cash_account(line.cash_account).account
    moves = (Posting(bank, "bank", line.amount), Posting(account, line.role, -line.amount))
    return replace(line, account=account, postings=balanced(moves))


def _require_receipt(line: PlannedLine, preferences: Preferences) -> None:
    if line.amount <= 0:
        raise CannotBookError("RK725 only money that came in can be applied to documents")
    _require_base_currency(line, preferences)


def _require_base_currency(line: PlannedLine, preferences: Preferences) -> None:
    base = preferences.company.currency
    if line.currency != base:
        raise CannotBookError(
            f"RK721 there is no exchange rate from {line.currency} to {base}: not booked"
        )


def _facts_record(facts: Row) -> Row:
    """Every fact that the rules saw, as plain data: a decision can be checked again from it."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in facts.items()
        if value is not None and name not in RECORDED_ELSEWHERE
    }


def _present(row: Row, *, without: Iterable[str]) -> Row:
    return {name: value for name, value in row.items() if value is not None and name not in without}
