"""One payment for several documents without a list (Swedish: *klumpbetalning*): tier combination.

Inside one identified payer group: neighbours by due date first, then any small set, each only when
it is the only answer and unlikely by chance. A line that names some documents and pays more is
completed the same way. Nothing here is found by trying sums across customers.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from reskontra.engine.matching.payers import Payers
from reskontra.engine.matching.resolve import Pick, Solution
from reskontra.engine.matching.state import CLAIMS, State
from reskontra.engine.matching.subsets import is_rare, unique_run, unique_subset
from reskontra.engine.preferences.matching import MatchingPreferences

_LARGEST_RUN_POOL = 500
"""Neighbours are sought among so many documents; beyond it no answer could be unlikely enough."""
_ROUNDS = 4


class _Pool(NamedTuple):
    """Free, undisputed documents of one payer group and currency, by due date."""

    ds: list[int]
    left: list[int]
    due: list[int]
    dated: list[int]


class _Wish(NamedTuple):
    """A line and the sum for which documents are sought."""

    n: int
    amount: int
    day: int
    where: tuple[int, str]
    named: tuple[Pick, ...]


@dataclass(frozen=True, slots=True)
class _Search:
    preferences: MatchingPreferences

    def documents(self, wish: _Wish, pool: _Pool | None) -> tuple[tuple[int, int], ...]:
        """The only documents (d, left) of the pool that come to the amount; none when in doubt."""
        named = {pick.d for pick in wish.named}
        usable = [] if pool is None else self._in_window(wish, pool)
        if named:
            usable = [item for item in usable if item[0] not in named]
        if not usable:
            return ()
        amounts = [left for _, left in usable]
        if named and wish.amount in amounts:
            rare = is_rare(amounts, wish.amount, tested=len(amounts))
            single = [item for item in usable if item[1] == wish.amount]
            return tuple(single) if rare and len(single) == 1 else ()
        run = unique_run(amounts, wish.amount)
        if run:
            return tuple(usable[run[0] : run[1] + 1])
        most = self.preferences.combination_documents - len(named)
        if len(usable) > self.preferences.combination_pool or most < 1:
            return ()
        found = unique_subset(amounts, wish.amount, most=most)
        return tuple(usable[i] for i in found) if found and (len(found) > 1 or named) else ()

    def _in_window(self, wish: _Wish, pool: _Pool) -> list[tuple[int, int]]:
        """Documents that may be meant on that day; none when there are too many."""
        invoice, newest = self.preferences.invoice, wish.day + self.preferences.receipts.days_after
        first, last = 0, len(pool.ds)
        if invoice.days_after_due is not None:
            first = bisect_left(pool.due, wish.day - invoice.days_after_due)
        if invoice.days_before_due is not None:
            last = bisect_right(pool.due, wish.day + invoice.days_before_due)
        if last - first > _LARGEST_RUN_POOL:
            return []
        return [(pool.ds[i], pool.left[i]) for i in range(first, last) if pool.dated[i] <= newest]


def combine(
    state: State, payers: Payers, preferences: MatchingPreferences, barred: pl.DataFrame
) -> None:
    """Settle undecided lines, and complete short lists, with unique sets of documents.

    ``barred``: n of lines that state another document. Sets that overlap between lines are used by
    none of them; what the others take may make more sets unique, so it goes round until nothing
    changes.
    """
    if preferences.combination_documents == 0 or preferences.combination_pool == 0:
        return
    search = _Search(preferences)
    wishes = [*_silent(state, payers, barred), *_partly_listed(state)]
    for _ in range(_ROUNDS):
        pools = _pools(state, {wish.where for wish in wishes})
        found = {
            wish: chosen
            for wish in wishes
            if (chosen := search.documents(wish, pools.get(wish.where)))
        }
        claims = Counter(d for chosen in found.values() for d, _ in chosen)
        sure = {w: c for w, c in found.items() if all(claims[d] == 1 for d, _ in c)}
        if not sure:
            break
        _record(state, sure)
        changed = {wish.where for wish in sure}
        wishes = [w for w in wishes if w not in sure and w.where in changed]


def _silent(state: State, payers: Payers, barred: pl.DataFrame) -> list[_Wish]:
    """Undecided receipts of a known payer group that state nothing unknown."""
    rows = (
        state.undecided()
        .filter(pl.col("amount") > 0)
        .join(barred, on="n", how="anti")
        .join(payers.known.select("n", "group"), on="n")
        .sort("n")
        .select("n", "amount", pl.col("date").cast(pl.Int32), "group", "currency")
    )
    return [
        _Wish(n, amount, day, (g, currency), ()) for n, amount, day, g, currency in rows.iter_rows()
    ]


def _partly_listed(state: State) -> list[_Wish]:
    """Lines that alone name documents of one group and pay more than these need."""
    over = state.outcomes.filter((pl.col("difference") > 0) & (pl.col("candidates") == 1)).select(
        "n", "difference"
    )
    claims = (
        state.claims.join(over, on="n")
        .join(state.items.select("d", "group", "currency", "open"), on="d")
        .filter(pl.col("group").n_unique().over("n") == 1)
        .filter((pl.col("before") == pl.col("open")).all().over("n"))
        .filter(pl.col("group").is_not_null())
        .sort("n", "ordinal")
        .group_by("n", maintain_order=True)
        .agg("d", "before", "wanted", "discount", "sign", pl.col("group").first(),
             pl.col("currency").first(), pl.col("difference").first())
        .join(state.lines.select("n", pl.col("date").cast(pl.Int32)), on="n", maintain_order="left")
    )  # fmt: skip
    return [
        _Wish(n, rest, day, (group, currency), tuple(map(Pick, ds, before, wanted, discount, sign)))
        for n, ds, before, wanted, discount, sign, group, currency, rest, day in claims.iter_rows()
    ]


def _pools(state: State, places: set[tuple[int, str]]) -> Mapping[tuple[int, str], _Pool]:
    """Pools of the payer groups; those too large for any answer are left out."""
    groups = pl.Series([group for group, _ in places], dtype=pl.Int64).unique().sort()
    rows = (
        state.free()
        .filter((pl.col("sign") == 1) & ~pl.col("disputed"))
        .join(groups.to_frame("group"), on="group", how="semi")
        .sort("d")
        .group_by("group", "currency", maintain_order=True)
        .agg("d", "left", pl.col("due").cast(pl.Int32), pl.col("document_date").cast(pl.Int32))
        .filter(pl.col("d").list.len() <= 4 * _LARGEST_RUN_POOL)
    )
    return {(group, currency): _Pool(*columns) for group, currency, *columns in rows.iter_rows()}


def _record(state: State, found: Mapping[_Wish, Sequence[tuple[int, int]]]) -> None:
    new: list[Solution] = []
    completed: list[Solution] = []
    for wish, chosen in found.items():
        picks = (*wish.named, *(Pick(d, left, left, 0, 1) for d, left in chosen))
        (completed if wish.named else new).append(Solution(wish.n, "combination", picks))
    state.record_solutions(new)
    if completed:
        claims = [
            (s.n, p.d, i, p.before, p.wanted, p.discount, p.sign)
            for s in completed
            for i, p in enumerate(s.picks)
        ]
        outcomes = pl.DataFrame({"n": [s.n for s in completed]}).with_columns(
            tier=pl.lit("combination")
        )
        state.replace(pl.DataFrame(claims, schema=CLAIMS, orient="row"), outcomes)
