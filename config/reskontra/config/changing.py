"""Setting one key in a file of a layer: tried on a copy of the workspace, then written whole."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from reskontra.config.editing import with_value
from reskontra.config.files import text_of
from reskontra.config.lint import Check, lint_workspace
from reskontra.config.schemas import MERGE_WORDS, SECTIONS, Schema, child, schema
from reskontra.config.strict_yaml import scalar
from reskontra.config.validation import did_you_mean
from reskontra.config.workspace import Workspace
from reskontra.engine.errors import Exit, Problem, ReskontraError

_SPECIAL = re.compile(r"[\[\]{},:#&*!|>'\"%@`?\\]|^\s|\s$|^-|^$")
"""What can mean something in YAML besides itself."""

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file before and after; nothing is written yet."""

    path: Path
    label: str
    before: str
    after: str
    warnings: tuple[Problem, ...]
    """What lint would newly warn of."""

    def write(self) -> None:
        """Put the new file in the place of the old one, whole or not at all."""
        write(self.path, self.after)


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all, with the mark and the permissions that it had."""
    path.parent.mkdir(parents=True, exist_ok=True)
    old = path.read_bytes() if path.exists() else b""
    partial = path.with_name(f"{path.name}.partial")
    partial.write_bytes((_BOM if old.startswith(_BOM) else b"") + text.encode())
    if old:
        shutil.copymode(path, partial)
    partial.replace(path)


def change(
    workspace: Workspace, folder: Path, key: str, value: str, checks: Sequence[Check] = ()
) -> FileChange:
    """``key`` set to ``value`` in the file of ``folder`` (a layer) that holds its section.

    Raises ``ReskontraError``: RK101 for an unknown key, RK133 when the file cannot be edited in
    place, and every error that lint would newly find in the workspace.
    """
    parts = tuple(key.split("."))
    node = _node(parts)
    path = folder / f"{parts[0]}.yaml"
    label = workspace.label(path)
    before = text_of(path, label) if path.exists() else ""
    after = with_value(before, label, parts, _written(value, node), schema(parts[0]))
    new = would_say(workspace.path, lambda root: write(root / label, after), checks)
    return FileChange(path, label, before, after, new)


def _node(parts: tuple[str, ...]) -> Schema:
    """The schema of a key; RK101 when there is none. Below a free map everything is a key."""
    known: Sequence[str] = SECTIONS
    if parts[0] in known:
        node: Schema | None = schema(parts[0])
        for index, part in enumerate(parts):
            known = sorted((node or {}).get("properties", {}).keys() - MERGE_WORDS)
            node = child(node or {}, part)
            if node is None and known:
                raise _unknown(".".join(parts[: index + 1]), part, known)
        return node or {}
    raise _unknown(parts[0], parts[0], known)


def _unknown(key: str, part: str, known: Sequence[str]) -> ReskontraError:
    message = f"unknown key '{key}'{did_you_mean(part, known)}"
    help_ = f"known keys here: {', '.join(known)}"
    return ReskontraError.of("RK101", message, help=help_, exit_code=Exit.USAGE)


def _written(value: str, node: Schema) -> str:
    """The value as YAML: text that would be read as something else is put in quotes."""
    types = {*([node.get("type")] if isinstance(node.get("type"), str) else node.get("type", ()))}
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    if "string" not in types or types & {"array", "object"} or quoted:
        return value
    other = types == {"string"} and scalar(value) != value
    return json.dumps(value, ensure_ascii=False) if other or _SPECIAL.search(value) else value


def would_say(
    root: Path, edit: Callable[[Path], object], checks: Sequence[Check]
) -> tuple[Problem, ...]:
    """What lint would newly warn of after ``edit``; raises what it would newly call an error.

    Tried on a copy of the workspace at ``root``; ``edit`` is given the copy.
    """
    with tempfile.TemporaryDirectory() as folder:
        tried = copied(root, Path(folder))
        known = {_identity(problem) for problem in lint_workspace(tried, checks)}
        edit(tried)
        found = lint_workspace(tried, checks)
    new = tuple(problem for problem in found if _identity(problem) not in known)
    errors = tuple(problem for problem in new if problem.is_error)
    if errors:
        raise ReskontraError(errors)
    return new


def copied(root: Path, into: Path) -> Path:
    """A copy of the configuration of the workspace at ``root``, in a new folder below ``into``."""
    copy = into / "workspace"
    shutil.copytree(root, copy, ignore=_not_configuration, ignore_dangling_symlinks=True)
    return copy


def _identity(problem: Problem) -> tuple[str, str, str]:
    """A problem whatever line it stands in now."""
    return problem.code, problem.place.file if problem.place else "", problem.message


def _not_configuration(folder: str, names: list[str]) -> list[str]:
    """Databases, bank files and hidden folders are not copied."""
    return [
        name
        for name in names
        if name.startswith(".")
        or not (name.endswith((".yaml", ".yml", ".lock")) or (Path(folder) / name).is_dir())
    ]
