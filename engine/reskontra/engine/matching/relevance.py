"""Relevance: how well a document fits a bank line (AR305000, Swedish: *relevans*), 0 to 10 000.

Weighted mean of reference, date, payee and optionally amount. It ranks candidates inside a tier and
is what people see; it never lifts a line above its tier. Formula R = sum(w x s) / sum(w), in
integers of 1/10 000, half-even, so that ties are real ties on every platform.
"""

from __future__ import annotations

import math

import polars as pl

from reskontra.engine.preferences.matching import RATIO, MatchingPreferences, Weights

_HALF_POINT = 0.4769362762
"""erf(0.4769...) = 1/2: half of the payments clear within one deviation."""
FACTORS = ("ref", "date", "payee", "amount")


def date_score(distance: int, deviation: int, kernel: str) -> int:
    """Score of a date ``distance`` days from the mean; 10 000 at 0 and 5 000 at ``deviation``.

    >>> [date_score(abs(d - 2), 3, "tail") for d in range(9)]
    [6530, 8221, 10000, 8221, 6530, 5000, 3685, 2609, 1773]
    >>> [date_score(abs(d - 2), 3, "half_life") for d in range(9)]
    [6300, 7937, 10000, 7937, 6300, 5000, 3969, 3150, 2500]
    """
    radii = abs(distance) / max(deviation, 0.5)
    score = math.erfc(_HALF_POINT * radii) if kernel == "tail" else 0.5**radii
    return int(f"{score:.4f}".replace(".", ""))


def date_scores(distance: pl.Series, deviation: int, kernel: str) -> pl.Series:
    """``date_score`` of a column of days: the function is computed once per distinct day."""
    table = {
        days: date_score(days, deviation, kernel)
        for days in distance.drop_nulls().unique().sort().to_list()
    }
    if not table:
        return pl.Series(distance.name, [0] * len(distance), dtype=pl.Int64)
    return distance.replace_strict(table, default=0, return_dtype=pl.Int64)


def combined(weights: Weights, missing: str) -> pl.Expr:
    """R of the factor columns ``ref date payee amount`` (Int64, null = no input)."""
    weighted = {name: getattr(weights, name) for name in FACTORS if getattr(weights, name)}
    total = pl.sum_horizontal(
        *(pl.col(name).fill_null(0) * weight for name, weight in weighted.items())
    )
    if missing == "exclude":
        scale = pl.sum_horizontal(
            *(pl.col(n).is_not_null().cast(pl.Int64) * weight for n, weight in weighted.items())
        )
    else:
        scale = pl.lit(sum(weighted.values()), dtype=pl.Int64)
    return pl.when(scale == 0).then(0).otherwise(_half_even(total, scale))


def _half_even(number: pl.Expr, divisor: pl.Expr) -> pl.Expr:
    quotient, twice = number // divisor, 2 * (number % divisor)
    up = (twice > divisor) | ((twice == divisor) & (quotient % 2 == 1))
    return quotient + up.cast(pl.Int64)


def scored(pairs: pl.DataFrame, preferences: MatchingPreferences) -> pl.DataFrame:
    """Add ``date``-factor and R to pairs with ``ref``, ``payee``, ``amount`` and ``distance``.

    ``distance``: days between bank date and due (or discount) date, less the mean. Adds columns
    date_factor renamed to ``date`` and ``relevance``.
    """
    invoice = preferences.invoice
    days = date_scores(
        (pairs["distance"] - invoice.average_delay).abs(),
        invoice.deviation,
        preferences.date_kernel,
    )
    return pairs.with_columns(days.alias("date")).with_columns(
        combined(invoice.weights, preferences.missing).alias("relevance")
    )


def accepted(
    best: pl.Expr, second: pl.Expr, supported: pl.Expr, preferences: MatchingPreferences
) -> pl.Expr:
    """The accept rule: never on a tie; absolute threshold, or floor with a lead; and the reference
    or the payee must contribute. ``strict``: no rival may reach the absolute threshold either.
    """
    auto = preferences.auto
    enough = (best >= auto.absolute) | ((best >= auto.floor) & (best - second >= auto.relative))
    alone = (second < auto.absolute) if auto.mode == "strict" else pl.lit(value=True)
    return (best != second) & enough & alone & supported


def weights_of(preferences: MatchingPreferences) -> dict[str, int]:
    """Weight per factor name of invoice relevance."""
    return {name: getattr(preferences.invoice.weights, name) for name in FACTORS}


__all__ = ["FACTORS", "RATIO", "accepted", "combined", "date_score", "date_scores", "scored"]
