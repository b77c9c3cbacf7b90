"""``reskontra show`` about customers: what is agreed, said and owed; read-only."""

from __future__ import annotations

from typing import Annotated

import typer

from reskontra.cli.choices import TableFormat, one_of
from reskontra.cli.commands.showing import Limit
from reskontra.cli.session import session

Of = Annotated[
    str, typer.Option("--customer", help="Only of this customer; an old number will do.")
]


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
