"""How amounts become whole minor units, base currency, and a total that can be paid.

Half goes away from zero everywhere, so that a credit note mirrors its invoice.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from reskontra.engine.money import exponent, round_to
from reskontra.engine.preferences.ledger import Rounding


def in_minor(amount: Decimal, currency: str) -> int:
    """Minor units of an amount.

    >>> in_minor(Decimal("29.985"), "SEK")
    2999
    """
    return int(amount.scaleb(exponent(currency)).quantize(Decimal(1), ROUND_HALF_UP))


def in_base(minor: int, currency: str, rate: Decimal | None, base_currency: str) -> int:
    """An amount in minor units of the base currency; ``rate`` is base currency per unit, ``None``
    for an amount that is in base currency already.

    >>> in_base(100_00, "EUR", Decimal("11.205"), "SEK")
    112050
    """
    if rate is None:
        return minor
    return in_minor(Decimal(minor).scaleb(-exponent(currency)) * rate, base_currency)


def rounded(total: int, rounding: Rounding | None) -> int:
    """A document's total as it is to be paid, minor units; ``None`` leaves it as it is.

    >>> rounded(-107_50, Rounding("nearest", 100)), rounded(107_43, Rounding("up", 100))
    (-10800, 10800)
    """
    if rounding is None:
        return total
    return int(round_to(Decimal(total), Decimal(rounding.precision), rounding.rule))
