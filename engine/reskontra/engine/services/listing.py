"""Listing: the rows behind ``reskontra show``, in a stable order; amounts in minor units."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

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

Row = dict[str, Any]


def documents(
    reader: Reader, *, customer: str = "", kind: str = "", open_only: bool = True
) -> Iterator[Row]:
    """Documents with what is open on them, by customer number and document id."""
    numbers = {found.id: found.number for found in reader.records(Customer)}
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


def ageing_rows(frame: pl.DataFrame, reader: Reader, *, by_customer: bool) -> Iterator[Row]:
    """Ageing per currency (and customer) as rows of buckets; see ``ledger.ageing``."""
    numbers = {found.id: (found.number, found.name) for found in reader.records(Customer)}
    sums: dict[tuple[str, str, str], Row] = {}
    for row in frame.iter_rows(named=True):
        number, name = numbers.get(row["customer_id"], ("", "unidentified"))
        key = (row["currency"], number, name) if by_customer else (row["currency"], "", "")
        buckets = sums.setdefault(key, {})
        buckets[row["bucket"]] = buckets.get(row["bucket"], 0) + row["amount"]
        buckets["documents"] = buckets.get("documents", 0) + row["documents"]
    for currency, number, name in sorted(sums):
        head = {"customer": number, "name": name} if by_customer else {}
        yield {"currency": currency, **head, **sums[currency, number, name]}
