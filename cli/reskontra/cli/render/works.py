"""Works of the ledger laid out: each step, why, what it makes and what it posts."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import typer

from reskontra.cli.render.amounts import local
from reskontra.cli.render.runs import head_of
from reskontra.cli.render.words import counted, say

if TYPE_CHECKING:
    from reskontra.engine.ledger.works import PlannedStep, Voucher
    from reskontra.engine.plan.model import Basis
    from reskontra.engine.services.explain_run import WorkExplained
    from reskontra.engine.services.work import Worked

_SHOWN = 20
"""Steps that a person is shown; the rest is counted."""


def print_work(
    basis: Basis, steps: Sequence[PlannedStep], country: str, output_format: str
) -> None:
    """Print a planned work for people, or as JSON."""
    if output_format == "json":
        _print_json({"kind": basis.kind, "as_of": basis.as_of}, steps)
        return
    typer.echo(
        f"{say(basis.kind.replace('_', ' '))}  {say('up to')} {basis.as_of}  "
        f"{counted(len(steps), 'step')}"
    )
    _print_steps(steps, country)


def print_work_run(found: WorkExplained, *, country: str, output_format: str) -> None:
    """Print a work that was booked, for people or as JSON."""
    run = found.run
    if output_format == "json":
        _print_json({"run": run._asdict(), "undone_by": list(found.undone_by)}, found.steps)
        return
    typer.echo(head_of(run, found.undone_by))
    _print_steps(found.steps, country)


def print_worked(worked: Worked, output_format: str) -> None:
    """Print what was booked."""
    if output_format == "json":
        record = {
            "format_version": 1,
            "run": worked.run,
            "documents": [f"{d.kind}:{d.number}" for d in worked.documents],
            "applications": worked.applications,
            "vouchers": worked.entries,
            "warnings": list(worked.warnings),
        }
        sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
        return
    made = ", ".join(f"{say(d.kind.replace('_', ' '))} {d.number}" for d in worked.documents[:5])
    more = f", ... ({len(worked.documents)})" if len(worked.documents) > 5 else ""
    typer.echo(
        f"run:{worked.run}: {made}{more}{'; ' if made else ''}"
        f"{counted(worked.applications, 'application')}, {counted(worked.entries, 'voucher')}"
    )
    for warning in worked.warnings:
        typer.echo(f"warning: {warning}", err=True)


def _print_json(head: dict[str, object], steps: Sequence[PlannedStep]) -> None:
    record = {"format_version": 1, **head, "steps": [json.loads(step.text()) for step in steps]}
    sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")


def _print_steps(steps: Sequence[PlannedStep], country: str) -> None:
    for step in steps[:_SHOWN]:
        for text in _step(step, country):
            typer.echo(text)
    if len(steps) > _SHOWN:
        typer.echo(f"  ... {counted(len(steps) - _SHOWN, 'more step')}")


def _step(step: PlannedStep, country: str) -> Iterator[str]:
    yield f"  {step.subject}  {step.because}"
    for new in step.documents:
        document = new.document
        amount = local(document.amount, document.currency, country)
        yield (
            f"    {document.document_date}  {say(document.kind.replace('_', ' '))} "
            f"{document.number}  {amount} {document.currency}"
        ).rstrip()
    for voucher in step.vouchers:
        yield from _voucher(voucher, country)


def _voucher(voucher: Voucher, country: str) -> Iterator[str]:
    """The lines of a voucher: account, role, and the amount on its side."""
    for line in voucher.lines:
        amount = line.amount or line.base_amount
        side = f"{local(abs(amount), line.currency, country):>16}"
        columns = f"{side}{'':>16}" if amount > 0 else f"{'':>16}{side}"
        where = f"{voucher.entry.entry_date}  {line.account:<8}{line.role:<22}"
        yield f"    {where}{columns} {line.currency}"
