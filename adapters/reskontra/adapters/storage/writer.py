"""Writing the books: one transaction, sealed as it goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from operator import itemgetter
from typing import Any

import polars as pl

from reskontra.adapters.storage.connection import Connection, refused
from reskontra.adapters.storage.reader import SqlReader
from reskontra.adapters.storage.seals import (
    MODULUS,
    Ledger,
    TableSeal,
    ledger_seal,
    row_seals,
    table_seal_seal,
)
from reskontra.adapters.storage.tables import TABLES, Table, quote
from reskontra.engine.collection import no_collection
from reskontra.engine.ledger.records import APPEND_ONLY, PROJECTIONS, Record


class SqlWriter(SqlReader):
    """One company's books inside one writing transaction; it reads what it has written.

    A step that fails spoils the transaction for good: it may have stored some of its rows, so
    nothing is committed even if the caller goes on.
    """

    def __init__(
        self,
        connection: Connection,
        company: str,
        errors: Callable[[], AbstractContextManager[None]],
    ) -> None:
        super().__init__(connection, company)
        self._errors = errors
        self._spoiled = False
        rows = connection.execute(
            'SELECT "company", "table_name", "rows", "last_id", "total" FROM "table_seal"'
            ' WHERE "company" = ?',
            (company,),
        )
        found = {row[1]: TableSeal._make(row) for row in rows}
        self._seals = {
            table.name: found.get(table.name, TableSeal(company, table.name, 0, 0, 0))
            for table in TABLES.values()
        }
        self._changed = False

    def append(self, records: Sequence[Record]) -> None:
        """Add records of one kind; their ids continue ``last_id`` without a hole.

        Raises:
            ReskontraError: RK714, a record breaks a law of its table.
        """
        if records:
            table = TABLES[type(records[0])]
            with self._step():
                rows = self._rows(table, records)
                self._insert(table, rows, _after(table, rows, self._last_id(table)))

    def append_frame(self, kind: type[Record], frame: pl.DataFrame) -> None:
        """Add one record per row; columns are its fields without ``company`` and ``id``, which
        are given here in the order of the rows.

        Raises:
            ReskontraError: RK714, a record breaks a law of its table.
        """
        if not frame.height:
            return
        table, last_id = TABLES[kind], self._last_id(TABLES[kind])
        end = last_id + frame.height if table.has_id else last_id
        ids = [pl.int_range(last_id + 1, end + 1, dtype=pl.Int64).alias("id")]
        with self._step():
            rows = frame.with_columns(
                pl.lit(self.company).alias("company"), *(ids if table.has_id else ())
            )
            self._insert(table, rows, end)

    def replace(self, records: Sequence[Record]) -> None:
        """Put masters or projections in place of those with the same key.

        Raises:
            ReskontraError: RK714, a record breaks a law of its table.
        """
        if not records:
            return
        table = TABLES[type(records[0])]
        assert table.kind not in APPEND_ONLY, f"{table.name} is append-only"
        last_id = self._last_id(table)
        with self._step():
            rows = self._rows(table, records)
            new = rows.filter(pl.col("id") > last_id) if table.has_id else rows.clear()
            self._delete(table, _keys(table, rows))
            self._insert(table, rows, _after(table, new, last_id) if new.height else last_id)

    def replace_frame(self, kind: type[Record], frame: pl.DataFrame) -> None:
        """Put projections in place of those with the same key; columns are the record's fields
        without ``company``.

        Raises:
            ReskontraError: RK714, a record breaks a law of its table.
        """
        assert kind in PROJECTIONS, f"{TABLES[kind].name} is no projection"
        if frame.height:
            table = TABLES[kind]
            with self._step():
                self._delete(table, _keys(table, frame))
                rows = frame.with_columns(pl.lit(self.company).alias("company"))
                self._insert(table, rows, self._last_id(table))

    def remove(self, kind: type[Record], keys: Sequence[Any]) -> None:
        """Take projections or masters away by key; a key without a row is passed over."""
        assert kind not in APPEND_ONLY, f"{TABLES[kind].name} is append-only"
        if keys:
            with self._step():
                self._delete(TABLES[kind], keys)

    def seal(self) -> None:
        """Write the seals and the next revision, if anything was written."""
        assert not self._spoiled, "a step of this transaction failed; nothing is committed"
        if not self._changed:
            return
        seals = list(self._seals.values())
        ledger = Ledger(self.company, self.revision() + 1)
        for table in ("table_seal", "ledger"):
            self._connection.execute(
                f'DELETE FROM "{table}" WHERE "company" = ?',  # noqa: S608 (names are ours)
                (self.company,),
            )
        for seal in seals:
            self._connection.execute(
                'INSERT INTO "table_seal" ("company", "table_name", "rows", "last_id", "total",'
                ' "seal") VALUES (?, ?, ?, ?, ?, ?)',
                (*seal, table_seal_seal(seal)),
            )
        self._connection.execute(
            'INSERT INTO "ledger" ("company", "revision", "seal") VALUES (?, ?, ?)',
            (*ledger, ledger_seal(ledger, seals)),
        )

    def _of_seal(self, table: Table, what: str) -> int:
        """What this transaction wrote is counted, too."""
        return int(getattr(self._seals[table.name], what))

    def _last_id(self, table: Table) -> int:
        """Highest id given in a table."""
        return self._seals[table.name].last_id

    @contextmanager
    def _step(self) -> Iterator[None]:
        """One step: all of it, or the transaction is spoiled."""
        self._spoiled = True
        with self._errors():
            yield
        self._spoiled = False

    def _rows(self, table: Table, records: Sequence[Record]) -> pl.DataFrame:
        """Records of this company and kind as columns."""
        assert set(map(type, records)) == {table.kind}, f"{table.name}: mixed records"
        assert set(map(itemgetter(0), records)) == {self.company}, f"{table.name}: other company"
        try:
            return table.frame(records)
        except (ValueError, pl.exceptions.PolarsError) as error:
            raise refused(f"{table.name}: {error}") from error

    def _insert(self, table: Table, rows: pl.DataFrame, last_id: int) -> None:
        """Insert rows with their seals and count them."""
        rows = rows.select(column.name for column in table.columns)
        try:
            seals = row_seals(table, rows)
        except ValueError as error:
            raise refused(f"{table.name}: {error}") from error
        with no_collection():
            self._connection.insert(table, rows.with_columns(pl.Series("seal", seals, pl.Int64)))
        self._count(table, len(seals), sum(seals), last_id)

    def _delete(self, table: Table, keys: Sequence[Any]) -> None:
        """Delete rows by key; the database hands back the seals they take with them."""
        if not self._seals[table.name].rows:
            return
        name = quote(table.name)
        removed: list[tuple[Any, ...]] = []
        if len(table.key) == 1:
            condition, value = self._connection.one_of(quote(table.key[0]), keys)
            bindings: list[tuple[Any, ...]] = [(value,)]
        else:
            condition = " AND ".join(f"{quote(column)} = ?" for column in table.key)
            bindings = [tuple(key) for key in keys]
        sql = f'DELETE FROM {name} WHERE "company" = ? AND {condition} RETURNING "seal"'  # noqa: S608
        for values in bindings:
            removed += self._connection.execute(sql, (self.company, *values))
        total = -sum(row[0] for row in removed)
        self._count(table, -len(removed), total, self._last_id(table))

    def _count(self, table: Table, rows: int, total: int, last_id: int) -> None:
        """Carry a change into the table's seal."""
        old = self._seals[table.name]
        self._seals[table.name] = old._replace(
            rows=old.rows + rows, total=(old.total + total) % MODULUS, last_id=last_id
        )
        self._changed = self._changed or rows != 0


def _keys(table: Table, rows: pl.DataFrame) -> list[Any]:
    """Keys of rows inside their company: one value each, or a tuple."""
    keys = rows.select(table.key)
    return keys.to_series().to_list() if len(table.key) == 1 else keys.rows()


def _after(table: Table, rows: pl.DataFrame, last_id: int) -> int:
    """The highest id once these new records are in; they must continue without a hole."""
    if not table.has_id:
        return last_id
    end = last_id + rows.height
    ids = rows["id"].to_list()
    assert ids == list(range(last_id + 1, end + 1)), f"{table.name}: ids do not follow {last_id}"
    return end
