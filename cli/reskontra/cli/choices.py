"""What an option may be: one of a few words, or a date. Anything else is a usage error."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import typer


def one_of(*words: str) -> Callable[[str], str]:
    """The callback of an option that takes one of ``words``.

    >>> one_of("text", "json")("json")
    'json'
    """

    def checked(word: str) -> str:
        if word not in words:
            raise typer.BadParameter(f"{word!r} is none of {', '.join(words)}")
        return word

    return checked


def iso_date(text: str) -> str:
    """The callback of an option that takes a day; empty = not given. RK702 when it is none.

    >>> iso_date("2026-11-30"), iso_date("")
    ('2026-11-30', '')
    """
    if not text:
        return text
    try:
        day = date.fromisoformat(text).isoformat()
    except ValueError:
        day = ""
    if day != text:  # also 20261130 and 2026-W48-1, which Python would take
        from reskontra.engine.errors import Exit, ReskontraError

        raise ReskontraError.of(
            "RK702",
            f"'{text}' is not a day (YYYY-MM-DD)",
            help="for example 2026-11-30",
            exit_code=Exit.USAGE,
        )
    return day


def numbered(reference: str) -> int:
    """The number in ``run:7`` or ``import:7``, or alone; RK736 when there is none."""
    from reskontra.engine.errors import Exit, ReskontraError

    text = reference.rpartition(":")[2]
    if not text.isdigit():
        raise ReskontraError.of(
            "RK736",
            f"{reference!r} does not name a run or an import",
            help="use run:N, import:N, payment:NUMBER or line:N",
            exit_code=Exit.USAGE,
        )
    return int(text)
