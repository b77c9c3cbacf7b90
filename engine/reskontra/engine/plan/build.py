"""From proposals and decisions to planned lines: who gets the money, and the voucher that says so.

Nothing here chooses an outcome: rules did, or a person. What cannot be booked as decided is
``blocked`` in the plan, with
the reason, so that applying a plan never fails half-way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import polars as pl

from reskontra.engine.collection import no_collection
from reskontra.engine.matching.prepare import in_order
from reskontra.engine.matching.proposals import Proposals
from reskontra.engine.plan.details import details
from reskontra.engine.plan.model import BOOKED_OUTCOMES, Allocation, PlannedLine, Posting
from reskontra.engine.plan.postings import (
    CannotBookError,
    Settlement,
    WriteOffRoom,
    balanced,
    settle,
    settlement_postings,
)
from reskontra.engine.plan.told import ToldFacts, ToldRows
from reskontra.engine.preferences import Preferences

Row = dict[str, Any]


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
    """One planned line per bank line, in the order in which matching dealt out the documents: by
    booking date and content, so that neither the plan nor the books depend on the order of imports.
    """
    allocations = _allocations(inputs)
    rooms = {
        currency: write_off_room(currency, inputs.customers, inputs.written_off, preferences)
        for currency in inputs.lines["currency"].unique()
    }
    left = dict(inputs.items.select("document_id", "open_amount").iter_rows())
    planned = []
    with no_collection():  # nothing here is a cycle; walking it all again doubles the time
        for row in _rows(inputs).iter_rows():
            asked = Asked(*row[: len(Asked._fields)])
            proposed = allocations.get(asked.line, ())
            changes = booked(asked, proposed, rooms[asked.currency], preferences)
            planned.append(_planned_line(asked, row, _in_turn(asked.outcome, changes, left)))
    return tuple(planned)


class Asked(NamedTuple):
    """What is to be booked: the part of a planned line that its postings follow from."""

    line: int
    amount: int
    currency: str
    cash_account: str
    outcome: str
    treat: str
    customer: str
    account: str
    role: str


_OWN = (
    "source_id", "booking_date", "payer_name", "text", "reference", "tier", "rule", "rule_at",
    "because", "relevance", "runner_up", "state", "facts", "evidence", "trace", "suggestions",
)  # fmt: skip
"""Columns of ``_rows`` after those of ``Asked``."""


def _rows(inputs: PlanInputs) -> pl.DataFrame:
    """One row per bank line with all that its planned line says, in the order of the plan."""
    facts = inputs.proposals.facts.select(
        "line_id", "reference", "tier", pl.col("relevance").fill_null(0),
        pl.col("lead").fill_null(0), known_customer="customer",
    )  # fmt: skip
    decisions = inputs.decisions.select(
        "line_id", "outcome", "treat", "role", "account", "customer", "rule", "rule_at", "because"
    )
    texts = ("reference", "tier", "treat", "role", "account", "rule", "rule_at", "because")
    rows = (
        in_order(inputs.lines)
        .rename({"id": "line"})
        .join(facts, left_on="line", right_on="line_id", maintain_order="left")
        .join(decisions, left_on="line", right_on="line_id", maintain_order="left")
        .join(
            details(inputs.proposals, inputs.items, inputs.customers),
            left_on="line", right_on="line_id", maintain_order="left",
        )
        .with_columns(
            *(pl.col(name).fill_null("") for name in texts),
            customer=pl.when(pl.col("customer") != "")
            .then("customer")
            .otherwise(pl.col("known_customer").fill_null("")),
            runner_up=pl.max_horizontal(pl.col("relevance") - pl.col("lead"), 0),
        )
    )  # fmt: skip
    assert rows.height == inputs.lines.height, "every line has facts and a decision"
    return rows.select(*Asked._fields, *_OWN)


def _planned_line(asked: Asked, row: tuple[Any, ...], changes: Row) -> PlannedLine:
    (
        source_id, booking_date, payer, text, reference, tier, rule, rule_at, because, relevance,
        runner_up, state, facts, evidence, trace, suggestions,
    ) = row[len(Asked._fields) :]  # fmt: skip
    values = asked._asdict() | changes
    return PlannedLine(
        source_id=source_id, booking_date=booking_date, payer=payer, text=text,
        reference=reference, tier=tier, rule=rule, rule_at=rule_at, because=because,
        relevance=relevance, runner_up=runner_up, state=state, facts=ToldFacts(facts),
        evidence=ToldRows(evidence), trace=ToldRows(trace), suggestions=ToldRows(suggestions),
        **values,
    )  # fmt: skip


def _in_turn(outcome: str, changes: Row, left: dict[int, int]) -> Row:
    """What is booked, unless an earlier line left other open amounts (``left``) than were proposed.

    Matching deals out documents before rules decide: what is written off, or not booked after all,
    changes what the next payment of the same document finds. That payment waits for the next run.
    """
    if outcome not in BOOKED_OUTCOMES or "blocked" in changes:
        return changes
    allocations: tuple[Allocation, ...] = changes.get("allocations", ())
    for a in allocations:
        if left.get(a.document, 0) != a.before:
            return changes | {
                "allocations": (), "postings": (), "unapplied": 0, "written_off": 0,
                "blocked": f"RK728 another payment of this plan leaves {a.number} otherwise "
                "than was proposed",
            }  # fmt: skip
    left.update((a.document, a.after) for a in allocations)
    return changes


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
            "line_id", "document_id", "number", "kind", pl.col("customer").fill_null(""),
            "account", "sign", "open_before", "wanted", "discount",
        )
    )  # fmt: skip
    result: defaultdict[int, list[Allocation]] = defaultdict(list)
    for line, *allocation in rows.iter_rows():
        result[line].append(Allocation(*allocation))
    return result


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
    asked = Asked(*(getattr(line, name) for name in Asked._fields))
    return replace(line, **booked(asked, proposed, room, preferences))


def booked(
    asked: Asked, proposed: Sequence[Allocation], room: WriteOffRoom, preferences: Preferences
) -> Row:
    """The fields of a planned line that booking settles; ``blocked`` where it cannot be done."""
    try:
        if asked.outcome == "apply":
            return _apply(asked, proposed, room, preferences)
        if asked.outcome == "open_payment":
            return _open_payment(asked, preferences)
        if asked.outcome == "cash_entry":
            return _cash_entry(asked, preferences)
    except CannotBookError as reason:
        return {"blocked": str(reason)}
    except KeyError as missing:
        return {"blocked": f"RK726 the company has no account for role {missing}"}
    return {}


def _apply(
    asked: Asked, proposed: Sequence[Allocation], room: WriteOffRoom, preferences: Preferences
) -> Row:
    _require_receipt(asked, preferences)
    if not proposed:
        raise CannotBookError("RK727 nothing is proposed that this payment could be applied to")
    settlement = settle(asked.amount, proposed, treat=asked.treat, room=room)
    customer = asked.customer or proposed[0].customer
    return _settled(asked, settlement, "ar_trade", customer, preferences)


def _open_payment(asked: Asked, preferences: Preferences) -> Row:
    _require_receipt(asked, preferences)
    role = "ar_trade" if asked.customer else "unidentified_receipts"
    return _settled(asked, Settlement((), asked.amount, 0), role, asked.customer, preferences)


def _settled(
    asked: Asked, settlement: Settlement, role: str, customer: str, preferences: Preferences
) -> Row:
    """Allocations and the voucher that books them; what stays unapplied goes to ``role``."""
    account = preferences.accounts.account(role)
    return {
        "customer": customer,
        "account": account,
        "role": role,
        "allocations": settlement.allocations,
        "unapplied": settlement.unapplied,
        "written_off": settlement.written_off,
        "postings": settlement_postings(
            preferences.cash_account(asked.cash_account).account,
            asked.amount,
            settlement,
            surplus=Posting(account, role, -settlement.unapplied, customer),
            accounts=preferences.accounts,
        ),
    }


def _cash_entry(asked: Asked, preferences: Preferences) -> Row:
    _require_base_currency(asked, preferences)
    account = asked.account or preferences.accounts.account(asked.role)
    for role in SUBLEDGER_ROLES:
        if account == preferences.accounts.roles.get(role):
            raise CannotBookError(
                f"RK729 account {account} ({role}) holds the customers' documents: a cash entry "
                "there would belong to none"
            )
    bank = preferences.cash_account(asked.cash_account).account
    moves = (Posting(bank, "bank", asked.amount), Posting(account, asked.role, -asked.amount))
    return {"account": account, "postings": balanced(moves)}


def _require_receipt(asked: Asked, preferences: Preferences) -> None:
    if asked.amount <= 0:
        raise CannotBookError("RK725 only money that came in can be applied to documents")
    _require_base_currency(asked, preferences)


def _require_base_currency(asked: Asked, preferences: Preferences) -> None:
    base = preferences.company.currency
    if asked.currency != base:
        raise CannotBookError(
            f"RK721 there is no exchange rate from {asked.currency} to {base}: not booked"
        )
