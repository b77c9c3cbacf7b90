"""Addresses, and what is said when there is no database behind one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from reskontra.adapters.storage.opening import open_books, open_database
from reskontra.adapters.storage.upgrading import upgrade, version
from reskontra.engine.errors import ReskontraError


def problem_of(url: str) -> tuple[str, str]:
    with pytest.raises(ReskontraError) as error, open_books(url, "ACME").read():
        pass
    (problem,) = error.value.problems
    assert problem.help
    return problem.code, problem.message


@pytest.mark.parametrize("url", ["mysql://u:secret@db/ar", "books.sqlite", "", "sqlite://"])
def test_an_address_of_no_kind_we_know(url: str) -> None:
    code, message = problem_of(url)
    assert code == "RK713"
    assert "expected sqlite:///FILE or postgresql://USER@HOST/NAME" in message
    assert "secret" not in message
    with pytest.raises(ReskontraError, match="RK713"):
        upgrade(url)


def test_a_file_that_does_not_exist_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "none.sqlite"
    code, message = problem_of(f"sqlite:///{path}")
    assert code == "RK713"
    assert str(path) in message
    assert version(f"sqlite:///{path}") == ""
    assert not path.exists()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "text.sqlite"
    path.write_text("no database at all, only words " * 100)
    assert problem_of(f"sqlite:///{path}")[0] == "RK713"


def test_a_file_name_with_special_characters(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'år 2026 100% #1?.sqlite'}"
    upgrade(url)
    with open_books(url, "ACME").read() as reader:
        assert reader.revision() == 0


def test_a_server_that_does_not_answer() -> None:
    code, message = problem_of("postgresql://clerk:secret@/ar?host=/nonexistent")
    assert code == "RK713"
    assert "secret" not in message


def test_the_driver_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "reskontra.adapters.storage.postgres", raising=False)
    with pytest.raises(ReskontraError, match="RK719") as error:
        open_database("postgresql+psycopg://clerk@db/ar")
    assert "pip install 'reskontra[postgres]'" in error.value.problems[0].help


def test_nothing_heavy_is_imported_before_it_is_used() -> None:
    """SQLAlchemy alone would add a third of a second to every command."""
    code = (
        "import sys, reskontra.adapters.storage as s\n"
        "assert not {'sqlalchemy', 'polars', 'alembic', 'psycopg'} & set(sys.modules)\n"
        "s.open_books('sqlite:///x', 'A')\n"
        "assert not {'sqlalchemy', 'alembic', 'psycopg'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
