"""Lines that name documents which others name too, or whose amount does not simply fit.

One line after the other, in the order of strength and content, each with what earlier ones have
left: instalments are served until the balance is used up. Payers' own designation is followed:
the amount decides how the named documents are settled, never which others might fit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import NamedTuple

from reskontra.engine.matching.keys import INVOICE_NUMBER, REFERENCE, TEXT

_TIER = {REFERENCE: "reference", INVOICE_NUMBER: "invoice_number", TEXT: "text"}
_MOST_CHOICES = 64
"""Readings tried when several references each name several documents."""
_MOST_FEES = 6


class Doc(NamedTuple):
    """An open document as the resolver needs it."""

    sign: int
    group: int
    customer: int
    kind: str
    discount: int
    discount_day: int
    """Days since 1970; -1 = no discount."""
    due: int


class Token(NamedTuple):
    """One thing the line says, and the open documents it names (oldest first)."""

    strength: int
    part: int | None
    strong: bool
    """Long enough to count when the amount does not agree."""
    docs: tuple[int, ...]


class Named(NamedTuple):
    """One line with what it names."""

    n: int
    amount: int
    day: int
    """Value date, days since 1970."""
    booked: int
    again: bool
    """The same reference and amount came before, within the duplicate window."""
    tokens: tuple[Token, ...]


class Pick(NamedTuple):
    """Part of a proposal: what a line takes of one document."""

    d: int
    before: int
    wanted: int
    discount: int
    sign: int


@dataclass(slots=True)
class Solution:
    """What is proposed for one line; without picks it is a suggestion or a refusal."""

    n: int
    tier: str
    picks: tuple[Pick, ...] = ()
    difference: int = 0
    candidates: int = 1
    options: tuple[tuple[int, ...], ...] = ()
    """Equally good alternatives, oldest first."""
    fee: bool = False
    netted: bool = False
    duplicate: bool = False
    closed: bool = False
    interchangeable: bool = False
    contested: bool = False


@dataclass(slots=True)
class Resolver:
    """Serves lines one by one and keeps what is left of every document."""

    docs: Mapping[int, Doc]
    left: dict[int, int]
    """Open amount per document; changes while lines are served."""
    fees: Mapping[int, Sequence[int]]
    """Document -> fee and interest documents linked to it."""
    rivals: Mapping[int, Sequence[int]]
    """Line -> documents of the payer that it does not name but that have exactly its amount."""
    named_total: Mapping[int, int]
    """Document -> sum of all lines that name only it: equal to the open amount = instalments."""
    duplicate_days: int
    interchange: bool
    served: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """Document -> (amount, booking day) of the lines that took from it."""

    def serve(self, line: Named) -> Solution | None:
        """The proposal for a line; what it takes is taken. ``None``: it names nothing usable."""
        solution = self._solve(line, line.tokens) if line.tokens else None
        if solution is not None:
            self._take(line, solution)
        return solution

    def _take(self, line: Named, solution: Solution) -> None:
        money = line.amount + sum(p.wanted for p in solution.picks if p.sign < 0)
        for pick in solution.picks:
            paid = min(money, pick.wanted) if pick.sign > 0 else pick.wanted
            money -= paid if pick.sign > 0 else 0
            taken = paid + (pick.discount if paid == pick.wanted else 0)
            self.left[pick.d] -= taken
            self.served.setdefault(pick.d, []).append((line.amount, line.booked))

    def _solve(self, line: Named, tokens: Sequence[Token]) -> Solution | None:
        left = self.left
        live = []
        for token in tokens:
            docs = tuple(d for d in token.docs if left[d] > 0)
            if docs:
                whole = len(docs) == len(token.docs)
                live.append(token if whole else token._replace(docs=docs))
        if not live:
            return self._spent(line, tokens, _TIER[min(token.strength for token in tokens)])
        tier = _TIER[min(token.strength for token in live)]
        union = tuple(sorted({d for token in live for d in token.docs}))
        alone = len({d for token in tokens for d in token.docs}) == 1
        if self._is_repeated(line, union, alone=alone):
            return Solution(line.n, tier, duplicate=True, options=(union[:1],))
        exact = self._fitting(line, live, union, tier)
        if exact is not None:
            return exact
        strong = [token for token in live if token.strong]
        if not strong:
            return None
        if len(strong) < len(live):
            return self._solve(line, strong)
        return self._not_fitting(line, live, union, tier)

    def _spent(self, line: Named, tokens: Sequence[Token], tier: str) -> Solution | None:
        """Everything named is settled: already before this run, or by earlier lines of it."""
        if not any(token.strong for token in tokens):
            return None
        docs = sorted({d for token in tokens for d in token.docs})
        repeated = line.again or any(
            amount == line.amount and line.booked - day <= self.duplicate_days
            for d in docs
            for amount, day in self.served.get(d, ())
        )
        return Solution(line.n, tier, closed=True, duplicate=repeated)

    def _is_repeated(self, line: Named, union: Sequence[int], *, alone: bool) -> bool:
        """The same payment again, unless it is an instalment that makes the sum complete, or one of
        several documents of the reference that are due. ``alone``: it names one document only.
        """
        if not line.again:
            return False
        complete = any(
            (self.left[d] == line.amount and (alone or self._is_due(line, d)))
            or self.named_total.get(d) == self.left[d] + sum(a for a, _ in self.served.get(d, ()))
            for d in union
        )
        return not complete

    def _is_due(self, line: Named, d: int) -> bool:
        return self.docs[d].due - line.booked <= self.duplicate_days

    # -- the amount fits ------------------------------------------------------------------------

    def _fitting(
        self, line: Named, live: Sequence[Token], union: tuple[int, ...], tier: str
    ) -> Solution | None:
        if len(union) == 1:
            return self._one(line, union[0], tier)
        if len(live) == 1:
            return self._alternatives(line, union, tier)
        return self._several(line, live, union, tier)

    def _one(self, line: Named, d: int, tier: str) -> Solution | None:
        picks = self._exact(line, (d,))
        if picks:
            return Solution(line.n, tier, picks)
        fees = [f for f in self.fees.get(d, ())[:_MOST_FEES] if self.left[f] > 0]
        sets = [
            (d, *chosen)
            for size in range(1, len(fees) + 1)
            for chosen in combinations(fees, size)
            if self._sum((d, *chosen)) == line.amount
        ]
        if len(sets) == 1 and tier != _TIER[TEXT]:
            return Solution(line.n, "reference_fee", self._whole(sets[0]), fee=True)
        if len(sets) == 1:
            return Solution(line.n, tier, self._whole(sets[0]), fee=True)
        return None

    def _alternatives(self, line: Named, union: tuple[int, ...], tier: str) -> Solution | None:
        """One reference of several documents: the one that fits, or all of them together."""
        fitting = [picks for d in union if (picks := self._exact(line, (d,)))]
        if len(fitting) == 1:
            return Solution(line.n, tier, fitting[0])
        if fitting:
            return self._equal(line, tuple(picks[0].d for picks in fitting), tier)
        everything = self._exact(line, union)
        return Solution(line.n, tier, everything) if everything else None

    def _equal(self, line: Named, ds: tuple[int, ...], tier: str) -> Solution:
        same = len({(self.docs[d].customer, self.docs[d].kind) for d in ds}) == 1
        if same and self.interchange:
            return Solution(line.n, tier, self._exact(line, ds[:1]) or (), interchangeable=True)
        return Solution(line.n, tier, candidates=len(ds), options=tuple((d,) for d in ds))

    def _several(
        self, line: Named, live: Sequence[Token], union: tuple[int, ...], tier: str
    ) -> Solution | None:
        """A list: part amounts as given, all of it, or one document of each reference."""
        as_list = "list" if tier != _TIER[TEXT] else tier
        parts = self._parts(line, live)
        if parts:
            return Solution(line.n, as_list, parts)
        everything = self._exact(line, union)
        if everything:
            return Solution(line.n, as_list, everything)
        choices = 1
        for token in live:
            choices *= len(token.docs)
        if choices <= _MOST_CHOICES:
            readings = {tuple(sorted(set(r))) for r in product(*(t.docs for t in live))}
            fitting = [p for reading in sorted(readings) if (p := self._exact(line, reading))]
            if len(fitting) == 1:
                return Solution(line.n, as_list, fitting[0])
        return self._one_of(line, live, union, tier)

    def _one_of(
        self, line: Named, live: Sequence[Token], union: tuple[int, ...], tier: str
    ) -> Solution | None:
        """The amount settles one of those named. One of several that the text mentions may be
        meant; where several are stated, what settles one leaves the others unexplained.
        """
        single = [picks for d in union if (picks := self._exact(line, (d,)))]
        if not single:
            return None
        if sum(token.strength < TEXT for token in live) > 1:
            options = (*((picks[0].d,) for picks in single), union)
            return Solution(line.n, "list", candidates=len(options), options=options)
        if len(single) > 1:
            return self._equal(line, tuple(picks[0].d for picks in single), tier)
        strength = min(t.strength for t in live if single[0][0].d in t.docs)
        return Solution(line.n, _TIER[strength], single[0])

    def _parts(self, line: Named, live: Sequence[Token]) -> tuple[Pick, ...]:
        if any(token.part is None or len(token.docs) > 1 for token in live):
            return ()
        wanted: dict[int, int] = {}
        for token in live:
            d = token.docs[0]
            wanted[d] = wanted.get(d, 0) + abs(token.part or 0)
        picks = tuple(
            Pick(d, self.left[d], min(self.left[d], wanted[d]), 0, self.docs[d].sign)
            for d in sorted(wanted)
        )
        fits = sum(p.sign * p.wanted for p in picks) == line.amount
        return picks if fits and all(p.wanted > 0 for p in picks) else ()

    def _exact(self, line: Named, ds: tuple[int, ...]) -> tuple[Pick, ...]:
        """Picks that use the amount exactly, whole or after every cash discount in time."""
        owed = self._sum(ds)
        if owed == line.amount:
            return self._whole(ds)
        rebates = [self._rebate(line, d) for d in ds]
        if owed - sum(rebates) != line.amount:
            return ()
        return tuple(
            p._replace(wanted=p.wanted - rebate, discount=rebate)
            for p, rebate in zip(self._whole(ds), rebates, strict=True)
        )

    def _rebate(self, line: Named, d: int) -> int:
        doc = self.docs[d]
        in_time = doc.sign > 0 and line.day <= doc.discount_day
        return doc.discount if in_time and doc.discount < self.left[d] else 0

    def _whole(self, ds: Sequence[int]) -> tuple[Pick, ...]:
        return tuple(Pick(d, self.left[d], self.left[d], 0, self.docs[d].sign) for d in ds)

    def _sum(self, ds: Sequence[int]) -> int:
        return sum(self.docs[d].sign * self.left[d] for d in ds)

    # -- the amount does not fit ----------------------------------------------------------------

    def _not_fitting(
        self, line: Named, live: Sequence[Token], union: tuple[int, ...], tier: str
    ) -> Solution | None:
        debits = tuple(d for d in union if self.docs[d].sign > 0)
        if not debits:
            return None
        if len(live) == 1 and len(debits) > 1:
            return Solution(
                line.n, tier, candidates=len(debits), options=tuple((d,) for d in debits)
            )
        rivals = tuple(d for d in self.rivals.get(line.n, ()) if self.left[d] == line.amount)
        if rivals:
            # Designation and amount contradict each other: a person sees both.
            options = (*((d,) for d in rivals), union)
            return Solution(line.n, tier, candidates=len(options), options=options)
        kinds = {self.docs[d].group for d in debits}
        if len(union) > 1 and (len(kinds) > 1 or any(len(token.docs) > 1 for token in live)):
            return Solution(line.n, tier, candidates=len(union), options=(union,))
        several = len(union) > 1 and tier != _TIER[TEXT]
        picks = self._whole(union if self._sum(union) > 0 else debits)
        difference = line.amount - sum(p.sign * p.wanted for p in picks)
        return Solution(line.n, "list" if several else tier, picks, difference)
