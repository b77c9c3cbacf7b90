"""What commands that plan a work of the ledger have in common: show it, keep it, or book it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reskontra.cli.choices import new_file
from reskontra.cli.render.words import say
from reskontra.cli.session import note

if TYPE_CHECKING:
    from reskontra.adapters.wiring import Application
    from reskontra.engine.ledger.works import Work
    from reskontra.engine.ports import Writer
    from reskontra.engine.services.drafts import Drafted
    from reskontra.engine.services.work import Worked

Book = Annotated[bool, typer.Option("--apply", help="Book it at once; else it is only shown.")]
Out = Annotated[
    Path | None,
    typer.Option(
        help="Write the plan to this file, for `reskontra apply FILE`.", callback=new_file
    ),
]

_OWN_DEEDS = {
    "revaluation": "settle revaluation", "reclassification": "settle reclassification",
    "expected_losses": "settle expected-losses", "credit_losses": "settle credit-loss",
    "doubtful": "settle doubtful",
}  # fmt: skip
"""Kinds of works that are for certain roles, from a plan's file too, and their commands."""


def finish(
    application: Application,
    work: Work,
    *,
    apply: bool,
    out: Path | None,
    reason: str,
    output_format: str,
) -> None:
    """Show a planned work, then book it, keep it as a file, or tell how to; exit 2 when something
    waits to be booked. Booked as JSON it tells only what came of it: one document is one answer.
    """
    from reskontra.adapters import plan_file
    from reskontra.cli.render.problems import print_problems
    from reskontra.cli.render.works import print_work
    from reskontra.engine.ledger.periods import closed_periods, period_states, refusals
    from reskontra.engine.services.step_names import names_of
    from reskontra.engine.services.work import days_of

    with application.books.read() as reader:
        names = names_of(reader, work.steps)
        closed = closed_periods(days_of(work.steps), period_states(reader))
    books = apply and bool(work.steps)
    if output_format == "text" or not books:
        print_work(work, names, application.preferences.company, output_format)
    if not work.steps:
        return
    if books:
        book(application, work, work.basis.pack_hash, reason, output_format)
        return
    print_problems([replace(problem, severity="warning") for problem in refusals(closed)])
    if out:
        plan_file.write(work, out)
    note(
        say("Nothing is booked. Book it with: reskontra apply {file}", file=out) if out
        else say("Nothing is booked. Add --apply, or --out FILE to keep the plan.")
    )  # fmt: skip
    raise typer.Exit(2)


def book(
    application: Application, work: Work, pack_hash: str, reason: str, output_format: str
) -> Worked:
    """Book a work under the configuration of today (its hash), and tell what came of it."""
    from reskontra.cli.render.works import print_worked
    from reskontra.cli.second_person import two_people
    from reskontra.engine.services.approvals import acts_of_work
    from reskontra.engine.services.corrections import enter_replacements
    from reskontra.engine.services.release import mark_released, payment_references
    from reskontra.engine.services.step_names import names_of
    from reskontra.engine.services.work import apply_work

    with application.books.read() as reader:
        references = payment_references(reader, work, application.preferences)
    actor = application.actor(reason, _OWN_DEEDS.get(work.basis.kind, ""))
    entered: list[Drafted] = []

    def also(writer: Writer, worked: Worked) -> None:
        permit(writer, acts_of_work(work, names_of(writer, work.steps)))
        mark_released(writer, worked, work)
        entered.extend(enter_replacements(writer, work, application.preferences, actor))

    with two_people(application, actor) as permit:
        worked = apply_work(
            application.books,
            work,
            preferences=application.preferences,
            pack_hash=pack_hash,
            actor=actor,
            references=references,
            also=also,
        )
    print_worked(worked, output_format)
    for one in entered:
        name = f"draft:{one.draft.id}"
        entry = "Entered {name}. Release it with: reskontra documents release {name}"
        note(say(entry, name=name))
    return worked
