"""Runs the tests that stand beside the rules: given facts, expected effects.

A case is decided by the whole stage (the pack, above the packs it is laid over), as a payment would
be. What a case does not give is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reskontra.engine.errors import Problem
from reskontra.rules.compiling import CompiledStage, compile_merged
from reskontra.rules.deciding import Verdict, decide
from reskontra.rules.facts import frame
from reskontra.rules.language import Case, Pack
from reskontra.rules.merging import merge

NO_RULE = "none"
"""``expect: {rule: none}``: no rule decides."""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """Outcome of one case."""

    rule: str
    """The rule beside which the case stands."""
    case: Case
    differences: tuple[tuple[str, Any, Any], ...]
    """Key, expected, met; empty = passed."""
    fired: tuple[str, ...]
    """Ids of the rules that fired."""

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
            f"{key}: expected {want}, met {met}" for key, want, met in self.differences
        )
        name = f" ({self.case.name})" if self.case.name else ""
        tip = f"rules that fired: {', '.join(self.fired) or 'none'}"
        return Problem("RK418", f"test of rule '{self.rule}'{name}: {text}", self.case.place, tip)


def run_tests(
    pack: Pack, *, over: Sequence[Pack] = (), params: Mapping[str, Any] | None = None
) -> list[CaseResult]:
    """Every case of the pack, decided by the pack laid over ``over``; in the order of the file.

    Raises ``ReskontraError`` when the packs do not fit together.
    """
    merged = merge([pack], over, preferences=params) if over else merge((), [pack])
    stage = merged[pack.stage]
    return run_cases(
        compile_merged(stage),
        [(rule.id, case) for rule in pack.rules if not rule.disabled for case in rule.cases],
    )


def run_cases(stage: CompiledStage, cases: Sequence[tuple[str, Case]]) -> list[CaseResult]:
    """Decide cases (rule id, case) by a compiled stage."""
    if not cases:
        return []
    decisions = decide(stage, frame(case.given for _, case in cases))
    return [_result(stage, rule, case, decisions.of(row)) for row, (rule, case) in enumerate(cases)]


def _result(stage: CompiledStage, rule: str, case: Case, verdict: Verdict) -> CaseResult:
    met: dict[str, Any] = dict(verdict.effects or {})
    met["rule"] = stage.rules[verdict.rule].id if verdict.rule >= 0 else NO_RULE
    differences = []
    for key, expected in case.expect.items():
        if key == "tag":
            if expected not in verdict.tags:
                differences.append((key, expected, ", ".join(verdict.tags) or None))
        elif met.get(key) != expected:
            differences.append((key, expected, met.get(key)))
    if verdict.faulted:
        differences.append(("deciders", "agree", "disagree"))
    if verdict.conflict:
        deciding = [stage.rules[i].id for i in verdict.fired if stage.rules[i].decides]
        differences.append(("decide", "unique", ", ".join(deciding)))
    fired = tuple(stage.rules[index].id for index in verdict.fired)
    return CaseResult(rule, case, tuple(differences), fired)
