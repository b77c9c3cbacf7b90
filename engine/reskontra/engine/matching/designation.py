"""What a line states although no document carries it (Swedish: *okänd referens*).

The payer's own designation wins. A valid reference of the company's, or a number in the form of its
documents' numbers, that names nothing in the books means another document: one that is paid and
gone, or one that is not here yet. Then an equal amount proves nothing. A reference that differs
from a document's by one slip of the hand means that document, and supports it.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from rapidfuzz.distance import OSA

from reskontra.engine.matching.proposals import Elsewhere

_SHORTEST = 5
"""Digits of a number that may be a mistyped or unknown reference."""
_SHORTEST_CUSTOMER = 4
_NUMBERED = ("payment_reference", "legacy", "number", "external", "order")
_CUT = 6
"""Digits that must be left of a reference that the bank cut off."""


@dataclass(frozen=True, slots=True)
class Designation:
    """Numbers of the run's lines that are no key of an open document."""

    unknown: pl.DataFrame
    """n, token, closed (it is of a closed document), protected (that, or valid by check digit or by
    the bank), alien (it looks like a reference or number of the company's)."""
    keys: pl.DataFrame
    """d, key of open documents; their form is that of the company's references."""
    customers: pl.DataFrame
    """n, group: payer groups whose customer number the line states."""
    lines: pl.DataFrame
    """n of lines that state something in the form of the company's references."""
    second_payments: pl.DataFrame
    """n of lines that state the number of a closed document."""

    def of_stated_customer(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """``pairs`` (n, document group ...) without those of other customers than are stated."""
        column = "document_group" if "document_group" in pairs.columns else "group"
        stated = self.customers.rename({"group": column})
        silent = pairs.join(stated, on="n", how="anti", maintain_order="left")
        own = pairs.join(stated, on=["n", column], how="semi", maintain_order="left")
        return pl.concat([silent, own]).sort("n", "d", maintain_order=True)

    def judged(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """``pairs`` (n, d ...) with ``agrees``: the line states this document but for a slip of the
        hand (true), states another one (false), or states nothing (null).
        """
        stated = self.unknown.join(pairs.select("n").unique(), on="n", how="semi")
        if stated.is_empty():
            return pairs.with_columns(agrees=pl.lit(None, dtype=pl.Boolean))
        known = self.keys.join(pairs.select("d").unique(), on="d", how="semi")
        both = pairs.select("n", "d").unique().join(stated, on="n").join(known, on="d")
        near = [
            not protected and is_slip(token, key)
            for token, key, protected in both.select("token", "key", "protected").iter_rows()
        ]
        verdict = (
            both.with_columns(near=pl.Series(near, dtype=pl.Boolean))
            .group_by("n", "d")
            .agg(pl.col("near").any(), pl.col("alien").any())
            .select(
                "n", "d",
                agrees=pl.when("near").then(pl.lit(value=True))
                .when("alien").then(pl.lit(value=False)),
            )
        )  # fmt: skip
        return pairs.join(verdict, on=["n", "d"], how="left", maintain_order="left")


def is_slip(token: str, key: str) -> bool:
    """Whether ``token`` is ``key`` but for one error of typing, or cut off.

    One digit wrong, left out or added; neighbours swapped, also across a third; a pair of equal
    digits mistyped; the beginning or the end missing.

    >>> [is_slip(t, "1003779") for t in ("1003770", "1003797", "103779", "1003998", "2004779")]
    [True, True, True, False, False]
    >>> is_slip("1004479", "1003379"), is_slip("1007739", "1003779")
    (True, True)
    """
    if OSA.distance(token, key, score_cutoff=1) <= 1:
        return True
    if len(token) < len(key):
        return len(token) >= _CUT and (key.startswith(token) or key.endswith(token))
    if len(token) > len(key):
        return False
    wrong = [i for i, (a, b) in enumerate(zip(token, key, strict=True)) if a != b]
    if len(wrong) != 2:
        return False
    i, j = wrong
    twins = j == i + 1 and token[i] == token[j] and key[i] == key[j]
    jumped = j == i + 2 and token[i] == key[j] and token[j] == key[i]
    return twins or jumped


def near_references(pairs: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """n, d of ``pairs`` (n, token, d, document_id) in which the token is a reference or number of
    the document but for a slip of the hand.
    """
    numbered = keys.filter(pl.col("kind").is_in(_NUMBERED)).select("document_id", "key")
    both = pairs.filter(pl.col("token").str.len_chars() >= _SHORTEST).join(
        numbered, on="document_id"
    )
    near = [is_slip(token, key) for token, key in both.select("token", "key").iter_rows()]
    return both.filter(pl.Series(near, dtype=pl.Boolean)).select("n", "d").unique()


def designation(
    tokens: pl.DataFrame,
    numbers: pl.DataFrame,
    known: pl.DataFrame,
    keys: pl.DataFrame,
    items: pl.DataFrame,
    customers: pl.DataFrame,
    elsewhere: Elsewhere,
) -> Designation:
    """What lines state that names no document.

    ``tokens``: structured references with ``checked``; ``numbers``: numbers in text; ``known``:
    what of both is a key; ``keys``, ``items``, ``customers``, ``elsewhere``: as in
    ``MatchingInputs`` and ``Prepared``.
    """
    own = keys.filter(pl.col("kind").is_in(_NUMBERED))
    open_keys = own.join(items.select("d", "document_id"), on="document_id").select("d", "key")
    stated = pl.concat(
        [
            tokens.select(
                "n", "token", "digits",
                protected=(pl.col("checked") | (pl.col("verdict") == "valid"))
                & (pl.col("kind") == "payment_reference"),
            ),
            numbers.select("n", "token", "digits", protected=pl.lit(value=False)),
        ]
    ).filter(pl.col("digits") >= _SHORTEST)  # fmt: skip
    numbered = customers.select("group", token=pl.col("customer").str.to_uppercase())
    of_customers = (
        pl.concat([tokens.select("n", "token", "digits"), numbers.select("n", "token", "digits")])
        .filter(pl.col("digits") >= _SHORTEST_CUSTOMER)
        .join(known.select("token").unique(), on="token", how="anti")
        .join(numbered, on="token")
        .select("n", "group")
        .unique()
        .sort("n", "group")
    )
    open_known = known.filter(pl.col("d").is_not_null()).select("token").unique()
    closed = known.select("token", closed=pl.lit(value=True)).unique()
    unknown = (
        stated.join(open_known, on="token", how="anti")
        .join(numbered.select("token"), on="token", how="anti")
        .join(closed, on="token", how="left", maintain_order="left")
        .with_columns(protected=pl.col("protected") | pl.col("closed").fill_null(value=False))
        .with_columns(**_form("token"))
        .pipe(_with_ours, open_keys, elsewhere)
        .group_by("n", "token", maintain_order=True)
        .agg(pl.col("protected").any(), pl.col("ours").any(), pl.col("closed").any())
        .select(
            "n",
            "token",
            "protected",
            pl.col("closed").fill_null(value=False),
            alien=pl.col("protected") | pl.col("ours").fill_null(value=False),
        )
    )
    return Designation(
        unknown,
        open_keys,
        of_customers,
        lines=_stating(unknown, "alien"),
        second_payments=_stating(unknown, "closed"),
    )


def _stating(unknown: pl.DataFrame, what: str) -> pl.DataFrame:
    return unknown.filter(what).select("n").unique().sort("n")


def _with_ours(stated: pl.DataFrame, keys: pl.DataFrame, elsewhere: Elsewhere) -> pl.DataFrame:
    """``stated`` (length, first ...) with ``ours``: a key of an open document has this form; else
    null.
    """
    form = ["length", "first"]
    asked = stated.select(form).unique()
    here = keys.select(**_form("key")).unique().join(asked, on=form, how="semi")
    there = elsewhere.forms(asked.join(here, on=form, how="anti"))
    ours = pl.concat([here, there]).with_columns(ours=pl.lit(value=True))
    return stated.join(ours, on=form, how="left", maintain_order="left")


def _form(column: str) -> dict[str, pl.Expr]:
    """What a reference looks like: its length and its first two characters."""
    value = pl.col(column)
    return {"length": value.str.len_chars(), "first": value.str.slice(0, 2)}
