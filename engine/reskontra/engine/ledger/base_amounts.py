"""What an open amount is worth in base currency, and the exchange difference when it is settled.

The open base amount of a document is a pure function of what is open, so nothing has to be kept
with each application: the last payment relieves the whole rest, and what has nothing open is worth
nothing.
"""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from reskontra.engine.documents.rounding import in_minor
from reskontra.engine.ledger.records import Document
from reskontra.engine.money import exponent, share
from reskontra.engine.ports import Reader


def open_base(document: Document, open_amount: int) -> int:
    """Base value of what is open of a document, minor units, half away from zero.

    ``base_amount * open_amount / amount``.
    """
    if not document.amount:
        return 0
    return share(document.base_amount, open_amount, document.amount)


def share_of(whole: pl.Expr, part: pl.Expr, of: pl.Expr) -> pl.Expr:
    """``money.share`` of columns that are not negative; amounts may fill 64 bits, their product is
    counted in 128.
    """
    wide = whole.cast(pl.Int128)
    return ((2 * wide * part + of) // (2 * of.cast(pl.Int128))).cast(pl.Int64)


def with_base(reader: Reader, items: pl.DataFrame) -> pl.DataFrame:
    """``items`` (as ``ports.Reader.item_frame``) with amount, base_amount and open_base Int64: the
    document's own, and ``open_base`` of what is open.
    """
    told = reader.frame(Document, ("id", "amount", "base_amount"))
    worth = share_of(pl.col("base_amount"), pl.col("open_amount"), pl.col("amount"))
    return items.join(
        told.rename({"id": "document_id"}), on="document_id", how="left", maintain_order="left"
    ).with_columns(worth.alias("open_base"))


def rate_of(document: Document, base_currency: str) -> Decimal:
    """What a unit of a document's currency was worth when it was booked, to twelve decimals."""
    amount = Decimal(document.amount).scaleb(-exponent(document.currency))
    worth = Decimal(document.base_amount).scaleb(-exponent(base_currency))
    return (worth / amount).quantize(Decimal("1E-12"))


def relieved(document: Document, before: int, after: int) -> int:
    """Base value that leaves a document when its open amount goes from ``before`` to ``after``."""
    return open_base(document, before) - open_base(document, after)


def in_base(amount: int, currency: str, rate: Decimal, base_currency: str) -> int:
    """An amount in minor units of the base currency at a rate (base currency per unit), half away
    from zero.

    >>> in_base(1_000_00, "EUR", Decimal("11.30"), "SEK")
    1130000
    >>> in_base(500, "JPY", Decimal("0.07"), "SEK")
    3500
    """
    return in_minor(Decimal(amount).scaleb(-exponent(currency)) * rate, base_currency)
