"""Listing: the rows behind ``reskontra show``, in a stable order; amounts in minor units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from reskontra.engine.ledger.ageing import by_bucket
from reskontra.engine.ledger.balance import sign
from reskontra.engine.ledger.records import (
    BankLine,
    BankLineState,
    Customer,
    Decision,
    Document,
    ImportFile,
    OpenItem,
    Run,
)
from reskontra.engine.ports import Reader
from reskontra.engine.services.customer_numbers import numbers_of
from reskontra.engine.services.customer_view import classes_of

Row = dict[str, Any]


def documents(
    reader: Reader, *, customer: str = "", kind: str = "", open_only: bool = True
) -> Iterator[Row]:
    """Documents with what is open on them, by customer number and document id."""
    numbers = numbers_of(reader)
    amounts = {item.document_id: item.open_amount for item in reader.records(OpenItem)}
    for document in reader.records(Document):
        number = numbers.get(document.customer_id or 0, "")
        left = amounts.get(document.id, 0)
        if (open_only and not left) or (kind and document.kind != kind):
            continue
        if not customer or customer == number:
            yield {
                "number": document.number, "kind": document.kind, "customer": number,
                "date": document.document_date, "due": document.due_date or "",
                "currency": document.currency, "amount": sign(document.kind) * document.amount,
                "open": sign(document.kind) * left,
            }  # fmt: skip


STATES = (
    "new", "review", "released", "hold", "booked", "hidden", "taken_back", "reconciles",
    "withdrawn",
)  # fmt: skip
"""Every state of a bank line; ``released`` = nobody is waited for, the next run decides again."""


def payments(reader: Reader, *, state: str = "", withdrawn: bool = False) -> Iterator[Row]:
    """Bank lines with where they stand and what was decided last.

    Those of a withdrawn import only with ``withdrawn``, or when that state is asked for.
    """
    states = {found.bank_line_id: found for found in reader.records(BankLineState)}
    decisions = {found.bank_line_id: found for found in reader.records(Decision)}
    for line in reader.records(BankLine):
        decision = decisions.get(line.id)
        where = states[line.id].state
        if where == "review" and decision and decision.tier == "manual":
            where = "released"
        if (state and state != where) or (where == "withdrawn" and not (withdrawn or state)):
            continue
        yield {
            "line": line.id, "date": line.booking_date, "amount": line.amount,
            "currency": line.currency, "payer": line.payer_name, "state": where,
            "outcome": decision.outcome if decision else "",
            "tier": decision.tier if decision else "", "rule": decision.rule if decision else "",
            "run": (states[line.id].run_id or ""),
        }  # fmt: skip


def runs(reader: Reader) -> Iterator[Row]:
    """Runs in their order: who did what, and which run took it back."""
    lines: dict[int, list[int]] = {}
    for run, line in reader.frame(Decision, ("run_id", "bank_line_id")).iter_rows():
        lines.setdefault(run, []).append(line)
    standing = {
        found.run_id for found in reader.records(BankLineState, state=["booked", "hidden", "hold"])
    }
    found = list(reader.records(Run))
    undone: dict[int | None, list[str]] = {}
    for run in found:
        undone.setdefault(run.reverses_id, []).append(f"run:{run.id}")
    for run in found:
        by = ", ".join(undone.get(run.id, ()))
        yield {
            "run": run.id, "date": run.at[:16].replace("T", " "), "actor": run.actor,
            "kind": run.kind, "what": _what(run, lines.get(run.id, [])), "reason": run.reason,
            "undone": f"in part by {by}" if by and run.id in standing else by and f"by {by}",
        }  # fmt: skip


def _what(run: Run, lines: list[int]) -> str:
    if run.reverses_id is not None:
        return f"took back run:{run.reverses_id}"
    if len(lines) == 1:
        return f"line:{lines[0]}"
    return f"{len(lines)} payments" + (f" up to {run.as_of}" if run.as_of else "")


def imports(reader: Reader) -> Iterator[Row]:
    """Imported files in their order, withdrawals among them."""
    found = list(reader.records(ImportFile))
    withdrawn = {w.withdraws_id: w.id for w in found if w.withdraws_id is not None}
    for one in found:
        by = withdrawn.get(one.id)
        what = f"took back import:{one.withdraws_id}" if one.withdraws_id else one.file_name
        yield {
            "import": one.id, "date": one.at[:16].replace("T", " "), "actor": one.actor,
            "kind": one.kind, "what": what, "format": one.format, "rows": one.rows,
            "reason": one.reason, "withdrawn": f"by import:{by}" if by else "",
        }  # fmt: skip


def ageing_rows(
    reader: Reader, aged_items: pl.DataFrame, buckets: Sequence[str], by: str, default_class: str
) -> Iterator[Row]:
    """Sums of ``ledger.ageing.aged`` items, a row per currency and ``customer``, ``class`` or
    ``branch`` if ``by`` says so; every bucket and ``total`` in minor units. Who has no class is of
    the ``default_class``.
    """
    column = "branch" if by == "branch" else "customer_id"
    heads = _ageing_heads(reader, by, default_class)
    sums: dict[tuple[str, ...], Row] = {}
    for currency, key, bucket, amount, documents in by_bucket(
        aged_items, "currency", column
    ).iter_rows():
        head = {"branch": key} if by == "branch" else heads.get(key, heads[None])
        row = sums.setdefault(
            (currency, *head.values()),
            {"currency": currency, **head, "documents": 0, **dict.fromkeys((*buckets, "total"), 0)},
        )
        row["documents"] += documents
        for name in (bucket, "total"):
            row[name] += amount
    yield from (sums[place] for place in sorted(sums))


def _ageing_heads(reader: Reader, by: str, default_class: str) -> dict[int | None, Row]:
    """Customer id -> what its row says of it; ``None`` = of an unidentified payer."""
    if by == "class":
        classes = classes_of(reader, default_class)
        return {None: {"class": ""}} | {key: {"class": name} for key, name in classes.items()}
    if by == "customer":
        known = reader.frame(Customer, ("id", "number", "name"))
        unknown: Row = {"customer": "", "name": "unidentified"}
        return {None: unknown} | {
            key: {"customer": number, "name": name} for key, number, name in known.iter_rows()
        }
    return {None: {}}
