"""Whatever is changed, deleted or added by SQL is named: table, row and broken law."""

from __future__ import annotations

from functools import cache
from itertools import zip_longest

import pytest
from tests.conformance import sql
from tests.sample_rows import rows

from reskontra.adapters.storage.books import SqlBooks
from reskontra.adapters.storage.schema import metadata
from reskontra.adapters.storage.seals import row_seals
from reskontra.adapters.storage.tables import TABLES, Table
from reskontra.adapters.storage.tampering import NAMED
from reskontra.engine.ledger.fields import Column
from reskontra.engine.ledger.records import (
    BankLine,
    BankLineState,
    Document,
    OpenItem,
    Record,
    SeriesCounter,
)


@pytest.fixture
def filled(books: SqlBooks) -> SqlBooks:
    """Books with three rows in every table, written in two transactions."""
    with books.write() as writer:
        for records in rows().values():
            writer.append(records[:2])
    with books.write() as writer:
        for records in rows().values():
            writer.append(records[2:])
    assert books.tampering() == []
    return books


def findings(books: SqlBooks) -> list[str]:
    return [str(problem) for problem in books.tampering()]


def key_of(table: Table, record: Record) -> str:
    """How a finding names a row."""
    return ", ".join(
        f"{name} {record[place]}" for name, place in zip(table.key, table.key_places, strict=True)
    )


def condition(table: Table, record: Record) -> str:
    """The row in SQL."""
    parts = [f"\"{n}\" = '{record[p]}'" for n, p in zip(table.key, table.key_places, strict=True)]
    return " AND ".join(parts)


def changed(column: Column) -> str:
    """Another value for a column, in SQL."""
    name = f'"{column.name}"'
    if column.type is int:
        return f"COALESCE({name}, 0) + 40"
    if column.type is bool:
        return f"NOT {name}"
    return f"COALESCE({name}, '') || 'x'"


def by_table(books: SqlBooks) -> dict[str, list[str]]:
    """Findings by the table that they name."""
    found: dict[str, list[str]] = {}
    for line in findings(books):
        found.setdefault(line.split()[1].removesuffix(":"), []).append(line)
    return found


def test_a_change_of_any_field_is_named(filled: SqlBooks, books_url: str) -> None:
    """In every table at once: its first field, then its second, and so on."""
    sql.defenceless(books_url)
    seal = Column("seal", int, nullable=False)
    fields = [[(table, column) for column in (*table.columns, seal)] for table in TABLES.values()]
    for at_once in zip_longest(*fields):
        changes = [field for field in at_once if field]
        sql.run(books_url, *(update(table, column) for table, column in changes))
        found = by_table(filled)
        for table, column in changes:
            lines = found.pop(table.name, [])
            if column.name in {"company", *table.key}:
                assert lines, (table.name, column.name)
            else:
                key = key_of(table, rows()[table.kind][1])
                message = f"RK715 {table.name}: row {key} does not fit its seal"
                assert [line.startswith(message) for line in lines] == [True], (column.name, lines)
        assert found == {}
        sql.run(books_url, *anew())
    assert findings(filled) == []


def update(table: Table, column: Column) -> str:
    """Another value for a column of the second row, in SQL."""
    where = condition(table, rows()[table.kind][1])
    return f'UPDATE "{table.name}" SET "{column.name}" = {changed(column)} WHERE {where}'


@cache
def anew() -> list[str]:
    """Every table's rows written anew, seals included, in SQL."""
    statements = []
    for table in TABLES.values():
        statements.append(f'DELETE FROM "{table.name}"')
        statements += [insert(table, record, seal(table, record)) for record in rows()[table.kind]]
    return statements


def seal(table: Table, record: Record) -> int:
    """The seal of one row."""
    return row_seals(table, table.frame([record]))[0]


def insert(table: Table, record: Record, seal: int) -> str:
    """A row in SQL."""
    values = [
        "NULL" if value is None
        else str(value).upper() if isinstance(value, bool)
        else "'" + str(value).replace("'", "''") + "'"
        for value in record
    ]  # fmt: skip
    return f'INSERT INTO "{table.name}" VALUES ({", ".join(values)}, {seal})'


@pytest.mark.parametrize(
    "kinds", [[kind for kind in TABLES if kind is not BankLine], [BankLine]], ids=["most", "lines"]
)
def test_deleted_rows_are_named(
    filled: SqlBooks, books_url: str, kinds: list[type[Record]]
) -> None:
    """In every table at once; bank lines apart, since their states are looked for by them."""
    sql.defenceless(books_url)
    for number in (1, 2, 3):
        sql.run(books_url, *(delete(TABLES[kind], rows()[kind][number - 1]) for kind in kinds))
        found = by_table(filled)
        assert found.keys() == {TABLES[kind].name for kind in kinds}
        for kind in kinds:
            table = TABLES[kind]
            (line,) = found[table.name]
            if table.has_id:
                assert line == f"RK716 {table.name}: id {number} is missing: deleted"
            else:
                assert line.startswith(f"RK716 {table.name}: 1 row is missing")
                assert line.endswith("2 rows, 3 are sealed")
            if kind is BankLineState:
                assert f"(bank lines without a state: {number})" in line
        sql.run(books_url, *anew())
    assert findings(filled) == []


@pytest.mark.parametrize("right", [False, True], ids=["any seal", "the right seal"])
def test_added_rows_are_named(filled: SqlBooks, books_url: str, right: bool) -> None:
    """In every table at once."""
    sql.defenceless(books_url)
    added = [(table, another(table)) for table in TABLES.values()]
    sql.run(books_url, *(insert(t, row, seal(t, row) if right else 5) for t, row in added))
    found = by_table(filled)
    assert found.keys() == {table.name for table in TABLES.values()}
    for table, record in added:
        lines, key = found[table.name], f"row {key_of(table, record)}"
        changed = f"RK715 {table.name}: {key} does not fit its seal: it was changed"
        if table.has_id:
            assert f"RK717 {table.name}: {key} was added: the last id given is 3" in lines
        elif right:  # it does not help: the sum gives the row away
            assert lines == [f"RK717 {table.name}: {key} was added: 4 rows, 3 are sealed"]
        else:
            assert lines == [changed]
        assert (changed in lines) == (not right)
    sql.run(books_url, *(delete(table, record) for table, record in added))
    assert findings(filled) == []


def delete(table: Table, record: Record) -> str:
    """A row taken away, in SQL."""
    return f'DELETE FROM "{table.name}" WHERE {condition(table, record)}'


def another(table: Table) -> Record:
    """A fourth row that breaks no law but that it was never written."""
    news = {
        "id": 77, "number": "77", "document_id": 77, "bank_line_id": 77, "row": "/77", "line": 77,
        "pack_hash": "77", "first_entry_id": 0,
    }  # fmt: skip
    if table.key == ("customer_id",):
        news["customer_id"] = 77
    first = rows()[table.kind][0]
    return first._replace(**{n: v for n, v in news.items() if n in first._fields})  # type: ignore[arg-type]


@pytest.mark.parametrize("column", ["rows", "last_id", "total", "seal"])
def test_a_change_of_a_tables_seal_is_named(filled: SqlBooks, books_url: str, column: str) -> None:
    """In as many tables at once as are named one by one."""
    names = [table.name for table in TABLES.values()]
    for start in range(0, len(names), NAMED):
        some = names[start : start + NAMED]
        listed = ", ".join(f"'{name}'" for name in some)
        change = f'UPDATE "table_seal" SET "{column}" = "{column}"'
        where = f'WHERE "table_name" IN ({listed})'
        sql.run(books_url, f"{change} - 1 {where}")
        found = findings(filled)
        for name in some:
            assert f"RK718 table_seal: row {name} does not fit its seal: it was changed" in found
        assert all("table_seal" in line or "ledger" in line for line in found)
        sql.run(books_url, f"{change} + 1 {where}")
    assert findings(filled) == []


def test_a_deleted_or_added_seal_is_named(filled: SqlBooks, books_url: str) -> None:
    sql.run(books_url, "DELETE FROM table_seal WHERE table_name = 'document'")
    sql.run(books_url, "INSERT INTO table_seal VALUES ('ACME', 'documents', 1, 1, 1, 1)")
    found = findings(filled)
    assert "RK717 table_seal: row documents was added: there is no such table" in found
    assert "RK718 table_seal: row document is missing: deleted" in found


def test_all_seals_deleted(filled: SqlBooks, books_url: str) -> None:
    sql.run(books_url, "DELETE FROM table_seal")
    named = [line for line in findings(filled) if line.endswith(" is missing: deleted")]
    every = {f"RK718 table_seal: row {table.name} is missing: deleted" for table in TABLES.values()}
    assert len(named) == NAMED
    assert set(named) < every


def test_seals_and_ledger_deleted(filled: SqlBooks, books_url: str) -> None:
    """Books without a beginning hold nothing: every row is one too many."""
    sql.run(books_url, "DELETE FROM table_seal", "DELETE FROM ledger")
    found = findings(filled)
    for table in TABLES.values():
        assert any(line.startswith(f"RK717 {table.name}: ") for line in found), table.name


@pytest.mark.parametrize("change", ["revision = 1", "seal = 1", "company = 'X'"])
def test_a_change_of_the_ledger_is_named(filled: SqlBooks, books_url: str, change: str) -> None:
    sql.run(books_url, f"UPDATE ledger SET {change}")
    found = findings(filled)
    assert [line for line in found if line.startswith("RK718 ledger: ")]


def test_a_deleted_ledger_is_named(filled: SqlBooks, books_url: str) -> None:
    sql.run(books_url, "DELETE FROM ledger")
    assert findings(filled) == ["RK718 ledger: the row of this company is missing: deleted"]


def test_a_row_replaced_together_with_its_seal(filled: SqlBooks, books_url: str) -> None:
    table = TABLES[OpenItem]
    item = OpenItem("ACME", 2, 1, "invoice", "SEK", 1)
    sql.run(books_url, "DELETE FROM open_item WHERE document_id = 2")
    sql.run(books_url, insert(table, item, row_seals(table, table.frame([item]))[0]))
    assert findings(filled) == [
        "RK715 open_item: a row was replaced together with its seal: the total differs"
    ]


def test_one_broken_table_does_not_hide_another(filled: SqlBooks, books_url: str) -> None:
    """A table that cannot be read, a changed row, a hole: all three are said."""
    sql.defenceless(books_url)
    sql.run(books_url, "DROP TABLE audit")
    sql.run(books_url, "UPDATE document SET amount = 1 WHERE id = 2")
    sql.run(books_url, "DELETE FROM journal_line WHERE id = 1")
    sql.run(books_url, "UPDATE table_seal SET rows = 9 WHERE table_name = 'run'")
    found = findings(filled)
    for start in (
        "RK716 audit: cannot be read",
        "RK715 document: row id 2 ",
        "RK716 journal_line: id 1 is missing",
        "RK718 table_seal: row run ",
        "RK718 ledger: ",
    ):
        assert [line for line in found if line.startswith(start)], (start, found)


def test_many_findings_are_counted(books: SqlBooks, books_url: str) -> None:
    with books.write() as writer:
        writer.append([SeriesCounter("ACME", "A", f"{i:05d}", "1", 1) for i in range(6000)])
    sql.run(books_url, "UPDATE series_counter SET taken = 2")
    found = findings(books)
    assert len(found) == 21
    assert found[-1] == "RK715 series_counter: and 5980 more of this kind"


def test_nothing_and_the_word_differ() -> None:
    """A field without a value and one that says ``None`` have different seals."""
    table = TABLES[Document]
    nothing = rows()[Document][0]
    assert isinstance(nothing, Document)
    word = nothing._replace(discount_date="None")
    assert row_seals(table, table.frame([nothing])) != row_seals(table, table.frame([word]))


def test_every_table_of_the_schema_is_sealed() -> None:
    sealed = {table.name for table in TABLES.values()} | {"table_seal", "ledger"}
    assert sealed == set(metadata.tables)
    assert all("seal" in table.columns for table in metadata.tables.values())
