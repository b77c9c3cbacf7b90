"""Which table keeps which record: names, keys, column types and the statements built from them.

Everything here is derived from the records of ``engine.ledger.records``, which are the single
truth of fields and their order; the schema (``schema.py``), the seals and the frames all read
these facts. Statements are plain SQL that SQLite and PostgreSQL both read, with ``?`` for a
value; each driver puts its own placeholder in.

It holds no connection and knows no law of a table (``schema.py`` does).
"""

from __future__ import annotations

import re
import typing
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from reskontra.engine.ledger.fields import Column, columns_of, frame_schema
from reskontra.engine.ledger.records import (
    APPEND_ONLY,
    MASTERS,
    PROJECTIONS,
    BankLineState,
    CustomerProfile,
    OpenItem,
    Record,
    SeriesCounter,
    StatementRecord,
)

KEYS: dict[type[Record], tuple[str, ...]] = {
    CustomerProfile: ("customer_id",),
    OpenItem: ("document_id",),
    BankLineState: ("bank_line_id",),
    SeriesCounter: ("series", "row"),
}
"""Keys inside the company of the records that have no ``id`` of their own."""

NAMES: dict[type[Record], str] = {StatementRecord: "statement"}
"""Tables that are not named after their record."""


@dataclass(frozen=True)
class Table:
    """One kind of record and the table that keeps it."""

    kind: type[Record]
    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    """Columns that identify a row inside its company, in the order rows are read."""

    @property
    def has_id(self) -> bool:
        """Whether rows are numbered 1, 2, 3 ... per company."""
        return self.key == ("id",)

    @cached_property
    def key_places(self) -> tuple[int, ...]:
        """Positions of the key's columns in a record."""
        names = [column.name for column in self.columns]
        return tuple(names.index(name) for name in self.key)

    @cached_property
    def bool_places(self) -> tuple[int, ...]:
        """Positions of truth values, which the databases keep as 0 and 1."""
        return tuple(place for place, column in enumerate(self.columns) if column.type is bool)

    @cached_property
    def dtypes(self) -> dict[str, type[pl.DataType]]:
        """Fields with their types as columns of a frame."""
        return frame_schema(self.kind)

    def frame(self, rows: typing.Sequence[tuple[Any, ...]]) -> pl.DataFrame:
        """Rows of every field as columns."""
        return pl.DataFrame(rows, schema=self.dtypes, orient="row")

    @cached_property
    def order(self) -> str:
        """The ``ORDER BY`` that gives rows by key."""
        return ", ".join(quote(name) for name in ("company", *self.key))

    def column(self, name: str) -> Column:
        """The column of a field.

        Raises:
            KeyError: the record has no such field.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.kind.__name__} has no field {name!r}")

    def select(self, what: str, where: str) -> str:
        """A query over the company's rows; ``where`` is a condition or empty."""
        condition = f" AND {where}" if where else ""
        return f'SELECT {what} FROM {quote(self.name)} WHERE "company" = ?{condition}'  # noqa: S608

    def listing(self, names: typing.Sequence[str] = ()) -> str:
        """Column list of a query; every field when none are named."""
        chosen = [self.column(name) for name in names] if names else self.columns
        return ", ".join(quote(column.name) for column in chosen)


def quote(name: str) -> str:
    """An identifier in SQL: quoted, since ``row`` and ``references`` are words of the language."""
    return f'"{name}"'


def snake_case(name: str) -> str:
    """Name of the table of a record.

    >>> snake_case("BankLineState")
    'bank_line_state'
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _table(kind: type[Record]) -> Table:
    """The table of a record."""
    name = NAMES.get(kind, snake_case(kind.__name__))
    return Table(kind, name, columns_of(kind), KEYS.get(kind, ("id",)))


TABLES: dict[type[Any], Table] = {
    kind: _table(kind) for kind in (*MASTERS, *APPEND_ONLY, *PROJECTIONS)
}
"""Every table of records, in a fixed order."""
