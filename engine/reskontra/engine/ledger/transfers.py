"""The hand-off to the general ledger: every voucher belongs to exactly one numbered transfer.

A transfer is a run of entry ids without a hole, and the next begins where the last one ended, so
that nothing is handed over twice or forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from reskontra.engine.errors import Problem
from reskontra.engine.ledger.records import JournalEntry, Transfer, TransferReceipt
from reskontra.engine.ports import Reader


def transferred_up_to(reader: Reader) -> int:
    """The id of the last voucher that was transferred; 0 = none."""
    last = reader.last_id(Transfer)
    return next((found.last_entry_id for found in reader.records(Transfer, id=last)), 0)


def waiting_vouchers(reader: Reader) -> pl.DataFrame:
    """id, entry_date of the vouchers that no transfer has, in their order."""
    entries = reader.frame(JournalEntry, ("id", "entry_date"))
    return entries.filter(pl.col("id") > transferred_up_to(reader))


def unacknowledged(reader: Reader) -> list[Transfer]:
    """Transfers that the general ledger has not acknowledged."""
    received = set(reader.frame(TransferReceipt, ("transfer_id",))["transfer_id"])
    return [found for found in reader.records(Transfer) if found.id not in received]


def not_handed_over(reader: Reader) -> Iterator[Problem]:
    """What the general ledger does not have yet, as warnings (RK876)."""
    waiting = waiting_vouchers(reader)
    if waiting.height:
        days = sorted(waiting["entry_date"])
        yield Problem(
            "RK876",
            f"not transferred to the general ledger: {waiting.height} of the vouchers, dated "
            f"{days[0]} to {days[-1]}",
            help="`reskontra transfer create` makes the next batch",
            severity="warning",
        )
    for transfer in unacknowledged(reader):
        yield Problem(
            "RK876",
            f"transfer {transfer.number} of {transfer.at[:10]} is not acknowledged",
            help=f"once it is booked: `reskontra transfer ack {transfer.number} --reference ...`",
            severity="warning",
        )


def transfers_are_whole(reader: Reader) -> Iterator[Problem]:
    """Transfers follow one another without a hole or an overlap, and are acknowledged once."""
    end = 0
    for transfer in reader.records(Transfer):
        if transfer.first_entry_id != end + 1:
            yield Problem(
                "RK878",
                f"transfer {transfer.number} begins with journal_entry {transfer.first_entry_id}; "
                f"the one before ended with {end}",
            )
        end = transfer.last_entry_id
    if end > reader.last_id(JournalEntry):
        yield Problem("RK878", f"journal_entry {end} was transferred and is not in the books")
    receipts = reader.frame(TransferReceipt, ("transfer_id",))["transfer_id"]
    for transfer_id in receipts.filter(receipts.is_duplicated()).unique().sort():
        yield Problem("RK878", f"transfer {transfer_id} was acknowledged twice")
