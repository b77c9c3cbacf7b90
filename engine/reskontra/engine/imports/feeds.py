"""One feed carries the money: the lines of a day arrive as lump sums and, again, in detail.

Each cash account names its money feed; lines of the other kind only reconcile. Two formats of the
money feed (camt.054 and BgMax) may tell of the same payments: they are linked by the bank's ids,
else by deposit, amounts and count. What overlaps and cannot be linked is a conflict, never a guess:
booking twice and losing money are both wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from reskontra.engine.bank_file import StatementKind
from reskontra.engine.money import exact

LinkedBy = Literal["bank_reference", "batch_id", "amounts"]


def carries_money(kind: StatementKind, feed: Literal["details", "statement"]) -> bool:
    """Whether lines of this kind carry the money of a cash account with this ``feed``.

    Account reports (camt.052) are provisional copies of the statement: they never do.

    >>> carries_money("details", "details"), carries_money("report", "statement")
    (True, False)
    """
    return kind == feed


@dataclass(frozen=True, slots=True)
class Movement:
    """What linking needs of a line; all movements of one call share account, currency and date."""

    id: int
    """Index in the file, or id of the stored bank line."""
    amount: int
    """Signed minor units."""
    reference: str
    """``identity.reference_forms`` of its references."""
    bank_reference: str = ""
    batch_id: str = ""
    group: str = ""
    """What it was paid in with: the deposit, or the statement that holds it."""


@dataclass(frozen=True, slots=True)
class Link:
    """A line of the file that is a stored line of another format."""

    line: int
    equals: int
    by: LinkedBy
    references_agree: bool


class Conflict(NamedTuple):
    """Movements of two formats that overlap; lines and minor units of each side."""

    batch: str
    """The deposit that both name; empty = what is left of the day."""
    ours: tuple[int, int]
    theirs: tuple[int, int]

    def told(self, currency: str) -> str:
        """As people read it.

        >>> Conflict("", (1, 500), (2, 400)).told("SEK")
        '1 line of together 5.00 SEK of this file and 2 lines of together 4.00 SEK of the other'
        """
        ours, theirs = (
            f"{count} line{'s' * (count != 1)} of together {exact(amount, currency)} {currency}"
            for count, amount in (self.ours, self.theirs)
        )
        if self.batch:
            return f"deposit {self.batch} has {ours} in this file and {theirs} in the other"
        return f"{ours} of this file and {theirs} of the other"


@dataclass(slots=True)
class Linking:
    """What linking one day found."""

    links: list[Link] = field(default_factory=list)
    new: list[int] = field(default_factory=list)
    """Ids of movements that no other format told of."""
    conflict: Conflict | None = None
    """What overlaps and cannot be linked."""


def link_day(incoming: Sequence[Movement], stored: Sequence[Movement]) -> Linking:
    """Link the lines of one account, currency and day to those stored from another format."""
    found = Linking()
    rest, known = _by_bank_reference(found, list(incoming), list(stored))
    rest, known = _by_batch(found, rest, known)
    ids_are_shared = bool(found.links)
    if rest and known and not found.conflict:
        rest, known = _by_amounts(found, rest, known)
    if rest and known and not found.conflict:
        every_one_has_an_id = all(m.bank_reference or m.batch_id for m in (*rest, *known))
        if not (ids_are_shared and every_one_has_an_id):
            found.conflict = Conflict("", _sum(rest), _sum(known))
    found.new = [] if found.conflict else [movement.id for movement in rest]
    return found


def _by_bank_reference(
    found: Linking, rest: list[Movement], known: list[Movement]
) -> tuple[list[Movement], list[Movement]]:
    with_id = [m for m in rest if m.bank_reference]
    targets = [m for m in known if m.bank_reference]
    exact = _pair(found, "bank_reference", with_id, targets, _id_amount_reference)
    pairs = exact + _pair(
        found, "bank_reference", _without(with_id, exact, 0), _without(targets, exact, 1),
        _id_and_amount,
    )  # fmt: skip
    return _without(rest, pairs, 0), _without(known, pairs, 1)


def _by_batch(
    found: Linking, rest: list[Movement], known: list[Movement]
) -> tuple[list[Movement], list[Movement]]:
    """Deposits that both formats name: equal sums, and the stored one at least as detailed."""
    shared = {m.batch_id for m in rest if m.batch_id} & {m.batch_id for m in known}
    for batch in sorted(shared):
        ours = [m for m in rest if m.batch_id == batch]
        theirs = [m for m in known if m.batch_id == batch]
        if sum(m.amount for m in ours) != sum(m.amount for m in theirs) or len(ours) > len(theirs):
            found.conflict = Conflict(batch, _sum(ours), _sum(theirs))
            return rest, known
        _pair_all(found, "batch_id", ours, theirs)
        rest = [m for m in rest if m.batch_id != batch]
        known = [m for m in known if m.batch_id != batch]
    return rest, known


def _by_amounts(
    found: Linking, rest: list[Movement], known: list[Movement]
) -> tuple[list[Movement], list[Movement]]:
    """The whole day, else deposit by deposit: the same amounts the same number of times."""
    if _amounts(rest) == _amounts(known):
        _pair_all(found, "amounts", rest, known)
        return [], []
    theirs: dict[Hashable, list[list[Movement]]] = {}
    for group in reversed(_groups(known)):
        theirs.setdefault(_amounts(group), []).append(group)
    taken: set[int] = set()
    matched: set[int] = set()
    for group in _groups(rest):
        candidates = theirs.get(_amounts(group))
        if candidates:
            other = candidates.pop()
            _pair_all(found, "amounts", group, other)
            matched |= {m.id for m in group}
            taken |= {m.id for m in other}
    return [m for m in rest if m.id not in matched], [m for m in known if m.id not in taken]


def _groups(movements: Sequence[Movement]) -> list[list[Movement]]:
    groups: dict[str, list[Movement]] = {}
    for movement in movements:
        groups.setdefault(movement.group, []).append(movement)
    return list(groups.values())


def _amounts(movements: Sequence[Movement]) -> tuple[int, ...]:
    return tuple(sorted(movement.amount for movement in movements))


def _pair_all(
    found: Linking, by: LinkedBy, ours: Sequence[Movement], theirs: Sequence[Movement]
) -> None:
    """Give every one of ``ours`` a line of ``theirs``: by amount and reference, then by amount,
    then (a lump sum told in parts) the first that is left.
    """
    pairs = _pair(found, by, ours, theirs, _amount_and_reference)
    pairs += _pair(found, by, _without(ours, pairs, 0), _without(theirs, pairs, 1), _amount)
    left = _without(theirs, pairs, 1) or list(theirs)
    found.links += [
        Link(movement.id, left[0].id, by, references_agree=True)
        for movement in _without(ours, pairs, 0)
    ]


_Pairs = list[tuple[int, int]]


def _pair(
    found: Linking,
    by: LinkedBy,
    ours: Sequence[Movement],
    theirs: Sequence[Movement],
    key: Callable[[Movement], Hashable],
) -> _Pairs:
    """Pair what has the same key, first with first; returns the pairs of ids."""
    waiting: dict[Hashable, list[Movement]] = {}
    for movement in reversed(theirs):
        waiting.setdefault(key(movement), []).append(movement)
    pairs: _Pairs = []
    for movement in ours:
        candidates = waiting.get(key(movement))
        if candidates:
            other = candidates.pop()
            agree = not (movement.reference and other.reference) or (
                movement.reference == other.reference
            )
            found.links.append(Link(movement.id, other.id, by, agree))
            pairs.append((movement.id, other.id))
    return pairs


def _without(movements: Sequence[Movement], pairs: _Pairs, side: int) -> list[Movement]:
    taken = {pair[side] for pair in pairs}
    return [movement for movement in movements if movement.id not in taken]


def _id_amount_reference(movement: Movement) -> Hashable:
    return movement.bank_reference, movement.amount, movement.reference


def _id_and_amount(movement: Movement) -> Hashable:
    return movement.bank_reference, movement.amount


def _amount_and_reference(movement: Movement) -> Hashable:
    return movement.amount, movement.reference


def _amount(movement: Movement) -> Hashable:
    return movement.amount


def _sum(movements: Sequence[Movement]) -> tuple[int, int]:
    return len(movements), sum(m.amount for m in movements)
