"""Reads ``tables``: decision tables, whose rows become rules with a place of their own.

``facts`` names what a row asks, ``effects`` what it says; a row holds one cell for each, written as
it would be under ``when`` and ``then``. ``-`` asks, or says, nothing. Row ``b`` of table ``a`` is
the rule ``a-b``: it is decided, explained, tested and replaced like any other rule. A row that is
in force on some days only is written ``{cells: [...], from: DAY, to: DAY}``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from reskontra.config.validation import describe
from reskontra.engine.errors import Problem
from reskontra.rules import reading_cases, reading_conditions
from reskontra.rules.language import All, Any_, Atom, Case, Not, Rule, Table
from reskontra.rules.vocabulary import POLICIES, Policy, Stage

if TYPE_CHECKING:
    from reskontra.rules.reading import Path, Report

TABLE_KEYS = (
    "id", "title", "hit", "complete", "when", "facts", "effects", "because", "rows", "tests",
    "from", "to",
)  # fmt: skip
REQUIRED = ("id", "facts", "effects", "because", "rows")
ROW_KEYS = ("cells", *reading_conditions.PERIOD)
NOTHING = "-"
"""A cell that asks, or says, nothing."""

ReadRule = Callable[["Report", Any, Stage, "Path"], Rule]


def rows(
    report: Report, value: Any, stage: Stage, decide: Policy, read_rule: ReadRule
) -> tuple[Rule, ...]:
    """The rules of all tables of a pack, in the order of the file."""
    if not isinstance(value, list):
        report.add("RK400", f"tables is a list, met {describe(value)}", ("tables",))
        return ()
    return tuple(
        rule
        for index, item in enumerate(value)
        for rule in _table(report, item, stage, decide, ("tables", index), read_rule)
    )


def _table(
    report: Report, value: Any, stage: Stage, decide: Policy, path: Path, read_rule: ReadRule
) -> list[Rule]:
    item = report.mapping(value, "a table", path, TABLE_KEYS)
    missing = [key for key in REQUIRED if item and key not in item]
    for key in missing:
        report.add("RK400", f"the table has no '{key}'", path)
    facts = _columns(report, item.get("facts", []), (*path, "facts"))
    effects = _columns(report, item.get("effects", []), (*path, "effects"))
    if "tag" in facts:
        tip = "write tag: name under the table's when"
        report.add("RK450", "'tag' cannot be a column", (*path, "facts"), tip=tip)
    if missing or not facts or not effects or "tag" in facts:
        return []
    when = reading_conditions.condition(report, item.get("when", {}), stage, (*path, "when"))
    reading_conditions.check_tags(report, when)
    period = reading_conditions.period(report, item, path)
    complete = item.get("complete", False)
    if not isinstance(complete, bool):
        met = describe(complete)
        report.add("RK400", f"complete is true or false, met {met}", (*path, "complete"))
    hit = report.choice(item.get("hit", POLICIES[0]), "hit", (*path, "hit"), POLICIES)
    table = Table(str(item["id"]), cast("Policy", hit), complete is True, when, report.place(path))
    found: list[Rule] = []
    for name, cells, days in _written_rows(
        report, item, (*path, "rows"), len(facts) + len(effects)
    ):
        here: Path = (*path, "rows", name)
        row = read_rule(
            _by_cell(report, here, facts, effects, dated=days is not None),
            {
                "id": f"{table.id}-{name}",
                "rule": item.get("title", table.id),
                "when": _said(facts, cells),
                "then": _said(effects, cells[len(facts) :]),
                "because": item["because"],
                **(days or {}),
            },
            stage,
            here,
        )
        found.append(replace(row, place=report.place(here, key=True)))
    if any(problem.is_error for problem in report.problems):
        report.problems[:] = dict.fromkeys(report.problems)  # a wrong column is named once
    else:
        _check_rows(report, table, found, decide, path)
    cases = reading_cases.cases(report, item.get("tests", []), stage, (*path, "tests"))
    if not cases:
        tip = "add one case for each row"
        message = f"table '{table.id}' has no tests"
        report.problems.append(Problem("RK414", message, table.place, tip, severity="warning"))
    return _joined(table, found, decide, cases, period)


def _columns(report: Report, value: Any, path: Path) -> tuple[str, ...]:
    """Names of columns; none after a report."""
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        report.add("RK450", f"{path[-1]} is a list of names, met {describe(value)}", path)
        return ()
    twice = sorted({name for name in value if value.count(name) > 1})
    if not twice:
        return tuple(value)
    for name in twice:
        tip = "one column for each; put operators of one fact into one cell"
        report.add("RK450", f"the column '{name}' stands twice", path, tip=tip)
    return ()


def _written_rows(
    report: Report, item: dict[str, Any], path: Path, width: int
) -> Iterator[tuple[str, list[Any], dict[str, Any] | None]]:
    """Name and cells of every row that is as wide as the table, and of one that is written as a
    mapping its days.
    """
    value = item["rows"]
    if not isinstance(value, dict) or not value:
        tip = "write name: [cell, cell, ...] for each row"
        report.add("RK400", f"rows is a mapping, met {describe(value)}", path, tip=tip)
        return
    for name, written in value.items():
        days, cells = None, written
        if isinstance(written, dict):
            known = report.mapping(written, "a row", (*path, name), ROW_KEYS)
            days = {word: known[word] for word in reading_conditions.PERIOD if word in known}
            cells = known.get("cells", [])
        if isinstance(cells, list) and len(cells) == width:
            yield name, cells, days
            continue
        met = f"{len(cells)} cells" if isinstance(cells, list) else describe(cells)
        columns = [*item["facts"], *item["effects"]]
        tip = f"one cell for each of: {', '.join(columns)}; - asks or says nothing"
        message = f"row '{name}' has {met}, the table {width} columns"
        report.add("RK451", message, (*path, name), key=True, tip=tip)


def _said(columns: Sequence[str], cells: Sequence[Any]) -> dict[str, Any]:
    """What the cells say, as a mapping."""
    return {name: cell for name, cell in zip(columns, cells, strict=False) if cell != NOTHING}


def _by_cell(
    report: Report, row: Path, facts: tuple[str, ...], effects: tuple[str, ...], *, dated: bool
) -> Report:
    """A report that finds ``when`` and ``then`` of a row in its cells, and its days as written."""
    parts = {"when": facts, "then": effects}
    cells = (*row, "cells") if dated else row

    def position(path: Path, *, key: bool = False) -> tuple[int, int]:
        part, *inner = path[len(row) :] or [""]
        if dated and part in reading_conditions.PERIOD:
            return report.position(path, key=key)
        if part not in parts or not inner:
            return report.position(row, key=True)
        if key and len(inner) == 1:
            named = ("facts", "effects")[part == "then"]
            return report.position((*row[:-2], named, parts[str(part)].index(str(inner[0]))))
        cell = parts[str(part)].index(str(inner[0])) + (len(facts) if part == "then" else 0)
        return report.position((*cells, cell, *inner[1:]), key=key)

    return report.moved(position)


def _check_rows(
    report: Report, table: Table, found: Sequence[Rule], decide: Policy, path: Path
) -> None:
    """Rows that ask the same, and a hit policy that the stage cannot keep."""
    for index, row in enumerate(found):
        same = next((other for other in found[:index] if other.when == row.when), None)
        if same is not None and table.hit != "every":
            message = f"row '{row.id}' asks what '{same.id}' (line {same.place.line}) asks"
            tip = "remove one of them, or let them ask different things"
            report.problems.append(Problem("RK452", message, row.place, tip))
    if table.hit == "every" and decide == "first" and any(row.decides for row in found):
        message = "hit: every, but the stage says decide: first: the first row ends it"
        tip = "use hit: first, or effects that do not decide (tag, reason)"
        report.add("RK453", message, (*path, "hit"), tip=tip)


def _joined(
    table: Table,
    found: Sequence[Rule],
    decide: Policy,
    cases: Sequence[Case],
    period: tuple[Atom, ...],
) -> list[Rule]:
    """Rows with the table's own condition and days, the rows before them shut out where order does
    not.
    """
    names = {row.id for row in found}
    result: list[Rule] = []
    for index, row in enumerate(found):
        ordered = table.hit != "first" or (decide == "first" and all(r.decides for r in found))
        before = tuple(other.when for other in found[:index])
        others = () if ordered or not before else (Not(Any_(before)),)
        own = row.when.parts if isinstance(row.when, All) else (row.when,)
        beside = tuple(
            case for case in cases
            if case.expect.get("rule") == row.id
            or (index == 0 and case.expect.get("rule") not in names)
        )  # fmt: skip
        when = All((*table.when.parts, *own, *others, *period))
        days = (*row.period, *period)
        result.append(replace(row, when=when, cases=beside, table=table, period=days))
    return result
