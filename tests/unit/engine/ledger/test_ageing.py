"""Ageing: buckets by the effective due date, and credits by their own date or as current."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from reskontra.engine.ledger.ageing import aged, by_bucket
from reskontra.engine.preferences.ledger import Ageing
from reskontra.engine.preferences.terms import Calendar

AGEING = Ageing((30, 60, 90), "own_date")
CALENDAR = Calendar("SE", ("12-24",))


def items(*rows: tuple[str, int, str, str | None]) -> pl.DataFrame:
    """kind, open amount, document date, due date."""
    named = ("kind", "open_amount", "document_date", "due_date")
    frame = pl.DataFrame(rows, schema=named, orient="row")
    return frame.with_columns(pl.lit("SEK").alias("currency"))


def bucket(due: str, on: str) -> tuple[int, str]:
    found = aged(items(("invoice", 1, "2026-01-01", due)), on=on, ageing=AGEING, calendar=CALENDAR)
    return found["days"][0], str(found["bucket"][0])


def test_days_count_from_the_next_day_on_which_banks_work() -> None:
    assert bucket("2026-12-05", "2026-12-07") == (0, "current"), "due on a Saturday"
    assert bucket("2026-12-05", "2026-12-08") == (1, "1-30")
    assert bucket("2026-12-24", "2026-12-25") == (0, "current"), "closed by the calendar"
    assert bucket("2026-03-02", "2026-04-01") == (30, "1-30")
    assert bucket("2026-03-02", "2026-04-02") == (31, "31-60")
    assert bucket("2026-03-02", "2026-05-31") == (90, "61-90")
    assert bucket("2026-03-02", "2026-06-01") == (91, "> 90")


def test_credits_lower_the_bucket_of_their_own_date_or_what_is_current() -> None:
    mixed = items(
        ("invoice", 1000, "2026-08-03", "2026-09-02"),
        ("credit_note", 300, "2026-10-01", "2026-12-31"),
        ("payment", 200, "2026-11-30", None),
    )

    def sums(ageing: Ageing) -> list[tuple[str, str, int, int]]:
        placed = aged(mixed, on="2026-11-30", ageing=ageing, calendar=CALENDAR)
        return by_bucket(placed, "currency").rows()

    assert sums(AGEING) == [
        ("SEK", "current", -200, 1), ("SEK", "31-60", -300, 1), ("SEK", "61-90", 1000, 1),
    ]  # fmt: skip
    assert sums(replace(AGEING, credits="current")) == [
        ("SEK", "current", -500, 2), ("SEK", "61-90", 1000, 1),
    ]  # fmt: skip
