"""Problems as people read them: place, code, the source line with a caret, what to do.

Formats: ``text``, ``json`` (one document), ``github`` (annotations of a workflow run). Colour only
on a
terminal and without ``NO_COLOR``.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from reskontra.engine.errors import Problem

FORMATS = ("text", "json", "github")

_RED, _YELLOW, _CYAN, _RESET = "\033[31m", "\033[33m", "\033[36m", "\033[0m"
_LONGEST = 120
"""Source lines are cut to this many characters around the caret."""


def print_problems(
    problems: Sequence[Problem], *, output_format: str = "text", stream: TextIO | None = None
) -> None:
    """Print all problems to ``stream``; without one, text is a note beside the data (standard
    error) and json is the data.
    """
    out = stream or (sys.stdout if output_format == "json" else sys.stderr)
    if output_format == "json":
        listed = [as_json(problem) for problem in problems]
        document = {"format_version": 1, "problems": listed}
        out.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    elif output_format == "github":
        out.writelines(_github(problem) for problem in problems)
    else:
        colour = out.isatty() and "NO_COLOR" not in os.environ
        out.writelines(text_of(problem, colour=colour) for problem in problems)


def text_of(problem: Problem, *, colour: bool = False) -> str:
    """One problem as text, ending in a line break.

    >>> from reskontra.engine.errors import Place, Problem
    >>> place = Place("matching.yaml", 3, 3)
    >>> problem = Problem("RK101", "unknown key 'x'", place, "drop it", excerpt="  x: 1")
    >>> print(text_of(problem), end="")
    matching.yaml:3:3: RK101 unknown key 'x'
      3 |   x: 1
        |   ^
      help: drop it
    """
    paint = _RED if problem.is_error else _YELLOW
    code = f"{paint}{problem.code}{_RESET}" if colour else problem.code
    kind = "" if problem.is_error else "warning: "
    where = f"{problem.place}: " if problem.place else ""
    lines = [f"{where}{code} {kind}{problem.message}"]
    if problem.excerpt and problem.place and problem.place.line:
        lines += _frame(problem)
    if problem.help:
        label = f"{_CYAN}help:{_RESET}" if colour else "help:"
        lines.append(f"  {label} {problem.help}")
    return "\n".join(lines) + "\n"


def as_json(problem: Problem) -> dict[str, object]:
    """One problem for machines."""
    place = problem.place
    return {
        "code": problem.code,
        "severity": problem.severity,
        "file": place.file if place else None,
        "line": (place.line or None) if place else None,
        "column": (place.column or None) if place else None,
        "message": problem.message,
        "help": problem.help or None,
        "fix": problem.fix or None,
    }


def _frame(problem: Problem) -> list[str]:
    """The source line and a line of carets below the offending part."""
    assert problem.place is not None
    line, start = problem.place.line, max(problem.place.column - 1, 0)
    text = problem.excerpt.expandtabs(1)
    cut = max(0, start - _LONGEST // 2) if len(text) > _LONGEST else 0
    shown = ("…" if cut else "") + text[cut : cut + _LONGEST]
    offset = start - cut + (1 if cut else 0)
    carets = "^" * max(1, min(problem.width, len(shown) - offset))
    number = str(line)
    return [f"  {number} | {shown}", f"  {' ' * len(number)} | {' ' * offset}{carets}"]


def _github(problem: Problem) -> str:
    """A workflow command, with the characters escaped that would end it."""
    level = "error" if problem.is_error else "warning"
    where = []
    if problem.place:
        where.append(f"file={_escape(problem.place.file, property_=True)}")
        if problem.place.line:
            where.append(f"line={problem.place.line},col={problem.place.column}")
    where.append(f"title={problem.code}")
    message = problem.message + (f"\n{problem.help}" if problem.help else "")
    return f"::{level} {','.join(where)}::{_escape(message)}\n"


def _escape(text: str, *, property_: bool = False) -> str:
    """Escape as the runner expects; values of properties also lose ``:`` and ``,``."""
    for character in "%\r\n" + (":," if property_ else ""):
        text = text.replace(character, f"%{ord(character):02X}")
    return text
