"""Periods (Swedish: *perioder*): the months of the ledger, and which of them are closed.

``soft``: nothing is booked there by a run; a controller still may, with a reason. ``hard``: nobody
books there. What takes a voucher of a closed period back is dated the first day of the first open
period.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from reskontra.engine.documents.terms import month_end
from reskontra.engine.errors import Exit, Problem, ReskontraError
from reskontra.engine.ledger.auditing import Actor
from reskontra.engine.ledger.records import PeriodLock
from reskontra.engine.ports import Reader

CONTROLLER = "controller"
"""The role that books in a softly closed period, closes for good, and opens again."""


def period_of(day: str) -> str:
    """The period of an ISO date.

    >>> period_of("2026-11-30")
    '2026-11'
    """
    return day[:7]


def following(period: str) -> str:
    """The period after this one.

    >>> following("2026-12")
    '2027-01'
    """
    return period_of((_end(period) + timedelta(days=1)).isoformat())


def last_day(period: str) -> str:
    """The last day of a period.

    >>> last_day("2028-02")
    '2028-02-29'
    """
    return _end(period).isoformat()


def _end(period: str) -> date:
    return month_end(date.fromisoformat(f"{period}-01"))


def newest_locks(reader: Reader) -> dict[str, PeriodLock]:
    """The lock that holds for each period that ever had one."""
    return {lock.period: lock for lock in reader.records(PeriodLock)}


def closed_periods(reader: Reader) -> dict[str, str]:
    """Period -> ``soft`` or ``hard``, for those that are closed."""
    locks = newest_locks(reader)
    return {period: lock.state for period, lock in locks.items() if lock.state != "open"}


def first_open_day(day: str, closed: Mapping[str, str]) -> str:
    """The day itself when its period is open, else the first day of the first open period after.

    >>> first_open_day("2026-11-20", {"2026-11": "soft", "2026-12": "hard"})
    '2027-01-01'
    """
    period = period_of(day)
    if period not in closed:
        return day
    while period in closed:
        period = following(period)
    return f"{period}-01"


def not_booked(closed: Mapping[str, str]) -> dict[str, str]:
    """Closed period -> why nothing is booked there, as a plan says it.

    >>> not_booked({"2026-11": "soft"})
    {'2026-11': 'RK860 period 2026-11 is closed (soft): not booked'}
    """
    return {
        period: f"RK860 period {period} is closed ({state}): not booked"
        for period, state in closed.items()
    }


def require_open(reader: Reader, days: Iterable[str], actor: Actor) -> None:
    """Refuse to book on ``days`` (ISO) that lie in a closed period: RK860, one for each period.

    A controller who gives a reason may book in one that is closed softly.
    """
    closed = closed_periods(reader)
    if CONTROLLER in actor.roles and actor.reason:
        closed = {period: state for period, state in closed.items() if state == "hard"}
    refused = sorted({period_of(day) for day in days} & closed.keys())
    if refused:
        raise ReskontraError(
            tuple(_refusal(period, closed[period]) for period in refused), Exit.USAGE
        )


def _refusal(period: str, state: str) -> Problem:
    ways = f"a controller opens it with `reskontra reopen {period} --reason ...`"
    if state == "soft":
        ways += ", or books in it with --reason"
    told = f"period {period} is closed ({state}): nothing is booked there"
    return Problem("RK860", told, help=ways)
