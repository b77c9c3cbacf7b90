"""Statements of account: for people in the customer's language, rows and records for machines."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

import typer

from reskontra.cli.render.amounts import local
from reskontra.cli.render.customers import machine
from reskontra.cli.render.tables import print_amounts
from reskontra.cli.render.words import languages, say, speak
from reskontra.engine.money import exact
from reskontra.engine.services.balances import Money
from reskontra.engine.services.statements import OPEN_ITEM, Statement

_TEXTS = {
    OPEN_ITEM: ("customer", "date", "kind", "number", "due", "days"),
    "": ("customer", "date", "kind", "number"),
}
_AMOUNTS = {OPEN_ITEM: ("open",), "": ("amount", "balance")}


def print_statements(told: Sequence[Statement], *, country: str, output_format: str) -> None:
    """Print the statements of a customer; a table in the language of its letters, where the
    program speaks that.
    """
    if output_format == "json":
        listed = [_whole(statement) for statement in told]
        sys.stdout.write(json.dumps(listed, ensure_ascii=False, indent=2) + "\n")
        return
    if output_format != "table":
        rows = [{"branch": one.branch, **row} for one in told for row in one.rows]
        _rows(rows, told[0].kind, ("branch",), country, output_format)
        return
    for statement in told:
        if statement.language in languages():
            speak(statement.language)
        _print(statement, country)


def _rows(
    rows: Sequence[dict[str, Any]], kind: str, before: Sequence[str], country: str, shape: str
) -> None:
    form = kind if kind == OPEN_ITEM else ""
    texts = (*before, *_TEXTS[form])
    print_amounts(rows, texts, _AMOUNTS[form], country=country, output_format=shape)


def _whole(statement: Statement) -> dict[str, Any]:
    amounts = _AMOUNTS[statement.kind if statement.kind == OPEN_ITEM else ""]
    return {
        "customer": statement.customer.number, "name": statement.customer.name,
        "kind": statement.kind, "language": statement.language, "branch": statement.branch,
        "from": statement.since, "to": statement.until, "opening": machine(statement.opening),
        "rows": [
            row | {name: exact(row[name], row["currency"]) for name in amounts}
            for row in statement.rows
        ],
        "closing": machine(statement.closing),
        "buckets": {
            currency: {name: exact(amount, currency) for name, amount in held.items()}
            for currency, held in statement.buckets.items()
        },
    }  # fmt: skip


def _print(statement: Statement, country: str) -> None:
    customer, home = statement.customer, statement.customer.currency
    title = say("Statement of account {day}", day=statement.until)
    branch = f"  {statement.branch}" if statement.branch else ""
    typer.echo(f"{title}  {customer.number}  {customer.name}{branch}")
    if statement.kind != OPEN_ITEM:
        _sums(say("Balance before {day}", day=statement.since), statement.opening, home, country)
    _rows(statement.rows, statement.kind, (), country, "table")
    _sums(say("Balance on {day}", day=statement.until), statement.closing, home, country)
    for currency, held in statement.buckets.items():
        told = (f"{say(name)} {local(amount, currency, country)}" for name, amount in held.items())
        typer.echo(f"  {currency}  {'  '.join(told)}")


def _sums(text: str, money: Money, home: str, country: str) -> None:
    held = (money or {home: 0}).items()
    amounts = (f"{local(amount, currency, country)} {currency}" for currency, amount in held)
    typer.echo(f"{text}  {', '.join(amounts)}")
