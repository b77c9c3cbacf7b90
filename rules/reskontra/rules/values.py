"""Literals of rules as stored values: what people write becomes what the columns hold.

Money stays an exact ``Decimal`` in major units until the row's currency is known (``minor_bound``).
Ratios become integers of 1/10 000.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from reskontra.config.validation import describe, did_you_mean
from reskontra.engine.money import MAX_MINOR, exponent
from reskontra.engine.preferences.matching import RATIO
from reskontra.rules.facts import Field
from reskontra.rules.vocabulary import Effect

MAX_INTEGER = 2**53 - 1
"""Whole numbers in rules stay below what every engine holds exactly."""


class ValueProblemError(ValueError):
    """A literal does not fit its fact; ``help`` says what to write."""

    def __init__(self, message: str, help_: str = "") -> None:
        super().__init__(message)
        self.help = help_


def literal(field: Field, value: Any) -> Any:
    """The checked literal for ``field``; ``ValueProblemError`` when it is of the wrong kind.

    >>> from reskontra.rules.facts import FIELDS
    >>> literal(FIELDS["relevance"], Decimal("0.75")), literal(FIELDS["difference"], 1)
    (7500, Decimal('1'))
    """
    if field.kind in {"money", "ratio", "integer"}:
        return _number(field, value)
    if field.kind == "flag":
        return _flag(field, value)
    if not isinstance(value, str):
        met = str(value).lower() if isinstance(value, bool) else value
        raise ValueProblemError(
            f"{field.name} is {_A[field.kind]}, met {met}", f'put it in quotes: "{met}"'
        )
    if field.kind == "date":
        return _date(field, value)
    if field.kind == "choice" and value not in field.choices:
        raise ValueProblemError(
            f"{value!r} is not a value of {field.name}", ", ".join(field.choices)
        )
    return value


_A = {"text": "text", "date": "a date", "choice": "one of a list of words"}


def _number(field: Field, value: Any) -> Decimal | int:
    what = {"money": "an amount", "ratio": "a ratio", "integer": "a whole number"}[field.kind]
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueProblemError(
            f"{field.name} is {what}, met {value!r}",
            "write digits with a decimal point, without quotes, spaces or currency",
        )
    if field.kind == "money":
        return money(value)
    if field.kind == "ratio":
        scaled = Decimal(value) * RATIO
        if not 0 <= scaled <= RATIO or scaled != int(scaled):
            raise ValueProblemError(f"{field.name} is a ratio from 0.0 to 1.0, met {value}")
        return int(scaled)
    if Decimal(value) != int(value) or abs(int(value)) > MAX_INTEGER:
        raise ValueProblemError(f"{field.name} is a whole number, met {value}")
    return int(value)


def _flag(field: Field, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueProblemError(
            f"{field.name} is true or false, met {value!r}", "write true or false"
        )
    return value


def _date(field: Field, value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueProblemError(
            f"{field.name} is a date, met {value!r}", "write YYYY-MM-DD"
        ) from None


def money(value: int | Decimal) -> Decimal:
    """An amount in major units; ``ValueProblemError`` when no currency has so many decimals."""
    amount = Decimal(value)
    if abs(amount) * 1000 > MAX_MINOR:
        raise ValueProblemError(f"{value} is larger than any amount of money handled here")
    if amount * 1000 != int(amount * 1000):
        raise ValueProblemError(f"{value} has more decimals than money allows")
    return amount


def minor_bound(op: str, amount: Decimal, currency: str) -> tuple[str, int | None]:
    """``op amount`` on minor units of ``currency``; None = no minor amount is equal.

    >>> minor_bound("gt", Decimal("1.005"), "SEK"), minor_bound("eq", Decimal("0.40"), "JPY")
    (('gt', 100), ('eq', None))
    """
    scaled = amount.scaleb(exponent(currency))
    exact = int(scaled)
    if exact == scaled:
        return op, exact
    if op == "eq":
        return op, None
    rounding = ROUND_FLOOR if op in {"gt", "lte"} else ROUND_CEILING
    return op, int(scaled.to_integral_value(rounding))


def stored(field: Field, value: Any, currency: str) -> Any:
    """A literal of a case as the column holds it; money in minor units of ``currency``."""
    checked = literal(field, value)
    if field.kind != "money":
        return checked
    _, minor = minor_bound("eq", checked, currency)
    if minor is None:
        raise ValueProblemError(f"{value} has more decimals than {currency} allows")
    return minor


def effect_problem(effect: Effect, value: Any) -> str:
    """Why ``value`` cannot stand for this effect; empty when it can."""
    if effect.flag:
        return "" if isinstance(value, bool) else f"is true or false, met {describe(value)}"
    if effect.choices:
        if value in effect.choices:
            return ""
        guess = did_you_mean(str(value), effect.choices)
        known = effect.named or f"one of {', '.join(effect.choices)}"
        return f"is {known}, met {describe(value)}{guess}"
    if isinstance(value, str) and re.fullmatch(effect.pattern, value):
        return ""
    hint = " (put it in quotes)" if not isinstance(value, str) else ""
    return f"is {effect.help}, met {describe(value)}{hint}"
