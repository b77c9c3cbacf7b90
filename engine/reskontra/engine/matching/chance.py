"""Amounts that may agree by chance (Swedish: *slumpträff*).

A payer with hundreds of open documents has one of almost every round amount. That an amount agrees
proves something only where fewer than one document in fifty can be expected to agree by chance:
the payer's other documents that are about as large, as round and as near in time, spread evenly
over the different amounts of that size and roundness. Documents of the very amount are none of the
others: they are as good.
"""

from __future__ import annotations

import polars as pl

from reskontra.engine.matching.state import State

BY_AMOUNT = ("account_amount", "name_amount", "relevance")
"""Tiers in which an agreeing amount is the proof."""
_RARITY = 50
_STEPS = (100, 10_000)
"""Whole units, whole hundreds; anything else is counted in minor units."""
_ALIKE = ("group", "currency", "sign", "step", "digits", "leading")


def by_chance(state: State) -> pl.DataFrame:
    """N of proposals whose amount may agree by chance: with the only document of that amount, or,
    where a payment is short, with a credit note of what is missing. Several credit notes together
    are found by trying and always may.
    """
    by_amount = state.outcomes.filter(pl.col("tier").is_in(BY_AMOUNT)).select("n")
    documents = state.claims.filter(pl.col("sign") == 1).join(by_amount, on="n", how="semi")
    notes = state.claims.filter(pl.col("sign") == -1)
    pairs = pl.concat([documents, notes]).select("n", "d")
    if pairs.is_empty():
        return pairs.select("n")
    rows = pairs.join(_crowds(state.items, pairs), on="d").join(
        state.lines.select("n", "date"), on="n"
    )
    is_note = pl.col("sign") == -1
    away = 2 * (pl.col("date") - pl.col("due")).dt.total_days().abs() + 1
    expected = (
        pl.when(is_note)
        .then(pl.col("alike") * pl.col("days"))
        .otherwise((pl.col("alike") - pl.col("equal")) * pl.min_horizontal(away, "days"))
    )
    likely = _RARITY * expected > pl.col("amounts") * pl.col("days")
    return rows.filter(likely | (is_note & (pl.len().over("n", "sign") > 1))).select("n").unique()


def _crowds(items: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Documents of the payer groups of ``pairs``: d, sign, due; amounts (how many different ones
    are of its size and roundness); alike (the group's documents of these amounts), days over which
    they fall due; equal (those of the very amount).
    """
    groups = items.join(pairs, on="d", how="semi").select("group").unique()
    return (
        items.filter(pl.col("sign") != 0)
        .join(groups, on="group", how="semi")
        .with_columns(_size(pl.col("open")))
        .with_columns(
            alike=pl.len().over(_ALIKE).cast(pl.Int64),
            equal=pl.len().over(*_ALIKE, "open").cast(pl.Int64),
            days=(pl.col("due").max() - pl.col("due").min()).over(_ALIKE).dt.total_days() + 1,
        )
        .select("d", "sign", "due", "amounts", "alike", "equal", "days")
    )


def _size(amount: pl.Expr) -> list[pl.Expr]:
    """How round (step), digits, leading digit; amounts: how many different ones share them."""
    written = amount.cast(pl.String)
    step = pl.lit(1, dtype=pl.Int64)
    for unit in _STEPS:
        step = pl.when(amount % unit == 0).then(unit).otherwise(step)
    digits = written.str.len_chars().cast(pl.Int64)
    width = pl.lit(10, dtype=pl.Int64).pow(digits - 1).cast(pl.Int64)
    return [
        step.alias("step"),
        digits.alias("digits"),
        written.str.slice(0, 1).alias("leading"),
        pl.max_horizontal(width // step, 1).alias("amounts"),
    ]
