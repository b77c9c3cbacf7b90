"""How often evidence of a kind was right: a measured precision, stated with caution (Swedish:
*träffsäkerhet*).

A kind of evidence is a tier and a shape: how the amount came to fit. Its counts were measured on
lines with known truth and are shipped as data. What the company's own people confirmed and
overturned is set against them: while it agrees, the better-founded number stands; once it cannot be
chance any more, the company's own record speaks alone. Every number is the lower end of a Wilson
interval (95 %, one-sided), so that few cases promise little.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

import polars as pl

from reskontra.engine.matching.chance import BY_AMOUNT
from reskontra.engine.preferences.matching import PRECISION, RATIO, Automatic, Counts

_Z = Decimal("1.6449")
"""95 % of a normal law lie below so many deviations."""
_DIGITS = Context(prec=28)


def lower_bound(counts: Counts) -> int:
    """The precision that the counts prove, in 1/1 000 000.

    >>> [lower_bound((right, 0)) for right in (0, 10, 1000, 100_000)]
    [0, 787048, 997301, 999972]
    >>> lower_bound((999, 1))
    995530
    """
    return _bound(counts, -1)


def upper_bound(counts: Counts) -> int:
    """The precision that the counts do not rule out, in 1/1 000 000.

    >>> [upper_bound(counts) for counts in ((0, 0), (99, 1), (999, 1))]
    [1000000, 997766, 999777]
    """
    return _bound(counts, 1)


def _bound(counts: Counts, side: int) -> int:
    right, wrong = counts
    n = right + wrong
    if not n:
        return PRECISION if side > 0 else 0
    with_z = n + _Z * _Z
    spread = _Z * _DIGITS.sqrt(Decimal(right) * wrong / n + _Z * _Z / 4)
    share = (right + _Z * _Z / 2 + side * spread) / with_z * PRECISION
    rounding = ROUND_CEILING if side > 0 else ROUND_FLOOR
    return max(0, min(PRECISION, int(share.to_integral_value(rounding))))


def stated(seed: Counts, own: Counts) -> tuple[int, Counts]:
    """Precision of a kind of evidence in 1/1 000 000, and the counts that it stands on.

    >>> stated((100_000, 0), (400, 0))
    (999972, (100000, 0))
    >>> stated((100_000, 0), (95, 5))
    (900837, (95, 5))
    """
    general, company = lower_bound(seed), lower_bound(own)
    contradicted = upper_bound(own) < general
    return (company, own) if contradicted or company > general else (general, seed)


def with_confidence(
    rows: pl.DataFrame, auto: Automatic, record: Mapping[str, Counts]
) -> pl.DataFrame:
    """``rows`` of facts with shape, precision (1/10 000), measured_cases, measured_wrong and
    tier_automatic; ``record``: tier -> confirmed and overturned decisions of the company.
    """
    kinds = [
        (tier, shape, *stated(seed, record.get(tier, (0, 0))))
        for (tier, shape), seed in sorted(auto.measured.items())
    ]
    known = pl.DataFrame(
        [(t, s, p, sum(counts), counts[1]) for t, s, p, counts in kinds],
        schema={"tier": pl.String, "shape": pl.String, "proven": pl.Int64,
                "measured_cases": pl.Int64, "measured_wrong": pl.Int64},
        orient="row",
    )  # fmt: skip
    return (
        rows.with_columns(shape=pl.when(pl.col("documents") > 0).then(_shape()))
        .join(known, on=["tier", "shape"], how="left", maintain_order="left")
        .with_columns(
            precision=pl.col("proven") // (PRECISION // RATIO), tier_automatic=_automatic(auto)
        )
    )


def _shape() -> pl.Expr:
    """How the amount came to fit the proposed documents."""
    return (
        pl.when(pl.col("again") & pl.col("tier").is_in(BY_AMOUNT))
        .then(pl.lit("again"))
        .when("by_chance").then(pl.lit("by_chance"))
        .when("netted").then(pl.lit("netted"))
        .when(pl.col("learned") & (pl.col("tier") == "name_amount"))
        .then(pl.lit("learned"))
        .when(pl.col("difference") == 0)
        .then(pl.when("discount").then(pl.lit("discount")).otherwise(pl.lit("exact")))
        .when("within_rounding").then(pl.lit("rounding"))
        .when(pl.col("difference") > 0).then(pl.lit("over"))
        .when(pl.col("payer_agrees").fill_null(value=False)).then(pl.lit("short"))
        .otherwise(pl.lit("short_unknown_payer"))
    )  # fmt: skip


def _automatic(auto: Automatic) -> pl.Expr:
    """The tier may be booked without a person, up to its largest amount."""
    allowed = pl.col("tier").is_in(list(auto.tiers))
    if "measured" in auto.tiers:
        allowed |= (pl.col("proven") >= auto.target_precision).fill_null(value=False)
    allowed = allowed.fill_null(value=False)
    for tier, per_currency in sorted(auto.max_amount.items()):
        for currency, limit in sorted(per_currency.items()):
            applies = (pl.col("tier") == tier) & (pl.col("currency") == currency)
            allowed &= ~(applies & (pl.col("amount").abs() > limit)).fill_null(value=False)
    return allowed
