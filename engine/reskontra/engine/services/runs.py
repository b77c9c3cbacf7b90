"""Runs: the one that somebody names, whether a plan may still become one, and what is kept of it.

Plans of bank lines and works of the ledger are refused and recorded alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from reskontra.engine.errors import Exit, Problem, ReskontraError
from reskontra.engine.json_text import canonical
from reskontra.engine.ledger.auditing import Actor
from reskontra.engine.ledger.records import Audit, Document, PackText, Run, SeriesCounter
from reskontra.engine.ledger.series import Numberer
from reskontra.engine.ledger.works import WORKS
from reskontra.engine.plan.model import Basis
from reskontra.engine.ports import Reader, Writer
from reskontra.engine.preferences import Preferences


def run_of(reader: Reader, run_id: int) -> Run:
    """The run; raises ``ReskontraError`` RK736 when there is none of this number."""
    for run in reader.records(Run, id=run_id):
        return run
    raise ReskontraError.of(
        "RK736",
        f"there is no run:{run_id}",
        help="`reskontra show runs` lists them",
        exit_code=Exit.USAGE,
    )


def require_same_world(basis: Basis, company: str, pack_hash: str) -> None:
    """RK731 a plan of another company, RK732 made under other rules."""
    if basis.company != company:
        raise ReskontraError.of(
            "RK731",
            f"the plan belongs to company {basis.company!r}, not to {company!r}",
            exit_code=Exit.BAD_INPUT,
        )
    if basis.pack_hash != pack_hash:
        raise ReskontraError.of(
            "RK732",
            f"configuration or rules changed: the plan was made under {basis.pack_hash[:12]}, "
            f"now {pack_hash[:12]} is active",
            help=_again(basis),
            exit_code=Exit.MOVED,
        )


def require_unapplied(reader: Reader, plan_id: str) -> None:
    """RK733 when the plan was applied already."""
    for run in reader.records(Run, plan_id=plan_id):
        raise ReskontraError.of(
            "RK733",
            f"this plan was applied already, as run:{run.id} by {run.actor}",
            help=f"`reskontra undo run:{run.id}` would take it back",
            exit_code=Exit.MOVED,
        )


def what_moved(reader: Reader, basis: Basis) -> Iterator[Problem]:
    """RK730 with the work that moved the ledger since a plan was made; nothing when none did."""
    if reader.revision() == basis.revision:
        return
    yield Problem(
        "RK730",
        f"the ledger moved: the plan was made at revision {basis.revision}, "
        f"it is now at {reader.revision()}",
        help=_again(basis),
    )
    for audit in reader.records(Audit):
        if audit.id > basis.audit_id:
            yield Problem("RK730", f"since then: {audit.action} {audit.subject} by {audit.actor}")


def _again(basis: Basis) -> str:
    """How a plan of this kind is made anew."""
    return "plan it again" if basis.kind in WORKS else "make a new plan with `reskontra match`"


def record_run(
    writer: Writer, basis: Basis, plan_id: str, texts: Mapping[str, str], actor: Actor
) -> int:
    """Append the run that books a plan; the configuration behind it is kept once per pack hash.
    Gives its id.
    """
    run = Run(
        basis.company, writer.last_id(Run) + 1, basis.kind, plan_id, basis.as_of, basis.pack_hash,
        basis.engine_version, actor.login, actor.reason, None, actor.at,
    )  # fmt: skip
    writer.append([run])
    if texts and not writer.count(PackText, pack_hash=basis.pack_hash):
        text = PackText(
            writer.company, writer.last_id(PackText) + 1, basis.pack_hash, canonical(dict(texts))
        )
        writer.append([text])
    return run.id


def numberer_of(reader: Reader, preferences: Preferences) -> Numberer:
    """Numbers that continue where the books stand."""
    return Numberer.over(
        reader.company, preferences.numbering, reader.records(SeriesCounter),
        preferences.company.branch,
    )  # fmt: skip


def require_free(reader: Reader, numbers: Iterable[tuple[str, str]]) -> None:
    """RK744 when a document has one of these numbers (kind, number) already."""
    wanted = set(numbers)
    asked = sorted({number for _, number in wanted})
    for kind, number in reader.frame(Document, ("kind", "number"), number=asked).iter_rows():
        if (kind, number) in wanted:
            raise ReskontraError.of(
                "RK744",
                f"number {number} of the series for {kind} belongs to another document",
                help="let the series in numbering.yaml start after the imported numbers",
            )


def store_counters(writer: Writer, numberer: Numberer) -> None:
    """Keep how far the series have come."""
    writer.replace([numberer.counters[key] for key in sorted(numberer.counters)])
