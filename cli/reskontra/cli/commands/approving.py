"""``reskontra approvals``: what waits for a second person, and the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from reskontra.cli.choices import TableFormat, not_blank
from reskontra.cli.commands.applying import Reason
from reskontra.cli.session import session
from reskontra.engine.wording import worded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reskontra.engine.services.approvals import Asked

app = typer.Typer(
    help="What one person asked for and another must let pass (ledger.second_person).",
    no_args_is_help=True,
)

_COLUMNS = (
    "act", "what", "subject", "detail", "asked_by", "asked_at", "reason", "state", "answered_by",
)  # fmt: skip

Acts = Annotated[list[str], typer.Argument(help="act:ID, several.", show_default=False)]


@app.command("list")
def list_acts(
    context: typer.Context,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what was answered and is not done yet.")
    ] = False,
    output_format: TableFormat = "table",
) -> None:
    """Acts that wait for a second person: what, who asked, and why; exit code 2 when one waits.

    Example: reskontra approvals list --all
    """
    from reskontra.engine.services.approvals import asked_acts

    with session(context).open().books.read() as reader:
        found = list(asked_acts(reader).values())
    waiting = [one for one in found if one.state == "waiting"]
    _print(found if everything else waiting, output_format)
    if waiting:
        raise typer.Exit(2)


@app.command()
def grant(
    context: typer.Context, acts: Acts, reason: Reason = "", output_format: TableFormat = "table"
) -> None:
    """Let acts pass that somebody else asked for: each once, exactly as it was asked.

    Example: reskontra approvals grant act:3f2a91c0 --reason "agreed with the board"
    """
    from reskontra.engine.services.approvals import GRANT

    _answer(context, acts, GRANT, reason, output_format)


@app.command()
def refuse(
    context: typer.Context,
    acts: Acts,
    reason: Annotated[str, typer.Option(help="Why; who asked reads it.", callback=not_blank)],
    output_format: TableFormat = "table",
) -> None:
    """Let acts not pass; who asked reads why when they try again.

    Example: reskontra approvals refuse act:3f2a91c0 --reason "pays late"
    """
    from reskontra.engine.services.approvals import REFUSE

    _answer(context, acts, REFUSE, reason, output_format)


def _answer(
    context: typer.Context, acts: list[str], action: str, reason: str, output_format: str
) -> None:
    from reskontra.engine.services.approvals import answer

    application = session(context).open()
    actor = application.actor(reason)
    _print(answer(application.books, acts, action, actor), output_format)


def _print(found: Iterable[Asked], output_format: str) -> None:
    from reskontra.cli.render.tables import print_rows

    rows = [
        {
            "act": one.act.name, "what": worded(one.act.kind),
            "subject": one.act.subject, "detail": one.act.told, "asked_by": one.asked.actor,
            "asked_at": one.asked.at, "reason": one.asked.reason, "state": one.state,
            "answered_by": one.answer.actor if one.answer else "",
        }
        for one in found
    ]  # fmt: skip
    print_rows(rows, _COLUMNS, output_format=output_format)
