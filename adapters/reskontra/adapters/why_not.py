"""Why a payment was not applied to a document, and the smallest change that would have joined them.

The pair is decided again alone, under what held then; then each change that could let it through is
tried on the whole run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from reskontra.adapters.configuration import Configuration
from reskontra.adapters.wiring import Application
from reskontra.engine.errors import Exit, ReskontraError
from reskontra.engine.ledger.records import Decision, Document, Run
from reskontra.engine.matching.propose import propose
from reskontra.engine.money import exact
from reskontra.engine.plan.model import PlannedLine
from reskontra.engine.ports import Reader
from reskontra.engine.preferences.matching import RATIO
from reskontra.engine.services.match import decide, prepare
from reskontra.engine.services.replay import kept_texts
from reskontra.engine.services.simulate import Scene, history, simulate


@dataclass(frozen=True, slots=True)
class Joining:
    """A change that joins payment and document."""

    change: str
    """As ``--set`` takes it."""
    others: tuple[int, ...]
    """Other bank lines of the run that it would have decided differently."""


@dataclass(frozen=True, slots=True)
class Apart:
    """A payment and a document that were not joined."""

    run: int
    decision: PlannedLine
    """What was decided about the payment."""
    document: Document
    open_amount: int
    """Of the document before the run, minor units."""
    taken_by: tuple[int, ...]
    """Bank lines of the same run that the document went to."""
    alone: PlannedLine
    """What is decided when there is no other payment and no other document."""
    joining: tuple[Joining, ...]
    """The change that touches the fewest other payments first."""


def why_not(application: Application, reader: Reader, line_id: int, document: Document) -> Apart:
    """The pair, judged under what held when the rules decided the payment last.

    Raises ``ReskontraError`` RK746 when no rule decided the payment, the document was not open
    then, or they were joined.
    """
    run, stored = _decided(reader, line_id)
    base = application.kept_configuration(kept_texts(reader, run))
    scene = next(history(reader, [run], "", ""))
    items = scene.reader.item_frame().filter(pl.col("document_id") == document.id)
    if not items.height:
        raise _refused(f"{document.number} was not open before run:{run.id}", document.number)
    if any(a.document == document.id for a in stored.allocations):
        raise _refused(f"line:{line_id} was applied to {document.number}", f"line:{line_id}")
    alone = _alone(scene, base, line_id, document)
    tries = dict.fromkeys(_tries(alone, base))
    found = [_tried(scene, base, change, line_id, document.number) for change in tries]
    joining = sorted(filter(None, found), key=lambda one: len(one.others))
    taken = scene.then.filter(_goes_to(document.number, "documents"))
    return Apart(
        run.id, stored, document, items["open_amount"][0], tuple(taken["line"]), alone,
        tuple(joining),
    )  # fmt: skip


def _decided(reader: Reader, line_id: int) -> tuple[Run, PlannedLine]:
    decisions = list(reader.records(Decision, bank_line_id=line_id))
    runs = {run.id: run for run in reader.records(Run, id=[d.run_id for d in decisions])}
    for decision in reversed(decisions):
        if runs[decision.run_id].kind == "match":
            return runs[decision.run_id], PlannedLine.from_text(decision.record)
    raise _refused(f"no rule decided line:{line_id} yet", f"line:{line_id}")


def _refused(message: str, subject: str) -> ReskontraError:
    help_ = f"`reskontra explain {subject}` tells what happened"
    return ReskontraError.of("RK746", message, help=help_, exit_code=Exit.USAGE)


def _alone(scene: Scene, base: Configuration, line_id: int, document: Document) -> PlannedLine:
    prepared = prepare(scene.reader, base.preferences, scene.as_of)
    lines = prepared.lines.filter(pl.col("id") == line_id)
    items = prepared.inputs.items.filter(pl.col("document_id") == document.id)
    inputs = replace(prepared.inputs, lines=lines, items=items)
    pair = replace(prepared, lines=lines, inputs=inputs, proposals=propose(inputs))
    records, _ = decide(pair, base.setting())
    return PlannedLine.from_text(records[0])


def _tries(alone: PlannedLine, base: Configuration) -> Iterator[str]:
    """Changes that could let the pair through, as ``--set`` takes them."""
    matching, currency = base.preferences.matching, alone.currency
    auto, tier = matching.auto, alone.tier or "relevance"
    if tier not in auto.tiers:
        yield f"matching.auto.tiers=[{', '.join([*auto.tiers, tier])}]"
    if tier in auto.max_amount:
        yield f"matching.auto.max_amount.{tier}.{currency}={exact(abs(alone.amount), currency)}"
    if difference := alone.facts.get("difference"):
        yield f"differences.rounding.{currency}={exact(abs(difference), currency)}"
    for suggestion in alone.suggestions:
        relevance = suggestion["relevance"] or 0
        for key, now in (("absolute", auto.absolute), ("floor", auto.floor)):
            if 0 < relevance < now:
                yield f"matching.auto.{key}={relevance // RATIO}.{relevance % RATIO:04d}"
    for row in alone.trace:
        if row["factor"] == "date" and row["a"] and row["b"]:
            days = (date.fromisoformat(row["a"]) - date.fromisoformat(row["b"])).days
            yield f"matching.invoice.days_{'after' if days > 0 else 'before'}_due={abs(days)}"
    yield from ("matching.payee_cutoff=0.60", "matching.ref_cutoff=0.60")


def _goes_to(number: str, column: str) -> pl.Expr:
    """Whether a decision (``simulate.decided``) allocates to the document."""
    return pl.lit(" ").add(pl.col(column)).str.contains(f" {number}=", literal=True)


def _tried(
    scene: Scene, base: Configuration, change: str, line_id: int, number: str
) -> Joining | None:
    """What the change does to the run; ``None`` when it does not join the pair."""
    try:
        setting = base.with_override(change).setting()
    except ReskontraError:
        return None
    changed = simulate(iter([scene]), lambda _: setting, lambda _: []).changed
    joined = changed.filter((pl.col("line") == line_id) & _goes_to(number, "documents_now"))
    if not joined.height:
        return None
    return Joining(change, tuple(changed.filter(pl.col("line") != line_id)["line"].sort()))
