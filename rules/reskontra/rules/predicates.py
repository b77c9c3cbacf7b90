"""Conditions as column expressions: every payment is tested at once, in whole numbers.

A missing value fails every test but ``present: false``; every expression is true or false, never
null, so that ``not`` means what it says. Amounts are compared in minor units of the row's own
currency. Patterns run in Python once per distinct text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from reskontra.rules.facts import FIELDS, TAG_SEPARATOR
from reskontra.rules.language import All, Any_, Atom, Condition, Not
from reskontra.rules.patterns import compiled
from reskontra.rules.values import minor_bound

_COMPARE: dict[str, Callable[[pl.Expr, Any], pl.Expr]] = {
    "eq": lambda column, value: column == value,
    "gt": lambda column, value: column > value,
    "gte": lambda column, value: column >= value,
    "lt": lambda column, value: column < value,
    "lte": lambda column, value: column <= value,
}


@dataclass(frozen=True, slots=True)
class PerCurrency:
    """An amount that differs by currency (a parameter); a currency that is absent is missing."""

    amounts: Mapping[str, Decimal]


@dataclass(slots=True)
class Scope:
    """The frame that conditions are evaluated on, and what was worked out for it."""

    facts: pl.DataFrame
    currencies: tuple[str, ...]
    hits: dict[str, pl.Series] = field(default_factory=dict)
    """Name of a pattern's column to its values."""

    @classmethod
    def of(cls, facts: pl.DataFrame) -> Scope:
        """A scope over a prepared facts frame."""
        values = facts["currency"].drop_nulls().unique().sort().to_list()
        return cls(facts, tuple(values))


def prepared(facts: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """The columns ``names`` with the types of the catalogue.

    Raises ``KeyError`` when a column is absent: a missing column is not a missing value.
    """
    absent = [name for name in names if name not in facts.columns]
    if absent:
        raise KeyError(f"the facts have no column {', '.join(absent)}")
    columns = []
    for name in names:
        target, column = FIELDS[name].dtype, pl.col(name)
        if facts.schema[name] == pl.String and target == pl.Date:
            columns.append(column.str.to_date("%Y-%m-%d"))
        else:
            columns.append(column.cast(target))
    return facts.select(columns)


def expression(condition: Condition, scope: Scope) -> pl.Expr:
    """A Boolean expression without nulls."""
    match condition:
        case Atom():
            return atom_expression(condition, scope)
        case Not(part=part):
            return ~expression(part, scope)
        case All(parts=()):
            return pl.lit(value=True)
        case All(parts=parts):
            return _joined([expression(part, scope) for part in parts], lambda a, b: a & b)
        case Any_(parts=parts):
            return _joined([expression(part, scope) for part in parts], lambda a, b: a | b)


def _joined(parts: list[pl.Expr], join: Callable[[pl.Expr, pl.Expr], pl.Expr]) -> pl.Expr:
    result = parts[0]
    for part in parts[1:]:
        result = join(result, part)
    return result


def atom_expression(atom: Atom, scope: Scope) -> pl.Expr:
    """One test of one fact."""
    fact, column = FIELDS[atom.fact], pl.col(atom.fact)
    if atom.op == "present":
        there = column.is_not_null()
        if fact.kind == "text":
            there &= column.fill_null("") != ""
        return there if atom.value else ~there
    if atom.fact == "tag":
        return has_tag(atom.value)
    if fact.kind == "money":
        return _money(atom, column, scope).fill_null(value=False)
    if atom.op == "matches":
        return _pattern(atom, scope)
    return _plain(atom, column).fill_null(value=False)


def _plain(atom: Atom, column: pl.Expr) -> pl.Expr:
    value = atom.value
    match atom.op:
        case "in":
            return column.is_in(list(value))
        case "between":
            return column.is_between(value[0], value[1])
        case "contains":
            return column.str.contains(_words(value))
        case "starts_with":
            return column.str.contains(rf"\A(?:{_words(value)})")
    if isinstance(value, date):
        value = pl.lit(value)
    return _COMPARE[atom.op](column, value)


def _words(values: tuple[str, ...]) -> str:
    """A pattern that finds any of the words, small or capital letters."""
    escaped = (re.escape(unicodedata.normalize("NFC", value)) for value in values)
    return f"(?i)(?:{'|'.join(escaped)})"


def has_tag(tag: str) -> pl.Expr:
    """Whether earlier stages set this tag."""
    around = pl.lit(TAG_SEPARATOR) + pl.col("tag") + pl.lit(TAG_SEPARATOR)
    wanted = f"{TAG_SEPARATOR}{tag}{TAG_SEPARATOR}"
    return around.str.contains(wanted, literal=True).fill_null(value=False)


def _money(atom: Atom, column: pl.Expr, scope: Scope) -> pl.Expr:
    """Compares minor units; each currency with its own bound, equal bounds together."""
    value = atom.value
    if atom.op == "in":
        return _any([_bound("eq", item, column, scope) for item in value])
    if atom.op == "between":
        low, high = (
            _bound(op, item, column, scope) for op, item in zip(("gte", "lte"), value, strict=True)
        )
        return low & high
    return _bound(atom.op, value, column, scope)


def _bound(op: str, value: Decimal | PerCurrency, column: pl.Expr, scope: Scope) -> pl.Expr:
    groups: dict[int, list[str]] = {}
    for currency in scope.currencies:
        amount = value.amounts.get(currency) if isinstance(value, PerCurrency) else value
        if amount is None:
            continue
        _, minor = minor_bound(op, amount, currency)
        if minor is not None:
            groups.setdefault(minor, []).append(currency)
    tests = []
    for minor, currencies in groups.items():
        test = _COMPARE[op](column, minor).fill_null(value=False)
        if len(currencies) < len(scope.currencies):
            test &= pl.col("currency").is_in(currencies).fill_null(value=False)
        else:
            test &= pl.col("currency").is_not_null()
        tests.append(test)
    return _any(tests)


def _any(tests: list[pl.Expr]) -> pl.Expr:
    if not tests:
        return pl.lit(value=False)
    return _joined(tests, lambda a, b: a | b)


def _pattern(atom: Atom, scope: Scope) -> pl.Expr:
    """A column that was searched beforehand, once per distinct text."""
    name = f"\x00{atom.fact}\x00{atom.value}"
    if name not in scope.hits:
        pattern = compiled(atom.value)
        texts = scope.facts[atom.fact].unique().drop_nulls()
        texts = texts.filter(texts != "")
        found = [text for text in texts.to_list() if pattern.found(text)]
        column = scope.facts[atom.fact]
        hits = column.is_in(pl.Series(found, dtype=pl.String).implode()).fill_null(value=False)
        scope.hits[name] = hits.rename(name)
    return pl.col(name)
