"""References that no document carries yet are read by the company's formats: an OCR number, KID or
format of one's own names the document whose number it holds.

Documents that came with their printed references are found by those; this is for the others, so
that what ``reference make`` prints is what a bank line is recognised by. A reference that holds a
customer number as well counts only for a document of that customer. Not covered: numbers that a
format shortens (``overflow``), and references that name a customer only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from reskontra.engine.errors import ReskontraError
from reskontra.engine.matching.prepare import TARGET_KINDS
from reskontra.engine.matching.tokens import structured, written_raw
from reskontra.engine.references import ReferenceScheme, parse, valid_mask
from reskontra.engine.text import reference_key, reference_key_column

_ISSUED = ("payment_reference", "legacy")
_KEY = {"document_id": pl.Int64, "key": pl.String, "kind": pl.String}
_READ = {"key": pl.String, "number": pl.String, "bare": pl.Boolean, "holder": pl.String}


def with_recognised_keys(
    keys: pl.DataFrame,
    *,
    lines: pl.DataFrame,
    documents: pl.DataFrame,
    customers: pl.DataFrame,
    schemes: Sequence[ReferenceScheme],
) -> pl.DataFrame:
    """``keys`` with one more payment reference per reference in ``lines`` that a scheme reads.

    ``documents``: id, customer_id, number, kind; ``customers``: id, number; the others as in
    ``MatchingInputs``.
    """
    unprinted = _unprinted(keys, documents)
    if not schemes or not unprinted.height or not lines.height:
        return keys
    read = pl.DataFrame(_readings(schemes, _stated(lines, keys)), _READ, orient="row")
    if not read.height:
        return keys
    named = pl.concat(
        [
            some.join(unprinted.select("document_id", "customer_id", number=number), on="number")
            for some, number in (
                (read.filter(~pl.col("bare")), reference_key_column(pl.col("number"))),
                (read.filter("bare"), _digits(pl.col("number"))),
            )
        ]
    )
    holders = customers.select(customer_id=pl.col("id"), customer_digits=_digits(pl.col("number")))
    found = (
        named.join(holders, on="customer_id", how="left")
        .filter(pl.col("holder").is_null() | (pl.col("holder") == pl.col("customer_digits")))
        .select("document_id", "key", kind=pl.lit("payment_reference"))
        .unique()
        .sort("key", "document_id")
    )
    return pl.concat([keys, found.cast(keys.schema)])


def stated_keys(
    lines: pl.DataFrame, prefixes: Sequence[str], schemes: Sequence[ReferenceScheme]
) -> list[str]:
    """Every key under which these lines can name a document: what they say, without and with the
    prefixes of numbers, and the numbers that schemes read from it.

    A document that is open is found by any key of its own; a closed one whose number has letters is
    found by its digits only where they are a configured prefix.
    """
    values = _values(lines)
    numbers = [number for _, number, _, _ in _readings(schemes, values.sort())]
    said = pl.concat([values, pl.Series(numbers, dtype=pl.String)]).to_frame("value")
    keys = set(said.select(reference_key_column(pl.col("value"))).to_series())
    for prefix in map(reference_key, prefixes):
        bare = {key.removeprefix(prefix).lstrip("0") for key in keys if key.startswith(prefix)}
        keys |= {prefix + "0" * zeros + key for key in keys | bare for zeros in range(_ZEROS)}
        keys |= bare
    return sorted(keys - {""})


_ZEROS = 9
"""A number that follows a prefix has fewer leading zeros than this."""


def _unprinted(keys: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
    """Documents that a payment can settle and that came without a reference of their own."""
    printed = keys.filter(pl.col("kind").is_in(_ISSUED)).select("document_id")
    return (
        documents.filter(pl.col("kind").is_in(TARGET_KINDS))
        .rename({"id": "document_id"})
        .join(printed, on="document_id", how="anti")
    )


def _stated(lines: pl.DataFrame, keys: pl.DataFrame) -> pl.Series:
    """What the lines say, as written, less what is known as a printed reference already."""
    issued = keys.filter(pl.col("kind").is_in(_ISSUED)).select("key")
    return (
        _values(lines)
        .to_frame("value")
        .with_columns(key=reference_key_column(pl.col("value")))
        .join(issued, on="key", how="anti")
        .sort("value")["value"]
    )


def _values(lines: pl.DataFrame) -> pl.Series:
    """References and numbers that lines say, as written, each once."""
    numbered = lines.with_row_index("n")
    said = [structured(numbered).select("value"), written_raw(numbered).select(value="token")]
    return pl.concat(said).unique().to_series()


def _readings(
    schemes: Sequence[ReferenceScheme], values: pl.Series
) -> Iterable[tuple[str, str, bool, str | None]]:
    """Per reference and scheme: key, document number, whether of digits only, customer digits."""
    for value in values.filter(valid_mask(schemes, values)):
        for scheme in schemes:
            if not scheme.was_active:
                continue
            try:
                parts = parse(scheme, value)
            except ReskontraError:  # of another scheme, or its parts have no borders
                continue
            number, holder = parts.get("invoice_no", ""), parts.get("customer_no")
            bare = any(element.strip for element in scheme.elements)
            if number:
                yield reference_key(value), reference_key(number), bare, _bare(holder)


def _bare(holder: str | None) -> str | None:
    if holder is None:
        return None
    return "".join(filter(str.isdigit, holder)).lstrip("0") or "0"


def _digits(column: pl.Expr) -> pl.Expr:
    """The digits of a number, without leading zeros."""
    return column.str.replace_all(r"[^0-9]", "").str.replace(r"^0+([0-9]+)$", "${1}")
