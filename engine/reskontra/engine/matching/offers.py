"""What a waiting payment may mean, though nothing proves it (Swedish: *förslag*).

The documents of whoever may have paid are tried in every usual way of paying: one, neighbours by
due date, two, neighbours and one more, a few of a few, all that less a credit note; rounded, a fee
kept back, a round surplus, a part. The fewer ways of a kind there are, the likelier one of them is
meant; of those of a kind, what is due nearest to the payment comes first.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from enum import IntEnum
from heapq import merge, nsmallest
from itertools import accumulate, islice, product
from operator import sub
from typing import NamedTuple

import polars as pl

from reskontra.engine.matching.combination import Pool, Wish, partly_listed, pools, silent
from reskontra.engine.matching.state import OPTIONS, State
from reskontra.engine.matching.subsets import any_subsets

_OFFERED = 3
_LARGEST_POOL = 5_000
"""Among more documents than this every amount is some sum."""
_LONGEST_RUN = 12
_FEW = 16
"""Among so many documents any small set that adds up is tried."""
_MOST_WITH_NOTES = 5_000
"""Pairs of a document and a credit note for which a second document is sought."""
_ROUNDING, _FEE_STEP, _LARGEST_FEE = 100, 500, 10_000
_SURPLUS_STEP, _LARGEST_SURPLUS = 10_000, 100_000
"""Minor units: payers round to whole units, banks keep back round fees, people add hundreds."""


class Kind(IntEnum):
    """Ways of paying, likeliest first."""

    ONE = 0
    NEIGHBOURS = 1
    ONE_LESS_NOTE = 2
    TWO = 3
    ROUNDED = 4
    NEIGHBOURS_AND_ONE = 5
    FEE_KEPT = 6
    NEIGHBOURS_LESS_NOTE = 7
    TWO_LESS_NOTE = 8
    A_FEW = 9
    NEIGHBOURS_BUT_ONE = 10
    MORE_LESS_NOTE = 11
    SURPLUS = 12
    PART = 13


class Guess(NamedTuple):
    """Documents that may be meant; guesses sort likeliest first."""

    ways: int
    """How many ways of this kind there are; documents of one amount are one way."""
    kind: Kind
    days: int
    """From the payment to what is due nearest."""
    ds: tuple[int, ...]


_Amounts = tuple[int, ...]
"""Of documents, ascending, then of credit notes (negative)."""
Way = tuple[Kind, Sequence[int], tuple[int, ...]]
"""Kind, positions of documents, credit notes."""


class _Sums:
    """A pool, and which of its documents make which sum."""

    def __init__(self, pool: Pool) -> None:
        self.ds, self.due, self.notes = pool.ds, pool.due, pool.notes
        self.credit = dict(pool.notes)
        self.amounts = [left for _, left, _ in pool.items]
        self.by_amount = sorted((left, i) for i, left in enumerate(self.amounts))
        self.at: dict[int, list[int]] = {}
        self.runs: dict[int, list[range]] = {}
        for i, amount in enumerate(self.amounts):
            self.at.setdefault(amount, []).append(i)
        self.values = sorted(self.at)
        before = [0, *accumulate(self.amounts)]
        for length in range(2, _LONGEST_RUN + 1):
            for i, total in enumerate(map(sub, before[length:], before)):
                self.runs.setdefault(total, []).append(range(i, i + length))

    def of_amount(self, wish: Wish) -> list[Guess]:
        """Documents of exactly the amount."""
        places = self.at.get(wish.amount, ())
        near = sorted((abs(self.due[i] - wish.day), (self.ds[i],)) for i in places)
        return [Guess(1, Kind.ONE, days, ds) for days, ds in near[:1]]

    def guesses(self, wish: Wish) -> list[Guess]:
        """The likeliest, none of them twice; of those with the same amounts, as a payer's equal
        documents can stand for each other, the one that is due nearest.
        """
        best: dict[_Amounts, tuple[Kind, int, tuple[int, ...]]] = {}
        for kind, places, notes in self._ways(wish):
            amounts = (*sorted(self.amounts[i] for i in places), *(-self.credit[d] for d in notes))
            days = min(abs(self.due[i] - wish.day) for i in places)
            way = (kind, days, (*sorted(self.ds[i] for i in places), *notes))
            best[amounts] = min(best.get(amounts, way), way)
        ways = Counter(kind for kind, _, _ in best.values())
        found = [Guess(ways[kind], kind, days, ds) for kind, days, ds in best.values()]
        parts = () if wish.named else self._parts(wish, best)
        return nsmallest(_OFFERED, [*found, *parts])

    def _ways(self, wish: Wish) -> Iterator[Way]:
        """What comes to the amount, then what is nearly the amount."""
        if wish.amount <= 0:
            return
        yield from ((kind, places, ()) for kind, places in self._exact(wish.amount))
        few = len(self.notes) * len(self.at) <= _MOST_WITH_NOTES
        for d, left in self.notes:
            total = wish.amount + left
            if few or total in self.at or total in self.runs:
                yield from self._less_a_note(total, d, also_more=few)
        if not wish.named:
            yield from ((kind, (i,), ()) for kind, i in self._near(wish.amount))

    def _exact(self, amount: int) -> Iterator[tuple[Kind, Sequence[int]]]:
        yield from ((Kind.ONE, (i,)) for i in self.at.get(amount, ()))
        yield from ((Kind.NEIGHBOURS, run) for run in self.runs.get(amount, ()))
        yield from ((Kind.TWO, pair) for pair in self._pairs(amount))
        yield from ((Kind.NEIGHBOURS_AND_ONE, places) for places in self._runs_and_one(amount))
        for value in [value for value in self.at if amount + value in self.runs]:
            for i, run in product(self.at[value], self.runs[amount + value]):
                if run[0] < i < run[-1]:
                    yield Kind.NEIGHBOURS_BUT_ONE, [place for place in run if place != i]
        if len(self.amounts) <= _FEW:
            yield from ((Kind.A_FEW, chosen) for chosen in any_subsets(self.amounts, amount))

    def _less_a_note(self, amount: int, note: int, *, also_more: bool) -> Iterator[Way]:
        yield from ((Kind.ONE_LESS_NOTE, (i,), (note,)) for i in self.at.get(amount, ()))
        yield from ((Kind.NEIGHBOURS_LESS_NOTE, run, (note,)) for run in self.runs.get(amount, ()))
        if also_more:
            yield from ((Kind.TWO_LESS_NOTE, pair, (note,)) for pair in self._pairs(amount))
            more = self._runs_and_one(amount)
            yield from ((Kind.MORE_LESS_NOTE, places, (note,)) for places in more)

    def _pairs(self, amount: int) -> Iterator[tuple[int, int]]:
        smaller = self.values[: bisect_right(self.values, amount // 2)]
        for value in [value for value in smaller if amount - value in self.at]:
            pairs = product(self.at[value], self.at[amount - value])
            yield from ((i, j) for i, j in pairs if 2 * value < amount or i < j)

    def _runs_and_one(self, amount: int) -> Iterator[tuple[int, ...]]:
        smaller = self.values[: bisect_left(self.values, amount)]
        for value in [value for value in smaller if amount - value in self.runs]:
            for i, run in product(self.at[value], self.runs[amount - value]):
                if i not in run:
                    yield (*run, i)

    def _near(self, amount: int) -> Iterator[tuple[Kind, int]]:
        first = bisect_left(self.by_amount, (amount - _LARGEST_SURPLUS, 0))
        last = bisect_right(self.by_amount, (amount + _LARGEST_FEE, len(self.ds)))
        for left, i in self.by_amount[first:last]:
            missing = left - amount
            if 0 < abs(missing) <= _ROUNDING:
                yield Kind.ROUNDED, i
            elif missing < 0 and missing % _SURPLUS_STEP == 0:
                yield Kind.SURPLUS, i
            elif missing > 0 and missing % _FEE_STEP == 0:
                yield Kind.FEE_KEPT, i

    def _parts(self, wish: Wish, known: Container[_Amounts]) -> Iterator[Guess]:
        """What is due nearest of all that the amount may be a part of, and not ``known``."""
        larger = len(self.ds) - bisect_right(self.by_amount, (wish.amount, len(self.ds)))
        nearest = (
            (days, i)
            for days, i in self._by_days(wish.day)
            if self.amounts[i] > wish.amount and (self.amounts[i],) not in known
        )
        for days, i in islice(nearest, min(_OFFERED, larger)):
            yield Guess(larger, Kind.PART, days, (self.ds[i],))

    def _by_days(self, day: int) -> Iterator[tuple[int, int]]:
        """Days from ``day`` and position of every document, nearest first, then in order."""
        here = bisect_left(self.due, day)
        later = ((self.due[i] - day, i) for i in range(here, len(self.due)))
        return merge(self._earlier(day, here), later)

    def _earlier(self, day: int, end: int) -> Iterator[tuple[int, int]]:
        while end:
            start = bisect_left(self.due, self.due[end - 1])
            yield from ((day - self.due[i], i) for i in range(start, end))
            end = start


def offer_guesses(state: State, payers: pl.DataFrame) -> None:
    """Offer what waiting lines may mean: what completes a short list, what a silent line pays, and
    for a possible second payment what else has the amount.

    ``payers``: n, group of everybody who may have paid. The likeliest completion of a list comes
    before the list as it stands; what else is found comes after what was offered before.
    """
    lists = partly_listed(state)
    held = state.outcomes.filter(pl.col("closed") | pl.col("duplicate")).select("n")
    second = silent(state.lines.join(held, on="n", how="semi"), payers)
    by_place: defaultdict[tuple[int, str], list[Wish]] = defaultdict(list)
    for wish in (*lists, *second, *silent(state.undecided(), payers)):
        by_place[wish.where].append(wish)
    if not by_place:
        return
    found: defaultdict[int, list[Guess]] = defaultdict(list)
    paid_again = {wish.n for wish in second}
    for place, pool in pools(state, set(by_place), _LARGEST_POOL).items():
        sums = _Sums(pool)
        for wish in by_place[place]:
            guesses = sums.of_amount(wish) if wish.n in paid_again else sums.guesses(wish)
            named = tuple(pick.d for pick in wish.named)
            found[wish.n] += [guess._replace(ds=(*named, *guess.ds)) for guess in guesses]
    listed = {wish.n for wish in lists}
    state.offer(pl.DataFrame(_options(found.items(), listed), schema=OPTIONS, orient="row"))


def _options(
    found: Iterable[tuple[int, list[Guess]]], listed: set[int]
) -> Iterator[tuple[int, int, list[int], str]]:
    """Rows of ``OPTIONS``; rank 0 is the proposal's, 1 to 3 are what was offered before."""
    for n, guesses in found:
        for place, guess in enumerate(nsmallest(_OFFERED, guesses)):
            rank = -1 if n in listed and place == 0 else _OFFERED + 1 + place
            tier = "combination" if len(guess.ds) > 1 else "relevance"
            yield n, rank, list(guess.ds), tier
