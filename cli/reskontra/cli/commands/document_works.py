"""``reskontra documents``: what books something about documents that are released."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from reskontra.cli.choices import TextFormat, iso_date, one_of
from reskontra.cli.commands.applying import Reason
from reskontra.cli.commands.documents import Fields, Lines, pairs, set_drafts
from reskontra.cli.commands.settling import planned
from reskontra.cli.session import session
from reskontra.cli.works import Book, Out, finish

if TYPE_CHECKING:
    from collections.abc import Callable

    from reskontra.adapters.wiring import Application
    from reskontra.engine.ledger.works import PlannedStep

Credit = Annotated[
    str, typer.Argument(help="The credit: number of a payment, prepayment or credit note.")
]
Debit = Annotated[str, typer.Argument(help="What it settles: number of an invoice, charge ...")]
Number = Annotated[str, typer.Argument(help="Number of the document, or KIND:NUMBER.")]
On = Annotated[
    str,
    typer.Option(
        "--on",
        help="Day of the booking (YYYY-MM-DD); default: the newest imported booking date, or the "
        "day of what is concerned where that is later.",
        callback=iso_date,
    ),
]
Why = Annotated[str, typer.Option("--reason", help="Why; stands in the audit trail.")]

Short = Annotated[
    str,
    typer.Option(
        help="What becomes of a rest of the last document: open, write_off or discount.",
        callback=one_of("open", "write_off", "discount"),
    ),
]
Over = Annotated[
    str,
    typer.Option(
        help="What becomes of money that is over: open, or collection (the payer paid the "
        "collection fee of the last document).",
        callback=one_of("open", "collection"),
    ),
]


def apply_credit(
    context: typer.Context,
    credit: Credit,
    debit: Debit,
    amount: Annotated[
        str, typer.Argument(help="Like 500.00; default: as much as both have open.")
    ] = "",
    on: On = "",
    apply: Book = False,
    out: Out = None,
    reason: Reason = "",
    output_format: TextFormat = "text",
) -> None:
    """Use an open payment, prepayment or credit note on a document of the same customer.

    Example: reskontra documents apply P0000061 10377 500.00 --apply
    """
    from reskontra.engine.services.applications import plan_application

    _finish(
        session(context).open(), "applications", plan_application, (credit, debit, amount, on),
        apply=apply, out=out, reason=reason, output_format=output_format,
    )  # fmt: skip


def pay(
    context: typer.Context,
    documents: Annotated[
        list[str] | None,
        typer.Argument(help="What is paid: NUMBER, or NUMBER=AMOUNT; several, in this order."),
    ] = None,
    amount: Annotated[
        str, typer.Option(help="What was paid; default: what the documents come to.")
    ] = "",
    customer: Annotated[
        str, typer.Option(help="Number of who paid; default: whose the first document is.")
    ] = "",
    on: Annotated[
        str, typer.Option("--on", help="Day of the payment; default: today.", callback=iso_date)
    ] = "",
    cash_account: Annotated[
        str,
        typer.Option(help="Where it came in; default: the customer's usual one, or the only one."),
    ] = "",
    fee: Annotated[str, typer.Option(help="What the bank kept of it, booked as a cost.")] = "",
    commission: Annotated[
        str, typer.Option(help="What a collector kept of it, booked as a cost.")
    ] = "",
    netted: Annotated[
        bool,
        typer.Option(
            "--netted",
            help="No money: it is set off against what is owed to the payer as a supplier.",
        ),
    ] = False,
    reference: Annotated[str, typer.Option(help="Reference of the payment.")] = "",
    text: Annotated[str, typer.Option(help="Description of the payment.")] = "",
    received: Annotated[
        str,
        typer.Option(help="Another currency: its worth in base currency; default: by the rate."),
    ] = "",
    short: Short = "open",
    over: Over = "open",
    apply: Book = False,
    out: Out = None,
    reason: Reason = "",
    output_format: TextFormat = "text",
) -> None:
    """Enter money by hand and use it on what it pays: a cash discount that is in time is granted,
    what is short stays open unless --short says more, what is over is an open payment unless --over
    does.

    Example: reskontra documents pay 10377 10378=300.00 --amount 12800.00 --apply
    """
    from reskontra.adapters.wiring import now
    from reskontra.engine.services.receipts import Receipt, plan_receipt

    pays = [name.partition("=") for name in documents or ()]
    receipt = Receipt(
        on or now()[:10], tuple((name, part) for name, _, part in pays), customer, amount,
        received, cash_account, fee, commission, netted, reference, text, cast("Any", short),
        cast("Any", over),
    )  # fmt: skip
    _finish(
        session(context).open(), "documents", plan_receipt, (receipt,),
        apply=apply, out=out, reason=reason, output_format=output_format,
    )  # fmt: skip


def refund(
    context: typer.Context,
    credit: Annotated[
        str, typer.Argument(help="Number of an open payment, prepayment or credit note.")
    ],
    amount: Annotated[str, typer.Argument(help="Like 500.00; default: all that is open.")] = "",
    on: On = "",
    cash_account: Annotated[
        str, typer.Option(help="Where it goes out; default: the only account of the currency.")
    ] = "",
    reference: Annotated[str, typer.Option(help="Reference of the refund.")] = "",
    text: Annotated[str, typer.Option(help="Description of the refund.")] = "",
    apply: Book = False,
    out: Out = None,
    reason: Reason = "",
    output_format: TextFormat = "text",
) -> None:
    """Pay an open credit back, by hand: a refund that uses it up, booked from the account that
    carries it (a prepayment from prepayments).

    Example: reskontra documents refund P0000061 300.00 --apply
    """
    from reskontra.engine.services.paying_back import PayBack, plan_refund

    wanted = PayBack(credit, amount, on, cash_account, reference, text)
    _finish(
        session(context).open(), "documents", plan_refund, (wanted,),
        apply=apply, out=out, reason=reason, output_format=output_format,
    )  # fmt: skip


def compensate(
    context: typer.Context,
    document: Number,
    on: Annotated[
        str, typer.Option("--on", help="Day of the charge; default: today.", callback=iso_date)
    ] = "",
    apply: Book = False,
    out: Out = None,
    reason: Reason = "",
    output_format: TextFormat = "text",
) -> None:
    """Charge a business the fixed compensation for a claim that it did not pay in time
    (ledger.late_compensation), less the fees that it was charged for the claim.

    Example: reskontra documents compensate 10377 --on 2026-12-10 --apply
    """
    from reskontra.adapters.wiring import now
    from reskontra.engine.services.compensation import plan_compensation

    _finish(
        session(context).open(), "documents", plan_compensation, (document, on or now()[:10]),
        apply=apply, out=out, reason=reason, output_format=output_format,
    )  # fmt: skip


def unapply(
    context: typer.Context,
    credit: Credit,
    debit: Debit,
    reason: Why,
    on: On = "",
    apply: Book = False,
    out: Out = None,
    output_format: TextFormat = "text",
) -> None:
    """Take a credit off a document again: both are open as before.

    Example: reskontra documents unapply P0000061 10377 --reason "meant 10378" --apply
    """
    from reskontra.engine.services.applications import plan_unapplication

    _finish(
        session(context).open(), "applications", plan_unapplication, (credit, debit, on),
        apply=apply, out=out, reason=reason, output_format=output_format,
    )  # fmt: skip


def reverse(
    context: typer.Context,
    document: Number,
    reason: Why,
    on: On = "",
    apply: Book = False,
    out: Out = None,
    output_format: TextFormat = "text",
) -> None:
    """Correct a document whole: a credit note of its lines, VAT and rate, used on what is open of
    it; a credit note is corrected by a debit note.

    Example: reskontra documents reverse 10377 --reason "wrong customer" --apply
    """
    from reskontra.engine.services.corrections import plan_reversal

    _finish(
        session(context).open(), "documents", plan_reversal, (document, on),
        apply=apply, out=out, reason=reason, output_format=output_format,
    )  # fmt: skip


def correct(
    context: typer.Context,
    document: Number,
    reason: Why,
    fields: Fields = None,
    line: Lines = None,
    file: Annotated[
        Path | None,
        typer.Option(help="The document as it should be, alone in a file as for `import`."),
    ] = None,
    on: On = "",
    apply: Book = False,
    out: Out = None,
    output_format: TextFormat = "text",
) -> None:
    """Reverse a document and enter it anew as a draft, in one: as it was entered, but for the
    fields and lines that are named.

    Example: reskontra documents correct 10377 --line "Roof work;3;1200.00" --reason "price" --apply
    """
    from reskontra.adapters.documents import changes_from_words, read_documents_file
    from reskontra.engine.services.corrections import plan_replacement

    application = session(context).open()
    entries = read_documents_file(application, file) if file else ()
    if len(entries) > 1 or (file and (fields or line)):
        raise typer.BadParameter("--file holds one document, and the whole of it")
    changes = changes_from_words(pairs(fields), line or ())
    _finish(
        application, "documents", plan_replacement,
        (document, changes, next(iter(entries), None), on),
        apply=apply, out=out, reason=reason, output_format=output_format,
    )  # fmt: skip


def void(
    context: typer.Context,
    document: Number,
    reason: Why,
    on: On = "",
    apply: Book = False,
    out: Out = None,
    output_format: TextFormat = "text",
) -> None:
    """Void a payment, prepayment, refund or write-off under its own number: what it settled is
    open again. A draft that has a number is voided at once, as draft:N: it moves no money.

    Example: reskontra documents void P0000061 --reason "bounced" --apply
    """
    from reskontra.engine.services.corrections import plan_void

    if document.startswith("draft:"):
        if on or out:
            raise typer.BadParameter("a draft is voided at once: leave --on and --out away")
        set_drafts(context, [document], "voided", reason)
        return
    _finish(
        session(context).open(), "voids", plan_void, (document, on),
        apply=apply, out=out, reason=reason, output_format=output_format,
    )  # fmt: skip


def _finish(
    application: Application,
    kind: str,
    plan: Callable[..., PlannedStep | tuple[PlannedStep, ...]],
    asked: tuple[object, ...],
    *,
    apply: bool,
    out: Path | None,
    reason: str,
    output_format: str,
) -> None:
    """Plan a work of this kind, and show, keep or book it."""
    from reskontra.engine.services.work import days_of

    with application.books.read() as reader:
        found = plan(reader, *asked, application.preferences)
        steps = found if isinstance(found, tuple) else (found,)
        work = planned(application, reader, kind, max(days_of(steps)), steps)
    finish(application, work, apply=apply, out=out, reason=reason, output_format=output_format)
