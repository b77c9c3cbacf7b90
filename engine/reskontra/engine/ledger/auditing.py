"""The audit trail (Swedish: *behandlingshistorik*): who did what, chained row to row.

Every row carries a hash over the row before, so that none can be changed, dropped or put in
between without every later hash being wrong.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from reskontra.engine.errors import Problem
from reskontra.engine.json_text import canonical
from reskontra.engine.ledger.records import Audit
from reskontra.engine.ports import Reader, Writer


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it, why, and when (the only clock time; it takes part in no id)."""

    login: str
    reason: str
    at: str
    roles: tuple[str, ...] = ()
    """What the person may do here, as ``users.yaml`` says."""


class Deed(NamedTuple):
    """What one audit row tells."""

    action: str
    subject: str
    detail: str = ""


def record_deeds(writer: Writer, actor: Actor, deeds: Sequence[Deed]) -> None:
    """Append audit rows, each chained to the row before."""
    last, before = head_of(writer)
    rows = []
    for number, deed in enumerate(deeds, last + 1):
        row = Audit(
            writer.company, number, actor.login, deed.action, deed.subject, actor.reason,
            deed.detail, actor.at, "",
        )  # fmt: skip
        before = link(before, row)
        rows.append(row._replace(chain=before))
    writer.append(rows)


def link(before: str, row: Audit) -> str:
    """The hash of a row after the hash ``before``."""
    told = [before, *row[:-1]]
    return hashlib.sha256(canonical(told).encode()).hexdigest()


def head_of(reader: Reader) -> tuple[int, str]:
    """How many rows the trail has, and the hash of the last: it stands for all of them."""
    last = reader.last_id(Audit)
    return last, next((row.chain for row in reader.records(Audit, id=last)), "")


def audit_is_chained(reader: Reader) -> Iterator[Problem]:
    """Every row of the audit trail follows from the row before it."""
    before = ""
    for row in reader.records(Audit):
        if row.chain != link(before, row):
            yield Problem(
                "RK765",
                f"audit {row.id}: its hash does not follow from the row before; this row or an "
                "earlier one was changed",
            )
        before = row.chain
