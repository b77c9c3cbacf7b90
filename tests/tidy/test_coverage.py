"""The page of coverage names every row, and only commands, keys and tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs/reference"
NOTHING = ("not built", "left out")

Row = tuple[str, str, str]
"""Id, where, test."""


def rows() -> list[Row]:
    page = (ROOT / "docs/coverage.md").read_text("utf-8")
    found = re.findall(r"(?m)^\| (S\d-\d\d) \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", page)
    return [(ident, where, test) for ident, where, test in found]


ROWS = rows()


def keys() -> set[str]:
    """Every key of the reference, without the places of items."""
    pages = "".join(page.read_text("utf-8") for page in REFERENCE.glob("*.md"))
    return {re.sub(r"\.<id>|\[\]", "", key) for key in re.findall(r"`([a-z_]+[.\[][^` ]+)`", pages)}


def test_every_row_stands_once() -> None:
    wanted = [f"S2-{n:02}" for n in (*range(1, 48), 76, 77)] + [f"S4-{n:02}" for n in range(1, 94)]
    assert [ident for ident, _, _ in ROWS] == wanted


def test_commands_and_keys_exist() -> None:
    commands = (REFERENCE / "commands.md").read_text("utf-8")
    known = keys()
    for ident, where, _ in ROWS:
        for said in re.findall(r"`([^`]+)`", where):
            if said.startswith("reskontra "):
                command = re.sub(r" (--|[A-Z]).*", "", said)
                assert f"`{command}`" in commands, f"{ident}: {said}"
            elif "." in said:
                assert said in known, f"{ident}: {said}"


def test_tests_exist() -> None:
    for ident, where, said in ROWS:
        if said == "–":
            assert where.startswith(NOTHING), f"{ident}: what is built has a test"
            continue
        path, _, name = said.strip("`").partition("::")
        assert (ROOT / "tests" / path).is_file(), f"{ident}: {path}"
        assert not name or f"def {name}(" in (ROOT / "tests" / path).read_text("utf-8"), said
