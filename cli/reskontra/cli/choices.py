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
    """The callback of an option that takes a date; empty = not given.

    >>> iso_date("2026-11-30"), iso_date("")
    ('2026-11-30', '')
    """
    if not text:
        return text
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a date like 2026-11-30") from error
    return day.isoformat()
