"""What auditors ask: who did what, what went past a rule or a limit, is a number missing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reskontra.engine.ledger.records import Audit, Document, Draft
from reskontra.engine.ledger.series_use import series_in_use
from reskontra.engine.ledger.write_off_limits import BALANCE, CREDIT
from reskontra.engine.ports import Reader

Row = dict[str, Any]
_ALWAYS: Mapping[str, str] = {
    "approve draft": "credit check overridden",
    "grant approval": "second person approved",
    "raise credit limit": "limit raised",
    "unlock": "preference unlocked",
    "reopen period": "period reopened",
    "reopen cut-over": "cut-over reopened",
    "book credit_losses": "credit loss",
}
"""Action -> what is told of it, whatever its detail is."""
_FIELDS: Mapping[str, str] = {
    "bank_accounts_added": "account changed",
    "payment_methods.": "account changed",
    "direct_debit.": "account changed",
    "write_off": "write-off limit changed",
    "credit.": "credit terms changed",
    "credit_": "credit terms changed",
    "dunning.blocked": "dunning blocked",
}
"""How the name of a customer's field begins -> what is told of its change."""
_LISTED = 5
"""So many numbers are told of a row."""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which rows of the audit trail to list; an empty field filters nothing."""

    since: str = ""
    """ISO date."""
    actor: str = ""
    action: str = ""
    """How it begins: ``import``."""
    subject: str = ""
    """``customer:1042``; ``customer`` = of every customer."""

    def passes(self, row: Audit) -> bool:
        """Whether a row is wanted."""
        about = row.subject == self.subject or row.subject.startswith(f"{self.subject}:")
        return (
            (about or not self.subject)
            and row.at >= self.since
            and self.actor in ("", row.actor)
            and row.action.startswith(self.action)
        )


def audit_rows(reader: Reader, wanted: AuditFilter) -> Iterator[Row]:
    """The audit trail, the newest first."""
    for row in reversed([row for row in reader.records(Audit) if wanted.passes(row)]):
        yield {
            "id": row.id, "date": row.at[:16].replace("T", " "), "actor": row.actor,
            "action": row.action, "subject": row.subject, "reason": row.reason,
            "detail": row.detail,
        }  # fmt: skip


def overrides(reader: Reader, since: str = "") -> Iterator[Row]:
    """What went past a rule or a limit, or moved one, since a day (ISO date), the newest first:
    overridden checks, raised limits, changed accounts, write-offs, reopened periods.
    """
    written_off: dict[str, list[str]] = {}
    for document in reader.records(Document, kind=[BALANCE, CREDIT]):
        written_off.setdefault(f"run:{document.run_id}", []).append(document.number)
    for row in audit_rows(reader, AuditFilter(since=since)):
        for what in _told(row, written_off):
            yield {"what": what, **row}


def _told(row: Row, written_off: Mapping[str, list[str]]) -> Iterator[str]:
    """What an audit row is listed for: nothing, or once for each."""
    if row["action"] in _ALWAYS:
        yield _ALWAYS[row["action"]]
    elif row["action"].startswith("close period") and row["detail"]:
        yield "period closed with points open"
    elif row["action"] == "change customer":
        names = json.loads(row["detail"])
        begins = {start for start in _FIELDS if any(name.startswith(start) for name in names)}
        yield from dict.fromkeys(told for start, told in _FIELDS.items() if start in begins)
    elif row["action"] != "undo" and (numbers := written_off.get(row["subject"])):
        yield f"write-off {', '.join(numbers[:_LISTED])}" + (
            f" and {len(numbers) - _LISTED} more" if len(numbers) > _LISTED else ""
        )


def series_rows(reader: Reader) -> Iterator[Row]:
    """Every row of every series: its first and last number, how many are in use, which are
    missing, and why drafts that had one were voided.
    """
    reasons = _void_drafts(reader)
    for use in series_in_use(reader):
        missing = [use.number(hole) for hole in use.holes[:_LISTED]]
        more = len(use.holes) - len(missing)
        yield {
            "series": ", ".join(dict.fromkeys(use.series)), "of": use.table,
            "from": use.start, "first": use.number(use.first),
            "last": use.number(use.last), "used": use.used, "taken": use.taken,
            "unbroken": use.is_unbroken and use.used == use.taken,
            "missing": ", ".join(missing) + (f" and {more} more" if more else ""),
            "voided": ", ".join(f"{number} ({reasons[number]})" for number in use.voided),
        }  # fmt: skip


def _void_drafts(reader: Reader) -> dict[str, str]:
    """The numbers of voided drafts, and why they were voided."""
    numbers = {f"draft:{one.id}": one.number for one in reader.records(Draft, status="voided")}
    rows = reader.records(Audit, subject=sorted(numbers))
    return {
        numbers[row.subject]: row.reason or row.subject
        for row in rows
        if row.action == "void draft"
    }
