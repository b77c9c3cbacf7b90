"""What became of the company's earlier decisions, by kind of evidence: confirmed or overturned.

An automatic decision that stands is confirmed; one that was taken back, or that a person replaced
by other documents, is overturned. So is a first suggestion: a person took it, or chose otherwise.
"""

from __future__ import annotations

import polars as pl

from reskontra.engine.ledger.records import BankLineState, Decision
from reskontra.engine.plan.model import PlannedLine
from reskontra.engine.ports import Reader
from reskontra.engine.preferences.matching import TIERS, Counts

_EVIDENCE = tuple(tier for tier in TIERS if tier not in ("rule", "manual"))
_MOST = 50_000
"""Decisions that are looked at, the newest: what a company did under other rules years ago says
little, and a run must not cost more with every year.
"""


def track_record(reader: Reader) -> dict[str, Counts]:
    """Tier -> confirmed and overturned decisions among the newest 50 000."""
    last = reader.last_id(Decision)
    decisions = reader.frame(
        Decision, ("id", "bank_line_id", "outcome", "tier"),
        id=list(range(max(1, last - _MOST + 1), last + 1)),
    ).sort("id")  # fmt: skip
    states = reader.frame(
        BankLineState, ("bank_line_id", "state"),
        bank_line_id=decisions["bank_line_id"].unique().to_list(),
    )  # fmt: skip
    latest = decisions.group_by("bank_line_id", maintain_order=True).agg(
        pl.col("id").filter(pl.col("tier").is_in(_EVIDENCE)).last().alias("proposed"),
        pl.col("tier").filter(pl.col("tier").is_in(_EVIDENCE)).last(),
        pl.col("outcome").filter(pl.col("tier").is_in(_EVIDENCE)).last(),
        pl.col("id").last().alias("last"),
        manual=pl.col("tier").last() == "manual",
        chosen=pl.col("outcome").last(),
    ).join(states, on="bank_line_id", maintain_order="left")  # fmt: skip
    judged = latest.filter(pl.col("tier").is_not_null())
    alone = judged.filter(~pl.col("manual") & (pl.col("outcome") == "apply")).select(
        "tier",
        right=pl.when(pl.col("state") == "booked").then(pl.lit(value=True))
        .when(pl.col("state") == "taken_back").then(pl.lit(value=False)),
    )  # fmt: skip
    by_hand = judged.filter(
        pl.col("manual") & (pl.col("state") == "booked") & (pl.col("chosen") == "apply")
    )
    compared = _compared(reader, by_hand.select("tier", "proposed", "last"))
    counts = (
        pl.concat([alone, compared])
        .drop_nulls("right")
        .group_by("tier")
        .agg(pl.col("right").sum(), wrong=(~pl.col("right")).sum())
        .sort("tier")
    )
    return {tier: (right, wrong) for tier, right, wrong in counts.iter_rows()}


def _compared(reader: Reader, chosen: pl.DataFrame) -> pl.DataFrame:
    """tier, right: whether a person chose the documents that were proposed first."""
    ids = [*chosen["proposed"].to_list(), *chosen["last"].to_list()]
    records = reader.frame(Decision, ("id", "record"), id=ids) if ids else None
    texts = {} if records is None else dict(records.iter_rows())
    told = {number: PlannedLine.from_text(text) for number, text in texts.items()}
    rows = [
        (tier, _settled(told[last]) == _proposed(told[proposed]))
        for tier, proposed, last in chosen.iter_rows()
    ]
    return pl.DataFrame(rows, schema={"tier": pl.String, "right": pl.Boolean}, orient="row")


def _settled(line: PlannedLine) -> list[str]:
    """Numbers of the documents that a decision settles."""
    return sorted(allocation.number for allocation in line.allocations)


def _proposed(line: PlannedLine) -> list[str]:
    """Numbers of the documents that a decision settles, else of its first suggestion."""
    first = next(iter(line.suggestions), {})
    return _settled(line) or sorted(first.get("documents", ()))
