"""Works of the ledger: what is booked without a bank line, planned step by step before it moves.

A work is to the ledger what a plan is to the bank's lines: a basis and steps, as texts that are
hashed, kept and explained later. A step holds the records that it adds. Until it is booked they
have no ids: ``id`` is 0, an empty ``number`` takes the next of its series, and a document that the
step itself makes is named by -1, -2 ... in the order of ``documents``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import polars as pl

from reskontra.engine.json_text import canonical
from reskontra.engine.ledger.records import (
    Application,
    Document,
    DocumentDetail,
    DocumentLine,
    DocumentLink,
    DocumentVat,
    JournalEntry,
    JournalLine,
    Record,
)
from reskontra.engine.plan.model import Basis, plan_id, record_lines

R = TypeVar("R", bound=Record)

PASSING = ("revaluation", "reclassification", "expected_losses", "doubtful")
"""Kinds of works whose vouchers are reversed on the next day."""
WORKS = ("documents", "applications", "write_offs", "credit_losses", "voids", *PASSING)
"""Kinds of works, as ``Run.kind`` has them."""

VALUATION = "ar_allowance"
"""Role of what values receivables and is no document: it counts to no balance of documents, even
where a chart has it on their account."""

_GIVEN = frozenset({"company", "id", "run_id", "decision_id"})
"""Fields that booking fills."""


class Reference(NamedTuple):
    """A key under which a payer may name a document, beside its number."""

    kind: str
    """See ``DocumentReference.kind``."""
    value: str


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document that a step makes, with all that belongs to it."""

    document: Document
    references: tuple[Reference, ...] = ()
    details: tuple[DocumentDetail, ...] = ()
    """One, for a document that was entered here; none for a void or a write-off."""
    lines: tuple[DocumentLine, ...] = ()
    vat: tuple[DocumentVat, ...] = ()
    links: tuple[DocumentLink, ...] = ()


@dataclass(frozen=True, slots=True)
class Voucher:
    """A voucher that a step posts; its lines sum to zero per currency and in base currency."""

    entry: JournalEntry
    lines: tuple[JournalLine, ...]


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step: what is done to one subject, why, and the records that do it."""

    subject: str
    """``draft:12``, ``document:90`` (ids), ``customer:3`` or ``account:1510``."""
    because: str
    documents: tuple[NewDocument, ...] = ()
    applications: tuple[Application, ...] = ()
    vouchers: tuple[Voucher, ...] = ()
    before: tuple[tuple[int, int], ...] = ()
    """(document id, open amount) that the step was planned on."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What a person should see beside the amounts."""

    def text(self) -> str:
        """The record of the step, canonical JSON."""
        return canonical(
            {
                "subject": self.subject,
                "because": self.because,
                "documents": [
                    {name: _told(getattr(new, name)) for name in NewDocument.__slots__}
                    for new in self.documents
                ],
                "applications": _told(self.applications),
                "vouchers": [
                    {"entry": _told(voucher.entry), "lines": _told(voucher.lines)}
                    for voucher in self.vouchers
                ],
                "before": self.before,
                "facts": self.facts,
            }
        )

    @classmethod
    def from_text(cls, text: str, company: str) -> PlannedStep:
        """The step that a record tells."""
        told = json.loads(text)
        return cls(
            told["subject"],
            told["because"],
            tuple(_new_document(new, company) for new in told["documents"]),
            tuple(_record(Application, row, company) for row in told["applications"]),
            tuple(
                Voucher(
                    _record(JournalEntry, voucher["entry"], company),
                    tuple(_record(JournalLine, row, company) for row in voucher["lines"]),
                )
                for voucher in told["vouchers"]
            ),
            tuple((document, amount) for document, amount in told["before"]),
            told["facts"],
        )


@dataclass(frozen=True, eq=False)
class Work:
    """A basis and its steps."""

    basis: Basis
    records: pl.Series
    """Text of each step: what is hashed, kept and shown."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Configuration and rules behind ``pack_hash``, by file."""
    made: tuple[PlannedStep, ...] | None = field(default=None, repr=False)
    """The steps that the records were made from, where this program has just made them."""

    @cached_property
    def identifier(self) -> str:
        """The id that follows from its content."""
        return plan_id(canonical(self.basis.record()), record_lines(self.records), self.texts)

    @cached_property
    def steps(self) -> tuple[PlannedStep, ...]:
        """The steps as records."""
        if self.made is not None:
            return self.made
        return tuple(PlannedStep.from_text(text, self.basis.company) for text in self.records)


def work_of(basis: Basis, steps: Sequence[PlannedStep], texts: Mapping[str, str]) -> Work:
    """The work that does these steps in their order."""
    records = pl.Series("record", [step.text() for step in steps], pl.String)
    return Work(basis, records, texts, tuple(steps))


def document(company: str, kind: str, **fields: Any) -> Document:
    """A document that is to be made; fields that are not named are empty, all of it is open."""
    empty: dict[str, Any] = {
        "id": 0, "number": "", "branch": "", "due_date": None, "order_number": "",
        "external_number": "", "discount_date": None, "discount_amount": 0, "disputed": False,
        "migrated": False, "import_id": None, "run_id": 0, "decision_id": "",
        "reverses_id": None, "bank_line_id": None,
        "initial_open": fields["amount"],
    }  # fmt: skip
    return Document(company=company, kind=kind, **(empty | fields))


def application(
    company: str, source: int, target: int, amount: int, *, on: str, discount: int = 0
) -> Application:
    """A credit that is to be used on a debit; both by id, or -1 ... for the step's documents."""
    return Application(company, 0, source, target, amount, discount, on, 0, "", None)


class Move(NamedTuple):
    """What one account gets in a voucher: debit positive, minor units."""

    account: str
    role: str
    amount: int
    base_amount: int
    customer_id: int | None = None
    document_id: int | None = None


def voucher(company: str, *, on: str, text: str, currency: str, moves: Sequence[Move]) -> Voucher:
    """A voucher that is to be posted; moves of nothing are left out."""
    lines = [
        JournalLine(
            company, 0, 0, number, move.account, move.role, currency, move.amount,
            move.base_amount, move.customer_id, move.document_id,
        )
        for number, move in enumerate((m for m in moves if m.amount or m.base_amount), 1)
    ]  # fmt: skip
    return Voucher(JournalEntry(company, 0, "", "", on, text, 0, "", None), tuple(lines))


def _told(value: Any) -> Any:
    """A record, or records, without what booking gives."""
    if hasattr(value, "_asdict"):
        return {name: told for name, told in value._asdict().items() if name not in _GIVEN}
    return [_told(each) for each in value]


def _record(kind: type[R], told: Mapping[str, Any], company: str) -> R:
    """The record that ``_told`` told."""
    given: dict[str, Any] = {"company": company, "id": 0, "run_id": 0, "decision_id": ""}
    fields = {name: told.get(name, given.get(name)) for name in kind._fields}
    return kind(**fields)


_PARTS: tuple[tuple[str, type[Record]], ...] = (
    ("details", DocumentDetail), ("lines", DocumentLine), ("vat", DocumentVat),
    ("links", DocumentLink),
)  # fmt: skip


def _new_document(told: Mapping[str, Any], company: str) -> NewDocument:
    parts: dict[str, Any] = {
        name: tuple(_record(kind, row, company) for row in told[name]) for name, kind in _PARTS
    }
    return NewDocument(
        document=_record(Document, told["document"], company),
        references=tuple(Reference(**row) for row in told["references"]),
        **parts,
    )
