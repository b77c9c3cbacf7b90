"""What auditors ask of a day: balances that customers confirm, and what was paid afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import polars as pl

from reskontra.engine.ledger.balance import signed
from reskontra.engine.ledger.records import PAYMENT_KINDS, Customer, CustomerProfile, Document
from reskontra.engine.ledger.standing import uses
from reskontra.engine.ports import Reader

Row = dict[str, Any]


def confirmations(reader: Reader, on: str) -> Iterator[Row]:
    """What customers are asked to confirm to the auditor: a row per customer with open documents at
    the end of the day ``on`` (ISO date), and currency; by customer.
    """
    items = signed(reader.item_frame(on)).drop_nulls("customer_id")
    sums = items.group_by("customer_id", "currency").agg(
        balance=(pl.col("sign") * pl.col("open_amount")).sum(), documents=pl.len()
    )
    customers = reader.frame(Customer, ("id", "number", "name", "org_number", "country"))
    contents = dict(reader.frame(CustomerProfile, ("customer_id", "content")).iter_rows())
    rows = sums.join(customers, left_on="customer_id", right_on="id").sort("number", "currency")
    for row in rows.iter_rows(named=True):
        said = json.loads(contents.get(row["customer_id"], "{}"))
        yield {
            "customer": row["number"], "name": row["name"], "org_number": row["org_number"],
            **{name: said.get(key, "") for name, key in _REACHED.items()},
            "country": row["country"], "documents": row["documents"], "currency": row["currency"],
            "balance": row["balance"],
        }  # fmt: skip


_REACHED = {
    "attention": "contact.main.attention", "address": "address.main.line1",
    "postcode": "address.main.postcode", "city": "address.main.city",
    "email": "contact.main.email",
}  # fmt: skip
"""Columns of a confirmation that say how the customer is reached -> fields."""


def received_after(reader: Reader, on: str) -> Iterator[Row]:
    """What became of every claim that was open at the end of the day ``on`` (ISO date): paid by
    payments dated later, settled by what was there already or by other credits, and still open; by
    customer and document. Minor units: open = received + settled + left.
    """
    items = signed(reader.item_frame(on)).filter(pl.col("sign") > 0)
    others = reader.frame(Document, ("id", "kind", "document_date"))
    used = (
        uses(reader)
        .filter(pl.col("counts_on") > on, pl.col("id").is_in(items["document_id"].implode()))
        .join(others, left_on="other_id", right_on="id", how="left")
    )
    is_money = pl.col("kind").is_in(PAYMENT_KINDS) & (pl.col("document_date") > on)
    money = pl.when(is_money)
    sums = used.group_by(document_id="id").agg(
        received=money.then("amount").otherwise(0).sum(),
        settled=money.then(0).otherwise("amount").sum(),
        last=money.then("document_date").max(),
    )
    customers = reader.frame(Customer, ("id", "number", "name"))
    rows = (
        items.join(sums, on="document_id", how="left")
        .join(customers.select(customer_id="id", customer="number", name="name"), on="customer_id",
              how="left")
        .with_columns(pl.col("received", "settled").fill_null(0), pl.col("customer", "name", "last")
                      .fill_null(""))
        .sort("customer", "document_id")
    )  # fmt: skip
    for row in rows.iter_rows(named=True):
        yield {
            "customer": row["customer"], "name": row["name"], "number": row["number"],
            "kind": row["kind"], "date": row["document_date"], "due": row["due_date"] or "",
            "last_received": row["last"], "currency": row["currency"], "open": row["open_amount"],
            "received": row["received"], "settled": row["settled"],
            "left": row["open_amount"] - row["received"] - row["settled"],
        }  # fmt: skip
