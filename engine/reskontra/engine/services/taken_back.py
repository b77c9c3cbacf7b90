"""What was taken back of documents and applications, found by what the books are indexed for."""

from __future__ import annotations

from collections.abc import Iterable

from reskontra.engine.ledger.records import (
    Application,
    Document,
    DocumentLink,
    JournalEntry,
    JournalLine,
)
from reskontra.engine.ports import Reader


def taken_back_by(reader: Reader, documents: Iterable[Document]) -> dict[int, Document]:
    """Id of each of these documents that was taken back -> the document that did it: a void of the
    same number, or a correction.
    """
    known = {document.id: document for document in documents}
    numbers = sorted({document.number for document in known.values()})
    links = reader.records(DocumentLink, other_id=sorted(known), kind="corrects")
    correcting = sorted({link.document_id for link in links})
    candidates = (
        *reader.records(Document, number=numbers),
        *reader.records(Document, id=correcting),
    )
    return {one.reverses_id: one for one in candidates if one.reverses_id in known}


def lines_back(reader: Reader, entries: Iterable[JournalEntry]) -> dict[int, list[JournalLine]]:
    """Id of each of these vouchers -> its lines with the opposite sign."""
    back: dict[int, list[JournalLine]] = {entry.id: [] for entry in entries}
    for line in reader.records(JournalLine, entry_id=list(back)):
        reversed_ = line._replace(amount=-line.amount, base_amount=-line.base_amount)
        back[line.entry_id].append(reversed_)
    return back


def corrections_of(reader: Reader, found: Document) -> list[Document]:
    """Documents that correct ``found`` and were not taken back themselves."""
    links = reader.records(DocumentLink, other_id=found.id, kind="corrects")
    others = list(reader.records(Document, id=sorted({link.document_id for link in links})))
    gone = taken_back_by(reader, others)
    return [other for other in others if other.id not in gone]


def uses_of(reader: Reader, documents: Iterable[Document]) -> list[Application]:
    """Applications of these documents, as credit or debit, that were not taken back; by id."""
    uses = _all_uses(reader, documents)
    gone = {use.reverses_id for use in uses.values()}
    return [
        use
        for identifier, use in sorted(uses.items())
        if use.reverses_id is None and identifier not in gone
    ]


def used_until(reader: Reader, documents: Iterable[Document]) -> dict[int, str]:
    """Document id -> the last day on which a use of it was taken back that had been made earlier:
    until then it counts.
    """
    uses = _all_uses(reader, documents)
    until: dict[int, str] = {}
    for use in uses.values():
        if use.reverses_id is not None and use.applied_on > uses[use.reverses_id].applied_on:
            for document in (use.source_id, use.target_id):
                until[document] = max(until.get(document, ""), use.applied_on)
    return until


def _all_uses(reader: Reader, documents: Iterable[Document]) -> dict[int, Application]:
    ids = sorted({document.id for document in documents})
    return {
        use.id: use
        for side in ("source_id", "target_id")
        for use in reader.records(Application, **{side: ids})
    }


def reversals_of(reader: Reader, applications: Iterable[Application]) -> dict[int, Application]:
    """Id of each of these applications that was taken back -> the application that did it."""
    ids = {use.id for use in applications}
    sources = sorted({use.source_id for use in applications})
    return {
        one.reverses_id: one
        for one in reader.records(Application, source_id=sources)
        if one.reverses_id in ids
    }
