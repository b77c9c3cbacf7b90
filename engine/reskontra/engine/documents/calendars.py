"""Days on which banks are closed: Saturdays, Sundays and what a calendar's rules say.

Rules: ``12-24`` every year · ``2027-03-05`` once · ``easter+39`` days from Easter Sunday · ``friday
06-19`` the first Friday from that day on.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache

from reskontra.engine.preferences.terms import Calendar, Roll

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_RULE = re.compile(
    r"(?P<day>\d\d-\d\d)|(?P<once>\d{4}-\d\d-\d\d)|easter(?P<easter>[+-]\d{1,3})"
    rf"|(?P<weekday>{'|'.join(_WEEKDAYS)}) (?P<start>\d\d-\d\d)"
)
_LEAP_YEAR = 2024


def is_rule(text: str) -> bool:
    """Whether ``text`` is a rule that gives a day.

    >>> is_rule("easter+39"), is_rule("2027-03-05"), is_rule("13-45"), is_rule("xmas")
    (True, True, False, False)
    """
    year = int(text[:4]) if text[:4].isdigit() else _LEAP_YEAR
    try:
        return _day(text, year) is not None
    except ValueError:
        return False


def easter(year: int) -> date:
    """Easter Sunday (Gregorian).

    >>> easter(2026)
    datetime.date(2026, 4, 5)
    """
    golden, century = year % 19, year // 100
    epact = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    epact -= epact // 28 * (1 - epact // 28 * (29 // (epact + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + epact + 2 - century + century // 4) % 7
    offset = epact - weekday
    month = 3 + (offset + 40) // 44
    return date(year, month, offset + 28 - 31 * (month // 4))


@lru_cache(maxsize=4096)
def closed_days(calendar: Calendar, year: int) -> frozenset[date]:
    """The closed days of a year beside weekends; 29 February is skipped where there is none."""
    found = set()
    for rule in calendar.closed:
        try:
            found.add(_day(rule, year))
        except ValueError:
            continue
    return frozenset(day for day in found if day is not None)


def is_open(day: date, calendar: Calendar) -> bool:
    """Whether banks work on ``day``."""
    return day.weekday() < _WEEKDAYS.index("saturday") and day not in closed_days(
        calendar, day.year
    )


def rolled(day: date, roll: Roll, calendar: Calendar) -> date:
    """``day``, moved to the next or the last open day if it is closed.

    >>> rolled(date(2026, 12, 5), "following", Calendar("SE", ("12-24",)))
    datetime.date(2026, 12, 7)
    """
    if roll == "none":
        return day
    step = timedelta(1 if roll == "following" else -1)
    while not is_open(day, calendar):
        day += step
    return day


def _day(rule: str, year: int) -> date | None:
    """The day that ``rule`` gives in ``year``, ``None`` for none; ``ValueError`` when it is no
    rule, or no day of that year.
    """
    found = _RULE.fullmatch(rule)
    if found is None:
        raise ValueError(f"'{rule}' is not a rule for a day")
    if found["once"]:
        once = date.fromisoformat(found["once"])
        return once if once.year == year else None
    if found["easter"]:
        return easter(year) + timedelta(int(found["easter"]))
    start = date.fromisoformat(f"{year}-{found['day'] or found['start']}")
    if not found["weekday"]:
        return start
    return start + timedelta((_WEEKDAYS.index(found["weekday"]) - start.weekday()) % 7)
