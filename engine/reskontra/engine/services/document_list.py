"""Drafts and documents in one list, the newest first; amounts in minor units, credits negative.

What narrows the list is looked at in columns, so that a page of a million documents is quick.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from typing import Any

import polars as pl

from reskontra.engine.customers.search import matcher
from reskontra.engine.ledger.balance import sign
from reskontra.engine.ledger.records import (
    OPEN_STATUSES,
    Customer,
    Document,
    DocumentDetail,
    Draft,
    OpenItem,
)
from reskontra.engine.ports import Reader

Row = dict[str, Any]

STATUSES = ("draft", *OPEN_STATUSES, "discarded", "open", "closed", "voided")
"""``draft`` = every draft that can still be released or discarded."""

_COLUMNS = (
    "id", "number", "kind", "customer_id", "document_date", "due_date", "currency", "amount",
)  # fmt: skip


def rows(
    reader: Reader,
    *,
    search: str = "",
    kind: str = "",
    status: str = "",
    customer: str = "",
    period: str = "",
) -> Iterator[Row]:
    """Drafts, then documents; ``period`` = the month they are dated in, ``2026-11``."""
    equals: dict[str, Any] = {"kind": kind} if kind else {}
    if customer:
        equals["customer_id"] = [one.id for one in reader.records(Customer, number=customer)]
    whose = {"id": equals["customer_id"]} if customer else {}
    people = {one.id: (one.number, one.name) for one in reader.records(Customer, **whose)}
    found = matcher(search)
    for row in chain(
        _drafts(reader, equals, status, period), _documents(reader, equals, status, period)
    ):
        row["customer"], row["name"] = people.get(row.pop("customer_id"), ("", ""))
        text = row.pop("text")
        if not search or found(" ".join((row["number"], row["customer"], row["name"], text))):
            yield row


def _drafts(reader: Reader, equals: dict[str, Any], status: str, period: str) -> Iterator[Row]:
    for draft in reversed(list(reader.records(Draft, **equals))):
        wanted = status in ("", draft.status) or (
            status == "draft" and draft.status in OPEN_STATUSES
        )
        if wanted and draft.status != "released" and draft.document_date.startswith(period):
            yield {
                "number": f"draft:{draft.id} {draft.number}".rstrip(), "kind": draft.kind,
                "status": draft.status, "customer_id": draft.customer_id,
                "date": draft.document_date, "due": draft.due_date or "",
                "currency": draft.currency, "amount": sign(draft.kind) * draft.amount, "open": 0,
                "text": json.loads(draft.content).get("description", ""),
            }  # fmt: skip


def _documents(reader: Reader, equals: dict[str, Any], status: str, period: str) -> Iterator[Row]:
    items = reader.frame(OpenItem, ("document_id", "open_amount"))
    texts = reader.frame(DocumentDetail, ("document_id", "description"))
    voided = reader.frame(Document, ("reverses_id",))["reverses_id"].drop_nulls()
    state = (
        pl.when(pl.col("id").is_in(voided.implode()))
        .then(pl.lit("voided"))
        .when(pl.col("open_amount").is_null())
        .then(pl.lit("closed"))
        .otherwise(pl.lit("open"))
    )
    documents = (
        reader.frame(Document, _COLUMNS, **equals)
        .filter(pl.col("document_date").str.starts_with(period))
        .join(items, left_on="id", right_on="document_id", how="left", maintain_order="left")
        .with_columns(state.alias("status"))
        .filter(pl.lit(status == "") | (pl.col("status") == status))
        .join(texts, left_on="id", right_on="document_id", how="left", maintain_order="left")
        .reverse()
    )
    for document in documents.iter_rows(named=True):
        side = sign(document["kind"])
        yield {
            "number": document["number"], "kind": document["kind"],
            "status": document["status"], "customer_id": document["customer_id"],
            "date": document["document_date"], "due": document["due_date"] or "",
            "currency": document["currency"], "amount": side * document["amount"],
            "open": side * (document["open_amount"] or 0), "text": document["description"] or "",
        }  # fmt: skip
