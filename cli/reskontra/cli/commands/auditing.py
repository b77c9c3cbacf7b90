"""``reskontra show`` for control and audit: credit, who may do what, who did what, numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from reskontra.cli.choices import Limit, Offset, TableFormat, iso_date
from reskontra.cli.render.words import retell, say
from reskontra.cli.session import note, session

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Since = Annotated[str, typer.Option(help="From this day on (YYYY-MM-DD).", callback=iso_date)]


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
        note(say("two people for one change: not enforced, {why}", why=retell(why)))


def credit(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="Only this customer; an old number will do.")] = "",
    over: Annotated[
        bool, typer.Option("--over", help="Only those who may buy nothing more on credit.")
    ] = False,
    limit: Limit = 0,
    offset: Offset = 0,
    output_format: TableFormat = "table",
) -> None:
    """Credit of the customers who have a rule: the limit, what is owed and drafted against it, what
    remains, and how late they are. The head of a group decides for members that share its policy.

    Drafts that a failed check parked take no room. Orders on hold take none either.
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
            ("limit", "balance", "unreleased", "ordered", "remaining"),
            country=preferences.company.country, limit=limit, offset=offset,
            output_format=output_format,
        )  # fmt: skip
    if over and shown:
        raise typer.Exit(1)


def audit(
    context: typer.Context,
    since: Since = "",
    actor: Annotated[str, typer.Option(help="Only of this login.")] = "",
    action: Annotated[str, typer.Option(help="Only what begins so: 'import', 'undo'.")] = "",
    subject: Annotated[
        str, typer.Option(help="Only about this: customer:1042, run:3; customer = about any.")
    ] = "",
    limit: Limit = 0,
    offset: Offset = 0,
    output_format: TableFormat = "table",
) -> None:
    """The audit trail, the newest first: who did what, when, why, and what it changed.

    Example: reskontra show audit --since 2026-11-01 --subject customer:1042
    """
    from reskontra.engine.services.audit_reports import AuditFilter, audit_rows

    columns = ("id", "date", "actor", "action", "subject", "reason", "detail")
    with session(context).open().books.read() as reader:
        rows = audit_rows(reader, AuditFilter(since, actor, action, subject))
        _print(rows, columns, limit, offset, output_format)


def overrides(
    context: typer.Context,
    since: Since = "",
    limit: Limit = 0,
    offset: Offset = 0,
    output_format: TableFormat = "table",
) -> None:
    """What went past a rule or a limit, or moved one: overridden credit checks, raised limits,
    changed bank accounts, write-offs, reopened periods; with who and why, the newest first.

    Example: reskontra show overrides --since 2026-01-01 --format csv
    """
    from reskontra.engine.services.audit_reports import overrides as found

    columns = ("id", "date", "what", "actor", "subject", "reason", "detail")
    with session(context).open().books.read() as reader:
        _print(found(reader, since), columns, limit, offset, output_format)


def series(context: typer.Context, output_format: TableFormat = "table") -> None:
    """Every number series: its first and last number, how many are in use, and which are missing;
    exit code 1 when one is.

    Example: reskontra show series
    """
    from reskontra.cli.render.tables import print_rows
    from reskontra.engine.services.audit_reports import series_rows

    columns = (
        "series",
        "of",
        "from",
        "first",
        "last",
        "used",
        "taken",
        "unbroken",
        "missing",
        "voided",
    )
    with session(context).open().books.read() as reader:
        rows = list(series_rows(reader))
    print_rows(rows, columns, output_format=output_format, right=("used", "taken"))
    if not all(row["unbroken"] for row in rows):
        raise typer.Exit(1)


def _print(
    rows: Iterator[dict[str, Any]],
    columns: Sequence[str],
    limit: int,
    offset: int,
    output_format: str,
) -> None:
    from itertools import islice

    from reskontra.cli.render.tables import print_rows

    chosen = islice(rows, offset, offset + limit if limit else None)
    print_rows(chosen, columns, output_format=output_format, right=("id",))
