"""Statements of account (Swedish: *kontoutdrag*): what stands open on a day, or how the balance
came from one day to another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

import polars as pl

from reskontra.engine.ledger.ageing import aged
from reskontra.engine.ledger.balance import signed
from reskontra.engine.ledger.records import Customer
from reskontra.engine.ledger.standing import documents_of, open_on, uses
from reskontra.engine.ports import Reader
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.balances import Money, buckets_of, consolidating, owed
from reskontra.engine.services.customer_numbers import numbers_of
from reskontra.engine.services.customer_view import CustomerView, view

Row = dict[str, Any]
OPEN_ITEM, BROUGHT_FORWARD = "open_item", "balance_brought_forward"
_TOLD = (
    "id", "customer_id", "kind", "number", "branch", "document_date", "due_date", "currency",
    "initial_open",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which statement."""

    since: str
    """First day of the movements, ISO date."""
    until: str
    """The day of the statement, ISO date."""
    kind: str = ""
    """``open_item`` or ``balance_brought_forward``; empty = the customer's own type."""


@dataclass(frozen=True, slots=True)
class Statement:
    """The account of a customer, and of the members whose documents stand on it; amounts in minor
    units, credits negative.
    """

    customer: Customer
    kind: str
    language: str
    """Language of the customer's letters; empty = the company's."""
    branch: str
    """The branch whose documents these are, or which speaks for all; empty = there are none."""
    since: str
    until: str
    opening: Money
    """Balance at the end of the day before ``since``."""
    rows: tuple[Row, ...]
    """Open documents, or movements with the balance after each; by currency and day."""
    closing: Money
    """Balance at the end of ``until``."""
    buckets: dict[str, Money]
    """Currency -> bucket of ``ledger.ageing`` -> amount."""


def statements(
    reader: Reader, number: str, wanted: Wanted, preferences: Preferences
) -> list[Statement]:
    """The statement of the customer who has or had this number: one, or one per branch where
    ``ledger.statements.all_branches`` is off. Raises ``ReskontraError`` RK830.
    """
    found = view(reader, number, preferences.customers)
    account = [found.customer.id, *consolidating(reader, found.customer, "statements")]
    documents = documents_of(reader, _TOLD, account)
    whole = preferences.ledger.statements.all_branches
    branches = [None] if whole else documents["branch"].unique().sort().to_list()
    return [
        _statement(reader, found, _Account(account, documents, branch), wanted, preferences)
        for branch in branches or [None]
    ]


class _Account(NamedTuple):
    """Whose documents stand on a statement, and which of them."""

    customers: list[int]
    documents: pl.DataFrame
    branch: str | None
    """``None`` = of all branches."""

    def mine(self) -> pl.DataFrame:
        """The documents of the branch."""
        if self.branch is None:
            return self.documents
        return self.documents.filter(pl.col("branch") == self.branch)


def _statement(
    reader: Reader,
    found: CustomerView,
    account: _Account,
    wanted: Wanted,
    preferences: Preferences,
) -> Statement:
    ledger = preferences.ledger
    documents = account.mine()
    ids = documents["id"].implode()
    before = (date.fromisoformat(wanted.since) - timedelta(days=1)).isoformat()
    opening, closing = (
        open_on(reader, day, account.customers).filter(pl.col("document_id").is_in(ids))
        for day in (before, wanted.until)
    )
    calendar = preferences.terms.calendar_of()
    placed = aged(closing, on=wanted.until, ageing=ledger.ageing, calendar=calendar)
    names = numbers_of(reader, account.customers)
    kind = wanted.kind or str(found.whole.get("documents.statement_type", OPEN_ITEM))
    rows = (
        _open_items(placed, names)
        if kind == OPEN_ITEM
        else _movements(reader, documents, names, wanted, owed(opening))
    )
    return Statement(
        customer=found.customer,
        kind=kind,
        language=str(found.whole.get("language", "")),
        branch=ledger.statements.branch if account.branch is None else account.branch,
        since=wanted.since,
        until=wanted.until,
        opening=owed(opening),
        rows=tuple(rows),
        closing=owed(closing),
        buckets=buckets_of(placed),
    )


def _open_items(placed: pl.DataFrame, names: dict[int, str]) -> Iterator[Row]:
    for item in placed.sort("currency", "document_date", "document_id").iter_rows(named=True):
        yield {
            "customer": names[item["customer_id"]], "date": item["document_date"],
            "kind": item["kind"], "number": item["number"], "due": item["due_date"] or "",
            "days": item["days"], "currency": item["currency"],
            "open": item["sign"] * item["open_amount"],
        }  # fmt: skip


def _movements(
    reader: Reader, documents: pl.DataFrame, names: dict[int, str], wanted: Wanted, opening: Money
) -> Iterator[Row]:
    """Documents and what else moves the balance, with the balance after each."""
    documents = signed(documents)
    made = documents.select(
        "id", "kind", day="document_date", amount=pl.col("sign") * pl.col("initial_open")
    )
    moved = pl.concat([made, _settled(reader, documents)])
    moved = moved.filter(pl.col("amount") != 0, pl.col("day").is_between(
        pl.lit(wanted.since), pl.lit(wanted.until)))  # fmt: skip
    about = documents.select("id", "customer_id", "number", "currency")
    balance = dict(opening)
    order = ("currency", "day", "id")
    for row in moved.join(about, on="id").sort(order, maintain_order=True).iter_rows(named=True):
        currency = row["currency"]
        balance[currency] = balance.get(currency, 0) + row["amount"]
        yield {
            "customer": names[row["customer_id"]], "date": row["day"], "kind": row["kind"],
            "number": row["number"], "currency": currency, "amount": row["amount"],
            "balance": balance[currency],
        }  # fmt: skip


def _settled(reader: Reader, documents: pl.DataFrame) -> pl.DataFrame:
    """What applications move: nothing between documents of the account, but for a cash discount
    (``discount``); all of it when the other document stands on another account (``settled``).
    Columns as of documents: id, kind, day, amount.
    """
    used = uses(reader, documents).join(documents.select("id", "sign"), on="id")
    inside = pl.col("other_id").is_in(documents["id"].implode())
    taken = used.with_columns(
        pair=pl.when(inside).then(pl.max_horizontal("id", "other_id")).otherwise("id"),
        against=pl.when(inside).then(pl.min_horizontal("id", "other_id")).otherwise("other_id"),
        kind=pl.when(inside).then(pl.lit("discount")).otherwise(pl.lit("settled")),
        amount=-pl.col("sign") * pl.col("amount"),
    )
    debit = pl.col("id").sort_by("sign").last()
    sums = taken.group_by("counts_on", "pair", "against", "kind").agg(pl.sum("amount"), debit)
    return sums.sort("counts_on", "pair", "against").select(
        "id", "kind", day="counts_on", amount="amount"
    )
