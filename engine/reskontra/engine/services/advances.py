"""What documents hold as advances with VAT: see ``documents.advances``."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from reskontra.engine.documents.advances import Advance
from reskontra.engine.ledger.records import (
    Document,
    DocumentLine,
    DocumentLink,
    DocumentVat,
    JournalLine,
)
from reskontra.engine.ports import Reader
from reskontra.engine.services.taken_back import corrections_of

_KINDS = ("invoice", "cash_sale")


def advances_of(reader: Reader, documents: Iterable[Document]) -> dict[int, Advance]:
    """Those of these documents whose lines were booked on prepayments, by id."""
    found = {}
    for document in documents:
        if document.kind not in _KINDS:
            continue
        booked = reader.records(JournalLine, document_id=document.id, role="prepayment")
        accounts = {line.account for line in booked}
        lines = [
            line
            for line in reader.records(DocumentLine, document_id=document.id)
            if line.account in accounts and line.net > 0
        ]
        if lines:
            vat = reader.records(DocumentVat, document_id=document.id)
            rates = {row.vat_code: int(Decimal(row.rate) * 100) for row in vat}
            settled_by = _settled_by(reader, document)
            found[document.id] = Advance(document, tuple(lines), rates, settled_by)
    return found


def _settled_by(reader: Reader, document: Document) -> str:
    links = reader.records(DocumentLink, other_id=document.id, kind="advance")
    finals = reader.records(Document, id=sorted(link.document_id for link in links))
    standing = [final for final in finals if not corrections_of(reader, final)]
    return next((one.number for one in (*standing, *corrections_of(reader, document))), "")
