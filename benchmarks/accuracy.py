"""What the product decides about one world: once as its company allows, once with every tier open.

    python -m benchmarks.accuracy FOLDER

FOLDER holds the files of a world; ``outcomes.parquet`` and ``decided.parquet`` are written into it,
one row per bank line. Nothing is booked: a plan says what booking would do.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import polars as pl
from benchmarks import workspace

from reskontra.adapters.imports import (
    import_bank_file,
    import_customers_file,
    import_open_items_file,
)
from reskontra.engine.plan.model import Plan, PlannedLine
from reskontra.engine.services.match import match

OUTCOMES: dict[str, pl.DataType] = {
    "id": pl.String(), "outcome": pl.String(), "tier": pl.String(), "shape": pl.String(),
    "stated": pl.Int64(), "rule": pl.String(), "amount": pl.Int64(), "flagged": pl.Boolean(),
    "applied": pl.Int64(), "documents": pl.List(pl.String()), "kept": pl.Int64(),
    "suggestions": pl.List(pl.List(pl.String())),
}  # fmt: skip
"""``shape``: how the amount came to fit; ``stated``: the precision that the product promises for
this evidence, in 1/10 000; ``flagged``: told to be a possible second payment; ``applied``: on
documents, credit notes negative; ``kept``: applied + open payment + written off."""


def outcomes(plan: Plan) -> pl.DataFrame:
    """One row per line of a plan (``OUTCOMES``)."""
    return pl.DataFrame([_row(line) for line in plan.lines], schema=OUTCOMES, orient="row")


def _row(line: PlannedLine) -> tuple[object, ...]:
    facts = line.facts
    applied = sum(a.sign * a.paid for a in line.allocations)
    return (
        line.source_id,
        "review" if line.blocked else line.outcome,
        line.tier,
        facts.get("shape"),
        facts.get("precision"),
        line.rule,
        line.amount,
        bool(facts.get("duplicate") or facts.get("document_closed")),
        applied,
        sorted(a.number for a in line.allocations),
        applied + line.unapplied + line.written_off,
        [list(s["documents"]) for s in line.suggestions],
    )


def run(folder: Path) -> None:
    """Import the world and write both plans' outcomes."""
    root = folder / "workspace"
    if root.exists():
        shutil.rmtree(root)
    workspace.make(root, folder)
    application = workspace.opened(root)
    import_customers_file(application, folder / "customers.csv")
    import_open_items_file(application, folder / "open_items.csv")
    import_bank_file(application, folder / "bank.csv", dialect=str(workspace.dialect(root)))
    for name, overrides in (("outcomes", ()), ("decided", workspace.EVERY_TIER)):
        opened = workspace.opened(root, overrides)
        plan = match(opened.books, opened.setting(overrides))
        outcomes(plan).write_parquet(folder / f"{name}.parquet")
    shutil.rmtree(root)


if __name__ == "__main__":
    run(Path(sys.argv[1]))
