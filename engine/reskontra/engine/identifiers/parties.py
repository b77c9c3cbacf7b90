"""Party identifiers: organisation and VAT numbers, GLN and the Finnish OVT.

python-stdnum checks what it checks right; a number that passes is well formed, not registered.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from types import ModuleType
from typing import cast

from stdnum.exceptions import (
    InvalidChecksum,
    InvalidComponent,
    InvalidFormat,
    InvalidLength,
    ValidationError,
)
from stdnum.util import get_cc_module

from reskontra.engine.identifiers.text import digits_error, without
from reskontra.engine.identifiers.verdict import Verdict, wrong
from reskontra.engine.references.check_digits import CheckRule

_GS1 = CheckRule("gs1")
_OVT = re.compile(r"\d{12}[0-9A-Z]{0,5}")
_LABELS: tuple[tuple[type[ValidationError], str], ...] = (
    (InvalidChecksum, "INVALID_CHECKSUM"),
    (InvalidLength, "INVALID_LENGTH"),
    (InvalidComponent, "INVALID_COMPONENT"),
    (InvalidFormat, "INVALID_FORMAT"),
)
_COUNTRY_PREFIX = {"gr": "EL"}
NATURAL_PERSON = "the third digit is below 2: not the number of a legal person"


def se_orgnr(text: str) -> Verdict:
    """A Swedish organisation number; the twelve-digit form with a century prefix is taken too.

    >>> se_orgnr("165560473521").formatted
    '556047-3521'
    """
    number = without(text, "-.")
    if len(number) == 12 and number[:2] in {"00", "01", "16"}:
        number = number[2:]
    verdict = _by_stdnum("se", "orgnr", number)
    if not verdict.valid:
        return verdict
    warning = NATURAL_PERSON if int(verdict.normalized[2]) < 2 else ""
    return Verdict(
        valid=True,
        normalized=verdict.normalized,
        formatted=f"{verdict.normalized[:6]}-{verdict.normalized[6:]}",
        warning=warning,
    )


def se_vat(text: str) -> Verdict:
    """A Swedish VAT number: SE, organisation number, 01."""
    verdict = _by_stdnum("se", "vat", text)
    if not verdict.valid:
        return verdict
    number = f"SE{verdict.normalized}"
    return Verdict(valid=True, normalized=number, formatted=number)


def gln(text: str) -> Verdict:
    """A Global Location Number: 13 digits with the check digit of GS1."""
    number = without(text, "-")
    error = digits_error(number, range(13, 14))
    if not error and not _GS1.holds(number[:-1], number[-1]):
        error = "INVALID_CHECKSUM"
    return wrong(error) if error else Verdict(valid=True, normalized=number, formatted=number)


def fi_ovt(text: str) -> Verdict:
    """A Finnish OVT identifier: 0037, Y-tunnus, up to 5 characters of the party's own.

    >>> fi_ovt("00372077474000123").formatted
    '0037 2077474-0 00123'
    """
    number = without(text, "-").upper()
    if not 12 <= len(number) <= 17:
        return wrong("INVALID_LENGTH")
    if not _OVT.fullmatch(number):
        return wrong("INVALID_FORMAT")
    if not number.startswith("0037"):
        return wrong("INVALID_COMPONENT")
    business = _by_stdnum("fi", "ytunnus", number[4:12])
    if not business.valid:
        return business
    shown = " ".join(filter(None, ("0037", business.formatted, number[12:])))
    return Verdict(valid=True, normalized=number, formatted=shown)


PARTY_KINDS: dict[str, Callable[[str], Verdict]] = {
    "se_orgnr": se_orgnr,
    "se_vat": se_vat,
    "no_orgnr": lambda text: _by_stdnum("no", "orgnr", text),
    "no_vat": lambda text: _by_stdnum("no", "mva", text),
    "dk_cvr": lambda text: _by_stdnum("dk", "cvr", text),
    "fi_ytunnus": lambda text: _by_stdnum("fi", "ytunnus", text),
    "fi_ovt": fi_ovt,
    "is_kennitala": lambda text: _by_stdnum("is", "kennitala", without(text, "")),
    "is_vat": lambda text: _by_stdnum("is", "vsk", text),
    "gln": gln,
}
"""Kind of identifier -> its check; see ``national`` for the kinds beside these."""


def national(kind: str, text: str) -> Verdict:
    """Check an identifier of a kind in ``PARTY_KINDS``, or ``<country>_vat``, ``<country>_<name>``.

    >>> national("ee_vat", "EE 100931558").normalized
    'EE100931558'

    ``KeyError`` for a kind that neither this module nor python-stdnum knows.
    """
    if kind in PARTY_KINDS:
        return PARTY_KINDS[kind](text)
    country, _, name = kind.partition("_")
    if _module(country, name) is None:
        raise KeyError(kind)
    verdict = _by_stdnum(country, name, text)
    if not verdict.valid or name != "vat":
        return verdict
    prefix = _COUNTRY_PREFIX.get(country, country.upper())
    number = verdict.normalized
    full = number if number.startswith(prefix) else prefix + number
    return Verdict(valid=True, normalized=full)


def _module(country: str, name: str) -> ModuleType | None:
    if not (country.isalpha() and len(country) == 2 and name):
        return None
    return cast("ModuleType | None", get_cc_module(country, name))


def _by_stdnum(country: str, name: str, text: str) -> Verdict:
    if not text.strip():
        return wrong("INVALID_LENGTH")
    module = _module(country, name)
    if module is None:
        raise KeyError(f"{country}_{name}")
    try:
        number: str = module.validate(text)
    except ValidationError as error:
        return wrong(next(label for kind, label in _LABELS if isinstance(error, kind)))
    shown: str = module.format(number) if hasattr(module, "format") else number
    return Verdict(valid=True, normalized=number, formatted=shown)
