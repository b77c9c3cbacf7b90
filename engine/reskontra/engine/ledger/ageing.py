"""Ageing of open documents (Swedish: *åldersanalys*): what is not yet due, and how long the rest
has been.

``days = date - due date``; buckets are ``current`` (days <= 0), ``1-30``, ``31-60`` ... and ``>
last``. Credit notes and
open payments lower the bucket of their own date.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reskontra.engine.ledger.balance import SIGNS


def bucket_names(limits: Sequence[int]) -> list[str]:
    """Names of the buckets for ascending limits in days.

    >>> bucket_names([30, 60])
    ['current', '1-30', '31-60', '> 60']
    """
    names, start = ["current"], 1
    for limit in limits:
        names.append(f"{start}-{limit}")
        start = limit + 1
    return [*names, f"> {limits[-1]}"]


def ageing(items: pl.DataFrame, *, on: str, limits: Sequence[int]) -> pl.DataFrame:
    """Signed open amounts per currency, customer and bucket.

    ``items``: as ``ports.Reader.item_frame``. Result: currency String, customer_id Int64, bucket
    String,
    amount Int64, documents Int64; ordered by currency, customer_id, bucket position.
    """
    names = bucket_names(limits)
    signs = pl.DataFrame(SIGNS, schema={"kind": pl.String, "sign": pl.Int64}, orient="row")
    due = pl.coalesce("due_date", "document_date").str.to_date()
    days = (pl.lit(on).str.to_date() - due).dt.total_days()
    position = pl.sum_horizontal(days > 0, *(days > limit for limit in limits))
    return (
        items.join(signs, on="kind", how="left")
        .with_columns(position.cast(pl.Int64).alias("position"))
        .group_by("currency", "customer_id", "position")
        .agg(
            (pl.col("sign") * pl.col("open_amount")).sum().alias("amount"),
            pl.len().cast(pl.Int64).alias("documents"),
        )
        .sort("currency", "customer_id", "position")
        .with_columns(pl.col("position").replace_strict(dict(enumerate(names))).alias("bucket"))
        .select("currency", "customer_id", "bucket", "amount", "documents")
    )
