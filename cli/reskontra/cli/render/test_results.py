"""Results of rule tests: for people only what went wrong and a sum, for machines all of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from reskontra.cli.render.words import counted
from reskontra.rules.coverage import percent

if TYPE_CHECKING:
    from reskontra.rules.cases import CaseResult
    from reskontra.rules.coverage import RuleCoverage


def print_results(
    results: Sequence[CaseResult],
    reached: Sequence[RuleCoverage] | None,
    seconds: float,
    *,
    output_format: str,
) -> None:
    """Print to standard output as ``table``, ``json`` or ``junit`` (which knows no coverage)."""
    if output_format == "json":
        document: dict[str, Any] = {
            "format_version": 1,
            "tests": [as_json(result) for result in results],
        }
        if reached is not None:
            document["coverage"] = [asdict(rule) for rule in reached]
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n")
    elif output_format == "junit":
        sys.stdout.write(_junit(results) + "\n")
    else:
        for result in results:
            sys.stdout.writelines(f"{line}\n" for line in _told(result))
        if reached is not None:
            sys.stdout.writelines(f"{line}\n" for line in _gaps(reached))
        sys.stdout.write(f"{_sum(results)} ({seconds:.2f} s)\n")


def _gaps(reached: Sequence[RuleCoverage]) -> Iterator[str]:
    """What no test reaches, and the sum."""
    for rule in reached:
        if not rule.fired:
            yield f"never  {rule.place}  {rule.rule}: no test fires it"
        for condition in rule.conditions:
            unseen = [
                word
                for word, seen in (("holding", condition.held), ("failing", condition.failed))
                if not seen
            ]
            if unseen:
                where = f"{rule.place.rpartition(':')[0]}:{condition.line}"
                yield f"never  {where}  {rule.rule}: {condition.test} {' or '.join(unseen)}"
    points = [rule.points for rule in reached]
    seen, total = (sum(point[n] for point in points) for n in (0, 1))
    told = f"{seen} of {total} points: each rule firing, each condition holding and failing"
    yield f"Coverage {percent(reached):.1f} % ({told})"


def _state(result: CaseResult) -> str:
    """passed, failed or todo; a todo that comes out as expected is passed."""
    if not result.differences:
        return "passed"
    return "todo" if result.case.todo else "failed"


def _name(result: CaseResult) -> str:
    return result.case.name or ", ".join(f"{k} {_text(v)}" for k, v in result.case.expect.items())


def _text(value: Any) -> str:
    return "-" if value is None else str(value)


def _told(result: CaseResult) -> Iterator[str]:
    """Nothing for a test that passed without a todo."""
    state = _state(result)
    head = f"{result.case.place}  {result.rule or '-'}  {_name(result)}"
    if state == "failed":
        yield f"FAILED {head}"
        yield from _details(result)
    elif state == "todo":
        yield f"todo   {head}: {result.case.todo}"
    elif result.case.todo:
        yield f"passes {head}: as expected now, the todo can go ({result.case.todo})"


def _details(result: CaseResult) -> Iterator[str]:
    rows = [(key, _text(want), _text(met)) for key, want, met in result.differences]
    yield from _columns([("", "expected", "met"), *rows])
    yield f"    rules that fired: {', '.join(result.fired) or 'none'}"
    if result.suspect:
        yield f"    conditions of {result.suspect}:"
        conditions = [
            ("holds" if each.holds else "FAILS", each.test, f"met {each.actual}")
            for each in result.conditions
        ]
        yield from _columns(conditions or [("holds", "always", "")])


def _columns(rows: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    first, second = (max(len(row[n]) for row in rows) for n in (0, 1))
    for a, b, c in rows:
        yield f"      {a:<{first}}  {b:<{second}}  {c}".rstrip()


def _sum(results: Sequence[CaseResult]) -> str:
    states = [_state(result) for result in results]
    files = len({result.case.place.file for result in results})
    parts = [f"{states.count('passed')} passed", f"{states.count('failed')} failed"]
    if "todo" in states:
        parts.append(f"{states.count('todo')} todo")
    return f"{counted(len(results), 'test')} in {counted(files, 'file')}: {', '.join(parts)}"


def as_json(result: CaseResult) -> Mapping[str, Any]:
    """One result as plain data."""
    place = result.case.place
    return {
        "file": place.file,
        "line": place.line,
        "rule": result.rule or None,
        "name": result.case.name or None,
        "state": _state(result),
        "todo": result.case.todo or None,
        "differences": [
            {"key": key, "expected": want, "met": met} for key, want, met in result.differences
        ],
        "fired": list(result.fired),
        "conditions": [
            {"rule": result.suspect, "test": c.test, "met": c.actual, "holds": c.holds}
            for c in result.conditions
        ],
    }


def _junit(results: Sequence[CaseResult]) -> str:
    """One test suite per file."""
    root = ET.Element("testsuites")
    for file in dict.fromkeys(result.case.place.file for result in results):
        here = [result for result in results if result.case.place.file == file]
        states = [_state(result) for result in here]
        suite = ET.SubElement(
            root, "testsuite", name=file, tests=str(len(here)),
            failures=str(states.count("failed")), skipped=str(states.count("todo")),
        )  # fmt: skip
        for result, state in zip(here, states, strict=True):
            place = result.case.place
            case = ET.SubElement(
                suite, "testcase", classname=result.rule or file, file=file, line=str(place.line),
                name=f"{_name(result)} (line {place.line})",
            )  # fmt: skip
            if state == "failed":
                failure = ET.SubElement(case, "failure", message=str(result.problem))
                failure.text = "\n".join(_details(result))
            elif state == "todo":
                ET.SubElement(case, "skipped", message=result.case.todo)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode")
