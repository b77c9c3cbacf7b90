"""Runs the tests of rules: given facts, expected effects.

A case is decided by the whole stage (the packs, above those they are laid over), as a payment would
be. What a case does not give is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from typing import Any

from reskontra.engine.errors import Exit, Problem, ReskontraError
from reskontra.rules.compiling import CompiledRule, CompiledStage, compile_merged
from reskontra.rules.deciding import Verdict, decide
from reskontra.rules.explaining import Tested, tested
from reskontra.rules.facts import frame
from reskontra.rules.language import Case, CaseFile, LedgerCase, Pack
from reskontra.rules.merging import merge, where

NO_RULE = "none"
"""``expect: {rule: none}``: no rule decides."""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """Outcome of one case."""

    rule: str
    """The rule beside which the case stands; in a test file the rule that it expects."""
    case: Case
    differences: tuple[tuple[str, Any, Any], ...]
    """Key, expected, met; empty = as expected."""
    fired: tuple[str, ...]
    """Ids of the rules that fired."""
    suspect: str = ""
    """After a failure: the rule that was expected, or the one that was not and decided."""
    conditions: tuple[Tested, ...] = ()
    """After a failure: every condition of ``suspect`` with the value it met."""

    @property
    def passed(self) -> bool:
        """Whether the case came out as expected; a case with ``todo`` never fails."""
        return not self.differences or bool(self.case.todo)

    @property
    def problem(self) -> Problem | None:
        """RK418 when the case failed."""
        if self.passed:
            return None
        text = "; ".join(
            f"{key}: expected {want}, met {'nothing' if met is None else met}"
            for key, want, met in self.differences
        )
        of = f" of rule '{self.rule}'" if self.rule else ""
        name = f" ({self.case.name})" if self.case.name else ""
        tip = f"rules that fired: {', '.join(self.fired) or 'none'}"
        return Problem("RK418", f"test{of}{name}: {text}", self.case.place, tip)


@dataclass(frozen=True, slots=True)
class Suite:
    """The tests of one stage, and the stage that decides them."""

    stage: CompiledStage
    cases: tuple[tuple[str, Case], ...]
    """Id of the rule and case."""
    subjects: tuple[str, ...]
    """Ids of the rules that the cases are to prove."""
    places: frozenset[str]
    """Where these stand: weaker rules of the same ids, below them, are not theirs to prove."""

    def results(self) -> list[CaseResult]:
        """Every case decided, in order."""
        return run_cases(self.stage, self.cases)


def suites(
    packs: Sequence[Pack],
    *,
    over: Sequence[Pack] = (),
    files: Sequence[CaseFile] = (),
    params: Mapping[str, Any] | None = None,
) -> list[Suite]:
    """The cases of ``packs`` and of the test ``files`` by stage, decided by the packs laid over
    ``over`` with the preferences ``params``.

    Raises ``ReskontraError`` when the packs do not fit together.
    """
    merged = merge(packs, over, preferences=params) if over else merge((), packs)
    found = []
    for name, stage in merged.items():
        beside = [
            (rule.id, case)
            for pack in packs
            for rule in pack.rules
            if pack.stage == name and not rule.disabled
            for case in rule.cases
        ]
        apart = [
            ("" if (rule := case.expect.get("rule", NO_RULE)) == NO_RULE else rule, case)
            for file in files
            if file.stage == name
            for case in file.cases
        ]
        own = [rule for pack in packs if pack.stage == name for rule in pack.rules]
        if own or apart:
            subjects = tuple(dict.fromkeys(rule.id for rule in own))
            places = frozenset(map(where, own))
            found.append(Suite(compile_merged(stage), (*beside, *apart), subjects, places))
    return found


def selected(found: Sequence[Suite], text: str) -> list[Suite]:
    """The suites with only the cases whose file, stage, rule or name holds ``text`` (``*`` = any
    characters), small and capital letters being the same; the rules of these cases, and those that
    fit by themselves, are what they are to prove.
    """
    wanted = f"*{text.casefold()}*"
    kept = []
    for suite in found:
        cases = tuple(case for case in suite.cases if _fits(_names(suite, *case), wanted))
        rules = {*_subjects(suite, wanted), *(rule for rule, _ in cases)}
        subjects = tuple(rule for rule in suite.subjects if rule in rules)
        kept += [replace(suite, cases=cases, subjects=subjects)] if cases else []
    return kept


def selected_payments(files: Sequence[CaseFile], text: str) -> list[LedgerCase]:
    """The tests of whole bank lines whose file, expected rule or name holds ``text``."""
    wanted = f"*{text.casefold()}*"
    return [
        each
        for file in files
        for each in file.payments
        if _fits((file.file, str(each.case.expect.get("rule", "")), each.case.name), wanted)
    ]


def nothing_selected(text: str) -> ReskontraError:
    """RK430: a run without a test is a failure."""
    return ReskontraError.of(
        "RK430",
        f"no test is selected by '{text}'",
        help="say a part of a file name, a rule id or a test name; reskontra test runs all",
        exit_code=Exit.FINDINGS,
    )


def proving(found: Sequence[Suite], text: str) -> list[Suite]:
    """The suites with only the subjects whose file, stage or id holds ``text``; else as
    ``selected``.

    Raises RK431 when nothing is left.
    """
    wanted = f"*{text.casefold()}*"
    kept = [replace(suite, subjects=_subjects(suite, wanted)) for suite in found]
    kept = [suite for suite in kept if suite.subjects]
    if not kept:
        raise ReskontraError.of(
            "RK431",
            f"no rule is selected by '{text}'",
            help="say a part of a file name, a stage or a rule id; reskontra rules list shows all",
            exit_code=Exit.FINDINGS,
        )
    return kept


def _subjects(suite: Suite, wanted: str) -> tuple[str, ...]:
    """The subjects whose file, stage or id fits."""
    return tuple(
        rule.id
        for _, rule in proven(suite)
        if _fits((rule.place, suite.stage.stage, rule.id), wanted)
    )


def _names(suite: Suite, rule: str, case: Case) -> tuple[str, ...]:
    return (case.place.file, suite.stage.stage, rule, case.name)


def _fits(names: tuple[str, ...], wanted: str) -> bool:
    return any(fnmatch(name.casefold(), wanted) for name in names)


def proven(suite: Suite) -> Iterator[tuple[int, CompiledRule]]:
    """The rules that the suite is to prove, with their places in the stage."""
    for index, rule in enumerate(suite.stage.rules):
        if rule.id in suite.subjects and rule.place in suite.places:
            yield index, rule


def run_cases(stage: CompiledStage, cases: Sequence[tuple[str, Case]]) -> list[CaseResult]:
    """Decide cases (rule id, case) by a compiled stage."""
    if not cases:
        return []
    decisions = decide(stage, frame(case.given for _, case in cases))
    return [_result(stage, rule, case, decisions.of(row)) for row, (rule, case) in enumerate(cases)]


def differences(
    stage: CompiledStage, case: Case, verdict: Verdict
) -> tuple[tuple[str, Any, Any], ...]:
    """Key, expected and met, for everything that came out otherwise than the case expects."""
    met: dict[str, Any] = dict(verdict.effects or {})
    met["rule"] = stage.rules[verdict.rule].id if verdict.rule >= 0 else NO_RULE
    found = []
    for key, expected in case.expect.items():
        if key == "tag":
            if expected not in verdict.tags:
                found.append((key, expected, ", ".join(verdict.tags) or None))
        elif met.get(key) != expected:
            found.append((key, expected, met.get(key)))
    if verdict.faulted:
        found.append(("deciders", "agree", "disagree"))
    if verdict.conflict:
        deciding = [stage.rules[i].id for i in verdict.fired if stage.rules[i].decides]
        found.append(("decide", "unique", ", ".join(deciding)))
    return tuple(found)


def _result(stage: CompiledStage, rule: str, case: Case, verdict: Verdict) -> CaseResult:
    found = differences(stage, case, verdict)
    fired = tuple(stage.rules[index].id for index in verdict.fired)
    if not found:
        return CaseResult(rule, case, found, fired)
    ids = [each.id for each in stage.rules]
    expected = case.expect.get("rule", rule)
    suspect = expected if expected in ids else (fired[-1] if fired else "")
    conditions = tested(stage, ids.index(suspect), case.given) if suspect else ()
    return CaseResult(rule, case, found, fired, suspect, conditions)
