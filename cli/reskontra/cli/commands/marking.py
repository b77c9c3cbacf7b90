"""``reskontra mark``: what people say of documents after their release."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from reskontra.cli.choices import iso_date
from reskontra.cli.commands.applying import Reason
from reskontra.cli.render.words import counted, say
from reskontra.cli.session import session

if TYPE_CHECKING:
    from reskontra.engine.services.marking import Saying

app = typer.Typer(
    help="Mark documents: in dispute, payment promised, no letters, no interest.",
    no_args_is_help=True,
)

Documents = Annotated[
    list[str],
    typer.Argument(help="Numbers; KIND:NUMBER where several documents have one (invoice:1001)."),
]
Clear = Annotated[bool, typer.Option("--clear", help="Take the mark back.")]
Until = Annotated[
    str, typer.Option(help="Last day of it (YYYY-MM-DD); absent: until cleared.", callback=iso_date)
]
Amount = Annotated[
    str, typer.Option(help="Only so much of the document, like 120.50; absent: all of it.")
]


@app.command()
def dispute(
    context: typer.Context,
    documents: Documents,
    amount: Amount = "",
    clear: Clear = False,
    reason: Reason = "",
) -> None:
    """The customer disputes documents: they are neither settled by open credits nor written off,
    and matching tells the dispute to the rules.

    Example: reskontra mark dispute 10377 --amount 500 --reason "two doors are missing"
    """
    from reskontra.engine.services.marking import Saying

    _mark(context, documents, Saying("dispute", not clear, amount=amount), reason)


@app.command()
def promise(
    context: typer.Context,
    documents: Documents,
    until: Annotated[
        str, typer.Option(help="The day on which payment is promised.", callback=iso_date)
    ] = "",
    amount: Amount = "",
    clear: Clear = False,
    reason: Reason = "",
) -> None:
    """The customer promises to pay documents by a day.

    Example: reskontra mark promise 10377 10380 --until 2026-12-04 --reason "Eva Ek, by phone"
    """
    from reskontra.engine.services.marking import Saying

    if not (until or clear):
        raise typer.BadParameter("say by which day: --until YYYY-MM-DD")
    _mark(context, documents, Saying("promise", not clear, until, amount), reason)


@app.command("no-dunning")
def no_dunning(
    context: typer.Context,
    documents: Documents,
    until: Until = "",
    clear: Clear = False,
    reason: Reason = "",
) -> None:
    """No letters about documents.

    Example: reskontra mark no-dunning 10377 --until 2026-12-31 --reason "moving office"
    """
    from reskontra.engine.services.marking import Saying

    _mark(context, documents, Saying("no_dunning", not clear, until), reason)


@app.command("no-charges")
def no_charges(
    context: typer.Context,
    documents: Documents,
    until: Until = "",
    clear: Clear = False,
    reason: Reason = "",
) -> None:
    """No interest on documents.

    Example: reskontra mark no-charges 10377 --clear
    """
    from reskontra.engine.services.marking import Saying

    _mark(context, documents, Saying("no_charges", not clear, until), reason)


def _mark(context: typer.Context, documents: list[str], saying: Saying, reason: str) -> None:
    from reskontra.engine.services.marking import mark

    application = session(context).open()
    marked = mark(application.books, documents, saying, application.actor(reason))
    documents_, kind = counted(len(marked), "document"), say(saying.kind)
    if not saying.stands:
        typer.echo(say("{documents}: {mark} cleared", documents=documents_, mark=kind))
    elif saying.until:
        typer.echo(
            say(
                "{documents}: {mark} until {day}", documents=documents_, mark=kind, day=saying.until
            )
        )
    else:
        typer.echo(f"{documents_}: {kind}")
