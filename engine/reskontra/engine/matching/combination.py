"""One payment for several documents without a list (Swedish: *klumpbetalning*): tier combination.

Inside one identified payer group: neighbours by due date first, then any small set, each only when
it is the only answer and unlikely by chance. A line that names some documents and pays more is
completed the same way. Nothing here is found by trying sums across customers.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from reskontra.engine.matching.payers import Payers
from reskontra.engine.matching.resolve import Pick, Solution
from reskontra.engine.matching.state import CLAIMS, State
from reskontra.engine.matching.subsets import (
    is_rare,
    unique_run,
    unique_subset,
)
from reskontra.engine.preferences.matching import MatchingPreferences

_LARGEST_RUN_POOL = 500
"""Neighbours are sought among so many documents; beyond it no answer could be unlikely enough."""
_ROUNDS = 4
_ROUND = 10_000
"""A surplus of whole hundreds is more often rounded up than an invoice."""
_TAIL = r"([0-9]{3,})\W*$"


_Item = tuple[int, int, str]
"""d, left, number."""


class Pool(NamedTuple):
    """Free, undisputed documents of one payer group and currency, by due date."""

    ds: list[int]
    items: list[_Item]
    due: list[int]
    dated: list[int]
    notes: list[tuple[int, int]]
    """d, left of its credit notes."""


class Wish(NamedTuple):
    """A line and the sum for which documents are sought."""

    n: int
    amount: int
    day: int
    where: tuple[int, str]
    named: tuple[Pick, ...]
    tail: str
    """Digits at the end of the text: perhaps the beginning of a number that was cut off."""
    value_is_common: bool
    """So many documents have this amount, or it is so round, that one of them proves nothing."""


@dataclass(frozen=True, slots=True)
class _Search:
    preferences: MatchingPreferences

    def documents(self, wish: Wish, pool: Pool | None) -> tuple[Pick, ...]:
        """The only documents of the pool that come to the amount; none when in doubt."""
        named = {pick.d for pick in wish.named}
        usable = [] if pool is None else self._in_window(wish, pool)
        if named:
            usable = [item for item in usable if item[0] not in named]
        if not usable or pool is None:
            return ()
        if named:
            return _picks(self._rest_of_list(wish, usable))
        found = self._set(usable, wish.amount, most=self.preferences.combination_documents)
        if found:
            return _picks(found) if len(found) > 1 else ()
        return _netted(usable, pool.notes, wish.amount) if self.preferences.netting else ()

    def _rest_of_list(self, wish: Wish, usable: Sequence[_Item]) -> Sequence[_Item]:
        """What a line that names some documents pays besides; a number cut off is a hint."""
        most = self.preferences.combination_documents - len(wish.named)
        cut = [i for i in usable if wish.tail and i[2].startswith(wish.tail) and i[2] != wish.tail]
        ways = []
        for item in cut:
            rest = wish.amount - item[1]
            others = [other for other in usable if other is not item]
            more = self._single(others, rest) or self._set(others, rest, most=most - 1)
            if rest == 0 or (rest > 0 and more):
                ways.append((item, *(more if rest else ())))
        if ways:
            return ways[0] if len(ways) == 1 else ()
        if wish.amount in (left for _, left, _ in usable):
            return () if wish.value_is_common else self._single(usable, wish.amount)
        return self._set(usable, wish.amount, most=most)

    def _single(self, usable: Sequence[_Item], amount: int) -> Sequence[_Item]:
        amounts = [left for _, left, _ in usable]
        single = [item for item in usable if item[1] == amount]
        rare = len(single) == 1 and is_rare(amounts, amount, tested=len(amounts))
        return single if rare else ()

    def _set(self, usable: Sequence[_Item], amount: int, *, most: int) -> Sequence[_Item]:
        """Neighbours by due date that add up to the amount, else any small set."""
        amounts = [left for _, left, _ in usable]
        if amount <= 0 or len(amounts) > _LARGEST_RUN_POOL:
            return ()
        run = unique_run(amounts, amount)
        if run:
            return usable[run[0] : run[1] + 1]
        if len(usable) > self.preferences.combination_pool or most < 1:
            return ()
        return [usable[i] for i in unique_subset(amounts, amount, most=most) or ()]

    def _in_window(self, wish: Wish, pool: Pool) -> list[_Item]:
        """Documents that may be meant on that day; without a hint, none when there are too many."""
        invoice, newest = self.preferences.invoice, wish.day + self.preferences.receipts.days_after
        first, last = 0, len(pool.ds)
        if invoice.days_after_due is not None:
            first = bisect_left(pool.due, wish.day - invoice.days_after_due)
        if invoice.days_before_due is not None:
            last = bisect_right(pool.due, wish.day + invoice.days_before_due)
        if last - first > _LARGEST_RUN_POOL and not wish.named:
            return []
        items, dated = pool.items[first:last], pool.dated[first:last]
        if max(dated, default=newest) <= newest:
            return items
        return [item for item, day in zip(items, dated, strict=True) if day <= newest]


def _picks(items: Sequence[_Item], sign: int = 1) -> tuple[Pick, ...]:
    return tuple(Pick(d, left, left, 0, sign) for d, left, _ in items)


def _less_a_note(
    usable: Sequence[_Item], notes: Sequence[tuple[int, int]], amount: int
) -> list[tuple[_Item, tuple[int, int]]]:
    """Documents and credit notes that come to the amount, pairwise."""
    wanted = {amount + left for _, left in notes}
    fitting = [item for item in usable if item[1] in wanted] if wanted else []
    return [(item, note) for note in notes for item in fitting if item[1] == amount + note[1]]


def _netted(
    usable: Sequence[_Item], notes: Sequence[tuple[int, int]], amount: int
) -> tuple[Pick, ...]:
    """The only document that comes to the amount less one credit note."""
    pairs = _less_a_note(usable, notes, amount)
    amounts = [left for _, left, _ in usable]
    if len(pairs) != 1 or not is_rare(amounts, amount, tested=len(usable) * len(notes)):
        return ()
    item, (note, left) = pairs[0]
    return (*_picks([item]), Pick(note, left, left, 0, -1))


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
    waiting = state.undecided().join(barred, on="n", how="anti")
    wishes = [*silent(waiting, payers.known.select("n", "group")), *partly_listed(state)]
    for _ in range(_ROUNDS):
        if not wishes:
            break
        places = pools(state, {wish.where for wish in wishes}, 4 * _LARGEST_RUN_POOL)
        found = {
            wish: chosen
            for wish in wishes
            if (chosen := search.documents(wish, places.get(wish.where)))
        }
        claims = Counter(pick.d for chosen in found.values() for pick in chosen)
        sure = {w: c for w, c in found.items() if all(claims[pick.d] == 1 for pick in c)}
        if not sure:
            break
        _record(state, sure)
        changed = {wish.where for wish in sure}
        wishes = [w for w in wishes if w not in sure and w.where in changed]


def silent(lines: pl.DataFrame, groups: pl.DataFrame) -> list[Wish]:
    """The receipts among ``lines``, once per payer group of theirs (``groups``: n, group)."""
    rows = (
        lines.filter(pl.col("amount") > 0)
        .join(groups, on="n")
        .sort("n", "group")
        .select("n", "amount", pl.col("date").cast(pl.Int32), "group", "currency")
    )
    return [
        Wish(n, amount, day, (g, currency), (), "", value_is_common=False)
        for n, amount, day, g, currency in rows.iter_rows()
    ]


def partly_listed(state: State) -> list[Wish]:
    """Lines that alone name documents of one group and pay more than these need."""
    over = state.outcomes.filter((pl.col("difference") > 0) & (pl.col("candidates") == 1)).select(
        "n", "difference"
    )
    if over.is_empty():
        return []
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
        .join(
            state.lines.select(
                "n", pl.col("date").cast(pl.Int32),
                pl.col("text").str.extract(_TAIL).fill_null("").alias("tail"),
            ),
            on="n", maintain_order="left",
        )
        .pipe(_with_common, state)
        .select("n", "difference", "date", "group", "currency", "tail", "common", "d", "before",
                "wanted", "discount", "sign")
    )  # fmt: skip
    return [
        Wish(
            n, rest, day, (group, currency), tuple(map(Pick, *picks)), tail,
            value_is_common=bool(common) or rest % _ROUND == 0,
        )
        for n, rest, day, group, currency, tail, common, *picks in claims.iter_rows()
    ]  # fmt: skip


def _with_common(over: pl.DataFrame, state: State) -> pl.DataFrame:
    """``over`` (currency, difference ...) with ``common``: more open documents than one in ten
    thousand have this amount; else null.
    """
    asked = over.select("currency", amount="difference").unique()
    free = state.free().filter(pl.col("sign") == 1).select("currency", amount="left")
    here = free.join(asked, on=["currency", "amount"], how="semi").group_by(pl.all()).len()
    enough = 1 + (state.items.height + state.elsewhere.number) // 10_000
    common = (
        pl.concat([here, state.elsewhere.of_amount(asked)])
        .group_by("currency", difference="amount")
        .agg(pl.col("len").sum())
        .filter(pl.col("len") > enough)
        .select("currency", "difference", common=pl.lit(value=True))
    )
    return over.join(common, on=["currency", "difference"], how="left", maintain_order="left")


def pools(
    state: State, places: set[tuple[int, str]], largest: int
) -> Mapping[tuple[int, str], Pool]:
    """Pools of the payer groups; those of more than ``largest`` documents are left out."""
    groups = pl.Series([group for group, _ in places], dtype=pl.Int64).unique().sort()
    rows = (
        state.free()
        .filter((pl.col("sign") == 1) & ~pl.col("disputed"))
        .join(groups.to_frame("group"), on="group", how="semi")
        .sort("d")
        .group_by("group", "currency", maintain_order=True)
        .agg("d", "left", pl.col("due").cast(pl.Int32), pl.col("document_date").cast(pl.Int32),
             "number")
        .filter(pl.col("d").list.len() <= largest)
    )  # fmt: skip
    notes: defaultdict[tuple[int, str], list[tuple[int, int]]] = defaultdict(list)
    credit = state.free().filter((pl.col("sign") == -1) & ~pl.col("disputed")).sort("d")
    of_groups = credit.join(groups.to_frame("group"), on="group", how="semi", maintain_order="left")
    for group, currency, d, left in of_groups.select("group", "currency", "d", "left").iter_rows():
        notes[group, currency].append((d, left))
    return {
        (group, currency): Pool(
            ds, list(zip(ds, left, numbers, strict=True)), due, dated, notes[group, currency]
        )
        for group, currency, ds, left, due, dated, numbers in rows.iter_rows()
    }  # fmt: skip


def _record(state: State, found: Mapping[Wish, Sequence[Pick]]) -> None:
    new: list[Solution] = []
    completed: list[Solution] = []
    for wish, chosen in found.items():
        netted = any(pick.sign < 0 for pick in chosen)
        solution = Solution(wish.n, "combination", (*wish.named, *chosen), netted=netted)
        (completed if wish.named else new).append(solution)
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
