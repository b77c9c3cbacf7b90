"""From what the passes found to the facts that rules read: one row per line.

Everything here is derived: nothing is claimed or chosen any more.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from reskontra.engine.matching.chance import by_chance
from reskontra.engine.matching.confidence import with_confidence
from reskontra.engine.matching.designation import Designation
from reskontra.engine.matching.evidence import evidence
from reskontra.engine.matching.keys import REFERENCE
from reskontra.engine.matching.payers import Payers
from reskontra.engine.matching.proposals import (
    ALLOCATIONS,
    FACTS,
    SUGGESTIONS,
    TRACES,
    MatchingInputs,
    Proposals,
)
from reskontra.engine.matching.relevance import accepted
from reskontra.engine.matching.scoring import Scorer, traces
from reskontra.engine.matching.state import State
from reskontra.engine.preferences.differences import DifferencePreferences
from reskontra.engine.preferences.matching import MatchingPreferences
from reskontra.engine.text import account_key_column

_SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found besides proposals."""

    payers: Payers
    tokens: pl.DataFrame
    hits: pl.DataFrame
    by_hand: pl.DataFrame
    reversals: pl.DataFrame
    customers: pl.DataFrame
    stated: Designation
    repeats: pl.DataFrame
    learned: pl.DataFrame


def report(inputs: MatchingInputs, state: State, found: Findings, scorer: Scorer) -> Proposals:
    """The proposals of a finished run."""
    scores = scorer.score(_compared(state))
    chosen = _chosen(state, found.customers)
    ranked = _ranked(state, scores)
    facts = _facts(inputs, state, found, chosen, ranked, scores)
    ids = state.lines.select("n", "line_id")
    names = found.customers.select("customer_id", customer_name="name")
    return Proposals(
        facts=facts,
        allocations=_allocations(state, ids),
        suggestions=_suggestions(ranked, state, ids),
        evidence=evidence(found.hits, found.tokens, found.payers, ids),
        traces=traces(
            scores.join(names, on="customer_id", how="left").join(ids, on="n"), inputs.preferences
        ).select(pl.col(name).cast(dtype) for name, dtype in TRACES.items()),
    )


def _compared(state: State) -> pl.DataFrame:
    """Pairs that people see: documents proposed and the first of each alternative."""
    claimed = state.claims.filter(pl.col("ordinal") < _SUGGESTIONS).select("n", "d")
    offered = _offered(state).select("n", pl.col("ds").list.first().alias("d"))
    return pl.concat([claimed, offered]).drop_nulls().unique().sort("n", "d")


def _offered(state: State) -> pl.DataFrame:
    """The first alternatives of every line, in order, none twice."""
    return (
        state.options.sort("n", "rank", "ds")
        .unique(subset=["n", "ds"], keep="first", maintain_order=True)
        .filter(pl.int_range(pl.len()).over("n") < _SUGGESTIONS)
    )


def _chosen(state: State, customers: pl.DataFrame) -> pl.DataFrame:
    """Per line with claims: what is proposed as a whole."""
    return (
        state.claims.join(state.items.select("d", "customer_id", "group"), on="d")
        .sort("n", "ordinal")
        .group_by("n", maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("documents"),
            (pl.col("discount") > 0).any().alias("discounted"),
            pl.col("group").n_unique().alias("groups"),
            pl.col("group").first().alias("document_group"),
            pl.col("customer_id").n_unique().alias("document_customers"),
            pl.col("customer_id").first().alias("document_customer"),
        )
        .join(
            customers.select("customer_id", "write_off", "write_off_limit"),
            left_on="document_customer", right_on="customer_id", how="left", maintain_order="left",
        )
    )  # fmt: skip


def _ranked(state: State, scores: pl.DataFrame) -> pl.DataFrame:
    """Proposals and alternatives as suggestions: n, rank, ds, tier, relevance, next (of rank + 1).

    The proposal comes first; alternatives keep the order in which they were offered.
    """
    relevance = scores.select("n", "d", "relevance")
    proposals = (
        state.claims.join(relevance, on=["n", "d"], how="left")
        .sort("n", "ordinal")
        .group_by("n", maintain_order=True)
        .agg(pl.col("d").alias("ds"), pl.col("relevance").min())
        .join(state.outcomes.select("n", "tier"), on="n", maintain_order="left")
        .select("n", rank=pl.lit(0, dtype=pl.Int64), ds="ds", tier="tier", relevance="relevance")
    )
    options = (
        _offered(state)
        .with_columns(d=pl.col("ds").list.first())
        .join(relevance, on=["n", "d"], how="left", maintain_order="left")
        .join(proposals.select("n", "ds"), on=["n", "ds"], how="anti", maintain_order="left")
        .select("n", "rank", "ds", "tier", "relevance")
    )
    both = pl.concat([proposals.join(options.select("n").unique(), on="n", how="semi"), options])
    shown = (
        both.sort("n", "rank", "ds")
        .with_columns(rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("n"))
        .filter(pl.col("rank") <= _SUGGESTIONS)
        .with_columns(next=pl.col("relevance").shift(-1).over("n").fill_null(0))
    )
    alone = proposals.join(options, on="n", how="anti").with_columns(
        rank=pl.lit(1, dtype=pl.Int64), next=pl.lit(0, dtype=pl.Int64)
    )
    return pl.concat([alone, shown])


def _allocations(state: State, ids: pl.DataFrame) -> pl.DataFrame:
    """Documents that are settled first, then the credit notes that help."""
    return (
        state.claims.lazy()
        .join(ids.lazy(), on="n")
        .join(state.items.lazy().select("d", "document_id", "customer_id"), on="d")
        .sort("line_id", pl.col("sign") < 0, "ordinal")
        .with_columns(ordinal=pl.int_range(pl.len(), dtype=pl.Int64))
        .with_columns(ordinal=pl.col("ordinal") - pl.col("ordinal").min().over("line_id"))
        .rename({"before": "open_before"})
        .select(pl.col(name).cast(dtype) for name, dtype in ALLOCATIONS.items())
        .collect()
    )


def _suggestions(ranked: pl.DataFrame, state: State, ids: pl.DataFrame) -> pl.DataFrame:
    documents = state.items.select("d", "document_id", "customer_id")
    return (
        ranked.explode("ds", empty_as_null=False)
        .join(documents, left_on="ds", right_on="d", maintain_order="left")
        .group_by("n", "rank", maintain_order=True)
        .agg(
            pl.col("document_id").alias("document_ids"), pl.col("tier").first(),
            pl.col("relevance").first(),
            (pl.col("relevance") - pl.col("next")).first().alias("lead"),
            pl.col("customer_id").first(),
        )
        .join(ids, on="n")
        .select(pl.col(name).cast(dtype) for name, dtype in SUGGESTIONS.items())
        .sort("line_id", "rank")
    )  # fmt: skip


def _facts(
    inputs: MatchingInputs, state: State, found: Findings, chosen: pl.DataFrame,
    ranked: pl.DataFrame, scores: pl.DataFrame,
) -> pl.DataFrame:  # fmt: skip
    preferences = inputs.preferences
    payer = found.payers.known.select("n", payer_group="group", payer_customer="customer_id")
    best = ranked.filter(pl.col("rank") == 1).select("n", "relevance", "next", "ds")
    rows = (
        state.lines.join(state.outcomes, on="n", how="left", maintain_order="left")
        .join(chosen, on="n", how="left", maintain_order="left")
        .join(payer, on="n", how="left", maintain_order="left")
        .join(best, on="n", how="left", maintain_order="left")
        .join(_supported(best, scores, preferences), on="n", how="left", maintain_order="left")
        .join(_references(inputs, found), on="n", how="left", maintain_order="left")
        .join(_stated(inputs, found), on="n", how="left", maintain_order="left")
        .with_columns(
            existing_payment=_among(found.by_hand),
            reversal=_among(found.reversals),
            unknown=_among(found.stated.lines),
            gone=_among(found.stated.second_payments),
            learned=_among(found.learned),
            again=_among(found.repeats),
            by_chance=_among(by_chance(state)),
        )
    )
    own = pl.Series(inputs.own_accounts, dtype=pl.String).to_frame("own")
    own_keys = own.select(account_key_column(pl.col("own")).alias("own"))["own"].to_list()
    rows = rows.with_columns(
        direction=pl.when(pl.col("amount") < 0).then(pl.lit("out")).otherwise(pl.lit("in")),
        booking_date=pl.col("date"),
        payer_known=pl.col("payer_group").is_not_null(),
        own_account=pl.col("payer_account").is_in(own_keys) & (pl.col("payer_account") != ""),
        discount=pl.col("discounted").fill_null(value=False),
        several_customers=(pl.col("groups") > 1).fill_null(value=False),
        payer_agrees=pl.col("document_group") == pl.col("payer_group"),
        document_closed=pl.col("closed").fill_null(value=False)
        | (pl.col("gone") & pl.col("tier").is_null()),
        candidates=pl.when(pl.col("tier").is_not_null()).then(pl.col("candidates")),
        lead=pl.col("relevance") - pl.col("next"),
        relevance_accepts=accepted(
            pl.col("relevance"), pl.col("next"), pl.col("supported"), preferences
        ).fill_null(value=False),
        customer_id=_customer(),
        reference_customer=pl.col("reference_customer").fill_null(value=False),
        reference_unknown=pl.col("unknown") & pl.col("documents").is_null(),
    )
    flags = ("netted", "fee", "duplicate", "contested", "interchangeable", "currency_differs")
    rows = rows.with_columns(pl.col(name).fill_null(value=False) for name in flags)
    rows = _limits(rows, inputs.differences).join(
        found.customers.select("customer_id", "customer"), on="customer_id", how="left",
        maintain_order="left",
    )  # fmt: skip
    rows = with_confidence(rows, preferences.auto, inputs.record)
    return rows.select(pl.col(name).cast(dtype) for name, dtype in FACTS.items()).sort("line_id")


def _among(lines: pl.DataFrame) -> pl.Expr:
    """Whether a line is one of ``lines`` (n)."""
    return pl.col("n").is_in(pl.lit(lines["n"]).implode())


def _stated(inputs: MatchingInputs, found: Findings) -> pl.DataFrame:
    """n, stated_customer: whose documents, open or closed, a reference names, when it is one's."""
    return (
        found.hits.filter(pl.col("strength") == REFERENCE)
        .join(inputs.closed.select("document_id", "customer_id"), on="document_id")
        .group_by("n")
        .agg(pl.col("customer_id").n_unique().alias("owners"), pl.col("customer_id").first())
        .filter(pl.col("owners") == 1)
        .select("n", stated_customer="customer_id")
    )


def _customer() -> pl.Expr:
    """The documents' customer; of several ones the payer, when the documents are of its group.

    What is paid a second time belongs to the customer whose reference it states, whoever paid.
    """
    same_group = (pl.col("groups") == 1) & (pl.col("document_group") == pl.col("payer_group"))
    return (
        pl.when(pl.col("document_customers") == 1).then("document_customer")
        .when(same_group).then("payer_customer")
        .when(pl.col("groups") == 1).then("document_group")
        .when(pl.col("groups").is_null() & (pl.col("closed") | pl.col("duplicate")))
        .then(pl.coalesce("stated_customer", "payer_customer", "referenced_customer"))
        .when(pl.col("groups").is_null())
        .then(pl.coalesce("payer_customer", "referenced_customer"))
    )  # fmt: skip


def _supported(
    best: pl.DataFrame, scores: pl.DataFrame, preferences: MatchingPreferences
) -> pl.DataFrame:
    """n, supported: reference or payee contributes to the first suggestion."""
    first = best.select("n", pl.col("ds").list.first().alias("d"))
    supported = (pl.col("ref").fill_null(0) >= preferences.ref_cutoff) | (
        pl.col("payee").fill_null(0) >= preferences.payee_cutoff
    )
    return first.join(scores, on=["n", "d"]).select("n", supported=supported).sort("n")


def _references(inputs: MatchingInputs, found: Findings) -> pl.DataFrame:
    """n, reference, reference_valid, reference_customer, referenced_customer."""
    first = found.tokens.sort("n", "ordinal").unique(subset="n", keep="first", maintain_order=True)
    keyed = found.hits.filter(pl.col("ordinal").is_not_null()).group_by("n", "ordinal").agg(
        pl.col("key_kind").is_in(["payment_reference", "legacy"]).any().alias("issued")
    )  # fmt: skip
    numbers = found.customers.select(
        pl.col("customer").str.to_uppercase().alias("token"), referenced_customer="customer_id"
    )
    named = (
        found.tokens.join(found.hits, on="n", how="anti")
        .filter(pl.col("src_kind") != "free" if "src_kind" in found.tokens.columns else True)
        .join(numbers, on="token")
        .unique(subset="n", keep="none")
        .select("n", "referenced_customer", reference_customer=pl.lit(value=True))
    )
    issued, unchecked = pl.col("issued").fill_null(value=False), not inputs.schemes
    valid = (
        pl.when(pl.col("kind") != "payment_reference").then(None)
        .when(pl.col("verdict") == "invalid").then(pl.lit(value=False))
        .when(issued | pl.col("checked") | (pl.col("verdict") == "valid")).then(pl.lit(value=True))
        .when(pl.col("issued").is_not_null()).then(None)
        .otherwise(pl.lit(None if unchecked else False, dtype=pl.Boolean))
    )  # fmt: skip
    return (
        first.join(keyed, on=["n", "ordinal"], how="left", maintain_order="left")
        .select("n", reference="value", reference_valid=valid)
        .join(named, on="n", how="left", maintain_order="left")
    )


def _limits(rows: pl.DataFrame, differences: DifferencePreferences) -> pl.DataFrame:
    """within_rounding and write_off_allowed: the tighter of company and customer, for proposals."""
    currencies = sorted(set(rows["currency"].to_list()))
    rounding = pl.col("currency").replace_strict(
        {c: differences.rounding_limit(c) for c in currencies}, return_dtype=pl.Int64
    )
    room = pl.col("currency").replace_strict(
        {c: differences.write_off_room(c) for c in currencies}, return_dtype=pl.Int64
    )
    customer = pl.when(pl.col("write_off")).then(pl.col("write_off_limit")).otherwise(0)
    proposed = pl.col("documents").is_not_null()
    return rows.with_columns(
        within_rounding=pl.when(proposed).then(
            pl.col("difference").abs() <= pl.min_horizontal(rounding, customer)
        ),
        write_off_allowed=pl.when(proposed).then(pl.min_horizontal(room, customer) > 0),
    )
