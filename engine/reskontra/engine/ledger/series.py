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
        series = self.numbering.series_for(slot)
        row = applicable(series, self.branch, on)
        key = (series.id, row_key(row))
        counter = self.counters.get(key)
        number = self._following(series, row, counter)
        taken = counter.taken + 1 if counter else 1
        self.counters[key] = SeriesCounter(self.company, series.id, key[1], number, taken)
        return number

    def _following(self, series: Series, row: Subsequence, counter: SeriesCounter | None) -> str:
        if counter is None:
            number = row.start_number
        else:
            number = _advance_or_fail(series, row, counter.last_number)
        if row.end_number and ordinal(number) > ordinal(row.end_number):
            raise _exhausted(series, row)
        if row.warning_number and ordinal(number) >= ordinal(row.warning_number):
            self.warnings.append(f"number series {series.id} is near its end: {number}")
        return number


def _advance_or_fail(series: Series, row: Subsequence, last: str) -> str:
    try:
        return advance(last, row.step, fixed=has_fixed_width(row))
    except OverflowError as error:
        raise _exhausted(series, row) from error


def _exhausted(series: Series, row: Subsequence) -> ReskontraError:
    return ReskontraError.of(
        "RK741",
        f"number series {series.id!r} is exhausted at {row.end_number or 'its fixed width'}",
        help="raise end_number, or add a row with a new start_number, in numbering.yaml",
    )
