"""The form of a postcode, by country; countries that are not here are not checked."""

from __future__ import annotations

import re

_FORMS = {
    "SE": r"\d{3} ?\d{2}", "NO": r"\d{4}", "DK": r"\d{4}", "FI": r"\d{5}", "AX": r"22\d{3}",
    "IS": r"\d{3}", "FO": r"\d{3}", "GL": r"39\d{2}", "EE": r"\d{5}", "LV": r"(LV-)?\d{4}",
    "LT": r"(LT-)?\d{5}", "DE": r"\d{5}", "AT": r"\d{4}", "CH": r"\d{4}", "LI": r"94\d{2}",
    "BE": r"\d{4}", "LU": r"(L-)?\d{4}", "NL": r"\d{4} ?[A-Z]{2}", "FR": r"\d{5}", "ES": r"\d{5}",
    "IT": r"\d{5}", "PT": r"\d{4}-\d{3}", "PL": r"\d{2}-\d{3}", "CZ": r"\d{3} ?\d{2}",
    "SK": r"\d{3} ?\d{2}", "HU": r"\d{4}", "GB": r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}",
    "IE": r"[A-Z]\d[\dW] ?[A-Z\d]{4}", "US": r"\d{5}(-\d{4})?",
}  # fmt: skip
_SAID = {"SE": "123 45", "NO": "1234", "DK": "1234", "FI": "12345", "NL": "1234 AB"}


def postcode_fault(country: str, postcode: str) -> str:
    """What is wrong with a postcode of a country (ISO 3166); empty when nothing is.

    >>> postcode_fault("SE", "903 27"), postcode_fault("SE", "9032"), postcode_fault("BR", "?")
    ('', "'9032' is not a postcode of SE, which are like 123 45", '')
    """
    form = _FORMS.get(country)
    if form is None or re.fullmatch(form, postcode.strip().upper()):
        return ""
    like = f", which are like {_SAID[country]}" if country in _SAID else ""
    return f"{postcode!r} is not a postcode of {country}{like}"
