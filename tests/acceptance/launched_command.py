"""Runs ``reskontra`` in a process of its own that races or dies.

``python launched_command.py race COMMAND...`` stops before it takes the lock of the books, says
``ready``, and goes on when a line comes in.

``python launched_command.py kill WORKSPACE DATABASE POINTS SEED COMMAND...`` kills the command
with ``SIGKILL`` at ``POINTS`` seeded places between the first and the last statement of its
transaction, the middle of bulk inserts included. Each attempt finds what the last one left. In
SQLite the command is repeated after every tenth, and then the books are put back; at the end it
is repeated for good. One line of JSON per attempt. (A script of its own, because a test process
that has threads must not fork.)
"""

from __future__ import annotations

import hashlib
import importlib
import io
import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from reskontra.adapters.storage.opening import open_books, open_database
from reskontra.adapters.storage.postgres import PostgresConnection, PostgresDatabase
from reskontra.adapters.storage.sqlite import SqliteConnection, SqliteDatabase
from reskontra.adapters.storage.tables import TABLES
from reskontra.cli.main import run

CONNECTIONS: tuple[type, ...] = (SqliteConnection, PostgresConnection)
DATABASES: tuple[type, ...] = (SqliteDatabase, PostgresDatabase)
HALF = 0.5
SEALS = ("table_seal", "ledger")
CLOCKED = ("at", "actor", "chain")
"""Fields that tell the time of day or who it was; the chain of the audit is made over both."""
IMPORTED = {"reskontra", "polars", "sqlalchemy", "yaml", "jsonschema", "typer", "pydantic"}


def race(command: list[str]) -> int:
    """Everything is read and checked; only the lock of the books is missing."""
    for kind in DATABASES:
        original = kind.writing  # type: ignore[attr-defined]

        def writing(self: Any, company: str, original: Any = original) -> Any:
            sys.stdout.write("ready\n")
            sys.stdout.flush()
            sys.stdin.readline()
            return original(self, company)

        kind.writing = writing  # type: ignore[attr-defined]
    return run(command)


class Statements:
    """Counts statements of the writing transaction; calls ``at`` before each and, for a bulk
    insert, half way through."""

    def __init__(self, at: Callable[[float], None]) -> None:
        self.at = at
        self.number = 0
        self.writing = False

    def watch(self) -> None:
        """Put the counter between the program and the driver."""
        for database in DATABASES:
            database.writing = self._begun(database.writing)  # type: ignore[attr-defined]
        for connection in CONNECTIONS:
            for name in ("execute", "stream", "commit"):
                setattr(connection, name, self._counted(getattr(connection, name)))
            connection.insert = self._inserted(connection.insert)  # type: ignore[attr-defined]

    def _begun(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            connection = original(*arguments)
            self.writing = True
            return connection

        return call

    def _count(self) -> None:
        if self.writing:
            self.number += 1
            self.at(self.number)

    def _counted(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            self._count()
            return original(*arguments)

        return call

    def _inserted(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(connection: Any, table: Any, rows: Any) -> None:
            self._count()
            half = rows.height // 2
            if half:
                original(connection, table, rows.head(half))
                self.half_way()
            original(connection, table, rows.slice(half))

        return call

    def half_way(self) -> None:
        """Some rows of a bulk insert have reached the database."""
        self.at(self.number + HALF)


def child(command: list[str], at: Callable[[float], None], told: int) -> None:
    """Run the command in this process, say how many statements it took, and leave."""
    statements = Statements(at)
    statements.watch()
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(command)
    said = {"code": code, "statements": statements.number, "said": out.getvalue() + err.getvalue()}
    os.write(told, json.dumps(said).encode())
    os._exit(0)


def attempt(command: list[str], at: Callable[[float], None]) -> dict[str, Any]:
    """Run the command in a child; what it said, or that it was killed."""
    read, write = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(read)
        child(command, at, write)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        text = pipe.read()
    _, status = os.waitpid(process, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    return {"killed": killed, **(json.loads(text) if text else {})}


def digest(url: str) -> str:
    """All rows of the books but the times of day, in a few characters."""
    state = hashlib.sha256()
    with open_books(url, "nordljus").read() as reader:
        state.update(str(reader.revision()).encode())
        for kind in TABLES:
            for record in reader.records(kind):
                row = {name: v for name, v in record._asdict().items() if name not in CLOCKED}
                state.update(repr(row).encode())
    return state.hexdigest()[:16]


def stored(url: str) -> str:
    """All that the database holds, seals too: books that are as they were are as sound."""
    connection = open_database(url).reading()
    tables = [table.name for table in TABLES.values()]
    held = [connection.execute(f'SELECT * FROM "{name}"') for name in (*tables, *SEALS)]
    connection.close()
    return repr([sorted(map(repr, rows)) for rows in held])


def kill(arguments: list[str]) -> int:
    """Attempt after attempt, each killed at another place, and one line about each."""
    workspace, database, points, seed, *command = arguments
    os.chdir(workspace)
    books = Path(".reskontra").resolve()
    url = database or f"sqlite:///{books / 'ledger.sqlite'}"
    command = [*(("--db", database) if database else ()), *command]
    kept = Path("kept").resolve()
    shutil.copytree(books, kept)
    before = stored(url)
    for position, place in enumerate(places(command, int(points), int(seed))):
        killed = attempt(command, lambda n, place=place: die(n, place))  # type: ignore[misc]
        report = {"place": place, **killed, "as before": stored(url) == before}
        if not database and position % 10 == 0:
            report |= {"repeated": attempt(command, lambda _: None), "digest": digest(url)}
            shutil.rmtree(books)
            shutil.copytree(kept, books)
        say(report)
    say({"place": 0, **attempt(command, lambda _: None), "digest": digest(url)})
    return 0


def places(command: list[str], points: int, seed: int) -> list[float]:
    """Seeded statements, and middles of bulk inserts, between the first and the last one.

    They are counted by a run that is killed at its last statement, the commit. What that run has
    imported is imported here too, so that the attempts need not do it one by one.
    """
    read, write = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(read)
        rehearse(command, write)
    os.close(write)
    with os.fdopen(read) as pipe:
        *counted, modules = pipe.read().splitlines()
    os.waitpid(process, 0)
    for name in modules.split():
        if name.split(".")[0] in IMPORTED:
            importlib.import_module(name)
    between = [float(number) for number in counted][1:]
    return sorted(random.Random(seed).sample(between, min(points, len(between))))


def rehearse(command: list[str], told: int) -> None:
    """Tell the number of each statement, then what is imported, and die instead of committing."""
    statements = Statements(lambda number: _tell(told, str(number)))
    statements.watch()

    def end(_connection: object) -> None:
        _tell(told, " ".join(sorted(sys.modules)))
        os.kill(os.getpid(), signal.SIGKILL)

    for kind in CONNECTIONS:
        kind.commit = end  # type: ignore[attr-defined]
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        run(command)
    os._exit(1)


def _tell(told: int, line: str) -> None:
    os.write(told, f"{line}\n".encode())


def die(number: float, place: float) -> None:
    """``kill -9`` at the chosen place."""
    if number == place:
        os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(60)


def say(report: dict[str, Any]) -> None:
    """One line of JSON."""
    sys.stdout.write(json.dumps(report) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    kind, *rest = sys.argv[1:]
    sys.exit({"race": race, "kill": kill}[kind](rest))
