"""What a linter cannot see: sizes, banned words, pages for every code, help for every command, a
true ARCHITECTURE.md."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("engine", "rules", "config", "adapters", "cli")
MAX_FILE_LINES, MAX_FUNCTION_LINES = 500, 70
BANNED_MODULES = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
BANNED_WORDS = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError|breakpoint)\b")
CODE = re.compile(r"\bRK\d{3}\b")


def source_files() -> list[Path]:
    return sorted(
        path
        for folder in SOURCES
        for path in (ROOT / folder).rglob("*.py")
        if "__pycache__" not in path.parts
    )


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tracked() -> list[str]:
    try:
        listed = subprocess.run(
            ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout: tracked files cannot be listed")
    return listed.stdout.splitlines()


@pytest.mark.parametrize("path", source_files(), ids=relative)
def test_files_and_functions_fit(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MAX_FILE_LINES, "more than one thing lives in this file"
    too_long = [
        f"{node.name} ({node.end_lineno - node.lineno + 1} lines)"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= MAX_FUNCTION_LINES
    ]
    assert not too_long
    assert not BANNED_WORDS.search(text)
    assert path.stem not in BANNED_MODULES


def test_every_portion_is_typed_and_none_hides_the_others() -> None:
    for folder in SOURCES:
        portion = ROOT / folder / "reskontra"
        assert not (portion / "__init__.py").exists(), f"{folder}: breaks the other portions"
        assert (portion / folder / "py.typed").exists()


def engine_calls() -> Iterator[tuple[str, int, str]]:
    for path in sorted((ROOT / "engine").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield relative(path), node.lineno, node.func.id


def test_the_engine_neither_rounds_floats_nor_prints_nor_opens_files() -> None:
    allowed = {
        "engine/reskontra/engine/matching/relevance.py"
    }  # erfc, fixed in a table of integers
    found = [
        (file, line, name)
        for file, line, name in engine_calls()
        if name in {"float", "round", "print", "open", "input"} and file not in allowed
    ]
    assert not found


def test_every_error_code_in_the_sources_has_a_page() -> None:
    pages = {path.stem for path in (ROOT / "config/reskontra/config/errors").glob("RK*.md")}
    used = {
        code: relative(path)
        for path in source_files()
        for code in CODE.findall(path.read_text(encoding="utf-8"))
    }
    missing = {code: file for code, file in sorted(used.items()) if code not in pages}
    assert not missing
    assert not sorted(pages - set(used)), "pages of codes that nothing uses"


def test_architecture_names_every_room() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = {
        relative(path)
        for folder in SOURCES
        for path in (ROOT / folder / "reskontra" / folder).rglob("*")
        if path.is_dir() and any(path.glob("*.py"))
    }
    named = set(re.findall(r"`((?:engine|rules|config|adapters|cli)/[a-z0-9_/]+)`", text))
    assert not sorted(rooms - named), "rooms that ARCHITECTURE.md does not name"
    assert not sorted(name for name in named if not (ROOT / name).exists()), "rooms that are gone"


def test_the_lock_names_no_place() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    assert "--find-links" not in text
    assert not re.search(r"^\s*/|file:", text, re.MULTILINE)


def test_no_machine_path_and_no_large_file_is_tracked() -> None:
    for name in tracked():
        path = ROOT / name
        if not path.is_file():
            continue
        assert path.stat().st_size <= 400_000, f"{name}: generate it instead"
        if path.suffix in {".py", ".yaml", ".toml", ".sh"}:
            text = path.read_text(encoding="utf-8", errors="replace")
            assert not re.search(r"/(?:work|farm|root)/\w", text), name


def test_every_command_has_help_with_an_example() -> None:
    from reskontra.cli.main import program

    def walk(group: Any, prefix: str) -> Iterator[tuple[str, Any]]:
        for name, command in group.commands.items():
            yield f"{prefix} {name}", command
            if hasattr(command, "commands"):
                yield from walk(command, f"{prefix} {name}")

    commands = list(walk(program(), "reskontra"))
    texts = [(name, found.help) for name, found in commands if not hasattr(found, "commands")]
    assert [name for name, text in texts if "\n\nExample: " not in text] == []
    broken = [name for name, found in commands if re.search(r"[^\n]\n[^\n]", found.help)]
    assert not broken, "paragraphs flow"
    silent = [f"{name} {p.name}" for name, found in commands for p in found.params if not p.help]
    assert not silent, "every argument and option says what it is"
    eaten = [name for name, text in texts if "[" in text]
    assert not eaten, "square brackets are markup: the help would not show them"
