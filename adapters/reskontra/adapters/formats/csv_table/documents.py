"""Documents to enter from CSV, as the data that ``documents.yaml`` gives.

One row per line of a document: rows with the same value in ``document`` belong together, and what
the first of them says about the document holds for it. Columns are called as the fields of
``documents.yaml``; ``line_account`` and ``line_subaccount`` are those of the line.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from reskontra.adapters.formats.csv_table.dates import parse_date
from reskontra.adapters.formats.csv_table.dialect import CANONICAL, Dialect
from reskontra.adapters.formats.csv_table.table import Table, Wanted, read_table
from reskontra.adapters.formats.findings import Findings
from reskontra.config.schemas import document_fields, document_line_fields
from reskontra.config.strict_yaml import Loaded, Path, Spot, scalar

_KIND = "documents"
_REQUIRED = ("document", "kind", "customer", "date")
_LINE_COLUMNS = {
    "text": "text", "quantity": "quantity", "price": "price", "vat": "vat",
    "line_account": "account", "line_subaccount": "subaccount",
}  # fmt: skip
"""Column -> field of a line."""


def read_documents(data: bytes, *, file: str, dialect: Dialect = CANONICAL) -> Loaded:
    """All documents of a file, each value with the line of its row; not yet held to the schema.

    Raises ``ReskontraError`` with every fault of the table (RK500 to RK579).
    """
    fields = {name: node for name, node in document_fields().items() if name != "lines"}
    optional = [name for name in fields if name not in _REQUIRED]
    findings = Findings(file)
    wanted = Wanted(_KIND, _REQUIRED, (*optional, *_LINE_COLUMNS))
    table = read_table(data, wanted, dialect, findings)
    findings.stop()
    own = _Fields(table, {name: name for name in fields}, fields)
    of_line = _Fields(table, _LINE_COLUMNS, document_line_fields())
    known: dict[str, int] = {}
    documents: list[dict[str, Any]] = []
    spots: dict[Path, Spot] = {}
    for row, (key, line) in enumerate(zip(table.texts("document"), table.lines, strict=True)):
        at = known.setdefault(key or f"row {line}", len(documents))
        if at == len(documents):
            documents.append(own.values(row))
            spots |= {path: Spot(line, 1) for path in _paths((_KIND, at), documents[at])}
        if cells := of_line.values(row):
            lines = documents[at].setdefault("lines", [])
            below = (_KIND, at, "lines", len(lines))
            spots |= {path: Spot(line, 1) for path in _paths(below, cells)}
            lines.append(cells)
    text = data.decode(dialect.encoding).removeprefix("\ufeff")
    return Loaded(file, {_KIND: documents}, tuple(text.splitlines()), spots, {})


def _paths(above: Path, cells: Mapping[str, Any]) -> list[Path]:
    return [above, *((*above, name) for name in cells)]


class _Fields:
    """The columns of a table that stand for fields."""

    def __init__(self, table: Table, columns: Mapping[str, str], fields: Mapping[str, Any]) -> None:
        self._dialect = table.dialect
        self._columns = [
            (field, fields[field], table.texts(column))
            for column, field in columns.items()
            if table.has(column)
        ]

    def values(self, row: int) -> dict[str, Any]:
        """What a row says, by field; an empty cell says nothing."""
        return {
            field: _value(node, texts[row], self._dialect)
            for field, node, texts in self._columns
            if texts[row]
        }


def _value(node: Mapping[str, Any], text: str, dialect: Dialect) -> Any:
    """A cell as the schema wants it; what cannot be read stays text, and the schema tells it."""
    if node["type"] == "number":
        plain = text.replace("\u00a0", " ")
        if dialect.thousands:
            plain = plain.replace(dialect.thousands, "")
        other = "." in plain and dialect.decimal != "."
        return text if other else scalar(plain.replace(dialect.decimal, "."))
    if node["type"] == "boolean":
        return scalar(text)
    if node["type"] == "array":
        return [part.strip() for part in text.split(dialect.list_separator) if part.strip()]
    if node.get("x-unit") == "day, YYYY-MM-DD":
        with suppress(ValueError):
            day = parse_date(text, dialect.dates)
            return day.isoformat() if day else text
    return text
