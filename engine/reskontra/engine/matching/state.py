"""What a run has decided so far: who is proposed what, and what is left of each document."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reskontra.engine.matching.proposals import Elsewhere, Nowhere
from reskontra.engine.matching.resolve import Solution

CLAIMS: dict[str, type[pl.DataType]] = {
    "n": pl.Int64, "d": pl.Int64, "ordinal": pl.Int64, "before": pl.Int64, "wanted": pl.Int64,
    "discount": pl.Int64, "sign": pl.Int64,
}  # fmt: skip
OUTCOMES: dict[str, type[pl.DataType]] = {
    "n": pl.Int64, "tier": pl.String, "difference": pl.Int64, "candidates": pl.Int64,
    "fee": pl.Boolean, "netted": pl.Boolean, "duplicate": pl.Boolean, "closed": pl.Boolean,
    "interchangeable": pl.Boolean, "contested": pl.Boolean, "currency_differs": pl.Boolean,
}  # fmt: skip
OPTIONS: dict[str, pl.DataType] = {
    "n": pl.Int64(), "rank": pl.Int64(), "ds": pl.List(pl.Int64), "tier": pl.String(),
}  # fmt: skip


class State:
    """Grows pass by pass; lines that are decided and documents that are used up leave the game."""

    def __init__(
        self, lines: pl.DataFrame, items: pl.DataFrame, elsewhere: Elsewhere | None = None
    ) -> None:
        """``lines`` and ``items`` as in ``prepare.Prepared``: ``d`` is the place of its row.
        ``elsewhere``: open documents that are not in ``items``; by default there are none.
        """
        self.lines = lines
        self.elsewhere = elsewhere or Nowhere()
        self.items = items.with_columns(left=pl.col("open"))
        self.claims = pl.DataFrame(schema=CLAIMS)
        self.outcomes = pl.DataFrame(schema=OUTCOMES)
        self.options = pl.DataFrame(schema=OPTIONS)
        self._undecided = lines

    def undecided(self) -> pl.DataFrame:
        """Lines without an outcome, in their order."""
        return self._undecided

    def free(self) -> pl.DataFrame:
        """Documents with something left, in their order."""
        return self.items.filter(pl.col("left") > 0)

    def record(self, claims: pl.DataFrame, outcomes: pl.DataFrame) -> None:
        """Add claims (columns of ``CLAIMS``) and outcomes; absent flags are false."""
        if claims.is_empty() and outcomes.is_empty():
            return
        claims = claims.select(
            pl.col(name).cast(dtype)
            if name in claims.columns
            else pl.lit(0, dtype=dtype).alias(name)
            for name, dtype in CLAIMS.items()
        )
        within = (pl.col("wanted") > 0) & (pl.col("discount") >= 0)
        within &= pl.col("wanted") + pl.col("discount") <= pl.col("before")
        assert claims.select(within.all()).item(), "no claim beyond what is open"
        self.outcomes = pl.concat([self.outcomes, _filled(outcomes)])
        self._undecided = self._undecided.join(outcomes, on="n", how="anti", maintain_order="left")
        self.claims = pl.concat([self.claims, claims])
        self._take(_paid(claims, self.lines.select("n", "amount")))

    def _take(self, paid: pl.DataFrame) -> None:
        if paid.is_empty():
            return
        taken = paid.group_by("d").agg(pl.col("taken").sum())
        left = self.items["left"]
        rest = left.gather(taken["d"]) - taken["taken"]
        if (rest < 0).any():
            raise AssertionError("a document was allocated more than it had open")
        self.items = self.items.with_columns(left.clone().scatter(taken["d"], rest))

    def offer(self, options: pl.DataFrame) -> None:
        """Add alternatives that a person may choose (columns of ``OPTIONS``)."""
        if options.is_empty():
            return
        self.options = pl.concat(
            [
                self.options,
                options.select(pl.col(name).cast(dtype) for name, dtype in OPTIONS.items()),
            ]
        )

    def replace(self, claims: pl.DataFrame, outcomes: pl.DataFrame) -> None:
        """Give lines new claims and outcomes in place of the ones they have."""
        old = self.claims.join(claims, on="n", how="semi")
        back = _paid(old, self.lines.select("n", "amount")).with_columns(taken=-pl.col("taken"))
        self.claims = self.claims.join(claims, on="n", how="anti")
        self.outcomes = self.outcomes.join(outcomes, on="n", how="anti")
        self._take(back)
        self.record(claims, outcomes)

    def record_solutions(self, solutions: Sequence[Solution]) -> None:
        """Add what the resolver found."""
        if not solutions:
            return
        claims = [
            (s.n, p.d, i, p.before, p.wanted, p.discount, p.sign)
            for s in solutions
            for i, p in enumerate(s.picks)
        ]
        outcomes = [
            (
                s.n, s.tier, s.difference if s.picks else None, s.candidates, s.fee, s.netted,
                s.duplicate, s.closed, s.interchangeable, s.contested, False,
            )
            for s in solutions
        ]  # fmt: skip
        self.record(
            pl.DataFrame(claims, schema=CLAIMS, orient="row"),
            pl.DataFrame(outcomes, schema=OUTCOMES, orient="row"),
        )
        options = [
            (s.n, r, list(ds), s.tier) for s in solutions for r, ds in enumerate(s.options, 1)
        ]
        self.offer(pl.DataFrame(options, schema=OPTIONS, orient="row"))


def _filled(outcomes: pl.DataFrame) -> pl.DataFrame:
    defaults = {"candidates": pl.lit(1), "difference": pl.lit(0)}
    return outcomes.select(
        pl.col(name).cast(dtype) if name in outcomes.columns
        else defaults.get(name, pl.lit(value=False)).cast(dtype).alias(name)
        for name, dtype in OUTCOMES.items()
    )  # fmt: skip


def _paid(claims: pl.DataFrame, amounts: pl.DataFrame) -> pl.DataFrame:
    """What each claim takes of its document: d, taken. Money serves debit documents in order."""
    rows = claims.join(amounts, on="n", how="left")
    several = rows.filter(pl.col("n").is_duplicated())
    alone = rows.filter(pl.col("n").is_unique()) if several.height else rows
    credit = pl.when(pl.col("sign") < 0).then("wanted").otherwise(0)
    debit = pl.when(pl.col("sign") > 0).then("wanted").otherwise(0)
    shared = (
        several.sort("n", "ordinal")
        .with_columns(amount=pl.col("amount") + credit.sum().over("n"), debit=debit)
        .with_columns(
            amount=pl.col("amount") - (pl.col("debit").cum_sum().over("n") - pl.col("debit"))
        )
        .drop("debit")
    )
    money = pl.when(pl.col("sign") > 0).then(pl.col("amount").clip(0)).otherwise("wanted")
    return (
        pl.concat([alone, shared])
        .with_columns(paid=pl.min_horizontal("wanted", money))
        .select(
            "d",
            taken=pl.col("paid")
            + pl.when(pl.col("paid") == pl.col("wanted")).then("discount").otherwise(0),
        )
    )
