"""A file before and after, as people compare them."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from reskontra.config.changing import FileChange


def print_change(change: FileChange) -> None:
    """The lines that differ, with those around them."""
    before, after = (text.splitlines(keepends=True) for text in (change.before, change.after))
    for line in difflib.unified_diff(before, after, change.label, change.label):
        typer.echo(line.rstrip("\r\n"))
