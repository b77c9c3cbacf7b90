"""``reskontra import``: bank files, customers, open items; all or nothing per file, safe to
repeat.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reskontra.cli.choices import TableFormat, TextFormat
from reskontra.cli.commands.applying import Reason
from reskontra.cli.commands.rates import Preview
from reskontra.cli.render.progress import working
from reskontra.cli.render.words import counted, say
from reskontra.cli.session import note, session

if TYPE_CHECKING:
    from reskontra.adapters.wiring import Application
    from reskontra.engine.imports.receipt import Receipt, TableReceipt

app = typer.Typer(help="Read bank files, customers and open items.", no_args_is_help=True)

Files = Annotated[list[Path], typer.Argument(help="Files to import.", show_default=False)]
File = Annotated[Path, typer.Argument(help="CSV file to import.", show_default=False)]
Dialect = Annotated[
    str, typer.Option(help="Name of a CSV dialect, or a YAML file that describes one.")
]


@app.command()
def bank(
    context: typer.Context,
    files: Files,
    dialect: Dialect = "",
    account: Annotated[
        str, typer.Option(help="The company's own account, where a CSV file does not name it.")
    ] = "",
    output_format: TextFormat = "text",
) -> None:
    """Import bank files: camt.052/053/054, BgMax, or CSV with a dialect. The kind is detected.

    Example: reskontra import bank inbox/*.xml inbox/bgmax.txt
    """
    from reskontra.adapters.imports import import_bank_file

    application = session(context).open()
    receipts: list[Receipt] = []
    try:
        with working(say("Importing {files}", files=counted(len(files), "file"))):
            for path in files:
                receipts.append(  # noqa: PERF401  (a bad file must not take the receipts along)
                    import_bank_file(application, path, dialect=dialect, account=account)
                )
    finally:
        if receipts:
            _print(application, receipts, output_format)
    if output_format == "text":
        _match(application, receipts)


@app.command()
def customers(
    context: typer.Context, file: File, dialect: Dialect = "", output_format: TextFormat = "text"
) -> None:
    """Import customers from CSV: new ones are added, changed ones replaced with an audit record.

    Example: reskontra import customers customers.csv
    """
    from reskontra.adapters.imports import import_customers_file
    from reskontra.cli.second_person import two_people

    application = session(context).open()
    with two_people(application, application.actor()) as permit:
        receipt = import_customers_file(application, file, dialect=dialect, permit=permit)
    _print(application, [receipt], output_format)


@app.command("open-items")
def open_items(
    context: typer.Context, file: File, dialect: Dialect = "", output_format: TextFormat = "text"
) -> None:
    """Import open items from CSV: invoices, credit notes, charges, unapplied payments.

    Example: reskontra import open-items open_items.csv
    """
    from reskontra.adapters.imports import import_open_items_file

    application = session(context).open()
    _print(application, [import_open_items_file(application, file, dialect=dialect)], output_format)


@app.command("open-orders")
def open_orders(
    context: typer.Context,
    file: File,
    dialect: Dialect = "",
    preview: Preview = False,
    reason: Reason = "",
    output_format: TableFormat = "table",
) -> None:
    """Import what is ordered and not invoiced from CSV, which takes room of customers' credit. The
    file is whole: what it does not name is gone.

    Example: reskontra import open-orders orders.csv --preview
    """
    from reskontra.adapters.imports import import_open_orders_file
    from reskontra.cli.render.tables import print_amounts
    from reskontra.engine.services.open_orders import order_rows

    application = session(context).open()
    changes = import_open_orders_file(
        application, file, dialect=dialect, reason=reason, preview=preview
    )
    with application.books.read() as reader:
        moved = print_amounts(
            order_rows(reader, changes),
            ("order", "customer", "change", "on_hold"),
            ("before", "amount"),
            country=application.preferences.company.country, output_format=output_format,
        )  # fmt: skip
    told = (
        "{moved} would change, {same} as before" if preview else "{moved} changed, {same} as before"
    )
    note(say(told, moved=counted(moved, "open order"), same=len(changes) - moved))
    if preview and moved:
        raise typer.Exit(2)


def _match(application: Application, receipts: Sequence[Receipt]) -> None:
    """Accounts whose action is *import and match* get a look at the plan at once."""
    from reskontra.cli.render.plans import print_plan
    from reskontra.engine.services.match import match

    touched = {
        s.cash_account for receipt in receipts if receipt.changes for s in receipt.statements
    }
    preferences = application.preferences
    if all(preferences.cash_account(name).action != "import_and_match" for name in touched):
        return
    with working(say("Matching")):
        plan = match(application.books, application.setting())
    print_plan(plan, plan.identifier, country=preferences.company.country)
    note(say("Nothing is booked. Keep the plan with: reskontra match --out FILE"))


def _print(
    application: Application, receipts: Sequence[Receipt | TableReceipt], output_format: str
) -> None:
    from reskontra.cli.render.receipts import print_receipts

    country = application.preferences.company.country
    print_receipts(receipts, output_format=output_format, country=country)
