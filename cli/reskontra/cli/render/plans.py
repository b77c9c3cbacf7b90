"""A plan as a consultant reads it: what is booked, what waits, and what moves in the accounts.

Signs in front of a group: ``+`` booked, ``~`` booked with a difference, ``?`` waits for a person,
``=`` held, ``-`` hidden,
``!`` cannot be booked as decided.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import typer

from reskontra.cli.render.amounts import local
from reskontra.cli.render.words import counted

if TYPE_CHECKING:
    from reskontra.engine.plan.model import Plan, PlannedLine
    from reskontra.engine.services.apply_plan import Applied
    from reskontra.engine.services.match import SetAside

_ORDER = ("apply", "open_payment", "cash_entry", "hide", "hold", "review", "blocked")
_SIGNS = {
    "apply": "+", "open_payment": "+", "cash_entry": "+", "hide": "-", "hold": "=",
    "review": "?", "blocked": "!",
}  # fmt: skip
_WORDS = {
    "apply": "apply", "open_payment": "open payment", "cash_entry": "cash entry", "hide": "hide",
    "hold": "hold", "review": "review", "blocked": "blocked",
}  # fmt: skip


@dataclass(slots=True)
class Group:
    """Lines of one outcome, rule and currency."""

    outcome: str
    rule: str
    currency: str
    why: str
    lines: int = 0
    documents: int = 0
    amount: int = 0


@dataclass(slots=True)
class Summary:
    """Totals of a plan, computed once and checked before they are shown."""

    groups: list[Group] = field(default_factory=list)
    postings: dict[tuple[str, str, str], int] = field(default_factory=dict)
    """(currency, account, role) -> minor units."""
    amounts: dict[tuple[str, str], int] = field(default_factory=dict)
    """(currency, outcome) -> minor units of the bank lines."""


def summarise(lines: Iterable[PlannedLine]) -> Summary:
    """Groups and postings of planned lines; every currency's postings sum to zero."""
    summary = Summary()
    groups: dict[tuple[str, str, str], Group] = {}
    for line in lines:
        outcome = "blocked" if line.blocked else line.outcome
        why = line.blocked or line.because
        key = (outcome, line.rule, line.currency)
        group = groups.setdefault(key, Group(outcome, line.rule, line.currency, why))
        group.lines += 1
        group.amount += line.amount
        total = (line.currency, outcome)
        summary.amounts[total] = summary.amounts.get(total, 0) + line.amount
        if line.is_booked:
            group.documents += len(line.allocations)
            for posting in line.postings:
                account = (line.currency, posting.account, posting.role)
                summary.postings[account] = summary.postings.get(account, 0) + posting.amount
    summary.groups = sorted(groups.values(), key=lambda g: (_ORDER.index(g.outcome), g.rule))
    for currency in {key[0] for key in summary.postings}:
        moved = sum(v for key, v in summary.postings.items() if key[0] == currency)
        assert moved == 0, "a plan's postings balance per currency"
    return summary


def print_plan(
    plan: Plan,
    identifier: str,
    *,
    country: str,
    output_format: str = "text",
    lines: bool = False,
    aside: Sequence[SetAside] = (),
) -> None:
    """Print a plan: sums for people, or everything as JSON; ``aside`` waits outside of it."""
    if output_format == "json":
        sys.stdout.write(json.dumps(_json(plan, identifier, aside), ensure_ascii=False) + "\n")
        return
    summary = summarise(plan.lines)
    basis = plan.basis
    typer.echo(
        f"Plan {identifier[:10]}  {basis.company}  rules {basis.pack_hash[:8]}  "
        f"up to {basis.as_of or '-'}  {counted(len(plan.lines), 'bank line')}"
    )
    if plan.lines:
        for text in ("", *(_group(group, country) for group in summary.groups), ""):
            typer.echo(text)
        for text in _posting_lines(summary, country):
            typer.echo(text)
        if lines:
            _print_lines(plan.lines, country)
    elif not aside:
        typer.echo("Nothing to do.")
    for text in _aside(aside, country):
        typer.echo(text)


def _aside(aside: Sequence[SetAside], country: str) -> Iterable[str]:
    """What no plan shows, and the command that brings it back."""
    for one in aside:
        money = f"{local(one.amount, one.currency, country)} {one.currency}"
        payments = counted(one.payments, "payment")
        wait = "waits" if one.payments == 1 else "wait"
        if one.state == "taken_back":
            how = f"`reskontra resolve run:{one.run} --release`"
            yield f"{payments} ({money}) taken back {wait} for {how}"
        else:
            how = "`reskontra show payments --state hold`"
            yield f"{payments} ({money}) held {wait} for a person: {how}"


def _group(group: Group, country: str) -> str:
    amount = local(group.amount, group.currency, country)
    documents = f"to {counted(group.documents, 'document')}" if group.documents else ""
    word = "payment" if group.lines == 1 else "payments"
    return (
        f"  {_SIGNS[group.outcome]} {_WORDS[group.outcome]:<13}{group.lines:>6} {word:<9}"
        f"{documents:<18}{amount:>17} {group.currency}  {group.rule or '-'}"
    )


def _posting_lines(summary: Summary, country: str) -> Iterable[str]:
    if not summary.postings:
        yield "  Nothing would be booked."
        return
    for currency in sorted({key[0] for key in summary.postings}):
        yield f"  Postings in {currency}"
        for (posted, account, role), amount in sorted(summary.postings.items()):
            if posted == currency and amount:
                yield f"    {account:<8}{role:<24}{local(amount, currency, country):>18}"
        yield f"    {'':<32}{local(0, currency, country):>18}  (sum)"


def _print_lines(lines: Sequence[PlannedLine], country: str) -> None:
    from reskontra.cli.render.tables import print_rows

    rows = [
        {
            "line": line.line,
            "date": line.booking_date,
            "amount": local(line.amount, line.currency, country),
            "payer": line.payer,
            "outcome": "blocked" if line.blocked else line.outcome,
            "documents": ", ".join(a.number for a in line.allocations),
            "why": line.blocked or line.because,
        }
        for line in lines
    ]
    columns = ("line", "date", "amount", "payer", "outcome", "documents", "why")
    print_rows(rows, columns, output_format="table", right=("line", "amount"))


def _json(plan: Plan, identifier: str, aside: Sequence[SetAside]) -> dict[str, Any]:
    from reskontra.engine.money import exact

    summary = summarise(plan.lines)
    return {
        "format_version": 1,
        "plan": identifier,
        "basis": plan.basis.record(),
        "groups": [
            {
                "outcome": group.outcome, "rule": group.rule, "currency": group.currency,
                "lines": group.lines, "documents": group.documents,
                "amount": exact(group.amount, group.currency),
            }
            for group in summary.groups
        ],
        "totals": [
            {"currency": currency, "outcome": outcome, "amount": exact(amount, currency)}
            for (currency, outcome), amount in sorted(summary.amounts.items())
        ],
        "postings": [
            {
                "currency": currency, "account": account, "role": role,
                "amount": exact(amount, currency),
            }
            for (currency, account, role), amount in sorted(summary.postings.items())
        ],
        "set_aside": [
            one._asdict() | {"amount": exact(one.amount, one.currency)} for one in aside
        ],
        "lines": [line.record() for line in plan.lines],
    }  # fmt: skip


def print_applied(applied: Applied, *, output_format: str) -> None:
    """Say what was booked."""
    if output_format == "json":
        from dataclasses import asdict

        sys.stdout.write(json.dumps(asdict(applied), ensure_ascii=False) + "\n")
        return
    for warning in applied.warnings:
        typer.echo(f"warning: {warning}", err=True)
    waits = f"{counted(applied.waiting, 'payment')} {'waits' if applied.waiting == 1 else 'wait'}"
    if not applied.run:
        typer.echo(f"Nothing new to record; {waits} as before.")
        return
    typer.echo(
        f"run:{applied.run} booked {counted(applied.booked, 'payment')}: "
        f"{counted(applied.documents, 'document')}, {counted(applied.entries, 'voucher')}"
        + (f"; {waits} for a person." if applied.waiting else ".")
    )
