"""``reskontra note``: what people want to remember of customers, documents and bank lines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reskontra.cli.choices import TableFormat, iso_date, one_of
from reskontra.cli.render.words import say
from reskontra.cli.session import session

app = typer.Typer(
    help="Notes, tasks and attachments of customers, documents and bank lines.",
    no_args_is_help=True,
)


@app.command()
def add(
    context: typer.Context,
    subject: Annotated[
        str,
        typer.Argument(help="Customer number, document:NUMBER (or KIND:NUMBER), or line:N."),
    ],
    text: Annotated[str, typer.Argument(help="What to remember.")],
    kind: Annotated[
        str,
        typer.Option(
            help="note, task, event, email or call.",
            callback=one_of("note", "task", "event", "email", "call"),
        ),
    ] = "note",
    due: Annotated[
        str, typer.Option(help="Day on which a task is due (YYYY-MM-DD).", callback=iso_date)
    ] = "",
    owner: Annotated[str, typer.Option(help="Whose task it is.")] = "",
    file: Annotated[
        Path | None, typer.Option(help="Attachment: its path and a hash of its content are kept.")
    ] = None,
    closes: Annotated[int, typer.Option(help="Number of the task that this answers.")] = 0,
) -> None:
    """Write down a note; with --kind task something to be done.

    Example: reskontra note add 1042 "Eva Ek calls back" --kind task --due 2026-12-01
    """
    from hashlib import sha256

    from reskontra.adapters.imports import read_bytes
    from reskontra.engine.services.notes import Written, add_note

    written = Written(
        text, kind, due, owner, str(file or ""),
        sha256(read_bytes(file)).hexdigest() if file else "", closes or None,
    )  # fmt: skip
    application = session(context).open()
    note, about = add_note(application.books, subject, written, application.actor())
    typer.echo(say("note:{note} on {subject}", note=note.id, subject=about.name))


@app.command("list")
def list_notes(
    context: typer.Context,
    subject: Annotated[
        str, typer.Argument(help="As in note add; of a customer its documents' notes, too.")
    ] = "",
    tasks: Annotated[
        bool, typer.Option("--tasks", help="Only tasks that are not done, what is due first.")
    ] = False,
    limit: Annotated[int, typer.Option(help="At most so many rows (0 = all).")] = 0,
    offset: Annotated[int, typer.Option(help="Leave out so many rows before.")] = 0,
    output_format: TableFormat = "table",
) -> None:
    """Notes, the newest first.

    Example: reskontra note list --tasks
    """
    from itertools import islice

    from reskontra.cli.render.tables import print_rows
    from reskontra.engine.services.notes import notes

    columns = ["note", "date", "subject", "kind", "text", "due", "state", "owner", "file", "actor"]
    if output_format != "table":
        columns.append("sha256")
    with session(context).open().books.read() as reader:
        found = notes(reader, subject, tasks=tasks)
        chosen = islice(found, offset, offset + limit if limit else None)
        print_rows(chosen, columns, output_format=output_format, right=("note",))
