"""The books in an SQLite file: one file per workspace, one writer at a time.

Write-ahead log, so that readers keep their snapshot while somebody writes, and
``synchronous = FULL``, so that a committed booking survives not only ``kill -9`` but a power cut
(one flush per transaction, not per row). A writing transaction starts with ``BEGIN IMMEDIATE``
and waits for its turn; it never has to give up half way.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote as quote_url

import polars as pl

from reskontra.adapters.storage.connection import BATCH, Row, locked, refused, unreachable
from reskontra.adapters.storage.tables import Table, quote

PRAGMAS = (
    "PRAGMA page_size = 16384",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -131072",
    "PRAGMA journal_size_limit = 67108864",
)
"""Pages of 16 kB (a new file's; measured, a twentieth quicker than 4 kB) and a cache of 128 MB: the
indexes of a large import stay in memory while it is written."""


def connect(path: Path, *, wait_seconds: float, create: bool = False) -> sqlite3.Connection:
    """Open the file in the mode described above, without a transaction.

    Raises:
        sqlite3.Error: the file does not exist (unless ``create``) or is no database.
    """
    mode = "rwc" if create else "rw"
    connection = sqlite3.connect(
        f"file:{quote_url(str(path))}?mode={mode}",
        uri=True,
        timeout=wait_seconds,
        isolation_level=None,
    )
    try:
        for pragma in PRAGMAS:
            _set(connection, pragma, time.monotonic() + wait_seconds)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _set(connection: sqlite3.Connection, pragma: str, deadline: float) -> None:
    """Set it as soon as the others let: SQLite does not wait by itself where two processes turn a
    new file into one with a log.
    """
    while True:
        try:
            connection.execute(pragma)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return


_PAUSE_SECONDS = 0.01


class SqliteConnection:
    """One transaction on an SQLite file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Run a statement; its rows, if it gives any."""
        return self._connection.execute(sql, values).fetchall()

    def stream(self, sql: str, values: Sequence[Any] = ()) -> Iterator[list[Row]]:
        """Rows of a query in batches."""
        cursor = self._connection.execute(sql, values)
        while rows := cursor.fetchmany(BATCH):
            yield rows

    def insert(self, table: Table, rows: pl.DataFrame) -> None:
        """Add rows with one prepared statement.

        Binding a value costs as much as storing it; what is the same in every row (company, run,
        currency, nothing) stands in the statement instead.
        """
        same = {name: _literal(rows[name]) for name in rows.columns} if rows.height > 1 else {}
        marks = [same.get(name) or "?" for name in rows.columns]
        sql = (
            f"INSERT INTO {quote(table.name)} ({', '.join(map(quote, rows.columns))})"  # noqa: S608
            f" VALUES ({', '.join(marks)})"
        )
        bound = rows.select(name for name in rows.columns if not same.get(name))
        self._connection.executemany(sql, bound.iter_rows(buffer_size=BATCH))

    def one_of(self, column: str, values: Collection[Any]) -> tuple[str, Any]:
        """One bound value, however many there are: SQLite limits their number."""
        return f"{column} IN (SELECT value FROM json_each(?))", json.dumps(list(values))  # noqa: S608

    @contextmanager
    def apart(self) -> Iterator[None]:
        """A failed query does not spoil an SQLite transaction."""
        yield

    def failures(self) -> tuple[type[Exception], ...]:
        """What ``sqlite3`` raises."""
        return (sqlite3.Error,)

    def commit(self) -> None:
        """Make the transaction durable."""
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Roll back what is not committed, and let go."""
        self._connection.close()


def _literal(values: pl.Series) -> str:
    """The value that a whole column has, as it stands in a statement; empty = it differs, or is
    long.
    """
    first = values[0]
    if not values.eq_missing(values.new_from_index(0, 1)).all():
        return ""
    if first is None:
        return "NULL"
    if isinstance(first, str):
        return "'" + first.replace("'", "''") + "'" if len(first) < _SHORT else ""
    return str(int(first))


_SHORT = 64
"""Characters of a text that may stand in a statement."""


class SqliteDatabase:
    """An SQLite file."""

    def __init__(self, path: Path, *, wait_seconds: float = 30.0) -> None:
        self.path = path
        self._wait_seconds = wait_seconds

    def role(self) -> str:
        """An SQLite file knows no users."""
        return ""

    def _begin(self, statement: str) -> SqliteConnection:
        """Connect and begin."""
        with self.errors():
            connection = connect(self.path, wait_seconds=self._wait_seconds)
            try:
                connection.execute(statement)
            except sqlite3.Error:
                connection.close()
                raise
        return SqliteConnection(connection)

    def reading(self) -> SqliteConnection:
        """A snapshot; it is taken by the first query."""
        return self._begin("BEGIN")

    def writing(self, company: str) -> SqliteConnection:  # noqa: ARG002 (one lock per file)
        """The file's lock, which covers every company in it."""
        return self._begin("BEGIN IMMEDIATE")

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turn the driver's errors into ours."""
        try:
            yield
        except (sqlite3.IntegrityError, OverflowError) as error:
            raise refused(error) from error
        except sqlite3.DatabaseError as error:
            # Primary codes: the extended ones (WAL recovery, shared cache) carry them below.
            if error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                raise locked(self._wait_seconds) from error
            if error.sqlite_errorcode & 0xFF in {
                sqlite3.SQLITE_CANTOPEN,
                sqlite3.SQLITE_NOTADB,
                sqlite3.SQLITE_CORRUPT,
                sqlite3.SQLITE_PERM,
                sqlite3.SQLITE_READONLY,
                sqlite3.SQLITE_IOERR,
                sqlite3.SQLITE_FULL,
            }:
                raise unreachable(str(self.path), error) from error
            raise
