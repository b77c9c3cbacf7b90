"""Hand vouchers over to the general ledger: make a transfer, tell what is in it, compare it,
acknowledge it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

import polars as pl

from reskontra.engine.errors import Exit, ReskontraError
from reskontra.engine.ledger.auditing import Actor, Deed, record_deeds
from reskontra.engine.ledger.records import (
    Document,
    JournalEntry,
    JournalLine,
    Transfer,
    TransferReceipt,
)
from reskontra.engine.ledger.transfers import transferred_up_to, waiting_vouchers
from reskontra.engine.money import exact
from reskontra.engine.ports import Books, Reader
from reskontra.engine.preferences import Preferences
from reskontra.engine.vouchers import Voucher, VoucherFile, VoucherLine

Row = dict[str, str | int]

COLUMNS = ("transfer", "voucher", "date", "text", "account", "branch", "currency", "amount")
"""Of a transfer as a table: one row per line, debit positive, in base currency."""


def next_transfer(
    reader: Reader, preferences: Preferences, *, as_of: str, actor: Actor
) -> tuple[Transfer | None, int]:
    """The transfer of the vouchers that wait; also how many are left for a later one.

    With ``as_of`` (ISO) it ends before the first voucher that is dated later: transfers have no
    holes. None when there is nothing to transfer.
    """
    days = waiting_vouchers(reader)["entry_date"].to_list()
    taken = next((at for at, day in enumerate(days) if as_of and day > as_of), len(days))
    if not taken:
        return None, len(days)
    first, number = transferred_up_to(reader) + 1, reader.last_id(Transfer) + 1
    company = preferences.company
    transfer = Transfer(
        reader.company, number, str(number), first, first + taken - 1, company.name,
        company.org_number, preferences.ledger.posting.summarised, actor.login, actor.at,
    )  # fmt: skip
    return transfer, len(days) - taken


def create(
    books: Books, preferences: Preferences, *, as_of: str, actor: Actor
) -> tuple[Transfer | None, int]:
    """Make the next transfer (see ``next_transfer``) and record who did."""
    with books.write() as writer:
        transfer, left = next_transfer(writer, preferences, as_of=as_of, actor=actor)
        if transfer is not None:
            writer.append([transfer])
            told = f"vouchers {transfer.first_entry_id} to {transfer.last_entry_id}"
            deed = Deed("create transfer", f"transfer:{transfer.number}", told)
            record_deeds(writer, actor, [deed])
    return transfer, left


def transfer_of(reader: Reader, number: str) -> Transfer:
    """The transfer of this number; RK877 when there is none."""
    for transfer in reader.records(Transfer, number=number):
        return transfer
    made = reader.last_id(Transfer)
    raise ReskontraError.of(
        "RK877",
        f"there is no transfer {number!r}",
        help=f"transfers so far: 1 to {made}" if made else "make one: `reskontra transfer create`",
        exit_code=Exit.USAGE,
    )


def content(reader: Reader, transfer: Transfer, currency: str) -> VoucherFile:
    """The vouchers of a transfer, in base currency: the same every time, since none ever changes.

    A summarised transfer has one voucher per day: lines of the same account and branch are one,
    debit and credit apart, so that the turnover stays.
    """
    lines = _lines(reader, transfer)
    shaped = _per_day(lines, transfer.number) if transfer.summarised else _each(lines)
    return VoucherFile(
        company_name=transfer.company_name,
        org_number=transfer.org_number,
        currency=currency,
        vouchers=tuple(
            Voucher(date, text, tuple(VoucherLine(*row[2:]) for row in rows))
            for (date, text), rows in groupby(shaped.iter_rows(), key=itemgetter(0, 1))
        ),
        company=transfer.company,
        made_on=transfer.at[:10],
        made_by=transfer.actor,
    )


def _lines(reader: Reader, transfer: Transfer) -> pl.DataFrame:
    """number, date, text, account, amount, branch of a transfer's lines, in their order."""
    inside = pl.col("entry_id").is_between(transfer.first_entry_id, transfer.last_entry_id)
    told = ("entry_id", "line", "account", "base_amount", "document_id")
    lines = reader.frame(JournalLine, told).filter(inside, pl.col("base_amount") != 0)
    entries = reader.frame(JournalEntry, ("id", "number", "entry_date", "text"))
    documents = reader.frame(Document, ("id", "branch"))
    return (
        lines.join(entries, left_on="entry_id", right_on="id")
        .join(documents, left_on="document_id", right_on="id", how="left")
        .sort("entry_id", "line")
        .select(
            "number", pl.col("entry_date").alias("date"), "text", "account",
            pl.col("base_amount").alias("amount"), pl.col("branch").fill_null(""),
        )
    )  # fmt: skip


def _each(lines: pl.DataFrame) -> pl.DataFrame:
    """date, text, account, amount, branch: every voucher on its own."""
    text = pl.concat_str("number", "text", separator=" ").str.strip_chars()
    return lines.select("date", text, "account", "amount", "branch")


def _per_day(lines: pl.DataFrame, transfer: str) -> pl.DataFrame:
    """The same with one voucher per day."""
    text = pl.format(
        f"{transfer}/{{}} vouchers {{}} to {{}}", "date", pl.col("number").first().over("date"),
        pl.col("number").last().over("date"),
    )  # fmt: skip
    credit = (pl.col("amount") < 0).alias("credit")
    return (
        lines.group_by("date", text.alias("text"), "account", "branch", credit)
        .agg(pl.col("amount").sum())
        .sort("date", "credit", "account", "branch")
        .select("date", "text", "account", "amount", "branch")
    )


def table(file: VoucherFile, transfer: str) -> Iterator[Row]:
    """One row per line of every voucher; amounts exact, for machines."""
    for voucher in file.vouchers:
        for line in voucher.lines:
            yield {
                "transfer": transfer, "voucher": voucher.number, "date": voucher.date,
                "text": voucher.text.partition(" ")[2], "account": line.account,
                "branch": line.branch, "currency": file.currency,
                "amount": exact(line.amount, file.currency),
            }  # fmt: skip


def turnover(file: VoucherFile) -> Iterator[Row]:
    """Per account what was debited and credited, minor units."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for voucher in file.vouchers:
        for line in voucher.lines:
            sums[line.account][line.amount < 0] += abs(line.amount)
    for account, (debit, credit) in sorted(sums.items()):
        yield {
            "account": account, "currency": file.currency, "debit": debit, "credit": credit,
            "balance": debit - credit,
        }  # fmt: skip


def differences(ours: VoucherFile, theirs: VoucherFile) -> Iterator[str]:
    """What a file does not have as the transfer does, per voucher and account.

    Vouchers are known by our number; others in the file are somebody else's.
    """
    if ours.currency != theirs.currency:
        yield f"the file is in {theirs.currency}, the transfer in {ours.currency}"
        return
    met: dict[str, dict[str, int]] = {}
    for voucher in theirs.vouchers:
        _add(met.setdefault(voucher.number, defaultdict(int)), voucher)
    for voucher in ours.vouchers:
        if voucher.number not in met:
            yield f"voucher {voucher.number} of {voucher.date} is missing"
            continue
        expected, found = _add(defaultdict(int), voucher), met[voucher.number]
        for account in sorted({*expected, *found}):
            if expected.get(account, 0) != found.get(account, 0):
                yield (
                    f"voucher {voucher.number}, account {account}: "
                    f"{exact(found.get(account, 0), ours.currency)} in the file, "
                    f"{exact(expected.get(account, 0), ours.currency)} in the journal"
                )


def _add(sums: dict[str, int], voucher: Voucher) -> dict[str, int]:
    for line in voucher.lines:
        sums[line.account] += line.amount
    return sums


def acknowledge(books: Books, number: str, *, reference: str, actor: Actor) -> None:
    """Record that the general ledger has booked a transfer, under its ``reference``.

    Raises ``ReskontraError``: RK877 no such transfer, RK879 it is acknowledged already.
    """
    with books.write() as writer:
        transfer = transfer_of(writer, number)
        for receipt in writer.records(TransferReceipt, transfer_id=transfer.id):
            raise ReskontraError.of(
                "RK879",
                f"transfer {number} was acknowledged already, as {receipt.reference!r} by "
                f"{receipt.actor} on {receipt.at[:10]}",
                help=f"compare what was booked: `reskontra transfer verify {number} FILE`",
                exit_code=Exit.USAGE,
            )
        receipt_id = writer.last_id(TransferReceipt) + 1
        writer.append(
            [
                TransferReceipt(
                    writer.company, receipt_id, transfer.id, reference, actor.login, actor.at
                )
            ]
        )
        deed = Deed("acknowledge transfer", f"transfer:{number}", reference)
        record_deeds(writer, actor, [deed])


def listing(reader: Reader) -> Iterator[Row]:
    """Transfers in their order, and the reference under which each was booked."""
    received = {receipt.transfer_id: receipt for receipt in reader.records(TransferReceipt)}
    for transfer in reader.records(Transfer):
        receipt = received.get(transfer.id)
        yield {
            "transfer": transfer.number, "date": transfer.at[:10], "actor": transfer.actor,
            "vouchers": transfer.last_entry_id - transfer.first_entry_id + 1,
            "acknowledged": receipt.at[:10] if receipt else "",
            "reference": receipt.reference if receipt else "",
        }  # fmt: skip
