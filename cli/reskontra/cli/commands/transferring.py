"""``reskontra transfer``: hand the vouchers over to the general ledger, in numbered batches."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reskontra.cli.choices import TableFormat, TextFormat, iso_date, new_file, not_blank, one_of
from reskontra.cli.commands.applying import Reason
from reskontra.cli.render.words import counted, say
from reskontra.cli.session import note, session

if TYPE_CHECKING:
    from reskontra.engine.ledger.records import Transfer
    from reskontra.engine.ports import Reader
    from reskontra.engine.preferences import Company
    from reskontra.engine.vouchers import VoucherFile

app = typer.Typer(
    help="Hand vouchers over to the general ledger, in numbered batches.", no_args_is_help=True
)

Number = Annotated[str, typer.Argument(help="Number of the transfer, like 3.")]


@app.command()
def create(
    context: typer.Context,
    as_of: Annotated[
        str,
        typer.Option(
            "--as-of",
            help="End before the first voucher dated after this day (YYYY-MM-DD).",
            callback=iso_date,
        ),
    ] = "",
    apply: Annotated[
        bool,
        typer.Option(
            "--apply", help="Make it where ledger.posting.automatic is off; else it is only shown."
        ),
    ] = False,
    reason: Reason = "",
) -> None:
    """Make the next transfer of all vouchers that wait: each is in exactly one.

    Example: reskontra transfer create --as-of 2026-11-30
    """
    from reskontra.engine.services import transfers

    application = session(context).open()
    preferences, actor = application.preferences, application.actor(reason)
    only_shown = not (apply or preferences.ledger.posting.automatic)
    if only_shown:
        with application.books.read() as reader:
            transfer, left = transfers.next_transfer(reader, preferences, as_of=as_of, actor=actor)
            if transfer:
                _print_turnover(reader, transfer, preferences.company, "table")
    else:
        transfer, left = transfers.create(application.books, preferences, as_of=as_of, actor=actor)
    if left:
        later = "{vouchers} left for later, from the first one after {day} on."
        note(say(later, vouchers=counted(left, "voucher"), day=as_of))
    if transfer is None:
        typer.echo(say("Nothing to transfer."))
        return
    count = transfer.last_entry_id - transfer.first_entry_id + 1
    vouchers = counted(count, "voucher")
    typer.echo(say("Transfer {number}: {vouchers}.", number=transfer.number, vouchers=vouchers))
    if only_shown:
        note(say("It is not made: ledger.posting.automatic is off, and --apply makes it."))
        raise typer.Exit(2)
    following = "Next: reskontra transfer export {number} --format sie --out FILE"
    note(say(following, number=transfer.number))


@app.command()
def export(
    context: typer.Context,
    number: Number,
    out: Annotated[
        Path, typer.Option("-o", "--out", help="The file that is written.", callback=new_file)
    ],
    output_format: Annotated[
        str,
        typer.Option("--format", help="sie (type 4I) or csv.", callback=one_of("sie", "csv")),
    ] = "sie",
) -> None:
    """Write a transfer for the general ledger: the same bytes every time.

    Example: reskontra transfer export 3 --format sie --out 3.si
    """
    from reskontra.cli.commands.exporting import replacing, write_rows
    from reskontra.engine.services import transfers

    application = session(context).open()
    with application.books.read() as reader:
        file = _content(reader, number, application.preferences.company)
    if output_format == "csv":
        write_rows(transfers.table(file, number), transfers.COLUMNS, out, "csv")
    else:
        from reskontra.adapters.formats import sie
        from reskontra.cli.render.problems import print_problems

        data, warnings = sie.write(file)
        print_problems(warnings)
        with replacing(out) as partial:
            partial.write_bytes(data)
    following = "Saved {file}. Once it is booked: reskontra transfer ack {number} --reference ..."
    note(say(following, file=out, number=number))


@app.command()
def verify(
    context: typer.Context,
    number: Number,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A SIE file of type 4.")],
    output_format: TextFormat = "text",
) -> None:
    """Compare a SIE file with a transfer, per voucher and account: the one that was exported, or
    what the general ledger exports after it has booked it.

    Exit code 1 when they differ.

    Example: reskontra transfer verify 3 from_general_ledger.se
    """
    from reskontra.adapters.formats import sie
    from reskontra.adapters.formats.findings import Findings
    from reskontra.adapters.imports import read_bytes
    from reskontra.cli.render.problems import print_problems
    from reskontra.engine.services import transfers

    application = session(context).open()
    with application.books.read() as reader:
        ours = _content(reader, number, application.preferences.company)
    theirs = sie.read(read_bytes(path), file=str(path))
    findings = Findings(str(path))
    for difference in transfers.differences(ours, theirs):
        findings.error("RK875", difference)
    print_problems([*theirs.warnings, *findings.problems()], output_format=output_format)
    if findings.failed:
        raise typer.Exit(1)
    if output_format == "text":
        vouchers = counted(len(ours.vouchers), "voucher")
        same = "{file} has transfer {number} as the journal has it: {vouchers}."
        typer.echo(say(same, file=path, number=number, vouchers=vouchers))


@app.command()
def ack(
    context: typer.Context,
    number: Number,
    reference: Annotated[
        str,
        typer.Option(
            help="Under which it was booked: a voucher number, a receipt.", callback=not_blank
        ),
    ],
    reason: Reason = "",
) -> None:
    """Record that the general ledger has booked a transfer.

    Example: reskontra transfer ack 3 --reference K1207
    """
    from reskontra.engine.services import transfers

    application = session(context).open()
    transfers.acknowledge(
        application.books, number, reference=reference, actor=application.actor(reason)
    )
    done = "Transfer {number} is booked as {reference}."
    typer.echo(say(done, number=number, reference=reference))


@app.command("list")
def list_transfers(context: typer.Context, output_format: TableFormat = "table") -> None:
    """Transfers, and the reference under which each was booked.

    Example: reskontra transfer list
    """
    from reskontra.cli.render.tables import print_rows
    from reskontra.engine.services import transfers

    columns = ("transfer", "date", "actor", "vouchers", "acknowledged", "reference")
    with session(context).open().books.read() as reader:
        rows = transfers.listing(reader)
        print_rows(rows, columns, output_format=output_format, right=("vouchers",))


@app.command()
def show(context: typer.Context, number: Number, output_format: TableFormat = "table") -> None:
    """What a transfer debits and credits, per account.

    Example: reskontra transfer show 3
    """
    from reskontra.engine.services import transfers

    application = session(context).open()
    with application.books.read() as reader:
        transfer = transfers.transfer_of(reader, number)
        _print_turnover(reader, transfer, application.preferences.company, output_format)


def _print_turnover(
    reader: Reader, transfer: Transfer, company: Company, output_format: str
) -> None:
    from reskontra.cli.render.tables import print_amounts
    from reskontra.engine.services import transfers

    print_amounts(
        transfers.turnover(transfers.content(reader, transfer, company.currency)),
        ("account",), ("debit", "credit", "balance"),
        country=company.country, output_format=output_format,
    )  # fmt: skip


def _content(reader: Reader, number: str, company: Company) -> VoucherFile:
    from reskontra.engine.services import transfers

    return transfers.content(reader, transfers.transfer_of(reader, number), company.currency)
