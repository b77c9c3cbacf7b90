"""The page of each error code: what it is, why it is one, bad, good, remedy (``explain RK101``).

Pages are package data, one Markdown file per code, in one form that a test checks.
"""

from __future__ import annotations

from reskontra.config.schemas import ROOM
from reskontra.config.validation import did_you_mean
from reskontra.engine.errors import Exit, ReskontraError

HEADINGS = ("## What", "## Why", "## Bad", "## Good", "## Remedy")
"""Sections of every page, in this order."""


def codes() -> list[str]:
    """All codes that have a page, sorted."""
    return sorted(path.stem for path in (ROOM / "errors").glob("RK*.md"))


def page(code: str) -> str:
    """The Markdown page of a code (any case); raises RK122 for a code without one."""
    wanted = code.upper()
    if wanted not in codes():
        raise ReskontraError.of(
            "RK122",
            f"there is no error code '{code}'{did_you_mean(wanted, codes())}",
            help="a code has the form RK101",
            exit_code=Exit.USAGE,
        )
    return (ROOM / "errors" / f"{wanted}.md").read_text("utf-8")


def title(code: str) -> str:
    """The one sentence that says what is wrong."""
    return page(code).splitlines()[1]


def remedy(code: str) -> str:
    """What to do about it, on one line."""
    return " ".join(page(code).partition("## Remedy\n")[2].split())


def slug(code: str) -> str:
    """The short name of a code: ``unknown-key``."""
    return page(code).splitlines()[0].split()[-1]
