"""Where conditions hold: every payment is tested at once, in whole numbers, and every test that
several rules make is made once.

A missing value fails every test but ``present: false``; every test is true or false, never null, so
that ``not`` means what it says. Amounts are compared in minor units of the row's own currency.
Patterns run in Python once per distinct text.
"""

from __future__ import annotations

import operator
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import Any

import polars as pl

from reskontra.rules.facts import FIELDS, TAG_SEPARATOR
from reskontra.rules.language import All, Any_, Atom, Condition, Not, atoms
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

    amounts: Mapping[str, Decimal] = field(hash=False)


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


def truths(conditions: Sequence[Condition], facts: pl.DataFrame) -> list[pl.Series]:
    """Per condition: in which rows of a prepared frame (with ``currency``) it holds."""
    tested = (atom for condition in conditions for atom in atoms(condition))
    holding = holds(tested, facts)
    always = pl.repeat(value=True, n=facts.height, dtype=pl.Boolean, eager=True)
    return [_joined(condition, holding, always) for condition in conditions]


def _joined(
    condition: Condition, holding: Mapping[Atom, pl.Series], always: pl.Series
) -> pl.Series:
    match condition:
        case Atom():
            return holding[condition]
        case Not(part=part):
            return ~_joined(part, holding, always)
        case All(parts=parts):
            return reduce(operator.and_, (_joined(part, holding, always) for part in parts), always)
        case Any_(parts=parts):
            return reduce(operator.or_, (_joined(part, holding, always) for part in parts), ~always)


def holds(tested: Iterable[Atom], facts: pl.DataFrame) -> dict[Atom, pl.Series]:
    """Per atom: in which rows of a prepared frame (with ``currency``) it holds."""
    distinct = list(dict.fromkeys(tested))
    currencies = tuple(facts["currency"].drop_nulls().unique().sort())
    columns = facts.with_columns(
        _test(atom, facts, currencies).alias(f"\x00{number}")
        for number, atom in enumerate(distinct)
    )
    return {atom: columns[f"\x00{number}"] for number, atom in enumerate(distinct)}


def _test(atom: Atom, facts: pl.DataFrame, currencies: Sequence[str]) -> pl.Expr | pl.Series:
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
        return _money(atom, column, currencies).fill_null(value=False)
    if atom.op == "matches":
        return _found(atom, facts[atom.fact])
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


def _money(atom: Atom, column: pl.Expr, currencies: Sequence[str]) -> pl.Expr:
    """Compares minor units; each currency with its own bound, equal bounds together."""
    value = atom.value
    if atom.op == "in":
        return _any([_bound("eq", item, column, currencies) for item in value])
    if atom.op == "between":
        low, high = (
            _bound(op, item, column, currencies)
            for op, item in zip(("gte", "lte"), value, strict=True)
        )
        return low & high
    return _bound(atom.op, value, column, currencies)


def _bound(
    op: str, value: Decimal | PerCurrency, column: pl.Expr, currencies: Sequence[str]
) -> pl.Expr:
    groups: dict[int, list[str]] = {}
    for currency in currencies:
        amount = value.amounts.get(currency) if isinstance(value, PerCurrency) else value
        if amount is None:
            continue
        _, minor = minor_bound(op, amount, currency)
        if minor is not None:
            groups.setdefault(minor, []).append(currency)
    tests = []
    for minor, some in groups.items():
        test = _COMPARE[op](column, minor).fill_null(value=False)
        if len(some) < len(currencies):
            test &= pl.col("currency").is_in(some).fill_null(value=False)
        else:
            test &= pl.col("currency").is_not_null()
        tests.append(test)
    return _any(tests)


def _any(tests: list[pl.Expr]) -> pl.Expr:
    return reduce(operator.or_, tests) if tests else pl.lit(value=False)


def _found(atom: Atom, column: pl.Series) -> pl.Series:
    """Where a pattern is found; it is sought once per distinct text."""
    pattern = compiled(atom.value)
    found = [text for text in column.unique().drop_nulls() if text and pattern.found(text)]
    return column.is_in(pl.Series(found, dtype=pl.String).implode()).fill_null(value=False)
