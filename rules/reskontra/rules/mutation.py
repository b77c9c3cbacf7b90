"""Are the tests of rules any good? Every rule is spoilt in every small way: a condition left out or
turned round, a bound moved by the least step, a value of a list dropped, the rule taken away. A
change that no test notices is one that nobody would notice.

All changes of a stage are evaluated as columns at once; only where a rule then holds or not in
another test than before is that test decided again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from reskontra.rules.cases import Suite, differences, proven
from reskontra.rules.compiling import CompiledRule
from reskontra.rules.deciding import verdict
from reskontra.rules.explaining import described, in_words
from reskontra.rules.facts import FIELDS, frame
from reskontra.rules.language import All, Any_, Atom, Case, Condition, Not
from reskontra.rules.native import Vector, decide_native
from reskontra.rules.predicates import PerCurrency, prepared, truths

Change = tuple[str, Condition | None]
"""What was changed, and what is left; ``None`` = nothing."""

NEVER = Any_((Not(All(())),))
"""A condition that never holds."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One spoilt rule."""

    rule: str
    place: str
    """``file:line`` of the rule."""
    change: str
    """What was done to it, as people read it."""
    noticed: bool
    """Whether a test fails because of it."""


def score(found: Sequence[Mutant]) -> float:
    """Share of the changes that a test notices, in percent; 100 when there is nothing to change."""
    return 100 * sum(mutant.noticed for mutant in found) / len(found) if found else 100.0


def mutants(suite: Suite) -> list[Mutant]:
    """Every change of the rules that the suite is to prove, in their order. Tests that fail as it
    is, and those with a todo, notice nothing.
    """
    stage = suite.stage
    spoilt = [
        (index, change, left) for index, rule in proven(suite) for change, left in _changes_of(rule)
    ]
    cases = [result.case for result in suite.results() if not result.differences]
    bench = _Bench.of(suite, cases, [left.when for _, _, left in spoilt])
    return [
        Mutant(
            stage.rules[index].id,
            stage.rules[index].place,
            change,
            noticed=bench.noticed(index, left, number),
        )
        for number, (index, change, left) in enumerate(spoilt)
    ]


@dataclass(frozen=True, slots=True)
class _Bench:
    """The tests of a suite with what holds in each of them."""

    suite: Suite
    cases: Sequence[Case]
    vectors: tuple[Vector, ...]
    """Per case: what holds as the rules stand."""
    spoilt: tuple[tuple[bool, ...], ...]
    """Per change and case: whether the changed condition holds."""

    @classmethod
    def of(cls, suite: Suite, cases: Sequence[Case], conditions: Sequence[All]) -> _Bench:
        stage = suite.stage
        facts = prepared(frame(case.given for case in cases), list(stage.fields))
        whole = [rule.when for rule in stage.rules]
        tags = [Atom("tag", "eq", tag) for tag in stage.tags]
        bits = [tuple(held) for held in truths([*whole, *conditions, *tags], facts)]
        rules, changed = len(whole), len(conditions)
        vectors = tuple(
            Vector(_word(bits[:rules], row), _word(bits[rules + changed :], row))
            for row in range(len(cases))
        )
        return cls(suite, cases, vectors, tuple(bits[rules : rules + changed]))

    def noticed(self, index: int, changed: CompiledRule, number: int) -> bool:
        """Whether a test fails with ``changed`` in the place of rule ``index``."""
        stage = self.suite.stage
        program = stage.program
        if changed.needs != stage.rules[index].needs:
            needs = sum(1 << stage.tags.index(tag) for tag in changed.needs)
            steps = list(program.steps)
            steps[index] = replace(steps[index], needs=needs)
            program = replace(program, steps=tuple(steps))
        for case, vector, holds in zip(self.cases, self.vectors, self.spoilt[number], strict=True):
            now = vector.holds & ~(1 << index) | holds << index
            if now == vector.holds and program is stage.program:
                continue
            (fired,) = decide_native(program, [Vector(now, vector.tags)])
            if differences(stage, case, verdict(stage, fired)):
                return True
        return False


def _word(bits: Sequence[Sequence[bool]], row: int) -> int:
    return sum(1 << number for number, column in enumerate(bits) if column[row])


def _changes_of(rule: CompiledRule) -> Iterator[tuple[str, CompiledRule]]:
    yield "taken away", replace(rule, when=All((NEVER,)))
    for tag in rule.needs:
        yield f"without tag = {tag}", replace(rule, needs=tuple(t for t in rule.needs if t != tag))
    for change, left in _changes(rule.when):
        when = left if isinstance(left, All) else All(() if left is None else (left,))
        yield change, replace(rule, when=when)


def _changes(condition: Condition) -> Iterator[Change]:
    """What people wrote, changed in one place; guards that the program adds stay."""
    match condition:
        case Atom(place=None):
            return
        case Atom():
            yield f"without {described(condition)}", None
            yield f"{described(condition)} turned round", Not(condition)
            yield from _other_values(condition)
        case Not(part=part):
            inner = [(change, left) for change, left in _changes(part) if left is not None]
            if inner:
                yield f"without not ({in_words(part)})", None
            yield from ((f"in not: {change}", Not(left)) for change, left in inner if left)
        case All(parts=parts):
            yield from _in_parts(parts, All)
        case Any_(parts=parts):
            yield f"without any ({in_words(condition)})", None
            for change, left in _in_parts(parts, Any_):
                if left is not None:
                    yield f"in any: {change}", left


def _in_parts(parts: Sequence[Condition], whole: type[All] | type[Any_]) -> Iterator[Change]:
    for index, part in enumerate(parts):
        for change, left in _changes(part):
            kept = (*parts[:index], *(() if left is None else (left,)), *parts[index + 1 :])
            yield change, whole(kept) if kept else None


def _other_values(atom: Atom) -> Iterator[Change]:
    """Bounds moved by the least step either way; lists without each of their values."""
    if atom.op in {"gt", "gte", "lt", "lte"}:
        for sign in (-1, 1):
            yield _with(atom, _moved(atom, atom.value, sign))
    elif atom.op == "between":
        low, high = atom.value
        for sign in (-1, 1):
            yield _with(atom, (_moved(atom, low, sign), high))
            yield _with(atom, (low, _moved(atom, high, sign)))
    elif isinstance(atom.value, tuple) and len(atom.value) > 1:
        for value in atom.value:
            kept = tuple(other for other in atom.value if other != value)
            yield f"{atom.fact}: {atom.op} without {value}", replace(atom, value=kept)


def _with(atom: Atom, value: Any) -> Change:
    changed = replace(atom, value=value)
    return f"{described(atom)} changed to {described(changed)}", changed


def _moved(atom: Atom, value: Any, sign: int) -> Any:
    if isinstance(value, PerCurrency):
        return PerCurrency({c: _moved(atom, v, sign) for c, v in value.amounts.items()})
    if isinstance(value, date):
        return value + timedelta(days=sign)
    return value + sign * (Decimal("0.01") if FIELDS[atom.fact].kind == "money" else 1)
