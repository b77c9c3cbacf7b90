"""A run laid out: its sums by rule and by evidence, and what it left to a person."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import typer

from reskontra.cli.render.amounts import local, localised
from reskontra.cli.render.words import counted, say
from reskontra.engine.money import exact
from reskontra.engine.wording import worded

if TYPE_CHECKING:
    from reskontra.engine.ledger.records import Run
    from reskontra.engine.services.explain_run import RunExplained, Share, Waiting


def print_run(found: RunExplained, *, country: str, output_format: str) -> None:
    """Print a run for people, or as JSON."""
    if output_format == "json":
        record = {
            "format_version": 1,
            "run": found.run._asdict(),
            "undone_by": list(found.undone_by),
            "rules": [_as_json(share) for share in found.rules],
            "tiers": [_as_json(share) for share in found.tiers],
            "waits": [waiting._asdict() for waiting in found.waits],
        }
        sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
        return
    typer.echo(head_of(found.run, found.undone_by))
    for title, shares in (("rules", found.rules), ("evidence", found.tiers)):
        if shares:
            typer.echo(f"  {say(title)}")
            for share in shares:
                typer.echo(_share(share, country))
    if found.waits:
        typer.echo(f"  {say('left to a person')}")
        for waiting in found.waits:
            for text in _waiting(waiting, country):
                typer.echo(text)


def head_of(run: Run, undone_by: Sequence[int]) -> str:
    """What every run is told to be: kind, day, actor, rules, and whether it stands."""
    head = say(
        "run:{run}  {kind}  up to {day}  by {actor}  rules {rules}",
        run=run.id, kind=say(worded(run.kind)), day=run.as_of, actor=run.actor,
        rules=run.pack_hash[:8],
    )  # fmt: skip
    return head + "".join(f"  {say('TAKEN BACK by')} run:{undo}" for undo in undone_by)


def _as_json(share: Share) -> dict[str, Any]:
    return share._asdict() | {"amount": exact(share.amount, share.currency)}


def _share(share: Share, country: str) -> str:
    money = f"{local(share.amount, share.currency, country):>18} {share.currency}"
    return f"    {say(share.outcome):<13}{share.payments:>6}{money}  {say(share.name or 'none')}"


def _waiting(waiting: Waiting, country: str) -> Iterator[str]:
    lines = ", ".join(f"line:{line}" for line in waiting.lines)
    more = ", ..." if waiting.payments > len(waiting.lines) else ""
    reason = waiting.blocked or waiting.rule or say("no rule")
    told = say(
        "{payments}, waiting today: {number}",
        payments=counted(waiting.payments, "payment"),
        number=waiting.waiting,
    )
    yield f"    {reason}: {told}: {lines}{more}"
    yield f"      {localised(waiting.because, country)}"
