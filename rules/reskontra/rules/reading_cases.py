"""Reads ``tests``: facts that are given, effects that are expected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from reskontra.config.validation import describe, did_you_mean
from reskontra.rules.facts import FIELDS, Field
from reskontra.rules.language import Case, CaseFile, LedgerCase
from reskontra.rules.values import ValueProblemError, effect_problem, stored
from reskontra.rules.vocabulary import EFFECTS, STAGES, Stage

if TYPE_CHECKING:
    from reskontra.rules.reading import Path, Report

FILE_KEYS = ("stage", "tests", "payments", "$schema")
LEDGER_KEYS = ("name", "customers", "open_items", "payment", "expect", "todo")
PLAN_KEYS = ("outcome", "treat", "tier", "rule", "documents", "written_off", "unapplied")
"""What a test of a whole bank line may expect; ``documents`` maps numbers to amounts."""
CASE_KEYS = ("name", "given", "expect", "todo")
DEFAULT_CURRENCY = "SEK"
"""Currency of a case that gives none."""


def case_file(report: Report, data: Any) -> CaseFile:
    """A test file: a stage and its cases."""
    top = report.mapping(data, "a test file", (), FILE_KEYS)
    if top and "tests" not in top and "payments" not in top:
        report.add("RK400", "neither 'tests' nor 'payments' stands here", ())
    if "tests" in top and "stage" not in top:
        report.add("RK400", "the key 'stage' is missing", ())
    stage = report.choice(top.get("stage", STAGES[0]), "stage", ("stage",), STAGES)
    found = cases(report, top.get("tests", []), cast("Stage", stage), ("tests",))
    payments = _rows(report, top.get("payments", []), "payments", ("payments",))
    return CaseFile(
        cast("Stage", stage),
        found,
        report.file,
        tuple(_ledger_case(report, item, ("payments", n)) for n, item in enumerate(payments)),
    )


def _rows(report: Report, value: Any, what: str, path: Path) -> list[Any]:
    if isinstance(value, list):
        return value
    report.add("RK400", f"{what} is a list, met {describe(value)}", path)
    return []


def _ledger_case(report: Report, value: Any, path: Path) -> LedgerCase:
    item = report.mapping(value, "a test of a bank line", path, LEDGER_KEYS)
    for key in ("payment", "expect"):
        if item and not item.get(key):
            report.add("RK400", f"the test has no '{key}'", path)
    case = Case(
        given=_row(report, item.get("payment", {}), (*path, "payment")),
        expect=report.mapping(item.get("expect", {}), "expect", (*path, "expect"), PLAN_KEYS),
        name=str(item.get("name", "")),
        place=report.place(path),
        todo=str(item.get("todo", "")),
    )
    ledger = (
        tuple(
            _row(report, row, (*path, key, number))
            for number, row in enumerate(_rows(report, item.get(key, []), key, (*path, key)))
        )
        for key in ("customers", "open_items")
    )
    return LedgerCase(case, *ledger)


def _row(report: Report, value: Any, path: Path) -> dict[str, Any]:
    """Columns and values; the importer knows which columns there are."""
    if isinstance(value, dict):
        return value
    report.add("RK400", f"a row is a mapping, met {describe(value)}", path)
    return {}


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
