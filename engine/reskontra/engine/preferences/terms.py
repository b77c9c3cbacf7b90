"""Credit terms (CS206500 *Betalningsvillkor*) and the calendars that due dates are rolled by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from reskontra.engine.preferences.by_id import by_id

Roll = Literal["none", "following", "preceding"]
DAYS_NET = re.compile(r"[0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class Discount:
    """A cash discount for early payment."""

    percent: int
    """1/10 000 of the amount to pay: 200 = 2 %."""
    days: int
    """Last day of the discount, counted from the document's date."""
    tolerance: Mapping[str, int]
    """Currency -> minor units by which a payment may fall short of what the discount leaves."""


@dataclass(frozen=True, slots=True)
class Terms:
    """When a document falls due, and what early payment is worth."""

    id: str
    description: str
    days: int
    months: int
    eom: Literal["", "before", "after"]
    """To the end of the month before or after days and months are counted; empty = not."""
    day: int | None
    """Day of the month that is reached, clipped to the month."""
    cutoff_day: int | None
    """A document dated after this day falls due one month later."""
    roll: Roll
    calendar: str
    """Id of a calendar; empty = the company's."""
    discount: Discount | None
    due_date_agreed: bool
    """The due date was agreed in advance, so that interest runs from it."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days on which banks are closed beside Saturdays and Sundays."""

    id: str
    closed: tuple[str, ...]
    """Rules: ``12-24`` (every year), ``2027-03-05``, ``easter+39``, ``friday 06-19`` (the first
    Friday from that day on)."""


@dataclass(frozen=True, slots=True)
class TermsPreferences:
    """All terms and calendars of a company."""

    codes: tuple[Terms, ...]
    default: str
    """Terms of a customer whose class names none."""
    calendars: tuple[Calendar, ...]
    calendar: str
    """The company's own calendar: effective due dates are rolled by it."""

    def terms(self, ident: str) -> Terms:
        """The terms with this id; a bare number that is no id is as many days net. ``KeyError``
        when there are none.
        """
        known = (terms.id == ident for terms in self.codes)
        if DAYS_NET.fullmatch(ident) and not any(known):
            told = f"{ident} days net"
            return Terms(
                ident, told, int(ident), 0, "", None, None, "none", "", None, due_date_agreed=True
            )
        return by_id(self.codes, ident)

    def calendar_of(self, ident: str = "") -> Calendar:
        """The calendar with this id, the company's own for none; ``KeyError`` when unknown."""
        return by_id(self.calendars, ident or self.calendar)
