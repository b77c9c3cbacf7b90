"""The order of an automatic run: every pass over all lines, strong evidence first.

0 what happened before, 1 references with linked fees, 2 numbers, 3 lists, 4 free text, 5 existing
payments, 6 account or name with the amount, 7 unique combinations, 8 relevance. What no pass
proposes is left to rules that create documents, and to people.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from typing import NamedTuple

import polars as pl

from reskontra.engine.collection import no_collection
from reskontra.engine.matching.amounts import ByAmount, hold_second_payments, settle_by_amount
from reskontra.engine.matching.combination import combine
from reskontra.engine.matching.designation import Designation, designation
from reskontra.engine.matching.disbursements import settle_disbursements
from reskontra.engine.matching.earlier import (
    keyed_by_hand,
    paid_before,
    payer_keys,
    repeated,
    reversals,
)
from reskontra.engine.matching.facts import Findings, report
from reskontra.engine.matching.keys import (
    TEXT,
    known_keys,
    linked_fees,
    structured_hits,
    text_hits,
    with_bare_tokens,
)
from reskontra.engine.matching.naming import (
    NamedPass,
    in_currency,
    take_undisputed,
    whole_or_discounted,
)
from reskontra.engine.matching.offers import offer_guesses
from reskontra.engine.matching.payers import Payers, identify, learned
from reskontra.engine.matching.prepare import FEE_KINDS, Prepared, prepare
from reskontra.engine.matching.proposals import MatchingInputs, Proposals
from reskontra.engine.matching.scoring import Scorer, settle_by_relevance
from reskontra.engine.matching.similar import likely_payers, similar_groups
from reskontra.engine.matching.state import State
from reskontra.engine.matching.tokens import structured, written
from reskontra.engine.preferences.matching import MatchingPreferences
from reskontra.engine.references import valid_mask

_CUSTOMER_WORD = r"(?i)\b(?:kund|customer|cust\b|asiakas|debitor)"
"""A bare number may be anything; with such a word in the text it is a customer's."""

_POSSIBLE_PAYERS = 6
"""Of more namesakes than these none is a help to a person."""

GUESSED = ("relevance", "lead", "relevance_accepts")
"""The facts that ``guessed`` may change, and of ``MAY_BE_GUESSED`` lines only."""
MAY_BE_GUESSED = (
    pl.col("tier").is_null() | pl.col("duplicate") | pl.col("document_closed")
    | (pl.col("difference") > 0).fill_null(value=False)
)  # fmt: skip
"""Lines that wait, that may be second payments, and whose list may be cut off."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What the passes found; what of it may be booked without a person is not asked yet."""

    state: State
    found: Findings
    scorer: Scorer
    guessed: bool = False
    """Whether people are offered what waiting lines may mean."""


def propose(inputs: MatchingInputs) -> Proposals:
    """Proposals for every line: a pure function of content, whatever the order of the input."""
    return reported(inputs, guessed(settled(inputs)))


@no_collection()
def reported(inputs: MatchingInputs, done: Settled) -> Proposals:
    """The proposals of passes made with these inputs, or with others that ``settle_alike``."""
    return report(inputs, done.state, done.found, done.scorer)


def settle_alike(one: MatchingPreferences, other: MatchingPreferences) -> bool:
    """Whether the passes find the same under both: they differ in what is automatic only."""
    auto = replace(
        one.auto, tiers=other.auto.tiers, max_amount=other.auto.max_amount,
        target_precision=other.auto.target_precision, measured=other.auto.measured,
    )  # fmt: skip
    return replace(one, auto=auto) == other


@no_collection()
def guessed(done: Settled) -> Settled:
    """The same, and people are offered what waiting lines may mean; nothing more is settled."""
    state, found = copy(done.state), done.found
    offer_guesses(
        state, _possible_payers(state, found.payers, found.learned, found.stated, done.scorer)
    )
    return replace(done, state=state, guessed=True)


@no_collection()
def settled(inputs: MatchingInputs) -> Settled:
    """Every pass that settles, over all lines."""
    prepared = prepare(inputs)
    state = State(prepared.lines, prepared.items, inputs.elsewhere)
    payers = inputs.payers or identify(
        prepared.lines, prepared.customers, inputs.accounts, inputs.aliases
    )
    tokens = _structured(inputs, state)
    hits, stated = _settle_named(inputs, state, payers, tokens, prepared.customers)
    by_hand = keyed_by_hand(hits, prepared.lines, prepared.items, payers, inputs.preferences)
    _settle_existing(by_hand, state)
    settle_disbursements(hits, state, inputs.preferences)
    scorer = _scorer(inputs, prepared, payers, hits, tokens)
    days = inputs.preferences.duplicate_days
    paying = payer_keys(prepared.lines, payers)
    repeats = paid_before(prepared.lines, paying, inputs.history, days=days)
    by_amount = ByAmount(state, inputs.preferences, stated, repeats)
    of_learned = _learned(state, payers)
    _settle_by_payer(by_amount, payers, scorer, of_learned)
    settle_by_relevance(scorer, by_amount)
    hold_second_payments(paying, stated.lines, state, days)
    found = Findings(
        payers=payers,
        tokens=tokens,
        hits=hits,
        by_hand=by_hand,
        reversals=reversals(prepared.lines, inputs.history, inputs.lines),
        customers=prepared.customers,
        stated=stated,
        repeats=repeats,
        learned=of_learned,
    )
    return Settled(state, found, scorer)


def waiting_at_first(inputs: MatchingInputs) -> pl.DataFrame:
    """Lines (as ``prepare`` gives them) that do not alone name one document of exactly their
    amount, with ``names``: they name one at all. ``inputs.items`` need to hold no other documents
    than lines name.
    """
    prepared = prepare(inputs)
    state = State(prepared.lines, prepared.items)
    named = _take_clear(inputs, state, _structured(inputs, state)).hits["n"].unique()
    return state.undecided().with_columns(names=pl.col("n").is_in(named.implode()))


def _structured(inputs: MatchingInputs, state: State) -> pl.DataFrame:
    """Structured references with ``checked``: valid by a scheme of the company's."""
    tokens = structured(state.lines)
    return tokens.with_columns(valid_mask(inputs.schemes, tokens["value"]).alias("checked"))


class _Named(NamedTuple):
    """What lines name."""

    numbers: pl.DataFrame
    """Numbers in text."""
    known: pl.DataFrame
    """Of all that is stated, what is a key."""
    hits: pl.DataFrame
    """Per line strongest first."""
    again: pl.DataFrame
    """As ``earlier.repeated``."""


def _take_clear(inputs: MatchingInputs, state: State, tokens: pl.DataFrame) -> _Named:
    """Settle lines whose references alone name one document of exactly their amount."""
    preferences = inputs.preferences
    numbers = written(state.lines)
    stated_tokens = with_bare_tokens(tokens, preferences.document_prefixes)
    known = known_keys(
        inputs.keys,
        state.items,
        pl.concat([stated_tokens.select("token"), numbers.select("token")]),
        preferences.document_prefixes,
    )
    stated = structured_hits(stated_tokens, known, shortest=preferences.text_digits_with_amount)
    again = repeated(
        state.lines,
        pl.concat([tokens.select("n", "token", "digits"), _in_text_of_hits(numbers, known)]),
        inputs.history,
        days=preferences.duplicate_days,
    )
    firm = stated.filter(pl.col("strength") < TEXT)
    receipts = state.lines.filter(pl.col("amount") > 0).select("n")
    take_undisputed(
        in_currency(firm.join(receipts, on="n", how="semi"), state).pipe(_usable, inputs),
        again,
        state,
    )
    loose = pl.concat([text_hits(numbers, known), stated.filter(pl.col("strength") == TEXT)])
    hits = pl.concat([firm, loose]).sort(
        "n", "strength", "ordinal", "token", "d", "document_id", nulls_last=True
    )
    return _Named(numbers, known, hits, again)


def _settle_named(
    inputs: MatchingInputs, state: State, payers: Payers, tokens: pl.DataFrame,
    customers: pl.DataFrame,
) -> tuple[pl.DataFrame, Designation]:  # fmt: skip
    """Tiers reference to text; returns every hit (columns of ``keys`` hits), and what is stated
    although nothing is known by it.
    """
    numbers, known, hits, again = _take_clear(inputs, state, tokens)
    _settle_contested(inputs, state, payers, hits, again)
    stated = designation(
        tokens, numbers, known, inputs.keys, state.items, customers, inputs.elsewhere
    )
    return hits, stated


def _settle_contested(
    inputs: MatchingInputs, state: State, payers: Payers, hits: pl.DataFrame, again: pl.DataFrame
) -> None:
    """Lines whose documents others name as well, that name several, or whose amount differs.

    ``hits``: of all lines, per line strongest first; ``again``: as ``earlier.repeated`` tells.
    """
    preferences = inputs.preferences
    waiting = state.undecided().filter(pl.col("amount") > 0).select("n")
    firm_lines = waiting.join(hits.filter(pl.col("strength") < TEXT), on="n", how="semi")
    open_hits = in_currency(hits.join(waiting, on="n", how="semi"), state).pipe(_usable, inputs)
    if open_hits.is_empty():
        return
    open_hits = _of_payer(open_hits, payers, known_closed(inputs))
    fees = linked_fees(inputs.keys, state.items, FEE_KINDS)
    named = NamedPass(open_hits, fees, state, preferences, names_of(inputs), inputs.keys)
    named.run(open_hits.join(firm_lines, on="n", how="semi"), again)
    # What fitted before need not fit any more: stronger evidence has taken its part.
    rest = (
        open_hits.join(state.undecided(), on="n", how="semi", maintain_order="left")
        .drop("left")
        .join(state.items.select("d", "left"), on="d", how="left", maintain_order="left")
        .with_columns(fits=whole_or_discounted())
    )
    take_undisputed(rest, again, state)
    named.catch_up()
    named.run(rest.join(state.undecided(), on="n", how="semi"), again)


def _in_text_of_hits(numbers: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    return numbers.join(known.select("token").unique(), on="token", how="semi").select(
        "n", "token", "digits"
    )


def _usable(hits: pl.DataFrame, inputs: MatchingInputs) -> pl.DataFrame:
    """Mark hits that count without an agreeing amount; drop those too short to count at all."""
    preferences = inputs.preferences
    free = pl.col("src").is_in(["text", "free"]) & (pl.col("strength") > 0)
    return hits.filter(
        ~free | (pl.col("digits") >= preferences.text_digits_with_amount)
    ).with_columns(strong=~free | (pl.col("digits") >= preferences.text_digits_without_amount))


def known_closed(inputs: MatchingInputs) -> pl.DataFrame:
    """document_id, closed_group of documents that may be closed."""
    groups = inputs.customers.select(
        pl.col("id").alias("customer_id"), pl.coalesce("parent_id", "id").alias("closed_group")
    )
    return inputs.closed.select("document_id", "customer_id").join(groups, on="customer_id").select(
        "document_id", "closed_group"
    )  # fmt: skip


def _of_payer(hits: pl.DataFrame, payers: Payers, closed: pl.DataFrame) -> pl.DataFrame:
    """Numbers in text that fit the payer, where the payer is known.

    A number that names a document of somebody else counts only when the amount agrees and nothing
    of the payer's own is named; one that names a closed document only when it is the payer's.
    """
    rows = (
        hits.join(payers.known.select("n", payer_group="group"), on="n", how="left",
                  maintain_order="left")
        .join(closed, on="document_id", how="left", maintain_order="left")
        .with_columns(
            own=(pl.coalesce("group", "closed_group") == pl.col("payer_group")).fill_null(
                value=False
            )
        )
    )  # fmt: skip
    text = pl.col("strength") == TEXT
    is_open = pl.col("d").is_not_null()
    has_own = (pl.col("own") & is_open).any().over("n")
    stranger = pl.col("payer_group").is_not_null() & ~pl.col("own")
    dropped = text & (
        (is_open & stranger & (has_own | ~pl.col("fits"))) | (~is_open & ~pl.col("own"))
    )
    return rows.filter(~dropped)


def _settle_existing(by_hand: pl.DataFrame, state: State) -> None:
    """Tier payment: lines without stronger evidence that are a payment keyed by hand."""
    found = by_hand.join(state.undecided().select("n"), on="n", how="semi")
    state.record(
        state.claims.clear(),
        found.select("n", tier=pl.lit("payment"), difference=pl.lit(0, dtype=pl.Int64)),
    )
    state.offer(found.select("n", rank=pl.lit(1), ds=pl.concat_list("d"), tier=pl.lit("payment")))


def _learned(state: State, payers: Payers) -> pl.DataFrame:
    """Lines whose account is known only from lines of this run that named their documents."""
    sure = state.outcomes.filter(
        (pl.col("difference") == 0) & ~pl.col("netted") & (pl.col("tier") != "payment")
    )
    settled = state.claims.join(sure, on="n", how="semi").join(
        state.items.select("d", "group"), on="d"
    )
    return learned(state.lines, settled.select("n", "group").drop_nulls().unique(), payers)


def _settle_by_payer(
    by_amount: ByAmount, payers: Payers, scorer: Scorer, of_learned: pl.DataFrame
) -> None:
    """Tiers account_amount, name_amount and combination."""
    state, preferences = by_amount.state, by_amount.preferences
    accounts = state.lines.select("n", pl.col("payer_account").alias("payer"))
    settle_by_amount(payers.by_account, accounts, "account_amount", by_amount)
    names = payers.line_names.rename({"name_key": "payer"})
    said = state.lines.filter(pl.col("text").str.contains(_CUSTOMER_WORD)).select("n")
    numbered = by_amount.stated.customers.filter(pl.len().over("n") == 1).join(said, on="n")
    settle_by_amount(numbered, names, "name_amount", by_amount)
    settle_by_amount(payers.by_name, names, "name_amount", by_amount)
    settle_by_amount(of_learned, names, "name_amount", by_amount)
    similar = similar_groups(state, payers, scorer.names, preferences)
    settle_by_amount(similar, names, "name_amount", by_amount)
    combine(state, payers, preferences, by_amount.stated.lines)


def _possible_payers(
    state: State, payers: Payers, of_learned: pl.DataFrame, stated: Designation, scorer: Scorer
) -> pl.DataFrame:
    """n, group: who may have paid, by whatever the line says; the likeliest few."""
    frames = (payers.known, payers.by_account, payers.by_name, of_learned, stated.customers)
    said = pl.concat([frame.select("n", "group") for frame in frames])
    silent = state.undecided().join(said, on="n", how="anti", maintain_order="left")
    alike = likely_payers(silent, payers, scorer.names, scorer.preferences)
    return (
        pl.concat([said, alike])
        .unique(maintain_order=True, keep="first")
        .filter(pl.int_range(pl.len()).over("n") < _POSSIBLE_PAYERS)
    )


def names_of(inputs: MatchingInputs) -> pl.DataFrame:
    """customer_id, name: names and aliases of customers."""
    return pl.concat(
        [
            inputs.customers.select("name", customer_id="id").select("customer_id", "name"),
            inputs.aliases.select("customer_id", name="alias"),
        ]
    )


def _scorer(
    inputs: MatchingInputs, prepared: Prepared, payers: Payers, hits: pl.DataFrame,
    tokens: pl.DataFrame,
) -> Scorer:  # fmt: skip
    return Scorer(
        lines=prepared.lines,
        items=prepared.items,
        payers=payers,
        names=names_of(inputs),
        hits=hits.select("n", "d", "token"),
        tokens=tokens.select("n", "token", "checked"),
        keys=inputs.keys,
        preferences=inputs.preferences,
    )
