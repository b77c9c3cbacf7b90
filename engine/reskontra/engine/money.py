"""Money: integer minor units and a currency, from the parser to the database.

``Decimal`` appears only at the edges (text in, text out, rates and percentages); no float ever
touches an amount.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from typing import Literal

INT64_MAX = 2**63 - 1
MAX_MINOR = 10**18
"""No single amount is larger (18 digits, as in ISO 20022); sums of a million of them still fit a
Python int."""

_WHOLE_UNITS = (
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND",
    "VUV", "XAF", "XOF", "XPF",
)  # fmt: skip
_THOUSANDTHS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_EXPONENTS = dict.fromkeys(_WHOLE_UNITS, 0) | dict.fromkeys(_THOUSANDTHS, 3)
_AMOUNT = re.compile(r"[+-]?\d{1,18}(\.\d+)?")
_CURRENCY = re.compile(r"[A-Z]{3}")

RoundingMode = Literal["nearest", "up", "down"]
_MODES = {"nearest": ROUND_HALF_UP, "up": ROUND_UP, "down": ROUND_DOWN}


def exponent(currency: str) -> int:
    """Number of decimals of a currency (ISO 4217).

    >>> exponent("SEK"), exponent("JPY")
    (2, 0)
    """
    return _EXPONENTS.get(currency, 2)


def is_currency(code: str) -> bool:
    """Whether ``code`` has the form of an ISO 4217 code."""
    return _CURRENCY.fullmatch(code) is not None


def parse_amount(text: str, currency: str) -> int:
    """Exact minor units of ``text`` (decimal point, no grouping); ``ValueError`` when it is not
    exact.

    >>> parse_amount("12500.5", "SEK"), parse_amount("-0.40", "EUR")
    (1250050, -40)
    >>> parse_amount("1.005", "SEK")
    Traceback (most recent call last):
      ...
    ValueError: 1.005 has more decimals than SEK allows (2)
    """
    if _AMOUNT.fullmatch(text) is None:
        raise ValueError(f"{text!r} is not an amount")
    places = exponent(currency)
    scaled = Decimal(text).scaleb(places)
    minor = int(scaled)
    if minor != scaled:
        raise ValueError(f"{text} has more decimals than {currency} allows ({places})")
    if abs(minor) > MAX_MINOR:
        raise ValueError(f"{text} is larger than any amount of money handled here")
    return minor


def exact(minor: int, currency: str) -> str:
    """The amount for machines: decimal point, no grouping.

    >>> exact(-1250050, "SEK"), exact(7, "JPY")
    ('-12500.50', '7')
    """
    places = exponent(currency)
    if not places:
        return str(minor)
    sign, digits = ("-" if minor < 0 else ""), str(abs(minor)).zfill(places + 1)
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def total(amounts: Iterable[int]) -> int:
    """Sum that must fit a database BIGINT; ``OverflowError`` otherwise (columns wrap silently,
    this does not).
    """
    result = sum(amounts)
    if abs(result) > INT64_MAX:
        raise OverflowError(f"sum {result} does not fit 64 bits")
    return result


def round_to(amount: Decimal, step: Decimal, mode: RoundingMode = "nearest") -> Decimal:
    """Round to a multiple of ``step`` on the absolute value, so that credit notes mirror invoices.

    Formula: step x op(abs(amount) / step) x sign; nearest = half away from zero.

    >>> round_to(Decimal("-107.50"), Decimal(1)), round_to(Decimal("107.425"), Decimal("0.05"))
    (Decimal('-108'), Decimal('107.45'))
    """
    steps = (abs(amount) / step).quantize(Decimal(1), rounding=_MODES[mode])
    return (steps * step).copy_sign(amount)


def share(amount: int, numerator: int, denominator: int) -> int:
    """``amount x numerator / denominator`` in minor units, half away from zero.

    >>> share(9000, 1, 3), share(-5, 1, 2)
    (3000, -3)
    """
    if denominator == 0:
        raise ZeroDivisionError("a share of nothing")
    product = abs(amount * numerator)
    quotient = (2 * product + abs(denominator)) // (2 * abs(denominator))
    negative = (amount * numerator < 0) != (denominator < 0)
    return -quotient if negative else quotient
