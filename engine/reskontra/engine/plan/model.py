"""What a plan holds (Swedish: *förslag*): one planned line per bank line, each with its postings.

A plan is content: company, ledger revision, pack hash, as-of date and planned lines. Its id and
the ids of its decisions
derive from that content, so the same work has the same ids everywhere, and a plan that was altered
no longer fits its id.
Amounts are minor units; every planned line balances per currency.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Literal

from reskontra.engine.collection import no_collection
from reskontra.engine.plan.told import ToldFacts, ToldRows

PLAN_FORMAT = 1
PlanKind = Literal["match", "resolve"]

BOOKED_OUTCOMES = ("apply", "open_payment", "cash_entry")
"""Outcomes that post to the journal; the closed list is completed by ``hide``, ``hold``,
``review``."""
OUTCOMES = (*BOOKED_OUTCOMES, "hide", "hold", "review")


@dataclass(frozen=True, slots=True)
class Allocation:
    """Part of the money (or of a credit note) that goes to one document."""

    document: int
    number: str
    kind: str
    customer: str
    account: str
    sign: int
    """+1 a document that is settled, -1 a credit note that helps to settle it."""
    before: int
    """Open amount before this line."""
    paid: int
    """From the bank line or, for a credit note, used of it; while it is proposed: wanted."""
    discount: int = 0
    write_off: int = 0

    @property
    def after(self) -> int:
        """Open amount after this line: before - paid - discount - write-off, never below zero."""
        return self.before - self.paid - self.discount - self.write_off


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of the voucher; debit positive."""

    account: str
    role: str
    amount: int
    customer: str = ""


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """One bank line with its decision: the record that ``explain`` reads later."""

    line: int
    """Id of the bank line."""
    source_id: str
    cash_account: str
    booking_date: str
    amount: int
    currency: str
    payer: str
    text: str
    reference: str
    outcome: str
    treat: str
    tier: str
    rule: str
    rule_at: str
    because: str
    relevance: int
    runner_up: int
    customer: str
    """Number of the customer, empty = unknown."""
    account: str
    """Ledger account that takes an unallocated or a cash entry amount."""
    role: str
    allocations: tuple[Allocation, ...] = ()
    postings: tuple[Posting, ...] = ()
    unapplied: int = 0
    """What stays an open payment."""
    written_off: int = 0
    """Credit written off (over by a rounding difference)."""
    blocked: str = ""
    """Why this line cannot be booked (``RK7nn ...``), found while planning."""
    state: str = "new"
    """State of the bank line when the plan was made."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    evidence: Sequence[Mapping[str, Any]] = ()
    trace: Sequence[Mapping[str, Any]] = ()
    suggestions: Sequence[Mapping[str, Any]] = ()

    @property
    def is_booked(self) -> bool:
        """Whether applying the plan posts this line."""
        return self.outcome in BOOKED_OUTCOMES and not self.blocked

    def record(self) -> dict[str, Any]:
        """The decision record: plain data, stable keys."""
        values = {name: getattr(self, name) for name in self.__slots__}
        values["allocations"] = [_plain(allocation) for allocation in self.allocations]
        values["postings"] = [_plain(posting) for posting in self.postings]
        values["facts"] = dict(self.facts)
        for name in ("evidence", "trace", "suggestions"):
            values[name] = list(values[name])
        return values

    def record_text(self) -> str:
        """``canonical(self.record())``, put together without making the record (a tenth of the
        time).
        """
        return _RECORD % (
            _quoted(self.account), ",".join(map(_allocation_text, self.allocations)), self.amount,
            _quoted(self.because), _quoted(self.blocked), _quoted(self.booking_date),
            _quoted(self.cash_account), _quoted(self.currency), _quoted(self.customer),
            _text(self.evidence), _text(self.facts), self.line, _quoted(self.outcome),
            _quoted(self.payer), ",".join(map(_posting_text, self.postings)),
            _quoted(self.reference), self.relevance, _quoted(self.role), _quoted(self.rule),
            _quoted(self.rule_at), self.runner_up, _quoted(self.source_id), _quoted(self.state),
            _text(self.suggestions), _quoted(self.text), _quoted(self.tier), _text(self.trace),
            _quoted(self.treat), self.unapplied, self.written_off,
        )  # fmt: skip

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> PlannedLine:
        """Inverse of ``record``; ``TypeError``/``KeyError`` when the record is not one."""
        values = dict(record)
        values["allocations"] = tuple(Allocation(**a) for a in values.get("allocations", ()))
        values["postings"] = tuple(Posting(**p) for p in values.get("postings", ()))
        for name in ("evidence", "trace", "suggestions"):
            values[name] = tuple(values.get(name, ()))
        return cls(**values)

    @classmethod
    def from_text(cls, text: str) -> PlannedLine:
        """Inverse of ``record_text``; its details stay text until somebody looks at them.

        Raises ``ValueError``/``TypeError``/``KeyError`` when the text is not a record.
        """
        cuts, at = [0], 0
        for mark in _CUTS:
            at = text.find(mark, at)
            if at < 0:  # not as this program writes it: read all of it
                return cls.from_record(json.loads(text))
            cuts.append(at + 1)
        first, evidence, facts, second, suggestions, third, trace, rest = (
            text[start : end - 1]
            for start, end in zip(cuts, [*cuts[1:], len(text) + 1], strict=True)
        )
        record = json.loads(f"{first},{second},{third},{rest}")
        record["allocations"] = tuple(Allocation(**a) for a in record["allocations"])
        record["postings"] = tuple(Posting(**p) for p in record["postings"])
        return cls(
            evidence=ToldRows(evidence[11:]), facts=ToldFacts(facts[8:]),
            trace=ToldRows(trace[8:]), suggestions=ToldRows(suggestions[14:]), **record,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Basis:
    """What a plan was made from; it cannot be applied to anything else."""

    kind: PlanKind
    company: str
    revision: int
    pack_hash: str
    as_of: str
    engine_version: str
    overrides: tuple[str, ...] = ()
    """``--set`` values: never stored in files, always recorded here."""
    audit_id: int = 0
    """Last audit record when the plan was made: what came later is what moved."""

    def record(self) -> dict[str, Any]:
        """Plain data for the plan file's header."""
        return {"format": PLAN_FORMAT, **asdict(self)}


@dataclass(frozen=True)
class Plan:
    """A basis and its planned lines, ordered by booking date and line id."""

    basis: Basis
    lines: tuple[PlannedLine, ...]
    texts: Mapping[str, str] = field(default_factory=dict)
    """Configuration and rules behind ``pack_hash``, by file: kept with the run."""
    read: tuple[str, ...] | None = field(default=None, compare=False, repr=False)
    """Canonical text of each line where the plan was read from its file; else made when asked."""

    @cached_property
    def records(self) -> tuple[str, ...]:
        """Canonical text of each line: written to the file, hashed and stored as it stands.

        Made once per plan: one text costs as much as planning a line.
        """
        if self.read is not None:
            return self.read
        with no_collection():
            return tuple(line.record_text() for line in self.lines)


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(data: Any) -> str:
    """The one JSON form of plain data: sorted keys, no blanks, text as it is."""
    return _ENCODER.encode(data)


_quoted = json.encoder.encode_basestring
_RECORD = (
    '{"account":%s,"allocations":[%s],"amount":%d,"because":%s,"blocked":%s,"booking_date":%s,'
    '"cash_account":%s,"currency":%s,"customer":%s,"evidence":%s,"facts":%s,"line":%d,'
    '"outcome":%s,"payer":%s,"postings":[%s],"reference":%s,"relevance":%d,"role":%s,"rule":%s,'
    '"rule_at":%s,"runner_up":%d,"source_id":%s,"state":%s,"suggestions":%s,"text":%s,"tier":%s,'
    '"trace":%s,"treat":%s,"unapplied":%d,"written_off":%d}'
)
_CUTS = (
    ',"evidence":[', ',"facts":{', ',"line":', ',"suggestions":[', ',"text":', ',"trace":[',
    ',"treat":',
)  # fmt: skip
"""Where a record is cut to take its details out unread. Inside a text every quote is escaped, so
these can only be keys, and no detail has a key of such a name."""
_ALLOCATION = (
    '{"account":%s,"before":%d,"customer":%s,"discount":%d,"document":%d,"kind":%s,"number":%s,'
    '"paid":%d,"sign":%d,"write_off":%d}'
)
_POSTING = '{"account":%s,"amount":%d,"customer":%s,"role":%s}'


def _allocation_text(a: Allocation) -> str:
    return _ALLOCATION % (
        _quoted(a.account), a.before, _quoted(a.customer), a.discount, a.document,
        _quoted(a.kind), _quoted(a.number), a.paid, a.sign, a.write_off,
    )  # fmt: skip


def _posting_text(p: Posting) -> str:
    return _POSTING % (_quoted(p.account), p.amount, _quoted(p.customer), _quoted(p.role))


def _text(part: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> str:
    return part.text if isinstance(part, ToldFacts | ToldRows) else canonical(part)


def _plain(part: Allocation | Posting) -> dict[str, Any]:
    """Fields by name; ``dataclasses.asdict`` copies deeply and takes ten times as long."""
    return {name: getattr(part, name) for name in part.__slots__}


def decision_id(basis: Basis, record: str) -> str:
    """Id of one decision: 16 hexadecimal digits over what it was made from and what it says."""
    seed = f"{basis.company}\n{basis.revision}\n{basis.pack_hash}\n{basis.kind}\n{record}"
    return hashlib.blake2b(seed.encode(), digest_size=8).hexdigest()


def plan_id(header: str, records: Iterable[str], texts: Mapping[str, str]) -> str:
    """Id of a plan: 64 hexadecimal digits (SHA-256) over every byte of its content."""
    digest = hashlib.sha256(header.encode())
    for record in records:
        digest.update(b"\n")
        digest.update(record.encode())
    for name in sorted(texts):
        digest.update(f"\n{name}\n{texts[name]}".encode())
    return digest.hexdigest()
