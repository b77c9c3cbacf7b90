"""The facts that a rule can read about one bank line (Swedish: *bankhändelse*).

One row per bank line, prepared by the engine; null = missing. Amounts are signed minor units,
ratios integers of 1/10 000. A fact is never computed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from reskontra.rules.vocabulary import STAGES, Stage

Kind = Literal["money", "integer", "ratio", "flag", "text", "date", "choice"]

_DTYPES: dict[Kind, pl.DataType] = {
    "money": pl.Int64(),
    "integer": pl.Int64(),
    "ratio": pl.Int64(),
    "flag": pl.Boolean(),
    "text": pl.String(),
    "date": pl.Date(),
    "choice": pl.String(),
}

OPERATORS: dict[Kind, tuple[str, ...]] = {
    "money": ("in", "gt", "gte", "lt", "lte", "between", "present"),
    "integer": ("in", "gt", "gte", "lt", "lte", "between", "present"),
    "ratio": ("in", "gt", "gte", "lt", "lte", "between", "present"),
    "date": ("in", "gt", "gte", "lt", "lte", "between", "present"),
    "flag": ("present",),
    "text": ("in", "contains", "starts_with", "matches", "present"),
    "choice": ("in", "present"),
}
"""Operators by kind; a plain value is equality and works for every kind."""

_TIERS = (
    "reference", "reference_fee", "invoice_number", "list", "text", "payment",
    "account_amount", "name_amount", "combination", "relevance",
)  # fmt: skip
_SHAPES = (
    "exact", "again", "by_chance", "learned", "discount", "netted", "rounding", "short",
    "short_unknown_payer", "over",
)  # fmt: skip
_AFTER_CLASSIFY: tuple[Stage, ...] = STAGES[1:]


@dataclass(frozen=True, slots=True)
class Field:
    """One fact: what it is called, what it holds, who may read it."""

    name: str
    kind: Kind
    help: str
    choices: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = STAGES

    @property
    def dtype(self) -> pl.DataType:
        """How the column is stored."""
        return _DTYPES[self.kind]


def _by_name(*fields: Field) -> dict[str, Field]:
    return {field.name: field for field in fields}


FIELDS: dict[str, Field] = _by_name(
    Field("currency", "text", "currency of the bank line, e.g. SEK"),
    Field("direction", "choice", "money in or out", ("in", "out")),
    Field("amount", "money", "amount of the bank line; money out is negative"),
    Field("booking_date", "date", "the bank's booking date, YYYY-MM-DD"),
    Field("cash_account", "text", "id of the company's bank account"),
    Field("text", "text", "all free text of the line, one piece per text line"),
    Field("payer_name", "text", "who paid, as the bank writes it"),
    Field("payer_account", "text", "account of the counterparty without spaces"),
    Field("bank_code", "text", "transaction code of the bank"),
    Field("reference", "text", "first structured reference as written"),
    Field("customer", "text", "number of the identified customer"),
    Field("payer_known", "flag", "the payer is one of the customers"),
    Field("tier", "choice", "kind of evidence behind the proposal, strongest first", _TIERS),
    Field("tier_automatic", "flag", "matching.auto allows this tier and amount unattended"),
    Field("shape", "choice", "how the amount fits the documents", _SHAPES),
    Field("precision", "ratio", "proven precision of this tier and shape, 0.0 to 1.0"),
    Field("measured_cases", "integer", "decisions that the precision stands on"),
    Field("measured_wrong", "integer", "how many of these were wrong"),
    Field("difference", "money", "amount minus what the proposed documents need; short < 0"),
    Field("candidates", "integer", "number of equally good proposals; 1 = unique"),
    Field("documents", "integer", "number of documents in the proposal"),
    Field("netted", "flag", "credit notes of the payer explain a short payment exactly"),
    Field("discount", "flag", "a cash discount taken in time explains the difference"),
    Field("fee", "flag", "linked fees or interest are part of the proposal"),
    Field("duplicate", "flag", "same reference and amount within matching.duplicate_days"),
    Field("document_closed", "flag", "the document that is referred to is already paid"),
    Field("reference_valid", "flag", "check digit of one of the company's schemes is right"),
    Field("reference_customer", "flag", "the reference names a customer, not a document"),
    Field(
        "reference_unknown", "flag",
        "states a valid reference, or a number like the documents', that no document carries",
    ),
    Field("contested", "flag", "another payment claims the same document equally well"),
    Field("interchangeable", "flag", "equally good documents of same payer, amount and kind"),
    Field("within_rounding", "flag", "difference within differences.rounding and customer cap"),
    Field("write_off_allowed", "flag", "company and customer allow write-offs"),
    Field("payer_agrees", "flag", "account or name of the payer fits the documents' customer"),
    Field("relevance", "ratio", "relevance of the best proposal, 0.0 to 1.0"),
    Field("lead", "ratio", "relevance minus that of the runner-up, 0.0 to 1.0"),
    Field("relevance_accepts", "flag", "relevance passes the thresholds of matching.auto"),
    Field("currency_differs", "flag", "documents are in another currency than the line"),
    Field("own_account", "flag", "the counterparty's account is one of the company's own"),
    Field("reversal", "flag", "the bank takes back or returns an earlier payment"),
    Field("existing_payment", "flag", "the proposal is a payment registered earlier"),
    Field("several_customers", "flag", "the documents belong to several customers"),
    Field(
        "outcome", "choice", "what earlier stages decided",
        ("apply", "open_payment", "cash_entry", "hide", "hold", "review"), _AFTER_CLASSIFY,
    ),
    Field("tag", "text", "marks set by earlier rules and stages"),
)  # fmt: skip
"""The catalogue, in the order of the frame's columns."""

TAG_SEPARATOR = "\n"
"""Between the tags of one row in the column ``tag``."""


def schema() -> dict[str, pl.DataType]:
    """Columns and types of the facts frame: ``line_id`` and every field of the catalogue."""
    return {"line_id": pl.Int64(), **{name: field.dtype for name, field in FIELDS.items()}}


def frame(rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """A facts frame; what a row does not say is missing. Values are stored values: minor units,
    ratios of 1/10 000, ``date``.

    >>> frame([{"line_id": 1, "amount": 125000}]).select("line_id", "amount", "tier").row(0)
    (1, 125000, None)
    """
    columns = schema()
    data = [tuple(row.get(name) for name in columns) for row in rows]
    return pl.DataFrame(data, schema=columns, orient="row")
