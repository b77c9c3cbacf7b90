"""Which open amounts add up to a payment, when only one set does (Swedish: *klumpbetalning*).

Exact sums of integers, no tolerance: a tolerance multiplies false answers. An answer counts only
when it is the only one and when so few sets were tested, against the range in which their sums lie,
that a chance hit is unlikely (fewer than one set per hundred possible sums).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import comb, gcd

_RARITY = 100
"""Possible sums per tested set, at least."""
_HALF = 3


def unique_subset(amounts: Sequence[int], target: int, *, most: int) -> tuple[int, ...] | None:
    """Positions of the only set of 1 to ``most`` (at most 6) amounts that add up to ``target``.

    ``None`` when there is no such set, more than one, or when a chance hit would be too likely.
    Every set of up to six is a lower part and an upper part of at most three, so both parts come
    from one table: the cost grows with the third power of the number of amounts.

    >>> unique_subset([100_003, 250_007, 475_019], 725_026, most=6)
    (1, 2)
    >>> unique_subset([100_003, 200_006, 300_009], 300_009, most=6) is None
    True
    """
    most = min(most, 2 * _HALF)
    if not is_rare(amounts, target, tested=sum(comb(len(amounts), k) for k in range(1, most + 1))):
        return None
    table = _small_sets(amounts, target)
    found: list[tuple[int, ...]] = []
    for total, sets in table.items():
        if total == target:
            found += sets
        rest = table.get(target - total)
        if rest:
            found += _joined(sets, rest, most)
        if len(found) > 1:
            return None
    return found[0] if found else None


def any_subsets(amounts: Sequence[int], target: int) -> list[tuple[int, ...]]:
    """Positions of sets of two to six amounts that add up to ``target``, smallest first.

    >>> any_subsets([100, 200, 300, 400], 500)
    [(0, 3), (1, 2)]
    """
    table = _small_sets(amounts, target)
    found = [chosen for chosen in table.get(target, ()) if len(chosen) > 1]
    for total, sets in table.items():
        found += _joined(sets, table.get(target - total, ()), 2 * _HALF)
    return sorted(found, key=lambda chosen: (len(chosen), chosen))


def _small_sets(amounts: Sequence[int], target: int) -> dict[int, list[tuple[int, ...]]]:
    """Sets of up to three positions by their sum, none above ``target``."""
    table: dict[int, list[tuple[int, ...]]] = {}
    usable = [i for i, amount in enumerate(amounts) if amount <= target]
    for size in range(1, _HALF + 1):
        for chosen in combinations(usable, size):
            total = sum(amounts[i] for i in chosen)
            if total <= target:
                table.setdefault(total, []).append(chosen)
    return table


def _joined(
    lower: Sequence[tuple[int, ...]], upper: Sequence[tuple[int, ...]], most: int
) -> list[tuple[int, ...]]:
    """Unions in which the lower part is full: so every set of more than three appears once."""
    return [
        low + high
        for low in lower
        if len(low) == _HALF
        for high in upper
        if low[-1] < high[0] and len(low) + len(high) <= most
    ]


def unique_run(amounts: Sequence[int], target: int) -> tuple[int, int] | None:
    """First and last position of the only run of two or more neighbours that add up to ``target``.

    All amounts are positive, so two pointers suffice.

    >>> unique_run([300_001, 100_003, 250_007, 475_019], 825_029)
    (1, 3)
    >>> unique_run([100_003, 100_003, 100_003], 200_006) is None
    True
    """
    tested = len(amounts) * (len(amounts) + 1) // 2
    if not is_rare(amounts, target, tested=tested):
        return None
    found = list(runs(amounts, target))
    return found[0] if len(found) == 1 else None


def runs(amounts: Sequence[int], target: int) -> Iterator[tuple[int, int]]:
    """First and last position of every run of neighbours that adds up to ``target``."""
    first = total = 0
    for last, amount in enumerate(amounts):
        total += amount
        while total > target:
            total -= amounts[first]
            first += 1
        if total == target and last > first:
            yield first, last


def is_rare(amounts: Sequence[int], target: int, *, tested: int) -> bool:
    """Whether a chance hit among ``tested`` sets is unlikely.

    Sums lie between 0 and the target or a little above, on multiples of the greatest common divisor
    of the amounts: whole kronor make a hundred times fewer different sums than öre.
    """
    if not amounts:
        return False
    step = gcd(*amounts)
    return target % step == 0 and tested * _RARITY <= min(target, sum(amounts)) // step
