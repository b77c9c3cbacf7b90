"""Matching settings (CA101000 tab *Incoming payments*, dialog AR305000; Swedish:
*Matchningsinställningar*).

Formulas and defaults: relevance of payments and invoices, windows, thresholds. Weights are
relative, any non-negative
integers; ratios are integers of 1/10 000.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Tier = Literal[
    "reference", "reference_fee", "invoice_number", "list", "text", "payment",
    "account_amount", "name_amount", "combination", "relevance", "rule", "manual",
]  # fmt: skip
TIERS: tuple[Tier, ...] = (
    "reference", "reference_fee", "invoice_number", "list", "text", "payment",
    "account_amount", "name_amount", "combination", "relevance", "rule", "manual",
)  # fmt: skip
"""Kinds of evidence, strongest first. A lower tier never overrides a higher one."""

RATIO = 10_000
"""Relevance and similarity are integers of 1/10 000."""
PRECISION = 1_000_000
"""Precision is counted in 1/1 000 000."""
Counts = tuple[int, int]
"""Decisions that were right and that were wrong."""


@dataclass(frozen=True, slots=True)
class Window:
    """Days before and after the bank date in which a document's date may lie."""

    days_before: int
    days_after: int
    allow_credit_note: bool = False


@dataclass(frozen=True, slots=True)
class Weights:
    """Relative weights of the relevance factors."""

    ref: int
    date: int
    payee: int
    amount: int = 0


@dataclass(frozen=True, slots=True)
class PaymentRelevance:
    """How existing payments are scored against a bank line."""

    weights: Weights
    average_delay: int
    """Mean number of days until a payment clears the bank."""
    deviation: int
    """Days around the mean in which half of the payments clear."""
    empty_ref_matches: bool


@dataclass(frozen=True, slots=True)
class InvoiceRelevance:
    """How open documents are scored against a bank line."""

    weights: Weights
    average_delay: int
    deviation: int
    days_before_due: int | None
    days_after_due: int | None
    """Window of the bank date around the due (or discount) date; ``None`` = unbounded."""


@dataclass(frozen=True, slots=True)
class Automatic:
    """What may be booked without a person."""

    tiers: tuple[Tier | Literal["measured"], ...]
    """A new company: exact reference-tier matches only. ``measured``: also every kind of evidence
    that is proven to reach ``target_precision``."""
    max_amount: dict[str, dict[str, int]]
    """Tier -> currency -> largest amount in minor units; absent = no limit."""
    absolute: int
    """Accept at this relevance ..."""
    relative: int
    """... or with this lead over the runner-up ..."""
    floor: int
    """... and at least this relevance (all in 1/10 000)."""
    mode: Literal["strict", "lead"]
    """``strict``: no rival may reach ``absolute`` either."""
    target_precision: int = 999_000
    """In 1/1 000 000."""
    measured: Mapping[tuple[str, str], Counts] = field(default_factory=dict)
    """Tier and shape -> lines with known truth on which it was right and wrong."""


@dataclass(frozen=True, slots=True)
class MatchingPreferences:
    """Everything the matching kernel can be told."""

    receipts: Window
    disbursements: Window
    payment: PaymentRelevance
    invoice: InvoiceRelevance
    auto: Automatic
    skip_voided: bool
    date_kernel: Literal["tail", "half_life"]
    missing: Literal["zero", "exclude"]
    """A factor without input scores 0, or is left out of the sum."""
    ref_cutoff: int
    payee_cutoff: int
    """Similarities below these count as 0 (1/10 000)."""
    fuzzy_numeric: bool
    text_digits_with_amount: int
    text_digits_without_amount: int
    """Shortest number in free text that counts when the amount agrees, and when it does not."""
    document_prefixes: tuple[str, ...]
    """Prefixes that payers write or leave out before a document number."""
    netting: bool
    """Look for a credit note of the payer that explains a short payment."""
    interchangeable: Literal["oldest_due", "review"]
    """Which of several interchangeable documents (same payer, amount, currency, kind) is
    settled."""
    duplicate_days: int
    """The same reference and amount again within so many days is held."""
    combination_documents: int
    combination_pool: int
    """Unique subset sums: at most so many documents out of so many open ones (0 = off)."""
    known_payer: Literal["review", "open_payment"]
    """Money of a known customer that settles nothing: a person decides, or it stands on account."""
    unknown_payer: Literal["review", "open_payment"]
    """Money that nobody can be named for: a person decides, or it is an unidentified receipt."""
    duplicates: Literal["hold", "review", "open_payment"]
    """The same reference and amount again, or a document that is paid already."""
