"""Dates in the few forms that exports use; one form per file, never guessed."""

from __future__ import annotations

import re
from datetime import date

_YEAR, _MONTH, _DAY = r"(?P<y>[0-9]{4})", r"(?P<m>[0-9]{2})", r"(?P<d>[0-9]{2})"

DATE_FORMATS = {
    name: re.compile(pattern)
    for name, pattern in (
        ("YYYY-MM-DD", f"{_YEAR}-{_MONTH}-{_DAY}"),
        ("YYYYMMDD", f"{_YEAR}{_MONTH}{_DAY}"),
        ("YYYY/MM/DD", f"{_YEAR}/{_MONTH}/{_DAY}"),
        ("DD.MM.YYYY", rf"{_DAY}\.{_MONTH}\.{_YEAR}"),
        ("DD-MM-YYYY", f"{_DAY}-{_MONTH}-{_YEAR}"),
        ("DD/MM/YYYY", f"{_DAY}/{_MONTH}/{_YEAR}"),
        ("MM/DD/YYYY", f"{_MONTH}/{_DAY}/{_YEAR}"),
    )
}
"""Name in a dialect -> pattern."""


def parse_date(text: str, form: str) -> date | None:
    """The day, or None when the text has another form; ``ValueError`` for a day that is none.

    >>> parse_date("24.11.2026", "DD.MM.YYYY"), parse_date("2026-11-24", "DD.MM.YYYY")
    (datetime.date(2026, 11, 24), None)
    """
    found = DATE_FORMATS[form].fullmatch(text)
    if found is None:
        return None
    return date(int(found["y"]), int(found["m"]), int(found["d"]))


def forms_of(text: str) -> list[str]:
    """Names of the forms that the text has.

    >>> forms_of("03/04/2026")
    ['DD/MM/YYYY', 'MM/DD/YYYY']
    """
    return [name for name, pattern in DATE_FORMATS.items() if pattern.fullmatch(text)]
