"""The books on a PostgreSQL server: many companies, many readers, one writer per company.

A writing transaction takes an advisory lock on the company and runs in READ COMMITTED: under the
lock nobody else changes the company's rows, and every statement sees what the last writer
committed. (SERIALIZABLE would take its snapshot with the statement that waits for the lock, see
books that are out of date, and fail at commit.) Readers use REPEATABLE READ, one snapshot for all
queries, and never wait for a writer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import polars as pl
import psycopg
from psycopg import sql as pg

from reskontra.adapters.storage.connection import BATCH, Row, locked, refused, unreachable
from reskontra.adapters.storage.seals import seal_of
from reskontra.adapters.storage.tables import Table, quote


def driver_url(url: str) -> str:
    """The address as the driver reads it.

    >>> driver_url("postgresql+psycopg://clerk@db/ar")
    'postgresql://clerk@db/ar'
    """
    return re.sub(r"^postgres(ql)?(\+psycopg)?://", "postgresql://", url)


def _text(sql: str) -> pg.SQL:
    """A statement of ours with the driver's placeholders."""
    return pg.SQL(cast("Any", sql.replace("?", "%s")))


class PostgresConnection:
    """One transaction on a PostgreSQL server."""

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self._connection = connection
        self._streams = 0

    def execute(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Run a statement; its rows, if it gives any."""
        cursor = self._connection.execute(_text(sql), values)
        return cursor.fetchall() if cursor.description else []

    def stream(self, sql: str, values: Sequence[Any] = ()) -> Iterator[list[Row]]:
        """Rows of a query in batches, from a cursor on the server."""
        self._streams += 1
        with self._connection.cursor(f"stream_{self._streams}") as cursor:
            cursor.itersize = BATCH
            cursor.execute(_text(sql), values)
            while rows := cursor.fetchmany(BATCH):
                yield rows

    def insert(self, table: Table, rows: pl.DataFrame) -> None:
        """Add rows with COPY, be it one or a million; nothing is unquoted, texts are quoted."""
        names = ", ".join(map(quote, rows.columns))
        copy_in = f"COPY {quote(table.name)} ({names}) FROM STDIN (FORMAT csv)"
        with self._connection.cursor() as cursor, cursor.copy(_text(copy_in)) as copy:
            for part in rows.iter_slices(BATCH):
                copy.write(part.write_csv(include_header=False, quote_style="non_numeric"))

    def one_of(self, column: str, values: Collection[Any]) -> tuple[str, Any]:
        """One bound array, joined like a table: comparing each row with each value is quadratic."""
        array = list(values)
        kind = "text" if array and isinstance(array[0], str) else "bigint"
        return f"{column} IN (SELECT unnest(?::{kind}[]))", array

    @contextmanager
    def apart(self) -> Iterator[None]:
        """A savepoint: without it one failed query spoils the whole transaction."""
        with self._connection.transaction():
            yield

    def failures(self) -> tuple[type[Exception], ...]:
        """What ``psycopg`` raises."""
        return (psycopg.Error,)

    def commit(self) -> None:
        """Make the transaction durable."""
        self._connection.commit()

    def close(self) -> None:
        """Roll back what is not committed, and let go."""
        self._connection.close()


class PostgresDatabase:
    """A database on a PostgreSQL server."""

    def __init__(self, url: str, *, wait_seconds: float = 30.0) -> None:
        self._url = driver_url(url)
        self._wait_seconds = wait_seconds

    def _connect(self) -> psycopg.Connection[Row]:
        """A connection that has not begun; a server that does not answer is given up.

        Raises:
            ReskontraError: RK713.
        """
        try:
            connection = psycopg.connect(
                self._url, connect_timeout=max(2, math.ceil(self._wait_seconds))
            )
        except psycopg.Error as error:
            raise unreachable(re.sub(r":[^:@/]*@", ":***@", self._url), error) from error
        return connection

    def reading(self) -> PostgresConnection:
        """A snapshot, taken by a first query."""
        connection = self._connect()
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        try:
            with self.errors():
                connection.execute("SELECT 1")
        except BaseException:
            connection.close()
            raise
        return PostgresConnection(connection)

    def writing(self, company: str) -> PostgresConnection:
        """The company's advisory lock, given back at the end of the transaction."""
        connection = self._connect()
        connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        milliseconds = max(1, int(self._wait_seconds * 1000))
        try:
            with self.errors():
                connection.execute(
                    "SELECT set_config('lock_timeout', %s, true)", (f"{milliseconds}ms",)
                )
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (seal_of(company),))
        except BaseException:
            connection.close()
            raise
        return PostgresConnection(connection)

    def role(self) -> str:
        """The role that logged in, whatever it became afterwards."""
        connection = self.reading()
        try:
            return str(connection.execute("SELECT session_user::text")[0][0])
        finally:
            connection.close()

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turn the driver's errors into ours."""
        try:
            yield
        except psycopg.errors.LockNotAvailable as error:
            raise locked(self._wait_seconds) from error
        except (psycopg.IntegrityError, psycopg.DataError) as error:
            raise refused(error) from error
        except psycopg.OperationalError as error:
            raise unreachable(re.sub(r":[^:@/]*@", ":***@", self._url), error) from error
