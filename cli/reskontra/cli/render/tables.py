"""Tables: for people on a terminal, and csv, json or jsonl for machines, from the same rows.

Long tables are written plainly (a drawn table of 10 000 rows takes seconds); colour and progress
only on a terminal.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TextIO

from reskontra.cli.render.amounts import local
from reskontra.cli.render.words import retell, say
from reskontra.engine.money import exact
from reskontra.engine.wording import worded

DRAWN_ROWS = 200
"""Up to this many rows a table is drawn; beyond, it is written plainly."""

WORDS = (
    "kind", "mark", "outcome", "role", "state", "status", "tier", "target_kind", "what", "rule",
    "action", "of",
)  # fmt: skip
"""Columns that hold words of ours; people read them in their language."""

Row = Mapping[str, Any]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"-[0-9]+(?:\.[0-9]+)?")


def print_rows(
    rows: Iterable[Row],
    columns: Sequence[str],
    *,
    output_format: str,
    right: Sequence[str] = (),
    title: str = "",
) -> int:
    """Print ``rows`` in the wanted format (table, csv, json, jsonl); returns how many there were.

    ``right`` names the columns that are aligned to the right.
    """
    if output_format == "table":
        return _table(rows, columns, right, title)
    if output_format == "csv":
        return write_csv(rows, columns, sys.stdout)
    if output_format == "jsonl":
        return write_jsonl(rows, columns, sys.stdout)
    listed = [{name: row[name] for name in columns} for row in rows]
    sys.stdout.write(json.dumps(listed, ensure_ascii=False, indent=2) + "\n")
    return len(listed)


def print_amounts(
    rows: Iterable[Row],
    texts: Sequence[str],
    amounts: Sequence[str],
    *,
    country: str,
    output_format: str,
    limit: int = 0,
    offset: int = 0,
) -> int:
    """Print rows with amounts in minor units (``None`` = there is none): in local form for people,
    exact for machines.

    The column ``currency`` stands before the amounts. ``limit`` 0 = all rows after ``offset``.
    """
    chosen = islice(rows, offset, offset + limit if limit else None)
    return print_rows(
        _shaped(chosen, amounts, country if output_format == "table" else ""),
        (*texts, "currency", *amounts),
        output_format=output_format,
        right=amounts,
    )


def _shaped(rows: Iterable[Row], amounts: Sequence[str], country: str) -> Iterator[Row]:
    for row in rows:
        currency = row["currency"]
        told = {name: row[name] for name in amounts}
        yield dict(row) | {
            name: ""
            if minor is None
            else local(minor, currency, country)
            if country
            else exact(minor, currency)
            for name, minor in told.items()
        }


def write_csv(rows: Iterable[Row], columns: Sequence[str], file: TextIO) -> int:
    """Comma-separated with a header; a text that a spreadsheet would run is quoted with ``'``."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    count = 0
    for row in rows:
        writer.writerow([_safe(row[name]) for name in columns])
        count += 1
    return count


def _safe(value: Any) -> Any:
    """A text that begins like a formula behind an apostrophe; numbers stay numbers.

    >>> _safe("=1+1"), _safe("-1+1"), _safe("-12500.00"), _safe("Ek AB")
    ("'=1+1", "'-1+1", '-12500.00', 'Ek AB')
    """
    formula = isinstance(value, str) and value.startswith(_FORMULA)
    return f"'{value}" if formula and not _NUMBER.fullmatch(value) else value


def write_jsonl(rows: Iterable[Row], columns: Sequence[str], file: TextIO) -> int:
    """One JSON object a line."""
    count = 0
    for row in rows:
        file.write(json.dumps({name: row[name] for name in columns}, ensure_ascii=False) + "\n")
        count += 1
    return count


def _table(rows: Iterable[Row], columns: Sequence[str], right: Sequence[str], title: str) -> int:
    iterator = iter(rows)
    head = list(islice(iterator, DRAWN_ROWS + 1))
    if len(head) <= DRAWN_ROWS:
        _draw(head, columns, right, title)
        return len(head)
    return _plain(head, iterator, columns, right)


def _draw(rows: Sequence[Row], columns: Sequence[str], right: Sequence[str], title: str) -> None:
    from rich import box
    from rich.table import Table

    table = Table(title=title or None, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        table.add_column(
            _heading(name), justify="right" if name in right else "left", overflow="fold"
        )
    for row in rows:
        table.add_row(*(_cell(row, name) for name in columns))
    console().print(table)


def _heading(name: str) -> str:
    return say(worded(name))


def _cell(row: Row, name: str) -> str:
    value = row[name]
    if isinstance(value, bool):
        return say("yes" if value else "no")
    return retell(str(value)) if name in WORDS else str(value)


def console() -> Any:
    """A rich console on standard output; wide when the output goes to a file."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else 140
    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False, width=width)


def _plain(
    head: Sequence[Row], rest: Iterable[Row], columns: Sequence[str], right: Sequence[str]
) -> int:
    headings = {name: _heading(name) for name in columns}
    widths = {
        name: max(len(headings[name]), *(len(_cell(row, name)) for row in head)) for name in columns
    }
    count = 0

    def line(values: Mapping[str, str]) -> str:
        cells = (
            values[name].rjust(widths[name]) if name in right else values[name].ljust(widths[name])
            for name in columns
        )
        return "  ".join(cells).rstrip() + "\n"

    sys.stdout.write(line(headings))
    for source in (head, rest):
        for row in source:
            sys.stdout.write(line({name: _cell(row, name) for name in columns}))
            count += 1
    return count
