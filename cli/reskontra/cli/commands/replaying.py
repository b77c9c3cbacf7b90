"""``reskontra replay``: a run decided again, under what held then."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from reskontra.cli.choices import TextFormat, numbered
from reskontra.cli.render.progress import working
from reskontra.cli.session import note, session


def replay(
    context: typer.Context,
    run: Annotated[str, typer.Argument(help="run:N, as `reskontra show runs` lists it.")],
    output_format: TextFormat = "text",
) -> None:
    """Decide a run again, on the books as they stood and under the rules that held: the same to
    the byte, or the first difference.

    Exit code 1 when a decision comes out differently. Nothing is booked.

    Example: reskontra replay run:1
    """
    import json

    from reskontra.engine.services.replay import replay as service

    application = session(context).open()
    with working("Deciding again"):
        found = service(
            application.books,
            numbered(run),
            lambda texts: application.kept_configuration(texts).setting(),
        )
    first = found.first
    if output_format == "json":
        record = {
            "format_version": 1, "run": found.run.id, "decisions": found.lines,
            "different": found.different, "first": first and first._asdict(),
            "customers_changed_since": found.masters_moved,
        }  # fmt: skip
        sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
    elif first is None:
        typer.echo(f"run:{found.run.id}: {found.lines} decisions, identical.")
    else:
        typer.echo(f"run:{found.run.id}: {found.different} of {found.lines} decisions differ.")
        typer.echo(f"  first: line:{first.line}, {first.key}")
        typer.echo(f"    then  {first.then}")
        typer.echo(f"    now   {first.now}")
        if found.masters_moved:
            note("Customers were imported or changed since; they are known only as they are today.")
        if found.run.engine_version != application.configuration().engine_version:
            note(f"The run was made by version {found.run.engine_version} of the program.")
    raise typer.Exit(1 if first else 0)
