"""``reskontra export``: decisions and journal as tables for machines."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from reskontra.cli.choices import new_file
from reskontra.cli.session import session

app = typer.Typer(help="Tables for machines: decisions, journal.", no_args_is_help=True)

Format = Annotated[str, typer.Option("--format", help="csv or jsonl.")]
Out = Annotated[
    Path | None,
    typer.Option("-o", "--out", help="Write here instead of stdout.", callback=new_file),
]


@app.command()
def decisions(
    context: typer.Context,
    plan: Annotated[
        Path | None, typer.Option(help="Of this plan, instead of what was recorded.")
    ] = None,
    out: Out = None,
    output_format: Format = "csv",
) -> None:
    """Export decisions: one row per bank line and allocation.

    Example: reskontra export decisions --format csv --out decisions.csv
    """
    from reskontra.engine.services import export

    if plan:
        from reskontra.adapters import plan_file

        rows = export.planned_decisions(plan_file.read(plan)[0])
        write_rows(rows, export.DECISION_COLUMNS, out, output_format)
        return
    with session(context).open().books.read() as reader:
        write_rows(export.decisions(reader), export.DECISION_COLUMNS, out, output_format)


@app.command()
def journal(context: typer.Context, out: Out = None, output_format: Format = "csv") -> None:
    """Export the journal: one row per voucher line, debit positive.

    Example: reskontra export journal --format jsonl
    """
    from reskontra.engine.services import export

    with session(context).open().books.read() as reader:
        write_rows(export.journal(reader), export.JOURNAL_COLUMNS, out, output_format)


def write_rows(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], out: Path | None, output_format: str
) -> None:
    """Write rows as csv or jsonl to a file, or to standard output; RK758 for another format."""
    from reskontra.cli.render.tables import write_csv, write_jsonl
    from reskontra.engine.errors import Exit, ReskontraError

    writers = {"csv": write_csv, "jsonl": write_jsonl}
    if output_format not in writers:
        raise ReskontraError.of(
            "RK758", f"unknown format {output_format!r}", help="use csv or jsonl",
            exit_code=Exit.USAGE,
        )  # fmt: skip
    if out is None:
        writers[output_format](rows, columns, sys.stdout)
        return
    with replacing(out) as partial, partial.open("w", encoding="utf-8", newline="\n") as file:
        writers[output_format](rows, columns, file)


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """A file beside ``out`` that takes its place once it is whole."""
    partial = out.with_name(f"{out.name}.partial")
    yield partial
    partial.replace(out)
