"""Generated worlds with known truth: what would be booked without a person is right."""

from __future__ import annotations

from dataclasses import fields, replace

import polars as pl
import pytest
from benchmarks.generator import MIXES, World, world
from tests.unit.engine.matching.small_world import DIFFERENCES, PREFERENCES

from reskontra.engine.matching.proposals import MatchingInputs
from reskontra.engine.matching.propose import guessed, propose, reported, settle_alike, settled
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


def inputs_of(made: World, auto: Automatic) -> MatchingInputs:
    """All of a world, under preferences that differ in what is automatic."""
    return MatchingInputs(
        made.lines, made.items, made.keys, made.closed, made.customers, made.accounts,
        made.aliases, made.lines.clear(), (), replace(PREFERENCES, auto=auto),
        DIFFERENCES, (SCHEME,),
    )  # fmt: skip


def test_what_is_automatic_is_asked_after_the_passes() -> None:
    made = world("messy", lines=400, items=1200, seed=3)
    first = inputs_of(made, EVERYTHING)
    other = inputs_of(made, replace(EVERYTHING, tiers=("text",), max_amount={"text": {"SEK": 1}}))
    other = replace(other, differences=replace(DIFFERENCES, write_off=False, rounding={}))
    assert settle_alike(first.preferences, other.preferences)
    again, anew = reported(other, guessed(settled(first))), propose(other)
    for field in fields(anew):
        assert getattr(again, field.name).equals(getattr(anew, field.name)), field.name
    assert not anew.facts.equals(propose(first).facts)
    stricter = replace(first.preferences, auto=replace(EVERYTHING, absolute=9000))
    assert not settle_alike(first.preferences, stricter)
    assert not settle_alike(first.preferences, replace(first.preferences, duplicate_days=1))


@pytest.mark.parametrize("mix", sorted(MIXES))
def test_unattended_is_right_and_frequent(mix: str) -> None:
    made = world(mix, lines=1500, items=4500, seed=7)
    proposals = propose(inputs_of(made, EVERYTHING))
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
