"""Preferences that may not change once they were used: what was used, and who unlocked it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from reskontra.engine.ledger.acts import Act
from reskontra.engine.ledger.auditing import Actor, Deed, record_deeds
from reskontra.engine.ledger.records import (
    Audit,
    BankLine,
    DocumentReference,
    Run,
    SeriesCounter,
)
from reskontra.engine.ports import Books, Reader
from reskontra.engine.services.approvals import Permit, unasked

_UNLOCK = "unlock"
_AT_A_TIME = 50
"""Runs read at a time."""


def configured_runs(reader: Reader) -> Iterator[Run]:
    """The newest run of each configuration, the newest first, read as far as it is asked; an undo
    has none of its own.
    """
    seen = set()
    for last in range(reader.last_id(Run), 0, -_AT_A_TIME):
        ids = list(range(max(1, last - _AT_A_TIME + 1), last + 1))
        for run in reversed(list(reader.records(Run, id=ids))):
            if run.kind != "undo" and run.pack_hash not in seen:
                seen.add(run.pack_hash)
                yield run


def is_used(reader: Reader, key: Sequence[str], value: Any) -> bool:
    """Whether anything was booked by this key while it had ``value``."""
    match tuple(key[:2]):
        case ("numbering", "use"):
            return bool(reader.count(SeriesCounter, series=str(value)))
        case ("numbering", _):
            return bool(reader.count(SeriesCounter, series=key[2]))
        case ("cash_accounts", account):
            return bool(reader.count(BankLine, cash_account=account))
        case ("references", _):
            return bool(reader.count(DocumentReference, kind="payment_reference"))
    return True


def is_unlocked(reader: Reader, key: Sequence[str], run: Run) -> bool:
    """Whether somebody unlocked the key, or all above it, since that run."""
    since = min((row.id for row in reader.records(Audit, subject=f"run:{run.id}")), default=0)
    subjects = [_subject(key[:length]) for length in range(1, len(key) + 1)]
    rows = reader.records(Audit, subject=subjects)
    return any(row.action == _UNLOCK and row.id > since for row in rows)


def unlock(books: Books, key: Sequence[str], actor: Actor, permit: Permit = unasked) -> None:
    """Let a locked key change before the next run; the actor's reason stands in the audit trail."""
    with books.write() as writer:
        permit(writer, [Act("unlocks", _subject(key), "may change until the next run")])
        record_deeds(writer, actor, [Deed(_UNLOCK, _subject(key))])


def _subject(key: Sequence[str]) -> str:
    return f"config:{'.'.join(key)}"
