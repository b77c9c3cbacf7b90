"""What a bank line says about documents: structured references and whole numbers in free text.

A token is a normal form (``engine.text.reference_key``) of a whole reference, word, digit run or
group of digits: never a part of a longer number. Which tokens name documents is found in ``keys``.
"""

from __future__ import annotations

import polars as pl

from reskontra.engine.text import reference_key_column

_SHORTEST = 4
_DIGIT_RUN = r"[0-9]{4,}"
_MIXED_RUN = r"[\p{L}0-9]{4,}"
_GROUPED = r"[0-9]{2,}(?:[ .\-][0-9]{1,6})+"
_AMOUNT = r"(?:^|[^0-9])[0-9]{1,3}(?:[ .]?[0-9]{3})*,[0-9]{2}(?:[^0-9]|$)"
"""Printed amounts are no references."""
_FIRST_ALONE = r"\b[0-9](?: [0-9]{3,5})+\b"
"""Blocks counted from the right may begin with a single digit (``1 03779``)."""
_CREDITOR_REFERENCE = r"RF[0-9]{2}(?: [0-9]{1,4})+|(?:SI|HR)[0-9]{2} [0-9][0-9\-]*"


def structured(lines: pl.DataFrame) -> pl.DataFrame:
    """Structured references: n, ordinal, value (as written), kind, part Int64, verdict, token,
    digits.
    """
    refs = pl.col("refs")
    return (
        lines.lazy()
        .filter(pl.col("references").str.len_bytes() > 2)
        .select("n", refs=pl.col("references").str.json_decode(pl.List(pl.List(pl.String))))
        .with_columns(ordinal=pl.int_ranges(refs.list.len(), dtype=pl.Int64))
        .explode("refs", "ordinal", empty_as_null=False)
        .select(
            "n",
            "ordinal",
            value=refs.list.get(0, null_on_oob=True).fill_null(""),
            kind=refs.list.get(1, null_on_oob=True).fill_null("free"),
            part=refs.list.get(2, null_on_oob=True).cast(pl.Int64),
            verdict=refs.list.get(3, null_on_oob=True).fill_null("unchecked"),
        )
        .with_columns(token=reference_key_column(pl.col("value")))
        .with_columns(digits=pl.col("token").str.count_matches("[0-9]").cast(pl.Int64))
        .collect()
    )


def written(lines: pl.DataFrame) -> pl.DataFrame:
    """Whole numbers in free text: n, token, digits; at least four digits each, without repeats."""
    digits = pl.col("token").str.count_matches("[0-9]").cast(pl.Int64)
    return (
        written_raw(lines)
        .with_columns(token=reference_key_column(pl.col("token")))
        .unique()
        .with_columns(digits=digits)
        .filter(pl.col("digits") >= _SHORTEST)
        .sort("n", "token")
    )


def written_raw(lines: pl.DataFrame) -> pl.DataFrame:
    """The same as they stand in the text, in capitals: n, token; with repeats, in no order."""
    upper = lines.filter(pl.col("text").str.contains(_DIGIT_RUN + r"|[0-9][ .\-][0-9]")).select(
        "n",
        pl.col("text").str.normalize("NFKC").str.to_uppercase().str.replace_all(_AMOUNT, "  "),
    )
    words = pl.col("text").str.extract_all(r"\S*[0-9]\S*")
    return pl.concat(
        [
            upper.select("n", expression.alias("token")).explode("token", empty_as_null=False)
            for expression in (
                words,
                pl.col("text").str.extract_all(_DIGIT_RUN),
                pl.col("text").str.extract_all(_MIXED_RUN),
                pl.col("text").str.extract_all(_GROUPED),
                pl.col("text").str.extract_all(_FIRST_ALONE),
                pl.col("text").str.extract_all(_CREDITOR_REFERENCE),
            )
        ]
    ).drop_nulls()
