"""Explain a run: what it decided in sums, which rules fired, by what evidence, what waits and why.

Reads the stored decisions only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import polars as pl

from reskontra.engine.ledger.records import BankLineState, Decision, Document, Run, Step
from reskontra.engine.ledger.works import WORKS, PlannedStep
from reskontra.engine.plan.columns import columns_of
from reskontra.engine.plan.model import PlannedLine
from reskontra.engine.ports import Reader
from reskontra.engine.services.runs import run_of
from reskontra.engine.services.step_names import Names, names_of


class Share(NamedTuple):
    """Payments of a run that have something in common."""

    outcome: str
    name: str
    """Rule or tier; empty = none."""
    currency: str
    payments: int
    amount: int
    """Minor units."""


class Waiting(NamedTuple):
    """Payments that the run left to a person for one reason."""

    rule: str
    blocked: str
    """Why a decided line could not be booked; empty = it was not decided."""
    payments: int
    lines: tuple[int, ...]
    """The first of them."""
    because: str
    """What was said about the first."""
    waiting: int
    """How many of them wait today."""


@dataclass(frozen=True, slots=True)
class RunExplained:
    """One run in sums."""

    run: Run
    undone_by: tuple[int, ...]
    rules: tuple[Share, ...]
    tiers: tuple[Share, ...]
    waits: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class WorkExplained:
    """A work of the ledger as it was booked."""

    run: Run
    undone_by: tuple[int, ...]
    steps: tuple[PlannedStep, ...]
    """With the numbers that their documents got."""
    names: Names


_NAMED = 3
"""How many waiting lines are named per reason."""
_WAITS = ("new", "review", "hold", "taken_back")


def explain_run(reader: Reader, run_id: int) -> RunExplained | WorkExplained:
    """The run in sums, or the steps of a work; raises ``ReskontraError`` RK736 when there is no
    such run.
    """
    run = run_of(reader, run_id)
    undone_by = tuple(undo.id for undo in reader.records(Run, reverses_id=run_id))
    if run.kind in WORKS:
        records = reader.records(Step, run_id=run_id)
        made = iter(list(reader.records(Document, run_id=run_id)))
        steps = tuple(
            _booked(PlannedStep.from_text(step.record, run.company), made) for step in records
        )
        return WorkExplained(run, undone_by, steps, names_of(reader, steps))
    decisions = reader.frame(Decision, ("record",), run_id=run_id)["record"]
    lines = columns_of(decisions).lines
    return RunExplained(
        run=run,
        undone_by=undone_by,
        rules=_shares(lines, "rule"),
        tiers=_shares(lines.filter(pl.col("tier") != ""), "tier"),
        waits=_waiting(reader, lines, decisions),
    )


def _booked(step: PlannedStep, made: Iterator[Document]) -> PlannedStep:
    """The step with the numbers that its documents got; ``made`` are the run's, in its order."""
    documents = tuple(
        replace(new, document=new.document._replace(number=next(made).number))
        for new in step.documents
    )
    return replace(step, documents=documents)


def _shares(lines: pl.DataFrame, name: str) -> tuple[Share, ...]:
    sums = lines.group_by("outcome", name, "currency").agg(
        pl.len().alias("payments"), pl.col("amount").sum()
    )
    return tuple(Share(*row) for row in sums.sort("outcome", name, "currency").iter_rows())


def _waiting(reader: Reader, lines: pl.DataFrame, records: pl.Series) -> tuple[Waiting, ...]:
    waits = lines.filter(pl.col("outcome").is_in(["review", "hold"]) | (pl.col("blocked") != ""))
    today = reader.frame(BankLineState, ("bank_line_id", "state"), state=list(_WAITS))
    still = set(today["bank_line_id"])
    groups = waits.group_by("rule", "blocked", maintain_order=True).agg("line", "n")
    return tuple(
        Waiting(
            rule, blocked, len(found), tuple(found[:_NAMED]),
            PlannedLine.from_text(records[places[0]]).because,
            sum(line in still for line in found),
        )
        for rule, blocked, found, places in groups.sort("rule", "blocked").iter_rows()
    )  # fmt: skip
