"""Bringing a database to the version of this program.

Migrations are Alembic's; they run from the installed package, in one transaction, under a lock,
so that two commands started at once upgrade once and a killed one leaves the old version.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from reskontra.adapters.storage.books import stored_version
from reskontra.adapters.storage.connection import unreachable
from reskontra.adapters.storage.opening import hide_password, open_database

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 0x52_45_53_4B
"""Advisory lock of an upgrade on PostgreSQL."""


def configuration() -> Config:
    """Alembic's configuration: the package's own migrations, no ini file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def head() -> str:
    """The newest version among the migrations."""
    return ScriptDirectory.from_config(configuration()).get_current_head() or ""


def version(url: str) -> str:
    """Version of a database; empty when it holds no books yet.

    Raises:
        ReskontraError: RK713.
    """
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return ""
    database = open_database(url)
    connection = database.reading()
    try:
        with database.errors():
            return stored_version(connection)
    finally:
        connection.close()


def upgrade(url: str) -> str:
    """Bring a database to the newest version, creating file and tables where there are none; the
    version it has then.

    Raises:
        ReskontraError: RK713.
    """
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    config = configuration()
    with _connected(url) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        return MigrationContext.configure(connection).get_current_revision() or ""


def engine(url: str) -> sa.Engine:
    """A SQLAlchemy engine on the database, for migrations and tools; dispose of it after use.

    Raises:
        ReskontraError: RK713 (an address of no kind we know), RK719.
    """
    open_database(url)  # refuses what we cannot read
    if url.startswith("sqlite:///"):
        from reskontra.adapters.storage.sqlite import connect

        path = Path(url.removeprefix("sqlite:///"))
        made = sa.create_engine(
            "sqlite://",
            creator=lambda: connect(path, wait_seconds=30.0, create=True),
            poolclass=sa.NullPool,
        )
        # The driver would begin too late and without the lock.
        sa.event.listen(made, "begin", lambda c: c.exec_driver_sql("BEGIN IMMEDIATE"))
        return made
    from reskontra.adapters.storage.postgres import driver_url

    driver = driver_url(url).replace("postgresql://", "postgresql+psycopg://", 1)
    return sa.create_engine(driver, poolclass=sa.NullPool)


@contextmanager
def _connected(url: str) -> Iterator[sa.Connection]:
    """A connection in one transaction that commits at the end."""
    made = engine(url)
    try:
        with made.begin() as connection:
            yield connection
    except sa.exc.OperationalError as error:
        raise unreachable(hide_password(url), error.orig) from error
    finally:
        made.dispose()
