"""``reskontra init``: a workspace to start from, or one more company in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reskontra.cli.render.words import counted
from reskontra.cli.session import note, session


def init(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(help="New or empty folder, or a workspace.")],
    country: Annotated[str, typer.Option(help="se, no, fi or dk.")],
    company: Annotated[str, typer.Option(help="Company id: a to z, 0 to 9, hyphens.")] = "main",
    name: Annotated[str, typer.Option(help="Legal name; the id when absent.")] = "",
    source: Annotated[
        Path | None,
        typer.Option("--from", help="Take settings and rules from this company folder."),
    ] = None,
) -> None:
    """Make a workspace with one company, or add a company to a workspace.

    Nothing is overwritten. The company starts in test mode and books exact payment references only.

    Example: reskontra init demo --country se --company nordic --name "Nordic AB"
    """
    from reskontra.adapters.wiring import login_name
    from reskontra.config.scaffold import create
    from reskontra.config.workspace import MARKER

    if (directory / MARKER).is_file():
        session(context).to_change(directory)
    written = create(
        directory,
        country=country.lower(),
        company=company,
        name=name or company,
        login=login_name(),
        source=source,
    )
    written.append(_rules_schema(directory))
    for path in sorted(written):
        typer.echo(path.as_posix())
    note(f"{counted(len(written), 'file')}. Next: reskontra -C {directory} lint")


def _rules_schema(directory: Path) -> Path:
    """The schema of rule files, which the rules package knows."""
    from reskontra.cli.commands.schema import write_rules_schema

    return write_rules_schema(directory / ".reskontra" / "schema")
