"""Seals: a number per row, per table and per ledger that no longer fits once somebody has changed
the books by SQL.

A row's seal is the first 63 bits of BLAKE2b over its canonical text (``Table.canonical``: the
table's name and every field). A table's total is the sum of its rows' seals modulo 2^63: it does
not depend on order and follows every added or removed row without reading the others. The
ledger's seal covers the revision and the seals of all tables. There is no secret in it: seals
expose accidents, repairs by hand and meddling with single rows, not somebody who recomputes all
of them with this program (keep the ledger's seal outside the database against that).

It does not judge whether the books are right; that is the ledger's own check.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

from reskontra.adapters.storage.tables import Table

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


def row_seals(table: Table, rows: Iterable[tuple[Any, ...]]) -> list[int]:
    """Seals of rows in the order given.

    Raises:
        ValueError: a text holds a NUL, which PostgreSQL cannot store and which parts the fields.
    """
    template = table.canonical
    texts = [template % row for row in rows]
    # One pass over a joined text is several times faster than a look at each row.
    if "".join(texts).count("\0") != len(texts) * len(table.columns):
        raise ValueError("a text contains a NUL character")
    hash_, number = blake2b, int.from_bytes
    return [number(hash_(t.encode(), digest_size=8).digest(), "big") >> 1 for t in texts]


def table_seal_seal(seal: TableSeal) -> int:
    """Seal of a row of ``table_seal``."""
    return seal_of("table_seal\0" + "\0".join(map(str, seal)))


def ledger_seal(ledger: Ledger, tables: Sequence[TableSeal]) -> int:
    """Seal of the ledger row: revision and every table's seal, in the order of their names."""
    seals = sorted((table.table_name, table_seal_seal(table)) for table in tables)
    parts = [ledger.company, str(ledger.revision), *(f"{name}={seal}" for name, seal in seals)]
    return seal_of("ledger\0" + "\0".join(parts))
