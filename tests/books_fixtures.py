"""Books to test on: ``books`` runs a test on SQLite and on a real PostgreSQL, ``sqlite_books`` on
SQLite only.

A PostgreSQL that is missing fails the test, unless ``RESKONTRA_ALLOW_NO_POSTGRES=1``.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.postgres import NoPostgresError, Server, empty, running_server, shape

from reskontra.adapters.storage.books import SqlBooks
from reskontra.adapters.storage.opening import open_books
from reskontra.adapters.storage.upgrading import upgrade

COMPANY = "ACME"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the tables and no rows."""
    path = tmp_path_factory.mktemp("template") / "books.sqlite"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """Address of empty books in SQLite."""
    path = tmp_path / "books.sqlite"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """One server per test process."""
    try:
        with running_server() as server:
            yield server
    except NoPostgresError as error:
        if os.environ.get("RESKONTRA_ALLOW_NO_POSTGRES") == "1":
            pytest.skip(f"no PostgreSQL: {error}")
        pytest.fail(f"no PostgreSQL (RESKONTRA_ALLOW_NO_POSTGRES=1 lets this pass): {error}")


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Server) -> str:
    """Name of a database with the tables and no rows."""
    url = postgres_server.create()
    upgrade(url)
    return urlsplit(url).path.lstrip("/")


@pytest.fixture(scope="session")
def postgres_pool() -> list[str]:
    """Empty databases that earlier tests have left behind: making one takes a third of a second."""
    return []


@pytest.fixture
def postgres_url(
    postgres_server: Server, postgres_template: str, postgres_pool: list[str]
) -> Iterator[str]:
    """Address of empty books in PostgreSQL."""
    url = postgres_pool.pop() if postgres_pool else postgres_server.create(postgres_template)
    before = shape(url)
    yield url
    if shape(url) == before:
        empty(url)
        postgres_pool.append(url)
    else:
        postgres_server.drop(url)


@pytest.fixture(params=["sqlite", "postgres"])
def books_url(request: pytest.FixtureRequest) -> str:
    """Address of empty books, once per kind of database."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def books(books_url: str) -> SqlBooks:
    """Empty books of the company ``ACME``, once per kind of database."""
    return open_books(books_url, COMPANY)


@pytest.fixture
def sqlite_books(sqlite_url: str) -> SqlBooks:
    """Empty books of the company ``ACME`` in SQLite."""
    return open_books(sqlite_url, COMPANY)
