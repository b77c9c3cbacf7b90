"""Ageing of open documents (Swedish: *åldersanalys*): what is not yet due, and how long the rest
has been.

``days = date - effective due date`` (the due date, moved to the next day on which banks work);
buckets are ``current`` (days <= 0), ``1-30``, ``31-60`` ... and ``> last``. Credit notes and open
payments age by their own date, or always count as current.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reskontra.engine.documents.terms import effective_due
from reskontra.engine.ledger.balance import signed
from reskontra.engine.preferences.ledger import Ageing
from reskontra.engine.preferences.terms import Calendar


def bucket_names(days: Sequence[int]) -> list[str]:
    """Names of the buckets for ascending limits in days.

    >>> bucket_names([30, 60])
    ['current', '1-30', '31-60', '> 60']
    """
    names, start = ["current"], 1
    for limit in days:
        names.append(f"{start}-{limit}")
        start = limit + 1
    return [*names, f"> {days[-1]}"]


def aged(items: pl.DataFrame, *, on: str, ageing: Ageing, calendar: Calendar) -> pl.DataFrame:
    """``items`` (as ``ports.Reader.item_frame``) with sign, days Int64 past due on a day (ISO
    date) and bucket String, an enum in the order of the buckets.
    """
    due = pl.coalesce("due_date", "document_date").str.to_date().alias("due")
    dated = signed(items).with_columns(
        pl.when(pl.col("sign") > 0).then(due).otherwise(pl.col("document_date").str.to_date())
        .alias("due")
    )  # fmt: skip
    days = dated.select(pl.col("due").filter(pl.col("sign") > 0).unique().sort())["due"]
    rolled = pl.DataFrame(
        {"due": days, "moved": [effective_due(day, calendar) for day in days]},
        schema={"due": pl.Date, "moved": pl.Date},
    )
    effective = pl.when(pl.col("sign") > 0).then("moved").otherwise("due")
    late = (pl.lit(on).str.to_date() - effective).dt.total_days()
    ages = pl.lit(value=True) if ageing.credits == "own_date" else pl.col("sign") > 0
    position = pl.sum_horizontal(*(ages & (late > limit) for limit in (0, *ageing.days)))
    names = bucket_names(ageing.days)
    return dated.join(rolled, on="due", how="left", maintain_order="left").with_columns(
        late.alias("days"),
        position.cast(pl.Int64).replace_strict(dict(enumerate(names)), return_dtype=pl.Enum(names))
        .alias("bucket"),
    ).drop("due", "moved")  # fmt: skip


def by_bucket(aged_items: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """Signed sums of ``aged`` items per ``keys`` and bucket: amount, documents Int64; in order."""
    return (
        aged_items.group_by(*keys, "bucket")
        .agg(
            (pl.col("sign") * pl.col("open_amount")).sum().alias("amount"),
            pl.len().cast(pl.Int64).alias("documents"),
        )
        .sort(*keys, "bucket")
    )
