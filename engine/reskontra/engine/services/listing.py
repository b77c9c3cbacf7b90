"""Listing: the rows behind ``reskontra show``, in a stable order; amounts in minor units."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from reskontra.engine.ledger.balance import SIGNS, sign
from reskontra.engine.ledger.records import (
    BankLine,
    BankLineState,
    Customer,
    Decision,
    Document,
    OpenItem,
)
from reskontra.engine.ports import Reader

Row = dict[str, Any]


def customers(reader: Reader, search: str = "") -> Iterator[Row]:
    """Customers with their balance per currency; ``search`` = words that all occur in number or
    name.
    """
    signs = dict(SIGNS)
    balances: dict[int | None, dict[str, int]] = {}
    for item in reader.records(OpenItem):
        per_currency = balances.setdefault(item.customer_id, {})
        amount = signs[item.kind] * item.open_amount
        per_currency[item.currency] = per_currency.get(item.currency, 0) + amount
    words = search.casefold().split()
    for customer in sorted(reader.records(Customer), key=lambda customer: customer.number):
        text = f"{customer.number} {customer.name}".casefold()
        if all(word in text for word in words):
            owed = balances.get(customer.id) or {customer.currency: 0}
            for currency in sorted(owed):
                yield {
                    "number": customer.number, "name": customer.name,
                    "country": customer.country, "status": customer.status,
                    "currency": currency, "balance": owed[currency],
                }  # fmt: skip


def documents(
    reader: Reader, *, customer: str = "", kind: str = "", open_only: bool = True
) -> Iterator[Row]:
    """Documents with what is open on them, by customer number and document id."""
    numbers = {found.id: found.number for found in reader.records(Customer)}
    amounts = {item.document_id: item.open_amount for item in reader.records(OpenItem)}
    for document in reader.records(Document):
        number = numbers.get(document.customer_id or 0, "")
        left = amounts.get(document.id, 0)
        if (open_only and not left) or (kind and document.kind != kind):
            continue
        if not customer or customer == number:
            yield {
                "number": document.number, "kind": document.kind, "customer": number,
                "date": document.document_date, "due": document.due_date or "",
                "currency": document.currency, "amount": sign(document.kind) * document.amount,
                "open": sign(document.kind) * left,
            }  # fmt: skip


def payments(reader: Reader, *, state: str = "") -> Iterator[Row]:
    """Bank lines with where they stand and what was decided last."""
    states = {found.bank_line_id: found for found in reader.records(BankLineState)}
    decisions = {found.bank_line_id: found for found in reader.records(Decision)}
    for line in reader.records(BankLine):
        where = states[line.id].state
        if state and state != where:
            continue
        decision = decisions.get(line.id)
        yield {
            "line": line.id, "date": line.booking_date, "amount": line.amount,
            "currency": line.currency, "payer": line.payer_name, "state": where,
            "outcome": decision.outcome if decision else "",
            "tier": decision.tier if decision else "", "rule": decision.rule if decision else "",
            "run": (states[line.id].run_id or ""),
        }  # fmt: skip


def ageing_rows(frame: pl.DataFrame, reader: Reader, *, by_customer: bool) -> Iterator[Row]:
    """Ageing per currency (and customer) as rows of buckets; see ``ledger.ageing``."""
    numbers = {found.id: (found.number, found.name) for found in reader.records(Customer)}
    sums: dict[tuple[str, str, str], Row] = {}
    for row in frame.iter_rows(named=True):
        number, name = numbers.get(row["customer_id"], ("", "unidentified"))
        key = (row["currency"], number, name) if by_customer else (row["currency"], "", "")
        buckets = sums.setdefault(key, {})
        buckets[row["bucket"]] = buckets.get(row["bucket"], 0) + row["amount"]
        buckets["documents"] = buckets.get("documents", 0) + row["documents"]
    for currency, number, name in sorted(sums):
        head = {"customer": number, "name": name} if by_customer else {}
        yield {"currency": currency, **head, **sums[currency, number, name]}
