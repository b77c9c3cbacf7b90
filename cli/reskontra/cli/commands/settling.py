"""``reskontra settle``: use open credits, write off small rests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from reskontra.cli.choices import TextFormat, iso_date
from reskontra.cli.commands.applying import Reason
from reskontra.cli.session import note, session
from reskontra.cli.works import Book, Out, finish

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reskontra.adapters.wiring import Application
    from reskontra.engine.ledger.works import PlannedStep, Work
    from reskontra.engine.ports import Reader

app = typer.Typer(
    help="Settle without a bank line: open credits, small rests, a month's end.",
    no_args_is_help=True,
)

On = Annotated[
    str,
    typer.Option(
        "--on", help="Day of the booking (YYYY-MM-DD); default: the newest imported booking date.",
        callback=iso_date,
    ),
]  # fmt: skip
Customers = Annotated[
    list[str] | None, typer.Option("--customer", help="Only this customer; may be repeated.")
]


@app.command()
def payments(
    context: typer.Context,
    customers: Customers = None,
    credit_notes: Annotated[
        bool, typer.Option("--credit-notes", help="Credit notes too, before any payment.")
    ] = False,
    children: Annotated[
        bool, typer.Option("--children", help="A parent's credits settle its children's documents.")
    ] = False,
    on: On = "",
    apply: Book = False,
    out: Out = None,
    reason: Reason = "",
    output_format: TextFormat = "text",
) -> None:
    """Let open payments settle the oldest documents of customers with auto_apply (AR506000), or of
    those who are named.

    A payment that states a reference stays where it is, and a document in dispute is not settled.

    Example: reskontra settle payments --credit-notes --on 2026-11-30
    """
    from datetime import date
    from functools import cache

    from reskontra.engine.documents.terms import effective_due
    from reskontra.engine.preferences.features import require
    from reskontra.engine.services.apply_payments import Wanted, plan_applications

    application = session(context).open()
    if children:
        require(application.preferences.ledger.features, "parent_child", "--children")
    calendar = application.preferences.terms.calendar_of()

    @cache
    def due(day: str) -> str:
        return effective_due(date.fromisoformat(day), calendar).isoformat()

    with application.books.read() as reader:
        day = _day(reader, on)
        charges_first = application.preferences.ledger.overdue_charges.settle_first
        wanted = Wanted(day, known(reader, customers), credit_notes, children, charges_first)
        steps = plan_applications(reader, wanted, application.preferences, due)
        work = planned(application, reader, "applications", day, steps)
    finish(application, work, apply=apply, out=out, reason=reason, output_format=output_format)


@app.command("write-offs")
def write_offs(
    context: typer.Context,
    up_to: Annotated[
        str, typer.Option(help="Largest rest in whole units, like 0.50; default: the limits.")
    ] = "",
    credits_: Annotated[
        bool, typer.Option("--credits", help="Small credits instead of small debts.")
    ] = False,
    code: Annotated[
        str,
        typer.Option(
            help="Reason code (ledger.reason_codes); default: balance_reason or credit_reason."
        ),
    ] = "",
    customers: Customers = None,
    on: On = "",
    apply: Book = False,
    out: Out = None,
    reason: Reason = "",
    output_format: TextFormat = "text",
) -> None:
    """Write off small rests (AR505000) within differences.write_off_limit and the customer's own
    limit, to the account of a reason code.

    Example: reskontra settle write-offs --up-to 1.00 --reason "month end"
    """
    from reskontra.engine.services.write_off import Small, plan_write_offs, reason_for

    application = session(context).open()
    preferences = application.preferences
    with application.books.read() as reader:
        day = _day(reader, on)
        small = Small(
            day, reason_for(code, credits_=credits_, preferences=preferences),
            known(reader, customers),
            amount_of(up_to, preferences.company.currency) if up_to else None,
        )  # fmt: skip
        steps = plan_write_offs(reader, small, preferences)
        work = planned(application, reader, "write_offs", day, steps)
    finish(application, work, apply=apply, out=out, reason=reason, output_format=output_format)


@app.command("credit-loss")
def credit_loss(
    context: typer.Context,
    document: Annotated[str, typer.Argument(help="Number, or kind:number.")],
    amount: Annotated[
        str, typer.Argument(help="With VAT, in whole units like 400.00; default: all that is open.")
    ] = "",
    evidence: Annotated[
        str, typer.Option(help="How the loss is proved: its VAT comes back. Stands in the books.")
    ] = "",
    vat_code: Annotated[
        str, typer.Option(help="VAT code of a document that was imported, like standard.")
    ] = "",
    on: On = "",
    apply: Book = False,
    out: Out = None,
    reason: Reason = "",
    output_format: TextFormat = "text",
) -> None:
    """Book what will never be paid as a confirmed credit loss, with its VAT where it is proved.

    Example: reskontra settle credit-loss 10377 --evidence "bankruptcy K 1234-26"
    """
    from reskontra.engine.services.credit_loss import Loss, plan_credit_loss
    from reskontra.engine.services.document_names import find_document

    application = session(context).open()
    with application.books.read() as reader:
        day = _day(reader, on)
        lost = find_document(reader, document)
        loss = Loss(
            lost, day, amount_of(amount, lost.currency) if amount else None, evidence, vat_code,
        )  # fmt: skip
        steps = plan_credit_loss(reader, loss, application.preferences)
        work = planned(application, reader, "credit_losses", day, steps)
    finish(application, work, apply=apply, out=out, reason=reason, output_format=output_format)


@app.command()
def recovery(
    context: typer.Context,
    loss: Annotated[str, typer.Argument(help="Number of the credit loss, like W0000007.")],
    amount: Annotated[
        str, typer.Argument(help="What came in, with VAT; default: all that is still lost.")
    ] = "",
    cash_account: Annotated[
        str, typer.Option(help="Where it came in; default: the only account of the currency.")
    ] = "",
    reference: Annotated[str, typer.Option(help="Reference of the payment.")] = "",
    on: On = "",
    apply: Book = False,
    out: Out = None,
    reason: Reason = "",
    output_format: TextFormat = "text",
) -> None:
    """Book money that came in for a confirmed credit loss: income, and the VAT that had come back
    is owed again.

    Example: reskontra settle recovery W0000007 1250.00
    """
    from reskontra.engine.services.recovery import Recovered, plan_recovery
    from reskontra.engine.services.work import days_of

    application = session(context).open()
    with application.books.read() as reader:
        wanted = Recovered(loss, amount, on, cash_account, reference)
        step = plan_recovery(reader, wanted, application.preferences)
        work = planned(application, reader, "documents", max(days_of([step])), [step])
    finish(application, work, apply=apply, out=out, reason=reason, output_format=output_format)


@app.command("discount-vat")
def discount_vat(
    context: typer.Context,
    customers: Customers = None,
    on: On = "",
    apply: Book = False,
    out: Out = None,
    reason: Reason = "",
    output_format: TextFormat = "text",
) -> None:
    """Make the VAT credit notes of invoices that were paid in time less their cash discount
    (AR504500), where ledger.vat_on_cash_discount.mechanism is credit_note.

    Example: reskontra settle discount-vat --on 2026-11-30 --apply
    """
    from reskontra.engine.preferences.features import require
    from reskontra.engine.services.discount_notes import plan_discount_notes

    application = session(context).open()
    require(application.preferences.ledger.features, "vat_reporting", "VAT credit notes")
    mechanism = application.preferences.ledger.vat_on_discount.mechanism
    if mechanism != "credit_note":
        note(f"ledger.vat_on_cash_discount.mechanism is {mechanism}: there are no credit notes")
    with application.books.read() as reader:
        day = _day(reader, on)
        steps = plan_discount_notes(reader, day, known(reader, customers), application.preferences)
        work = planned(application, reader, "documents", day, steps)
    finish(application, work, apply=apply, out=out, reason=reason, output_format=output_format)


def planned(
    application: Application, reader: Reader, kind: str, on: str, steps: Sequence[PlannedStep]
) -> Work:
    """The work that does these steps under the company's configuration."""
    from reskontra.engine.ledger.works import work_of
    from reskontra.engine.services.match import basis_of

    setting = application.setting()
    return work_of(basis_of(reader, setting, kind=kind, as_of=on), steps, setting.texts)


def _day(reader: Reader, on: str) -> str:
    """The day that was named, else the newest booking; RK893 when there is neither."""
    from reskontra.engine.errors import Exit, ReskontraError

    day = on or reader.newest_booking()
    if not day:
        raise ReskontraError.of(
            "RK893",
            "no bank file was imported yet, so no day follows from the books",
            help="say the day: --on 2026-11-30",
            exit_code=Exit.USAGE,
        )
    return day


def known(reader: Reader, numbers: Sequence[str] | None) -> frozenset[str]:
    """Numbers of customers who are named, by an old number too; RK830 for one that nobody has."""
    from reskontra.engine.services.customer_numbers import find_customer

    return frozenset(find_customer(reader, number).number for number in numbers or ())


def amount_of(text: str, currency: str) -> int:
    """Minor units of an amount on the command line; usage error when it is none."""
    from reskontra.engine.money import parse_amount

    try:
        return parse_amount(text, currency)
    except ValueError as error:
        raise typer.BadParameter(f"{error} (for example 0.50)") from error
