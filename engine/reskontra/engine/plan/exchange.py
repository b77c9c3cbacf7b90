"""Planned lines in another currency than the company's: what they are worth, and what that gains.

The money is worth the rate of the day on which the bank booked it, a document what it was booked
at. What the two are apart is the realised exchange difference (ruling 7): the last posting of the
voucher, in base currency only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import polars as pl

from reskontra.engine.ledger.base_amounts import in_base, share_of
from reskontra.engine.plan.postings import merged

_WORTH = {"document": pl.Int64, "booked": pl.Int64, "booked_base": pl.Int64}


@dataclass(frozen=True, slots=True)
class Exchange:
    """What planning knows of other currencies; nothing, where every line is in base currency."""

    rates: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    """(currency, booking date) -> base currency per unit; absent = no rate."""
    documents: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_WORTH))
    """document, booked, booked_base Int64: the amounts of documents in other currencies, minor
    units of their currency and of the base currency."""


def line_worth(lines: pl.DataFrame, exchange: Exchange, base: str) -> pl.Series:
    """Base value of each line's amount, in their order; null = no rate.

    ``lines``: currency, booking_date, amount.
    """
    if lines.select((pl.col("currency") == base).all()).item():
        return lines["amount"]
    worth = [
        amount if currency == base
        else in_base(amount, currency, exchange.rates[currency, day], base)
        if (currency, day) in exchange.rates else None
        for currency, day, amount in lines.select("currency", "booking_date", "amount").iter_rows()
    ]  # fmt: skip
    return pl.Series(worth, dtype=pl.Int64)


def in_base_currency(
    lines: pl.DataFrame, allocations: pl.DataFrame, exchange: Exchange
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Settled lines and their allocations with every amount in base currency.

    ``lines``: n, amount, worth, unapplied, written_off. What is paid, discounted and written off
    follow each other, so that together they relieve the document of what leaves it.
    """
    parts = ("paid", "discount", "write_off")
    left, relieved = pl.col("before"), {}
    for part in parts:
        after = left - pl.col(part)
        relieved[part] = _open_base(left) - _open_base(after)
        left = after
    valued = allocations.join(
        exchange.documents, on="document", how="left", maintain_order="left"
    ).with_columns(**relieved)
    share = {name: share_of(pl.col("worth"), pl.col(name), pl.col("amount"))
             for name in ("unapplied", "written_off")}  # fmt: skip
    return lines.with_columns(**share, amount="worth"), valued.select(allocations.columns)


def _open_base(left: pl.Expr) -> pl.Expr:
    return share_of(pl.col("booked_base"), left, pl.col("booked"))


def difference_roles(
    lines: pl.DataFrame, allocations: pl.DataFrame, exchange: Exchange, base: str
) -> pl.DataFrame:
    """n, role of lines that realise an exchange difference: ``fx_gain`` or ``fx_loss``."""
    receipts = lines.filter((pl.col("currency") != base) & (pl.col("outcome") == "apply"))
    if receipts.is_empty():
        return receipts.select("n", role=pl.lit(None, pl.String))
    own = allocations.join(receipts.select("n"), on="n", how="semi")
    lines, own = in_base_currency(receipts, own, exchange)
    relieved = own.group_by("n").agg(relieved=(pl.col("sign") * pl.col("paid")).sum())
    rest = pl.col("amount") - pl.col("unapplied") - pl.col("written_off")
    gained = lines.join(relieved, on="n").select("n", gain=rest - pl.col("relieved"))
    return gained.filter(pl.col("gain") != 0).select("n", role=_role(pl.col("gain")))


def _role(gain: pl.Expr) -> pl.Expr:
    return pl.when(gain > 0).then(pl.lit("fx_gain")).otherwise(pl.lit("fx_loss"))


_KEYS = ["n", "account", "role", "customer"]


def with_base_amounts(
    postings: pl.DataFrame, in_base: pl.DataFrame, roles: Mapping[str, str], base: str
) -> pl.DataFrame:
    """``postings`` with base_amount and base_currency (null = as ``amount``), and the exchange
    differences.

    ``in_base``: the moves of the foreign ones among the vouchers, in base currency.
    """
    home = postings.join(in_base, on="n", how="anti", maintain_order="left").with_columns(
        base_amount=pl.lit(None, pl.Int64), base_currency=pl.lit(None, pl.String)
    )
    if in_base.is_empty():
        return home
    worth = merged(in_base).rename({"amount": "base_amount"})
    gains = worth.group_by("n").agg(gain=pl.col("base_amount").sum()).filter(pl.col("gain") != 0)
    differences = gains.sort("n").select(
        "n",
        account=_role(pl.col("gain")).replace_strict(dict(roles), return_dtype=pl.String),
        role=_role(pl.col("gain")),
        customer=pl.lit(""),
        amount=pl.lit(0, pl.Int64),
        base_amount=-pl.col("gain"),
        base_currency=pl.lit(base),
    )
    foreign = postings.join(in_base, on="n", how="semi", maintain_order="left")
    moved = foreign.join(worth, on=_KEYS, how="full", coalesce=True, maintain_order="left_right")
    columns = differences.columns
    filled = moved.with_columns(
        pl.col("amount", "base_amount").fill_null(0), base_currency=pl.lit(base)
    )
    parts = [part.select(columns) for part in (home, filled, differences)]
    return pl.concat(parts).sort("n", maintain_order=True)
