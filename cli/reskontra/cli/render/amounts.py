"""Amounts as people of a country write them; machines get ``reskontra.engine.money.exact``."""

from __future__ import annotations

from reskontra.engine import money

_NO_BREAK = "\N{NO-BREAK SPACE}"
_MARKS = {"DK": (".", ","), "GB": (",", "."), "US": (",", ".")}
_NORDIC = (_NO_BREAK, ",")


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
