"""Files of customers: YAML, CSV, and ``--set``, checked by the schema of their fields."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from reskontra.config.customers import flat, put
from reskontra.config.schemas import Schema, child, customer_fields
from reskontra.config.strict_yaml import Loaded, Path, Spot, load, split_lines
from reskontra.config.validation import validate
from reskontra.engine.customers.wanted import Wanted
from reskontra.engine.errors import Place, Problem, ReskontraError

_TOP = "customers"


def read_yaml(text: str, label: str) -> list[Wanted]:
    """The customers of a YAML file; raises ``ReskontraError`` with every problem of it."""
    return _wanted(load(text, label))


def read_csv(text: str, label: str) -> list[Wanted]:
    """The customers of a CSV file whose columns are ``number`` and any fields by dotted key.

    An empty cell says nothing. Raises ``ReskontraError`` with every problem of the file.
    """
    lines = split_lines(text.removeprefix("\ufeff"))
    delimiter = ";" if lines[0].count(";") > lines[0].count(",") else ","
    rows = csv.reader(lines, delimiter=delimiter)
    header = [name.strip() for name in next(rows, [])]
    if "number" not in header:
        raise ReskontraError.of(
            "RK832", "the first line has no column number", place=Place(label, 1),
            help="columns: number, name, and any field, e.g. address.main.city",
        )  # fmt: skip
    data: dict[str, Any] = {}
    spots: dict[Path, Spot] = {}
    problems = []
    for row in rows:
        cells = {name: cell.strip() for name, cell in zip(header, row, strict=False)}
        number = cells.pop("number", "")
        spot = Spot(rows.line_num, 1, 1)
        if len(row) != len(header) or not number or number in data:
            if row:
                problems.append(_bad_row(Place(label, spot.line), row, header, number))
            continue
        spots[_TOP, number] = spot
        data[number] = {}
        for name, cell in cells.items():
            if cell:
                put(data[number], name.split("."), _read(name, cell))
    if problems:
        raise ReskontraError(tuple(problems))
    return _wanted(Loaded(label, {_TOP: data}, lines, spots, {}))


def _bad_row(place: Place, row: Sequence[str], header: Sequence[str], number: str) -> Problem:
    if len(row) != len(header):
        told = f"{len(row)} cells, {len(header)} columns"
    else:
        told = f"customer {number} stands in the file already" if number else "no number"
    return Problem("RK832", told, place, "one line per customer, one cell per column")


def read_settings(number: str, settings: Sequence[str]) -> Wanted:
    """One customer from ``key=value`` texts; what cannot be read is told by ``Wanted.wrong``."""
    data: dict[str, Any] = {}
    wrong: list[Problem] = []
    for setting in settings:
        key, sign, text = setting.partition("=")
        parts = key.strip().split(".")
        if not sign or not all(parts):
            message = f"'{setting}' is not key=value"
            help_ = "for example --set address.main.city=Umeå"
            wrong.append(Problem("RK108", message, Place("--set"), help_))
            continue
        try:
            value = _read(key.strip(), text)
            alone: dict[str, Any] = {}
            put(alone, parts, value)
            _wanted(_typed(number, alone))
        except ReskontraError as error:
            wrong += error.problems
        else:
            put(data, parts, value)
    (wanted,) = _wanted(_typed(number, data))
    return replace(wanted, wrong=tuple(wrong))


def _typed(number: str, data: dict[str, Any]) -> Loaded:
    """Fields of one customer that stand on the command line."""
    return Loaded("--set", {_TOP: {number: data}}, (), {(): Spot(0, 0)}, {})


def _read(key: str, text: str) -> Any:
    """A value as it would stand in a file; a text needs no quotes."""
    node: Schema | None = customer_fields()
    for part in key.split("."):
        node = child(node, part) if node is not None else None
    if text in ("", "null"):
        return None
    texts = node is not None and "string" in node.get("type", ())
    return text if texts else load(text, f"--set {key}").data


def _wanted(loaded: Loaded) -> list[Wanted]:
    pruned = replace(loaded, data=_without_nothing(loaded.data))
    problems = validate(pruned, _TOP, "company")
    if problems:
        raise ReskontraError(tuple(problems))
    found = []
    for number, tree in ((loaded.data or {}).get(_TOP) or {}).items():

        def problem(
            code: str, key: str, message: str, help_: str, at: tuple[str, ...] = (_TOP, number)
        ) -> Problem:
            return loaded.problem(code, message, (*at, *key.split(".")), help=help_)

        found.append(Wanted(number, flat(tree or {}), problem))
    return found


def _without_nothing(value: Any) -> Any:
    """The data without what is null: that takes a field back, whatever its type."""
    if isinstance(value, dict):
        return {k: _without_nothing(v) for k, v in value.items() if v is not None}
    return value
