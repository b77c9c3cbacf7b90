"""One record per row of the books; the storage adapters keep exactly these fields, in this order,
under these names.

Append-only (``APPEND_ONLY``): nothing of them is ever changed or deleted; a mistake is answered by
a record that reverses it.
Masters (``MASTERS``), replaced whole with an audit record.
Projections (``PROJECTIONS``), derivable from the others and proved by ``reskontra check``.

``id`` is a dense integer per company and record kind (1, 2, 3 ...), given inside the writing
transaction, so that the same
work gives the same books on every database. Dates are ISO 8601 text (``2026-11-24``): sortable,
and the same bytes
everywhere. Amounts are minor units. ``bool`` is stored as 0/1. ``at`` is the only clock time and
takes no part in any id.
"""

from __future__ import annotations

from typing import NamedTuple

from reskontra.engine.ledger.customer_records import (
    Customer,
    CustomerAccount,
    CustomerAlias,
    CustomerProfile,
    FormerNumber,
    OpenOrder,
)
from reskontra.engine.ledger.document_records import (
    CREDIT_KINDS,
    DEBIT_KINDS,
    OPEN_STATUSES,
    PAYMENT_KINDS,
    Document,
    DocumentDetail,
    DocumentLine,
    DocumentLink,
    DocumentMark,
    DocumentReference,
    DocumentVat,
    Draft,
)

__all__ = [
    "APPEND_ONLY",
    "CREDIT_KINDS",
    "DEBIT_KINDS",
    "MASTERS",
    "OPEN_STATUSES",
    "PAYMENT_KINDS",
    "PROJECTIONS",
    "Application",
    "Audit",
    "BankLine",
    "BankLineState",
    "Customer",
    "CustomerAccount",
    "CustomerAlias",
    "CustomerProfile",
    "Decision",
    "Delivery",
    "Document",
    "DocumentDetail",
    "DocumentLine",
    "DocumentLink",
    "DocumentMark",
    "DocumentReference",
    "DocumentVat",
    "Draft",
    "ExchangeRate",
    "FormerNumber",
    "ImportFile",
    "JournalEntry",
    "JournalLine",
    "Note",
    "OpenItem",
    "OpenOrder",
    "PackText",
    "PeriodLock",
    "Record",
    "Run",
    "SeriesCounter",
    "StatementRecord",
    "Step",
    "Transfer",
    "TransferReceipt",
]


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


class ExchangeRate(NamedTuple):
    """Base currency per unit of a currency from a day on."""

    company: str
    id: int
    rate_type: str
    currency: str
    valid_from: str
    rate: str
    """Exact decimal."""
    actor: str
    at: str


class PeriodLock(NamedTuple):
    """A period was closed or opened again (Swedish: *periodlås*); the newest of a period holds."""

    company: str
    id: int
    period: str
    """``2026-11``."""
    state: str
    """``open`` | ``soft`` (a controller may still book, with a reason) | ``hard``."""
    actor: str
    reason: str
    at: str


class Transfer(NamedTuple):
    """A numbered batch of vouchers for the general ledger: a run of entry ids without a hole, so
    that every voucher is in exactly one.
    """

    company: str
    id: int
    number: str
    first_entry_id: int
    last_entry_id: int
    company_name: str
    org_number: str
    """How the company called itself then: the file says it, and stays the same for ever."""
    summarised: bool
    """One voucher per day instead of each on its own."""
    actor: str
    at: str


class TransferReceipt(NamedTuple):
    """The general ledger has booked a transfer."""

    company: str
    id: int
    transfer_id: int
    reference: str
    actor: str
    at: str


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
    """``match`` | ``resolve`` | ``undo`` | ``release`` (of a bank line that waited), or a work of
    the ledger: ``documents`` | ``applications`` | ``write_offs`` | ``credit_losses`` | ``voids`` |
    ``revaluation`` | ``reclassification`` | ``expected_losses`` |
    ``doubtful``."""
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


class Step(NamedTuple):
    """One step of a work of the ledger, with everything that led to it: what ``Decision`` is to a
    bank line.
    """

    company: str
    id: int
    step_id: str
    """Derived from the content of the record; stands as ``decision_id`` in what it booked."""
    run_id: int
    subject: str
    """``draft:12``, ``document:90``, ``customer:1042`` or ``account:1510``."""
    record: str
    """Canonical JSON: ``explain`` reads nothing else."""


class Note(NamedTuple):
    """Something people keep with a customer, a document or a bank line: note, task, attachment."""

    company: str
    id: int
    subject: str
    """``customer:3``, ``document:90``, ``line:7``, with the id inside the books."""
    kind: str
    """``note`` | ``task`` | ``event`` | ``email`` | ``call``."""
    text: str
    due_on: str
    """ISO date of a task; else empty."""
    owner: str
    file_name: str
    sha256: str
    content: str
    """The attached file in base64; empty = none."""
    closes_id: int | None
    """The task that this note closes."""
    actor: str
    at: str


class Audit(NamedTuple):
    """Who did what, and why; each row carries a hash over itself and the row before."""

    company: str
    id: int
    actor: str
    action: str
    subject: str
    reason: str
    detail: str
    at: str
    chain: str
    """sha256 over the hash of the row before and this row's fields: see ``ledger.auditing``."""


class Delivery(NamedTuple):
    """One attempt to tell a subscription what happened to a customer."""

    company: str
    id: int
    audit_id: int
    """The deed that is told."""
    customer_id: int
    subscription: str
    done: bool
    status: int
    """What the receiver answered, as HTTP numbers it; 0 = nothing came."""
    answer: str
    """The first 500 characters of the answer, or why there was none."""
    actor: str
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
    Customer | CustomerProfile | FormerNumber | CustomerAccount | CustomerAlias | OpenOrder
    | Draft | Document | DocumentDetail | DocumentLine | DocumentVat | DocumentLink | DocumentMark
    | DocumentReference | Application | JournalEntry | JournalLine | ExchangeRate | PeriodLock
    | Transfer | TransferReceipt | ImportFile | StatementRecord | BankLine | Run | Decision | Step
    | Note | Audit | Delivery | PackText | OpenItem | BankLineState | SeriesCounter
)  # fmt: skip

APPEND_ONLY: tuple[type[Record], ...] = (
    ImportFile, StatementRecord, BankLine, Document, DocumentDetail, DocumentLine, DocumentVat,
    DocumentLink, DocumentMark, DocumentReference, Application, JournalEntry, JournalLine,
    ExchangeRate, PeriodLock, Transfer, TransferReceipt, Run, Decision, Step, Note, FormerNumber,
    Audit, Delivery, PackText,
)  # fmt: skip
MASTERS: tuple[type[Record], ...] = (
    Customer, CustomerProfile, CustomerAccount, CustomerAlias, Draft, OpenOrder,
)  # fmt: skip
PROJECTIONS: tuple[type[Record], ...] = (OpenItem, BankLineState, SeriesCounter)
