"""Effective values as the builders of preferences read them; problems where they were written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from reskontra.config.layers import Effective, Key
from reskontra.config.validation import did_you_mean
from reskontra.engine.errors import Problem
from reskontra.engine.money import exponent, parse_amount
from reskontra.engine.preferences.matching import RATIO


class Values:
    """Reads the merged tree and reports what is wrong with a value where it was written."""

    __slots__ = ("effective", "problems")

    def __init__(self, effective: Effective, problems: list[Problem]) -> None:
        self.effective = effective
        self.problems = problems

    def get(self, *key: str) -> Any:
        """The value at ``key``."""
        return self.effective.get(key)

    def map(self, *key: str) -> dict[str, Any]:
        """The mapping at ``key``; empty when nobody wrote one."""
        found = self.effective.get(key)
        return found if isinstance(found, dict) else {}

    def problem(
        self, code: str, message: str, key: Key, help_: str = "", *, warning: bool = False
    ) -> None:
        """Report a problem at ``key``."""
        found = self.effective.problem(code, message, key, help_)
        if warning:
            found = replace(found, severity="warning")
        self.problems.append(found)

    def ratio(self, *key: str, unit: int = RATIO) -> int:
        """A decimal of 0 to 1 in parts of ``unit``; RK110 with more decimals than these have."""
        value = Decimal(self.get(*key)) * unit
        if value != int(value):
            message = (
                f"{'.'.join(key)}: {self.get(*key)} has more than {len(str(unit)) - 1} decimals"
            )
            self.problem("RK110", message, key, f"it is counted in 1/{unit:,}".replace(",", " "))
        return int(value)

    def money(self, *key: str) -> dict[str, int]:
        """A map of amounts per currency in minor units; RK110 for too many decimals."""
        amounts = {}
        for currency, value in self.map(*key).items():
            try:
                amounts[currency] = parse_amount(str(value), currency)
            except ValueError as error:
                help_ = f"{currency} has {exponent(currency)} decimals"
                self.problem("RK110", f"{'.'.join(key)}: {error}", (*key, currency), help_)
        return amounts

    def items(self, *key: str) -> Iterator[tuple[Key, str, dict[str, Any]]]:
        """Key, id and values of every item of a list by id."""
        return self.effective.items(key)

    def amount(self, currency: str, *key: str) -> int:
        """One amount in minor units; RK110 for too many decimals."""
        try:
            return parse_amount(str(self.get(*key)), currency)
        except ValueError as error:
            help_ = f"{currency} has {exponent(currency)} decimals"
            self.problem("RK110", f"{'.'.join(key)}: {error}", key, help_)
            return 0

    def percent(self, *key: str) -> int:
        """A percentage in 1/10 000; RK110 with more than two decimals."""
        value = Decimal(self.get(*key)) * 100
        if value != int(value):
            message = f"{'.'.join(key)}: {self.get(*key)} has more than 2 decimals"
            self.problem("RK110", message, key)
        return int(value)

    def known(self, what: str, name: str, choices: Sequence[str], *key: str) -> None:
        """RK227 for a name that none of ``choices`` is; an empty name says nothing."""
        if name and name not in choices:
            message = f"there is no {what} '{name}'{did_you_mean(name, choices)}"
            help_ = f"here: {', '.join(choices) or 'none'}"
            self.problem("RK227", message, key, help_)
