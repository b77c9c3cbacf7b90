"""The books of one company in a database: SQLite by default, PostgreSQL as a server.

Reading gives a consistent snapshot; writing is one transaction under the company's lock that
either commits as a whole, with its seals and the next revision, or leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from reskontra.adapters.storage.connection import Connection, Database
from reskontra.adapters.storage.reader import SqlReader
from reskontra.adapters.storage.tampering import tampering
from reskontra.adapters.storage.writer import SqlWriter
from reskontra.engine.errors import Exit, Problem, ReskontraError

HEAD = "0001"
"""Version of the schema that this program reads and writes (newest migration)."""


class SqlBooks:
    """One company's books in a database."""

    def __init__(self, database: Database, company: str) -> None:
        self.company = company
        self._database = database

    def role(self) -> str:
        """Who the database says is connected; empty where it knows no users."""
        return self._database.role()

    @contextmanager
    def read(self) -> Iterator[SqlReader]:
        """A consistent snapshot.

        Raises:
            ReskontraError: RK712, RK713.
        """
        connection = self._database.reading()
        try:
            with self._database.errors():
                require_version(connection)
                yield SqlReader(connection, self.company)
        finally:
            connection.close()

    @contextmanager
    def write(self, *, expected_revision: int | None = None) -> Iterator[SqlWriter]:
        """One transaction under the company's lock.

        Raises:
            ReskontraError: RK710 (the books have moved), RK711 (locked by another process),
                RK712, RK713, RK714 (a record breaks a law of its table).
        """
        connection = self._database.writing(self.company)
        try:
            with self._database.errors():
                require_version(connection)
                writer = SqlWriter(connection, self.company, self._database.errors)
                if expected_revision is not None:
                    _require_revision(writer.revision(), expected_revision)
                yield writer
                writer.seal()
                connection.commit()
        finally:
            connection.close()

    def tampering(self) -> list[Problem]:
        """What was changed, deleted or added past the program, see ``storage.tampering``.

        Raises:
            ReskontraError: RK712, RK713.
        """
        connection = self._database.reading()
        try:
            with self._database.errors():
                require_version(connection)
                return tampering(connection, self.company)
        finally:
            connection.close()


def stored_version(connection: Connection) -> str:
    """Version of the schema in a database; empty when it holds no books."""
    try:
        with connection.apart():
            rows = connection.execute('SELECT "version_num" FROM "alembic_version"')
    except connection.failures():
        return ""
    return str(rows[0][0]) if rows else ""


def require_version(connection: Connection) -> None:
    """Refuse a database whose schema is not the one of this program.

    Raises:
        ReskontraError: RK712.
    """
    found = stored_version(connection)
    if found == HEAD:
        return
    if found > HEAD:
        message = f"the database has version {found}, made by a newer program; this one reads"
        remedy = "Use the newer program."
    else:
        message = f"the database has version {found or 'none'}; this program reads"
        remedy = "Make a copy of the database, then run `reskontra db upgrade`."
    raise ReskontraError.of("RK712", f"{message} version {HEAD}", help=remedy)


def _require_revision(found: int, expected: int) -> None:
    """Refuse to write on books that have moved.

    Raises:
        ReskontraError: RK710.
    """
    if found != expected:
        raise ReskontraError.of(
            "RK710",
            f"the books have moved: they stand at revision {found}, the plan was made at"
            f" revision {expected}; nothing was written",
            help="Make a new plan and look at it again.",
            exit_code=Exit.MOVED,
        )
