"""Documents to enter, from YAML, from CSV or from the words of a command; all by one schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from reskontra.adapters.formats.csv_table import read_documents
from reskontra.adapters.imports import load_dialect, read_bytes
from reskontra.adapters.wiring import Application
from reskontra.config import files
from reskontra.config.schemas import document_fields, document_line_fields
from reskontra.config.strict_yaml import Loaded, scalar
from reskontra.config.validation import did_you_mean, validate
from reskontra.engine.documents.entry import Entry, entry_of
from reskontra.engine.errors import Exit, Place, Problem, ReskontraError

_KIND = "documents"
_LINE = ("text", "quantity", "price", "vat", "account")
"""Parts of a line in words; the last two may be left out."""
_ANY = {"kind": "invoice", "customer": "-", "date": "2026-01-01"}
"""What a change need not say."""


def read_documents_file(
    application: Application, path: Path, dialect: str = ""
) -> tuple[Entry, ...]:
    """The documents of a YAML or CSV file, as its name ends; raises ``ReskontraError`` with every
    fault.
    """
    if path.suffix in (".yaml", ".yml"):
        read, problems = files.read(path, str(path), _KIND, "company")
    else:
        described = load_dialect(application, dialect or _KIND)
        read = read_documents(read_bytes(path), file=str(path), dialect=described)
        problems = validate(read, _KIND, "company")
    if read is None or problems:
        raise ReskontraError(tuple(problems))
    return _entries(read)


def _entries(read: Loaded) -> tuple[Entry, ...]:
    """The documents of a file that is valid; every field knows its place."""
    places: list[dict[str, Place]] = [{} for _ in read.data[_KIND]]
    for path in read.values:
        if len(path) > 1 and isinstance(path[1], int):
            places[path[1]][".".join(map(str, path[2:]))] = read.place(path)
    return tuple(
        entry_of(data, where) for data, where in zip(read.data[_KIND], places, strict=True)
    )


def entry_from_words(words: Mapping[str, str], lines: Iterable[str]) -> Entry:
    """The document that ``--kind invoice --line "Roof;3;100.00"`` enters; an empty word says
    nothing.

    Raises ``ReskontraError`` (exit code 64): RK800 and those of the schema.
    """
    said = {name: value for name, value in _read(words, lines).items() if value is not None}
    _hold_to_schema(said)
    return entry_of(said)


def changes_from_words(words: Mapping[str, str], lines: Iterable[str]) -> dict[str, Any]:
    """Fields to change; ``None`` for one that an empty word takes back. Raises as
    ``entry_from_words``.
    """
    changes = _read(words, lines)
    _hold_to_schema(_ANY | {name: value for name, value in changes.items() if value is not None})
    return changes


def _hold_to_schema(data: dict[str, Any]) -> None:
    problems = validate(Loaded("", {_KIND: [data]}, (), {}, {}), _KIND, "company")
    if problems:
        told = (
            replace(one, place=None, message=one.message.replace(f"{_KIND}[0].", ""))
            for one in problems
        )
        raise ReskontraError(tuple(told), Exit.USAGE)


def _read(words: Mapping[str, str], lines: Iterable[str]) -> dict[str, Any]:
    known = document_fields()
    problems = [
        Problem(
            "RK800",
            f"a document has no field '{name}'{did_you_mean(name, list(known))}",
            help=f"fields: {', '.join(sorted(known))}",
        )
        for name in words
        if name not in known
    ]
    cut = [[part.strip() for part in line.split(";")] for line in lines]
    problems += [
        Problem(
            "RK800",
            f"'{';'.join(parts)}' is not a line: {len(parts)} parts between semicolons",
            help='write --line "text;quantity;price", for example "Roof work;3;1250.00", or go on '
            "with VAT code and account",
        )
        for parts in cut
        if not len(_LINE) - 2 <= len(parts) <= len(_LINE)
    ]
    if problems:
        raise ReskontraError(tuple(problems), Exit.USAGE)
    data = {name: _value(known[name], text) if text else None for name, text in words.items()}
    below = document_line_fields()
    made = [
        {name: _value(below[name], part) for name, part in zip(_LINE, parts, strict=False) if part}
        for parts in cut
    ]
    return data | ({"lines": made} if made else {})


def _value(node: Mapping[str, Any], text: str) -> Any:
    """A word as the schema wants it: numbers and yes or no are read, lists are cut at commas."""
    if node["type"] in ("number", "boolean"):
        return scalar(text)
    if node["type"] == "array":
        return [part.strip() for part in text.split(",") if part.strip()]
    return text
