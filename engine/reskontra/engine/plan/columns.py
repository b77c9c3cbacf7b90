"""A plan in columns, and the text of every line that they and the stored record agree on.

A run plans a hundred thousand lines: nothing of it is an object per line. The text of a line is
JSON: first what moves money, keys sorted, which booking reads back; last, under ``why``, what a
person reads. It is written to the plan file, hashed and stored as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from reskontra.engine.json_text import (
    escaped,
    in_halves,
    joined,
    json_list,
    json_object,
    json_pairs,
    json_string,
    json_value,
)

TEXTS = (
    "source_id", "cash_account", "booking_date", "currency", "payer", "reference", "outcome",
    "treat", "tier", "rule", "customer", "account", "role", "blocked", "state",
    "paid_currency",
)  # fmt: skip
AMOUNTS = ("line", "amount", "relevance", "runner_up", "unapplied", "written_off", "paid")
WHY_TEXTS = ("text", "rule_at", "because")
WHY_DETAILS = ("facts", "evidence", "trace", "suggestions")
"""Parts of a record that are JSON themselves."""

ALLOCATION: dict[str, type[pl.DataType]] = {
    "document": pl.Int64, "number": pl.String, "kind": pl.String, "customer": pl.String,
    "account": pl.String, "sign": pl.Int64, "before": pl.Int64, "paid": pl.Int64,
    "discount": pl.Int64, "write_off": pl.Int64,
}  # fmt: skip
"""Fields of ``model.Allocation``."""
POSTING: dict[str, type[pl.DataType]] = {
    "account": pl.String, "role": pl.String, "amount": pl.Int64, "customer": pl.String,
    "base_amount": pl.Int64, "base_currency": pl.String,
}  # fmt: skip
"""Fields of ``model.Posting``; a text leaves out what is null."""


def as_paid(lines: pl.DataFrame) -> pl.DataFrame:
    """``lines`` with amount and currency as their documents are paid (``PlannedLine.paid``)."""
    other = pl.col("paid_currency") != ""
    return lines.with_columns(
        amount=pl.when(other).then("paid").otherwise("amount"),
        currency=pl.when(other).then("paid_currency").otherwise("currency"),
    )


def settled_amount() -> pl.Expr:
    """What an allocation takes off its document."""
    return pl.col("paid") + pl.col("discount") + pl.col("write_off")


def open_after() -> pl.Expr:
    """What an allocation leaves open; ``model.Allocation.after`` in columns."""
    return pl.col("before") - settled_amount()


@dataclass(frozen=True, slots=True)
class Columns:
    """What booking and summing up read of planned lines; frames are in the order of the plan."""

    lines: pl.DataFrame
    """n (place in the plan), ``TEXTS`` String, ``AMOUNTS`` Int64, several_customers Boolean."""
    allocations: pl.DataFrame
    """n, at (place in the line) Int64, ``ALLOCATION``."""
    postings: pl.DataFrame
    """n Int64, ``POSTING``."""


def record_texts(columns: Columns, why: pl.DataFrame) -> pl.Series:
    """The text of each line; ``why``: ``WHY_TEXTS`` and ``WHY_DETAILS`` (JSON) of each line."""
    texts = pl.concat([columns.lines, why.select(WHY_TEXTS)], how="horizontal")
    rows = pl.concat([escaped(texts), why.select(WHY_DETAILS)], how="horizontal")
    for name, part, schema in (
        ("allocations", columns.allocations, ALLOCATION),
        ("postings", columns.postings, POSTING),
    ):
        lists = _lists(part, schema).rename({"text": name})
        rows = rows.join(lists, on="n", how="left", maintain_order="left")
    booking = {
        **{name: json_string(pl.col(name)) for name in TEXTS},
        **{name: (pl.col(name),) for name in AMOUNTS},
        **{name: (pl.col(name).fill_null("[]"),) for name in ("allocations", "postings")},
        "several_customers": (pl.col("several_customers"),),
    }
    reasons = {
        **{name: json_string(pl.col(name)) for name in WHY_TEXTS},
        **{name: (pl.col(name),) for name in WHY_DETAILS},
    }
    text = joined("{", *json_pairs(booking), _CUT, *json_pairs(reasons), "}}")
    return in_halves(rows, text.alias("record")).to_series()


_CUT = ',"why":{'
"""Where the part that books ends: inside a text every quote is escaped, so this is a key."""


def _lists(rows: pl.DataFrame, schema: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    """n, text: the JSON list of each line's rows."""
    known = [name for name in schema if rows[name].null_count() < rows.height]
    gaps = [name for name in known if rows[name].null_count()]
    objects = json_object({name: json_value(name, schema[name]) for name in known}, gaps)
    texts = in_halves(escaped(rows), pl.col("n"), objects.alias("text"))
    return texts.group_by("n", maintain_order=True).agg("text").select("n", json_list("text"))


BOOKING = pl.Struct(
    {
        **dict.fromkeys(TEXTS, pl.String),
        **dict.fromkeys(AMOUNTS, pl.Int64),
        "several_customers": pl.Boolean,
        "allocations": pl.List(pl.Struct(ALLOCATION)),
        "postings": pl.List(pl.Struct(POSTING)),
    }
)
"""What of a record moves money."""


def booking_parts(records: pl.Expr) -> pl.Expr:
    """What moves money in these texts, as a struct; a text that is no record is an error."""
    return (records.str.splitn(_CUT, 2).struct.field("field_0") + "}").str.json_decode(BOOKING)


def columns_of(records: pl.Series) -> Columns:
    """The columns that texts tell: the inverse of ``record_texts``."""
    parts = records.to_frame("record").select(booking_parts(pl.col("record")).alias("part"))
    rows = parts.unnest("part").with_row_index("n").with_columns(pl.col("n").cast(pl.Int64))
    return Columns(
        lines=rows.select("n", *TEXTS, *AMOUNTS, "several_customers"),
        allocations=_exploded(rows, "allocations").select(
            "n", pl.int_range(pl.len(), dtype=pl.Int64).over("n").alias("at"), *ALLOCATION
        ),
        postings=_exploded(rows, "postings").select("n", *POSTING),
    )


def _exploded(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    filled = rows.select("n", name).filter(pl.col(name).list.len() > 0)
    return filled.explode(name).unnest(name)
