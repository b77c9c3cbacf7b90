"""Credit notes that explain a short payment (Swedish: *kvittning*), before tolerance and before
part payment.

A customer who holds a credit note pays the rest of the invoice. When exactly one credit note of the
payer group, or exactly one set of them, is what is missing, it is proposed with the payment. Credit
notes that two payments could have used are used by neither.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from reskontra.engine.matching.resolve import Doc, Pick, Resolver, Solution
from reskontra.engine.matching.subsets import unique_subset


class CreditNotes:
    """Open credit notes by payer group and currency, oldest first."""

    def __init__(self, rows: Iterable[tuple[int, int, str]]) -> None:
        """``rows``: d, group, currency."""
        self._pools: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
        for d, group, currency in rows:
            self._pools[group, currency].append(d)

    def explaining(
        self, short: int, where: tuple[int, str], left: Mapping[int, int], *, most: int, pool: int
    ) -> tuple[int, ...]:
        """The only credit note, else the only set of credit notes, that comes to ``short``."""
        notes = [d for d in self._pools.get(where, ()) if left[d] > 0]
        single = [d for d in notes if left[d] == short]
        if single:
            return (single[0],) if len(single) == 1 else ()
        if not 2 <= len(notes) <= pool:
            return ()
        found = unique_subset([left[d] for d in notes], short, most=most)
        return tuple(notes[i] for i in found) if found else ()


def net(
    solutions: Sequence[Solution],
    resolver: Resolver,
    notes: CreditNotes,
    currencies: Mapping[int, str],
    *,
    most: int,
    pool: int,
) -> None:
    """Add the explaining credit notes to short proposals, in place; takes them in ``resolver``."""
    wanted: dict[int, tuple[int, ...]] = {}
    for index, solution in enumerate(solutions):
        short = _shortage(solution, resolver)
        if short:
            first = solution.picks[0].d
            where = (_group(resolver.docs[first]), currencies[first])
            wanted[index] = notes.explaining(short, where, resolver.left, most=most, pool=pool)
    claims = Counter(d for chosen in wanted.values() for d in chosen)
    for index, chosen in wanted.items():
        solution = solutions[index]
        if any(claims[d] > 1 for d in chosen):
            solution.contested = True
        elif chosen:
            _add(solution, chosen, resolver)


def _shortage(solution: Solution, resolver: Resolver) -> int:
    """What is missing on the proposed documents; 0 when nobody knows or others paid it."""
    if solution.difference >= 0 or not solution.picks:
        return 0
    rest = sum(resolver.left[pick.d] for pick in solution.picks if pick.sign > 0)
    return rest if rest == -solution.difference else 0


def _add(solution: Solution, chosen: Sequence[int], resolver: Resolver) -> None:
    left = resolver.left
    solution.picks += tuple(Pick(d, left[d], left[d], 0, -1) for d in chosen)
    for pick in solution.picks:
        left[pick.d] = 0
    solution.difference = 0
    solution.netted = True


def _group(doc: Doc) -> int:
    return doc.group
