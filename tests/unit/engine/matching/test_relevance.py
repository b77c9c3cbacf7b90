"""Relevance: golden vectors of the factors, the combination and the accept rule."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import polars as pl
import pytest
from tests.unit.engine.matching.small_world import PREFERENCES

from reskontra.engine.matching.relevance import accepted, combined, date_score, date_scores
from reskontra.engine.matching.similarity import name_similarity, reference_similarity
from reskontra.engine.preferences.matching import Weights
from reskontra.engine.text import name_key

TAIL = [6530, 8221, 10000, 8221, 6530, 5000, 3685, 2609, 1773]
HALF_LIFE = [6300, 7937, 10000, 7937, 6300, 5000, 3969, 3150, 2500]


@pytest.mark.parametrize(("kernel", "golden"), [("tail", TAIL), ("half_life", HALF_LIFE)])
def test_date_kernel(kernel: str, golden: list[int]) -> None:
    distances = pl.Series("distance", [abs(day - 2) for day in range(9)], dtype=pl.Int64)
    assert date_scores(distances, 3, kernel).to_list() == golden


def test_deviation_is_never_less_than_half_a_day() -> None:
    assert date_score(0, 0, "tail") == 10000
    assert 0 < date_score(1, 0, "tail") < 5000


def _relevance(weights: Weights, missing: str = "zero", **factors: int | None) -> int:
    frame = pl.DataFrame(
        {name: [factors.get(name)] for name in ("ref", "date", "payee", "amount")},
        schema=dict.fromkeys(("ref", "date", "payee", "amount"), pl.Int64),
    )
    return int(frame.select(combined(weights, missing)).item())


def test_combined_examples() -> None:
    weights = Weights(70, 20, 10)
    assert _relevance(weights, ref=10000, date=10000, payee=10000) == 10000
    assert _relevance(weights, ref=10000, date=5000, payee=None) == 8000
    assert _relevance(weights, ref=None, date=10000, payee=9500) == 2950
    assert _relevance(weights, ref=8300, date=6530, payee=9000) == 8016


def test_missing_input_can_be_left_out_of_the_sum() -> None:
    weights = Weights(70, 20, 10)
    assert _relevance(weights, "exclude", ref=None, date=10000, payee=5000) == 8333
    assert _relevance(weights, "exclude") == 0


def test_half_goes_to_the_even_neighbour() -> None:
    assert _relevance(Weights(1, 1, 0), ref=1, date=0) == 0
    assert _relevance(Weights(1, 1, 0), ref=3, date=0) == 2


@pytest.mark.parametrize(
    ("best", "second", "supported", "mode", "expected"),
    [
        (7500, 0, True, "strict", True),
        (7499, 5000, True, "strict", False),
        (5000, 2500, True, "strict", True),
        (4999, 0, True, "strict", False),
        (9000, 9000, True, "lead", False),
        (9000, 7600, True, "strict", False),
        (9000, 7600, True, "lead", True),
        (10000, 0, False, "lead", False),
    ],
)
def test_accept_rule(
    best: int, second: int, supported: bool, mode: Literal["strict", "lead"], expected: bool
) -> None:
    preferences = replace(PREFERENCES, auto=replace(PREFERENCES.auto, mode=mode))
    frame = pl.DataFrame({"best": [best], "second": [second], "supported": [supported]})
    rule = accepted(pl.col("best"), pl.col("second"), pl.col("supported"), preferences)
    assert frame.select(rule).item() is expected


@pytest.mark.parametrize(
    ("a", "b", "least", "most"),
    [
        ("Åkerströms Åkeri AB", "AKERSTROM AKERI", 9500, 9999),
        ("Nordisk Bygg AB", "Nordisk Bygg och Fastighet AB", 9000, 10000),
        ("Svenska Byggkassan", "Hadasema Bygg AB", 0, 8999),
    ],
)
def test_name_similarity_stays_where_it_was_measured(a: str, b: str, least: int, most: int) -> None:
    assert least <= name_similarity(name_key(a), name_key(b)) <= most


def test_reference_similarity() -> None:
    assert reference_similarity("AB12345XY", "AB12345XYZ") == 9000
    assert reference_similarity("AB12", "AB21") == 7500
    assert reference_similarity("", "X") == 0
