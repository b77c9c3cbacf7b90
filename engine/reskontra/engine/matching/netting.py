"""Credit notes that explain a short payment (Swedish: *kvittning*), before tolerance and before
part payment.

A customer who holds a credit note pays the rest of the invoice. When exactly one credit note of the
payer group, or exactly one set of them, is what is missing, it is proposed with the payment; equal
credit notes of one customer go oldest first. What several credit notes could explain, or what two
payments want alike, is left to a person: then nothing is proposed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reskontra.engine.matching.resolve import Pick, Resolver, Solution
from reskontra.engine.matching.subsets import unique_subset

Place = tuple[int, str]
"""Payer group and currency."""


_EXPLANATIONS = 2
"""Offered of a shortage; what is not explained is offered besides."""


class CreditNotes:
    """Open credit notes by payer group and currency, oldest first."""

    def __init__(self, rows: Iterable[tuple[int, int, str, int]]) -> None:
        """``rows``: d, group, currency, open amount."""
        self._pools: defaultdict[Place, list[int]] = defaultdict(list)
        self._by_amount: defaultdict[tuple[Place, int], list[int]] = defaultdict(list)
        for d, group, currency, amount in rows:
            self._pools[group, currency].append(d)
            self._by_amount[(group, currency), amount].append(d)

    def equal_to(self, short: int, where: Place, left: Mapping[int, int]) -> list[int]:
        """Unused credit notes of exactly this amount."""
        return [d for d in self._by_amount.get((where, short), ()) if left[d] == short]

    def adding_up_to(
        self, short: int, where: Place, left: Mapping[int, int], *, most: int, pool: int
    ) -> tuple[int, ...]:
        """The only set of credit notes that comes to ``short``; none where there are too many."""
        notes = self._pools.get(where, ())
        if not 2 <= len(notes) <= pool:
            return ()
        usable = [d for d in notes if 0 < left[d] < short]
        found = unique_subset([left[d] for d in usable], short, most=most)
        return tuple(usable[i] for i in found) if found else ()


@dataclass(frozen=True, slots=True)
class Netting:
    """Adds explaining credit notes to the short proposals of one pass."""

    resolver: Resolver
    notes: CreditNotes
    currencies: Mapping[int, str]
    most: int
    pool: int

    def net(self, solutions: Sequence[Solution]) -> None:
        """Change the proposals in place; what is used or released is so in the resolver too."""
        wishes: defaultdict[tuple[int, Place], list[Solution]] = defaultdict(list)
        for solution in solutions:
            short = _shortage(solution, self.resolver)
            if short:
                first = solution.picks[0].d
                where = (self.resolver.docs[first].group, self.currencies[first])
                wishes[short, where].append(solution)
        sets: list[tuple[Solution, tuple[int, ...]]] = []
        for (short, where), short_ones in wishes.items():
            equal = self.notes.equal_to(short, where, self.resolver.left)
            if equal:
                self._share(short_ones, equal)
                continue
            found = self.notes.adding_up_to(
                short, where, self.resolver.left, most=self.most, pool=self.pool
            )
            sets += [(solution, found) for solution in short_ones if found]
        claims = Counter(d for _, chosen in sets for d in chosen)
        for solution, chosen in sets:
            if all(claims[d] == 1 and self.resolver.left[d] > 0 for d in chosen):
                self._add(solution, chosen)
            else:
                self._refuse(solution, [chosen])

    def _share(self, short_ones: Sequence[Solution], equal: Sequence[int]) -> None:
        """Equal credit notes: the r-th payment takes the r-th, if they are of one customer."""
        docs = self.resolver.docs
        owners = {docs[d].customer for d in equal}
        if len(short_ones) > len(equal) or (len(equal) > 1 and len(owners) > 1):
            for solution in short_ones:
                self._refuse(solution, [(d,) for d in equal])
            return
        for solution, d in zip(sorted(short_ones, key=lambda s: s.n), equal, strict=False):
            self._add(solution, (d,))

    def _add(self, solution: Solution, chosen: Sequence[int]) -> None:
        left = self.resolver.left
        solution.picks += tuple(Pick(d, left[d], left[d], 0, -1) for d in chosen)
        for pick in solution.picks:
            left[pick.d] = 0
        solution.difference = 0
        solution.netted = True

    def _refuse(self, solution: Solution, explanations: Sequence[tuple[int, ...]]) -> None:
        """Nothing is certain: give back what the payment took and offer the likeliest explanations,
        and that it is short.
        """
        named = tuple(pick.d for pick in solution.picks)
        taken = sum(p.sign * p.wanted for p in solution.picks) + solution.difference
        for pick in solution.picks:
            paid = min(taken, pick.wanted) if pick.sign > 0 else pick.wanted
            taken -= paid if pick.sign > 0 else 0
            self.resolver.left[pick.d] += paid
        explained = ((*named, *explanation) for explanation in explanations[:_EXPLANATIONS])
        solution.options = (*explained, named)
        solution.candidates = max(2, len(explanations))
        solution.contested = True
        solution.picks = ()


def _shortage(solution: Solution, resolver: Resolver) -> int:
    """What is missing on the proposed documents; 0 when nobody knows or others paid it."""
    if solution.difference >= 0 or not solution.picks:
        return 0
    rest = sum(resolver.left[pick.d] for pick in solution.picks if pick.sign > 0)
    return rest if rest == -solution.difference else 0
