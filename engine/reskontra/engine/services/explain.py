"""Explain: read the stored record of a decision and lay it out; nothing is decided again.

So an explanation tells what happened then, not what today's rules would say.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import NamedTuple

from reskontra.engine.errors import Exit, ReskontraError
from reskontra.engine.ledger.records import BankLine, BankLineState, Decision, Document, Run
from reskontra.engine.plan.model import Plan, PlannedLine
from reskontra.engine.ports import Reader
from reskontra.engine.text import name_key, reference_key


class Earlier(NamedTuple):
    """A payment of the same amount that came before."""

    line: int
    booking_date: str
    by: str
    """What is the same besides the amount: ``reference 31001480`` or ``payer Almtak AB``."""
    state: str


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
    today: str = ""
    """What became of the decision since (``TAKEN BACK by run:24``); empty = it stands."""
    earlier: tuple[Earlier, ...] = ()
    """Of a possible duplicate: the payments that it may repeat."""


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
        raise _undecided(state)
    current = decisions[-1]
    runs = {run.id: run for run in reader.records(Run, id=sorted({d.run_id for d in decisions}))}
    documents = [
        f"{document.kind} {document.number}"
        for document in reader.records(Document, run_id=current.run_id)
        if document.decision_id == current.decision_id
    ]
    line = PlannedLine.from_text(current.record)
    return Explanation(
        line=line,
        decision_id=current.decision_id,
        run=runs[current.run_id],
        state=state.state,
        documents=tuple(documents),
        history=tuple((d.run_id, d.outcome, d.rule) for d in decisions[:-1]),
        today=_today(reader, state),
        earlier=_earlier(reader, line),
    )


def _undecided(state: BankLineState) -> ReskontraError:
    line = f"line:{state.bank_line_id}"
    message, remedy = f"nothing was decided about {line} yet", (
        "run `reskontra match --out FILE`, then explain with --plan FILE; to decide it yourself: "
        f"`reskontra resolve {line}` with --documents, --open-payment, --hide or --hold"
    )  # fmt: skip
    if state.state == "withdrawn":
        message, remedy = f"{line} was withdrawn with its import", "import its file again"
    if state.state == "reconciles":
        message = f"{line} only reconciles: the other feed of the account carries its money"
        remedy = "`reskontra show payments` lists the lines of that feed"
    return ReskontraError.of("RK756", message, help=remedy, exit_code=Exit.USAGE)


def _today(reader: Reader, state: BankLineState) -> str:
    """What became of the last decision about a bank line."""
    if state.state == "taken_back":
        return f"TAKEN BACK by run:{state.run_id}"
    if state.state == "withdrawn":
        line = next(iter(reader.records(BankLine, id=state.bank_line_id)))
        return f"WITHDRAWN with its import:{line.import_id}"
    return ""


_NAMED = 3
"""How many earlier payments are named."""


def _earlier(reader: Reader, line: PlannedLine) -> tuple[Earlier, ...]:
    """Stored lines that a held line may repeat: same amount, and same reference or payer."""
    if not (line.facts.get("duplicate") or line.facts.get("document_closed")):
        return ()
    key, payer = reference_key(line.reference), name_key(line.payer)
    alike = [
        (other, f"reference {line.reference}" if key else f"payer {line.payer}")
        for other in reader.records(BankLine, amount=line.amount)
        if other.id != line.line
        and other.currency == line.currency
        and other.booking_date <= line.booking_date
        and (_names(other, key) if key else payer and name_key(other.payer_name) == payer)
    ]
    ids = [other.id for other, _ in alike]
    states = {s.bank_line_id: s.state for s in reader.records(BankLineState, bank_line_id=ids)}
    return tuple(
        Earlier(other.id, other.booking_date, by, states[other.id])
        for other, by in alike
        if states[other.id] not in {"withdrawn", "reconciles"}
    )[-_NAMED:]


def _names(line: BankLine, key: str) -> bool:
    """Whether a bank line states a reference, in a field or in its text."""
    fields = (reference_key(str(reference[0])) for reference in json.loads(line.references))
    return key in (*fields, *map(reference_key, line.text.split()))


def explain_planned(plan: Plan, reference: str) -> Explanation:
    """The decision that a plan holds for a bank line (by id or source id)."""
    name = reference.rpartition(":")[2]
    for line in plan.lines:
        if name in (str(line.line), line.source_id):
            return Explanation(line, "", None, line.state, (), ())
    raise ReskontraError.of(
        "RK750", f"the plan holds no bank line {reference!r}", exit_code=Exit.USAGE
    )
