"""Works of the ledger laid out: each step, why, what it makes and what it posts."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import typer

from reskontra.cli.render.amounts import local, localised
from reskontra.cli.render.runs import head_of
from reskontra.cli.render.words import counted, retell, say
from reskontra.engine.wording import worded

if TYPE_CHECKING:
    from reskontra.engine.ledger.records import Document
    from reskontra.engine.ledger.works import PlannedStep, Voucher, Work
    from reskontra.engine.preferences import Company
    from reskontra.engine.services.explain_run import WorkExplained
    from reskontra.engine.services.step_names import Names
    from reskontra.engine.services.work import Worked

_SHOWN = 20
"""Steps that a person is shown; the rest is counted."""


def print_work(work: Work, names: Names, company: Company, output_format: str) -> None:
    """Print a planned work for people, or as JSON."""
    basis, steps = work.basis, work.steps
    if output_format == "json":
        _print_json({"kind": basis.kind, "as_of": basis.as_of}, steps)
        return
    until = f"  {say('up to')} {basis.as_of}" if basis.as_of else ""
    told = counted(len(steps), "step") if steps else say("Nothing to do.")
    typer.echo(f"{say(worded(basis.kind))}{until}  {told}")
    _print_steps(steps, names, company)


def print_work_run(found: WorkExplained, company: Company, output_format: str) -> None:
    """Print a work that was booked, for people or as JSON."""
    run = found.run
    if output_format == "json":
        _print_json({"run": run._asdict(), "undone_by": list(found.undone_by)}, found.steps)
        return
    typer.echo(head_of(run, found.undone_by))
    _print_steps(found.steps, found.names, company)


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
    made = ", ".join(f"{say(worded(d.kind))} {d.number}" for d in worked.documents[:5])
    more = f", ... ({len(worked.documents)})" if len(worked.documents) > 5 else ""
    typer.echo(
        f"run:{worked.run}: {made}{more}{'; ' if made else ''}"
        f"{counted(worked.applications, 'application')}, {counted(worked.entries, 'voucher')}"
    )
    for warning in worked.warnings:
        typer.echo(say("warning: {told}", told=warning), err=True)


def _print_json(head: dict[str, object], steps: Sequence[PlannedStep]) -> None:
    record = {"format_version": 1, **head, "steps": [json.loads(step.text()) for step in steps]}
    sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")


def _print_steps(steps: Sequence[PlannedStep], names: Names, company: Company) -> None:
    for step in steps[:_SHOWN]:
        for text in _step(step, names, company):
            typer.echo(text)
    if len(steps) > _SHOWN:
        typer.echo(f"  ... {counted(len(steps) - _SHOWN, 'more step')}")


def _step(step: PlannedStep, names: Names, company: Company) -> Iterator[str]:
    country = company.country
    yield f"  {_subject(step, names)}  {localised(retell(step.because), country)}"
    for new in step.documents:
        document = new.document
        amount = f"{local(document.amount, document.currency, country):>16} {document.currency}"
        yield f"    {document.document_date}  {_called(document):<30}{amount}"
    for use in step.applications:
        source, target = (names.document(i, step) for i in (use.source_id, use.target_id))
        amount = f"{local(use.amount, source.currency, country):>16} {source.currency}"
        if use.discount:
            amount += f", {say('discount')} {local(use.discount, source.currency, country)}"
        yield f"    {use.applied_on}  {f'{_called(source)} → {_called(target)}':<30}{amount}"
    for voucher in step.vouchers:
        yield from _voucher(voucher, company)


def _subject(step: PlannedStep, names: Names) -> str:
    """What a step is about, by the name that people know: never by an id of the books."""
    kind, _, identifier = step.subject.partition(":")
    if kind == "customer":
        return f"{say('customer')} {names.customers[int(identifier)]}"
    if kind == "document":
        document = names.documents[int(identifier)]
        return say(
            "{document} of {customer}", document=_called(document),
            customer=names.customer_of(document) or say("nobody known"),
        )  # fmt: skip
    return f"{say(kind)} {identifier}" if kind == "account" else step.subject


def _called(document: Document) -> str:
    """Kind and number, as far as it has one."""
    return f"{say(worded(document.kind))} {document.number}".rstrip()


def _voucher(voucher: Voucher, company: Company) -> Iterator[str]:
    """The lines of a voucher: account, role, and the amount on its side; in base currency where
    nothing moves in the voucher's own.
    """
    for line in voucher.lines:
        amount, currency = line.amount, line.currency
        if not amount:
            amount, currency = line.base_amount, company.currency
        side = f"{local(abs(amount), currency, company.country):>16}"
        columns = f"{side}{'':>16}" if amount > 0 else f"{'':>16}{side}"
        where = f"{voucher.entry.entry_date}  {line.account:<8}{say(line.role):<22}"
        yield f"    {where}{columns} {currency}"
