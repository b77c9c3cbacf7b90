"""``reskontra file``: look into a bank file without a company and without booking anything."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reskontra.engine.wording import worded

if TYPE_CHECKING:
    from reskontra.adapters.formats.csv_table import Dialect

app = typer.Typer(help="Look into files without a company.", no_args_is_help=True)

Files = Annotated[list[Path], typer.Argument(help="Files to look into.", show_default=False)]


@app.command()
def show(
    files: Files,
    output_format: Annotated[str, typer.Option("--format", help="table or json.")] = "table",
    dialect: Annotated[
        str, typer.Option(help="Name of a CSV dialect, or a YAML file that describes one.")
    ] = "",
) -> None:
    """Show what bank files say: counts, sums, references, balances; nothing is imported.

    JSON is one object per file and line. Exit code 65 when a file cannot be read.

    Example: reskontra file show inbox/bgmax.txt --format json
    """
    from reskontra.engine.errors import Exit, ReskontraError

    if output_format not in {"table", "json"}:
        raise typer.BadParameter("expected table or json", param_hint="--format")
    layout = _dialect(dialect) if dialect else None
    failed = False
    for path in files:
        try:
            found = _summary(path, layout)
        except ReskontraError as error:
            failed = True
            _print_failure(path, error, output_format)
            continue
        if output_format == "json":
            _write_json({**found, "file": str(path)})
        else:
            _print_summary(path, found)
    if failed:
        raise typer.Exit(int(Exit.BAD_INPUT))


@app.command("detect")
def detect_kind(files: Files) -> None:
    """Say what kind of file each one is, from its content.

    Example: reskontra file detect inbox/*
    """
    from reskontra.adapters.formats.detect import KINDS, READABLE, detect

    for path in files:
        kind = detect(_read(path))
        readable = "can be imported" if kind in READABLE else "cannot be imported"
        typer.echo(f"{path}: {kind}: {KINDS[kind]}, {readable}")


def _dialect(name: str) -> Dialect:
    from reskontra.adapters.formats.csv_table import dialect_from_mapping
    from reskontra.config.dialects import dialect_mapping

    mapping, file = dialect_mapping(name, folder=Path())
    return dialect_from_mapping(mapping, file=file)


def _read(path: Path) -> bytes:
    from reskontra.engine.errors import Exit, Place, ReskontraError

    try:
        return path.read_bytes()
    except OSError as error:
        raise ReskontraError.of(
            "RK501",
            f"cannot read the file: {error.strerror}",
            place=Place(str(path)),
            exit_code=Exit.BAD_INPUT,
        ) from error


def _summary(path: Path, dialect: Dialect | None) -> dict[str, Any]:
    from reskontra.adapters.formats.detect import read_bank_file
    from reskontra.adapters.formats.show import summary

    return summary(read_bank_file(_read(path), file=str(path), dialect=dialect))


def _write_json(content: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(content, ensure_ascii=False) + "\n")


def _print_failure(path: Path, error: Any, output_format: str) -> None:
    from reskontra.cli.render.problems import as_json, print_problems

    if output_format == "json":
        problems = [as_json(problem) for problem in error.problems]
        _write_json({"format_version": 1, "file": str(path), "problems": problems})
    else:
        print_problems(error.problems)


def _print_summary(path: Path, found: dict[str, Any]) -> None:
    test = "  TEST" if found["test"] else ""
    typer.echo(f"{path}  {found['format']}  {found['message_id']}  {found['created']}{test}")
    for statement in found["statements"]:
        _print_statement(statement)
    for sums in found["sums"]:
        typer.echo(
            f"total {sums['currency']}  in {sums['in']}  out {sums['out']}  net {sums['net']}"
        )
    for warning in found["warnings"]:
        where = f":{warning['line']}" if warning["line"] else ""
        typer.echo(f"{path}{where}: {warning['code']} warning: {warning['message']}", err=True)


def _print_statement(statement: dict[str, Any]) -> None:
    from reskontra.cli.render.tables import print_rows

    account, counts, sums = statement["account"], statement["counts"], statement["sums"]
    typer.echo(
        f"\n{statement['kind']} {statement['id'] or '-'}  {account['number'] or '-'} "
        f"({account['scheme']})  {statement['currency']}  {statement['booking_date'] or ''}"
    )
    known = [
        f"{worded(name)} {statement[name]}"
        for name in ("opening", "closing", "bank_total")
        if statement[name] is not None
    ]
    typer.echo(
        f"  {counts['transactions']} transactions ({counts['booked']} booked), "
        f"in {sums['in']}, out {sums['out']}" + "".join(f", {text}" for text in known)
    )
    rows = [
        {
            "line": line["line"],
            "date": line["booking_date"],
            "amount": line["amount"],
            "status": line["status"],
            "payer": line["counterparty"]["name"],
            "references": " ".join(found["value"] for found in line["references"]),
            "text": " / ".join(line["text"]),
        }
        for line in statement["transactions"]
    ]
    columns = ("line", "date", "amount", "status", "payer", "references", "text")
    print_rows(rows, columns, output_format="table", right=("line", "amount"))
