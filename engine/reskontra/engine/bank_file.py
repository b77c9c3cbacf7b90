"""What a bank said, whatever the file format: statements with transactions (Swedish:
*kontoutdrag*, *inbetalningar*).

Readers in ``adapters/formats`` produce these records; nothing else in the engine knows a format.
What a file has many of is a tuple with names, which is quicker to make.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from reskontra.engine.errors import Problem

AccountScheme = Literal["iban", "bankgiro", "plusgiro", "bban", "other"]
ReferenceKind = Literal["payment_reference", "invoice", "credit_note", "free"]
"""``payment_reference``: structured (SCOR, OCR, KID, RF); ``invoice``/``credit_note``: a document
number the payer
named in a structured field; ``free``: a reference field whose kind the bank does not vouch for."""
EntryStatus = Literal["booked", "pending", "information"]
StatementKind = Literal["statement", "report", "details"]
"""``statement`` = camt.053, ``report`` = camt.052, ``details`` = camt.054 and BgMax."""


class Account(NamedTuple):
    """A bank account as the file names it, compacted (no blanks, upper case)."""

    number: str
    scheme: AccountScheme


class Party(NamedTuple):
    """Who paid (or was paid)."""

    name: str = ""
    account: Account | None = None
    org_number: str = ""
    address: str = ""
    """One line, parts separated by ``, ``."""
    country: str = ""


class Reference(NamedTuple):
    """One reference of a payment, as written (trimmed)."""

    value: str
    kind: ReferenceKind
    amount: int | None = None
    """Signed part amount in minor units (credit notes negative); ``None`` = unknown."""
    bank_verdict: Literal["valid", "invalid", "unchecked"] = "unchecked"
    """What the bank says about it (BgMax reference code 2 = valid, 5 = invalid)."""


class Transaction(NamedTuple):
    """One movement of money on the account, or one part of a batch that the file details."""

    line: int
    """Line of the file where it begins (1-based)."""
    booking_date: date
    value_date: date | None
    amount: int
    """Minor units, positive = money in."""
    currency: str
    status: EntryStatus = "booked"
    reversal: bool = False
    bank_reference: str = ""
    """The bank's own id of this movement (camt ``AcctSvcrRef`` of the transaction, else the
    entry; BGC serial number)."""
    end_to_end_id: str = ""
    batch_id: str = ""
    """Id of the lump sum that this is a part of (camt ``AcctSvcrRef``/``NtryRef`` of the entry,
    BgMax deposit number)."""
    bank_code: str = ""
    """Bank transaction code, e.g. ``PMNT/RCDT/ESCT``; BgMax payment channel."""
    counterparty: Party = Party()
    references: tuple[Reference, ...] = ()
    text: tuple[str, ...] = ()
    """Free text, one string per text the file holds, untouched but for outer blanks."""
    foreign_amount: int | None = None
    """Instructed amount in ``foreign_currency``: information only, never booked."""
    foreign_currency: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, report, notification or BgMax section: one account, one currency."""

    line: int
    kind: StatementKind
    id: str
    account: Account
    currency: str
    transactions: tuple[Transaction, ...]
    sequence: str = ""
    page: int = 1
    last_page: bool = True
    opening: int | None = None
    closing: int | None = None
    booking_date: date | None = None
    """Date of the statement (closing balance date or BgMax payment date)."""
    bank_total: int | None = None
    """Sum that the file itself states for the transactions, when it does."""


@dataclass(frozen=True, slots=True)
class BankFile:
    """A whole file that passed its format's checks; ``warnings`` go into the receipt."""

    format: str
    """``camt.054.001.08``, ``bgmax``, ``csv:DIALECT`` ..."""
    message_id: str
    created: str
    """Timestamp as the file writes it (ISO 8601 when the format knows it), never parsed further."""
    test: bool
    """The file says that it is a test (BgMax flag T): it must never be posted."""
    statements: tuple[Statement, ...]
    warnings: tuple[Problem, ...] = ()
