"""Explain a document: what it says and who made it, what settled it, by which payments, runs and
decisions, and what is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from reskontra.engine.ledger.balance import sign
from reskontra.engine.ledger.records import (
    Application,
    Customer,
    Decision,
    Document,
    DocumentDetail,
    DocumentLine,
    DocumentLink,
    DocumentReference,
    DocumentVat,
    OpenItem,
    Run,
)
from reskontra.engine.ports import Reader


class Use(NamedTuple):
    """One application on the document; amounts in minor units, negative = taken back."""

    date: str
    other: str
    """The document on the other side: ``payment P0000001``."""
    amount: int
    discount: int
    run: int
    actor: str
    rule: str
    """The rule that decided, ``manual`` for a person."""
    decision_id: str
    bank_line: int | None
    reverses: bool


@dataclass(frozen=True, slots=True)
class DocumentExplained:
    """A document with everything that was applied to it, in the order of the books."""

    document: Document
    customer: str
    """Number and name."""
    open_amount: int
    """Minor units, negative for credits."""
    uses: tuple[Use, ...]
    run: Run | None
    """The run that made it; ``None`` = it was imported."""
    detail: DocumentDetail | None
    """What was entered beside the amount; ``None`` = it was not entered here."""
    lines: tuple[DocumentLine, ...]
    vat: tuple[DocumentVat, ...]
    references: tuple[DocumentReference, ...]
    """Keys under which a payer may name it, beside its number."""
    corrects: tuple[str, ...]
    """Kind and number of the documents that it corrects."""


def explain_document(reader: Reader, document: Document) -> DocumentExplained:
    """What ``document`` says, who made it, what was applied to it, or used of it, and what is
    open.
    """
    applied = sorted(
        {
            *reader.records(Application, target_id=document.id),
            *reader.records(Application, source_id=document.id),
        },
        key=lambda a: a.id,
    )
    other_ids = sorted({_other(a, document) for a in applied})
    others = {d.id: d for d in reader.records(Document, id=other_ids)}
    runs = {r.id: r for r in reader.records(Run, id=sorted({a.run_id for a in applied}))}
    wanted = sorted({a.decision_id for a in applied})
    decisions = {d.decision_id: d for d in reader.records(Decision, decision_id=wanted)}
    customer = next(iter(reader.records(Customer, id=document.customer_id or 0)), None)
    left = sum(item.open_amount for item in reader.records(OpenItem, document_id=document.id))
    return DocumentExplained(
        document=document,
        customer=f"{customer.number} {customer.name}" if customer else "nobody known",
        open_amount=sign(document.kind) * left,
        uses=tuple(
            _use(a, others[_other(a, document)], runs[a.run_id], decisions.get(a.decision_id))
            for a in applied
        ),
        run=next(iter(reader.records(Run, id=document.run_id)), None) if document.run_id else None,
        detail=next(iter(reader.records(DocumentDetail, document_id=document.id)), None),
        lines=tuple(reader.records(DocumentLine, document_id=document.id)),
        vat=tuple(reader.records(DocumentVat, document_id=document.id)),
        references=tuple(
            reference
            for reference in reader.records(DocumentReference, document_id=document.id)
            if reference.kind != "number"
        ),
        corrects=_corrected(reader, document),
    )


def _corrected(reader: Reader, document: Document) -> tuple[str, ...]:
    links = reader.records(DocumentLink, document_id=document.id)
    ids = [link.other_id for link in links if link.kind == "corrects"]
    return tuple(f"{d.kind} {d.number}" for d in reader.records(Document, id=ids))


def _other(application: Application, document: Document) -> int:
    ours = application.target_id == document.id
    return application.source_id if ours else application.target_id


def _use(application: Application, other: Document, run: Run, decision: Decision | None) -> Use:
    return Use(
        application.applied_on, f"{other.kind} {other.number}", application.amount,
        application.discount, run.id, run.actor, decision.rule if decision else "",
        application.decision_id, decision.bank_line_id if decision else other.bank_line_id,
        application.reverses_id is not None,
    )  # fmt: skip
