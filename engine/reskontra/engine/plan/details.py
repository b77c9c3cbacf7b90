"""Facts, evidence, factors and suggestions of every line as canonical JSON, made column by column.

The same bytes as ``model.canonical`` gives for the same data (a test compares them): keys sorted,
no blanks, what is absent left out. In columns, since a run has fifteen such rows per line.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import polars as pl

from reskontra.engine.matching.proposals import Proposals

RECORDED_ELSEWHERE = ("line_id", "customer_id", "text", "payer_name", "currency")
"""Facts that the planned line holds under its own names."""

_SPECIAL = ['"', "\\", *map(chr, range(32))]
_ESCAPED = [json.dumps(character)[1:-1] for character in _SPECIAL]


def details(proposals: Proposals, items: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    """line_id; facts, evidence, trace, suggestions String (JSON), one row per line of ``facts``."""
    numbers = items.select("document_id", document="number")
    facts = proposals.facts
    names = [name for name in facts.columns if name not in RECORDED_ELSEWHERE]
    result = facts.select("line_id", facts=_object(facts.schema, names))
    parts = {
        "evidence": _numbered(proposals.evidence, numbers),
        "trace": _numbered(proposals.traces, numbers),
        "suggestions": _suggestions(proposals.suggestions, numbers, customers),
    }
    for name, rows in parts.items():
        lists = rows.group_by("line_id", maintain_order=True).agg(_list("text").alias(name))
        result = result.join(lists, on="line_id", how="left", maintain_order="left")
    return result.with_columns(pl.col(name).fill_null("[]") for name in parts)


def _numbered(rows: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """line_id, text of rows that speak of a document, named by its number (empty = of none)."""
    named = rows.join(numbers, on="document_id", how="left", maintain_order="left").with_columns(
        pl.col("document").fill_null("")
    )
    names = [name for name in named.columns if name not in {"line_id", "document_id"}]
    return named.select("line_id", text=_object(named.schema, names))


def _suggestions(
    rows: pl.DataFrame, numbers: pl.DataFrame, customers: pl.DataFrame
) -> pl.DataFrame:
    """line_id, text; documents by number, an unknown one by its id."""
    counted = rows.with_row_index("row")
    known = pl.coalesce("document", pl.col("document_ids").cast(pl.String))
    documents = (
        counted.select("row", "document_ids")
        .explode("document_ids", empty_as_null=False)
        .join(numbers, left_on="document_ids", right_on="document_id", how="left",
              maintain_order="left")
        .select("row", documents=_string(known))
        .group_by("row", maintain_order=True)
        .agg(_list("documents").alias("documents"))
    )  # fmt: skip
    named = (
        counted.join(documents, on="row", how="left", maintain_order="left")
        .join(customers.select(customer_id="id", customer="number"), on="customer_id", how="left",
              maintain_order="left")
        .with_columns(pl.col("customer").fill_null(""), pl.col("documents").fill_null("[]"))
    )  # fmt: skip
    pairs = {
        "customer": _string(pl.col("customer")),
        "documents": pl.col("documents"),
        "rank": pl.col("rank").cast(pl.String),
        "relevance": pl.coalesce(pl.col("relevance").cast(pl.String), pl.lit("null")),
        "tier": pl.coalesce(_string(pl.col("tier")), pl.lit("null")),
    }
    return named.select("line_id", text=_braces(pairs))


def _list(name: str) -> pl.Expr:
    """The JSON list of a group."""
    return pl.concat_str(pl.lit("["), pl.col(name).str.join(","), pl.lit("]"))


def _object(schema: pl.Schema, names: Sequence[str]) -> pl.Expr:
    """A JSON object of these columns; null = not in it."""
    return _braces({name: _value(name, schema[name]) for name in names})


def _braces(pairs: dict[str, pl.Expr]) -> pl.Expr:
    fields = [pl.lit(f'"{name}":') + pairs[name] for name in sorted(pairs)]
    inside = pl.concat_str(fields, separator=",", ignore_nulls=True)
    return pl.concat_str(pl.lit("{"), inside, pl.lit("}"))


def _value(name: str, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.String:
        return _string(pl.col(name))
    if dtype == pl.Date:
        return pl.lit('"') + pl.col(name).cast(pl.String) + pl.lit('"')
    return pl.col(name).cast(pl.String)


def _string(text: pl.Expr) -> pl.Expr:
    """A JSON string: quotes, backslashes and control characters escaped, all else as it is."""
    return pl.lit('"') + text.str.replace_many(_SPECIAL, _ESCAPED) + pl.lit('"')
