"""Advances that carry VAT (Swedish: *förskottsfaktura*): what they hold, and what deducts them.

An advance is a document whose lines stand on prepayments instead of sales: its VAT is owed when it
is booked. The final invoice deducts it whole, line by line, so that only the rest of the VAT is
owed and only the rest is to pay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reskontra.engine.ledger.records import Document, DocumentLine


@dataclass(frozen=True, slots=True)
class Advance:
    """A document that holds an advance."""

    document: Document
    lines: tuple[DocumentLine, ...]
    """Those that stand on prepayments."""
    rates: Mapping[str, int]
    """Rate that it charged by VAT code, 1/10 000."""
    settled_by: str
    """Number of the document that deducts or corrects it; empty = nothing does."""
