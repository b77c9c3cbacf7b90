"""Seals: a number per row, per table and per ledger that no longer fits once somebody has changed
the books by SQL.

A row's seal is the first 63 bits of BLAKE2b over its canonical text (the table's name and every
field). A table's total is the sum of its rows' seals modulo 2^63: it does
not depend on order and follows every added or removed row without reading the others. The
ledger's seal covers the revision and the seals of all tables. There is no secret in it: seals
expose accidents, repairs by hand and meddling with single rows, not somebody who recomputes all
of them with this program (keep the ledger's seal outside the database against that).

It does not judge whether the books are right; that is the ledger's own check.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from typing import NamedTuple

import polars as pl

from reskontra.adapters.storage.tables import Table
from reskontra.engine.ledger.fields import Column

MODULUS = 2**63


class TableSeal(NamedTuple):
    """What a company's table must hold."""

    company: str
    table_name: str
    rows: int
    last_id: int
    """Highest id ever given; 0 where rows have none."""
    total: int
    """Sum of the rows' seals modulo 2^63."""


class Ledger(NamedTuple):
    """A company's books as a whole."""

    company: str
    revision: int
    """Committed writing transactions."""


def seal_of(text: str) -> int:
    """Seal of a canonical text: 63 bits.

    Raises:
        UnicodeEncodeError: the text holds half a surrogate pair and cannot be stored.
    """
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def row_seals(table: Table, rows: pl.DataFrame) -> list[int]:
    """Seals of rows (columns: every field of the table) in the order given.

    Raises:
        ValueError: a text holds a NUL, which PostgreSQL cannot store and which parts the fields.
    """
    canonical, holds_nul = rows.select(_canonical(table), _holds_nul(table)).get_columns()
    if holds_nul.any():
        raise ValueError("a text contains a NUL character")
    digests = [blake2b(text, digest_size=8).digest() for text in canonical.to_list()]
    numbers = pl.Series(digests, dtype=pl.Binary).bin.reinterpret(dtype=pl.UInt64, endianness="big")
    return (numbers // 2).to_list()


@cache
def _canonical(table: Table) -> pl.Expr:
    """Bytes that a row's seal is taken from: the table's name and every field, parted by NUL, which
    no text in the books may contain. A field that may be absent begins with ``=`` where it is
    there, so that nothing and an empty text differ.
    """
    fields = pl.concat_str(pl.lit(table.name), *map(_field, table.columns), separator="\0")
    return fields.cast(pl.Binary)


@cache
def _holds_nul(table: Table) -> pl.Expr:
    """Whether a text of a row contains a NUL."""
    texts = [column.name for column in table.columns if column.type is str]
    return pl.any_horizontal(pl.col(texts).str.contains("\0", literal=True)).alias("holds_nul")


def _field(column: Column) -> pl.Expr:
    """One field as text; truth values as 0 and 1."""
    value = pl.col(column.name)
    if column.type is bool:
        value = value.cast(pl.Int8)
    text = value.cast(pl.String)
    return (pl.lit("=") + text).fill_null("") if column.nullable else text


def table_seal_seal(seal: TableSeal) -> int:
    """Seal of a row of ``table_seal``."""
    return seal_of("table_seal\0" + "\0".join(map(str, seal)))


def ledger_seal(ledger: Ledger, tables: Sequence[TableSeal]) -> int:
    """Seal of the ledger row: revision and every table's seal, in the order of their names."""
    seals = sorted((table.table_name, table_seal_seal(table)) for table in tables)
    parts = [ledger.company, str(ledger.revision), *(f"{name}={seal}" for name, seal in seals)]
    return seal_of("ledger\0" + "\0".join(parts))
