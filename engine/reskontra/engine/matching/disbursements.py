"""Money that goes out (Swedish: *utbetalningar*): a refund may settle a credit note that it names.

Off unless ``disbursements.allow_credit_note``; never on amount or date alone.
"""

from __future__ import annotations

import polars as pl

from reskontra.engine.matching.state import State
from reskontra.engine.preferences.matching import MatchingPreferences


def settle_disbursements(
    hits: pl.DataFrame, state: State, preferences: MatchingPreferences
) -> None:
    """Claim credit notes named by undecided disbursements, when the amount is the whole balance."""
    if not preferences.disbursements.allow_credit_note:
        return
    out = state.undecided().filter(pl.col("amount") < 0).select("n", "amount", "currency")
    notes = state.free().filter(pl.col("sign") == -1).select("d", "currency", "left")
    pairs = (
        hits.filter(pl.col("d").is_not_null())
        .select("n", "d", "strength")
        .sort("n", "d", "strength")
        .unique(subset=["n", "d"], keep="first", maintain_order=True)
        .join(out, on="n")
        .join(notes, on=["d", "currency"])
        .filter(pl.col("left") == -pl.col("amount"))
        .sort("n", "d")
    )
    alone = pairs.filter((pl.len().over("n") == 1) & (pl.len().over("d") == 1))
    tier = pl.col("strength").replace_strict(
        {0: "reference", 1: "invoice_number", 2: "text"}, return_dtype=pl.String
    )
    state.record(
        alone.select("n", "d", before="left", wanted="left", sign=pl.lit(-1)),
        alone.select("n", tier=tier),
    )
