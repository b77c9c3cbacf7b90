"""Columns of text into columns of values; every value that cannot be read is told with its line.

A faulty value leaves a stand-in, so that the other columns of its row are still checked; the file
is refused in the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeVar

from reskontra.adapters.formats.csv_table.dates import forms_of, parse_date
from reskontra.adapters.formats.csv_table.table import Table
from reskontra.engine.bank_file import Account
from reskontra.engine.money import exponent, is_currency

_Choice = TypeVar("_Choice", bound=str)

_BLANKS = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2212": "-"})
_NUMBER_LIKE = re.compile(r"[+-]?[0-9][0-9 .,']*")
_TRUE = frozenset({"true", "yes", "ja", "1"})
_FALSE = frozenset({"false", "no", "nej", "0"})
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_RATE = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,12})?")
_COUNTRY = re.compile(r"[A-Z]{2}")
_EARLIEST_YEAR = 1900
_STAND_IN = date(1900, 1, 1)
_WHOLE = 16
"""So many characters an amount may have before the decimal mark, its sign among them."""


def required(table: Table, name: str) -> list[str]:
    """A column in which nothing may be empty."""
    values = table.texts(name)
    if not all(values):
        for line, value in zip(table.lines, values, strict=True):
            if not value:
                table.findings.error("RK577", f"{table.heading(name)} is empty", line)
    return values


def choices(
    table: Table, name: str, allowed: Sequence[_Choice], default: str = ""
) -> list[_Choice]:
    """A column of words from a closed list."""
    known: dict[str, _Choice] = {word: word for word in allowed}
    values = [value or default for value in table.texts(name)]
    if not known.keys() >= set(values):
        for line, value in zip(table.lines, values, strict=True):
            if value not in known:
                table.findings.error(
                    "RK577",
                    f"{table.heading(name)} is {value!r}, expected one of {', '.join(allowed)}",
                    line,
                    help="the dialect can translate other words under 'values'",
                )
    return [known.get(value, allowed[0]) for value in values]


def currencies(table: Table, name: str = "currency", *, needed: bool = True) -> list[str]:
    """A column of ISO 4217 codes."""
    values = table.texts(name)
    wrong = {v for v in set(values) if not is_currency(v) and (v or needed)}
    if wrong:
        for line, value in zip(table.lines, values, strict=True):
            if value in wrong:
                table.findings.error(
                    "RK509", f"{table.heading(name)} is {value!r}, expected a code like SEK", line
                )
    return values


def countries(table: Table, name: str = "country") -> list[str]:
    """A column of ISO 3166 codes, empty where nothing is known."""
    values = table.texts(name)
    for line, value in zip(table.lines, values, strict=True):
        if value and not _COUNTRY.fullmatch(value):
            table.findings.error(
                "RK577", f"{table.heading(name)} is {value!r}, expected two capitals like SE", line
            )
    return values


class _Days(dict[str, date | None]):
    """Days by their text: a column has few different ones."""

    def __init__(self, form: str) -> None:
        super().__init__({"": None})
        self.form = form
        self.wrong: set[str] = set()

    def __missing__(self, text: str) -> date | None:
        try:
            day = parse_date(text, self.form)
        except ValueError:
            day = None
        if day is None or day.year < _EARLIEST_YEAR:
            self.wrong.add(text)
            day = None
        self[text] = day
        return day


def dates(table: Table, name: str) -> list[date | None]:
    """A column of days, None where it is empty. RK506 no such day, RK575 another form."""
    days = _Days(table.dialect.dates)
    texts = table.texts(name)
    values = [days[text] for text in texts]
    if days.wrong:
        for line, text in zip(table.lines, texts, strict=True):
            if text in days.wrong:
                _wrong_date(table, name, line, text)
    return values


def required_dates(table: Table, name: str) -> list[date]:
    """A column of days in which nothing may be empty."""
    required(table, name)
    return [day or _STAND_IN for day in dates(table, name)]


def _wrong_date(table: Table, name: str, line: int, text: str) -> None:
    heading, form = table.heading(name), table.dialect.dates
    others = forms_of(text)
    if form in others:
        table.findings.error("RK506", f"{heading} is {text}, which is not a day ({form})", line)
        return
    looks = f" (this looks like {' or '.join(others)})" if others else ""
    table.findings.error(
        "RK575",
        f"{heading} is {text!r}, expected a date as {form}{looks}",
        line,
        help="a file has one form of dates; set 'dates' in the dialect",
    )


def amounts(table: Table, name: str, units: Sequence[str]) -> list[int | None]:
    """Minor units of a column of amounts, None where it is empty; ``units``: currency of each row.

    RK574: written in another style than the dialect says. RK507: no amount of money at all.
    """
    texts = table.texts(name)
    places = {unit: exponent(unit) for unit in set(units)}
    style = _Style(table)
    values: list[int | None] = []
    for row, text in enumerate(texts):
        if not text:
            values.append(None)
            continue
        value = style.plain(text, places[units[row]])
        if value is None:
            value = style.minor(text, places[units[row]])
        if value is None:
            value = style.minor(text.translate(_BLANKS), places[units[row]])
        if value is None:
            _wrong_amount(table, name, table.lines[row], text, places[units[row]])
        values.append(value)
    return values


class _Style:
    """How the file writes amounts."""

    __slots__ = ("decimal", "minor_units", "pattern", "thousands")

    def __init__(self, table: Table) -> None:
        dialect = table.dialect
        self.decimal, self.thousands = dialect.decimal, dialect.thousands
        self.minor_units = dialect.minor_units
        whole = "[0-9]{1,18}"
        if self.thousands:
            mark = re.escape(self.thousands)
            whole = f"(?:[0-9]{{1,18}}|[0-9]{{1,3}}(?:{mark}[0-9]{{3}}){{1,5}})"
        fraction = "" if self.minor_units else rf"(?:{re.escape(self.decimal)}([0-9]{{1,18}}))?"
        self.pattern = re.compile(rf"[+-]?{whole}{fraction}")

    def minor(self, text: str, places: int) -> int | None:
        """Minor units, or None when the text has another style or cannot be exact."""
        found = self.pattern.fullmatch(text)
        if found is None:
            return None
        if self.thousands:
            text = text.replace(self.thousands, "")
        if self.minor_units:
            return int(text)
        fraction = found[1]
        if fraction is None:
            return int(text) * 10**places if len(text) <= _WHOLE else None
        # three digits behind the mark: 1.234 is one or a thousand, nobody can tell
        if len(fraction) > places and (len(fraction) == 3 or fraction[places:].strip("0")):
            return None
        whole = text[: -len(fraction) - 1]
        if len(whole) > _WHOLE:
            return None
        return int(whole + fraction[:places].ljust(places, "0"))

    def plain(self, text: str, places: int) -> int | None:
        """``minor`` of what nearly all amounts are, without its pattern: digits, the mark and as
        many decimals as the unit has; None for all else.
        """
        at = len(text) - 1 - places
        if not 0 < at <= _WHOLE or text[at] != self.decimal or self.minor_units or not places:
            return None
        digits = text[:at] + text[at + 1 :]
        return int(digits) if digits.isdigit() and digits.isascii() else None


def _wrong_amount(table: Table, name: str, line: int, text: str, places: int) -> None:
    dialect, heading = table.dialect, table.heading(name)
    style = f"decimal mark {dialect.decimal!r}, thousands mark {dialect.thousands or 'none'!r}"
    if dialect.minor_units:
        style = "whole minor units"
    if _NUMBER_LIKE.fullmatch(text.translate(_BLANKS)) and not re.search("[ .,'][ .,']", text):
        table.findings.error(
            "RK574",
            f"{heading} is {text!r}: not an amount with {style} and at most {places} decimals",
            line,
            help="set 'decimal', 'thousands' or 'minor_units' in the dialect; nothing is guessed, "
            "because 1.234 is one or a thousand",
        )
    else:
        table.findings.error("RK507", f"{heading} is {text!r}, which is not an amount", line)


def required_amounts(table: Table, name: str, units: Sequence[str]) -> list[int]:
    """A column of amounts in which nothing may be empty."""
    required(table, name)
    return [value or 0 for value in amounts(table, name, units)]


def counts(table: Table, name: str, most: int) -> list[int]:
    """A column of small whole numbers, 0 where it is empty."""
    values = []
    for line, text in zip(table.lines, table.texts(name), strict=True):
        known = len(text) <= 4 and text.isascii() and text.isdigit() and int(text) <= most
        if text and not known:
            table.findings.error(
                "RK577",
                f"{table.heading(name)} is {text!r}, expected a whole number up to {most}",
                line,
            )
        values.append(int(text) if known else 0)
    return values


def rates(table: Table, name: str) -> list[Decimal | None]:
    """A column of exchange rates, None where it is empty."""
    values: list[Decimal | None] = []
    for line, text in zip(table.lines, table.texts(name), strict=True):
        plain = text.replace(table.dialect.decimal, ".")
        value = Decimal(plain) if _RATE.fullmatch(plain) else None
        if text and not value:
            table.findings.error(
                "RK577", f"{table.heading(name)} is {text!r}, expected a rate above 0", line
            )
        values.append(value)
    return values


def flags(table: Table, name: str) -> list[bool | None]:
    """A column of yes and no, None where it is empty."""
    values: list[bool | None] = []
    for line, text in zip(table.lines, table.texts(name), strict=True):
        word = text.lower()
        if word and word not in _TRUE and word not in _FALSE:
            table.findings.error(
                "RK577",
                f"{table.heading(name)} is {text!r}, expected true, false, yes or no",
                line,
            )
        values.append(word in _TRUE if word else None)
    return values


def lists(table: Table, name: str) -> list[tuple[str, ...]]:
    """A column of lists; several columns of the file are joined."""
    mark = table.dialect.list_separator
    if name not in table.columns:
        return [_split(table.texts(name)[0], mark) if len(table) else ()] * len(table)
    parts = [
        [_split(cell, mark) if cell else () for cell in column] for column in table.columns[name]
    ]
    if len(parts) == 1:
        return parts[0]
    return [tuple(dict.fromkeys(sum(row, ()))) for row in zip(*parts, strict=True)]


def _split(cell: str, mark: str) -> tuple[str, ...]:
    if mark not in cell:
        return (cell,) if cell else ()
    return tuple(dict.fromkeys(part for raw in cell.split(mark) if (part := raw.strip())))


def account(text: str) -> Account:
    """A bank account; a scheme may stand in front (``bankgiro:5050-1055``).

    >>> account("SE45 5000 0000 0583 9825 7466").scheme, account("bankgiro:5050-1055").number
    ('iban', '50501055')
    """
    scheme, _, number = text.rpartition(":")
    compact = (number if number.isalnum() else "".join(filter(str.isalnum, number))).upper()
    if scheme == "bankgiro":
        return Account(compact, "bankgiro")
    if scheme == "plusgiro":
        return Account(compact, "plusgiro")
    if scheme == "bban":
        return Account(compact, "bban")
    return Account(compact, "iban" if _IBAN.fullmatch(compact) else "other")


def unique(table: Table, keys: Iterable[tuple[str, ...]], what: str) -> None:
    """Refuse (RK576) rows with the same key, naming both lines; an empty last part is no key."""
    first: dict[tuple[str, ...], int] = {}
    for line, key in zip(table.lines, keys, strict=True):
        earlier = first.setdefault(key, line)
        if earlier != line and key[-1]:
            table.findings.error(
                "RK576",
                f"{what} {' '.join(key)} stands in line {earlier} and in line {line}",
                line,
                help="keep one of the two",
            )
