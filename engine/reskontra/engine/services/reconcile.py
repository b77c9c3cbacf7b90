"""The customer ledger against its control accounts on any day (Swedish: *avstämning*)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from reskontra.engine.ledger.balance import signed
from reskontra.engine.ledger.records import JournalEntry, JournalLine, Run
from reskontra.engine.ledger.standing import documents_of, held_by_lines
from reskontra.engine.ledger.works import PASSING, VALUATION
from reskontra.engine.ports import Reader

Row = dict[str, Any]
_KEY = ("account", "currency")


def reconciliation(reader: Reader, on: str = "") -> Iterator[Row]:
    """Per account that carries documents, and currency, at the end of the day ``on`` (ISO date;
    empty = now): what is open and what advances with VAT hold there, what was brought in from
    another system without vouchers, what the vouchers come to, and the difference, minor units; by
    account and currency.

    Vouchers of a month's end that are reversed on the next day are left out: they open and settle
    nothing.
    """
    told = ("id", "kind", "account", "currency", "document_date", "migrated", "initial_open")
    documents = signed(documents_of(reader, told)).with_columns(
        pl.col("initial_open") * pl.col("sign")
    )
    brought = documents.filter("migrated")
    if on:
        brought = brought.filter(pl.col("document_date") <= on)
    items = signed(reader.item_frame(on)).with_columns(pl.col("open_amount") * pl.col("sign"))
    held = held_by_lines(reader, documents["account"].unique().sort().to_list())
    if on:
        held = held.filter(pl.col("document_date") <= on)
    parts = (
        documents.select(*_KEY).unique(),
        items.group_by(_KEY).agg(subledger=pl.col("open_amount").sum()),
        held.group_by(_KEY).agg(pl.col("held").sum()),
        brought.group_by(_KEY).agg(opening=pl.col("initial_open").sum()),
        _vouchers(reader, documents["account"].unique().sort().to_list(), on),
    )
    rows, *sums = parts
    for part in sums:
        rows = rows.join(part, on=_KEY, how="left")
    rows = rows.with_columns(pl.col("subledger", "held", "opening", "vouchers").fill_null(0))
    rows = rows.with_columns(subledger=pl.col("subledger") + pl.col("held")).drop("held")
    difference = pl.col("subledger") - pl.col("opening") - pl.col("vouchers")
    yield from rows.with_columns(difference=difference).sort(_KEY).iter_rows(named=True)


def _vouchers(reader: Reader, accounts: list[str], on: str) -> pl.DataFrame:
    """Vouchers dated up to the day, per account and currency."""
    lines = reader.frame(
        JournalLine, ("entry_id", *_KEY, "role", "amount"), account=accounts
    ).filter(pl.col("role") != VALUATION)
    if on:
        passing = reader.frame(Run, ("id",), kind=list(PASSING))["id"].to_list()
        passing += reader.frame(Run, ("id",), reverses_id=passing)["id"].to_list()
        counted = (pl.col("entry_date") <= on) & ~pl.col("run_id").is_in(passing)
        entries = reader.frame(JournalEntry, ("id", "entry_date", "run_id")).filter(counted)
        lines = lines.join(entries, left_on="entry_id", right_on="id", how="semi")
    return lines.group_by(_KEY).agg(vouchers=pl.col("amount").sum())
