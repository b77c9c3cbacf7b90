"""Mending what can only be meant in one way: what ``lint --fix`` writes and ``lint --diff`` shows.

A problem that can be mended says what is to stand in place of what it underlines; every other byte
of its file stays.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from reskontra.config.changing import FileChange, copied, write
from reskontra.config.files import text_of
from reskontra.config.lint import Check, lint_workspace
from reskontra.config.strict_yaml import line_starts
from reskontra.config.workspace import find_workspace
from reskontra.engine.errors import Place, Problem


def fixes(path: Path, checks: Sequence[Check], select: str = "") -> Iterator[FileChange]:
    """Every file of the workspace at or above ``path`` that can be mended, before and after.

    ``select``: only findings whose code begins like this. Tried on a copy, again and again: what is
    mended may show what else is wrong.
    """
    root = find_workspace(path)
    with tempfile.TemporaryDirectory() as folder:
        copy = copied(root, Path(folder))
        touched: set[str] = set()
        while new := _fix_once(copy, checks, select):
            touched |= new
        for label in sorted(touched):
            before, after = (text_of(here / label, label) for here in (root, copy))
            yield FileChange(root / label, label, before, after, ())


def _fix_once(root: Path, checks: Sequence[Check], select: str) -> set[str]:
    """Mend what lint finds now; the files that were changed."""
    found: dict[str, dict[Place, Problem]] = {}
    for problem in lint_workspace(root, checks):
        if problem.fix and problem.place and problem.code.startswith(select):
            found.setdefault(problem.place.file, {})[problem.place] = problem
    for label, problems in found.items():
        write(root / label, _mended(text_of(root / label, label), problems.values()))
    return set(found)


def _mended(text: str, problems: Iterable[Problem]) -> str:
    starts = line_starts(text)
    for problem in sorted(problems, key=lambda problem: problem.place or Place(""), reverse=True):
        assert problem.place is not None, "only what stands somewhere is mended"
        at = starts[problem.place.line - 1] + problem.place.column - 1
        text = text[:at] + problem.fix + text[at + problem.width :]
    return text
