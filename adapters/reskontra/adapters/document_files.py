"""Documents to enter, from YAML, from CSV or from the words of a command; all by one schema.

CSV has one row per line of a document: rows with the same value in ``document`` belong together,
and what the first of them says about the document holds for it. Its other columns are called as in
``documents.yaml``; ``line_account`` and ``line_subaccount`` are those of the line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from reskontra.adapters.formats.csv_table.dialect import CANONICAL, Dialect
from reskontra.adapters.formats.csv_table.table import Table, Wanted, read_table
from reskontra.adapters.formats.findings import Findings
from reskontra.adapters.imports import read_bytes
from reskontra.config.schemas import schema
from reskontra.config.strict_yaml import Loaded, Spot, load, scalar
from reskontra.config.validation import validate
from reskontra.engine.documents.entry import Entry, entry_of
from reskontra.engine.errors import Exit, Place, Problem, ReskontraError

KIND = "documents"
_LINE_COLUMNS = {
    "text": "text", "quantity": "quantity", "price": "price", "vat": "vat",
    "line_account": "account", "line_subaccount": "subaccount",
}  # fmt: skip
"""Column of a CSV file -> field of a line."""


def read_documents(path: Path, dialect: Dialect = CANONICAL) -> tuple[Entry, ...]:
    """The documents of a YAML or CSV file; raises ``ReskontraError`` with every fault."""
    data = read_bytes(path)
    if path.suffix.lower() == ".csv":
        return entries_of(_from_csv(data, str(path), dialect))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ReskontraError.of(
            "RK505", f"byte {data[error.start]:02X} is not utf-8", place=Place(str(path), line),
            help="save the file as UTF-8",
        ) from error  # fmt: skip
    return entries_of(load(text, str(path)))


def entries_of(loaded: Loaded) -> tuple[Entry, ...]:
    """The documents of a file that was read; every field knows its place."""
    if problems := validate(loaded, KIND, "company"):
        raise ReskontraError(tuple(problems))
    places: list[dict[str, Place]] = [{} for _ in loaded.data[KIND]]
    for path in loaded.values:
        if len(path) > 1 and isinstance(path[1], int):
            places[path[1]][".".join(map(str, path[2:]))] = loaded.place(path)
    read = zip(loaded.data[KIND], places, strict=True)
    return tuple(entry_of(data, where) for data, where in read)


def entry_from_words(words: Mapping[str, str], lines: Iterable[str]) -> Entry:
    """The document that ``--kind invoice --line "Roof;3;100.00;25"`` enters; RK800 for a line."""
    data = values_from_words(words, lines)
    try:
        return entries_of(Loaded("", {KIND: [data]}, (), {}, {}))[0]
    except ReskontraError as error:
        problems = (
            replace(one, place=None, message=one.message.replace(f"{KIND}[0].", ""))
            for one in error.problems
        )
        raise ReskontraError(tuple(problems), Exit.USAGE) from error


def values_from_words(words: Mapping[str, str], lines: Iterable[str]) -> dict[str, Any]:
    """Fields of a document from words; empty ones are not said."""
    known = _fields()
    if unknown := sorted(words.keys() - known.keys()):
        raise ReskontraError(
            tuple(
                Problem("RK800", f"a document has no field '{name}'",
                        help=f"fields: {', '.join(sorted(known))}")
                for name in unknown
            )
        )  # fmt: skip
    data = {name: _typed(known[name], text) for name, text in words.items() if text}
    made = [_line(text) for text in lines]
    return data | ({"lines": made} if made else {})


def _line(text: str) -> dict[str, Any]:
    """``text;quantity;price;vat;account``, the last two may be left out."""
    names = ("text", "quantity", "price", "vat", "account")
    parts = [part.strip() for part in text.split(";")]
    if not len(names) - 2 <= len(parts) <= len(names):
        raise ReskontraError.of(
            "RK800",
            f"'{text}' is not a line: {len(parts)} parts between semicolons",
            help='write --line "text;quantity;price;vat", for example "Roof work;3;100.00;25"',
        )
    known = _line_fields()
    return {
        name: _typed(known[name], part) for name, part in zip(names, parts, strict=False) if part
    }


def _fields() -> dict[str, Any]:
    fields: dict[str, Any] = schema(KIND)["properties"][KIND]["items"]["properties"]
    return fields


def _line_fields() -> dict[str, Any]:
    fields: dict[str, Any] = _fields()["lines"]["items"]["properties"]
    return fields


def _typed(node: Mapping[str, Any], text: str) -> Any:
    """A word as the schema wants it: numbers and yes or no are read, lists are split."""
    if node["type"] in ("number", "boolean"):
        return scalar(text)
    if node["type"] == "array":
        return [part.strip() for part in text.replace(",", ";").split(";") if part.strip()]
    return text


def _from_csv(data: bytes, file: str, dialect: Dialect) -> Loaded:
    """The rows as the same data that YAML gives, each value with the line of its row."""
    fields = {name: node for name, node in _fields().items() if name != "lines"}
    wanted = Wanted(KIND, ("document", "kind", "customer", "date"),
                    (*(name for name in fields if name not in ("kind", "customer", "date")),
                     *_LINE_COLUMNS))  # fmt: skip
    findings = Findings(file)
    table = read_table(data, wanted, dialect, findings)
    findings.stop()
    documents: dict[str, int] = {}
    made: list[dict[str, Any]] = []
    spots: dict[tuple[str | int, ...], Spot] = {}
    for row, key in enumerate(table.texts("document")):
        line = table.lines[row]
        at = documents.setdefault(key or f"row {line}", len(documents))
        if at == len(made):
            made.append(_cells(table, row, {name: name for name in fields}, fields))
            spots |= {(KIND, at, name): Spot(line, 1) for name in ("", *fields)}
            spots[KIND, at] = Spot(line, 1)
        cells = _cells(table, row, _LINE_COLUMNS, _line_fields())
        if cells:
            lines = made[at].setdefault("lines", [])
            spots |= {(KIND, at, "lines", len(lines), name): Spot(line, 1) for name in cells}
            spots[KIND, at, "lines", len(lines)] = Spot(line, 1)
            lines.append(cells)
    return Loaded(file, {KIND: made}, tuple(data.decode(dialect.encoding).splitlines()), spots, {})


def _cells(
    table: Table, row: int, columns: Mapping[str, str], nodes: Mapping[str, Any]
) -> dict[str, Any]:
    """The values of a row by our fields; empty cells are not said."""
    return {
        field: _typed(nodes[field], table.texts(column)[row])
        for column, field in columns.items()
        if table.texts(column)[row]
    }
