"""What somebody wants to change at a customer, and where it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from reskontra.engine.customers.checks import Finding
from reskontra.engine.errors import Problem
from reskontra.engine.preferences.customers import Value


class Pointing(Protocol):
    """Makes a problem that points at a field where it was written."""

    def __call__(self, code: str, key: str, message: str, help_: str, /) -> Problem:
        """The problem, with file, line and column where there are any."""


def unplaced(code: str, _key: str, message: str, help_: str, /) -> Problem:
    """A problem of something that stands in no file."""
    return Problem(code, message, None, help_)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A change of one customer."""

    number: str
    """Empty = a new customer who takes its number from the series."""
    change: Mapping[str, Value | None]
    """``None`` takes the field, and all below it, back to the class."""
    pointing: Pointing = unplaced
    wrong: tuple[Problem, ...] = ()
    """What could not be read of it; told together with all else that is wrong."""

    def problem(self, finding: Finding) -> Problem:
        """A finding as a problem; the number of the customer belongs to it."""
        message = f"customer {self.number}: {finding.message}" if self.number else finding.message
        return self.pointing(finding.code, finding.key, message, finding.help)
