"""``reskontra apply`` and ``reskontra run``: book a plan, or match and book in one go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reskontra.cli.choices import TextFormat
from reskontra.cli.commands.matching import AsOf, Overrides
from reskontra.cli.render.progress import working
from reskontra.cli.render.words import counted, say
from reskontra.cli.session import session

if TYPE_CHECKING:
    from reskontra.engine.services.apply_plan import Applied

Reason = Annotated[str, typer.Option(help="Why; stands in the audit trail.")]


def apply(
    context: typer.Context,
    plan: Annotated[Path, typer.Argument(help="A plan made by `reskontra match --out`.")],
    reason: Reason = "",
    output_format: TextFormat = "text",
) -> None:
    """Apply a plan: book exactly what it says, in one transaction.

    Refuses (exit code 3) when the ledger or the rules moved since, and names what moved.

    Example: reskontra apply monday.plan --reason "checked by Anna"
    """
    from reskontra.adapters import plan_file
    from reskontra.engine.ledger.works import Work
    from reskontra.engine.services.apply_plan import apply_plan

    found, identifier = plan_file.read_any(plan)
    application = session(context).open(found.basis.overrides, found.basis.as_of)
    if isinstance(found, Work):
        from reskontra.cli.works import book

        book(application, found, application.setting().pack_hash, reason, output_format)
        return
    with working(say("Booking {payments}", payments=counted(len(found.lines), "payment"))):
        applied = apply_plan(
            application.books,
            found,
            identifier,
            preferences=application.preferences,
            pack_hash=application.setting().pack_hash,
            actor=application.actor(reason),
        )
    _print(applied, output_format)


def run(
    context: typer.Context,
    as_of: AsOf = "",
    overrides: Overrides = [],  # noqa: B006  (Typer reads the default, nobody changes it)
    reason: Reason = "",
    output_format: TextFormat = "text",
) -> None:
    """Match and apply at once: what the rules decide is booked, the rest waits for a person.

    Exit code 2 when lines wait for a person (taken back and held ones too), 0 when none do.

    Example: reskontra run
    """
    from reskontra.cli.beside import let_candidates_decide
    from reskontra.cli.render.plans import print_plan
    from reskontra.engine.services import match as service
    from reskontra.engine.services.apply_plan import apply_plan

    application = session(context).open(overrides, as_of)
    setting = application.setting(overrides)
    with working(say("Matching")):
        plan = service.match(application.books, setting, as_of=as_of)
    with application.books.read() as reader:
        aside = service.set_aside(reader)
    identifier = plan.identifier
    if output_format == "text":
        country = application.preferences.company.country
        print_plan(plan, identifier, country=country, aside=aside)
    let_candidates_decide(application, plan, overrides)
    with working(say("Booking {payments}", payments=counted(len(plan.records), "payment"))):
        applied = apply_plan(
            application.books,
            plan,
            identifier,
            preferences=application.preferences,
            pack_hash=setting.pack_hash,
            actor=application.actor(reason),
        )
    application.report_faults()
    _print(applied, output_format, waiting=bool(aside))


def _print(applied: Applied, output_format: str, *, waiting: bool = False) -> None:
    from reskontra.cli.render.plans import print_applied

    print_applied(applied, output_format=output_format)
    raise typer.Exit(2 if applied.waiting or waiting else 0)
