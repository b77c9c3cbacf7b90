"""What is wrong with one file, collected to its end: every error and warning with its line.

A file whose every line has the same fault gives a few findings of that kind and one that counts the
rest, so that a receipt stays readable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import inf

from reskontra.engine.errors import Place, Problem, ReskontraError, Severity

PER_CODE = 20
"""So many findings of one code are listed; the others are counted."""


class Findings:
    """Problems of one file."""

    __slots__ = ("_counts", "_problems", "file")

    def __init__(self, file: str) -> None:
        self.file = file
        self._problems: list[Problem] = []
        self._counts: Counter[tuple[str, Severity]] = Counter()

    def error(
        self,
        code: str,
        message: str,
        line: int = 0,
        *,
        column: int = 0,
        width: int = 1,
        excerpt: str = "",
        help: str = "",  # noqa: A002
    ) -> None:
        """A finding that refuses the whole file; ``line`` and ``column`` are 1-based, 0 = all."""
        self._add(
            Problem(code, message, Place(self.file, line, column), help, "error", excerpt, width)
        )

    def warn(
        self,
        code: str,
        message: str,
        line: int = 0,
        *,
        help: str = "",  # noqa: A002
        excerpt: str = "",
    ) -> None:
        """A finding that goes into the receipt."""
        self._add(Problem(code, message, Place(self.file, line), help, "warning", excerpt))

    def include(self, problems: Iterable[Problem]) -> None:
        """What somebody else found in the same file, beside the own findings."""
        for problem in problems:
            self._add(problem)

    def _add(self, problem: Problem) -> None:
        key = (problem.code, problem.severity)
        self._counts[key] += 1
        if self._counts[key] <= PER_CODE:
            self._problems.append(problem)

    @property
    def failed(self) -> bool:
        """Whether an error was met."""
        return any(severity == "error" for _, severity in self._counts)

    @property
    def errors(self) -> int:
        """How many errors were met."""
        return sum(n for (_, severity), n in self._counts.items() if severity == "error")

    def problems(self) -> tuple[Problem, ...]:
        """All findings by line, those of the whole file last, and for each crowded code one that
        counts those left out.
        """
        rest = tuple(
            Problem(
                code,
                f"{count - PER_CODE} more findings of this kind are not listed",
                Place(self.file),
                severity=severity,
            )
            for (code, severity), count in self._counts.items()
            if count > PER_CODE
        )
        return (*sorted(self._problems, key=_line), *rest)

    def stop(self) -> None:
        """Raise ``ReskontraError`` with everything found so far when an error is among it."""
        if self.failed:
            raise ReskontraError(self.problems())


def _line(problem: Problem) -> float:
    return (problem.place and problem.place.line) or inf
