"""Reads ``when``: mappings, any, all, not, operators and literals, checked against the facts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from reskontra.config.validation import describe, did_you_mean
from reskontra.engine.errors import Problem
from reskontra.rules.facts import FIELDS, OPERATORS, Field
from reskontra.rules.language import All, Any_, Atom, Condition, Not, Param, atoms
from reskontra.rules.patterns import PatternError, compiled
from reskontra.rules.values import ValueProblemError, literal
from reskontra.rules.vocabulary import Stage

if TYPE_CHECKING:
    from reskontra.rules.reading import Path, Report

NESTED = ("all", "any", "not")
ALL_OPERATORS = tuple(dict.fromkeys(op for ops in OPERATORS.values() for op in ops))
MANY = ("in", "contains", "starts_with")
"""Operators that take one value or a list: one of them must fit."""
PERIOD = {"from": "gte", "to": "lte"}
"""First and last day on which a rule is in force, and how the booking date is tested."""


def condition(report: Report, value: Any, stage: Stage, path: Path) -> All:
    """A mapping: every entry must hold. An empty mapping always holds."""
    if not isinstance(value, dict):
        tip = "write fact: value, or any/all/not"
        report.add("RK400", f"a condition is a mapping, met {describe(value)}", path, tip=tip)
        return All(())
    parts: list[Condition] = []
    for key, item in value.items():
        here = (*path, key)
        if key == "not":
            parts.append(Not(_nonempty(report, item, stage, here)))
        elif key in NESTED:
            inner = _list(report, item, stage, here, key)
            parts.append(All(inner) if key == "all" else Any_(inner))
        else:
            parts.extend(_tests(report, key, item, stage, here))
    return All(tuple(parts))


def _nonempty(report: Report, value: Any, stage: Stage, path: Path) -> All:
    if value == {}:
        report.add("RK400", "an empty condition always holds: nothing to test here", path)
    return condition(report, value, stage, path)


def _list(report: Report, value: Any, stage: Stage, path: Path, key: str) -> tuple[Condition, ...]:
    if not isinstance(value, list) or not value:
        met = describe(value) if value else "nothing"
        report.add("RK400", f"'{key}' takes a list of conditions, met {met}", path)
        return ()
    return tuple(_nonempty(report, item, stage, (*path, index)) for index, item in enumerate(value))


def _tests(report: Report, name: str, value: Any, stage: Stage, path: Path) -> list[Atom]:
    """The atoms of one fact."""
    field = FIELDS.get(name)
    if field is None:
        readable = [fact.name for fact in FIELDS.values() if stage in fact.stages]
        guess = did_you_mean(name, (*readable, *NESTED))
        tip = "" if guess else f"facts: {', '.join(readable)}"
        report.add("RK403", f"unknown fact '{name}'{guess}", path, key=True, tip=tip)
        return []
    if stage not in field.stages:
        message = f"'{name}' is not known yet in the stage {stage}"
        tip = f"it can be read in: {', '.join(field.stages)}"
        report.add("RK411", message, path, key=True, tip=tip)
        return []
    if not isinstance(value, dict) or set(value) == {"param"}:
        found = _operand(report, field, "eq", value, path)
        return [] if found is None else [found]
    if not value:
        report.add("RK400", f"'{name}' is tested against nothing", path)
    tests = (_operator(report, field, op, item, (*path, op)) for op, item in value.items())
    return [test for test in tests if test is not None]


def _operator(report: Report, field: Field, op: str, value: Any, path: Path) -> Atom | None:
    allowed = OPERATORS[field.kind]
    if op in allowed:
        return _operand(report, field, op, value, path)
    tip = f"operators for {field.name} ({field.kind}): {', '.join(allowed)}"
    if op in ALL_OPERATORS:
        message = f"'{op}' cannot test {field.name}, which is of the kind {field.kind}"
    else:
        message = f"unknown operator '{op}'{did_you_mean(op, allowed)}"
    report.add("RK404", message, path, key=True, tip=tip)
    return None


def _operand(report: Report, field: Field, op: str, value: Any, path: Path) -> Atom | None:
    """An atom with checked operand; lists become tuples."""
    place = report.place(path)
    whole = param(report, value, path)
    if whole is not None:
        return Atom(field.name, op, whole, place)
    if not _shape(report, field, op, value, path):
        return None
    if not isinstance(value, list):
        single = _literal(report, field, op, value, path)
        operand = (single,) if op in MANY else single
        return None if single is None else Atom(field.name, op, operand, place)
    items: list[Any] = [
        param(report, item, (*path, index)) or _literal(report, field, op, item, (*path, index))
        for index, item in enumerate(value)
    ]
    if any(item is None for item in items):
        return None
    if op == "between" and not any(isinstance(i, Param) for i in items) and items[0] > items[1]:
        report.add("RK405", f"'between' is empty: {value[0]} is more than {value[1]}", path)
    return Atom(field.name, op, tuple(items), place)


def _shape(report: Report, field: Field, op: str, value: Any, path: Path) -> bool:
    """Whether the operand is a list where one is needed, and only there."""
    message, tip = "", ""
    if op == "between" and not (isinstance(value, list) and len(value) == 2):
        message = f"'between' takes two values, met {describe(value)}"
        tip = "write between: [lowest, highest], both included"
    elif op == "in" and not isinstance(value, list):
        message, tip = f"'in' takes a list, met {describe(value)}", f"write in: [{value}]"
    elif isinstance(value, list) and op not in (*MANY, "between"):
        message = f"{field.name} is tested against one value, met a list"
        tip = f"write {field.name}: {{in: [...]}}"
    elif value == []:
        message = "the list is empty"
    if message:
        report.add("RK405", message, path, tip=tip)
    return not message


def _literal(report: Report, field: Field, op: str, value: Any, path: Path) -> Any:
    """The checked literal; None after a report."""
    try:
        return checked(field, op, value)
    except PatternError as error:
        tip = "look for text with contains or starts_with, or make the pattern simpler"
        report.add("RK410", f"the pattern cannot be used: {error}", path, tip=tip)
    except ValueProblemError as error:
        guess = did_you_mean(str(value), field.choices)
        report.add("RK405", f"{error}{guess}", path, tip=error.help)
    return None


def checked(field: Field, op: str, value: Any) -> Any:
    """The literal of ``op``; ``ValueProblemError`` or ``PatternError`` when it does not fit."""
    if op == "present":
        if not isinstance(value, bool):
            raise ValueProblemError("present is true or false", "write true or false")
        return value
    result = literal(field, value)
    if op == "matches":
        compiled(result)
    if field.kind == "text" and not result:
        raise ValueProblemError("empty text is a missing value", "write {present: false}")
    return result


def param(report: Report, value: Any, path: Path) -> Param | None:
    """``{param: name}``; None when it is something else."""
    if not isinstance(value, dict) or "param" not in value:
        return None
    name = value["param"]
    if set(value) != {"param"} or not isinstance(name, str):
        report.add("RK400", "a parameter is written {param: name}", path)
        return Param("")
    return Param(name)


def period(report: Report, item: dict[str, Any], path: Path) -> tuple[Atom, ...]:
    """``from`` and ``to`` of a rule, row or table as tests of the booking date; both days belong
    to it. RK131 when they make no period.
    """
    days = {word: _day(report, item[word], (*path, word)) for word in PERIOD if word in item}
    first, last = days.get("from"), days.get("to")
    if first and last and first > last:
        message = f"the period ends on {last}, before it begins on {first}"
        report.add("RK131", message, (*path, "to"), tip="both days belong to the period")
    return tuple(
        Atom("booking_date", PERIOD[word], day, report.place((*path, word)), period=True)
        for word, day in days.items()
        if day is not None
    )


def _day(report: Report, value: Any, path: Path) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        tip = "write YYYY-MM-DD, e.g. 2026-07-01"
        report.add("RK131", f"{describe(value)} is no day of the calendar", path, tip=tip)
        return None


def check_tags(report: Report, when: All) -> None:
    """Tags are tested at the top of ``when`` and by equality only: they chain through rules."""
    top = {id(part) for part in when.parts}
    for atom in atoms(when):
        if atom.fact == "tag" and (id(atom) not in top or atom.op != "eq"):
            tip = "write tag: name at the top of when"
            message = "a tag is tested by equality, not inside any, all or not"
            report.problems.append(Problem("RK416", message, atom.place, tip))
