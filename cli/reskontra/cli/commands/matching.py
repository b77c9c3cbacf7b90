"""``reskontra match``: make the plan and look at the money; nothing is booked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reskontra.cli.choices import TextFormat, iso_date, new_file
from reskontra.cli.render.progress import working
from reskontra.cli.render.words import say
from reskontra.cli.session import note, session

AsOf = Annotated[
    str,
    typer.Option(
        help="Only lines booked up to this date (YYYY-MM-DD); default: all.", callback=iso_date
    ),
]
Overrides = Annotated[
    list[str],
    typer.Option("--set", help="KEY=VALUE for this run only; recorded in the plan, never stored."),
]


def match(
    context: typer.Context,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="Write the plan here.", callback=new_file),
    ] = None,
    as_of: AsOf = "",
    overrides: Overrides = [],  # noqa: B006  (Typer reads the default, nobody changes it)
    lines: Annotated[
        bool, typer.Option("--lines", help="List every bank line, not only the sums.")
    ] = False,
    output_format: TextFormat = "text",
) -> None:
    """Match undecided bank lines: show what would be booked, and book nothing.

    Exit code 2 when something is to be applied or decided, or waits taken back or held; 0 when
    there is nothing to do.

    Example: reskontra match --out monday.plan
    """
    from reskontra.adapters import plan_file
    from reskontra.cli.beside import let_candidates_decide
    from reskontra.cli.render.plans import print_plan
    from reskontra.engine.services import match as service

    application = session(context).open(overrides, as_of)
    with working(say("Matching")):
        plan = service.match(application.books, application.setting(overrides), as_of=as_of)
    with application.books.read() as reader:
        aside = service.set_aside(reader)
    identifier = plan_file.write(plan, out) if out else plan.identifier
    country = application.preferences.company.country
    print_plan(
        plan, identifier, country=country, output_format=output_format, lines=lines, aside=aside
    )
    if out and output_format == "text":
        note(say("Saved {file}. Apply with: reskontra apply {file}", file=out))
    let_candidates_decide(application, plan, overrides)
    application.report_faults()
    raise typer.Exit(2 if len(plan.records) or aside else 0)
