"""Taking a number out of the way people write it."""

from __future__ import annotations

import re

_BLANKS = re.compile(r"[\s\u00a0\u2007\u202f\u200b]+")


def without(text: str, signs: str) -> str:
    """The text without blanks and without ``signs``.

    >>> without("5402-9681 ", "-")
    '54029681'
    """
    kept = _BLANKS.sub("", text)
    for sign in signs:
        kept = kept.replace(sign, "")
    return kept


def digits_error(number: str, lengths: range) -> str:
    """The label of what is wrong with a run of digits; empty when nothing is."""
    if number and not (number.isascii() and number.isdigit()):
        return "INVALID_FORMAT"
    return "" if len(number) in lengths else "INVALID_LENGTH"


def grouped(text: str, size: int = 4, sign: str = " ") -> str:
    """Blocks of ``size`` from the left."""
    return sign.join(text[i : i + size] for i in range(0, len(text), size))


def grouped_from_right(text: str, size: int, sign: str = " ") -> str:
    """Blocks of ``size`` from the right; the first may be shorter."""
    return grouped(text[::-1], size, sign)[::-1]
