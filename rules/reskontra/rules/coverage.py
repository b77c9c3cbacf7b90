"""What the tests of rules reach: which rules ever fire, and which conditions are seen both ways.

A condition counts where its rule is asked: under ``decide: first`` not after an earlier rule
decided. A row of a decision table is a rule like any other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reskontra.rules.cases import Suite, proven
from reskontra.rules.compiling import CompiledStage
from reskontra.rules.deciding import Verdict, decide
from reskontra.rules.explaining import described, holding
from reskontra.rules.facts import frame
from reskontra.rules.language import written


@dataclass(frozen=True, slots=True)
class ConditionCoverage:
    """One condition of a rule: in how many tests it was asked and held, or did not."""

    test: str
    line: int
    held: int
    failed: int


@dataclass(frozen=True, slots=True)
class RuleCoverage:
    """One rule: in how many tests it fired, and its conditions."""

    rule: str
    place: str
    fired: int
    conditions: tuple[ConditionCoverage, ...]

    @property
    def points(self) -> tuple[int, int]:
        """Seen and to be seen: the rule firing, each condition holding, each not holding."""
        seen = [self.fired > 0]
        for condition in self.conditions:
            seen += [condition.held > 0, condition.failed > 0]
        return sum(seen), len(seen)


def percent(covered: Iterable[RuleCoverage]) -> float:
    """Share of the points that were seen; 100 when there is nothing to see."""
    points = [rule.points for rule in covered]
    total = sum(total for _, total in points)
    return 100 * sum(seen for seen, _ in points) / total if total else 100.0


def coverage(suite: Suite) -> list[RuleCoverage]:
    """The rules that the suite is to prove, in their order."""
    stage = suite.stage
    facts = frame(case.given for _, case in suite.cases)
    decisions = decide(stage, facts, engine="native")
    verdicts = [decisions.of(row) for row in range(facts.height)]
    holds = holding(stage, facts)
    found = []
    for index, rule in proven(suite):
        asked = [row for row, verdict in enumerate(verdicts) if _asked(stage, index, verdict)]
        conditions = []
        for atom in written(rule.when):
            held = sum(holds[atom][row] for row in asked)
            line = atom.place.line if atom.place else 0
            conditions.append(ConditionCoverage(described(atom), line, held, len(asked) - held))
        fired = sum(index in verdict.fired for verdict in verdicts)
        found.append(RuleCoverage(rule.id, rule.place, fired, tuple(conditions)))
    return found


def _asked(stage: CompiledStage, index: int, verdict: Verdict) -> bool:
    """Whether no earlier rule ended the stage."""
    return stage.decide != "first" or verdict.rule < 0 or index <= verdict.rule
