"""``reskontra close`` and ``reopen``: the months of the ledger."""

from __future__ import annotations

from typing import Annotated

import typer

from reskontra.cli.choices import month
from reskontra.cli.commands.applying import Reason
from reskontra.cli.session import note, session

Period = Annotated[str, typer.Argument(help="The month, YYYY-MM.", callback=month)]


def close(
    context: typer.Context,
    period: Period,
    hard: Annotated[bool, typer.Option("--hard", help="For good: nobody books there.")] = False,
    reason: Reason = "",
) -> None:
    """Close a month: the checklist is shown, then no run books there any more.

    With points left it is closed only with a reason. A controller closes for good, when none is
    left.

    Example: reskontra close 2026-10
    """
    from reskontra.engine.services import closing

    application = session(context).open()
    actor = application.actor(reason, "close --hard" if hard else "")
    checklist = closing.checklist(application.books, period, application.preferences)
    for point in checklist.points:
        note(f"  {'open' if point.left else 'done'}  {point.name:20}  {point.left}".rstrip())
    state = closing.close(application.books, checklist, hard=hard, actor=actor)
    typer.echo(f"Period {period} is closed ({state}).")


def reopen(
    context: typer.Context,
    period: Period,
    reason: Annotated[str, typer.Option(help="Why; kept in the audit trail.")],
) -> None:
    """Open a closed month again, with a reason.

    Example: reskontra reopen 2026-10 --reason "late bank file"
    """
    from reskontra.engine.services import closing

    application = session(context).open()
    closing.reopen(application.books, period, actor=application.actor(reason))
    typer.echo(f"Period {period} is open.")
