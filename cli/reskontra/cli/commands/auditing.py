"""What an auditor asks the books: who may do what."""

from __future__ import annotations

from typing import Annotated

import typer

from reskontra.cli.choices import TableFormat
from reskontra.cli.session import note, session


def permissions(context: typer.Context, output_format: TableFormat = "table") -> None:
    """Who may do what: every command that some role may not give, the roles, and the people.

    Example: reskontra show permissions
    """
    from reskontra.cli.render.tables import print_rows
    from reskontra.config.permissions import MAY, not_enforced
    from reskontra.config.workspace import ROLES, load_workspace

    users = load_workspace(session(context).directory).users
    rows = [
        {
            "deed": deed,
            "roles": ", ".join(roles),
            "people": ", ".join(user.login for user in users if set(user.roles) & set(roles)),
        }
        for deed, roles in MAY.items()
        if roles != ROLES
    ]
    print_rows(rows, ("deed", "roles", "people"), output_format=output_format)
    if why := not_enforced(users):
        note(f"two people for one change: not enforced, {why}")


def credit(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="Only this customer; an old number will do.")] = "",
    over: Annotated[
        bool, typer.Option("--over", help="Only those who may buy nothing more on credit.")
    ] = False,
    limit: Annotated[int, typer.Option(help="At most so many rows (0 = all).")] = 0,
    offset: Annotated[int, typer.Option(help="Leave out so many rows before.")] = 0,
    output_format: TableFormat = "table",
) -> None:
    """Credit of the customers who have a rule: the limit, what is owed and drafted against it, what
    remains, and how late they are. The head of a group decides for members that share its policy.

    Drafts that a failed check parked take no room. Open orders are not kept here and not counted.
    Exit code 1 with --over when there is one.

    Example: reskontra show credit --over
    """
    from reskontra.adapters.wiring import now
    from reskontra.cli.render.tables import print_amounts
    from reskontra.engine.services.credit import credit_rows
    from reskontra.engine.services.customer_numbers import find_customer

    application = session(context).open()
    preferences = application.preferences
    with application.books.read() as reader:
        one = find_customer(reader, number) if number else None
        rows = credit_rows(reader, preferences, now()[:10], one)
        shown = print_amounts(
            (row for row in rows if not (over and row["ok"])),
            ("customer", "name", "rule", "group", "days", "late", "first_due", "ok"),
            ("limit", "balance", "unreleased", "remaining"),
            country=preferences.company.country, limit=limit, offset=offset,
            output_format=output_format,
        )  # fmt: skip
    if over and shown:
        raise typer.Exit(1)
