"""``reskontra resolve``: how a person chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from reskontra.cli.choices import TextFormat
from reskontra.cli.commands.applying import Reason
from reskontra.cli.session import note, session

if TYPE_CHECKING:
    from reskontra.adapters.wiring import Application
    from reskontra.engine.plan.model import Plan
    from reskontra.engine.ports import Reader
    from reskontra.engine.services.resolve import Choice

WriteOff = Annotated[
    bool,
    typer.Option(
        "--write-off",
        help="Write off what is missing, within the limits; with amounts: what they leave of "
        "the documents.",
    ),
]


def resolve(
    context: typer.Context,
    payment: Annotated[
        str, typer.Argument(help="line:N, the bank's id of the line, or run:N with --release.")
    ],
    accept: Annotated[int, typer.Option(help="Accept suggestion N (see `explain`).")] = 0,
    documents: Annotated[
        str, typer.Option(help="Documents to settle: NUMBER=AMOUNT,NUMBER (no amount = all open).")
    ] = "",
    open_payment: Annotated[
        bool, typer.Option("--open-payment", help="Book it as an open payment.")
    ] = False,
    customer: Annotated[
        str, typer.Option(help="Whose open payment it is; default: the known payer.")
    ] = "",
    hide: Annotated[bool, typer.Option("--hide", help="Not for the ledger.")] = False,
    hold: Annotated[bool, typer.Option("--hold", help="Let it wait.")] = False,
    release: Annotated[
        bool, typer.Option("--release", help="Give it back to the next automatic run.")
    ] = False,
    write_off: WriteOff = False,
    reason: Reason = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be booked, and book nothing.")
    ] = False,
    output_format: TextFormat = "text",
) -> None:
    """Choose what happens to a waiting bank line: planned, recorded and undoable like everything.

    Example: reskontra resolve line:17 --documents 1001=500.00,1002 --reason "phone call"
    """
    from reskontra.cli.render.plans import print_plan
    from reskontra.engine.services.explain import find_line
    from reskontra.engine.services.resolve import plan_choice, plan_release

    application = session(context).open()
    setting = application.setting()
    flags = {"open_payment": open_payment, "hide": hide, "hold": hold, "release": release}
    if release and payment.startswith("run:") and payment[4:].isdigit():
        plan = plan_release(application.books, int(payment[4:]), setting)
    else:
        with application.books.read() as reader:
            line_id = find_line(reader, payment)
            choice = _choice(reader, line_id, flags, accept, documents, customer, write_off, reason)
        plan = plan_choice(application.books, line_id, choice, setting)
    if output_format == "text":
        _show(application, plan, payment, done=not dry_run)
    elif dry_run:
        country = application.preferences.company.country
        print_plan(plan, plan.identifier, country=country, output_format=output_format)
    if not dry_run:
        _book(application, plan, setting.pack_hash, payment, reason, output_format)


def _book(
    application: Application,
    plan: Plan,
    pack_hash: str,
    payment: str,
    reason: str,
    output_format: str,
) -> None:
    from reskontra.cli.render.choices import set_aside
    from reskontra.cli.render.plans import print_applied
    from reskontra.engine.services.apply_plan import apply_plan

    applied = apply_plan(
        application.books,
        plan,
        plan.identifier,
        preferences=application.preferences,
        pack_hash=pack_hash,
        actor=application.actor(reason),
    )
    if output_format != "text" or any(line.is_booked for line in plan.lines):
        print_applied(applied, output_format=output_format)
    else:
        typer.echo(set_aside(plan, payment, done=True))


def _show(application: Application, plan: Plan, payment: str, *, done: bool) -> None:
    """What would be booked, line by line, with a warning when it is somebody else's document."""
    from reskontra.cli.render.choices import chosen, set_aside
    from reskontra.engine.services.payer import payer_warning

    if not plan.lines[0].is_booked:
        if not done:
            typer.echo(set_aside(plan, payment, done=False))
        return
    (line,) = plan.lines
    for text in chosen(line, application.preferences.company.country):
        typer.echo(text)
    with application.books.read() as reader:
        warning = payer_warning(reader, line)
    if warning:
        note(f"Warning: {warning}")


def _choice(
    reader: Reader,
    line_id: int,
    flags: dict[str, bool],
    accept: int,
    documents: str,
    customer: str,
    write_off: bool,
    reason: str,
) -> Choice:
    from reskontra.engine.errors import Exit, ReskontraError
    from reskontra.engine.services.resolve import Choice, suggested_documents

    acts = [name for name, given in flags.items() if given]
    acts += ["apply"] * (bool(accept) + bool(documents))
    if len(acts) != 1:
        raise ReskontraError.of(
            "RK757",
            f"one choice is needed, {len(acts)} were given",
            help="use one of --accept, --documents, --open-payment, --hide, --hold, --release",
            exit_code=Exit.USAGE,
        )
    wanted = (
        suggested_documents(reader, line_id, accept)
        if accept
        else _documents(reader, line_id, documents)
    )
    act = acts[0]
    return Choice(
        act=act,  # type: ignore[arg-type]  # the keys of flags are the vocabulary
        documents=wanted,
        customer=customer,
        write_off=write_off,
        reason=reason,
    )


def _documents(reader: Reader, line_id: int, text: str) -> tuple[tuple[str, int | None], ...]:
    from reskontra.engine import money
    from reskontra.engine.errors import Exit, ReskontraError
    from reskontra.engine.ledger.records import BankLine, Document

    own = next(iter(reader.records(BankLine, id=line_id))).currency
    result: list[tuple[str, int | None]] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        number, equals, amount = part.partition("=")
        named = next(iter(reader.records(Document, number=number)), None)
        currency = named.currency if named else own
        try:
            result.append((number, money.parse_amount(amount, currency) if equals else None))
        except ValueError as error:
            raise ReskontraError.of(
                "RK753",
                str(error),
                help="NUMBER=AMOUNT with a decimal point, for example 1001=500.00",
                exit_code=Exit.USAGE,
            ) from error
    return tuple(result)
