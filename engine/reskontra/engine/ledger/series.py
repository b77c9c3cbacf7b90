"""Gapless number series (CS201010): the next number of a slot, taken inside the posting
transaction.

The right-most run of digits is increased. With an end number, or leading zeros, the width is fixed
and overflowing it is an
error; otherwise the number grows. A row belongs to a branch and begins at a date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from reskontra.engine.errors import ReskontraError
from reskontra.engine.ledger.records import SeriesCounter
from reskontra.engine.preferences.numbering import NumberingPreferences, Series, Subsequence

_DIGITS = re.compile(r"^(.*?)(\d+)(\D*)$", re.DOTALL)


def advance(number: str, step: int, *, fixed: bool) -> str:
    """The number ``step`` further on; ``OverflowError`` when a fixed width does not hold it.

    >>> advance("INV-0099", 1, fixed=True), advance("P99", 1, fixed=False)
    ('INV-0100', 'P100')
    """
    match = _DIGITS.match(number)
    if match is None:
        raise ValueError(f"{number!r} has no digits to count with")
    prefix, digits, suffix = match.groups()
    counted = str(int(digits) + step).zfill(len(digits))
    if fixed and len(counted) > len(digits):
        raise OverflowError(f"{number} cannot grow beyond {len(digits)} digits")
    return f"{prefix}{counted}{suffix}"


def ordinal(number: str) -> int:
    """The value of the right-most run of digits: orders the numbers of one series."""
    match = _DIGITS.match(number)
    return int(match.group(2)) if match else 0


def has_fixed_width(row: Subsequence) -> bool:
    """Fixed only with leading zeros (or by an end number of the same width)."""
    match = _DIGITS.match(row.start_number)
    assert match is not None, "configuration requires digits in a start number"
    return match.group(2).startswith("0") or len(row.end_number) == len(row.start_number)


def row_key(row: Subsequence) -> str:
    """Key of a row inside its series: ``branch/start date``."""
    return f"{row.branch}/{row.start_date or ''}"


def applicable(series: Series, branch: str, on: str) -> Subsequence:
    """The row of the branch (else of all branches) with the latest start date not after ``on``."""
    for wanted in dict.fromkeys((branch, "")):
        rows = [
            row
            for row in series.rows
            if row.branch == wanted and (row.start_date is None or row.start_date.isoformat() <= on)
        ]
        if rows:
            return max(rows, key=lambda row: row.start_date.isoformat() if row.start_date else "")
    raise ReskontraError.of(
        "RK740",
        f"number series {series.id!r} has no row for branch {branch!r} on {on}",
        help="add a row with an earlier start_date to numbering.yaml",
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a slot takes its numbers on a date, and how far they go."""

    series: Series
    row: Subsequence
    key: tuple[str, str]
    fixed: bool
    end: int | None
    warning: int | None


@dataclass(slots=True)
class Numberer:
    """Hands out numbers in one transaction; ``counters`` are the projections to store
    afterwards.
    """

    company: str
    numbering: NumberingPreferences
    branch: str = ""
    counters: dict[tuple[str, str], SeriesCounter] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    _places: dict[tuple[str, str], _Place] = field(default_factory=dict)
    """By slot and date, worked out once: a run takes two numbers for every payment."""

    @classmethod
    def over(
        cls,
        company: str,
        numbering: NumberingPreferences,
        stored: Iterable[SeriesCounter],
        branch: str = "",
    ) -> Numberer:
        """A numberer that continues the stored counters."""
        counters = {(counter.series, counter.row): counter for counter in stored}
        return cls(company, numbering, branch, counters)

    def next(self, slot: str, on: str) -> str:
        """The next number of a slot (document kind or ``journal``) for a document dated ``on``."""
        place = self._places.get((slot, on))
        if place is None:
            place = self._places[slot, on] = self._place(slot, on)
        counter = self.counters.get(place.key)
        number = self._following(place, counter)
        taken = counter.taken + 1 if counter else 1
        self.counters[place.key] = SeriesCounter(self.company, *place.key, number, taken)
        return number

    def _place(self, slot: str, on: str) -> _Place:
        series = self.numbering.series_for(slot)
        row = applicable(series, self.branch, on)
        return _Place(
            series=series,
            row=row,
            key=(series.id, row_key(row)),
            fixed=has_fixed_width(row),
            end=ordinal(row.end_number) if row.end_number else None,
            warning=ordinal(row.warning_number) if row.warning_number else None,
        )

    def _following(self, place: _Place, counter: SeriesCounter | None) -> str:
        if counter is None:
            number = place.row.start_number
        else:
            number = _advance_or_fail(place, counter.last_number)
        if place.end is None and place.warning is None:
            return number
        reached = ordinal(number)
        if place.end is not None and reached > place.end:
            raise _exhausted(place.series, place.row)
        if place.warning is not None and reached >= place.warning:
            self.warnings.append(f"number series {place.series.id} is near its end: {number}")
        return number


def _advance_or_fail(place: _Place, last: str) -> str:
    try:
        return advance(last, place.row.step, fixed=place.fixed)
    except OverflowError as error:
        raise _exhausted(place.series, place.row) from error


def _exhausted(series: Series, row: Subsequence) -> ReskontraError:
    return ReskontraError.of(
        "RK741",
        f"number series {series.id!r} is exhausted at {row.end_number or 'its fixed width'}",
        help="raise end_number, or add a row with a new start_number, in numbering.yaml",
    )
