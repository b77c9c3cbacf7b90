"""Gapless number series (CS201010): the next number of a slot, taken inside the posting
transaction.

The right-most run of digits is increased. With an end number, or leading zeros, the width is fixed
and overflowing it is an
error; otherwise the number grows. A row belongs to a branch and begins at a date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from reskontra.engine.errors import ReskontraError
from reskontra.engine.ledger.records import SeriesCounter
from reskontra.engine.preferences.numbering import NumberingPreferences, Series, Subsequence

_DIGITS = re.compile(r"^(.*?)(\d+)(\D*)$", re.DOTALL)


def run_of(number: str, first: int, count: int, step: int, *, fixed: bool) -> list[str]:
    """``count`` numbers, the first of them ``first`` steps after ``number``; ``OverflowError`` when
    a fixed width does not hold the last one.

    >>> run_of("INV-0099", 1, 2, 1, fixed=True), run_of("P99", 0, 2, 1, fixed=False)
    (['INV-0100', 'INV-0101'], ['P99', 'P100'])
    """
    prefix, digits, suffix = parts(number)
    width = len(digits)
    start = int(digits) + first * step
    if fixed and len(str(start + (count - 1) * step)) > width:
        raise OverflowError(f"{number} cannot grow beyond {width} digits")
    values = range(start, start + count * step, step)
    return [f"{prefix}{value:0{width}d}{suffix}" for value in values]


def parts(number: str) -> tuple[str, str, str]:
    """What stands before, in and after the right-most run of digits; ``ValueError`` without one.

    >>> parts("K-0099A")
    ('K-', '0099', 'A')
    """
    match = _DIGITS.match(number)
    if match is None:
        raise ValueError(f"{number!r} has no digits to count with")
    return match[1], match[2], match[3]


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


_SLOTS = {
    "small_balance_write_off": "write_off",
    "small_credit_write_off": "write_off",
    "cash_sale": "invoice",
    "cash_return": "credit_note",
}


def slot_of(kind: str) -> str:
    """What ``numbering.use`` calls the series of a kind of document.

    >>> slot_of("small_balance_write_off"), slot_of("invoice")
    ('write_off', 'invoice')
    """
    return _SLOTS.get(kind, kind)


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
        return self.take([slot], [on])[0]

    def take(self, slots: Sequence[str], dates: Sequence[str]) -> list[str]:
        """The next number of each slot and date, one after the other."""
        rows: dict[tuple[str, str], list[int]] = {}
        places: dict[tuple[str, str], _Place] = {}
        known: dict[tuple[str, str], _Place] = {}
        for position, asked in enumerate(zip(slots, dates, strict=True)):
            place = known.get(asked)
            if place is None:
                place = known[asked] = self._place(*asked)
                places[place.key] = place
            rows.setdefault(place.key, []).append(position)
        numbers = [""] * len(slots)
        for key, positions in rows.items():
            for position, number in zip(
                positions, self._following(places[key], len(positions)), strict=True
            ):
                numbers[position] = number
        return numbers

    def row_of(self, slot: str, on: str) -> tuple[str, str]:
        """Series and row that number a slot on a date."""
        return self._place(slot, on).key

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

    def _following(self, place: _Place, count: int) -> list[str]:
        """The next ``count`` numbers of a row."""
        counter = self.counters.get(place.key)
        start = counter.last_number if counter else place.row.start_number
        first = 1 if counter else 0
        try:
            numbers = run_of(start, first, count, place.row.step, fixed=place.fixed)
        except OverflowError as error:
            raise exhausted(place.series, place.row) from error
        last = numbers[-1]
        if place.end is not None and ordinal(last) > place.end:
            raise exhausted(place.series, place.row)
        if place.warning is not None and ordinal(last) >= place.warning:
            self.warnings.append(f"number series {place.series.id} is near its end: {last}")
        taken = (counter.taken if counter else 0) + count
        self.counters[place.key] = SeriesCounter(self.company, *place.key, last, taken)
        return numbers


def exhausted(series: Series, row: Subsequence) -> ReskontraError:
    """RK741: the row of a series has no further number."""
    return ReskontraError.of(
        "RK741",
        f"number series {series.id!r} is exhausted at {row.end_number or 'its fixed width'}",
        help="raise end_number, or add a row with a new start_number, in numbering.yaml",
    )
