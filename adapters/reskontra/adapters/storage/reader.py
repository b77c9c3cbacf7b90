"""Reading the books: records, counts and polars frames of one company, inside one snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

import polars as pl

from reskontra.adapters.storage.connection import Connection, Row
from reskontra.adapters.storage.tables import TABLES, Table, quote
from reskontra.engine.collection import no_collection
from reskontra.engine.ledger.fields import DTYPES, Column
from reskontra.engine.ledger.records import (
    Application,
    BankLine,
    BankLineState,
    DocumentMark,
    DocumentReference,
    OpenItem,
    Record,
)
from reskontra.engine.ledger.standing import with_disputes
from reskontra.engine.ports import ITEM_COLUMNS

R = TypeVar("R", bound=Record)


class SqlReader:
    """One company's books as they stood when the snapshot was taken."""

    looks_up = True

    def __init__(self, connection: Connection, company: str) -> None:
        self.company = company
        self._connection = connection

    def revision(self) -> int:
        """Committed writing transactions; inside a writing one, those before it."""
        rows = self._connection.execute(
            'SELECT "revision" FROM "ledger" WHERE "company" = ?', (self.company,)
        )
        return int(rows[0][0]) if rows else 0

    def records(self, kind: type[R], /, **equals: Any) -> Iterable[R]:
        """Records whose fields equal the given values, ordered by key."""
        table = TABLES[kind]
        for batch in self._batches(table, table.listing(), equals):
            if table.bool_places:
                batch = _with_truth(table, batch)  # noqa: PLW2901
            yield from map(kind._make, batch)

    def count(self, kind: type[Record], /, **equals: Any) -> int:
        """Number of such records; of all, as the table's seal tells."""
        table = TABLES[kind]
        if not equals:
            return self._of_seal(table, "rows")
        found = self._where(table, equals)
        if found is None:
            return 0
        where, values = found
        rows = self._connection.execute(table.select("count(*)", where), (self.company, *values))
        return int(rows[0][0])

    def last_id(self, kind: type[Record]) -> int:
        """The highest id given to this kind; 0 = none."""
        return self._of_seal(TABLES[kind], "last_id")

    def _of_seal(self, table: Table, what: str) -> int:
        rows = self._connection.execute(
            f'SELECT {quote(what)} FROM "table_seal" WHERE "company" = ? AND "table_name" = ?',  # noqa: S608
            (self.company, table.name),
        )
        return int(rows[0][0]) if rows else 0

    def frame(
        self, kind: type[Record], /, columns: Sequence[str] = (), **equals: Any
    ) -> pl.DataFrame:
        """Records as columns, ordered by key."""
        table = TABLES[kind]
        chosen = [table.column(name) for name in columns] if columns else list(table.columns)
        return _frame(chosen, self._batches(table, table.listing(columns), equals))

    def line_frame(self, states: Sequence[str], since: str = "") -> pl.DataFrame:
        """Bank lines in one of these states, booked on a day or later, with the state."""
        line, state = TABLES[BankLine], TABLES[BankLineState]
        columns = [*line.columns, state.column("state")]
        if not states:
            return _frame(columns, iter(()))
        condition, value = self._connection.one_of('s."state"', sorted(set(states)))
        listed = ", ".join(f"l.{quote(column.name)}" for column in line.columns)
        sql = (
            f'SELECT {listed}, s."state" FROM "bank_line" l JOIN "bank_line_state" s'  # noqa: S608
            ' ON s."company" = l."company" AND s."bank_line_id" = l."id"'
            f' WHERE l."company" = ? AND l."booking_date" >= ? AND {condition} ORDER BY l."id"'
        )
        return _frame(columns, self._connection.stream(sql, (self.company, since, value)))

    def newest_booking(self) -> str:
        """The newest booking date, the end of an index."""
        rows = self._connection.execute(
            'SELECT "booking_date" FROM "bank_line" WHERE "company" = ?'
            ' ORDER BY "booking_date" DESC LIMIT 1',
            (self.company,),
        )
        return str(rows[0][0]) if rows else ""

    def item_frame(self, on: str = "") -> pl.DataFrame:
        """Documents that are open, or were at the end of a day."""
        listed = ", ".join(
            f"{'o' if kind is OpenItem else 'd'}.{quote(name)}" for name, kind in ITEM_COLUMNS
        )
        columns = [TABLES[kind].column(name) for name, kind in ITEM_COLUMNS]
        way = BACKWARD if on and self._is_late(on) else FORWARD if on else NOW
        sql = (
            f'{way.head}SELECT {listed} FROM {way.items} o JOIN "document" d'  # noqa: S608
            ' ON d."company" = ? AND d."id" = o."document_id"'
            f' WHERE o."company" = ?{way.until} ORDER BY o."document_id"'
        )
        values = [on if value == "on" else self.company for value in way.values]
        items = _frame(columns, self._connection.stream(sql, values))
        told = ("document_id", "stands")
        return with_disputes(items, self.frame(DocumentMark, told, kind="dispute"))

    def _is_late(self, on: str) -> bool:
        """Whether less was used after a day than three times what was used up to it."""
        later = self._connection.execute(
            'SELECT count(*) FROM "application" WHERE "company" = ? AND "applied_on" > ?',
            (self.company, on),
        )
        return int(later[0][0]) * 4 < self.last_id(Application) * 3

    def key_frame(self, stated: Sequence[str] | None = None) -> pl.DataFrame:
        """Keys of all documents, or of those that are open or stated."""
        table = TABLES[DocumentReference]
        names = ("document_id", "key", "kind")
        where = ""
        values: list[Any] = [self.company]
        if stated is not None:
            wanted = TABLES[OpenItem].select('"document_id"', "")
            values.append(self.company)
            if stated:
                condition, value = self._connection.one_of('"key"', stated)
                named = table.select('"document_id"', condition)
                wanted += f" UNION {named}"
                values += [self.company, value]
            where = f'"document_id" IN ({wanted})'
        sql = f'{table.select(table.listing(names), where)} ORDER BY "key", "document_id", "kind"'
        columns = [table.column(name) for name in names]
        return _frame(columns, self._connection.stream(sql, values))

    def discounted_frame(self, amounts: Sequence[int], since: str) -> pl.DataFrame:
        """Open documents of these amounts less a cash discount of a day or later."""
        item, rest = TABLES[OpenItem], 'o."open_amount" - d."discount_amount"'
        condition, value = self._connection.one_of(rest, amounts)
        sql = (
            f'SELECT o."document_id", o."currency", {rest} FROM "document" d'  # noqa: S608
            ' JOIN "open_item" o ON o."company" = d."company" AND o."document_id" = d."id"'
            f' WHERE d."company" = ? AND d."discount_date" >= ? AND {condition}'
        )
        columns = [
            item.column("document_id"),
            item.column("currency"),
            replace(item.column("open_amount"), name="amount"),
        ]
        return _frame(columns, self._connection.stream(sql, (self.company, since, value)))

    def has_key_form(self, length: int, first: str) -> bool:
        """Whether an open document has a key of this form."""
        found = self._connection.execute(
            'SELECT 1 FROM "document_reference" r JOIN "open_item" o'
            ' ON o."company" = r."company" AND o."document_id" = r."document_id"'
            ' WHERE r."company" = ? AND r."key" >= ? AND r."key" < ? AND length(r."key") = ?'
            " LIMIT 1",
            (self.company, first, first + _LAST_CHARACTER, length),
        )
        return bool(found)

    def _batches(self, table: Table, what: str, equals: dict[str, Any]) -> Iterator[list[Row]]:
        """Rows of a query by equality, ordered by key."""
        found = self._where(table, equals)
        if found is None:
            return
        where, values = found
        sql = f"{table.select(what, where)} ORDER BY {table.order}"
        if equals:  # few rows: one round trip, no cursor on the server
            if rows := self._connection.execute(sql, (self.company, *values)):
                yield rows
        else:
            yield from self._connection.stream(sql, (self.company,))

    def _where(self, table: Table, equals: dict[str, Any]) -> tuple[str, list[Any]] | None:
        """Condition and values; ``None`` when an empty list lets nothing through.

        Raises:
            KeyError: no such field.
        """
        conditions: list[str] = []
        values: list[Any] = []
        for name, value in equals.items():
            column = quote(table.column(name).name)
            if value is None:
                conditions.append(f"{column} IS NULL")
            elif isinstance(value, list | tuple | set | frozenset):
                if not value:
                    return None
                condition, bound = self._connection.one_of(column, sorted(set(value)))
                conditions.append(condition)
                values.append(bound)
            else:
                conditions.append(f"{column} = ?")
                values.append(value)
        return " AND ".join(conditions), values


_LAST_CHARACTER = "\U0010ffff"
"""Sorts after every character of a key."""


def _used_later(mine: str, other: str, amount: str) -> str:
    """What applications of a later day, or on a document of a later day, took from one side."""
    return (
        f'SELECT "company", "{mine}", {amount} FROM "application"'  # noqa: S608 (names are ours)
        f' WHERE "company" = ? AND ("applied_on" > ? OR "{other}" IN (SELECT "id" FROM "ahead"))'
        f' AND "{mine}" NOT IN (SELECT "id" FROM "ahead")'
    )


def _used_so_far(mine: str, amount: str) -> str:
    """What applications up to a day took from one side, where both were there."""
    return (
        f'SELECT "company", "{mine}", -({amount}) FROM "application"'  # noqa: S608 (names are ours)
        ' WHERE "company" = ? AND "applied_on" <= ? AND "source_id" IN (SELECT "id" FROM "there")'
        ' AND "target_id" IN (SELECT "id" FROM "there")'
    )


def _summed(*parts: str) -> str:
    """What the parts come to by document, where it is not nothing."""
    together = " UNION ALL ".join(parts)
    return (
        '(SELECT "company", "document_id", CAST(sum("open_amount") AS bigint) AS "open_amount"'  # noqa: S608
        f' FROM ({together}) AS "parts" GROUP BY "company", "document_id"'
        ' HAVING sum("open_amount") <> 0)'
    )


class Way(NamedTuple):
    """How open items are read."""

    head: str
    items: str
    until: str
    values: tuple[str, ...]
    """What the marks of the whole query stand for: ``company``, or ``on``, the day."""


_NOW = ("company", "company")
NOW = Way("", '"open_item"', "", _NOW)
BACKWARD = Way(
    'WITH "ahead" AS (SELECT "id" FROM "document" WHERE "company" = ? AND "document_date" > ?) ',
    _summed(
        'SELECT "company", "document_id", "open_amount" FROM "open_item" WHERE "company" = ?',
        _used_later("source_id", "target_id", '"amount"'),
        _used_later("target_id", "source_id", '"amount" + "discount"'),
    ),
    ' AND d."document_date" <= ?',
    ("company", "on", "company", "company", "on", "company", "on", *_NOW, "on"),
)
"""What is open now and what was used later, of documents dated up to a day: quicker for a late day,
since most of what was ever entered is settled."""
FORWARD = Way(
    'WITH "there" AS (SELECT "company", "id", "initial_open" FROM "document"'
    ' WHERE "company" = ? AND "document_date" <= ? AND ("import_id" IS NULL OR "import_id" NOT IN'
    ' (SELECT "withdraws_id" FROM "import_file" WHERE "company" = ?'
    ' AND "withdraws_id" IS NOT NULL))) ',
    _summed(
        'SELECT "company", "id" AS "document_id", "initial_open" AS "open_amount" FROM "there"',
        _used_so_far("source_id", '"amount"'),
        _used_so_far("target_id", '"amount" + "discount"'),
    ),
    "",
    ("company", "on", "company", "company", "on", "company", "on", *_NOW),
)
"""What was entered up to a day, less what was used up to it: quicker for an early one."""


def _with_truth(table: Table, rows: list[Row]) -> list[Row]:
    """Rows whose flags are truth values (SQLite gives 0 and 1)."""
    places = table.bool_places
    lists = [list(row) for row in rows]
    for row in lists:
        for place in places:
            row[place] = bool(row[place])
    return [tuple(row) for row in lists]


def _frame(columns: Sequence[Column], batches: Iterator[list[Row]]) -> pl.DataFrame:
    """A frame from batches of rows; flags arrive as 0 and 1 or as truth values."""
    schema = {column.name: DTYPES[column.type] for column in columns}
    flags = [column.name for column in columns if column.type is bool]
    frames = []
    with no_collection():
        for rows in batches:
            series = [
                pl.Series(column.name, values, None if column.type is bool else DTYPES[column.type])
                for column, values in zip(columns, zip(*rows, strict=True), strict=True)
            ]
            frame = pl.DataFrame(series)
            frames.append(frame.with_columns(pl.col(flags).cast(pl.Boolean)) if flags else frame)
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema)
