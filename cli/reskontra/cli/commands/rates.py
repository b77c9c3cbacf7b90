"""``reskontra rates``: exchange rates, which documents in foreign currency are booked and valued
at.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reskontra.cli.choices import TableFormat, iso_date
from reskontra.cli.commands.applying import Reason
from reskontra.cli.session import note, session

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from reskontra.adapters.wiring import Application
    from reskontra.engine.services.rates import WantedRate

app = typer.Typer(help="Exchange rates: add, import, list.", no_args_is_help=True)

Preview = Annotated[bool, typer.Option("--preview", help="Only show what would change.")]


@app.command()
def add(
    context: typer.Context,
    currency: Annotated[str, typer.Argument(help="ISO 4217, like EUR.")],
    rate: Annotated[str, typer.Argument(help="Own currency per unit, like 11.3025.")],
    valid_from: Annotated[
        str, typer.Option("--from", help="First day it holds (YYYY-MM-DD).", callback=iso_date)
    ],
    rate_type: Annotated[
        str, typer.Option("--type", help="Kind of rate; documents are booked at spot.")
    ] = "spot",
    reason: Reason = "",
    output_format: TableFormat = "table",
) -> None:
    """Enter the rate of a currency from a day on, or correct the one of that day.

    Example: reskontra rates add EUR 11.3025 --from 2026-11-30
    """
    from reskontra.engine.money import is_currency
    from reskontra.engine.services.rates import WantedRate

    if not is_currency(currency):
        raise typer.BadParameter(f"{currency!r} is not a currency (for example EUR)")
    wanted = WantedRate(rate_type, currency, valid_from, _rate(rate))
    _store(session(context).open(), [wanted], reason, output_format, preview=False)


@app.command("import")
def import_rates(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="YAML or CSV; see docs/csv.md.")],
    dialect: Annotated[str, typer.Option(help="How a CSV file is laid out.")] = "",
    preview: Preview = False,
    reason: Reason = "",
    output_format: TableFormat = "table",
) -> None:
    """Add and correct rates from a file: all of it or nothing; the same file again changes nothing.

    Example: reskontra rates import rates.csv --preview
    """
    from reskontra.adapters.rates import read_rates_file

    application = session(context).open()
    wanted = read_rates_file(application, file, dialect)
    _store(application, wanted, reason, output_format, preview=preview)


@app.command("list")
def list_rates(
    context: typer.Context,
    currency: Annotated[str, typer.Argument(help="Only of this currency.")] = "",
    on: Annotated[
        str, typer.Option("--on", help="Only those that hold on this day.", callback=iso_date)
    ] = "",
    output_format: TableFormat = "table",
) -> None:
    """Rates by currency and day, and who entered them.

    Example: reskontra rates list EUR --on 2026-11-30
    """
    from reskontra.cli.render.tables import print_rows
    from reskontra.engine.services import rates

    application = session(context).open()
    with application.books.read() as reader:
        rows = list(rates.list_rates(reader, currency=currency, on=on))
    columns = ("currency", "from", "rate", "type", "by", "at")
    print_rows(rows, columns, output_format=output_format, right=("rate",))


def _rate(text: str) -> Decimal:
    """A rate on the command line; usage error when it is none."""
    from decimal import Decimal

    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,12})?", text) is None or not Decimal(text):
        raise typer.BadParameter(f"{text!r} is not a rate above 0 (for example 11.3025)")
    return Decimal(text)


def _store(
    application: Application,
    wanted: Sequence[WantedRate],
    reason: str,
    output_format: str,
    *,
    preview: bool,
) -> None:
    """Store rates, or only look, and show what becomes of each."""
    from reskontra.cli.render.tables import print_rows
    from reskontra.cli.render.words import counted
    from reskontra.engine.services.rates import add_rates, plan_rates

    base = application.preferences.company.currency
    if preview:
        with application.books.read() as reader:
            changes = plan_rates(reader, wanted, base)
    else:
        changes = add_rates(application.books, wanted, base, application.actor(reason))
    rows = [
        {
            "currency": c.wanted.currency, "from": c.wanted.valid_from, "type": c.wanted.rate_type,
            "before": c.before, "rate": f"{c.wanted.rate:f}", "change": c.kind,
        }
        for c in changes
    ]  # fmt: skip
    columns = ("currency", "from", "type", "before", "rate", "change")
    print_rows(rows, columns, output_format=output_format, right=("before", "rate"))
    moved = sum(change.kind != "unchanged" for change in changes)
    note(f"{counted(moved, 'rate')} {'would change' if preview else 'entered'}")
    if preview and moved:
        raise typer.Exit(2)
