"""``reskontra show``: customers, documents, payments, ageing, journal, periods, runs, imports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

import typer

from reskontra.cli.choices import Limit, TableFormat, iso_date, one_of
from reskontra.cli.commands import auditing
from reskontra.cli.session import session

app = typer.Typer(help="Look at the books; nothing is changed.", no_args_is_help=True)

AsOf = Annotated[
    str,
    typer.Option(
        help="As it was at the end of this day (YYYY-MM-DD); default: now.", callback=iso_date
    ),
]


@app.command()
def customers(
    context: typer.Context,
    search: Annotated[str, typer.Argument(help="Words in any order, or parted by %.")] = "",
    limit: Limit = 0,
    output_format: TableFormat = "table",
) -> None:
    """Customers and what they owe.

    Example: reskontra show customers "bygg ab"
    """
    from reskontra.cli.render.tables import print_amounts
    from reskontra.engine.services.customer_view import Filter, list_customers

    application = session(context).open()
    preferences = application.preferences
    with application.books.read() as reader:
        print_amounts(
            list_customers(reader, Filter(search), preferences.customers),
            ("number", "name", "country", "status"), ("balance",),
            country=preferences.company.country, limit=limit, output_format=output_format,
        )  # fmt: skip


@app.command()
def documents(
    context: typer.Context,
    customer: Annotated[str, typer.Option(help="Only of this customer number.")] = "",
    kind: Annotated[str, typer.Option(help="Only of this kind, e.g. invoice.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Settled ones too.")] = False,
    limit: Limit = 0,
    output_format: TableFormat = "table",
) -> None:
    """Documents and what is open on them.

    Example: reskontra show documents --customer 1042
    """
    from reskontra.cli.render.tables import print_amounts
    from reskontra.engine.services import listing
    from reskontra.engine.services.customer_numbers import find_customer

    application = session(context).open()
    with application.books.read() as reader:
        whose = find_customer(reader, customer).number if customer else ""
        rows = listing.documents(reader, customer=whose, kind=kind, open_only=not everything)
        print_amounts(
            rows, ("number", "kind", "customer", "date", "due"), ("amount", "open"),
            country=application.preferences.company.country, limit=limit,
            output_format=output_format,
        )  # fmt: skip


@app.command()
def payments(
    context: typer.Context,
    state: Annotated[
        str,
        typer.Option(
            help="Only in this state: new, review, released, hold, booked, hidden, taken_back, "
            "reconciles, withdrawn."
        ),
    ] = "",
    everything: Annotated[
        bool, typer.Option("--all", help="Lines of withdrawn imports too.")
    ] = False,
    limit: Limit = 0,
    output_format: TableFormat = "table",
) -> None:
    """Bank lines, where they stand, and what was decided.

    Example: reskontra show payments --state review
    """
    from reskontra.cli.render.tables import print_amounts
    from reskontra.engine.services import listing

    if state:
        one_of(*listing.STATES)(state)
    application = session(context).open()
    with application.books.read() as reader:
        print_amounts(
            listing.payments(reader, state=state, withdrawn=everything),
            ("line", "date", "payer", "state", "outcome", "tier", "rule", "run"), ("amount",),
            country=application.preferences.company.country, limit=limit,
            output_format=output_format,
        )  # fmt: skip


@app.command()
def ageing(
    context: typer.Context,
    as_of: AsOf = "",
    by: Annotated[
        str,
        typer.Option(
            help="A row per currency, customer, class or branch.",
            callback=one_of("currency", "customer", "class", "branch"),
        ),
    ] = "currency",
    customer: Annotated[str, typer.Option(help="Only of this customer number.")] = "",
    buckets: Annotated[
        str, typer.Option(help="Upper limits in days; default: ledger.ageing.days.")
    ] = "",
    output_format: TableFormat = "table",
) -> None:
    """What is owed, by how long it has been due, today or as it was on any day.

    Example: reskontra show ageing --as-of 2026-11-30 --by customer
    """
    import polars as pl

    from reskontra.adapters.wiring import now
    from reskontra.cli.render.tables import print_amounts
    from reskontra.engine.ledger.ageing import aged, bucket_names
    from reskontra.engine.services.customer_numbers import find_customer
    from reskontra.engine.services.listing import ageing_rows

    application = session(context).open()
    preferences = application.preferences
    wanted = preferences.ledger.ageing
    if buckets:
        wanted = replace(wanted, days=tuple(_limits(buckets)))
    names = bucket_names(wanted.days)
    heads = {"customer": ("customer", "name"), "currency": ()}.get(by, (by,))
    with application.books.read() as reader:
        items = reader.item_frame(as_of)
        if customer:
            items = items.filter(pl.col("customer_id") == find_customer(reader, customer).id)
        calendar = preferences.terms.calendar_of()
        items = aged(items, on=as_of or now()[:10], ageing=wanted, calendar=calendar)
        print_amounts(
            ageing_rows(reader, items, names, by, preferences.customers.default_class),
            (*heads, "documents"), (*names, "total"),
            country=preferences.company.country, output_format=output_format,
        )  # fmt: skip


@app.command()
def reconciliation(
    context: typer.Context, as_of: AsOf = "", output_format: TableFormat = "table"
) -> None:
    """The customer ledger against its control accounts; exit code 1 when they differ.

    Example: reskontra show reconciliation --as-of 2026-11-30
    """
    from reskontra.cli.render.tables import print_amounts
    from reskontra.engine.services.reconcile import reconciliation as reconciled

    application = session(context).open()
    with application.books.read() as reader:
        rows = list(reconciled(reader, as_of))
    print_amounts(
        rows, ("account",), ("subledger", "opening", "vouchers", "difference"),
        country=application.preferences.company.country, output_format=output_format,
    )  # fmt: skip
    if any(row["difference"] for row in rows):
        raise typer.Exit(1)


def _limits(text: str) -> list[int]:
    from reskontra.engine.errors import Exit, ReskontraError

    parts = [part.strip() for part in text.split(",")]
    limits = [int(part) for part in parts if part.isdigit()]
    if len(limits) != len(parts) or limits != sorted(set(limits)):
        raise ReskontraError.of(
            "RK759", f"{text!r} are not ascending numbers of days", help="for example 30,60,90",
            exit_code=Exit.USAGE,
        )  # fmt: skip
    return limits


@app.command()
def journal(
    context: typer.Context,
    run: Annotated[int, typer.Option(help="Only vouchers of this run.")] = 0,
    limit: Limit = 0,
    output_format: TableFormat = "table",
) -> None:
    """Voucher lines, debit positive.

    Example: reskontra show journal --run 1
    """
    from reskontra.cli.render.tables import print_amounts
    from reskontra.engine.services import export

    application = session(context).open()
    with application.books.read() as reader:
        rows = (
            row | {"amount": row["amount_minor"]}
            for row in export.journal(reader)
            if run in (0, row["run"])
        )
        print_amounts(
            rows, ("number", "date", "text", "account", "role", "customer"), ("amount",),
            country=application.preferences.company.country, limit=limit,
            output_format=output_format,
        )  # fmt: skip


@app.command()
def runs(context: typer.Context, limit: Limit = 0, output_format: TableFormat = "table") -> None:
    """Runs: when, who, what, and what was taken back.

    Example: reskontra show runs
    """
    from reskontra.engine.services import listing

    columns = ("run", "date", "actor", "kind", "what", "reason", "undone")
    with session(context).open().books.read() as reader:
        _list(listing.runs(reader), columns, limit, output_format)


@app.command()
def imports(context: typer.Context, limit: Limit = 0, output_format: TableFormat = "table") -> None:
    """Imported files: when, who, what, and what was withdrawn.

    Example: reskontra show imports
    """
    from reskontra.engine.services import listing

    columns = ("import", "date", "actor", "kind", "what", "format", "rows", "reason", "withdrawn")
    with session(context).open().books.read() as reader:
        _list(listing.imports(reader), columns, limit, output_format)


@app.command()
def periods(context: typer.Context, limit: Limit = 0, output_format: TableFormat = "table") -> None:
    """Months with vouchers: open or closed, since when, by whom and why.

    Example: reskontra show periods
    """
    from reskontra.engine.services import closing

    columns = ("period", "state", "vouchers", "not_transferred", "since", "actor", "reason")
    with session(context).open().books.read() as reader:
        _list(closing.periods(reader), columns, limit, output_format)


app.command("credit")(auditing.credit)
app.command("permissions")(auditing.permissions)
app.command("audit")(auditing.audit)
app.command("overrides")(auditing.overrides)
app.command("series")(auditing.series)


def _list(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], limit: int, output_format: str
) -> None:
    """Rows without amounts."""
    from itertools import islice

    from reskontra.cli.render.tables import print_rows

    chosen = islice(rows, limit) if limit else iter(rows)
    numbers = ("run", "import", "rows", "vouchers", "not_transferred")
    print_rows(chosen, columns, output_format=output_format, right=numbers)
