"""Known payer and equal amount: tiers account_amount and name_amount (Swedish: *belopp och
betalare*).

Only when exactly one open document fits, or several that are interchangeable: then the r-th payment
takes the r-th document by due date. What different payers want alike is contested, and left to a
person.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from reskontra.engine.matching.designation import Designation
from reskontra.engine.matching.naming import single_claims, whole_or_discounted
from reskontra.engine.matching.state import State
from reskontra.engine.preferences.matching import MatchingPreferences

_ROUNDS = 8
"""Claims of one round make others unique; later rounds have never been seen to matter."""


def fitting_documents(
    wanting: pl.DataFrame, by: list[str], state: State, preferences: MatchingPreferences
) -> pl.DataFrame:
    """Undisputed documents of exactly the amount, whole or discounted, in the date window.

    ``wanting``: n, currency, amount, date, paid_on and the columns ``by``; result: these and d,
    left, customer_id, kind, due, document_date.
    """
    columns = [
        "d", "currency", "group", "left", "discount", "discount_date", "sign", "customer_id",
        "kind", "due", "document_date",
    ]  # fmt: skip
    free = state.items.lazy().filter(
        (pl.col("left") > 0) & (pl.col("sign") == 1) & ~pl.col("disputed")
    ).select(columns)  # fmt: skip
    whole = free.with_columns(amount=pl.col("left"))
    discounted = free.filter(
        (pl.col("discount") > 0) & (pl.col("discount") < pl.col("left"))
    ).with_columns(amount=pl.col("left") - pl.col("discount"))
    keys = [*by, "currency", "amount"]
    name = {} if "group" in by else {"group": "document_group"}
    found = [wanting.lazy().join(targets.rename(name), on=keys) for targets in (whole, discounted)]
    fits = whole_or_discounted() & in_window(preferences)
    return pl.concat(found).filter(fits).sort("n", "d").collect()


def in_window(preferences: MatchingPreferences) -> pl.Expr:
    """Bank date around the due (or discount) date, and the document not from the future."""
    discounted = pl.col("amount") < pl.col("left")
    reference = pl.when(discounted).then("discount_date").otherwise("due")
    late = (pl.col("date") - reference).dt.total_days()
    ahead = (pl.col("document_date") - pl.col("date")).dt.total_days()
    test = ahead.fill_null(0) <= preferences.receipts.days_after
    if preferences.invoice.days_before_due is not None:
        test &= late.fill_null(0) >= -preferences.invoice.days_before_due
    if preferences.invoice.days_after_due is not None:
        test &= late.fill_null(0) <= preferences.invoice.days_after_due
    return test


@dataclass(frozen=True, slots=True)
class ByAmount:
    """What else an equal amount must agree with."""

    state: State
    preferences: MatchingPreferences
    stated: Designation
    repeats: pl.DataFrame
    """n: receipts of an amount that the same payer has paid a short time before."""

    def admitted(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """``pairs`` (n, d, date, due ...) without the documents that the line does not mean.

        A customer number that the line states excludes other customers. Another reference counts
        against a document, one slip of the hand for it. Who paid the same amount a short time
        before does not mean what is due much later.
        """
        soon = (pl.col("due") - pl.col("date")).dt.total_days() <= self.preferences.duplicate_days
        again = self.repeats.select("n", again=pl.lit(value=True))
        if pairs.is_empty():
            return pairs
        rows = self.stated.judged(self.stated.of_stated_customer(pairs)).join(
            again, on="n", how="left", maintain_order="left"
        )
        meant = pl.col("agrees").fill_null(value=False)
        possible = pl.col("agrees").fill_null(value=True) & (
            meant | soon | pl.col("again").is_null()
        )
        rows = rows.filter(possible.fill_null(value=True))
        return rows.filter(meant | ~meant.any().over("n")).drop("agrees", "again")


def settle_by_amount(
    groups: pl.DataFrame, payer: pl.DataFrame, tier: str, by_amount: ByAmount
) -> None:
    """Claim documents for undecided receipts whose payer groups are given.

    ``groups``: n, group; ``payer``: n, payer (what tells payers apart). Lines with several equally
    good documents get an outcome with ``candidates``, lines in dispute one with ``contested``.
    """
    state, preferences = by_amount.state, by_amount.preferences
    for _ in range(_ROUNDS):
        wanting = (
            state.undecided()
            .filter(pl.col("amount") > 0)
            .select("n", "currency", "amount", "date", "paid_on")
            .join(groups, on="n")
        )
        if wanting.is_empty():
            return
        fitting = fitting_documents(wanting, ["group"], state, preferences)
        pairs = by_amount.admitted(fitting).join(payer, on="n", how="left", maintain_order="left")
        if not claim_pairs(pairs, tier, state, preferences):
            break
    leave_to_person(pairs, tier, state)


def claim_pairs(
    pairs: pl.DataFrame, tier: str, state: State, preferences: MatchingPreferences
) -> bool:
    """Claim what is unique or interchangeable among ``pairs`` (n, d, amount, left, payer ...).

    Records contested lines as well. Whether anything was recorded.
    """
    if pairs.is_empty():
        return False
    block = ["customer_id", "kind", "currency", "amount"]
    # A line whose documents all lie in one block wants "one of these"; others are ambiguous.
    pure = pairs.filter(pl.struct("customer_id", "kind").n_unique().over("n") == 1).with_columns(
        line_rank=pl.col("n").rank("dense").over(block),
        document_rank=pl.col("d").rank("dense").over(block),
        lines=pl.col("n").n_unique().over(block),
        documents=pl.col("d").n_unique().over(block),
        payers=pl.col("payer").fill_null("").n_unique().over(block),
    )
    if preferences.interchangeable == "review":
        pure = pure.filter(pl.col("documents") == 1)
    disputed = pure.filter((pl.col("lines") > pl.col("documents")) & (pl.col("payers") > 1))
    contested = disputed.select("n").unique().sort("n")
    served = (
        pure.join(contested, on="n", how="anti")
        .filter(pl.col("line_rank") == pl.col("document_rank"))
        .unique(subset="n", keep="first", maintain_order=True)
        .unique(subset="d", keep="first", maintain_order=True)
    )
    state.record(
        single_claims(served),
        served.select("n", tier=pl.lit(tier), interchangeable=pl.col("documents") > 1),
    )
    state.record(
        state.claims.clear(),
        contested.select(
            "n", tier=pl.lit(tier), contested=pl.lit(value=True),
            difference=pl.lit(None, dtype=pl.Int64),
        ),
    )  # fmt: skip
    offer(disputed.sort("n", "d"), tier, state)
    return bool(served.height or contested.height)


def leave_to_person(pairs: pl.DataFrame, tier: str, state: State) -> None:
    """Lines with several equally good documents: nothing is claimed, all are offered."""
    if pairs.is_empty():
        return
    open_pairs = pairs.join(state.outcomes, on="n", how="anti")
    ambiguous = open_pairs.filter(pl.len().over("n") > 1)
    outcomes = ambiguous.group_by("n").agg(pl.len().alias("candidates")).sort("n").with_columns(
        tier=pl.lit(tier), difference=pl.lit(0, dtype=pl.Int64)
    )  # fmt: skip
    state.record(state.claims.clear(), outcomes)
    offer(ambiguous.sort("n", "d"), tier, state)


def offer(pairs: pl.DataFrame, tier: str, state: State) -> None:
    """Offer each document of ``pairs`` as an alternative, in the order of the rows."""
    state.offer(
        pairs.with_columns(rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("n"))
        .filter(pl.col("rank") <= 3)
        .select("n", "rank", ds=pl.concat_list("d"), tier=pl.lit(tier))
    )


def hold_second_payments(
    payers: pl.DataFrame, barred: pl.DataFrame, state: State, days: int
) -> None:
    """Mark undecided receipts that repeat what the same payer has settled a short time before.

    ``payers``: n, payer; ``barred``: n of lines that state another document. One document, several
    payments: the earliest settles, later ones within ``days`` are held as possible duplicates.
    """
    waiting = state.undecided().select("n").join(barred, on="n", how="anti")
    if waiting.is_empty():
        return
    receipts = state.lines.join(payers, on="n").select("n", "payer", "currency", "amount", "date")
    winners = state.outcomes.filter(pl.col("candidates") == 1).join(
        state.claims.select("n").unique(), on="n", how="semi"
    )
    settled = receipts.join(winners.select("n", "tier"), on="n").select(
        "payer", "currency", "amount", "tier", first="date", winner="n"
    )
    gap = (pl.col("date") - pl.col("first")).dt.total_days().abs()
    repeated = (
        waiting.join(receipts, on="n")
        .join(settled, on=["payer", "currency", "amount"])
        .filter(gap <= days)
        .sort("n", "winner")
        .unique(subset="n", keep="first", maintain_order=True)
    )
    state.record(
        state.claims.clear(),
        repeated.select(
            "n", "tier", duplicate=pl.lit(value=True), difference=pl.lit(None, dtype=pl.Int64)
        ),
    )
