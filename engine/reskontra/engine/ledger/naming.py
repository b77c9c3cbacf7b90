"""What people call a document."""

from __future__ import annotations

from reskontra.engine.ledger.records import Document
from reskontra.engine.wording import worded


def named(document: Document) -> str:
    """Its kind and, as far as it has one, its number: ``credit note 10378``."""
    return f"{worded(document.kind)} {document.number}".rstrip()
