"""Swedish giro numbers: bankgiro (7 or 8 digits) and plusgiro (2 to 8 digits), both with Luhn.

Follows Bankgirot's *10-modul*. A number alone does not tell which giro it belongs to.
"""

from __future__ import annotations

from reskontra.engine.identifiers.text import digits_error, grouped_from_right, without
from reskontra.engine.identifiers.verdict import Verdict, wrong
from reskontra.engine.references.check_digits import CheckRule

_LUHN = CheckRule("luhn10")


def bankgiro(text: str) -> Verdict:
    """A bankgiro number.

    >>> bankgiro("9912346").formatted
    '991-2346'
    """
    number = without(text, "-.")
    error = _error(number, range(7, 9))
    if error:
        return wrong(error)
    return Verdict(valid=True, normalized=number, formatted=f"{number[:-4]}-{number[-4:]}")


def plusgiro(text: str) -> Verdict:
    """A plusgiro number, printed in pairs before the check digit.

    >>> plusgiro("281758").formatted, plusgiro("18").formatted
    ('281 75-8', '1-8')
    """
    number = without(text, "-.")
    error = _error(number, range(2, 9))
    if error:
        return wrong(error)
    body, check = number[:-1], number[-1]
    if len(body) % 2 and len(body) > 1:
        pairs = [body[:3], grouped_from_right(body[3:], 2)]
    else:
        pairs = [grouped_from_right(body, 2)]
    shown = " ".join(filter(None, pairs)) + "-" + check
    return Verdict(valid=True, normalized=number, formatted=shown)


def _error(number: str, lengths: range) -> str:
    error = digits_error(number, lengths)
    if error:
        return error
    if not number.strip("0"):
        return "INVALID_COMPONENT"
    return "" if _LUHN.holds(number[:-1], number[-1]) else "INVALID_CHECKSUM"
