"""Tokens that are keys of documents: what a line names, open or closed (Swedish: *referensträff*).

The key set is the filter: a number counts only when some document of the company is known under it.
Whether it is one document or several, and whether the amount fits, is for later passes.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reskontra.engine.text import reference_key

REFERENCE, INVOICE_NUMBER, TEXT = 0, 1, 2
"""Strength of what names a document, strongest first."""

_WIDE = 60
"""A key of more documents than this names a customer; only an equal amount singles one out."""
_KEY_KINDS = {"payment_reference": 0, "legacy": 1, "number": 2, "external": 3, "order": 4}
_NUMBER_KINDS = {"number": 0, "external": 1, "payment_reference": 2, "legacy": 3, "order": 4}
_HIT = (
    "n", "ordinal", "value", "token", "digits", "part", "verdict", "src", "key_kind",
    "document_id", "d", "strength",
)  # fmt: skip


def known_keys(
    keys: pl.DataFrame, items: pl.DataFrame, tokens: pl.DataFrame, prefixes: Sequence[str]
) -> pl.DataFrame:
    """The keys among ``tokens`` with their documents: token, key_kind, document_id, d (null =
    closed), wide.

    Keys of numbers are also known without a configured prefix.
    """
    rows = keys.select("document_id", pl.col("key").alias("token"), key_kind="kind")
    numbers = rows.filter(pl.col("key_kind").is_in(["number", "external"]))
    bare = [_without(numbers, reference_key(prefix)) for prefix in prefixes]
    asked = tokens.filter(pl.col("token") != "").select("token").unique()
    rows = pl.concat([rows, *bare]).join(asked, on="token", how="semi").unique()
    wide = rows.group_by("token").len().filter(pl.col("len") > _WIDE).select("token", wide=True)
    return (
        rows.join(wide, on="token", how="left")
        .join(items.select("document_id", "d"), on="document_id", how="left")
        .with_columns(pl.col("wide").fill_null(value=False))
    )


def linked_fees(keys: pl.DataFrame, items: pl.DataFrame, kinds: Sequence[str]) -> pl.DataFrame:
    """d, fee: documents of these kinds that share a key with another document of the customer."""
    fees = items.filter(pl.col("kind").is_in(kinds)).select(
        "document_id", "customer_id", "currency", fee="d"
    )
    if fees.is_empty():
        return items.clear().select("d", fee="d")
    own_keys = keys.join(fees, on="document_id").select("key", "customer_id", "currency", "fee")
    principal = items.filter((pl.col("sign") == 1) & ~pl.col("kind").is_in(kinds))
    return (
        keys.join(own_keys.select("key").unique(), on="key", how="semi")
        .join(principal.select("document_id", "customer_id", "currency", "d"), on="document_id")
        .join(own_keys, on=["key", "customer_id", "currency"])
        .select("d", "fee")
        .unique()
        .sort("d", "fee")
    )


def _without(rows: pl.DataFrame, prefix: str) -> pl.DataFrame:
    return rows.filter(pl.col("token").str.starts_with(prefix)).with_columns(
        pl.col("token").str.strip_prefix(prefix).str.strip_chars_start("0")
    ).filter(pl.col("token") != "")  # fmt: skip


def with_bare_tokens(tokens: pl.DataFrame, prefixes: Sequence[str]) -> pl.DataFrame:
    """Structured references as written, and once more without a configured prefix."""
    bare = [
        tokens.filter(pl.col("token").str.starts_with(prefix)).with_columns(
            pl.col("token").str.strip_prefix(prefix).str.strip_chars_start("0")
        )
        for prefix in map(reference_key, prefixes)
    ]
    return pl.concat([tokens, *bare]).filter(pl.col("token") != "")


def structured_hits(tokens: pl.DataFrame, known: pl.DataFrame, *, shortest: int) -> pl.DataFrame:
    """Documents that structured references name, with the strength of each hit.

    A number in a field that is not for document numbers needs ``shortest`` digits. A reference that
    the bank calls invalid is as strong as free text.
    """
    rows = tokens.rename({"kind": "src"})
    issued = pl.col("key_kind").is_in(["payment_reference", "legacy"])
    strength = (
        pl.when(pl.col("verdict") == "invalid").then(TEXT)
        .when(issued & ~pl.col("src").is_in(["invoice", "credit_note"])).then(REFERENCE)
        .otherwise(INVOICE_NUMBER)
    )  # fmt: skip
    expected = pl.col("src").is_in(["invoice", "credit_note"]) | (
        issued & (pl.col("src") != "free")
    )
    return (
        rows.join(known.filter(~pl.col("wide")), on="token", how="inner")
        .filter(expected | (pl.col("digits") >= shortest))
        .with_columns(strength.cast(pl.Int64).alias("strength"))
        .pipe(_best_kind)
    )


def text_hits(tokens: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Documents that numbers in free text name."""
    rows = tokens.with_columns(
        ordinal=pl.lit(None, dtype=pl.Int64),
        value=pl.col("token"),
        part=pl.lit(None, dtype=pl.Int64),
        verdict=pl.lit("unchecked"),
        src=pl.lit("text"),
        strength=pl.lit(TEXT, dtype=pl.Int64),
    )
    return rows.join(known.filter(~pl.col("wide")), on="token", how="inner").pipe(_best_kind)


def _best_kind(hits: pl.DataFrame) -> pl.DataFrame:
    """Per line and token only the documents under the kind of key that was meant."""
    by_number = pl.col("src").is_in(["invoice", "credit_note"])
    rank = (
        pl.when(by_number).then(pl.col("key_kind").replace_strict(_NUMBER_KINDS, default=9))
        .otherwise(pl.col("key_kind").replace_strict(_KEY_KINDS, default=9))
    )  # fmt: skip
    ranked = hits.with_columns(rank=rank)
    return (
        ranked.filter(pl.col("rank") == pl.col("rank").min().over("n", "token", "src"))
        .select(_HIT)
        .unique(subset=["n", "ordinal", "token", "src", "document_id"], maintain_order=True)
        .sort("n", "strength", "ordinal", "token", "d", "document_id", nulls_last=True)
    )
