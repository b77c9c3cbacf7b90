"""A customer on one screen, as somebody who has it on the telephone needs it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from reskontra.engine.ledger.ageing import aged
from reskontra.engine.ledger.balance import sign
from reskontra.engine.ledger.records import OPEN_STATUSES, PAYMENT_KINDS, Document, Draft
from reskontra.engine.ledger.standing import open_amounts
from reskontra.engine.ports import Reader
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.balances import Money, buckets_of, items_of
from reskontra.engine.services.customer_view import CustomerView, view
from reskontra.engine.services.marking import marks
from reskontra.engine.services.notes import notes

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Card:
    """Everything about a customer on one day; amounts in minor units, credits negative."""

    view: CustomerView
    buckets: dict[str, Money]
    """Currency -> bucket of ``ledger.ageing`` -> amount."""
    unallocated: Money
    """Open credits by currency, positive: what could still be used."""
    items: tuple[Row, ...]
    """Open documents: claims, what has been due longest first; then credits."""
    payments: tuple[Row, ...]
    """The newest payments, with what is left of each."""
    drafts: tuple[Row, ...]
    marks: tuple[Row, ...]
    notes: tuple[Row, ...]
    """Tasks to be done, then the newest notes."""


LISTED = 5
"""So many payments and notes are on a card."""


def card(reader: Reader, number: str, preferences: Preferences, on: str) -> Card:
    """The customer who has or had this number, on the day ``on`` (ISO date); raises RK830."""
    found = view(reader, number, preferences.customers)
    customer = found.customer
    calendar = preferences.terms.calendar_of()
    ageing = preferences.ledger.ageing
    items = aged(items_of(reader, [customer.id]), on=on, ageing=ageing, calendar=calendar)
    credits_ = items.filter(pl.col("sign") < 0).group_by("currency").agg(pl.sum("open_amount"))
    to_do = notes(reader, customer.number, tasks=True)
    recent = [note for note in notes(reader, customer.number) if note["kind"] != "task"]
    return Card(
        view=found,
        buckets=buckets_of(items),
        unallocated=dict(credits_.sort("currency").iter_rows()),
        items=tuple(items.sort("sign", "days", descending=True).select(
            "number", "kind", "document_date", "due_date", "days", "currency",
            amount=pl.col("sign") * pl.col("open_amount"),
        ).iter_rows(named=True)),
        payments=tuple(_payments(reader, customer.id)),
        drafts=tuple(_drafts(reader, customer.id)),
        marks=tuple(marks(reader, on, customer=customer.id)),
        notes=(*to_do, *recent[:LISTED]),
    )  # fmt: skip


def _payments(reader: Reader, customer_id: int) -> Iterator[Row]:
    paid = reader.frame(
        Document, ("id", "number", "kind", "document_date", "currency", "amount"),
        customer_id=customer_id, kind=PAYMENT_KINDS,
    ).sort("document_date", "id", descending=True).head(LISTED)  # fmt: skip
    left = open_amounts(reader, paid["id"].to_list())
    for document in paid.iter_rows(named=True):
        yield {**document, "unallocated": left.get(document.pop("id"), 0)}


def _drafts(reader: Reader, customer_id: int) -> Iterator[Row]:
    for draft in reader.records(Draft, customer_id=customer_id, status=OPEN_STATUSES):
        yield {
            "number": f"draft:{draft.id}", "kind": draft.kind, "status": draft.status,
            "document_date": draft.document_date, "currency": draft.currency,
            "amount": sign(draft.kind) * draft.amount,
        }  # fmt: skip
