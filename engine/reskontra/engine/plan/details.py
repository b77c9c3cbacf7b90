"""Facts, evidence, factors and suggestions of every line as canonical JSON, made column by column.

The same bytes as ``json_text.canonical`` gives for the same data (a test compares them); what is
absent, and of the facts a flag that is not set, is left out. In columns, since a
run has fifteen such rows per line.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reskontra.engine.json_text import (
    escaped,
    in_halves,
    joined,
    json_list,
    json_object,
    json_string,
    json_value,
)
from reskontra.engine.matching.proposals import Proposals

RECORDED_ELSEWHERE = (
    "line_id", "customer_id", "text", "payer_name", "currency", "amount", "booking_date",
    "cash_account", "reference", "tier", "relevance", "several_customers",
)  # fmt: skip
"""Facts that the planned line holds under its own names."""


def details(proposals: Proposals, items: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    """line_id; facts, evidence, trace, suggestions String (JSON), one row per line of ``facts``."""
    numbers = escaped(items.select("document_id", document="number"))
    payers = escaped(customers.select(customer_id="id", customer="number"))
    facts = proposals.facts
    names = [name for name in facts.columns if name not in RECORDED_ELSEWHERE]
    flags = [name for name in names if facts.schema[name] == pl.Boolean]
    told = escaped(facts.with_columns(pl.when(pl.col(flags)).then(pl.col(flags))))
    result = in_halves(told, pl.col("line_id"), _object(told, names).alias("facts"))
    parts = {
        "evidence": _numbered(escaped(proposals.evidence), numbers),
        "trace": _numbered(escaped(proposals.traces), numbers),
        "suggestions": _suggestions(escaped(proposals.suggestions), numbers, payers),
    }
    for name, rows in parts.items():
        lists = (
            rows.group_by("line_id", maintain_order=True)
            .agg("text")
            .select("line_id", json_list("text").alias(name))
        )
        result = result.join(lists, on="line_id", how="left", maintain_order="left")
    return result.with_columns(pl.col(name).fill_null("[]") for name in parts)


def _numbered(rows: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """line_id, text of rows that speak of a document, named by its number (empty = of none)."""
    named = rows.join(numbers, on="document_id", how="left", maintain_order="left").with_columns(
        pl.col("document").fill_null("")
    )
    names = [name for name in named.columns if name not in {"line_id", "document_id"}]
    return in_halves(named, pl.col("line_id"), _object(named, names).alias("text"))


def _suggestions(rows: pl.DataFrame, numbers: pl.DataFrame, payers: pl.DataFrame) -> pl.DataFrame:
    """line_id, text; documents by number, an unknown one by its id."""
    counted = rows.with_row_index("row")
    known = pl.coalesce("document", pl.col("document_ids").cast(pl.String))
    documents = (
        counted.select("row", "document_ids")
        .explode("document_ids", empty_as_null=False)
        .join(numbers, left_on="document_ids", right_on="document_id", how="left",
              maintain_order="left")
        .select("row", documents=joined(*json_string(known)))
        .group_by("row", maintain_order=True)
        .agg("documents")
        .select("row", json_list("documents"))
    )  # fmt: skip
    named = (
        counted.join(documents, on="row", how="left", maintain_order="left")
        .join(payers, on="customer_id", how="left", maintain_order="left")
        .with_columns(pl.col("customer").fill_null(""), pl.col("documents").fill_null("[]"))
    )  # fmt: skip
    pairs = {
        "customer": json_string(pl.col("customer")),
        "documents": (pl.col("documents"),),
        "rank": (pl.col("rank"),),
        "relevance": (pl.col("relevance").cast(pl.String).fill_null("null"),),
        "tier": (joined(*json_string(pl.col("tier"))).fill_null("null"),),
    }
    return named.select("line_id", text=json_object(pairs))


def _object(rows: pl.DataFrame, names: Sequence[str]) -> pl.Expr:
    """A JSON object of these columns; null = not in it."""
    gaps = [name for name in names if rows[name].null_count()]
    return json_object({name: json_value(name, rows.schema[name]) for name in names}, gaps)
