"""What an option may be: one of a few words, or a date. Anything else is a usage error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

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


Limit = Annotated[int, typer.Option(help="At most so many rows (0 = all).")]
Offset = Annotated[int, typer.Option(help="Leave out so many rows before.")]
TextFormat = Annotated[
    str, typer.Option("--format", help="text or json.", callback=one_of("text", "json"))
]
TableFormat = Annotated[
    str,
    typer.Option(
        "--format",
        help="table, json, jsonl or csv.",
        callback=one_of("table", "json", "jsonl", "csv"),
    ),
]


def is_day(text: str) -> bool:
    """Whether a text is a day, YYYY-MM-DD.

    >>> is_day("2026-11-30"), is_day("20261130"), is_day("2026-02-30")
    (True, False, False)
    """
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def iso_date(text: str) -> str:
    """The callback of an option that takes a day; empty = not given. RK702 when it is none.

    >>> iso_date("2026-11-30"), iso_date("")
    ('2026-11-30', '')
    """
    if text and not is_day(text):
        from reskontra.engine.errors import Exit, ReskontraError

        raise ReskontraError.of(
            "RK702",
            f"'{text}' is not a day (YYYY-MM-DD)",
            help="for example 2026-11-30",
            exit_code=Exit.USAGE,
        )
    return text


def month(text: str) -> str:
    """The callback of an argument that takes a month; RK861 when it is none.

    >>> month("2026-11")
    '2026-11'
    """
    if not is_day(f"{text}-01"):
        from reskontra.engine.errors import Exit, ReskontraError

        raise ReskontraError.of(
            "RK861",
            f"'{text}' is not a month (YYYY-MM)",
            help="for example 2026-11",
            exit_code=Exit.USAGE,
        )
    return text


def new_file(path: Path | None) -> Path | None:
    """The callback of an option that takes a file to be written; its folder must be there."""
    if path and path.is_dir():
        raise typer.BadParameter(f"{path} is a folder")
    if path and not path.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {path.parent}")
    return path


def not_blank(text: str) -> str:
    """The callback of an option that must say something."""
    if not text.strip():
        raise typer.BadParameter("say something")
    return text


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


def drafts_named(names: Sequence[str]) -> list[int]:
    """The ids in ``draft:12`` or ``12``; RK807 when one is no draft.

    >>> drafts_named(["draft:12", "7"])
    [12, 7]
    """
    from reskontra.engine.errors import Exit, Problem, ReskontraError

    ids = [name.removeprefix("draft:") for name in names]
    problems = tuple(
        Problem("RK807", f"'{name}' does not name a draft", help="use draft:N")
        for name, text in zip(names, ids, strict=True)
        if not text.isdigit()
    )
    if problems:
        raise ReskontraError(problems, Exit.USAGE)
    return [int(text) for text in ids]
