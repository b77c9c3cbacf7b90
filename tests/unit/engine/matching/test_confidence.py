"""Measured precision: what it promises, and which evidence it lets book."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.engine.matching.small_world import PREFERENCES, SmallWorld

from reskontra.engine.matching.confidence import lower_bound, stated, upper_bound
from reskontra.engine.preferences.matching import Counts

SEED = {("reference", "exact"): (100_000, 0), ("reference", "short"): (5_000, 20),
        ("account_amount", "exact"): (20_000, 4)}  # fmt: skip
MEASURED = replace(
    PREFERENCES.auto, tiers=("measured",), target_precision=999_500, measured=SEED,
    max_amount={"account_amount": {"SEK": 60_000}},
)  # fmt: skip


@given(st.integers(0, 10**6), st.integers(0, 1000))
def test_bounds_enclose_the_share_and_narrow_with_evidence(right: int, wrong: int) -> None:
    share = 1_000_000 * right // max(1, right + wrong)
    assert 0 <= lower_bound((right, wrong)) <= share + 1
    assert share <= upper_bound((right, wrong)) <= 1_000_000
    assert lower_bound((right + 1, wrong)) >= lower_bound((right, wrong))
    assert lower_bound((right, wrong + 1)) <= lower_bound((right, wrong))


@pytest.mark.parametrize(
    ("own", "by_own"),
    [((0, 0), False), ((50, 0), False), ((9_999, 1), False), ((99, 1), True), ((5, 2), True)],
)
def test_the_companys_record_speaks_alone_once_it_cannot_be_chance(
    own: Counts, *, by_own: bool
) -> None:
    precision, counts = stated((100_000, 0), own)
    assert (counts == own) is by_own
    assert precision == lower_bound(counts)


def world() -> SmallWorld:
    made = SmallWorld()
    made.customer("C1", "Ek AB", account="SE11")
    for number, amount in (("200001", 50_000), ("200002", 51_000), ("200003", 70_000)):
        made.item(number, amount, "C1", reference=f"77{number}")
    return made


def test_what_is_proven_is_automatic() -> None:
    made = world()
    made.line("exact", 50_000, "77200001", account="SE11")
    made.line("short", 40_000, "77200002", account="SE11")
    result = made.run(auto=MEASURED)
    facts = {label: result.fact(label) for label in ("exact", "short")}
    assert [facts[x]["shape"] for x in facts] == ["exact", "short"]
    assert [facts[x]["tier_automatic"] for x in facts] == [True, False]
    assert (facts["exact"]["precision"], facts["exact"]["measured_cases"]) == (9999, 100_000)
    assert facts["short"]["measured_wrong"] == 20
    listed = made.run(auto=replace(MEASURED, tiers=("reference",)))
    assert listed.fact("short")["tier_automatic"] is True


def test_overturned_decisions_take_the_licence_away_and_amounts_stay_limited() -> None:
    made = world()
    made.line("a", 50_000, account="SE11")
    made.line("large", 70_000, account="SE11")
    trusted = made.run(auto=MEASURED)
    assert [trusted.fact(x)["tier_automatic"] for x in ("a", "large")] == [True, False]
    doubted = made.run(auto=MEASURED, record={"account_amount": (95, 5)})
    assert doubted.fact("a")["tier_automatic"] is False
    assert (doubted.fact("a")["measured_cases"], doubted.fact("a")["measured_wrong"]) == (100, 5)


def test_evidence_that_nobody_measured_is_for_a_person() -> None:
    made = world()
    made.line("a", 50_000, payer="Ek AB")
    fact = made.run(auto=MEASURED).fact("a")
    assert (fact["tier"], fact["tier_automatic"], fact["precision"]) == ("name_amount", False, None)
