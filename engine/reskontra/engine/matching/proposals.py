"""What the matching kernel reads and what it proposes (Swedish: *matchningsförslag*).

Frames are described by column: dtype; amounts are minor units, relevance is in 1/10 000. Nothing
here computes anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import polars as pl

from reskontra.engine.matching.payers import Payers
from reskontra.engine.preferences.differences import DifferencePreferences
from reskontra.engine.preferences.matching import Counts, MatchingPreferences
from reskontra.engine.references.scheme import ReferenceScheme


class Elsewhere(Protocol):
    """What is known of open documents that no line touches and that were not read."""

    @property
    def number(self) -> int:
        """How many they are."""

    def of_amount(self, amounts: pl.DataFrame) -> pl.DataFrame:
        """``amounts`` (currency String, amount Int64; distinct) with ``len`` UInt32: how many of
        them that a payment can settle have it open; without those that none has.
        """

    def forms(self, forms: pl.DataFrame) -> pl.DataFrame:
        """Those of ``forms`` (length UInt32, first String; distinct) that a key of theirs has."""


class Nowhere:
    """Every open document was read."""

    number = 0

    def of_amount(self, amounts: pl.DataFrame) -> pl.DataFrame:
        """None."""
        return amounts.clear().with_columns(pl.lit(0, pl.UInt32).alias("len"))

    def forms(self, forms: pl.DataFrame) -> pl.DataFrame:
        """None."""
        return forms.clear()


@dataclass(frozen=True, slots=True)
class MatchingInputs:
    """One company's undecided bank lines and everything they could be matched with."""

    lines: pl.DataFrame
    """``ports.Reader.line_frame``: every column of ``BankLine`` and ``state``."""
    items: pl.DataFrame
    """``ports.Reader.item_frame``; with ``bank_line_id`` Int64 where known (null =
    keyed by hand). All, or those that the lines touch (``services.access``)."""
    keys: pl.DataFrame
    """``ports.Reader.key_frame``: keys of all documents that are open or that a line could name; of
    other closed ones too or not: they change nothing."""
    closed: pl.DataFrame
    """document_id, customer_id Int64; number String, for closed documents (open ones may be in)."""
    customers: pl.DataFrame
    """id Int64; number, name String; parent_id Int64; write_off Boolean; write_off_limit Int64;
    status String."""
    accounts: pl.DataFrame
    """customer_id Int64, account String."""
    aliases: pl.DataFrame
    """customer_id Int64, alias String."""
    history: pl.DataFrame
    """Lines decided earlier within the duplicate window, columns as ``lines``."""
    own_accounts: tuple[str, ...]
    """Bank accounts of the company itself."""
    preferences: MatchingPreferences
    differences: DifferencePreferences
    schemes: Sequence[ReferenceScheme]
    record: Mapping[str, Counts] = field(default_factory=dict)
    """Tier -> the company's earlier decisions that were confirmed and overturned."""
    elsewhere: Elsewhere = field(default_factory=Nowhere)
    """The open documents that are not in ``items``."""
    payers: Payers | None = None
    """Who pays, where it was found out already; ``None`` = the kernel does."""


@dataclass(frozen=True, slots=True)
class Proposals:
    """What the kernel found; every frame is sorted by its key columns."""

    facts: pl.DataFrame
    """One row per line (``FACTS``), ordered by line_id: what the rules read."""
    allocations: pl.DataFrame
    """``ALLOCATIONS``, ordered by (line_id, ordinal)."""
    suggestions: pl.DataFrame
    """``SUGGESTIONS``, ordered by (line_id, rank)."""
    evidence: pl.DataFrame
    """``EVIDENCE``, ordered by line_id, then as the line says it."""
    traces: pl.DataFrame
    """``TRACES``, ordered by (line_id, document_id), then ref, date, payee, amount."""


FACTS: dict[str, pl.DataType] = {
    "line_id": pl.Int64(), "currency": pl.String(), "direction": pl.String(),
    "amount": pl.Int64(), "booking_date": pl.Date(), "cash_account": pl.String(),
    "text": pl.String(), "payer_name": pl.String(), "payer_account": pl.String(),
    "bank_code": pl.String(), "reference": pl.String(), "customer": pl.String(),
    "payer_known": pl.Boolean(), "tier": pl.String(), "difference": pl.Int64(),
    "candidates": pl.Int64(), "documents": pl.Int64(), "netted": pl.Boolean(),
    "discount": pl.Boolean(), "fee": pl.Boolean(), "duplicate": pl.Boolean(),
    "document_closed": pl.Boolean(), "reference_valid": pl.Boolean(),
    "reference_customer": pl.Boolean(), "reference_unknown": pl.Boolean(),
    "contested": pl.Boolean(),
    "interchangeable": pl.Boolean(), "within_rounding": pl.Boolean(),
    "write_off_allowed": pl.Boolean(), "payer_agrees": pl.Boolean(),
    "relevance": pl.Int64(), "lead": pl.Int64(), "relevance_accepts": pl.Boolean(),
    "currency_differs": pl.Boolean(), "own_account": pl.Boolean(), "reversal": pl.Boolean(),
    "existing_payment": pl.Boolean(), "several_customers": pl.Boolean(),
    "tier_automatic": pl.Boolean(), "customer_id": pl.Int64(), "shape": pl.String(),
    "precision": pl.Int64(), "measured_cases": pl.Int64(), "measured_wrong": pl.Int64(),
}  # fmt: skip
"""Facts of a line; null = missing. ``difference`` = line amount minus the sum of sign x wanted.
``candidates`` = equally good proposals (1 = unique; with more than 1 nothing is allocated)."""
ALLOCATIONS: dict[str, pl.DataType] = {
    "line_id": pl.Int64(), "document_id": pl.Int64(), "ordinal": pl.Int64(),
    "open_before": pl.Int64(), "wanted": pl.Int64(), "discount": pl.Int64(),
    "sign": pl.Int64(), "customer_id": pl.Int64(),
}  # fmt: skip
"""``open_before``: open when earlier lines of this run have taken their part; ``wanted``: what this
line should pay (or use, sign -1) on the document."""
SUGGESTIONS: dict[str, pl.DataType] = {
    "line_id": pl.Int64(), "rank": pl.Int64(), "document_ids": pl.List(pl.Int64()),
    "tier": pl.String(), "relevance": pl.Int64(), "lead": pl.Int64(), "customer_id": pl.Int64(),
}  # fmt: skip
EVIDENCE: dict[str, pl.DataType] = {
    "line_id": pl.Int64(), "kind": pl.String(), "value": pl.String(), "field": pl.String(),
    "document_id": pl.Int64(), "valid": pl.Boolean(),
}  # fmt: skip
"""``kind``: a kind of key (``payment_reference`` ...), ``account`` or ``name``."""
TRACES: dict[str, pl.DataType] = {
    "line_id": pl.Int64(), "document_id": pl.Int64(), "factor": pl.String(), "a": pl.String(),
    "b": pl.String(), "score": pl.Int64(), "weight": pl.Int64(), "contribution": pl.Int64(),
}  # fmt: skip
"""One row per factor of the relevance of one document for one line."""
