"""How a CSV file is laid out: a record that YAML files fill (``config/dialects/*.yaml``).

``columns`` gives for each of our columns the heading that the file uses (several for texts);
without it the file uses our own names.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import PurePath
from typing import Any, Literal

from reskontra.adapters.formats.csv_table.dates import DATE_FORMATS
from reskontra.adapters.formats.findings import Findings

TABLES = ("customers", "open_items", "bank", "rates", "documents", "gl_balances", "open_orders")
_ENCODINGS = ("utf-8", "iso-8859-1", "iso-8859-15", "windows-1252", "utf-16", "cp850")
_SEPARATORS = (",", ";", "\t", "|")
_WORDS = {"tab": "\t", "comma": ",", "semicolon": ";", "space": " ", "none": "", "point": "."}
_KINDS = ("details", "statement", "report")
_REFERENCES = ("free", "payment_reference", "invoice")


@dataclass(frozen=True, slots=True)
class Sign:
    """A column that says which way the money went."""

    column: str
    """Heading in the file."""
    minus: tuple[str, ...]
    """Values of money out."""
    plus: tuple[str, ...]
    """Values of money in."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One layout; the defaults are the canonical one."""

    name: str = "canonical"
    table: str = ""
    """One of ``TABLES``; empty = any."""
    description: str = ""
    encoding: str = "utf-8"
    separator: str = ","
    decimal: str = "."
    thousands: str = ""
    """Mark between groups of three digits; a blank stands for every kind of blank."""
    dates: str = "YYYY-MM-DD"
    """A key of ``DATE_FORMATS``."""
    list_separator: str = ";"
    minor_units: bool = False
    """Amounts are whole numbers of the smallest unit."""
    skip_rows: int = 0
    """Lines above the header."""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Our name -> headings in the file; empty = our names."""
    ignore: tuple[str, ...] = ()
    """Headings of the file that are left unread."""
    constants: Mapping[str, str] = field(default_factory=dict)
    """Our name -> value, for what the file does not say."""
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Our name -> (value in the file -> our value)."""
    keep: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Heading -> values: other rows are left out (balances among the lines)."""
    sign: Sign | None = None
    kind: Literal["details", "statement", "report"] = "details"
    """Bank lines: what kind of statement they make."""
    reference_kind: Literal["free", "payment_reference", "invoice"] = "free"
    """Bank lines: what the bank's reference column holds."""

    @property
    def format(self) -> str:
        """Name of the format in receipts."""
        return f"csv:{self.name}"

    def headings(self, name: str) -> tuple[str, ...]:
        """Headings of the file under which our column ``name`` stands; empty = none."""
        return self.columns.get(name, ()) if self.columns else (name,)


CANONICAL = Dialect()
"""Our own layout: our names, commas, decimal point, ISO dates, UTF-8."""


def dialect_from_mapping(mapping: Mapping[str, Any], *, file: str) -> Dialect:
    """A dialect from the data of a YAML file; raises RK579 with every fault.

    >>> dialect_from_mapping({"separator": "semicolon", "decimal": ","}, file="a.yaml").decimal
    ','
    """
    findings = Findings(file)
    known = [f.name for f in fields(Dialect)]
    given: dict[str, Any] = {"name": PurePath(file).stem}
    for key, value in mapping.items():
        if key not in known:
            close = difflib.get_close_matches(str(key), known, 1)
            hint = f"; did you mean '{close[0]}'?" if close else ""
            findings.error("RK579", f"unknown key '{key}' in a dialect{hint}", help=_help(known))
            continue
        try:
            read: _Reader = _READERS.get(key, _text)
            given[key] = read(value)
        except (ValueError, TypeError, KeyError, AttributeError) as fault:
            findings.error("RK579", f"'{key}' of the dialect is {value!r}: {fault}")
    _agree(given, findings)
    findings.stop()
    return Dialect(**given)


def _help(known: list[str]) -> str:
    return f"a dialect knows {', '.join(known)}"


def _agree(given: Mapping[str, Any], findings: Findings) -> None:
    decimal, thousands = given.get("decimal", "."), given.get("thousands", "")
    if decimal == thousands:
        findings.error("RK579", f"'decimal' and 'thousands' are both {decimal!r}")
    if given.get("list_separator", ";") == "":
        findings.error("RK579", "'list_separator' is empty")


def _text(value: Any) -> str:
    if isinstance(value, (dict, list)) or value is None:
        raise ValueError("expected a text")
    return str(value)


def _mark(value: Any) -> str:
    return _WORDS.get(_text(value), _text(value))


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(_text, value)) if isinstance(value, list) else (_text(value),)


def _count(value: Any) -> int:
    number = int(_text(value))
    if not 0 <= number <= 100:
        raise ValueError("expected a number from 0 to 100")
    return number


def _flag(value: Any) -> bool:
    if str(value).lower() not in {"true", "false"}:
        raise ValueError("expected true or false")
    return str(value).lower() == "true"


def _one_of(choices: tuple[str, ...]) -> Callable[[Any], str]:
    def choose(value: Any) -> str:
        found = _mark(value)
        if found not in choices:
            raise ValueError("expected one of " + ", ".join(map(repr, choices)))
        return found

    return choose


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("expected a mapping")
    return {str(key): inner for key, inner in value.items()}


def _sign(value: Any) -> Sign:
    given = _mapping(value)
    if set(given) != {"column", "minus", "plus"}:
        raise ValueError("expected column, minus and plus")
    return Sign(_text(given["column"]), _texts(given["minus"]), _texts(given["plus"]))


_Reader = Callable[[Any], Any]
_READERS: Mapping[str, _Reader] = {
    "table": _one_of(TABLES),
    "encoding": _one_of(_ENCODINGS),
    "separator": _one_of(_SEPARATORS),
    "decimal": _one_of((".", ",")),
    "thousands": _one_of(("", " ", ".", ",", "'")),
    "dates": _one_of(tuple(DATE_FORMATS)),
    "list_separator": _mark,
    "minor_units": _flag,
    "skip_rows": _count,
    "columns": lambda value: {k: _texts(v) for k, v in _mapping(value).items()},
    "ignore": _texts,
    "constants": lambda value: {k: _text(v) for k, v in _mapping(value).items()},
    "values": lambda value: {
        k: {a: _text(b) for a, b in _mapping(v).items()} for k, v in _mapping(value).items()
    },
    "keep": lambda value: {k: _texts(v) for k, v in _mapping(value).items()},
    "sign": _sign,
    "kind": _one_of(_KINDS),
    "reference_kind": _one_of(_REFERENCES),
}
