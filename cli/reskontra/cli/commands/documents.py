"""``reskontra documents``: documents entered, looked at, changed, held, discarded and released."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reskontra.cli.choices import TableFormat, TextFormat, drafts_named, iso_date, one_of
from reskontra.cli.commands.applying import Reason
from reskontra.cli.render.words import retell, say
from reskontra.cli.session import note, session
from reskontra.cli.works import Book, Out, finish

if TYPE_CHECKING:
    from reskontra.adapters.wiring import Application
    from reskontra.engine.documents.entry import Entry
    from reskontra.engine.ledger.records import Draft
    from reskontra.engine.services.drafts import Drafted

app = typer.Typer(
    help="Enter documents as drafts, release them, use credits, correct, void.",
    no_args_is_help=True,
)

Preview = Annotated[
    bool, typer.Option("--preview", help="Only show what would be saved (exit code 2).")
]
Drafts = Annotated[list[str], typer.Argument(help="draft:N, several.", show_default=False)]
Day = Annotated[str, typer.Option("--date", help="YYYY-MM-DD.", callback=iso_date)]
Lines = Annotated[
    list[str] | None,
    typer.Option("--line", help='"text;quantity;price", several; ";vat;account" may follow.'),
]
Fields = Annotated[
    list[str] | None,
    typer.Option(
        "--set", help="Any other field, NAME=VALUE: see docs/documents.md; NAME= takes it back."
    ),
]


@app.command()
def add(
    context: typer.Context,
    customer: Annotated[str, typer.Option(help="Number of the customer.")],
    kind: Annotated[str, typer.Option(help="invoice, credit_note, payment ...")] = "invoice",
    date: Day = "",
    line: Lines = None,
    amount: Annotated[str, typer.Option(help="Of a payment, prepayment or refund.")] = "",
    terms: Annotated[str, typer.Option(help="Credit terms; default: the customer's.")] = "",
    reference: Annotated[str, typer.Option(help="Payment reference of a payment.")] = "",
    description: Annotated[str, typer.Option(help="Text of the document.")] = "",
    corrects: Annotated[str, typer.Option(help="What a credit note corrects: NUMBER,NUMBER.")] = "",
    total: Annotated[str, typer.Option(help="Control total.")] = "",
    hold: Annotated[bool, typer.Option("--hold", help="Save it on hold.")] = False,
    fields: Fields = None,
    preview: Preview = False,
    reason: Reason = "",
    output_format: TextFormat = "text",
) -> None:
    """Enter a document as a draft; dated today unless a date is given.

    Example: reskontra documents add --customer 1042 --line "Roof work;3;1250.00"
    """
    from reskontra.adapters.documents import entry_from_words
    from reskontra.adapters.wiring import now

    words = {
        "kind": kind, "customer": customer, "date": date or now()[:10], "amount": amount,
        "terms": terms, "payment_reference": reference, "description": description,
        "corrects": corrects, "total": total, "hold": "true" if hold else "",
    }  # fmt: skip
    entry = entry_from_words(words | pairs(fields), line or ())
    _enter(session(context).open(), [entry], preview, reason, output_format)


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="YAML, or CSV with one row per line.")],
    dialect: Annotated[str, typer.Option(help="How a CSV file is laid out.")] = "",
    preview: Preview = False,
    reason: Reason = "",
    output_format: TextFormat = "text",
) -> None:
    """Enter all documents of a file as drafts, or none of them.

    Example: reskontra documents import november.yaml --preview
    """
    from reskontra.adapters.documents import read_documents_file

    application = session(context).open()
    entries = read_documents_file(application, file, dialect)
    _enter(application, entries, preview, reason, output_format)


def _enter(
    application: Application,
    entries: Iterable[Entry],
    preview: bool,
    reason: str,
    output_format: str,
) -> None:
    from reskontra.engine.services.drafts import enter

    drafted = enter(
        application.books,
        list(entries),
        preferences=application.preferences,
        actor=application.actor(reason),
        preview=preview,
    )
    _print(application, drafted, output_format)
    if preview:
        note(say("Nothing is saved: this was a preview."))
        raise typer.Exit(2)
    _tell_parked(one.draft for one in drafted)
    if any(one.draft.status == "balanced" for one in drafted) and output_format == "text":
        note(say("Release with: reskontra documents release {names}", names=_names(drafted)))


def _names(drafted: Iterable[Drafted]) -> str:
    ids = [f"draft:{one.draft.id}" for one in drafted if one.draft.status == "balanced"]
    return " ".join(ids) if len(ids) <= 3 else "--all"


def pairs(fields: Iterable[str] | None) -> dict[str, str]:
    """``NAME=VALUE``; RK800 for anything else."""
    from reskontra.engine.errors import Exit, ReskontraError

    pairs = {}
    for text in fields or ():
        name, equals, value = text.partition("=")
        if not equals:
            raise ReskontraError.of(
                "RK800", f"'{text}' is not NAME=VALUE", help="for example --set currency=EUR",
                exit_code=Exit.USAGE,
            )  # fmt: skip
        pairs[name] = value
    return pairs


def _print(application: Application, drafted: Iterable[Drafted], output_format: str) -> None:
    from reskontra.cli.render.drafts import print_drafts

    print_drafts(list(drafted), application.preferences.company.country, output_format)


@app.command()
def edit(
    context: typer.Context,
    draft: Annotated[str, typer.Argument(help="draft:N.")],
    fields: Fields = None,
    line: Lines = None,
    reason: Reason = "",
    output_format: TextFormat = "text",
) -> None:
    """Change fields of a draft; --line replaces all its lines. What is released is never edited.

    Example: reskontra documents edit draft:12 --set terms=14 --line "Roof work;4;1250.00"
    """
    from reskontra.adapters.documents import changes_from_words
    from reskontra.engine.services.drafts import edit as change

    application = session(context).open()
    drafted = change(
        application.books,
        drafts_named([draft])[0],
        changes_from_words(pairs(fields), line or ()),
        preferences=application.preferences,
        actor=application.actor(reason),
    )
    _print(application, [drafted], output_format)


@app.command()
def show(
    context: typer.Context,
    document: Annotated[str, typer.Argument(help="draft:N, or the number of a document.")],
    output_format: TextFormat = "text",
) -> None:
    """A draft with what it comes to, or a document with its lines and what settled it; of a draft
    that was released, the document.

    Example: reskontra documents show draft:12
    """
    from reskontra.cli.render.documents import print_documents
    from reskontra.engine.errors import Exit, ReskontraError
    from reskontra.engine.services.document_names import documents_named
    from reskontra.engine.services.drafts import Drafted, drafted
    from reskontra.engine.services.explain_document import explain_document

    application = session(context).open()
    with application.books.read() as reader:
        if document.startswith("draft:"):
            draft = drafted(reader, drafts_named([document])[0], application.preferences)
            if isinstance(draft, Drafted):
                _print(application, [draft], output_format)
                return
            named = [draft]
        else:
            named = documents_named(reader, document)
        found = [explain_document(reader, one) for one in named]
    if not found:
        raise ReskontraError.of(
            "RK752", f"there is no document {document}", exit_code=Exit.USAGE,
            help="`reskontra documents list` finds documents by words",
        )  # fmt: skip
    country = application.preferences.company.country
    print_documents(found, country=country, output_format=output_format)


@app.command("list")
def list_(
    context: typer.Context,
    search: Annotated[str, typer.Argument(help="Words in number, customer or text.")] = "",
    kind: Annotated[str, typer.Option(help="Only of this kind.")] = "",
    status: Annotated[
        str,
        typer.Option(help="draft, hold, balanced, credit_hold, discarded, open, closed, voided."),
    ] = "",
    customer: Annotated[str, typer.Option(help="Only of this customer number.")] = "",
    period: Annotated[str, typer.Option(help="Only dated in this month, YYYY-MM.")] = "",
    limit: Annotated[int, typer.Option(help="At most so many rows (0 = all).")] = 0,
    offset: Annotated[int, typer.Option(help="Leave out so many rows before.")] = 0,
    output_format: TableFormat = "table",
) -> None:
    """Drafts and documents, the newest first.

    Example: reskontra documents list --status draft --customer 1042
    """
    from reskontra.cli.render.tables import print_amounts
    from reskontra.engine.services import document_list
    from reskontra.engine.services.customer_numbers import find_customer

    if status:
        one_of(*document_list.STATUSES)(status)
    application = session(context).open()
    with application.books.read() as reader:
        if customer:
            customer = find_customer(reader, customer).number
        rows = document_list.rows(
            reader, search=search, kind=kind, status=status, customer=customer, period=period
        )
        print_amounts(
            rows, ("number", "kind", "status", "customer", "name", "date", "due"),
            ("amount", "open"), country=application.preferences.company.country, limit=limit,
            offset=offset, output_format=output_format,
        )  # fmt: skip


@app.command()
def hold(context: typer.Context, drafts: Drafts, reason: Reason = "") -> None:
    """Put drafts on hold: they cannot be released.

    Example: reskontra documents hold draft:12 --reason "price is disputed"
    """
    set_drafts(context, drafts, "hold", reason)


@app.command()
def unhold(context: typer.Context, drafts: Drafts, reason: Reason = "") -> None:
    """Take drafts off hold: they are checked and can be released.

    Example: reskontra documents unhold draft:12
    """
    set_drafts(context, drafts, "balanced", reason)


@app.command()
def discard(context: typer.Context, drafts: Drafts, reason: Reason = "") -> None:
    """Discard drafts without a number, so that none is lost; one that has a number is voided.

    Example: reskontra documents discard draft:12 --reason "entered twice"
    """
    set_drafts(context, drafts, "discarded", reason)


@app.command()
def approve(
    context: typer.Context,
    drafts: Drafts,
    reason: Annotated[str, typer.Option(help="Why; kept in the audit trail.")] = "",
) -> None:
    """Let drafts be released in spite of their credit checks; an approver does, who did not enter
    them.

    Example: reskontra documents approve draft:12 --reason "paid by phone, receipt seen"
    """
    from reskontra.config.permissions import not_enforced
    from reskontra.engine.services.approving import approve as service

    application = session(context).open()
    why = not_enforced(application.workspace.users)
    branch, actor = application.preferences.company.branch, application.actor(reason)
    for draft in service(application.books, drafts_named(drafts), branch, actor, alone=bool(why)):
        typer.echo(f"draft:{draft.id}  {say(draft.status)}")
    if why:
        note(say("two people for one change: not enforced, {why}", why=retell(why)))


def set_drafts(context: typer.Context, drafts: list[str], status: str, reason: str) -> None:
    """Give drafts a status, and tell it."""
    from reskontra.engine.services.drafts import set_status

    application = session(context).open()
    after = set_status(
        application.books,
        drafts_named(drafts),
        status,
        preferences=application.preferences,
        actor=application.actor(reason),
    )
    for draft in after:
        typer.echo(f"draft:{draft.id}  {say(draft.status)}")
    _tell_parked(after)


def _tell_parked(drafts: Iterable[Draft]) -> None:
    """Say of drafts on credit hold what lets them through."""
    if parked := [f"draft:{draft.id}" for draft in drafts if draft.status == "credit_hold"]:
        failed = (
            "The credit check failed: {drafts} cannot be released. "
            "`reskontra show credit --over` tells why, `documents approve` lets it through."
        )
        note(say(failed, drafts=", ".join(parked)))


@app.command()
def release(
    context: typer.Context,
    drafts: Annotated[list[str] | None, typer.Argument(help="draft:N, several.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that are balanced.")] = False,
    apply: Book = False,
    out: Out = None,
    reason: Reason = "",
    output_format: TextFormat = "text",
) -> None:
    """Make drafts documents: shows what would be booked, and with --apply books it.

    Numbers, where drafts have none, and payment references are given when it is booked.

    Example: reskontra documents release draft:12 --apply
    """
    from reskontra.cli.render.problems import print_problems
    from reskontra.engine.services.release import plan_release

    if bool(drafts) == everything:
        raise typer.BadParameter("name the drafts, or say --all")
    application = session(context).open()
    named = drafts_named(drafts or [])
    work, warnings = plan_release(application.books, named, application.setting())
    print_problems(warnings)
    finish(application, work, apply=apply, out=out, reason=reason, output_format=output_format)
