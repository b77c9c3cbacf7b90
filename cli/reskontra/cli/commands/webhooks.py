"""``reskontra webhooks``: tell subscribers what happened to customers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from reskontra.cli.choices import TableFormat
from reskontra.cli.session import session

if TYPE_CHECKING:
    from reskontra.adapters.wiring import Application
    from reskontra.engine.services.webhooks import Message

app = typer.Typer(help="Tell subscribers what happened to customers.", no_args_is_help=True)

MessageId = Annotated[str, typer.Argument(metavar="MESSAGE", help="As webhooks list tells it.")]
_COLUMNS = (
    "message", "done", "event", "customer", "source", "subscription", "status", "user", "date",
)  # fmt: skip


@app.command("send")
def send_due(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what is due.")] = False,
) -> None:
    """Send what is due; exit 1 when a receiver did not take something (it is tried again).

    Example: reskontra webhooks send --dry-run
    """
    from reskontra.engine.services.webhooks import due

    application = session(context).open()
    now, preferences = application.actor().at, application.preferences
    with application.books.read() as reader:
        found = list(due(reader, preferences.webhooks, preferences.customers, now))
    if dry_run:
        for message in found:
            typer.echo(f"{message.id} {message.event} to {message.subscription.id}")
        return
    _send(application, found)


@app.command("resend")
def resend(context: typer.Context, message: MessageId) -> None:
    """Send a message again, under the same id.

    Example: reskontra webhooks resend 12.3
    """
    from reskontra.engine.services.webhooks import again

    application = session(context).open()
    application.permit()
    with application.books.read() as reader:
        found = again(reader, message, application.preferences.webhooks)
    _send(application, found)


def _send(application: Application, messages: Sequence[Message]) -> None:
    """Send each and keep what came of it before the next goes."""
    import os

    from reskontra.adapters.webhooks import secrets_of, send
    from reskontra.engine.errors import Exit
    from reskontra.engine.services.webhooks import record

    subscriptions = {each.subscription.id: each.subscription for each in messages}
    secrets = secrets_of(subscriptions.values(), os.environ)
    failed = 0
    for message in messages:
        answer = send(message, secrets[message.subscription.id])
        record(application.books, message, answer, application.actor())
        failed += not answer.done
        told = f"{message.id} {message.event} to {message.subscription.id}"
        typer.echo(f"{told}: {answer.status or answer.text}")
    typer.echo(f"{len(messages) - failed} sent, {failed} failed")
    if failed:
        raise typer.Exit(Exit.FINDINGS)


@app.command("list")
def list_deliveries(
    context: typer.Context,
    customer: Annotated[str, typer.Option(help="Only of the customer with this number.")] = "",
    failed: Annotated[bool, typer.Option("--failed", help="Only what was not taken.")] = False,
    output_format: TableFormat = "table",
) -> None:
    """What was sent, the newest attempt first.

    Example: reskontra webhooks list --failed
    """
    from reskontra.cli.render.tables import print_rows
    from reskontra.engine.services.webhooks import deliveries

    with session(context).open().books.read() as reader:
        found = deliveries(reader, customer=customer, failed=failed)
        print_rows(found, _COLUMNS, output_format=output_format)


@app.command("show")
def show(context: typer.Context, message: MessageId, output_format: TableFormat = "table") -> None:
    """What the receivers answered to a message, attempt by attempt.

    Example: reskontra webhooks show 12.3
    """
    from reskontra.cli.render.tables import print_rows
    from reskontra.engine.services.webhooks import attempts

    with session(context).open().books.read() as reader:
        found = attempts(reader, message)
        print_rows(found, (*_COLUMNS, "answer"), output_format=output_format)
