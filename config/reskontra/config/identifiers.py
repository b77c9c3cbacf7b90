"""Identifiers of the company's own bank accounts: compacted, and checked where a check exists.

IBAN (ISO 13616), Swedish bankgiro and plusgiro (Luhn). Other identifiers are taken as they are.
"""

from __future__ import annotations

import re
from typing import Any

from stdnum import iban as _iban
from stdnum import luhn as _luhn
from stdnum.exceptions import ValidationError

iban: Any = _iban
luhn: Any = _luhn

_NOISE = re.compile(r"[\s\-]")


def compact(text: str) -> str:
    """Without spaces and hyphens, in capitals: as bank files write it.

    >>> compact("SE45 5000 0000 0583 9825 7466"), compact("991-2346")
    ('SE4550000000058398257466', '9912346')
    """
    return _NOISE.sub("", text).upper()


def fault(kind: str, number: str) -> str:
    """What is wrong with a compacted identifier; empty when nothing is.

    >>> fault("bankgiro", "9912346"), fault("bankgiro", "9912345")
    ('', 'has a wrong check digit')
    """
    if kind == "iban":
        try:
            iban.validate(number, check_country=False)
        except ValidationError as error:
            return f"is not an IBAN: {error}"
        return ""
    lengths = {"bankgiro": (7, 8), "plusgiro": (2, 8)}.get(kind)
    if lengths is None:
        return "" if number else "is empty"
    shortest, longest = lengths
    if re.fullmatch(rf"[0-9]{{{shortest},{longest}}}", number) is None:
        return f"must have {shortest} to {longest} digits"
    return "" if luhn.is_valid(number) else "has a wrong check digit"
