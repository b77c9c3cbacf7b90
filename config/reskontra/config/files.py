"""Reading configuration files: bytes to text, text to data, data against its schema.

Files that ship with the product are read once per process. A file that cannot be read gives
problems, not an exception, so that ``lint`` can go on to the next one.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from reskontra.config.schemas import ROOM, SECTIONS
from reskontra.config.strict_yaml import Loaded, load
from reskontra.config.validation import closest, did_you_mean, validate
from reskontra.engine.errors import Place, Problem, ReskontraError

FOLDERS = ("rules", "branches", "dialects")
"""Folders of a layer that are read."""


def text_of(path: Path, label: str) -> str:
    """The text of a file; raises RK109 (not UTF-8) or RK119 (cannot be read)."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ReskontraError.of(
            "RK119", f"cannot be read: {error.strerror}", place=Place(label)
        ) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = error.start - (before.rfind(b"\n") + 1) + 1
        raise ReskontraError.of(
            "RK109",
            f"byte 0x{data[error.start]:02X} is not UTF-8",
            place=Place(label, before.count(b"\n") + 1, column),
            help="save the file as UTF-8 (it looks like Latin-1 or Windows-1252)",
        ) from error


def read(path: Path, label: str, kind: str, layer: str) -> tuple[Loaded | None, list[Problem]]:
    """A file and the problems of its syntax and schema; ``None`` when it is not YAML at all."""
    try:
        loaded = load(text_of(path, label), label)
    except ReskontraError as error:
        return None, list(error.problems)
    return loaded, validate(loaded, kind, layer)


@lru_cache
def _shipped(folder: str, layer: str) -> tuple[Loaded, ...]:
    """The shipped files of one folder; a problem in them is our fault."""
    found = []
    for path in sorted((ROOM / folder).glob("*.yaml")):
        loaded, problems = read(path, f"{folder}/{path.name}", path.stem, layer)
        if loaded is None or problems:
            raise ReskontraError(tuple(problems))
        found.append(loaded)
    return tuple(found)


def defaults() -> tuple[Loaded, ...]:
    """The built-in defaults."""
    return _shipped("defaults", "default")


def country(code: str) -> tuple[Loaded, ...]:
    """The files of a country (``SE``), empty for one that has none."""
    return _shipped(f"countries/{code.lower()}", "country")


def layer_files(
    folder: Path, prefix: str, layer: str, kinds: tuple[str, ...] = SECTIONS
) -> tuple[list[Loaded], list[Problem]]:
    """All files of one layer in a folder (none when it does not exist).

    A name that is no kind of file is RK120. Files with schema problems are not returned.
    """
    good: list[Loaded] = []
    problems: list[Problem] = []
    if not folder.is_dir():
        return good, problems
    for path in sorted(folder.iterdir()):
        label = f"{prefix}{path.name}"
        if path.is_dir():
            problems += _unread_folder(path, label)
        if path.is_dir() or path.suffix not in {".yaml", ".yml"}:
            continue
        if path.suffix == ".yml" or path.stem not in kinds:
            problems.append(_unknown_file(path, label, kinds))
            continue
        loaded, found = read(path, label, path.stem, layer)
        problems += found
        if loaded is not None and not found:
            good.append(loaded)
    return good, problems


def _unknown_file(path: Path, label: str, kinds: tuple[str, ...]) -> Problem:
    """RK120 for a file that nobody would read."""
    if path.suffix == ".yml" and path.stem in kinds:
        message, help_ = "files here end in .yaml", f"rename it to {path.stem}.yaml"
    else:
        message = f"unknown file '{path.name}'{did_you_mean(path.stem, kinds)}"
        help_ = f"files read here: {', '.join(f'{kind}.yaml' for kind in kinds)}"
    return Problem("RK120", message, Place(label), help_)


def _unread_folder(path: Path, label: str) -> list[Problem]:
    """RK120 for a folder with YAML that nobody would read."""
    if path.name in FOLDERS or not any(path.glob("*.y*ml")):
        return []
    message = f"unknown folder '{path.name}'{did_you_mean(path.name, FOLDERS)}"
    return [Problem("RK120", message, Place(label), f"folders read here: {', '.join(FOLDERS)}")]


def misspelt(root: Path, names: tuple[str, ...]) -> list[Problem]:
    """RK120 for files of the workspace that are nearly called like one of ``names``."""
    found = []
    for path in sorted(root.iterdir()):
        near = closest(path.stem, names) if path.suffix in {".yaml", ".yml"} else ""
        if near and path.is_file() and path.name != f"{near}.yaml":
            message = f"unknown file '{path.name}' — did you mean '{near}.yaml'?"
            found.append(Problem("RK120", message, Place(path.name)))
    return found


TESTS = ".test.yaml"
"""Ending of the files that hold tests of rules, beside the rules."""


def rule_texts(folder: Path, prefix: str) -> list[tuple[str, str]]:
    """Name and text of the rule files and test files in ``folder``, sorted by name; raises like
    ``text_of``.
    """
    if not folder.is_dir():
        return []
    paths = sorted(path for path in folder.iterdir() if path.suffix in {".yaml", ".yml"})
    return [(f"{prefix}{path.name}", text_of(path, f"{prefix}{path.name}")) for path in paths]
