"""Migrations lead to the schema, and a database of another version is refused."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from tests.conformance import sql

from reskontra.adapters.storage import ddl
from reskontra.adapters.storage.books import HEAD
from reskontra.adapters.storage.opening import open_books
from reskontra.adapters.storage.schema import INDEXES, metadata
from reskontra.adapters.storage.tables import TABLES, quote
from reskontra.adapters.storage.upgrading import MIGRATIONS, engine, head, upgrade, version
from reskontra.engine.errors import ReskontraError

SHAPE = {
    "sqlite": (
        (
            "SELECT type, name, tbl_name, sql FROM sqlite_master"
            " WHERE tbl_name NOT IN ('alembic_version', 'sqlite_stat1') ORDER BY type, name"
        ),
    ),
    "postgresql": (
        (
            "SELECT table_name, ordinal_position, column_name, data_type, is_nullable,"
            " collation_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND table_name <> 'alembic_version' ORDER BY 1, 2"
        ),
        (
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace"
            " AND conrelid::regclass::text <> 'alembic_version' ORDER BY 1, 2"
        ),
        (
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
            " AND tablename <> 'alembic_version' ORDER BY 1"
        ),
    ),
}
"""Everything a database knows about its tables, laws and indexes."""


@pytest.fixture(params=["sqlite", "postgres"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Makes addresses of databases that hold nothing at all."""
    made: list[str] = []

    def make() -> str:
        if request.param == "sqlite":
            made.append(f"sqlite:///{tmp_path / f'{len(made)}.sqlite'}")
        else:
            made.append(request.getfixturevalue("postgres_server").create())
        return made[-1]

    yield make
    if request.param == "postgres":
        for url in made:
            request.getfixturevalue("postgres_server").drop(url)


def create_all(url: str) -> None:
    made = engine(url)
    with made.begin() as connection:
        metadata.create_all(connection)
    made.dispose()


def shape(url: str) -> list[Any]:
    return [sql.run(url, query) for query in SHAPE[url.partition(":")[0]]]


def squeezed(found: list[Any]) -> list[Any]:
    """SQLite keeps the statement as it was written: only blanks may differ."""
    return [[" ".join(str(value).split()) for value in row] for rows in found for row in rows]


@pytest.mark.filterwarnings("ignore:.*expression-based index")
def test_migrations_lead_to_the_schema(new_url: Callable[[], str]) -> None:
    migrated, created = new_url(), new_url()
    assert upgrade(migrated) == HEAD == head()
    create_all(created)
    assert squeezed(shape(migrated)) == squeezed(shape(created))
    made = engine(migrated)
    with made.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    made.dispose()


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_the_first_migration_is_the_schema_as_text(database: str) -> None:
    """Until the first release; afterwards a change of the schema is a migration of its own."""
    file = MIGRATIONS / "versions" / f"v0001_books_{database}.sql"
    assert file.read_text(encoding="utf-8") == ddl.script(database)


def test_version_and_upgrade(new_url: Callable[[], str]) -> None:
    url = new_url()
    assert version(url) == ""
    assert upgrade(url) == HEAD
    assert version(url) == HEAD
    with open_books(url, "ACME").write() as writer:
        assert writer.revision() == 0
    assert upgrade(url) == HEAD


def test_an_upgrade_that_fails_leaves_nothing(new_url: Callable[[], str]) -> None:
    url = new_url()
    sql.run(url, "CREATE TABLE statement (x TEXT)")
    with pytest.raises(Exception, match="statement"):
        upgrade(url)
    assert version(url) == ""
    tables = [row for row in shape(url)[0] if "application" in str(row)]
    assert tables == []


def test_upgrades_at_the_same_time(new_url: Callable[[], str]) -> None:
    url = new_url()
    outcome: list[str] = []
    threads = [threading.Thread(target=lambda: outcome.append(upgrade(url))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert outcome == [HEAD] * 3


@pytest.mark.parametrize(
    ("stored", "message", "remedy"),
    [
        ("0000", "has version 0000; this program reads version", "reskontra db upgrade"),
        ("9999", "has version 9999, made by a newer program", "newer program"),
    ],
)
def test_another_version_is_refused(
    new_url: Callable[[], str], stored: str, message: str, remedy: str
) -> None:
    url = new_url()
    upgrade(url)
    sql.run(url, f"UPDATE alembic_version SET version_num = '{stored}'")
    assert version(url) == stored
    books = open_books(url, "ACME")
    for attempt in (books.read, books.write):
        with pytest.raises(ReskontraError) as error, attempt():
            pass
        (problem,) = error.value.problems
        assert problem.code == "RK712"
        assert message in problem.message
        assert remedy in problem.help
    with pytest.raises(ReskontraError, match="RK712"):
        books.tampering()


def test_a_database_without_books_is_refused(new_url: Callable[[], str]) -> None:
    url = new_url()
    sql.run(url, "SELECT 1")
    with pytest.raises(ReskontraError) as error, open_books(url, "ACME").read():
        pass
    assert error.value.problems[0].code == "RK712"
    assert "version none" in str(error.value)
    assert "reskontra db upgrade" in error.value.problems[0].help


def test_sqlite_looks_into_every_index(sqlite_url: str) -> None:
    path = sqlite_url.removeprefix("sqlite:///")
    with contextlib.closing(sqlite3.connect(path)) as connection:
        for kind, indexes in INDEXES.items():
            for first, *_ in indexes:
                table = TABLES[kind]
                for condition in ("= 'x'", "IN (SELECT value FROM json_each('[1]'))"):
                    query = table.select(table.listing(), f"{quote(first)} {condition}")
                    ordered = f"EXPLAIN QUERY PLAN {query} ORDER BY {table.order}"
                    plan = str(connection.execute(ordered, ("ACME",)).fetchall())
                    assert f"{quote(first)}=?".replace('"', "") in plan, f"{query}: {plan}"
        for query, expected in READ.items():
            values = ("ACME",) * query.count("?")
            plan = str(connection.execute(f"EXPLAIN QUERY PLAN {query}", values).fetchall())
            assert expected in plan, f"{query}: {plan}"
        known = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        told = {name for (name,) in connection.execute("SELECT idx FROM sqlite_stat1")}
        assert told <= known


READ = {
    "SELECT 1 FROM open_item o JOIN document d ON d.company = ? AND d.id = o.document_id"
    " WHERE o.company = ? ORDER BY o.document_id": "SEARCH d USING PRIMARY KEY (company=? AND id",
    "SELECT amount FROM application WHERE company = ? AND target_id NOT IN"
    " (SELECT id FROM document WHERE company = ?)": "SEARCH application USING PRIMARY KEY",
    "SELECT booking_date FROM bank_line WHERE company = ? ORDER BY booking_date DESC LIMIT 1":
        "COVERING INDEX bank_line_by_booking_date",
}  # fmt: skip
"""What reads a whole company goes by the key, and what reads the end of an index by the index."""
