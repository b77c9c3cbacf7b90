"""Periods (Swedish: *perioder*): the months of the ledger, and which of them are closed.

``soft``: nothing is booked there by a run; a controller still may, with a reason. ``hard``: nobody
books there. What takes a voucher of a closed period back is dated the first day of the first open
period.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

import polars as pl

from reskontra.engine.documents.terms import month_end
from reskontra.engine.errors import Exit, Problem, ReskontraError
from reskontra.engine.ledger.auditing import Actor
from reskontra.engine.ledger.records import (
    Application,
    Audit,
    Document,
    JournalEntry,
    PeriodLock,
    Run,
)
from reskontra.engine.ports import Reader

CONTROLLER = "controller"
"""The role that books in a softly closed period, with a reason."""


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


def period_states(reader: Reader) -> dict[str, str]:
    """Period -> ``open``, ``soft`` or ``hard``, for each that ever had a lock."""
    return {period: lock.state for period, lock in newest_locks(reader).items()}


def state_of(period: str, states: Mapping[str, str]) -> str:
    """Where a period stands. One that never had a lock is closed with those after it: what is
    open at the end of a month follows from all before.

    >>> states = {"2026-09": "open", "2026-10": "soft"}
    >>> [state_of(f"2026-{month}", states) for month in ("08", "09", "10", "11")]
    ['soft', 'open', 'soft', 'open']
    """
    if period in states:
        return states[period]
    later = {state for other, state in states.items() if other > period}
    return next((state for state in ("hard", "soft") if state in later), "open")


def first_open_day(day: str, states: Mapping[str, str]) -> str:
    """The day itself when its period is open, else the first day of the first open period after.

    >>> first_open_day("2026-11-20", {"2026-11": "soft", "2026-12": "hard"})
    '2027-01-01'
    """
    period = period_of(day)
    if state_of(period, states) == "open":
        return day
    while state_of(period, states) != "open":
        period = following(period)
    return f"{period}-01"


def closed_periods(days: Iterable[str], states: Mapping[str, str]) -> dict[str, str]:
    """Closed period -> ``soft`` or ``hard``, for those in which one of the days lies."""
    periods = sorted({period_of(day) for day in days})
    found = {period: state_of(period, states) for period in periods}
    return {period: state for period, state in found.items() if state != "open"}


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
    closed = closed_periods(days, period_states(reader))
    if CONTROLLER in actor.roles and actor.reason:
        closed = {period: state for period, state in closed.items() if state == "hard"}
    if closed:
        raise ReskontraError(refusals(closed), Exit.USAGE)


def refusals(closed: Mapping[str, str]) -> tuple[Problem, ...]:
    """RK860 for each closed period (period -> state)."""
    return tuple(_refusal(period, state) for period, state in closed.items())


def _refusal(period: str, state: str) -> Problem:
    ways = f"a controller opens it with `reskontra reopen {period} --reason ...`"
    if state == "soft":
        ways += ", or books in it with --reason"
    told = f"period {period} is closed ({state}): nothing is booked there"
    return Problem("RK860", told, help=ways)


def closed_periods_stayed(reader: Reader) -> Iterator[Problem]:
    """Nothing was booked in a period while it was closed, nor before it in one that never had a
    lock: for good by nobody, softly by nobody without a reason. Every closing and opening, and
    every run, has one deed in the audit trail: their order tells which runs fall in between.
    """
    locks = list(reader.records(PeriodLock))
    audits = reader.frame(Audit, ("id", "subject"))
    deeds, runs = (
        audits.filter(pl.col("subject").str.starts_with(kind))["id"] for kind in ("period:", "run:")
    )
    if len(deeds) != len(locks):
        yield Problem("RK867", f"{len(locks)} period_lock, {len(deeds)} deeds in the audit trail")
        return
    made = [(runs < deed).sum() for deed in deeds]
    booked = _booked(reader) if locks else pl.DataFrame()
    month, own = pl.col("day").str.head(7), [lock.period for lock in locks]
    for number, (lock, since) in enumerate(zip(locks, made, strict=True)):
        if lock.state == "open":
            continue
        later = (r for x, r in zip(locks[number + 1 :], made[number + 1 :], strict=True)
                 if x.period == lock.period)  # fmt: skip
        until = next(later, len(runs))
        wrong = booked.filter(
            (month == lock.period) | ((month < lock.period) & ~month.is_in(own)),
            pl.col("run_id").is_between(since + 1, until),
            (pl.col("reason") == "") | pl.lit(lock.state == "hard"),
        )
        for run in wrong["run_id"].unique().sort():
            yield Problem("RK867", f"run {run} booked in {lock.period}, closed ({lock.state})")


def _booked(reader: Reader) -> pl.DataFrame:
    """run_id, day, reason of all that was booked."""
    dated = pl.concat(
        [
            reader.frame(JournalEntry, ("run_id", "entry_date")).rename({"entry_date": "day"}),
            reader.frame(Document, ("run_id", "document_date")).rename({"document_date": "day"}),
            reader.frame(Application, ("run_id", "applied_on")).rename({"applied_on": "day"}),
        ]
    ).unique()
    runs = reader.frame(Run, ("id", "reason"))
    return dated.join(runs, left_on="run_id", right_on="id")
