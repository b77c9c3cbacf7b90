"""What people said of documents after their release, and what of it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reskontra.engine.ledger.records import Document, DocumentMark
from reskontra.engine.ports import Reader

STOPS = ("no_dunning", "no_charges")
"""Marks that end by themselves after their last day."""
KINDS = ("dispute", "promise", *STOPS)


class Standing(NamedTuple):
    """A mark that stands."""

    document: Document
    kind: str
    until: str
    """ISO date; empty = until it is taken back. Of a promise: the day promised."""
    amount: int
    """Minor units; 0 = the whole document."""
    reason: str
    actor: str
    """Empty = the document came in dispute from another system."""
    at: str


def standing(reader: Reader, documents: Sequence[Document], on: str) -> Iterator[Standing]:
    """What stands on the day ``on`` (ISO date) of these documents, in their order.

    Of each kind the newest mark holds. A document that came in dispute stays so until somebody
    takes it back.
    """
    ids = [document.id for document in documents]
    newest = {(m.document_id, m.kind): m for m in reader.records(DocumentMark, document_id=ids)}
    for document in documents:
        for kind in KINDS:
            mark = newest.get((document.id, kind))
            if mark is None:
                if kind == "dispute" and document.disputed:
                    yield Standing(document, kind, "", 0, "", "", "")
            elif mark.stands and not (kind in STOPS and mark.until and mark.until < on):
                yield Standing(
                    document, kind, mark.until, mark.amount, mark.reason, mark.actor, mark.at
                )
