"""Close a period (Swedish: *stänga en period*): what is left to do in it, close it, open it again.

Every point of the checklist is looked up in the books; nobody ticks anything off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from reskontra.engine.documents.calendars import rolled
from reskontra.engine.errors import Exit, Problem, ReskontraError
from reskontra.engine.ledger.auditing import Actor, Deed, record_deeds
from reskontra.engine.ledger.periods import (
    following,
    last_day,
    newest_locks,
    period_of,
    period_states,
    state_of,
)
from reskontra.engine.ledger.records import (
    OPEN_STATUSES,
    Draft,
    ImportFile,
    JournalEntry,
    PeriodLock,
    StatementRecord,
    Step,
)
from reskontra.engine.ledger.transfers import waiting_vouchers
from reskontra.engine.ports import Books, Reader, Writer
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.check import check
from reskontra.engine.services.month_end import plan_revaluation, standing_run


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that is to be done before a period is closed."""

    name: str
    left: str
    """What is left to do; empty = done, or not needed."""
    help: str


@dataclass(frozen=True, slots=True)
class Checklist:
    """What is done and what is left to do in a period, in the order of the work."""

    period: str
    revision: int
    """Of the books that were looked at."""
    points: tuple[Point, ...]


def checklist(books: Books, period: str, preferences: Preferences) -> Checklist:
    """Look everything up for a period (``2026-11``)."""
    with books.read() as reader:
        revision = reader.revision()
        points = [
            Point(name, left(reader, period, preferences), help_.format(end=last_day(period)))
            for name, left, help_ in _POINTS
        ]
    broken = len(check(books))
    proved = f"faults: {broken}" if broken else ""
    points.append(Point("books proved", proved, "`reskontra check` names them"))
    return Checklist(period, revision, tuple(points))


def _drafts(reader: Reader, period: str, _: Preferences) -> str:
    drafts = reader.frame(Draft, ("id", "document_date"), status=OPEN_STATUSES).filter(
        pl.col("document_date").str.head(7) == period
    )["id"]
    return f"{len(drafts)} dated in it, the first is draft:{drafts[0]}" if len(drafts) else ""


def _cash_accounts(reader: Reader, period: str, preferences: Preferences) -> str:
    wanted = _last_bank_day(period, preferences)
    withdrawn = reader.frame(ImportFile, ("withdraws_id",), kind="withdrawal")["withdraws_id"]
    statements = reader.frame(
        StatementRecord, ("cash_account", "booking_date", "import_id"), carries_money=True
    ).filter(~pl.col("import_id").is_in(withdrawn.drop_nulls().implode()))
    newest = dict(statements.group_by("cash_account").agg(pl.col("booking_date").max()).iter_rows())
    late = [
        f"{cash.id} ({newest.get(cash.id) or 'never'})"
        for cash in preferences.cash_accounts
        if newest.get(cash.id, "") < wanted
    ]
    return f"not up to {wanted}: {', '.join(late)}" if late else ""


def _last_bank_day(period: str, preferences: Preferences) -> str:
    end = date.fromisoformat(last_day(period))
    return rolled(end, "preceding", preferences.terms.calendar_of()).isoformat()


def _bank_lines(reader: Reader, period: str, _: Preferences) -> str:
    waiting = reader.line_frame(("new", "review", "hold", "taken_back"), f"{period}-01")
    lines = waiting.filter(pl.col("booking_date") <= last_day(period))["id"]
    return f"{len(lines)} undecided, the first is line:{lines[0]}" if len(lines) else ""


def _revaluation(reader: Reader, period: str, preferences: Preferences) -> str:
    """Done when what would be booked now is what was booked, be it nothing."""
    on = last_day(period)
    try:
        wanted = [step.text() for step in plan_revaluation(reader, on, preferences)]
    except ReskontraError as without_rate:
        return "; ".join(problem.message for problem in without_rate.problems)
    run = standing_run(reader, "revaluation", on)
    booked = [step.record for step in reader.records(Step, run_id=run)] if run else []
    if wanted == booked:
        return ""
    return f"run:{run} does not fit what is open on {on}" if run else "not done"


def _transfers(reader: Reader, period: str, _: Preferences) -> str:
    waiting = waiting_vouchers(reader).filter(pl.col("entry_date") <= last_day(period))
    return f"{waiting.height} up to {last_day(period)} wait" if waiting.height else ""


_POINTS: tuple[tuple[str, Callable[[Reader, str, Preferences], str], str], ...] = (
    ("drafts released", _drafts, "release or discard them, or date them in an open period"),
    ("bank files imported", _cash_accounts, "`reskontra import bank FILE`"),
    ("bank lines decided", _bank_lines, "`reskontra match`, then `reskontra resolve line:N`"),
    ("currencies revalued", _revaluation, "`reskontra settle revaluation --on {end} --apply`"),
    ("vouchers transferred", _transfers, "`reskontra transfer create`"),
)  # fmt: skip


def close(books: Books, checklist: Checklist, *, hard: bool, actor: Actor) -> str:
    """Close the period of a checklist, softly or for good; gives its new state.

    Raises ``ReskontraError``: RK862 points are left (softly it is closed all the same with a
    reason), RK863 an earlier period is not closed so, RK864 it is closed so already, RK866 it has
    not ended, RK710 the books have moved since.
    """
    period, state = checklist.period, "hard" if hard else "soft"
    if last_day(period) >= actor.at[:10]:
        raise _refused("RK866", f"period {period} ends on {last_day(period)}, which is not past")
    with books.write(expected_revision=checklist.revision) as writer:
        _require_state(writer, period, ("open",) if state == "soft" else ("open", "soft"))
        _require_earlier_closed(writer, period, hard=hard)
        left = [point for point in checklist.points if point.left]
        if left and (hard or not actor.reason):
            raise ReskontraError(tuple(_left(point, hard=hard) for point in left), Exit.FINDINGS)
        told = "; ".join(f"{point.name}: {point.left}" for point in left)
        _lock(writer, period, state, actor, told)
    return state


def _left(point: Point, *, hard: bool) -> Problem:
    ways = "" if hard else "; or close all the same with --reason"
    return Problem("RK862", f"{point.name}: {point.left}", help=f"{point.help}{ways}")


def reopen(books: Books, period: str, *, actor: Actor) -> None:
    """Open a closed period again; who did it and why stay in the audit trail.

    Raises ``ReskontraError`` RK864 when it is not closed.
    """
    with books.write() as writer:
        was = _require_state(writer, period, ("soft", "hard"))
        _lock(writer, period, "open", actor, f"was {was}")


def _require_state(reader: Reader, period: str, wanted: Sequence[str]) -> str:
    """The state of a period; RK864 when it is none of ``wanted``."""
    state = state_of(period, period_states(reader))
    if state not in wanted:
        stands = "open" if state == "open" else f"closed ({state})"
        raise _refused("RK864", f"period {period} is {stands} already")
    return state


def _require_earlier_closed(reader: Reader, period: str, *, hard: bool) -> None:
    """RK863: periods are closed one after the other, from the first with a voucher on."""
    states = period_states(reader)
    enough = ("hard",) if hard else ("soft", "hard")
    opened = {earlier for earlier in states if earlier < period}
    left = [
        earlier
        for earlier in sorted({*_periods_before(reader, period), *opened})
        if states.get(earlier) not in enough
    ]
    if left:
        so, option = (" for good", " --hard") if hard else ("", "")
        raise _refused(
            "RK863", f"before {period}, these are not closed{so}: {', '.join(left)}",
            f"begin with `reskontra close {left[0]}{option}`",
        )  # fmt: skip


def _periods_before(reader: Reader, period: str) -> Iterator[str]:
    """The periods from the first voucher up to ``period``, without it."""
    first = reader.frame(JournalEntry, ("entry_date",))["entry_date"].min()
    earlier = period_of(str(first)) if first else period
    while earlier < period:
        yield earlier
        earlier = following(earlier)


def _refused(code: str, message: str, help_: str = "") -> ReskontraError:
    ways = help_ or "`reskontra show periods` tells where each stands"
    return ReskontraError.of(code, message, help=ways, exit_code=Exit.USAGE)


def _lock(writer: Writer, period: str, state: str, actor: Actor, told: str) -> None:
    writer.append(
        [
            PeriodLock(
                writer.company, writer.last_id(PeriodLock) + 1, period, state, actor.login,
                actor.reason, actor.at,
            )
        ]
    )  # fmt: skip
    action = "reopen period" if state == "open" else f"close period ({state})"
    record_deeds(writer, actor, [Deed(action, f"period:{period}", told)])


def periods(reader: Reader) -> Iterator[dict[str, str | int]]:
    """Every period with vouchers or a lock, oldest first, and where it stands."""
    locks, states = newest_locks(reader), period_states(reader)
    vouchers = _per_month(reader.frame(JournalEntry, ("entry_date",)))
    waiting = _per_month(waiting_vouchers(reader))
    for period in sorted({*vouchers, *locks}):
        lock = locks.get(period)
        yield {
            "period": period, "state": state_of(period, states),
            "vouchers": vouchers.get(period, 0), "not_transferred": waiting.get(period, 0),
            "since": lock.at[:10] if lock else "", "actor": lock.actor if lock else "",
            "reason": lock.reason if lock else "",
        }  # fmt: skip


def _per_month(entries: pl.DataFrame) -> dict[str, int]:
    month = pl.col("entry_date").str.head(7).alias("period")
    return dict(entries.group_by(month).len().iter_rows())
