"""``reskontra cutover``: open items of the old system against its general ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reskontra.cli.choices import TableFormat
from reskontra.cli.session import note, session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reskontra.adapters.wiring import Application
    from reskontra.engine.services.cut_over import GlBalance, Row

app = typer.Typer(help="Prove and sign what came from another system.", no_args_is_help=True)

Gl = Annotated[
    Path,
    typer.Option("--gl", help="CSV with the balances of the old general ledger; see docs/csv.md."),
]
Dialect = Annotated[str, typer.Option(help="How the CSV file is laid out.")]
Why = Annotated[str, typer.Option(help="Why; kept in the audit trail.")]


@app.command()
def check(
    context: typer.Context, gl: Gl, dialect: Dialect = "", output_format: TableFormat = "table"
) -> None:
    """Compare imported open items with the general ledger, per account and currency, and in the own
    currency where the file has base_balance; exit code 1 when they differ.

    Example: reskontra cutover check --gl balances.csv
    """
    from reskontra.engine.services.cut_over import compared

    application = session(context).open()
    balances = _balances(application, gl, dialect)
    with application.books.read() as reader:
        rows = list(compared(reader, balances, application.preferences.company.currency))
    _print(application, rows, output_format)
    if any(row["difference"] for row in rows):
        raise typer.Exit(1)


@app.command()
def sign(context: typer.Context, gl: Gl, reason: Why, dialect: Dialect = "") -> None:
    """Sign that they agree: from then on no open items come in or go out.

    Example: reskontra cutover sign --gl balances.csv --reason "agreed with the auditor"
    """
    from reskontra.engine.services.cut_over import sign_off

    application = session(context).open()
    actor = application.actor(reason)
    base = application.preferences.company.currency
    rows = sign_off(application.books, _balances(application, gl, dialect), base, actor)
    _print(application, rows, "table")
    note(f"Signed by {actor.login}.")


@app.command()
def reopen(context: typer.Context, reason: Why) -> None:
    """Let open items in again, after it was signed.

    Example: reskontra cutover reopen --reason "a branch was forgotten"
    """
    from reskontra.engine.services.cut_over import reopen as service

    application = session(context).open()
    service(application.books, application.actor(reason))
    note("Open items may be imported again; sign anew when they agree.")


def _balances(application: Application, path: Path, dialect: str) -> list[GlBalance]:
    from reskontra.adapters.formats.csv_table import read_gl_balances
    from reskontra.adapters.imports import load_dialect, read_bytes

    described = load_dialect(application, dialect or "gl_balances")
    return read_gl_balances(
        read_bytes(path), file=str(path), dialect=described,
        base_currency=application.preferences.company.currency,
    )  # fmt: skip


def _print(application: Application, rows: Sequence[Row], output_format: str) -> None:
    from reskontra.cli.render.tables import print_amounts

    print_amounts(
        rows, ("account", "items_in"), ("open_items", "general_ledger", "difference"),
        country=application.preferences.company.country, output_format=output_format,
    )  # fmt: skip
