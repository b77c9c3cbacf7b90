"""Equal amount and a similar name, or a similar reference: tiers name_amount (the fuzzy part) and
relevance.

Pairs are blocked by currency and amount, and a block that is too wide says nothing: similarity is
measured only where the amount has already singled out a few documents. For what is only offered to
a person, names are blocked by how their words begin.
"""

from __future__ import annotations

import polars as pl

from reskontra.engine.matching.amounts import fitting_documents
from reskontra.engine.matching.payers import Payers
from reskontra.engine.matching.similarity import WIDEST_BLOCK, similar_names
from reskontra.engine.matching.state import State
from reskontra.engine.preferences.matching import RATIO, MatchingPreferences

_BEGINNING = 4
"""Letters of a word that a slip of the hand or a cut seldom hits in every word of a name."""
_COMMON = 200
"""A beginning that more names share says nothing."""


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
    if unknown.is_empty():
        return unknown.select("n", group=pl.lit(None, dtype=pl.Int64))
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


def likely_payers(
    lines: pl.DataFrame, payers: Payers, names: pl.DataFrame, preferences: MatchingPreferences
) -> pl.DataFrame:
    """n, group: payer groups with a name as similar as identifies, the most similar first.

    ``lines``: waiting lines; ``names``: customer_id, name (of customers and aliases).
    """
    if lines.is_empty():
        return lines.select("n", group=pl.lit(None, dtype=pl.Int64))
    written = lines.select("n", "payer_name").join(payers.line_names, on="n", maintain_order="left")
    asked = _beginnings(written)
    possible = pl.col("name_key").str.contains_any(asked["beginning"].unique().implode())
    named = payers.names.filter(possible)
    known = named.join(_beginnings(named), on="name_key")
    blocked = (
        written.join(asked, on="name_key")
        .join(known.filter(pl.len().over("beginning") <= _COMMON), on="beginning")
        .select("n", "payer_name", "name_key", "customer_id", "group")
        .unique()
        .sort("n", "customer_id")
    )
    identifies = (preferences.payee_cutoff + RATIO) // 2
    return (
        blocked.with_columns(similar_names(blocked, names))
        .filter(pl.col("similarity") >= identifies)
        .sort(["n", "similarity", "group"], descending=[False, True, False])
        .select("n", "group")
        .unique(maintain_order=True)
    )


def _beginnings(names: pl.DataFrame) -> pl.DataFrame:
    """name_key, beginning: how the longer words of every name begin."""
    return (
        names.select("name_key", word=pl.col("name_key").str.split(" "))
        .explode("word", empty_as_null=False)
        .filter(pl.col("word").str.len_chars() >= _BEGINNING)
        .select("name_key", beginning=pl.col("word").str.slice(0, _BEGINNING))
        .unique()
    )
