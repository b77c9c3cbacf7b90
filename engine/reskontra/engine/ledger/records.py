"""One record per row of the books; the storage adapters keep exactly these fields, in this order,
under these names.

Append-only: ``Document``, ``DocumentReference``, ``Application``, ``JournalEntry``,
``JournalLine``, ``ImportFile``,
``StatementRecord``, ``BankLine``, ``Run``, ``Decision``, ``Audit``, ``PackText``. Nothing of them
is ever changed or
deleted: a mistake is answered by a record that reverses it.
Masters, replaced whole with an audit record: ``Customer``, ``CustomerAccount``, ``CustomerAlias``.
Projections, derivable from the above and proved by ``reskontra check``: ``OpenItem``,
``BankLineState``, ``SeriesCounter``.

``id`` is a dense integer per company and record kind (1, 2, 3 ...), given inside the writing
transaction, so that the same
work gives the same books on every database. Dates are ISO 8601 text (``2026-11-24``): sortable,
and the same bytes
everywhere. Amounts are minor units. ``bool`` is stored as 0/1. ``at`` is the only clock time and
takes no part in any id.
"""

from __future__ import annotations

from typing import NamedTuple


class Customer(NamedTuple):
    """A customer (AR303000)."""

    company: str
    id: int
    number: str
    name: str
    country: str
    currency: str
    org_number: str
    parent_id: int | None
    """Head of the payer group (Swedish: *huvudrelation*)."""
    terms: str
    write_off: bool
    write_off_limit: int | None
    """Largest write-off per document in minor units of the customer's currency; ``None`` = the
    company's limit."""
    status: str
    """``active`` | ``on_hold`` | ``credit_hold`` | ``inactive`` | ``one_time``."""
    import_id: int | None


class CustomerAccount(NamedTuple):
    """A bank account that is known to belong to a customer."""

    company: str
    id: int
    customer_id: int
    account: str
    """Compacted number."""
    scheme: str
    origin: str
    """``import`` | ``manual`` | ``learned``."""


class CustomerAlias(NamedTuple):
    """Another name under which a customer pays."""

    company: str
    id: int
    customer_id: int
    alias: str


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


class Application(NamedTuple):
    """Amount of a credit (payment, credit note, write-off) used on a debit document; a reversal
    has negative amounts.
    """

    company: str
    id: int
    source_id: int
    target_id: int
    amount: int
    """Minor units of the documents' currency, taken from source and target alike."""
    discount: int
    """Cash discount granted on the target besides ``amount``."""
    applied_on: str
    run_id: int
    decision_id: str
    reverses_id: int | None


class JournalEntry(NamedTuple):
    """A voucher (Swedish: *verifikation*); the amounts of its lines sum to zero per currency and
    in base currency.
    """

    company: str
    id: int
    series: str
    number: str
    entry_date: str
    text: str
    run_id: int
    decision_id: str
    reverses_id: int | None


class JournalLine(NamedTuple):
    """One line of a voucher; debit positive."""

    company: str
    id: int
    entry_id: int
    line: int
    account: str
    role: str
    currency: str
    amount: int
    base_amount: int
    customer_id: int | None
    document_id: int | None


class ImportFile(NamedTuple):
    """Receipt of one imported file."""

    company: str
    id: int
    kind: str
    """``bank`` | ``customers`` | ``open_items`` | ``withdrawal`` (an undone import, see
    ``withdraws_id``)."""
    file_name: str
    sha256: str
    format: str
    message_id: str
    rows: int
    receipt: str
    """JSON: counts, sums per currency, skipped lines with the line they equal, warnings."""
    actor: str
    reason: str
    withdraws_id: int | None
    at: str


class StatementRecord(NamedTuple):
    """One statement of an imported bank file."""

    company: str
    id: int
    import_id: int
    cash_account: str
    kind: str
    """``statement`` | ``report`` | ``details``."""
    statement_id: str
    sequence: str
    page: int
    booking_date: str
    currency: str
    opening: int | None
    closing: int | None
    total: int
    carries_money: bool
    """False: this feed only reconciles the other one."""


class BankLine(NamedTuple):
    """What the bank said about one movement: immutable."""

    company: str
    id: int
    import_id: int
    statement_id: int
    cash_account: str
    source_id: str
    """The id that the file gave the line (bank reference, end-to-end id, CSV id), else ``line
    N``."""
    booking_date: str
    value_date: str | None
    amount: int
    """Signed, positive = money in."""
    currency: str
    bank_reference: str
    end_to_end_id: str
    batch_id: str
    bank_code: str
    payer_name: str
    payer_account: str
    payer_org_number: str
    text: str
    """All free text, lines joined by newline."""
    references: str
    """JSON list of ``[value, kind, amount, verdict]``."""
    reversal: bool
    identity: str
    """Content identity, see ``services.import_bank``."""
    occurrence: int
    """0 for the first line of this identity, 1 for its genuine twin ..."""
    file_line: int


class Run(NamedTuple):
    """One plan that was applied, one choice of a person, or one undo."""

    company: str
    id: int
    kind: str
    """``match`` | ``resolve`` | ``undo`` | ``release``."""
    plan_id: str
    as_of: str
    pack_hash: str
    engine_version: str
    actor: str
    reason: str
    reverses_id: int | None
    """The run that this one takes back."""
    at: str


class Decision(NamedTuple):
    """What was decided about one bank line, with everything that led to it."""

    company: str
    id: int
    decision_id: str
    """Derived from the content of the record."""
    run_id: int
    bank_line_id: int
    outcome: str
    tier: str
    rule: str
    relevance: int
    runner_up: int
    record: str
    """The full decision record as canonical JSON: ``explain`` reads nothing else."""


class Audit(NamedTuple):
    """Who did what, and why."""

    company: str
    id: int
    actor: str
    action: str
    subject: str
    reason: str
    detail: str
    at: str


class PackText(NamedTuple):
    """The configuration and rules behind a pack hash, so that a decision can be read years
    later.
    """

    company: str
    id: int
    pack_hash: str
    content: str


class OpenItem(NamedTuple):
    """Open balance of a document, only while it is not zero. Projection."""

    company: str
    document_id: int
    customer_id: int | None
    kind: str
    currency: str
    open_amount: int
    """Positive for every kind."""


class BankLineState(NamedTuple):
    """Where a bank line stands. Projection of the runs, imports and withdrawals."""

    company: str
    bank_line_id: int
    state: str
    """``new`` (undecided), ``review``, ``hold``, ``booked``, ``hidden``, ``taken_back`` (held
    after an undo),
    ``reconciles`` (belongs to the feed that carries no money), ``withdrawn`` (its import was
    undone)."""
    decision_id: str
    run_id: int | None


class SeriesCounter(NamedTuple):
    """Last number taken from one row of a number series. Projection of the documents and
    vouchers.
    """

    company: str
    series: str
    row: str
    """``branch/start_date`` of the subsequence."""
    last_number: str
    taken: int
    """How many numbers were taken."""


Record = (
    Customer | CustomerAccount | CustomerAlias | Document | DocumentReference | Application
    | JournalEntry | JournalLine | ImportFile | StatementRecord | BankLine | Run | Decision
    | Audit | PackText | OpenItem | BankLineState | SeriesCounter
)  # fmt: skip

APPEND_ONLY: tuple[type[Record], ...] = (
    ImportFile, StatementRecord, BankLine, Document, DocumentReference, Application,
    JournalEntry, JournalLine, Run, Decision, Audit, PackText,
)  # fmt: skip
MASTERS: tuple[type[Record], ...] = (Customer, CustomerAccount, CustomerAlias)
PROJECTIONS: tuple[type[Record], ...] = (OpenItem, BankLineState, SeriesCounter)

DEBIT_KINDS = (
    "invoice", "debit_note", "overdue_charge", "dunning_fee", "void_payment", "refund",
    "small_credit_write_off",
)  # fmt: skip
"""Kinds that raise what the customer owes."""
CREDIT_KINDS = ("credit_note", "payment", "prepayment", "void_refund", "small_balance_write_off")
"""Kinds that lower it."""
