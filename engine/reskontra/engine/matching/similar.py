"""Equal amount and a similar name, or a similar reference: tiers name_amount (the fuzzy part) and
relevance.

Pairs are blocked by currency and amount, and a block that is too wide says nothing: similarity is
measured only where the amount has already singled out a few documents.
"""

from __future__ import annotations

import polars as pl

from reskontra.engine.matching.amounts import fitting_documents
from reskontra.engine.matching.payers import Payers
from reskontra.engine.matching.similarity import WIDEST_BLOCK, similar_names
from reskontra.engine.matching.state import State
from reskontra.engine.preferences.matching import RATIO, MatchingPreferences


def blocked_pairs(
    lines: pl.DataFrame, state: State, preferences: MatchingPreferences
) -> pl.DataFrame:
    """Lines and documents of equal amount in the window; blocks that are too wide are left out."""
    wanting = lines.filter(pl.col("amount") > 0).select(
        "n", "currency", "amount", "date", "paid_on"
    )
    pairs = fitting_documents(wanting, [], state, preferences)
    return pairs.filter(pl.len().over("n") <= WIDEST_BLOCK)


def similar_groups(
    state: State,
    payers: Payers,
    names: pl.DataFrame,
    preferences: MatchingPreferences,
) -> pl.DataFrame:
    """n, group: the only payer group whose name is similar, for lines of unknown payers.

    Similar enough to identify is halfway between the cutoff, from which names count, and equality.
    """
    unknown = (
        state.undecided()
        .join(payers.by_account, on="n", how="anti")
        .join(payers.by_name, on="n", how="anti")
        .join(payers.line_names, on="n", maintain_order="left")
    )
    pairs = (
        blocked_pairs(unknown, state, preferences)
        .join(unknown.select("n", "payer_name", "name_key"), on="n", maintain_order="left")
        .filter(pl.col("customer_id").is_not_null())
    )
    identifies = (preferences.payee_cutoff + RATIO) // 2
    alike = pairs.with_columns(similar_names(pairs, names)).filter(
        pl.col("similarity") >= identifies
    )
    groups = alike.select("n", pl.col("document_group").alias("group")).unique()
    return groups.filter(pl.len().over("n") == 1).sort("n")
