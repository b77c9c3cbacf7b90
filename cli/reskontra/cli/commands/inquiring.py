"""``reskontra show`` about customers: what is agreed, said and owed; read-only."""

from __future__ import annotations

from typing import Annotated

import typer

from reskontra.cli.choices import TableFormat, TextFormat, one_of
from reskontra.cli.commands.showing import AsOf, Limit
from reskontra.cli.session import session

Of = Annotated[
    str, typer.Option("--customer", help="Only of this customer; an old number will do.")
]

Number = Annotated[str, typer.Argument(help="Number of the customer; an old one will do.")]


def marks(
    context: typer.Context,
    kind: Annotated[
        str,
        typer.Option(
            help="Only dispute, promise, no_dunning or no_charges.",
            callback=one_of("", "dispute", "promise", "no_dunning", "no_charges"),
        ),
    ] = "",
    customer: Of = "",
    limit: Limit = 0,
    output_format: TableFormat = "table",
) -> None:
    """Open documents in dispute, promised, or without letters or interest.

    Example: reskontra show marks --kind promise
    """
    from reskontra.adapters.wiring import now
    from reskontra.cli.render.tables import print_amounts
    from reskontra.engine.services.customer_numbers import find_customer
    from reskontra.engine.services.marking import marks as marked

    application = session(context).open()
    with application.books.read() as reader:
        whose = find_customer(reader, customer).id if customer else None
        print_amounts(
            marked(reader, now()[:10], customer=whose, kind=kind),
            ("customer", "name", "document", "kind", "mark", "until", "reason", "actor", "date"),
            ("amount", "open"),
            country=application.preferences.company.country, limit=limit,
            output_format=output_format,
        )  # fmt: skip


def customer(context: typer.Context, number: Number, output_format: TextFormat = "text") -> None:
    """A customer on one screen: who it is, what it owes, pays, disputes and promised.

    Example: reskontra show customer 1042
    """
    from reskontra.adapters.wiring import now
    from reskontra.cli.render.customer_card import print_card
    from reskontra.engine.services.customer_card import card

    application = session(context).open()
    preferences = application.preferences
    with application.books.read() as reader:
        found = card(reader, number, preferences, now()[:10])
    print_card(found, country=preferences.company.country, output_format=output_format)


def balance(
    context: typer.Context, number: Number, as_of: AsOf = "", output_format: TableFormat = "table"
) -> None:
    """What a customer owes by currency: balance, open prepayments in it, drafts, and its payer
    group; drafts are known only as they are now.

    Example: reskontra show balance 1042 --as-of 2026-11-30
    """
    from reskontra.cli.render.tables import print_amounts
    from reskontra.engine.services.balances import balance_rows
    from reskontra.engine.services.customer_numbers import find_customer

    application = session(context).open()
    with application.books.read() as reader:
        print_amounts(
            balance_rows(reader, find_customer(reader, number), as_of),
            ("customer", "name", "first_due"),
            ("balance", "prepayments", "unreleased", "consolidated"),
            country=application.preferences.company.country, output_format=output_format,
        )  # fmt: skip
