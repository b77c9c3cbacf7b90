"""Customers and open items as another system hands them over, one record per row of its file.

The readers check each row on its own (form of numbers and dates, open amount within the amount);
whether a customer exists and what is new is for the import services. Amounts are positive minor
units: the kind of a document gives its sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from reskontra.engine.bank_file import Account
from reskontra.engine.errors import Problem

OpenItemKind = Literal[
    "invoice", "debit_note", "credit_note", "overdue_charge", "dunning_fee", "payment", "prepayment"
]
CustomerStatus = Literal["active", "on_hold", "credit_hold", "inactive", "one_time"]


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer; ``None`` and empty text mean that the file does not say."""

    line: int
    """1-based line of the file."""
    number: str
    name: str
    country: str = ""
    """ISO 3166, two capitals."""
    currency: str = ""
    org_number: str = ""
    parent: str = ""
    """Number of the head of the payer group (Swedish: *huvudrelation*)."""
    bank_accounts: tuple[Account, ...] = ()
    aliases: tuple[str, ...] = ()
    """Other names under which the customer pays."""
    write_off: bool | None = None
    write_off_limit: int | None = None
    """Minor units of the customer's currency (of two decimals where it has none)."""
    terms: str = ""
    status: CustomerStatus = "active"
    customer_class: str = ""
    """Column ``class``."""
    auto_apply: bool | None = None


@dataclass(frozen=True, slots=True)
class OpenItemRow:
    """A document that was open at cut-over, debit or credit."""

    line: int
    """1-based line of the file."""
    number: str
    kind: OpenItemKind
    customer: str
    document_date: date
    due_date: date | None
    """``None`` only for credit notes, payments and prepayments."""
    currency: str
    amount: int
    """Original amount, minor units of ``currency``, never negative."""
    open_amount: int
    """What is left of it: ``0 <= open_amount <= amount``."""
    references: tuple[str, ...] = ()
    """Payment references and legacy keys, as written."""
    order_number: str = ""
    external_number: str = ""
    base_amount: int | None = None
    """Original amount in minor units of the base currency."""
    rate: Decimal | None = None
    """Base currency per unit of ``currency``."""
    account: str = ""
    """Receivable account of the ledger that carries the balance."""
    dunning_level: int = 0
    last_letter: date | None = None
    fees_charged: int = 0
    """Minor units of ``currency``."""
    disputed: bool = False
    location: str = ""
    """Where the claim is: with the company, at collection ..."""
    discount_date: date | None = None
    discount_amount: int = 0
    """Cash discount until ``discount_date``, minor units of ``currency``."""


@dataclass(frozen=True, slots=True)
class CustomersTable:
    """A file of customers that passed its checks; numbers are unique in it."""

    format: str
    """``csv:DIALECT``."""
    rows: tuple[CustomerRow, ...]
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenItemsTable:
    """A file of open items that passed its checks; (kind, number) is unique in it."""

    format: str
    """``csv:DIALECT``."""
    rows: tuple[OpenItemRow, ...]
    warnings: tuple[Problem, ...] = ()
