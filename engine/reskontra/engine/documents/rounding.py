"""How amounts become whole minor units, and a total what can be paid.

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


def rounded(total: int, rounding: Rounding | None) -> int:
    """A document's total as it is to be paid, minor units; ``None`` leaves it as it is.

    >>> rounded(-107_50, Rounding("nearest", 100)), rounded(107_43, Rounding("up", 100))
    (-10800, 10800)
    """
    if rounding is None:
        return total
    return int(round_to(Decimal(total), Decimal(rounding.precision), rounding.rule))
