"""Lines, open documents and customers in the shape and order that every pass works on.

Lines get a number ``n`` and documents a number ``d`` that follow from content alone, never from
database ids: lines by booking date and what the bank said, documents by due date (oldest first).
Every tie in a later pass is broken by these numbers, so the order of input cannot matter.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from reskontra.engine.matching.proposals import MatchingInputs
from reskontra.engine.text import account_key_column

TARGET_KINDS = ("invoice", "debit_note", "overdue_charge", "dunning_fee")
"""What a receipt can settle."""
FEE_KINDS = ("overdue_charge", "dunning_fee")

_LINE_ORDER = ("booking_date", "amount", "currency", "identity", "occurrence")
_LINE_CONTENT = ("references", "text", "payer_name", "payer_account")
_ITEM_ORDER = ("due", "document_date", "number", "kind", "document_id")


@dataclass(frozen=True, slots=True)
class Prepared:
    """The run's frames; ``n`` and ``d`` are Int64 keys of lines and documents."""

    lines: pl.DataFrame
    """n, line_id, currency, amount, date Date, paid_on Date (value date, else date), cash_account,
    text, payer_name, payer_account (compact), bank_code, references (JSON), bank_reference,
    end_to_end_id, reversal."""
    items: pl.DataFrame
    """d, document_id, customer_id, group, kind, number, currency, open, sign (+1 target, -1 credit
    note, 0 payment and others), document_date, due, discount_date Date, discount, disputed,
    by_hand (no bank line is known behind it)."""
    customers: pl.DataFrame
    """customer_id, customer (number), name, group, write_off, write_off_limit."""


def prepare(inputs: MatchingInputs) -> Prepared:
    """The frames of a run."""
    customers = _customers(inputs.customers)
    return Prepared(_lines(inputs.lines), _items(inputs.items, customers), customers)


def _customers(customers: pl.DataFrame) -> pl.DataFrame:
    return customers.select(
        pl.col("id").alias("customer_id"),
        pl.col("number").alias("customer"),
        "name",
        pl.coalesce("parent_id", "id").alias("group"),
        pl.col("write_off").cast(pl.Boolean),
        "write_off_limit",
    ).sort("customer_id")


def _lines(lines: pl.DataFrame) -> pl.DataFrame:
    return (
        in_order(lines)
        .with_row_index("n")
        .select(
            pl.col("n").cast(pl.Int64),
            pl.col("id").alias("line_id"),
            "currency",
            "amount",
            pl.col("booking_date").str.to_date("%Y-%m-%d").alias("date"),
            pl.coalesce("value_date", "booking_date").str.to_date("%Y-%m-%d").alias("paid_on"),
            "cash_account",
            "text",
            "payer_name",
            account_key_column(pl.col("payer_account")).alias("payer_account"),
            "bank_code",
            "references",
            "bank_reference",
            "end_to_end_id",
            pl.col("reversal").cast(pl.Boolean),
        )
    )


def in_order(lines: pl.DataFrame) -> pl.DataFrame:
    """By booking date and content; the database id decides only between identical twins.

    The identity of a line stands for its content; where it does not tell lines apart, what the bank
    wrote is compared as well (comparing long texts always would cost more than all matching).
    """
    if lines.select("identity", "occurrence").is_duplicated().any():
        return lines.sort(*_LINE_ORDER, *_LINE_CONTENT, "id", nulls_last=True)
    return lines.sort(*_LINE_ORDER, nulls_last=True)


def _items(items: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    by_hand = pl.col("bank_line_id").is_null() if "bank_line_id" in items.columns else pl.lit(True)
    sign = (
        pl.when(pl.col("kind").is_in(TARGET_KINDS)).then(1)
        .when(pl.col("kind") == "credit_note").then(-1)
        .otherwise(0)
    )  # fmt: skip
    return (
        items.filter(pl.col("open_amount") > 0)
        .join(
            customers.select("customer_id", "group"),
            on="customer_id",
            how="left",
            maintain_order="left",
        )
        .select(
            "document_id",
            "customer_id",
            "group",
            "kind",
            "number",
            "currency",
            pl.col("open_amount").alias("open"),
            sign.cast(pl.Int64).alias("sign"),
            pl.col("document_date").str.to_date("%Y-%m-%d"),
            pl.coalesce("due_date", "document_date").str.to_date("%Y-%m-%d").alias("due"),
            pl.col("discount_date").str.to_date("%Y-%m-%d"),
            pl.col("discount_amount").fill_null(0).alias("discount"),
            pl.col("disputed").cast(pl.Boolean).fill_null(value=False),
            by_hand.alias("by_hand"),
        )
        .sort(_ITEM_ORDER, nulls_last=True)
        .select(pl.int_range(pl.len(), dtype=pl.Int64).alias("d"), pl.all())
    )
