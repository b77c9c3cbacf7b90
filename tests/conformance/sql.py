"""SQL past the program: what somebody with a database tool does to the books."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import psycopg


def run(url: str, *statements: str) -> list[Sequence[Any]]:
    """Run statements in one transaction; the rows of the last one.

    On SQLite the local laws and foreign keys are off, as whoever meddles would turn them off.
    """
    with closing(_connect(url)) as connection:
        rows: list[Sequence[Any]] = []
        for statement in statements:
            cursor = connection.execute(statement)
            rows = cursor.fetchall() if cursor.description else []
        connection.commit()
        return rows


def _connect(url: str) -> Any:
    """A connection of the driver, without anything of ours between."""
    if not url.startswith("sqlite"):
        return psycopg.connect(url)
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    connection.execute("PRAGMA ignore_check_constraints = ON")
    connection.execute("PRAGMA foreign_keys = OFF")
    return connection


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
