"""Reads ``tests``: facts that are given, effects that are expected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from reskontra.config.validation import describe, did_you_mean
from reskontra.rules.facts import FIELDS, Field
from reskontra.rules.language import Case, CaseFile
from reskontra.rules.values import ValueProblemError, effect_problem, stored
from reskontra.rules.vocabulary import EFFECTS, STAGES, Stage

if TYPE_CHECKING:
    from reskontra.rules.reading import Path, Report

FILE_KEYS = ("stage", "tests", "$schema")
CASE_KEYS = ("name", "given", "expect", "todo")
DEFAULT_CURRENCY = "SEK"
"""Currency of a case that gives none."""


def case_file(report: Report, data: Any) -> CaseFile:
    """A test file: a stage and its cases."""
    top = report.mapping(data, "a test file", (), FILE_KEYS)
    for key in ("stage", "tests"):
        if top and key not in top:
            report.add("RK400", f"the key '{key}' is missing", ())
    stage = report.choice(top.get("stage", STAGES[0]), "stage", ("stage",), STAGES)
    found = cases(report, top.get("tests", []), cast("Stage", stage), ("tests",))
    return CaseFile(cast("Stage", stage), found, report.file)


def cases(report: Report, value: Any, stage: Stage, path: Path) -> tuple[Case, ...]:
    """The cases of one rule."""
    if not isinstance(value, list):
        report.add("RK400", f"tests is a list, met {describe(value)}", path)
        return ()
    return tuple(_case(report, item, stage, (*path, index)) for index, item in enumerate(value))


def _case(report: Report, value: Any, stage: Stage, path: Path) -> Case:
    item = report.mapping(value, "a test", path, CASE_KEYS)
    for key in ("given", "expect"):
        if item and key not in item:
            report.add("RK400", f"the test has no '{key}'", path)
    return Case(
        given=_given(report, item.get("given", {}), (*path, "given")),
        expect=_expect(report, item.get("expect", {}), stage, (*path, "expect")),
        name=str(item.get("name", "")),
        place=report.place(path),
        todo=str(item.get("todo", "")),
    )


def _given(report: Report, value: Any, path: Path) -> dict[str, Any]:
    """Facts as stored values; ``currency`` is always there."""
    given = report.mapping(value, "given", path, tuple(FIELDS))
    currency = str(given.get("currency", DEFAULT_CURRENCY))
    result: dict[str, Any] = {"currency": currency}
    for name, item in given.items():
        if item is not None:
            result[name] = _fact(report, FIELDS[name], item, currency, (*path, name))
    return result


def _fact(report: Report, field: Field, value: Any, currency: str, path: Path) -> Any:
    try:
        return stored(field, value, currency)
    except ValueProblemError as error:
        guess = did_you_mean(str(value), field.choices)
        report.add("RK405", f"{error}{guess}", path, tip=error.help)
    return None


def _expect(report: Report, value: Any, stage: Stage, path: Path) -> dict[str, Any]:
    known = ("rule", *EFFECTS[stage])
    expect = report.mapping(value, "expect", path, known)
    if value == {}:
        report.add("RK400", "the test expects nothing", path, tip="rule: none = no rule decides")
    for key, item in expect.items():
        if key == "rule" or item is None:
            continue
        reason = effect_problem(EFFECTS[stage][key], item)
        if reason:
            report.add("RK407", f"{key} {reason}", (*path, key))
    return expect
