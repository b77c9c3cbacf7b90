"""Results of rule tests: for people only what went wrong and a sum, for machines all of it."""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from reskontra.cli.render.words import counted
from reskontra.rules.coverage import percent

if TYPE_CHECKING:
    from reskontra.adapters.scenarios import ScenarioResult
    from reskontra.rules.cases import CaseResult
    from reskontra.rules.coverage import RuleCoverage


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a run of the tests found."""

    results: Sequence[CaseResult]
    scenarios: Sequence[ScenarioResult]
    reached: Sequence[RuleCoverage] | None
    """``None``: the coverage was not asked for."""
    updated: bool
    """What the scenarios gave is what is expected from now on."""

    @property
    def passed(self) -> bool:
        """Whether nothing failed."""
        scenarios = self.updated or all(scenario.passed for scenario in self.scenarios)
        return scenarios and all(result.passed for result in self.results)


def print_report(report: Report, seconds: float, *, output_format: str) -> None:
    """Print to standard output as ``table``, ``json`` or ``junit`` (which knows no coverage)."""
    if output_format == "json":
        text = json.dumps(_document(report), ensure_ascii=False, indent=2, default=str)
        sys.stdout.write(f"{text}\n")
    elif output_format == "junit":
        sys.stdout.write(f"{_junit(report)}\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(report))
        sys.stdout.write(f"{_sum(report)} ({seconds:.2f} s)\n")


def _lines(report: Report) -> Iterator[str]:
    for result in report.results:
        yield from _told(result)
    for scenario in report.scenarios:
        if not scenario.passed:
            yield f"{_word(report, scenario)} {scenario.name}"
            yield from _changed(scenario)
    yield from _summed(report)
    if report.reached is not None:
        yield from _gaps(report.reached)


def _summed(report: Report) -> Iterator[str]:
    """Per file or scenario in which several cells differ: how often each change occurs."""
    changes: dict[str, Counter[str]] = defaultdict(Counter)
    for result in report.results:
        if _state(result) == "failed":
            changes[result.case.place.file].update(
                f"{key} {_text(want)} → {_text(met)}" for key, want, met in result.differences
            )
    for scenario in report.scenarios:
        if scenario.expected is not None:
            changes[scenario.name].update(
                f"{column} {want or '-'} → {met or '-'}"
                for _, column, want, met in scenario.differences()
            )
    for name, cells in changes.items():
        if cells.total() > 1:
            yield f"Summed {name}: {counted(cells.total(), 'difference')}"
            yield from _columns([(str(times), change, "") for change, times in cells.most_common()])


def _word(report: Report, scenario: ScenarioResult) -> str:
    if report.updated:
        return "WRITTEN"
    return (
        "NEW, nothing is expected yet: --update accepts it"
        if scenario.expected is None
        else "FAILED"
    )


def _changed(scenario: ScenarioResult) -> Iterator[str]:
    rows = [
        (f"line {line} {column}", want, met) for line, column, want, met in scenario.differences()
    ]
    if scenario.expected is None:
        rows = [
            (f"line {r['line']}", r["outcome"], r["documents"] or r["rule"]) for r in scenario.met
        ]
        yield from _columns([("", "outcome", "documents"), *rows])
    else:
        yield from _columns([("", "expected", "met"), *rows])


def _document(report: Report) -> dict[str, Any]:
    document: dict[str, Any] = {
        "format_version": 1,
        "tests": [as_json(result) for result in report.results],
        "scenarios": [
            {
                "name": scenario.name,
                "state": "passed" if scenario.passed or report.updated else "failed",
                "differences": [
                    {"line": line, "column": column, "expected": want, "met": met}
                    for line, column, want, met in scenario.differences()
                ],
            }
            for scenario in report.scenarios
        ],
    }
    if report.reached is not None:
        document["coverage"] = [asdict(rule) for rule in report.reached]
    return document


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


def _sum(report: Report) -> str:
    states = [_state(result) for result in report.results]
    files = len({result.case.place.file for result in report.results})
    what = [f"{counted(len(states), 'test')} in {counted(files, 'file')}"] if states else []
    if report.scenarios:
        what.append(counted(len(report.scenarios), "scenario"))
        fine = [scenario.passed or report.updated for scenario in report.scenarios]
        states += ["passed" if passed else "failed" for passed in fine]
    parts = [f"{states.count('passed')} passed", f"{states.count('failed')} failed"]
    if "todo" in states:
        parts.append(f"{states.count('todo')} todo")
    return f"{', '.join(what)}: {', '.join(parts)}"


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


def _junit(report: Report) -> str:
    """One test suite per file, and one for the scenarios."""
    root, results = ET.Element("testsuites"), report.results
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
    failed = [s for s in report.scenarios if not s.passed and not report.updated]
    if report.scenarios:
        suite = ET.SubElement(
            root, "testsuite", name="scenarios", tests=str(len(report.scenarios)),
            failures=str(len(failed)),
        )  # fmt: skip
    for scenario in report.scenarios:
        case = ET.SubElement(suite, "testcase", classname="scenarios", name=scenario.name)
        if scenario in failed:
            failure = ET.SubElement(case, "failure", message="the plan is another one")
            failure.text = "\n".join(_changed(scenario))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode")
