"""Records of documents: see ``records``, which lists every kind."""

from __future__ import annotations

from typing import NamedTuple


class Document(NamedTuple):
    """Any document of the ledger; ``amount`` is positive, the kind gives the sign.

    Kinds: ``invoice debit_note credit_note overdue_charge dunning_fee payment void_payment
    prepayment refund void_refund
    small_balance_write_off small_credit_write_off cash_sale cash_return``.
    """

    company: str
    id: int
    kind: str
    number: str
    customer_id: int | None
    """``None`` only for a receipt of an unidentified payer."""
    branch: str
    document_date: str
    due_date: str | None
    currency: str
    amount: int
    base_amount: int
    account: str
    """Ledger account that carries the balance (role ``ar_trade``, ``unidentified_receipts``
    ...)."""
    order_number: str
    external_number: str
    discount_date: str | None
    discount_amount: int
    disputed: bool
    migrated: bool
    """Entered from another system without ledger posting."""
    initial_open: int
    """Open amount on entry: ``amount``, or what was left when the document was migrated."""
    import_id: int | None
    run_id: int | None
    decision_id: str
    reverses_id: int | None
    """The document that this one voids."""
    bank_line_id: int | None


class DocumentReference(NamedTuple):
    """One key under which a payer may name a document."""

    company: str
    id: int
    document_id: int
    kind: str
    """``number`` | ``payment_reference`` | ``order`` | ``external`` | ``legacy``."""
    key: str
    """Normalised by ``engine.text.reference_key``."""
    value: str


class Draft(NamedTuple):
    """A document that is being written (AR301000): it moves no money.

    Its own id names it (``draft:12``); released it becomes a ``Document``.
    """

    company: str
    id: int
    kind: str
    customer_id: int
    branch: str
    document_date: str
    due_date: str | None
    currency: str
    amount: int
    """Total to pay, minor units, positive."""
    status: str
    """``hold`` | ``balanced`` | ``credit_hold`` | ``released`` | ``discarded`` |
    ``voided``."""
    content: str
    """Canonical JSON: terms, lines, references, texts, as entered and completed."""
    document_id: int | None
    """The document it became."""
    number: str = ""
    """What it is numbered already, where its series says ``number_at: save``."""


class DocumentDetail(NamedTuple):
    """What a document that was entered here says beside its amount; one row per document."""

    company: str
    id: int
    document_id: int
    description: str
    customer_reference: str
    terms: str
    rate: str
    """Base currency per unit of the document's currency, exact decimal; empty = base currency."""
    location: str
    subaccount: str
    reason_code: str
    overdue_charges: bool
    net: int
    vat: int
    rounding: int
    """``net + vat + rounding = amount`` of the document, all positive for every kind."""


class DocumentLine(NamedTuple):
    """One line of a document: what was delivered."""

    company: str
    id: int
    document_id: int
    line: int
    description: str
    quantity: str
    """Exact decimal."""
    unit_price: str
    """Exact decimal in units of the currency, without VAT."""
    net: int
    """Minor units; negative on a line that lowers the document."""
    vat_code: str
    account: str
    """Sales account."""
    subaccount: str


class DocumentVat(NamedTuple):
    """VAT of a document by code."""

    company: str
    id: int
    document_id: int
    vat_code: str
    rate: str
    """Percent, exact decimal."""
    net: int
    vat: int
    account: str


class DocumentLink(NamedTuple):
    """What one document has to do with another."""

    company: str
    id: int
    document_id: int
    kind: str
    """``corrects`` (a credit note) | ``advance`` | ``fee_of`` | ``discount_of`` (a VAT credit
    note) | ``recovers`` (a credit loss)."""
    other_id: int


class DocumentMark(NamedTuple):
    """Something said about a document after its release; the newest of a kind holds."""

    company: str
    id: int
    document_id: int
    kind: str
    """``dispute`` | ``promise`` | ``no_dunning`` | ``no_charges``."""
    stands: bool
    """False: it is taken back."""
    until: str
    """ISO date; empty = until it is taken back. Of a promise: the day promised."""
    amount: int
    """Minor units; 0 = the whole document."""
    reason: str
    actor: str
    at: str


DEBIT_KINDS = (
    "invoice", "debit_note", "overdue_charge", "dunning_fee", "cash_sale", "void_payment",
    "refund", "small_credit_write_off",
)  # fmt: skip
"""Kinds that raise what the customer owes."""
CREDIT_KINDS = (
    "credit_note", "cash_return", "payment", "prepayment", "void_refund",
    "small_balance_write_off",
)  # fmt: skip
"""Kinds that lower it."""
PAYMENT_KINDS = ("payment", "prepayment")
"""Money that came in."""
OPEN_STATUSES = ("hold", "balanced", "credit_hold")
"""Statuses of a draft that can still be changed, and released."""
