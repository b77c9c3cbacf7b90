"""Exact sums: found when they are the only ones and unlikely by chance."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from reskontra.engine.matching.subsets import is_rare, unique_run, unique_subset

AMOUNTS = st.lists(st.integers(100_000, 9_999_999), min_size=1, max_size=9)


@given(AMOUNTS, st.data())
def test_agrees_with_trying_everything(amounts: list[int], data: st.DataObject) -> None:
    chosen = data.draw(st.sets(st.integers(0, len(amounts) - 1), min_size=1))
    target = sum(amounts[i] for i in chosen)
    fitting = [
        combination
        for size in range(1, 7)
        for combination in combinations(range(len(amounts)), size)
        if sum(amounts[i] for i in combination) == target
    ]
    found = unique_subset(amounts, target, most=6)
    assert found == (fitting[0] if len(fitting) == 1 else None) or (
        found is None and not _is_rare(amounts, target)
    )


def _is_rare(amounts: list[int], target: int) -> bool:
    tested = sum(1 for size in range(1, 7) for _ in combinations(amounts, size))
    return is_rare(amounts, target, tested=tested)


def test_six_of_many() -> None:
    amounts = [100_003 + pow(7, i + 20, 99_999_989) for i in range(12)]
    wanted = (0, 2, 5, 7, 8, 11)
    assert unique_subset(amounts, sum(amounts[i] for i in wanted), most=6) == wanted
    assert unique_subset(amounts, sum(amounts[i] for i in wanted), most=5) is None


def test_too_many_sets_for_the_range_prove_nothing() -> None:
    amounts = [1_000 + i for i in range(25)]
    assert unique_subset(amounts, amounts[3] + amounts[20], most=6) is None


def test_a_run_needs_two_neighbours() -> None:
    assert unique_run([100_001, 200_005], 100_001) is None
    assert unique_run([100_001, 200_005], 300_006) == (0, 1)
    assert unique_run([], 1) is None
