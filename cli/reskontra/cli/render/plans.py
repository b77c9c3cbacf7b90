"""A plan as a consultant reads it: what is booked, what waits, and what moves in the accounts.

Signs in front of a group: ``+`` booked, ``~`` booked with a difference, ``?`` waits for a person,
``=`` held, ``-`` hidden,
``!`` cannot be booked as decided.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from reskontra.cli.render.amounts import local, localised
from reskontra.cli.render.words import counted, say
from reskontra.engine.wording import worded

if TYPE_CHECKING:
    from reskontra.engine.plan.columns import Columns
    from reskontra.engine.plan.model import Plan, PlannedLine
    from reskontra.engine.services.apply_plan import Applied
    from reskontra.engine.services.match import SetAside

_ORDER = ("apply", "open_payment", "cash_entry", "hide", "hold", "review", "blocked")
_SIGNS = {
    "apply": "+", "open_payment": "+", "cash_entry": "+", "hide": "-", "hold": "=",
    "review": "?", "blocked": "!",
}  # fmt: skip


@dataclass(slots=True)
class Group:
    """Lines of one outcome, rule and currency."""

    outcome: str
    rule: str
    currency: str
    lines: int
    documents: int
    amount: int


@dataclass(slots=True)
class Summary:
    """Totals of a plan, computed once and checked before they are shown."""

    groups: list[Group]
    postings: dict[tuple[str, str, str], int]
    """(currency, account, role) -> minor units."""
    worth: dict[tuple[str, str, str], tuple[int, str]]
    """(currency, account, role) -> minor units of the base currency, and this; absent = as they
    are."""
    amounts: dict[tuple[str, str], int]
    """(currency, outcome) -> minor units of the bank lines."""


def summarise(columns: Columns) -> Summary:
    """Groups and postings of planned lines; every currency's postings sum to zero."""
    import polars as pl

    from reskontra.engine.plan.columns import as_paid
    from reskontra.engine.plan.model import is_booked

    lines = columns.lines.with_columns(
        shown=pl.when(pl.col("blocked") != "").then(pl.lit("blocked")).otherwise("outcome")
    )
    documents = columns.allocations.group_by("n").agg(documents=pl.len())
    groups = (
        lines.join(documents, on="n", how="left")
        .with_columns(documents=pl.when(is_booked()).then("documents").otherwise(0).fill_null(0))
        .group_by("shown", "rule", "currency")
        .agg(pl.len(), pl.col("documents").sum(), pl.col("amount").sum())
        .sort("rule", "currency")
    )
    amounts = lines.group_by("currency", "shown").agg(pl.col("amount").sum())
    moved = pl.col("amount", "base_amount").sum()
    postings = (
        columns.postings.join(as_paid(lines).select("n", "currency"), on="n")
        .group_by("currency", "account", "role")
        .agg(moved, pl.col("base_currency").first())
    )
    for currency, *sums in postings.group_by("currency").agg(moved).iter_rows():
        assert sums == [0, 0], f"a plan's postings balance: {currency}"
    return Summary(
        sorted((Group(*row) for row in groups.iter_rows()), key=lambda g: _ORDER.index(g.outcome)),
        {(currency, account, role): amount
         for currency, account, role, amount, _, _ in postings.iter_rows()},
        {(currency, account, role): (worth, base)
         for currency, account, role, _, worth, base in postings.iter_rows() if base},
        {(currency, outcome): amount for currency, outcome, amount in amounts.iter_rows()},
    )  # fmt: skip


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
    summary = summarise(plan.columns)
    basis = plan.basis
    typer.echo(
        say(
            "Plan {plan}  {company}  rules {rules}  up to {day}  {lines}",
            plan=identifier[:10],
            company=basis.company,
            rules=basis.pack_hash[:8],
            day=basis.as_of or "-",
            lines=counted(len(plan.records), "bank line"),
        )
    )
    if len(plan.records):
        for text in ("", *(_group(group, country) for group in summary.groups), ""):
            typer.echo(text)
        for text in _blocked(plan.columns, country):
            typer.echo(text)
        for text in _posting_lines(summary, country):
            typer.echo(text)
        if lines:
            _print_lines(plan.lines, country)
    elif not aside:
        typer.echo(say("Nothing to do."))
    for text in _aside(aside, country):
        typer.echo(text)


def _aside(aside: Sequence[SetAside], country: str) -> Iterable[str]:
    """What no plan shows, and the command that brings it back."""
    for one in aside:
        told = {
            "money": f"{local(one.amount, one.currency, country)} {one.currency}",
            "payments": counted(one.payments, "payment"),
            "wait": say("waits" if one.payments == 1 else "wait"),
        }
        if one.state == "taken_back":
            how = f"`reskontra resolve run:{one.run} --release`"
            yield say("{payments} ({money}) taken back {wait} for {how}", how=how, **told)
        else:
            how = "`reskontra show payments --state hold`"
            yield say("{payments} ({money}) held {wait} for a person: {how}", how=how, **told)


def _group(group: Group, country: str) -> str:
    amount = local(group.amount, group.currency, country)
    documents = ""
    if group.documents:
        documents = say("to {documents}", documents=counted(group.documents, "document"))
    several = say("payments")
    word = say("payment") if group.lines == 1 else several
    outcome = say(worded(group.outcome))
    return (
        f"  {_SIGNS[group.outcome]} {outcome:<13}{group.lines:>6} {word:<{len(several) + 1}}"
        f"{documents:<18}{amount:>17} {group.currency}  {group.rule or '-'}"
    )


def _blocked(columns: Columns, country: str) -> Iterable[str]:
    """Why lines cannot be booked as decided: of each code the first line, and the remedy."""
    import polars as pl

    from reskontra.config.error_pages import remedy

    blocked = columns.lines.filter(pl.col("blocked") != "")
    codes = blocked.sort("line").with_columns(code=pl.col("blocked").str.slice(0, 5))
    for (code,), rows in codes.group_by("code", maintain_order=True):
        line, why = rows.select("line", "blocked").row(0)
        more = say(" and {number} more", number=rows.height - 1) if rows.height > 1 else ""
        yield f"  ! line:{line}{more}  {localised(why, country)}"
        yield f"    {say('remedy')}: {remedy(str(code))}"
    if blocked.height:
        yield ""


def _posting_lines(summary: Summary, country: str) -> Iterable[str]:
    if not summary.postings:
        yield f"  {say('Nothing would be booked.')}"
        return
    for currency in sorted({key[0] for key in summary.postings}):
        yield f"  {say('Postings in {currency}', currency=currency)}"
        for (posted, account, role), amount in sorted(summary.postings.items()):
            worth, base = summary.worth.get((posted, account, role), (0, ""))
            if posted == currency and (amount or worth):
                told = f"    {account:<8}{say(role):<24}{local(amount, currency, country):>18}"
                yield f"{told}{local(worth, base, country):>18} {base}" if base else told
        yield f"    {'':<32}{local(0, currency, country):>18}  ({say('sum')})"


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
            "why": localised(line.blocked or line.because, country),
        }
        for line in sorted(lines, key=lambda line: line.line)
    ]
    columns = ("line", "date", "amount", "payer", "outcome", "documents", "why")
    print_rows(rows, columns, output_format="table", right=("line", "amount"))


def _json(plan: Plan, identifier: str, aside: Sequence[SetAside]) -> dict[str, Any]:
    from reskontra.engine.money import exact

    summary = summarise(plan.columns)
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
                "amount": exact(amount, currency), **_worth(summary, (currency, account, role)),
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
    waiting = counted(applied.waiting, "payment")
    waits = say("waits" if applied.waiting == 1 else "wait")
    if not applied.run:
        typer.echo(
            say("Nothing new to record; {payments} {wait} as before.", payments=waiting, wait=waits)
        )
        return
    booked = say(
        "run:{run} booked {payments}: {documents}, {vouchers}",
        run=applied.run,
        payments=counted(applied.booked, "payment"),
        documents=counted(applied.documents, "document"),
        vouchers=counted(applied.entries, "voucher"),
    )
    rest = say("; {payments} {wait} for a person", payments=waiting, wait=waits)
    typer.echo(f"{booked}{rest if applied.waiting else ''}.")


def _worth(summary: Summary, posted: tuple[str, str, str]) -> dict[str, str]:
    from reskontra.engine.money import exact

    if posted not in summary.worth:
        return {}
    worth, base = summary.worth[posted]
    return {"base_amount": exact(worth, base), "base_currency": base}
