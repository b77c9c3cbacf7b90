"""Relevance of the proposed documents, their rivals and whatever else has the right amount.

One evaluation per line and document, with a trace of its factors; the accept rule lets the best of
a line through only when nothing rivals it.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from reskontra.engine.matching.amounts import ByAmount, claim_pairs, offer
from reskontra.engine.matching.payers import Payers
from reskontra.engine.matching.relevance import FACTORS, accepted, scored, weights_of
from reskontra.engine.matching.similar import blocked_pairs
from reskontra.engine.matching.similarity import reference_similarity, similar_names
from reskontra.engine.preferences.matching import RATIO, MatchingPreferences


@dataclass(frozen=True, slots=True)
class Scorer:
    """What the factors need."""

    lines: pl.DataFrame
    items: pl.DataFrame
    payers: Payers
    names: pl.DataFrame
    """customer_id, name: names and aliases."""
    hits: pl.DataFrame
    """n, d, token: what lines name."""
    tokens: pl.DataFrame
    """n, token, checked (a reference with a valid check digit): structured references."""
    keys: pl.DataFrame
    """Keys of all documents, as in ``MatchingInputs``."""
    preferences: MatchingPreferences

    def score(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """``pairs``: n, d distinct. Adds relevance, the factors and what was compared."""
        lines = self.lines.select("n", "date", "amount", "payer_name", "payer_account").rename(
            {"amount": "line_amount"}
        )
        items = self.items.select("d", "customer_id", "due", "discount_date", "open", "document_id")
        rows = (
            pairs.select("n", "d")
            .join(lines, on="n", maintain_order="left")
            .join(items, on="d", maintain_order="left")
        )
        rows = self._with_reference(self._with_payee(rows))
        reference_date = (
            pl.when(pl.col("line_amount") < pl.col("open"))
            .then(pl.coalesce("discount_date", "due"))
            .otherwise("due")
        )
        rows = rows.with_columns(
            amount=pl.when(pl.col("line_amount") == pl.col("open")).then(RATIO).otherwise(0)
            .cast(pl.Int64),
            reference_date=reference_date,
            distance=(pl.col("date") - reference_date).dt.total_days(),
            booked=pl.col("date"),
        )  # fmt: skip
        return scored(rows, self.preferences).sort("n", "d")

    def _with_payee(self, rows: pl.DataFrame) -> pl.DataFrame:
        accounts = self.payers.accounts.select(
            pl.col("account").alias("payer_account"), "customer_id"
        ).with_columns(by_account=pl.lit(value=True))
        rows = rows.join(
            accounts.unique(), on=["payer_account", "customer_id"], how="left",
            maintain_order="left",
        ).join(self.payers.line_names, on="n", how="left", maintain_order="left")  # fmt: skip
        unsure = rows.filter(
            pl.col("by_account").is_null()
            & pl.col("name_key").is_not_null()
            & pl.col("customer_id").is_not_null()
        )
        exact = unsure.select("n", "d", "name_key", "customer_id").join(
            self.payers.names, on=["name_key", "customer_id"], how="semi"
        )
        other = unsure.join(exact, on=["n", "d"], how="anti")
        measured = pl.concat(
            [
                exact.select("n", "d", similarity=pl.lit(RATIO, dtype=pl.Int64)),
                other.select("n", "d").with_columns(similar_names(other, self.names)),
            ]
        )
        enough = pl.col("similarity") >= self.preferences.payee_cutoff
        return rows.join(measured, on=["n", "d"], how="left", maintain_order="left").with_columns(
            payee=pl.when(pl.col("by_account")).then(RATIO).when(enough).then("similarity")
            .when(pl.col("similarity").is_not_null()).then(0).cast(pl.Int64)
        )  # fmt: skip

    def _with_reference(self, rows: pl.DataFrame) -> pl.DataFrame:
        named = self.hits.filter(pl.col("d").is_not_null()).select(
            "n", "d", "token", ref=pl.lit(RATIO, dtype=pl.Int64)
        ).unique(subset=["n", "d"], keep="first", maintain_order=True)  # fmt: skip
        rows = rows.join(named, on=["n", "d"], how="left", maintain_order="left")
        missing = rows.filter(pl.col("ref").is_null()).select("n", "d")
        near = self._near_references(missing)
        with_any = self.tokens.select("n").unique().with_columns(stated=pl.lit(value=True))
        return (
            rows.join(near, on=["n", "d"], how="left", maintain_order="left")
            .join(with_any, on="n", how="left", maintain_order="left")
            .with_columns(
                ref=pl.coalesce("ref", "near", pl.when(pl.col("stated")).then(0)).cast(pl.Int64)
            )
        )

    def _near_references(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """n, d, near: edit similarity of references that no check digit protects."""
        own = pairs.join(self._comparable(self.tokens.filter(~pl.col("checked"))), on="n")
        if own.is_empty():
            return own.select("n", "d", near=pl.lit(None, dtype=pl.Int64))
        documents = self.items.select("d", "document_id").join(
            own.select("d").unique(), on="d", how="semi"
        )
        keys = self.keys.filter(pl.col("kind") != "payment_reference").join(
            documents, on="document_id"
        )
        known = self._comparable(keys.select("d", pl.col("key").alias("token")))
        both = own.select("n", "d", "token").join(known.rename({"token": "key"}), on="d")
        distinct = both.select("token", "key").unique().sort("token", "key")
        values = [reference_similarity(a, b) for a, b in distinct.iter_rows()]
        measured = distinct.with_columns(near=pl.Series(values, dtype=pl.Int64)).filter(
            pl.col("near") >= self.preferences.ref_cutoff
        )
        return (
            both.join(measured, on=["token", "key"])
            .group_by("n", "d")
            .agg(pl.col("near").max())
            .sort("n", "d")
        )

    def _comparable(self, frame: pl.DataFrame) -> pl.DataFrame:
        """References that may be nearly right: numbers are equal or different."""
        if self.preferences.fuzzy_numeric:
            return frame.filter(pl.col("token") != "")
        return frame.filter(pl.col("token").str.contains(r"[^0-9]"))


def settle_by_relevance(scorer: Scorer, by_amount: ByAmount) -> None:
    """Claim the best-scored document of undecided lines where the accept rule allows it.

    Two lines that want the same document: the higher relevance takes it, equal ones contest it.
    """
    state, preferences = by_amount.state, by_amount.preferences
    pairs = blocked_pairs(state.undecided(), state, preferences)
    if pairs.is_empty():
        return
    meant = by_amount.admitted(pairs).select("n", "d")
    scores = scorer.score(pairs).select("n", "d", "relevance", "ref", "payee")
    ranked = (
        pairs.join(scores, on=["n", "d"])
        .join(scorer.payers.line_names.rename({"name_key": "payer"}), on="n", how="left")
        .sort(["n", "relevance", "due", "d"], descending=[False, True, False, False])
        .with_columns(second=pl.col("relevance").shift(-1).over("n").fill_null(0))
    )
    best = ranked.unique(subset="n", keep="first", maintain_order=True)
    supported = (pl.col("ref").fill_null(0) >= preferences.ref_cutoff) | (
        pl.col("payee").fill_null(0) >= preferences.payee_cutoff
    )
    good = best.filter(
        accepted(pl.col("relevance"), pl.col("second"), supported, preferences)
    ).join(meant, on=["n", "d"], how="semi")
    top = good.filter(pl.col("relevance") == pl.col("relevance").max().over("d"))
    claim_pairs(top.sort("n", "d"), "relevance", state, preferences)
    rest = ranked.filter(pl.col("relevance") > 0).join(
        state.outcomes, on="n", how="anti", maintain_order="left"
    )
    offer(rest, "relevance", state)


def traces(scores: pl.DataFrame, preferences: MatchingPreferences) -> pl.DataFrame:
    """Factor, a, b, score, weight, contribution of every factor that weighs something, per line_id
    and document_id; ``scores`` with line_id and customer_name.
    """
    weights = weights_of(preferences)
    total = sum(weights.values())
    compared = {
        "ref": (pl.col("token"), pl.col("token")),
        "date": (pl.col("booked").cast(pl.String), pl.col("reference_date").cast(pl.String)),
        "payee": (pl.col("payer_name"), pl.col("customer_name")),
        "amount": (pl.col("line_amount").cast(pl.String), pl.col("open").cast(pl.String)),
    }
    parts = [
        scores.select(
            "line_id", "document_id", pl.lit(factor).alias("factor"),
            compared[factor][0].alias("a"), compared[factor][1].alias("b"),
            pl.col(factor).fill_null(0).alias("score"),
            pl.lit(weights[factor], dtype=pl.Int64).alias("weight"),
            (pl.col(factor).fill_null(0) * weights[factor] // total).alias("contribution"),
        )
        for factor in FACTORS
        if weights[factor]
    ]  # fmt: skip
    return pl.concat(parts).sort("line_id", "document_id", maintain_order=True)
