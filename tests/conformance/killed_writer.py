"""Writes to the books in a process that is killed before its first statement, its fourth, ...

``python killed_writer.py URL FIRST`` prints one line per attempt, which is killed before statement
``FIRST`` or one of every third from there: the revision found afterwards, a digest of all rows, and
how much was tampered with. The last attempt is not killed. (A script of its own, because a test
process that has threads must not fork.)
"""

from __future__ import annotations

import hashlib
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.sample_rows import invoice, rows

from reskontra.adapters.storage.books import SqlBooks
from reskontra.adapters.storage.opening import open_books
from reskontra.adapters.storage.postgres import PostgresConnection
from reskontra.adapters.storage.sqlite import SqliteConnection
from reskontra.adapters.storage.tables import TABLES
from reskontra.engine.ledger.records import PROJECTIONS, Document, OpenItem


def digest(books: SqlBooks) -> str:
    """All rows of the books in a few characters."""
    state = hashlib.sha256()
    with books.read() as reader:
        for kind in TABLES:
            state.update(repr([tuple(record) for record in reader.records(kind)]).encode())
    return state.hexdigest()[:16]


def begin(books: SqlBooks) -> None:
    """What the books hold before."""
    with books.write() as writer:
        writer.append(rows()[Document])
        writer.append(rows()[OpenItem])


def write(books: SqlBooks) -> None:
    """What the process tries: rows of every kind, more than a buffer holds, and a replacement."""
    with books.write(expected_revision=1) as writer:
        for kind, records in rows().items():
            if kind is not Document and kind not in PROJECTIONS:
                writer.append(records)
        writer.append([invoice(i) for i in range(4, 3000)])
        writer.replace([OpenItem("ACME", i, 1, "invoice", "SEK", i) for i in range(1, 3000)])
        writer.remove(OpenItem, [1])


def kill_before(number: int) -> None:
    """Kill this process before its ``number``-th statement."""
    count = 0

    def counted(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            nonlocal count
            count += 1
            if count == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return original(*arguments)

        return call

    for kind in (SqliteConnection, PostgresConnection):
        for name in ("execute", "insert", "commit"):
            setattr(kind, name, counted(getattr(kind, name)))


def report(event: str, books: SqlBooks) -> None:
    """Event, revision, digest and number of findings."""
    with books.read() as reader:
        revision = reader.revision()
    sys.stdout.write(f"{event} {revision} {digest(books)} {len(books.tampering())}\n")
    sys.stdout.flush()


def forked(work: Callable[[], None]) -> int:
    """How a child process that does this work ends. Every step has a process of its own: one that
    has worked with frames has threads, and must not fork.
    """
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    return os.waitpid(child, 0)[1]


STEP = 3
"""Statements from one place to the next: the first, the fourth, ..."""


def main(url: str, first: int) -> None:
    books = open_books(url, "ACME", wait_seconds=10)

    def attempt(number: int) -> None:
        kill_before(number)
        write(books)

    forked(lambda: begin(books))
    forked(lambda: report("before", books))
    number = first
    killed = True
    while killed:
        status = forked(partial(attempt, number))
        killed = os.WIFSIGNALED(status)
        event = "killed" if killed else f"exit {os.WEXITSTATUS(status)}"
        forked(partial(report, event, books))
        number += STEP


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
