"""The one error type: a problem has a code, a place, and says what was expected and what to do.

Every code ``RKnnn`` has a page (package data of ``reskontra.config``, folder ``errors``); codes
come in families:

====== =============================================== ======
==============================================
RK1xx  syntax and schema of configuration              RK5xx  data met at run time: files,
references, masters
RK2xx  references between configuration files          RK6xx  deprecations
RK3xx  legal, but unsafe for money                     RK7xx  the ledger: plan, apply, undo, check
RK4xx  analysis of rules                               RK9xx  style
====== =============================================== ======
==============================================
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

Severity = Literal["error", "warning"]


class Exit(IntEnum):
    """Exit codes of the command line."""

    NOTHING = 0
    """Nothing to do, or done."""
    FINDINGS = 1
    """Findings of lint or check, failed tests."""
    PENDING = 2
    """Something waits to be applied or decided."""
    MOVED = 3
    """The world moved under the plan."""
    USAGE = 64
    BAD_INPUT = 65
    OUR_FAULT = 70


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a problem lies; line and column are 1-based, 0 = the whole file."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """``file``, ``file:line`` or ``file:line:column``."""
        parts = [self.file, *(str(n) for n in (self.line, self.column) if n)]
        return ":".join(parts)


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. ``message`` names the value met and what was expected; ``help`` says what to
    do.
    """

    code: str
    message: str
    place: Place | None = None
    help: str = ""
    severity: Severity = "error"
    excerpt: str = ""
    """The source line, when showing it helps."""
    width: int = 1
    """Characters to underline from the column of ``place``."""
    fix: str = ""
    """What is to stand there instead, where only this can be meant; empty = a person decides."""

    def __str__(self) -> str:
        """One line: place, code, message."""
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.code} {self.message}"

    @property
    def is_error(self) -> bool:
        """Whether this problem stops the work (a warning does not)."""
        return self.severity == "error"


@dataclass(slots=True)
class ReskontraError(Exception):
    """Carries every problem found, never only the first one.

    >>> raise ReskontraError.of("RK500", "file is empty", exit_code=Exit.BAD_INPUT)
    Traceback (most recent call last):
      ...
    reskontra.engine.errors.ReskontraError: RK500 file is empty
    """

    problems: tuple[Problem, ...]
    exit_code: Exit = field(default=Exit.BAD_INPUT)

    @classmethod
    def of(
        cls,
        code: str,
        message: str,
        *,
        place: Place | None = None,
        help: str = "",  # noqa: A002  (the word people read)
        exit_code: Exit = Exit.BAD_INPUT,
    ) -> ReskontraError:
        """An error with a single problem."""
        return cls((Problem(code, message, place, help),), exit_code)

    def __str__(self) -> str:
        """All problems, a line each."""
        return "\n".join(str(problem) for problem in self.problems)
