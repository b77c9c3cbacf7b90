"""The fields of the records as columns: names, types and order, read from the records."""

from __future__ import annotations

import types
import typing
from dataclasses import dataclass
from typing import Any

import polars as pl

from reskontra.engine.ledger.records import Record

DTYPES: dict[type, type[pl.DataType]] = {int: pl.Int64, str: pl.String, bool: pl.Boolean}


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a record as a column."""

    name: str
    type: type
    """``int``, ``str`` or ``bool``."""
    nullable: bool


def columns_of(kind: type[Record]) -> tuple[Column, ...]:
    """The columns of a kind of record, in the order of its fields."""
    return tuple(_column(name, hint) for name, hint in typing.get_type_hints(kind).items())


def frame_schema(kind: type[Record], *without: str) -> dict[str, type[pl.DataType]]:
    """The schema of a frame of these records, some fields left out."""
    return {c.name: DTYPES[c.type] for c in columns_of(kind) if c.name not in without}


def _column(name: str, hint: Any) -> Column:
    """Column of a field with this annotation (``int``, ``str``, ``bool``, or one of them or
    nothing).
    """
    nullable = isinstance(hint, types.UnionType)
    if nullable:
        (hint,) = (part for part in typing.get_args(hint) if part is not types.NoneType)
    if hint not in {int, str, bool}:
        raise TypeError(f"field {name}: a column is int, str or bool, not {hint!r}")
    return Column(name, hint, nullable)
