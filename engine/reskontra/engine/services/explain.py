"""Explain: read the stored record of a decision and lay it out; nothing is decided again.

So an explanation tells what happened then, not what today's rules would say.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from reskontra.engine.errors import Exit, ReskontraError
from reskontra.engine.ledger.records import BankLine, BankLineState, Decision, Document, Run
from reskontra.engine.plan.model import Plan, PlannedLine
from reskontra.engine.ports import Reader


@dataclass(frozen=True, slots=True)
class Explanation:
    """One decision with its place in the books."""

    line: PlannedLine
    decision_id: str
    """Empty while the decision is only planned."""
    run: Run | None
    state: str
    documents: tuple[str, ...]
    """Numbers of the documents that the decision made, e.g. ``payment P0000001``."""
    history: tuple[tuple[int, str, str], ...]
    """Earlier decisions about the same bank line: (run, outcome, rule)."""


def find_line(reader: Reader, reference: str) -> int:
    """The bank line that a person means: ``line:7``, ``payment:P0000001``, a bare id or source id.

    Raises ``ReskontraError`` RK750 when nothing, or more than one thing, is meant.
    """
    kind, _, name = reference.rpartition(":")
    found: set[int] = set()
    if kind in ("", "line"):
        if name.isdigit() and reader.count(BankLine, id=int(name)):
            return int(name)
        found |= {line.id for line in reader.records(BankLine, source_id=name)}
    if kind in ("", "payment", "document"):
        found |= {
            document.bank_line_id
            for document in reader.records(Document, number=name)
            if document.bank_line_id is not None
        }
    if kind in ("", "decision"):
        found |= {d.bank_line_id for d in reader.records(Decision, decision_id=name)}
    if len(found) != 1:
        what = "nothing" if not found else f"{len(found)} bank lines"
        raise ReskontraError.of(
            "RK750",
            f"{reference!r} names {what}",
            help="name it as line:N, payment:NUMBER or decision:ID; see `reskontra show payments`",
            exit_code=Exit.USAGE,
        )
    return found.pop()


def explain(reader: Reader, line_id: int) -> Explanation:
    """The decision that holds for a bank line, from its stored record.

    Raises ``ReskontraError`` RK756 when nothing was decided yet.
    """
    state = next(iter(reader.records(BankLineState, bank_line_id=line_id)))
    decisions = list(reader.records(Decision, bank_line_id=line_id))
    if not decisions:
        raise ReskontraError.of(
            "RK756",
            f"nothing was decided about line:{line_id} yet",
            help="run `reskontra match --out FILE`, then explain with --plan FILE",
            exit_code=Exit.USAGE,
        )
    current = decisions[-1]
    runs = {run.id: run for run in reader.records(Run, id=sorted({d.run_id for d in decisions}))}
    documents = [
        f"{document.kind} {document.number}"
        for document in reader.records(Document, run_id=current.run_id)
        if document.decision_id == current.decision_id
    ]
    return Explanation(
        line=PlannedLine.from_record(json.loads(current.record)),
        decision_id=current.decision_id,
        run=runs[current.run_id],
        state=state.state,
        documents=tuple(documents),
        history=tuple((d.run_id, d.outcome, d.rule) for d in decisions[:-1]),
    )


def explain_planned(plan: Plan, reference: str) -> Explanation:
    """The decision that a plan holds for a bank line (by id or source id)."""
    name = reference.rpartition(":")[2]
    for line in plan.lines:
        if name in (str(line.line), line.source_id):
            return Explanation(line, "", None, line.state, (), ())
    raise ReskontraError.of(
        "RK750", f"the plan holds no bank line {reference!r}", exit_code=Exit.USAGE
    )
