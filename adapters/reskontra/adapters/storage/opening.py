"""Where the books are, and how to open them.

An address is a URL: ``sqlite:///path/to/file`` (three slashes and a relative path, four and an
absolute one) or ``postgresql://user@host/name``, also written ``postgresql+psycopg://``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from reskontra.engine.errors import ReskontraError

if TYPE_CHECKING:
    from reskontra.adapters.storage.books import SqlBooks
    from reskontra.adapters.storage.connection import Database


def open_database(url: str, *, wait_seconds: float = 30.0) -> Database:
    """The database behind an address; it is not contacted yet.

    Raises:
        ReskontraError: RK713, the address is of no kind we know; RK719, the PostgreSQL driver
            is not installed.
    """
    if url.startswith("sqlite:///"):
        from reskontra.adapters.storage.sqlite import SqliteDatabase

        return SqliteDatabase(Path(url.removeprefix("sqlite:///")), wait_seconds=wait_seconds)
    if re.match(r"postgres(ql)?(\+psycopg)?://", url):
        return _postgres(url, wait_seconds)
    from reskontra.adapters.storage.connection import unreachable

    raise unreachable(hide_password(url), "expected sqlite:///FILE or postgresql://USER@HOST/NAME")


def open_books(url: str, company: str, *, wait_seconds: float = 30.0) -> SqlBooks:
    """The books of a company.

    Raises:
        ReskontraError: see ``open_database``.
    """
    from reskontra.adapters.storage.books import SqlBooks

    return SqlBooks(open_database(url, wait_seconds=wait_seconds), company)


def hide_password(url: str) -> str:
    """The address as it may be printed.

    >>> hide_password("postgresql://clerk:secret@db/ar")
    'postgresql://clerk:***@db/ar'
    """
    return re.sub(r"(://[^:@/]*):[^@]*@", r"\1:***@", url)


def _postgres(url: str, wait_seconds: float) -> Database:
    """A PostgreSQL database, if its driver is installed."""
    try:
        from reskontra.adapters.storage.postgres import PostgresDatabase
    except ImportError as error:
        raise ReskontraError.of(
            "RK719",
            f"PostgreSQL needs the driver psycopg, which is not installed ({error})",
            help="Install it: pip install 'reskontra[postgres]'.",
        ) from error
    return PostgresDatabase(url, wait_seconds=wait_seconds)
