"""``kill -9`` anywhere in a transaction leaves all of it or nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conformance import killed_writer

from reskontra.adapters.storage.opening import open_books

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("kind", "place"), [("sqlite", 1), ("postgres", 2)])
def test_killed_between_statements(kind: str, place: int, request: pytest.FixtureRequest) -> None:
    """Each database at places of its own, three statements apart."""
    books_url = str(request.getfixturevalue(f"{kind}_url"))
    path = [str(ROOT), *(str(ROOT / part) for part in ("engine", "rules", "config", "adapters"))]
    done = subprocess.run(
        [sys.executable, killed_writer.__file__, books_url, str(place)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    first, *attempts, last = [line.rsplit(" ", 3) for line in done.stdout.splitlines()]
    _, revision, before, _ = first
    assert len(attempts) >= 20
    assert {tuple(attempt) for attempt in attempts} == {("killed", revision, before, "0")}
    assert last[0] == "exit 0"
    assert last[1] == "2"
    assert last[3] == "0"
    assert last[2] != before
    books = open_books(books_url, "ACME")
    assert killed_writer.digest(books) == last[2]


def test_the_interrupted_books_equal_undisturbed_ones(sqlite_url: str, postgres_url: str) -> None:
    """The same work gives the same rows on both databases."""
    digests = set()
    for url in (sqlite_url, postgres_url):
        books = open_books(url, "ACME")
        killed_writer.begin(books)
        killed_writer.write(books)
        digests.add(killed_writer.digest(books))
    assert len(digests) == 1
