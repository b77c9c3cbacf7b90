"""Why a payment was decided as it was: the sentence of the rule, and the trace of all rules.

The same expressions that decided are evaluated on the one row, so an explanation cannot differ from
the decision.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import polars as pl

from reskontra.engine.money import exact, exponent
from reskontra.engine.preferences.matching import RATIO
from reskontra.rules.compiling import CompiledRule, CompiledStage
from reskontra.rules.deciding import decide
from reskontra.rules.facts import FIELDS, TAG_SEPARATOR, frame
from reskontra.rules.language import All, Any_, Atom, Condition, Not, Rule, atoms
from reskontra.rules.predicates import PerCurrency, holds

MISSING = "-"
"""Stands where a value is missing."""

SIDES = {"shortage": -1, "surplus": 1}
"""Placeholders that say the difference without its sign: what is missing, what is too much."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_SINCE = {"gte": "from", "lte": "up to"}
_SIGNS = {"eq": "=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def render(template: str, values: Mapping[str, Any]) -> str:
    """``because`` with the facts of one row (stored values) put in; missing = ``-``.

    >>> render("{difference} on {document}", {"difference": -40, "currency": "SEK"})
    '-0.40 SEK on -'
    >>> render("{shortage} is missing", {"difference": -300000, "currency": "SEK"})
    '3000.00 SEK is missing'
    """
    return _PLACEHOLDER.sub(lambda found: shown(found[1], values), template)


def shown(name: str, values: Mapping[str, Any]) -> str:
    """One fact as people read it."""
    value, currency = values.get(name), values.get("currency")
    if name in SIDES and (difference := values.get("difference")) is not None:
        name, value = "difference", max(difference * SIDES[name], 0)
    if value is None or value == "":
        return MISSING
    fact = FIELDS.get(name)
    if fact is None:
        return str(value)
    if fact.kind == "money":
        return f"{exact(value, currency)} {currency}" if currency else MISSING
    if fact.kind == "ratio":
        return f"{value // RATIO}.{value % RATIO:04d}"
    if fact.kind == "flag":
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


def rendered(template: str, facts: pl.DataFrame) -> pl.Series:
    """``render`` for every row of a facts frame at once."""
    pieces: list[pl.Expr] = []
    position = 0
    for found in _PLACEHOLDER.finditer(template):
        pieces += [pl.lit(template[position : found.start()]), _shown(found[1], facts)]
        position = found.end()
    pieces.append(pl.lit(template[position:]))
    text = facts.select(pl.concat_str(pieces).alias("because"))["because"]
    return text if len(text) == facts.height else text.new_from_index(0, facts.height)


def _shown(name: str, facts: pl.DataFrame) -> pl.Expr:
    column = pl.col(name)
    if name in SIDES:
        column = (pl.col("difference") * SIDES[name]).clip(lower_bound=0)
        name = "difference"
    if name not in facts.columns:
        return pl.lit(MISSING)
    fact = FIELDS.get(name)
    if fact is not None and fact.kind == "money":
        text = _money(column, facts)
    elif fact is not None and fact.kind == "ratio":
        digits = (column % RATIO).cast(pl.String).str.zfill(4)
        text = pl.concat_str([(column // RATIO).cast(pl.String), pl.lit("."), digits])
    elif fact is not None and fact.kind == "flag":
        text = pl.when(column).then(pl.lit("yes")).when(~column).then(pl.lit("no"))
    else:
        text = column.cast(pl.String)
        text = pl.when(text != "").then(text)
    return text.fill_null(MISSING)


def _money(column: pl.Expr, facts: pl.DataFrame) -> pl.Expr:
    """Decimal point, no grouping, currency."""
    currencies = facts["currency"].drop_nulls().unique().sort().to_list()
    text: pl.Expr = pl.lit(None, dtype=pl.String)
    sign = pl.when(column < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    for places in sorted({exponent(currency) for currency in currencies}):
        of = [currency for currency in currencies if exponent(currency) == places]
        whole = (column.abs() // 10**places).cast(pl.String)
        cents = (column.abs() % 10**places).cast(pl.String).str.zfill(places)
        parts = [sign, whole, *([pl.lit("."), cents] if places else [])]
        amount = pl.concat_str([*parts, pl.lit(" "), pl.col("currency")])
        text = pl.when(pl.col("currency").is_in(of)).then(amount).otherwise(text)
    return text


@dataclass(frozen=True, slots=True)
class Failing:
    """A test that kept a rule from firing."""

    fact: str
    test: str
    """As people read it: ``difference = 0.00``."""
    actual: str


@dataclass(frozen=True, slots=True)
class TraceStep:
    """What became of one rule for one payment."""

    rule: str
    place: str
    title: str
    result: Literal["fired", "held", "failed"]
    """``held``: its condition holds, but an earlier rule decided."""
    failing: tuple[Failing, ...] = ()

    def record(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


def trace(stage: CompiledStage, facts_row: Mapping[str, Any]) -> list[TraceStep]:
    """Every rule of the stage for one row of facts (stored values), in order.

    Rules after the deciding one are listed as ``held`` or ``failed``.
    """
    facts = frame([facts_row])
    fired = decide(stage, facts, engine="native").of(0).fired
    holds = _of_row(holding(stage, facts))
    tags = set(str(facts_row.get("tag") or "").split(TAG_SEPARATOR)) - {""}
    steps = []
    for index, rule in enumerate(stage.rules):
        if index in fired:
            steps.append(_step(rule, "fired", ()))
            tags |= {rule.then["tag"]} if "tag" in rule.then else set()
            continue
        reasons = _blame(rule.when, holds, want=True)
        failing = tuple(dict.fromkeys(_failing(a, facts_row, want=want) for a, want in reasons))
        present = ", ".join(sorted(tags)) or MISSING
        lacking = tuple(
            Failing("tag", f"tag = {tag}", present) for tag in rule.needs if tag not in tags
        )
        failing += lacking
        steps.append(_step(rule, "failed" if failing else "held", failing))
    return steps


@dataclass(frozen=True, slots=True)
class Tested:
    """One condition of a rule and what it met."""

    test: str
    """As people read it: ``difference = 0.00``."""
    actual: str
    holds: bool


def tested(stage: CompiledStage, index: int, facts_row: Mapping[str, Any]) -> tuple[Tested, ...]:
    """Every condition of one rule for one row of facts (stored values), as it is written."""
    rule = stage.rules[index]
    holds = _of_row(holding(stage, frame([facts_row])))
    return tuple(
        Tested(found.test, found.actual, holds[atom] is want)
        for atom, want in _wanted(rule.when, want=True)
        for found in (_failing(atom, facts_row, want=want),)
    )


def _wanted(condition: Condition, *, want: bool) -> Iterator[tuple[Atom, bool]]:
    """Every atom, and what it should be for the condition to come out as ``want``."""
    match condition:
        case Atom():
            yield condition, want
        case Not(part=part):
            yield from _wanted(part, want=not want)
        case All(parts=parts) | Any_(parts=parts):
            for part in parts:
                yield from _wanted(part, want=want)


def _step(
    rule: CompiledRule, result: Literal["fired", "held", "failed"], failing: tuple[Failing, ...]
) -> TraceStep:
    return TraceStep(rule.id, rule.place, rule.title, result, failing)


def holding(stage: CompiledStage, facts: pl.DataFrame) -> dict[Atom, Sequence[bool]]:
    """For every atom of the stage: in which rows it holds."""
    tested = (atom for rule in stage.rules for atom in atoms(rule.when))
    return {atom: column.to_list() for atom, column in holds(tested, facts).items()}


def _of_row(holds: Mapping[Atom, Sequence[bool]]) -> dict[Atom, bool]:
    return {atom: values[0] for atom, values in holds.items()}


def _blame(
    condition: Condition, holds: Mapping[Atom, bool], *, want: bool
) -> Iterator[tuple[Atom, bool]]:
    """Atoms that make the condition differ from ``want``, and what they should be; nothing when it
    does not.
    """
    if _truth(condition, holds) is want:
        return
    match condition:
        case Atom():
            yield condition, want
        case Not(part=part):
            yield from _blame(part, holds, want=not want)
        case All(parts=parts) | Any_(parts=parts):
            for part in parts:
                yield from _blame(part, holds, want=want)


def _truth(condition: Condition, holds: Mapping[Atom, bool]) -> bool:
    match condition:
        case Atom():
            return holds[condition]
        case Not(part=part):
            return not _truth(part, holds)
        case All(parts=parts):
            return all(_truth(part, holds) for part in parts)
        case Any_(parts=parts):
            return any(_truth(part, holds) for part in parts)


def _failing(atom: Atom, row: Mapping[str, Any], *, want: bool) -> Failing:
    test = f"{'' if want else 'not '}{described(atom)}"
    return Failing(atom.fact, test, shown(atom.fact, row))


def described(atom: Atom) -> str:
    """A test of a fact as people read it: ``difference = 0.00``, ``in force from 2026-12-01``."""
    if atom.period:
        return f"in force {_SINCE[atom.op]} {atom.value.isoformat()}"
    if atom.op == "present":
        return f"{atom.fact} is {'present' if atom.value else 'missing'}"
    ratio = FIELDS[atom.fact].kind == "ratio"
    values: Sequence[Any] = atom.value if isinstance(atom.value, tuple) else (atom.value,)
    text = ", ".join(_value(value, ratio=ratio) for value in values)
    return f"{atom.fact} {_SIGNS.get(atom.op, atom.op)} {text}"


def days(rule: Rule) -> str:
    """When it is in force: ``in force from 2026-12-01, up to 2027-01-31``; empty = always."""
    told = ", ".join(f"{_SINCE[day.op]} {day.value.isoformat()}" for day in rule.period)
    return f"in force {told}" if told else ""


def in_words(condition: Condition) -> str:
    """A condition with all that stands inside it, on one line."""
    match condition:
        case Atom():
            return described(condition)
        case Not(part=part):
            return f"not ({in_words(part)})"
        case All(parts=parts):
            return " and ".join(in_words(part) for part in parts) or "always"
        case Any_(parts=parts):
            return " or ".join(in_words(part) for part in parts)


def _value(value: Any, *, ratio: bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if ratio:
        return f"{value // RATIO}.{value % RATIO:04d}"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, PerCurrency):
        amounts = (f"{amount:f} {currency}" for currency, amount in value.amounts.items())
        return " / ".join(amounts)
    return value.isoformat() if isinstance(value, date) else str(value)
