"""Drafts and documents in one list, the newest first; amounts in minor units, credits negative."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from typing import Any

from reskontra.engine.customers.search import matcher
from reskontra.engine.ledger.balance import sign
from reskontra.engine.ledger.records import Customer, Document, DocumentDetail, Draft, OpenItem
from reskontra.engine.ports import Reader
from reskontra.engine.services.drafts import OPEN_STATUSES

Row = dict[str, Any]

STATUSES = ("draft", *OPEN_STATUSES, "discarded", "open", "closed", "voided")
"""``draft`` = every draft that can still be released or discarded."""


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
    customers = {one.id: one for one in reader.records(Customer)}
    if customer:
        equals["customer_id"] = [one.id for one in customers.values() if one.number == customer]
    found = matcher(search)
    for row in chain(_drafts(reader, equals), _documents(reader, equals)):
        known = customers.get(row.pop("customer_id"))
        row |= {"customer": known.number if known else "", "name": known.name if known else ""}
        words = " ".join((row["number"], row["customer"], row["name"], row.pop("text")))
        wanted = status in ("", row["status"]) or (
            status == "draft" and row["status"] in OPEN_STATUSES
        )
        if wanted and row["date"].startswith(period) and found(words):
            yield row


def _drafts(reader: Reader, equals: dict[str, Any]) -> Iterator[Row]:
    for draft in reversed(list(reader.records(Draft, **equals))):
        if draft.status != "released":
            yield {
                "number": f"draft:{draft.id}", "kind": draft.kind, "status": draft.status,
                "customer_id": draft.customer_id, "date": draft.document_date,
                "due": draft.due_date or "", "currency": draft.currency,
                "amount": sign(draft.kind) * draft.amount, "open": 0,
                "text": json.loads(draft.content).get("description", ""),
            }  # fmt: skip


def _documents(reader: Reader, equals: dict[str, Any]) -> Iterator[Row]:
    left = {item.document_id: item.open_amount for item in reader.records(OpenItem)}
    texts = dict(reader.frame(DocumentDetail, ("document_id", "description")).iter_rows())
    documents = list(reader.records(Document, **equals))
    voided = set(reader.frame(Document, ("reverses_id",))["reverses_id"].drop_nulls())
    for document in reversed(documents):
        status = "open" if document.id in left else "closed"
        yield {
            "number": document.number, "kind": document.kind,
            "status": "voided" if document.id in voided else status,
            "customer_id": document.customer_id, "date": document.document_date,
            "due": document.due_date or "", "currency": document.currency,
            "amount": sign(document.kind) * document.amount,
            "open": sign(document.kind) * left.get(document.id, 0),
            "text": texts.get(document.id, ""),
        }  # fmt: skip
