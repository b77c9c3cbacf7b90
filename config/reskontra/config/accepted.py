"""``lint-accepted.yaml``: warnings that somebody has looked at, so that a new lint can be adopted.

An entry names the code, the file and the key or rule, not the line, which moves. An error cannot be
accepted, and an entry that accepts nothing any more is itself reported.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from reskontra.config import files
from reskontra.config.strict_yaml import Loaded, load
from reskontra.engine.errors import Place, Problem, ReskontraError

FILE = "lint-accepted.yaml"
_HEAD = (
    "# Warnings of lint that somebody has looked at. Delete an entry to see the warning again.\n"
)
STALE = "RK347"
"""An entry that accepts nothing."""
_PLAIN = re.compile(r"[A-Za-z][\w./-]*")
Target = tuple[str, str, str]
"""Code, file and key of a warning."""


@dataclass(frozen=True)
class AcceptedWarnings:
    """The entries of a workspace."""

    root: Path
    loaded: Loaded | None
    problems: tuple[Problem, ...] = ()
    """What is wrong with the file itself; then nothing is accepted."""

    @classmethod
    def of(cls, root: Path) -> AcceptedWarnings:
        """Those of the workspace at ``root``; no file means none."""
        if not (root / FILE).is_file():
            return cls(root, None)
        loaded, problems = files.read(root / FILE, FILE, "lint-accepted", "workspace")
        return cls(root, loaded, tuple(problems))

    def apply(self, found: Sequence[Problem], on: str) -> tuple[list[Problem], int]:
        """What is left of ``found`` on a day (ISO; empty = no entry has ended), with RK347 for an
        entry that accepts nothing and RK348 for one that names an error; and how many are accepted.
        """
        left = [*found, *self.problems]
        accepted = 0
        for index, entry in enumerate(self.entries):
            meant = [problem for problem in left if self._meets(entry, problem)]
            errors = any(problem.is_error for problem in meant)
            ended = bool(on) and entry.get("until", on) < on
            if meant and not errors and not ended:
                left = [problem for problem in left if problem not in meant]
                accepted += len(meant)
            else:
                left.append(self._in_vain(index, entry, errors=errors, ended=ended))
        return left, accepted

    def text_with(self, warnings: Iterable[Problem], reason: str, by: str) -> str:
        """The text of the file with an entry for each warning; raises RK133 when the entries of the
        file are not laid out as a list, one below the other.
        """
        before = files.text_of(self.root / FILE, FILE) if self.loaded else ""
        targets = sorted({self._target(warning) for warning in warnings})
        named = [dict(zip(("code", "file", "key"), target, strict=True)) for target in targets]
        said = [{k: v for k, v in one.items() if v} | {"reason": reason, "by": by} for one in named]
        lines = [
            f"  - {{{', '.join(f'{k}: {_quoted(v)}' for k, v in one.items())}}}" for one in said
        ]
        head = before if self.entries else f"{before or _HEAD}accepted:\n"
        text = "\n".join([head.rstrip("\n"), *lines, ""])
        try:
            after = load(text, FILE).data
        except ReskontraError:
            after = None
        if after != {"accepted": [*self.entries, *said]}:
            help_ = "write each entry on a line of its own: - {code: ..., file: ..., reason: ...}"
            raise ReskontraError.of(
                "RK133", f"{FILE} is laid out in another way", place=Place(FILE), help=help_
            )
        return text

    @property
    def entries(self) -> list[dict[str, Any]]:
        """As they stand in the file; none when the file is wrong."""
        data = self.loaded.data if self.loaded and not self.problems else None
        return (data or {}).get("accepted") or []

    def _in_vain(self, index: int, entry: dict[str, Any], *, errors: bool, ended: bool) -> Problem:
        assert self.loaded is not None, "an entry has a file"
        target = " ".join(str(entry[name]) for name in ("code", "file", "key") if name in entry)
        code, message, help_ = STALE, f"there is no {target} to accept", "delete this entry"
        if errors:
            code, message = "RK348", f"{target} is an error and cannot be accepted"
            help_ = "mend it and delete this entry"
        elif ended:
            message, help_ = (
                f"{target} was accepted until {entry['until']}",
                "mend it, or decide anew",
            )
        problem = self.loaded.problem(code, message, ("accepted", index), help=help_)
        return problem if errors else replace(problem, severity="warning")

    def _meets(self, entry: dict[str, Any], problem: Problem) -> bool:
        file = problem.place.file if problem.place else ""
        if problem.code != entry["code"] or file != entry.get("file", ""):
            return False
        wanted, key = entry.get("key", ""), self._target(problem)[2]
        return not wanted or key == wanted or key.startswith(f"{wanted}.")

    def _target(self, problem: Problem) -> Target:
        place = problem.place
        if place is None:
            return problem.code, "", ""
        return problem.code, place.file, self._key(place) if place.line else ""

    def _key(self, place: Place) -> str:
        """The key at a place, items of lists by their ids; empty when the file is not readable."""
        if place.file not in self._read:
            try:
                text = files.text_of(self.root / place.file, place.file)
                self._read[place.file] = load(text, place.file)
            except ReskontraError:
                self._read[place.file] = None
        loaded = self._read[place.file]
        return key_at(loaded, place) if loaded else ""

    @cached_property
    def _read(self) -> dict[str, Loaded | None]:
        return {}


def key_at(loaded: Loaded, place: Place) -> str:
    r"""The key or value that begins at ``place``, or the last one before it.

    >>> key_at(load("rules:\n  - id: fee\n    when: {}\n", "x"), Place("x", 3, 5))
    'rules.fee.when'
    """
    spots = [
        ((spot.line, spot.column), len(path), path)
        for spots in (loaded.keys, loaded.values)
        for path, spot in spots.items()
        if (spot.line, spot.column) <= (place.line, place.column or 1)
    ]
    _, _, path = max(spots, key=lambda spot: spot[:2], default=((0, 0), 0, ()))
    node, names = loaded.data, list[str]()
    for part in path:
        node = node[part]
        item = isinstance(part, int) and isinstance(node, dict)
        names.append(str(node.get("id", part) if item else part))
    return ".".join(names[:-1] if names[-1:] == ["id"] else names)


def _quoted(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
