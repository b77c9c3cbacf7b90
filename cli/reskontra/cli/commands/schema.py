"""``reskontra schema``: the JSON Schemas of all configuration files, for editors and tools."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from reskontra.cli.render.words import counted
from reskontra.cli.session import note, session

app = typer.Typer(help="JSON Schemas (draft-07) of the configuration files.", no_args_is_help=True)


@app.callback()
def schema() -> None:
    """JSON Schemas (draft-07) of the configuration files."""


@app.command()
def export(
    context: typer.Context,
    directory: Annotated[
        Path | None,
        typer.Option("--dir", help="Folder to write to; default: .reskontra/schema."),
    ] = None,
) -> None:
    """Write one schema per kind of file; existing schemas are renewed.

    Example: reskontra schema export --dir schemas
    """
    from reskontra.config.schemas import export as export_schemas
    from reskontra.config.workspace import find_workspace

    folder = directory or find_workspace(session(context).directory) / ".reskontra" / "schema"
    written = [*export_schemas(folder), write_rules_schema(folder)]
    for path in sorted(written):
        typer.echo(path.as_posix())
    note(counted(len(written), "schema"))


def write_rules_schema(folder: Path) -> Path:
    """Write ``rules.json``, which the rules package makes from its own vocabulary."""
    from reskontra.rules.schemas import json_schema

    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "rules.json"
    target.write_text(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n", "utf-8")
    return target
