"""Generated worlds with known truth: what would be booked without a person is right."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from benchmarks.generator import MIXES, world
from tests.unit.engine.matching.small_world import DIFFERENCES, PREFERENCES

from reskontra.engine.matching.proposals import MatchingInputs
from reskontra.engine.matching.propose import propose
from reskontra.engine.preferences.matching import TIERS, Automatic
from reskontra.engine.references import scheme_from_mapping

SCHEME = scheme_from_mapping(
    {
        "id": "ocr",
        "modulus": "luhn10",
        "elements": [
            {"type": "customer_no", "positions": 5},
            {"type": "invoice_no", "positions": 6},
        ],
    }
)
EVERYTHING = Automatic(TIERS, {}, 7500, 2500, 5000, "strict")
BLOCKS = (
    "duplicate", "document_closed", "contested", "currency_differs", "own_account",
    "existing_payment", "reversal",
)  # fmt: skip


@pytest.mark.parametrize("mix", sorted(MIXES))
def test_unattended_is_right_and_frequent(mix: str) -> None:
    made = world(mix, lines=1500, items=4500, seed=7)
    proposals = propose(
        MatchingInputs(
            made.lines, made.items, made.keys, made.closed, made.customers, made.accounts,
            made.aliases, made.lines.clear(), (), replace(PREFERENCES, auto=EVERYTHING),
            DIFFERENCES, (SCHEME,),
        )
    )  # fmt: skip
    exact = proposals.facts.filter(
        (pl.col("difference") == 0) & (pl.col("documents") > 0) & ~pl.any_horizontal(*BLOCKS)
    )
    value = made.items.select(
        "document_id", pl.concat_str("customer_id", "kind", "open_amount", separator="/").alias("v")
    )
    booked = (
        proposals.allocations.join(exact, on="line_id", how="semi")
        .join(value, on="document_id")
        .group_by("line_id")
        .agg(pl.col("v").sort())
    )
    truth = (
        made.truth.explode("document_ids", empty_as_null=False)
        .join(value, left_on="document_ids", right_on="document_id")
        .group_by("line_id")
        .agg(pl.col("v").sort().alias("true"))
    )
    compared = booked.join(truth, on="line_id", how="left")
    wrong = compared.filter(pl.col("v").ne_missing(pl.col("true")))
    assert wrong.height <= 1
    assert compared.height > 0.8 * truth.height
