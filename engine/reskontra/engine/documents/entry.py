"""A document as a person enters it: what is written, and nothing that follows from it.

The fields are those of ``documents.yaml``; a draft keeps them in its ``content`` under the same
names, so that it can be read, changed and completed again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from reskontra.engine.errors import Place, Problem

MONEY_KINDS = ("payment", "prepayment", "refund")
"""Kinds that are an amount of money, without lines."""
CLAIMS = ("invoice", "debit_note", "overdue_charge", "dunning_fee")
"""Kinds that the customer has to pay by a day."""
PAID_BY = {"cash_sale": "payment", "cash_return": "refund"}
"""Kinds that are settled at once, and the kind of the document that does it."""
KINDS = (*CLAIMS, "credit_note", *PAID_BY, *MONEY_KINDS)
"""Every kind that is entered; all but those of money say with lines what they are for."""


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One line as it is entered."""

    text: str
    price: Decimal
    """Price of one in units of the currency, without VAT."""
    quantity: Decimal = Decimal(1)
    vat: str = ""
    """VAT code; empty = by the customer's zone, else the company's default."""
    account: str = ""
    subaccount: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as it is entered; empty = not said."""

    kind: str
    """One of ``KINDS``."""
    customer: str
    """Number."""
    date: str
    """ISO date."""
    lines: tuple[EntryLine, ...] = ()
    amount: Decimal | None = None
    """Of a payment, prepayment or refund, in units of the currency."""
    total: Decimal | None = None
    """Control total in units of the currency."""
    due_date: str = ""
    currency: str = ""
    rate: Decimal | None = None
    terms: str = ""
    subaccount: str = ""
    location: str = ""
    description: str = ""
    customer_reference: str = ""
    payment_reference: str = ""
    order_number: str = ""
    external_number: str = ""
    reason_code: str = ""
    overdue_charges: bool | None = None
    corrects: tuple[str, ...] = ()
    advance: bool | None = None
    """The lines stand on prepayments until a final invoice deducts them."""
    deducts: tuple[str, ...] = ()
    """Numbers of the advances that a final invoice deducts."""
    cash_account: str = ""
    bank_fee: Decimal | None = None
    """What the bank kept of a payment, in units of the currency."""
    commission: Decimal | None = None
    """What a collector kept of it."""
    netted: bool | None = None
    """No money moves: the payment is set off against what is owed to the customer as a supplier."""
    hold: bool | None = None
    places: Mapping[str, Place] = field(default_factory=dict, compare=False)
    """Where a field was written (``terms``, ``lines.0.vat``), for problems; not kept."""

    def problem(self, code: str, message: str, name: str, help: str = "") -> Problem:  # noqa: A002
        """A problem of the field ``name``, at its place."""
        return Problem(code, message, self.place(name), help)

    def place(self, name: str) -> Place | None:
        """Where the field ``name`` was written, else the document."""
        return self.places.get(name) or self.places.get("")


_DECIMALS = ("amount", "total", "rate", "price", "quantity", "bank_fee", "commission")
_AS_THEY_ARE = ("overdue_charges", "advance", "netted", "hold")


def entry_of(data: Mapping[str, Any], places: Mapping[str, Place] | None = None) -> Entry:
    """The entry that ``data`` (valid by the schema ``documents``) writes.

    >>> entry_of({"kind": "payment", "customer": 1042, "date": "2026-11-20", "amount": 5}).amount
    Decimal('5')
    """
    values = {name: _value(name, value) for name, value in data.items() if name != "lines"}
    lines = tuple(
        EntryLine(**{name: _value(name, value) for name, value in line.items()})
        for line in data.get("lines", ())
    )
    return Entry(**values, lines=lines, places=places or {})


def _value(name: str, value: Any) -> Any:
    if name in _DECIMALS:
        return Decimal(str(value))
    if name in _AS_THEY_ARE:
        return value
    return tuple(map(str, value)) if isinstance(value, list) else str(value)


def data_of(entry: Entry) -> dict[str, Any]:
    """What ``entry_of`` reads: plain data with only what was said, decimals as text."""
    data = {name: value for name, value in _said(entry) if name not in ("lines", "places")}
    lines = [dict(_said(line)) for line in entry.lines]
    return data | ({"lines": lines} if lines else {})


def _said(record: Entry | EntryLine) -> list[tuple[str, Any]]:
    return [
        (one.name, _plain(getattr(record, one.name)))
        for one in fields(record)
        if getattr(record, one.name) not in ("", None, ())
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def changed(entry: Entry, changes: Mapping[str, Any]) -> Entry:
    """The entry with the fields of ``changes`` (plain data) in place of its own; ``None`` = not
    said any more.
    """
    data = {**data_of(entry), **changes}
    return entry_of({name: value for name, value in data.items() if value is not None})
