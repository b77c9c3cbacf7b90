"""Amounts as people of a country write them; machines get ``reskontra.engine.money.exact``."""

from __future__ import annotations

import re

from reskontra.engine import money

_NO_BREAK = "\N{NO-BREAK SPACE}"
_MARKS = {"DK": (".", ","), "GB": (",", "."), "US": (",", ".")}
_NORDIC = (_NO_BREAK, ",")
_WRITTEN = re.compile(r"(?<![\w.,-])(-?\d{1,18}(?:\.\d+)?) ([A-Z]{3})\b")


def local(minor: int, currency: str, country: str = "SE") -> str:
    """``12 500,00`` in Sweden, Norway and Finland, ``12.500,00`` in Denmark; a real minus sign.

    >>> local(-1250000, "SEK").replace(_NO_BREAK, " "), local(1250000, "DKK", "DK")
    ('−12 500,00', '12.500,00')
    """
    group, decimal = _MARKS.get(country, _NORDIC)
    whole, _, fraction = money.exact(abs(minor), currency).partition(".")
    grouped = f"{int(whole):,}".replace(",", group)
    sign = "−" if minor < 0 else ""
    return f"{sign}{grouped}{decimal}{fraction}" if fraction else f"{sign}{grouped}"


def localised(text: str, country: str) -> str:
    """A stored sentence as people of a country read it: amounts in it in local form.

    >>> localised("10377 and the amount of -9500.00 SEK", "DK")
    '10377 and the amount of −9.500,00 SEK'
    """
    return _WRITTEN.sub(lambda found: _localised(found, country), text)


def _localised(found: re.Match[str], country: str) -> str:
    amount, currency = found.groups()
    _, _, fraction = amount.partition(".")
    if len(fraction) != money.exponent(currency):
        return found[0]  # a number beside a word, not an amount that was written exactly
    return f"{local(money.parse_amount(amount, currency), currency, country)} {currency}"
