"""What the books need of a database connection; ``sqlite`` and ``postgres`` fulfil it.

A connection lives as long as one reading or writing of the books: nothing stays open between
two, so nothing is left behind by a process that dies or forks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import polars as pl

from reskontra.adapters.storage.tables import Table
from reskontra.engine.errors import Exit, ReskontraError

BATCH = 5000
"""Rows fetched at a time."""

Row = tuple[Any, ...]


class Connection(Protocol):
    """One transaction on one database. Values in statements stand as ``?``."""

    def execute(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Run a statement; its rows, if it gives any."""

    def stream(self, sql: str, values: Sequence[Any] = ()) -> Iterator[list[Row]]:
        """Rows of a query in batches, without holding all of them."""

    def insert(self, table: Table, rows: pl.DataFrame) -> None:
        """Add rows (every field and ``seal``) by the quickest way of the database."""

    def one_of(self, column: str, values: Collection[Any]) -> tuple[str, Any]:
        """Condition that a quoted column equals one of the values, and the value to bind."""

    def apart(self) -> AbstractContextManager[None]:
        """A part of the transaction whose failure leaves the rest readable."""

    def failures(self) -> tuple[type[Exception], ...]:
        """What the driver raises when a statement fails."""

    def commit(self) -> None:
        """Make the transaction durable."""

    def close(self) -> None:
        """Roll back what is not committed, and let go."""


class Database(Protocol):
    """Where the books are kept."""

    def reading(self) -> Connection:
        """A connection on a consistent snapshot.

        Raises ``ReskontraError`` RK713 when the database cannot be reached.
        """

    def writing(self, company: str) -> Connection:
        """A connection that holds the company's lock.

        Raises ``ReskontraError`` RK711 when another writer keeps the lock, RK713 as ``reading``.
        """

    def role(self) -> str:
        """Who the database says is connected; empty where it knows no users."""

    def errors(self) -> AbstractContextManager[None]:
        """Turns the driver's errors into ``ReskontraError`` RK711, RK713 or RK714."""


def locked(seconds: float) -> ReskontraError:
    """RK711."""
    return ReskontraError.of(
        "RK711",
        f"another process has been writing these books for {seconds:g} seconds; nothing was"
        " written",
        help="Wait until the other run has ended, then run the command again.",
        exit_code=Exit.MOVED,
    )


def unreachable(where: str, why: object) -> ReskontraError:
    """RK713."""
    return ReskontraError.of(
        "RK713",
        f"the database {where} cannot be reached: {str(why).strip()}",
        help="Check the database address in reskontra.yaml, and that the server runs and the"
        " folder exists.",
    )


def refused(why: object) -> ReskontraError:
    """RK714."""
    return ReskontraError.of(
        "RK714",
        f"the books refuse a record: {str(why).strip()}; nothing was written",
        help="The message names the law that the record breaks; this is a fault of the program"
        " that wrote it.",
        exit_code=Exit.OUR_FAULT,
    )
