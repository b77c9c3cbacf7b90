"""Which numbers of each series are in use: it proves, and tells auditors, that none is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from reskontra.engine.ledger.records import Document, Draft, JournalEntry, SeriesCounter
from reskontra.engine.ports import Reader


@dataclass(frozen=True, slots=True)
class SeriesUse:
    """The numbers of one row of a series.

    It is known by what stands around its digits and by the date it begins at, so that every year
    may start again at 1. Several series whose numbers look alike cannot be told apart: they are
    one here.
    """

    table: str
    """``journal_entry`` | ``document``."""
    series: tuple[str, ...]
    """The series of every counter that numbers it."""
    width: int
    """Digits of the first number, leading zeros among them."""
    stem: str
    """The numbers with ``#`` for their digits."""
    start: str
    """ISO date from which the row numbers; empty = from the beginning."""
    first: int | None
    """Digits of the first number in use; ``None`` = none is."""
    last: int | None
    used: int
    taken: int
    """So many were counted."""
    counted: int | None
    """Digits of the last number that was counted."""
    holes: tuple[int, ...]
    """Numbers between the first and the last that nothing has."""
    twice: int
    """Numbers that more than one record has."""
    voided: tuple[str, ...] = ()
    """Numbers of drafts that were voided before they were documents."""

    @property
    def name(self) -> str:
        """What the row is called in messages."""
        named = self.series[0] if self.table == "journal_entry" and self.series else self.stem
        return f"{named} from {self.start or 'the beginning'}"

    def number(self, digits: int | None) -> str:
        """The number with these digits; empty for none."""
        return "" if digits is None else self.stem.replace("#", f"{digits:0{self.width}}", 1)

    @property
    def is_unbroken(self) -> bool:
        """Whether each number is used once; of several series that look alike it is not known."""
        return len(self.series) > 1 or not (self.holes or self.twice)


def series_in_use(reader: Reader) -> Iterator[SeriesUse]:
    """Every row of every series that numbered something, or was counted."""
    counters = reader.frame(SeriesCounter, ("series", "row", "last_number", "taken"))
    entries = (
        reader.frame(JournalEntry, ("series", "number", "entry_date"))
        .rename({"entry_date": "date"})
        .with_columns(voided=pl.lit(None, pl.String))
    )
    drafts = (
        reader.frame(Draft, ("number", "document_date", "status", "document_id"))
        .filter((pl.col("number") != "") & pl.col("document_id").is_null())
        .select(
            pl.lit("").alias("series"), "number", pl.col("document_date").alias("date"),
            pl.when(pl.col("status") == "voided").then("number").alias("voided"),
        )
    )  # fmt: skip
    made = reader.frame(Document, ("id", "number", "document_date", "run_id", "reverses_id"))
    voided = made.select(pl.col("id").alias("reverses_id"), pl.col("number").alias("voided"))
    documents = (
        made.join(voided, on="reverses_id", how="left")
        .filter(pl.col("run_id").is_not_null() & pl.col("number").ne_missing(pl.col("voided")))
        .select(pl.lit("").alias("series"), "number", pl.col("document_date").alias("date"))
    )
    counters = counters.with_columns(pl.col("series").alias("named"))
    vouchers = pl.col("series").is_in(entries["series"].unique().implode())
    yield from _in_use("journal_entry", entries, counters.filter(vouchers))
    # Documents do not name their series: the form of the number does.
    others = counters.filter(~vouchers).with_columns(pl.lit("").alias("series"))
    numbered = pl.concat([documents, drafts], how="diagonal")
    yield from _in_use("document", numbered, others)


def _in_use(table: str, numbers: pl.DataFrame, counters: pl.DataFrame) -> Iterator[SeriesUse]:
    """Numbers (series, number, date, voided) beside their counters."""
    rows = counters.with_columns(
        pl.col("row").str.split("/").list.last().alias("start"), *_parts("last_number")
    )
    starts = rows.select("series", "stem", "start").unique().sort("start")
    placed = (
        numbers.with_columns(_parts("number"))
        .sort("date")
        .join_asof(
            starts, left_on="date", right_on="start", by=["series", "stem"],
            coalesce=False, check_sortedness=False,
        )
        .with_columns(pl.col("start").fill_null("?"))
        .sort("ordinal")
    )  # fmt: skip
    key = ("series", "stem", "start")
    steps = pl.col("ordinal").diff().drop_nulls()
    used = placed.group_by(*key).agg(
        pl.len().alias("used"),
        pl.col("voided").drop_nulls().sort(),
        pl.col("ordinal").n_unique().alias("different"),
        pl.col("ordinal").min().alias("first"),
        pl.col("number").str.extract(r"(\d+)\D*$").str.len_chars().first().alias("width"),
        pl.col("ordinal").max().alias("last"),
        steps.filter(steps > 0).min().alias("step"),
        pl.col("ordinal").filter(steps.n_unique() > 1).alias("uneven"),
    )
    taken = rows.group_by(*key).agg(
        pl.col("taken").sum(),
        pl.col("ordinal").max().alias("counted"),
        pl.col("named").sort(),
    )
    both = used.join(taken, on=list(key), how="full", coalesce=True, nulls_equal=True).sort(*key)
    for row in both.iter_rows(named=True):
        yield SeriesUse(
            table, tuple(row["named"] or ()), row["width"] or 0, row["stem"], row["start"],
            row["first"], row["last"],
            row["used"] or 0, row["taken"] or 0, row["counted"],
            tuple(_missing(row["uneven"] or (), row["step"])),
            (row["used"] or 0) - (row["different"] or 0),
            tuple(row["voided"] or ()),
        )  # fmt: skip


def _missing(ordinals: list[int] | tuple[()], step: int | None) -> Iterator[int]:
    """What is left out of ascending numbers that should be ``step`` apart."""
    there = set(ordinals)
    if there and step:
        yield from (n for n in range(min(there), max(there), step) if n not in there)


def _parts(number: str) -> tuple[pl.Expr, pl.Expr]:
    """What surrounds the right-most digits of a number, and their value."""
    return (
        pl.col(number).str.replace(r"\d+(\D*)$", "#$1").alias("stem"),
        pl.col(number).str.extract(r"(\d{1,18})\D*$").cast(pl.Int64).alias("ordinal"),
    )
