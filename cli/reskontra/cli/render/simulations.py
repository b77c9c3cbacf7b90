"""What a simulation changes: by kind, in money, by cause with samples; in full as CSV or JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import typer

from reskontra.cli.render.amounts import local
from reskontra.cli.render.tables import write_csv, write_jsonl
from reskontra.cli.render.words import counted
from reskontra.engine.money import exact
from reskontra.engine.services.simulate import KINDS, Cause, Simulated

SAMPLES = 3
"""Payments that are shown per cause."""
LOOK_HERE = "different allocation"
Row = dict[str, Any]

COLUMNS = (
    "run", "line", "date", "payer", "currency", "amount", "kind", "outcome", "outcome_now",
    "documents", "documents_now", "written_off", "written_off_now", "unapplied", "unapplied_now",
    "account", "account_now", "customer", "customer_now", "rule", "rule_now", "tier", "tier_now",
    "cause", "place",
)  # fmt: skip
_AMOUNTS = tuple(
    name + suffix for name in ("amount", "written_off", "unapplied") for suffix in ("", "_now")
)


def print_simulation(found: Simulated, *, country: str, output_format: str) -> None:
    """Print it for people, or as one JSON document."""
    if output_format == "json":
        sys.stdout.write(json.dumps(as_json(found), ensure_ascii=False) + "\n")
        return
    for text in told(found, country):
        typer.echo(text)


def told(found: Simulated, country: str) -> Iterator[str]:
    """It in lines for people."""
    yield from (*effect(found, country), *_causes(found, country))


def effect(found: Simulated, country: str) -> Iterator[str]:
    """How many decisions change, by kind, and what that does to the money."""
    changed = found.changed
    yield f"{counted(found.rows.height, 'decision')} made again, {changed.height} changed"
    if changed.height:
        yield from (*_kinds(changed, country), *_money(found, country))


def write_changes(found: Simulated, path: Path) -> int:
    """Write every change to ``path`` (.csv or .jsonl); returns how many there are."""
    write = write_csv if path.suffix == ".csv" else write_jsonl
    with path.open("w", encoding="utf-8", newline="") as file:
        return write(_rows(found, found.changed), COLUMNS, file)


def _kinds(changed: pl.DataFrame, country: str) -> Iterator[str]:
    sums = changed.group_by("kind", "currency").agg(pl.len(), pl.col("amount").sum())
    for kind in KINDS:
        for row in sums.filter(pl.col("kind") == kind).sort("currency").iter_rows(named=True):
            hint = "   ← look here" if kind == LOOK_HERE else ""
            money = local(row["amount"], row["currency"], country)
            yield f"  {kind:<22}{row['len']:>6}  {money:>16} {row['currency']}{hint}"


def _totals(found: Simulated) -> Iterator[Row]:
    """Per currency: what waits for a person and what is written off, before and after."""
    waits, waits_now = (
        pl.col("amount").filter(pl.col(name) == "review") for name in ("outcome", "outcome_now")
    )
    if found.rows.height:
        yield from found.rows.group_by("currency").agg(
            review=waits.sum(), review_now=waits_now.sum(), reviewed=waits.len(),
            reviewed_now=waits_now.len(), written_off=pl.col("written_off").sum(),
            written_off_now=pl.col("written_off_now").sum(),
        ).sort("currency").iter_rows(named=True)  # fmt: skip


def _money(found: Simulated, country: str) -> Iterator[str]:
    for row in _totals(found):
        currency = row["currency"]
        review, review_now, off, off_now = (
            local(row[name], currency, country)
            for name in ("review", "review_now", "written_off", "written_off_now")
        )
        yield (
            f"  review queue  {row['reviewed']} → {row['reviewed_now']} payments, "
            f"{review} → {review_now} {currency}; write-offs {off} → {off_now} {currency}"
        )


def _causes(found: Simulated, country: str) -> Iterator[str]:
    for group, rows in _by_cause(found):
        yield f"  {rows.height:>4} by {' or by '.join(map(_cause, group))}"
        for row in rows.head(SAMPLES).iter_rows(named=True):
            money = f"{local(row['amount'], row['currency'], country)} {row['currency']}"
            yield f"       line:{row['line']}  {row['date']}  {money}  {row['payer']}"
            yield f"         {_side(row, '')}  →  {_side(row, '_now')}"


def _by_cause(found: Simulated) -> Iterator[tuple[tuple[Cause, ...], pl.DataFrame]]:
    """Groups of causes, the one with most changes first; each with its changes, looked at first
    what moves money that is booked either way.
    """
    changed = found.changed
    if not changed.height:
        return
    first = (pl.col("kind") != LOOK_HERE).alias("first")
    counts = changed.group_by("cause", maintain_order=True).len().sort(
        "len", "cause", descending=[True, False]
    )  # fmt: skip
    for number in counts["cause"]:
        rows = changed.filter(pl.col("cause") == number)
        yield found.causes[number], rows.sort(first, "line", maintain_order=True)


def _cause(cause: Cause) -> str:
    change = f" {cause.before} → {cause.after}" if cause.before else f" {cause.after}"
    return f"{cause.name}{change.rstrip()}" + (f" ({cause.place})" if cause.place else "")


def _side(row: Row, suffix: str) -> str:
    """``apply 310308 6 911.80 by short-in-part``."""
    outcome = row[f"outcome{suffix}"] or "not undecided then"
    documents = _documents(row[f"documents{suffix}"], row["currency"])
    rule = row[f"rule{suffix}"]
    return " ".join(filter(None, (outcome, documents, f"({rule})" if rule else "")))


def _documents(text: str | None, currency: str) -> str:
    """``310308=691180/0`` in exact amounts: ``310308=6911.80``."""
    shares = []
    for share in (text or "").split():
        number, _, amounts = share.rpartition("=")
        paid, discount = (int(amount) for amount in amounts.split("/"))
        less = f" discount {exact(discount, currency)}" if discount else ""
        shares.append(f"{number}={exact(paid, currency)}{less}")
    return ", ".join(shares)


def _rows(found: Simulated, rows: pl.DataFrame) -> Iterator[Row]:
    """Changes with exact amounts and the words of their causes."""
    for row in rows.iter_rows(named=True):
        group = found.causes[row["cause"]]
        currency = row["currency"]
        money = {
            name: None if row[name] is None else exact(row[name], currency)
            for name in _AMOUNTS
            if name in row
        }
        documents = {
            name: _documents(row[name], currency) for name in ("documents", "documents_now")
        }
        causes = {
            "cause": " or ".join(cause.name for cause in group),
            "place": " or ".join(cause.place for cause in group),
        }
        yield row | money | documents | causes


def effect_as_json(found: Simulated) -> Row:
    """Changes by kind, and money per currency in exact amounts."""
    changed = found.changed
    totals = []
    for row in _totals(found):
        amounts = ("review", "review_now", "written_off", "written_off_now")
        totals.append(row | {name: exact(row[name], row["currency"]) for name in amounts})
    return {
        "decisions": found.rows.height,
        "changed": changed.height,
        "kinds": {kind: changed.filter(pl.col("kind") == kind).height for kind in KINDS}
        if changed.height
        else dict.fromkeys(KINDS, 0),
        "money": totals,
    }


def as_json(found: Simulated) -> Row:
    """It as one JSON document: counts, sums, causes with samples."""
    return {
        "format_version": 1,
        **effect_as_json(found),
        "causes": [
            {
                "causes": [cause._asdict() for cause in group],
                "changed": rows.height,
                "samples": [
                    {name: row[name] for name in COLUMNS}
                    for row in _rows(found, rows.head(SAMPLES))
                ],
            }
            for group, rows in _by_cause(found)
        ],
    }
