"""The receipt of an import: what came in, what was there already, and what to look at.

Stored as JSON with the import; everything a person needs to trust a file without opening it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from reskontra.engine.errors import Problem
from reskontra.engine.json_text import canonical


@dataclass(frozen=True, slots=True)
class Sums:
    """Per currency, in minor units; ``money_out`` is negative or zero."""

    currency: str
    money_in: int
    money_out: int


@dataclass(frozen=True, slots=True)
class PresentLine:
    """A line of the file that the books held already."""

    file_line: int
    equals: int
    """Id of the bank line that it equals."""
    by: str
    """``identity`` (same format), else how the formats were linked: ``bank_reference``,
    ``batch_id``, ``amounts``."""
    identity: str
    """Of the line in the file, where another format told of it first."""
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class StatementReceipt:
    """One statement of the file."""

    line: int
    kind: str
    id: str
    page: int
    cash_account: str
    currency: str
    booking_date: str
    total: int
    """Sum of the booked lines in minor units."""
    opening: int | None
    closing: int | None
    carries_money: bool
    booked: int
    pending: int
    information: int
    digest: str
    """Content of the statement: the same id with another digest is another statement."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an import of a bank file did; ``changes`` False = the books are as before."""

    import_id: int
    """The import; for a file that was imported before, that earlier import."""
    file_name: str
    sha256: str
    format: str
    changes: bool
    statements: tuple[StatementReceipt, ...] = ()
    new_lines: int = 0
    """Lines stored as money."""
    reconciling_lines: int = 0
    """Lines stored that only reconcile the money feed."""
    present: tuple[PresentLine, ...] = ()
    """Every skipped line, with the line that it equals."""
    pending: int = 0
    """Lines that are not booked yet: counted, never stored."""
    information: int = 0
    """Lines for information: counted, never stored."""
    sums: tuple[Sums, ...] = ()
    """New money."""
    warnings: tuple[Problem, ...] = ()

    def to_json(self) -> str:
        """Canonical JSON, the same bytes for the same receipt."""
        return canonical(asdict(self) | {"warnings": warning_rows(self.warnings)})


@dataclass(frozen=True, slots=True)
class TableReceipt:
    """What an import of customers or open items did."""

    import_id: int
    """0 = nothing was stored, because nothing changed."""
    kind: str
    """``customers`` | ``open_items``."""
    file_name: str
    sha256: str
    format: str
    changes: bool
    rows: int
    new: int
    changed: int
    unchanged: int
    sums: tuple[Sums, ...] = ()
    """Open items: new balances, debits in and credits out."""
    warnings: tuple[Problem, ...] = ()

    def to_json(self) -> str:
        """Canonical JSON, the same bytes for the same receipt."""
        return canonical(asdict(self) | {"warnings": warning_rows(self.warnings)})


def sums_of(amounts: Iterable[tuple[str, int]]) -> tuple[Sums, ...]:
    """Add up ``(currency, signed minor units)`` per currency, sorted by currency.

    >>> sums_of([("SEK", 500), ("SEK", -200), ("EUR", 1)])[1]
    Sums(currency='SEK', money_in=500, money_out=-200)
    """
    money: dict[str, list[int]] = {}
    for currency, amount in amounts:
        money.setdefault(currency, [0, 0])[amount < 0] += amount
    return tuple(Sums(currency, *money[currency]) for currency in sorted(money))


def warning_rows(problems: Iterable[Problem]) -> list[dict[str, str]]:
    """Warnings as plain rows: code, message, place, help."""
    return [
        {
            "code": problem.code,
            "message": problem.message,
            "place": str(problem.place or ""),
            "help": problem.help,
        }
        for problem in problems
    ]
