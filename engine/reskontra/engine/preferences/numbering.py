"""Number series (CS201010, AR101000 tab *Nummerserier*). Every posting series is gapless."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reskontra.engine.preferences.by_id import by_id


@dataclass(frozen=True, slots=True)
class Subsequence:
    """One row of a series: the numbers of one branch from one date on."""

    branch: str
    """Empty = all branches."""
    start_number: str
    end_number: str
    """Empty = unbounded: the digit run of ``start_number`` then grows."""
    start_date: date | None
    warning_number: str
    step: int


@dataclass(frozen=True, slots=True)
class Series:
    """A number series; ``rows`` sorted by branch and start date."""

    id: str
    description: str
    rows: tuple[Subsequence, ...]
    manual: bool = False
    number_at: str = "release"
    """``release`` | ``save``: when a draft of a document takes its number."""


@dataclass(frozen=True, slots=True)
class NumberingPreferences:
    """All series of a company and which document kind uses which."""

    series: tuple[Series, ...]
    use: dict[str, str]
    """Document kind (``invoice``, ``payment``, ``write_off`` ...) or ``journal`` -> id of a
    series."""

    def series_for(self, slot: str) -> Series:
        """The series that numbers ``slot``; ``KeyError`` when none is configured."""
        return by_id(self.series, self.use[slot])
