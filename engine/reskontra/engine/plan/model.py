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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import polars as pl

from reskontra.engine.collection import no_collection
from reskontra.engine.json_text import canonical
from reskontra.engine.plan.columns import (
    ALLOCATION,
    AMOUNTS,
    POSTING,
    TEXTS,
    WHY_DETAILS,
    WHY_TEXTS,
    Columns,
    columns_of,
    record_texts,
)

PLAN_FORMAT = 2

BOOKED_OUTCOMES = ("apply", "open_payment", "cash_entry")
"""Outcomes that post to the journal; the closed list is completed by ``hide``, ``hold``,
``review``."""
OUTCOMES = (*BOOKED_OUTCOMES, "hide", "hold", "review")


def is_booked() -> pl.Expr:
    """Whether applying the plan posts a line (columns outcome and blocked)."""
    return pl.col("outcome").is_in(BOOKED_OUTCOMES) & (pl.col("blocked") == "")


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
    base_amount: int | None = None
    """In base currency; ``None`` = as ``amount``, the line is in base currency."""
    base_currency: str | None = None
    """Names it beside ``base_amount``."""


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
    several_customers: bool = False
    """The documents belong to several payer groups: each gets a payment of its own. Not in a
    foreign currency: there what stays unapplied could be worth a minor unit more or less."""
    paid: int = 0
    paid_currency: str = ""
    """What the line pays where its documents are in another currency, and this: allocations, what
    stays unapplied or is written off, and postings are in it. 0 and empty: as amount and currency.
    """
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

    @property
    def document_currency(self) -> str:
        """Of the documents and of all that is booked on them."""
        return self.paid_currency or self.currency

    def record(self) -> dict[str, Any]:
        """Plain data, stable keys."""
        values = {name: getattr(self, name) for name in self.__slots__}
        values["allocations"] = [asdict(allocation) for allocation in self.allocations]
        values["postings"] = [
            {name: value for name, value in asdict(posting).items() if value is not None}
            for posting in self.postings
        ]
        return values

    @classmethod
    def from_text(cls, text: str) -> PlannedLine:
        """The line that a decision record (``columns.record_texts``) tells.

        Raises ``ValueError``/``TypeError``/``KeyError`` when the text is not a record.
        """
        values = json.loads(text)
        values |= values.pop("why")
        values["allocations"] = tuple(Allocation(**a) for a in values["allocations"])
        values["postings"] = tuple(Posting(**p) for p in values["postings"])
        for name in ("evidence", "trace", "suggestions"):
            values[name] = tuple(values[name])
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a plan was made from; it cannot be applied to anything else."""

    kind: str
    """As ``Run.kind``."""
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


@dataclass(frozen=True, eq=False)
class Plan:
    """A basis and its planned lines: as texts, which are the truth, and as columns."""

    basis: Basis
    records: pl.Series
    """Text of each line (``columns.record_texts``), ordered by booking date and content: written
    to the file, hashed and stored as it stands."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Configuration and rules behind ``pack_hash``, by file: kept with the run."""
    made: Columns | None = field(default=None, repr=False)
    """The columns that the records were made from, where this program has just made them."""

    @cached_property
    def identifier(self) -> str:
        """The id that follows from its content."""
        return plan_id(canonical(self.basis.record()), record_lines(self.records), self.texts)

    @cached_property
    def columns(self) -> Columns:
        """What booking reads of the lines."""
        return columns_of(self.records) if self.made is None else self.made

    @cached_property
    def lines(self) -> tuple[PlannedLine, ...]:
        """Every line as an object: for plans and people that look at lines one by one."""
        with no_collection():
            return tuple(map(PlannedLine.from_text, self.records))


def plan_of(basis: Basis, lines: Sequence[PlannedLine], texts: Mapping[str, str]) -> Plan:
    """The plan of lines that were made one by one."""
    rows = [line.record() for line in lines]
    schema = {
        "n": pl.Int64, **dict.fromkeys(TEXTS, pl.String), **dict.fromkeys(AMOUNTS, pl.Int64),
        "several_customers": pl.Boolean,
    }  # fmt: skip
    parts = {
        name: pl.DataFrame(
            [
                {"n": n, "at": at, **part}
                for n, row in enumerate(rows)
                for at, part in enumerate(row[name])
            ],
            schema={"n": pl.Int64, "at": pl.Int64, **fields},
        )
        for name, fields in (("allocations", ALLOCATION), ("postings", POSTING))
    }
    columns = Columns(
        pl.DataFrame([{"n": n, **row} for n, row in enumerate(rows)], schema=schema),
        parts["allocations"],
        parts["postings"].drop("at"),
    )
    why = pl.DataFrame(
        [
            {name: row[name] for name in WHY_TEXTS}
            | {name: canonical(row[name]) for name in WHY_DETAILS}
            for row in rows
        ],
        schema=dict.fromkeys((*WHY_TEXTS, *WHY_DETAILS), pl.String),
    )
    return Plan(basis, record_texts(columns, why), texts, columns)


def decision_ids(basis: Basis, records: pl.Series) -> list[str]:
    """Id of each decision: 16 hexadecimal digits over what it was made from and what it says."""
    seed = f"{basis.company}\n{basis.revision}\n{basis.pack_hash}\n{basis.kind}\n".encode()
    begun = hashlib.blake2b(seed, digest_size=8)
    found = []
    for record in records.cast(pl.Binary):
        digest = begun.copy()
        digest.update(record)
        found.append(digest.hexdigest())
    return found


def plan_id(header: str, records: Iterable[bytes | memoryview], texts: Mapping[str, str]) -> str:
    """Id of a plan: 64 hexadecimal digits (SHA-256) over every byte of its content.

    ``records``: their texts, each behind a line feed, in pieces of any size.
    """
    digest = hashlib.sha256(header.encode())
    for piece in records:
        digest.update(piece)
    for name in sorted(texts):
        digest.update(f"\n{name}\n{texts[name]}".encode())
    return digest.hexdigest()


def record_lines(records: pl.Series) -> Iterator[bytes]:
    """The texts of a plan as ``plan_id`` and a plan file take them."""
    for part in records.to_frame("record").iter_slices(_JOINED_AT_A_TIME):
        yield b"\n" + part["record"].str.join("\n").item().encode()


_JOINED_AT_A_TIME = 10_000
