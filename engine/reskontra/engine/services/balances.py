"""What a customer owes: its balance and what belongs to it (AR303000 tab *General*)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import polars as pl

from reskontra.engine.ledger.ageing import by_bucket
from reskontra.engine.ledger.balance import sign, signed
from reskontra.engine.ledger.records import (
    OPEN_STATUSES,
    Customer,
    CustomerProfile,
    Document,
    Draft,
    OpenItem,
    OpenOrder,
)
from reskontra.engine.ledger.standing import open_on
from reskontra.engine.ports import ITEM_COLUMNS, Reader

Row = dict[str, Any]
Money = dict[str, int]
"""Minor units by currency, or by bucket."""


class Balance(NamedTuple):
    """What a customer owes on a day; what it is owed is negative."""

    balance: Money
    prepayments: Money
    """Part of ``balance``: open prepayments, positive."""
    consolidated: Money | None
    """Balance with that of the members who consolidate theirs; ``None`` = nobody's head."""
    unreleased: Money
    """Drafts, those of such members among them; they are known only as they are now."""
    ordered: Money
    """Open orders that are not on hold, those of such members too, as they were told last."""
    first_due: str
    """The earliest due day of an open claim, of such members too; empty = none is open."""


def items_of(reader: Reader, customers: Sequence[int], on: str = "") -> pl.DataFrame:
    """Open items of these customers (ids), as ``ports.Reader.item_frame`` gives those of all, but
    ``disputed`` as the documents came.
    """
    if on:
        return open_on(reader, on, customers)
    told = [name for name, kind in ITEM_COLUMNS if kind is Document]
    left = reader.frame(OpenItem, ("document_id", "open_amount"), customer_id=list(customers))
    known = reader.frame(Document, ("id", *told), id=left["document_id"].to_list())
    items = left.join(known, left_on="document_id", right_on="id", maintain_order="left")
    return items.select(name for name, _ in ITEM_COLUMNS)


def sums(items: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """Signed sums of items (kind, open_amount) by ``keys``: amount Int64, ordered by the keys."""
    amount = (pl.col("sign") * pl.col("open_amount")).sum().alias("amount")
    return signed(items).group_by(keys).agg(amount).sort(keys)


def owed(items: pl.DataFrame) -> Money:
    """What items (kind, currency, open_amount) come to."""
    return dict(sums(items, "currency").iter_rows())


def buckets_of(aged_items: pl.DataFrame) -> dict[str, Money]:
    """Currency -> bucket -> what ``ledger.ageing.aged`` items come to."""
    buckets: dict[str, Money] = {}
    for currency, bucket, amount, _ in by_bucket(aged_items, "currency").iter_rows():
        buckets.setdefault(currency, {})[bucket] = amount
    return buckets


def consolidating(reader: Reader, head: Customer, what: str) -> list[int]:
    """Ids of the members of a group whose ``balance`` or ``statements`` are the head's, too."""
    members = reader.frame(Customer, ("id",), parent_id=head.id)["id"].to_list()
    joined = reader.frame(
        CustomerProfile, ("customer_id",), customer_id=members, **{f"consolidate_{what}": True}
    )
    return joined["customer_id"].to_list()


def balance_of(reader: Reader, customer: Customer, on: str = "") -> Balance:
    """The balance at the end of the day ``on`` (ISO date; empty = now)."""
    members = consolidating(reader, customer, "balance")
    items = items_of(reader, [customer.id, *members], on)
    own = items.filter(pl.col("customer_id") == customer.id)
    claims = signed(items).filter(pl.col("sign") > 0)["due_date"].drop_nulls()
    unreleased: Money = {}
    wanted = {"customer_id": [customer.id, *members], "status": OPEN_STATUSES}
    for draft in () if on else reader.records(Draft, **wanted):
        added = sign(draft.kind) * draft.amount
        unreleased[draft.currency] = unreleased.get(draft.currency, 0) + added
    ordered: Money = {}
    taking = reader.records(OpenOrder, customer_id=[customer.id, *members], on_hold=False)
    for order in () if on else taking:
        ordered[order.currency] = ordered.get(order.currency, 0) + order.amount
    prepaid = owed(own.filter(pl.col("kind") == "prepayment"))
    return Balance(
        owed(own),
        {currency: -amount for currency, amount in prepaid.items()},
        owed(items) if members or reader.count(Customer, parent_id=customer.id) else None,
        unreleased,
        ordered,
        min(claims, default=""),
    )


def balance_rows(reader: Reader, customer: Customer, on: str = "") -> Iterator[Row]:
    """``balance_of``, a row per currency; who is nobody's head is consolidated with nobody."""
    found = balance_of(reader, customer, on)
    group = found.balance if found.consolidated is None else found.consolidated
    known = {*found.balance, *found.unreleased, *found.ordered, *group}
    currencies = sorted(known or {customer.currency})
    for currency in currencies:
        yield {
            "customer": customer.number, "name": customer.name, "first_due": found.first_due,
            "currency": currency, "balance": found.balance.get(currency, 0),
            "prepayments": found.prepayments.get(currency, 0),
            "unreleased": found.unreleased.get(currency, 0),
            "ordered": found.ordered.get(currency, 0),
            "consolidated": group.get(currency, 0),
        }  # fmt: skip
