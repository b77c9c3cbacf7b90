"""``reskontra show`` about customers: what is agreed, said and owed; read-only."""

from __future__ import annotations

from typing import Annotated

import typer

from reskontra.cli.choices import Limit, Offset, TableFormat, TextFormat, iso_date, one_of
from reskontra.cli.commands.showing import AsOf
from reskontra.cli.session import session

Of = Annotated[
    str, typer.Option("--customer", help="Only of this customer; an old number will do.")
]

Number = Annotated[str, typer.Argument(help="Number of the customer; an old one will do.")]

On = Annotated[
    str, typer.Option("--as-of", help="End of this day (YYYY-MM-DD); default: today.",
                      callback=iso_date)
]  # fmt: skip


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
    """What a customer owes by currency: balance, open prepayments in it, drafts, open orders,
    and its payer group; drafts and orders are known only as they are now.

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
            ("balance", "prepayments", "unreleased", "ordered", "consolidated"),
            country=application.preferences.company.country, output_format=output_format,
        )  # fmt: skip


def statement_of_account(
    context: typer.Context,
    number: Number,
    since: Annotated[
        str,
        typer.Option(
            "--from", help="First day (YYYY-MM-DD); default: the month's first.", callback=iso_date
        ),
    ] = "",
    until: Annotated[
        str, typer.Option("--to", help="Last day (YYYY-MM-DD); default: today.", callback=iso_date)
    ] = "",
    kind: Annotated[
        str,
        typer.Option(
            "--type",
            help="open_item or brought_forward; default: the customer's.",
            callback=one_of("", "open_item", "brought_forward"),
        ),
    ] = "",
    output_format: TableFormat = "table",
) -> None:
    """A customer's statement of account, with the members of its group whose documents stand on it:
    open items of a day, or the balance from one day to another. Each currency by itself.

    Example: reskontra show statement-of-account 1042 --from 2026-11-01 --to 2026-11-30
    """
    from reskontra.adapters.wiring import now
    from reskontra.cli.render.statements import print_statements
    from reskontra.engine.services.statements import BROUGHT_FORWARD, Wanted, statements

    until = until or now()[:10]
    since = since or f"{until[:7]}-01"
    if since > until:
        raise typer.BadParameter(f"--from {since} is after --to {until}")
    application = session(context).open()
    preferences = application.preferences
    form = BROUGHT_FORWARD if kind == "brought_forward" else kind
    with application.books.read() as reader:
        told = statements(reader, number, Wanted(since, until, form), preferences)
    print_statements(told, country=preferences.company.country, output_format=output_format)


def history(
    context: typer.Context,
    number: Number,
    limit: Limit = 0,
    offset: Offset = 0,
    output_format: TableFormat = "table",
) -> None:
    """Everything that happened to a customer, the newest first: documents, what settled what,
    marks, notes, and changes of what was agreed.

    Example: reskontra show history 1042 --limit 20 --offset 20
    """
    from reskontra.cli.render.tables import print_amounts
    from reskontra.engine.services.customer_numbers import find_customer
    from reskontra.engine.services.inquiries import history as happened

    application = session(context).open()
    with application.books.read() as reader:
        print_amounts(
            happened(reader, find_customer(reader, number)),
            ("date", "what", "subject", "text", "by"), ("amount",),
            country=application.preferences.company.country, limit=limit, offset=offset,
            output_format=output_format,
        )  # fmt: skip


def applications(
    context: typer.Context,
    document: Annotated[
        str, typer.Argument(help="Only of this document: 10377 or invoice:10377.")
    ] = "",
    customer: Of = "",
    limit: Limit = 0,
    offset: Offset = 0,
    output_format: TableFormat = "table",
) -> None:
    """What was used on what, the newest first; what was taken back is negative.

    Example: reskontra show applications 10377
    """
    from reskontra.cli.render.tables import print_amounts
    from reskontra.engine.services.customer_numbers import find_customer
    from reskontra.engine.services.document_names import find_document
    from reskontra.engine.services.inquiries import applications as used

    application = session(context).open()
    with application.books.read() as reader:
        print_amounts(
            used(
                reader,
                document=find_document(reader, document) if document else None,
                customer=find_customer(reader, customer) if customer else None,
            ),
            ("date", "kind", "number", "customer", "target_kind", "target", "target_customer",
             "run", "actor"),
            ("amount", "discount"),
            country=application.preferences.company.country, limit=limit, offset=offset,
            output_format=output_format,
        )  # fmt: skip


def confirmations(
    context: typer.Context,
    as_of: On = "",
    limit: Limit = 0,
    offset: Offset = 0,
    output_format: TableFormat = "table",
) -> None:
    """Balances that customers are asked to confirm to the auditor, with how each is reached.

    Example: reskontra show confirmations --as-of 2026-12-31 --format csv
    """
    from reskontra.adapters.wiring import now
    from reskontra.cli.render.tables import print_amounts
    from reskontra.engine.services.confirmations import confirmations as asked

    application = session(context).open()
    with application.books.read() as reader:
        print_amounts(
            asked(reader, as_of or now()[:10]),
            ("customer", "name", "org_number", "attention", "address", "postcode", "city",
             "country", "email", "documents"),
            ("balance",),
            country=application.preferences.company.country, limit=limit, offset=offset,
            output_format=output_format,
        )  # fmt: skip


def received_after(
    context: typer.Context,
    day: Annotated[str, typer.Argument(help="A day (YYYY-MM-DD).", callback=iso_date)],
    limit: Limit = 0,
    offset: Offset = 0,
    output_format: TableFormat = "table",
) -> None:
    """What became of each claim that was open at the end of a day: money received since, settled in
    another way, and still open.

    Example: reskontra show received-after 2026-12-31
    """
    from reskontra.cli.render.tables import print_amounts
    from reskontra.engine.services.confirmations import received_after as received

    application = session(context).open()
    with application.books.read() as reader:
        print_amounts(
            received(reader, day),
            ("customer", "name", "number", "kind", "date", "due", "last_received"),
            ("open", "received", "settled", "left"),
            country=application.preferences.company.country, limit=limit, offset=offset,
            output_format=output_format,
        )  # fmt: skip
