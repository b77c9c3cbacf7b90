"""SQL past the program: what somebody with a database tool does to the books."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from reskontra.adapters.storage.upgrading import engine


def run(url: str, *statements: str) -> list[Sequence[Any]]:
    """Run statements in one transaction; the rows of the last one.

    On SQLite the local laws and foreign keys are off, as whoever meddles would turn them off.
    """
    made = engine(url)
    try:
        with made.connect() as connection:
            raw = connection.connection.driver_connection
            if connection.dialect.name == "sqlite":
                assert raw is not None
                raw.execute("PRAGMA ignore_check_constraints = ON")
                raw.execute("PRAGMA foreign_keys = OFF")
            with connection.begin():
                rows: list[Sequence[Any]] = []
                for statement in statements:
                    result = connection.execute(sa.text(statement.replace(":", r"\:")))
                    rows = [tuple(row) for row in result] if result.returns_rows else []
                return rows
    finally:
        made.dispose()


def defenceless(url: str) -> None:
    """Drop every CHECK on PostgreSQL (SQLite can be told to ignore them)."""
    if url.startswith("sqlite"):
        return
    found = run(
        url,
        "SELECT conrelid::regclass::text, conname FROM pg_constraint"
        " WHERE contype IN ('c', 'f') AND connamespace = 'public'::regnamespace ORDER BY 1, 2",
    )
    run(url, *(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"' for table, name in found))
