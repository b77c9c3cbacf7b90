"""What can be wrong across the rules of a stage although each of them is well formed.

Finds rules that can never fire, because an earlier rule takes every case. Sound, not complete: it
compares the parts of conditions as they are written, so what it reports is true, but it does not
find everything.
"""

from __future__ import annotations

from collections.abc import Iterator

from reskontra.engine.errors import Problem
from reskontra.rules.language import All, Atom, Condition, Rule
from reskontra.rules.merging import StageRules


def analyse(stage: StageRules) -> list[Problem]:
    """Warnings RK402 (can never fire), in the order of the rules."""
    return list(_unreachable(stage)) if stage.decide == "first" else []


def _unreachable(stage: StageRules) -> Iterator[Problem]:
    for index, rule in enumerate(stage.rules):
        for earlier in stage.rules[:index]:
            if earlier.decides and _takes(earlier, rule):
                yield Problem(
                    "RK402",
                    f"rule '{rule.id}' can never fire: '{earlier.id}' ({earlier.place}) takes"
                    " every case under decide: first",
                    rule.place,
                    f"move it before '{earlier.id}', or narrow '{earlier.id}'",
                    severity="warning",
                )
                break


def _takes(earlier: Rule, later: Rule) -> bool:
    """Whether every part that ``earlier`` asks for follows from a part of ``later``."""
    if earlier.stage == "classify" and later.then.get("override_reference"):
        return bool(earlier.then.get("override_reference")) and _follows(earlier, later)
    return _follows(earlier, later)


def _follows(earlier: Rule, later: Rule) -> bool:
    given = _parts(later.when)
    return all(any(_implies(part, asked) for part in given) for asked in _parts(earlier.when))


def _parts(condition: Condition) -> tuple[Condition, ...]:
    if isinstance(condition, All):
        return tuple(inner for part in condition.parts for inner in _parts(part))
    return (condition,)


def _implies(part: Condition, asked: Condition) -> bool:
    """Whether ``part`` holding means that ``asked`` holds; only what is plain to see."""
    if part == asked:
        return True
    if not (isinstance(part, Atom) and isinstance(asked, Atom) and part.fact == asked.fact):
        return False
    if asked.op == "present" and asked.value is True:
        return not (part.op == "present" and part.value is False)
    if asked.op == "in" and isinstance(asked.value, tuple):
        values = part.value if isinstance(part.value, tuple) else (part.value,)
        return part.op in {"eq", "in"} and all(value in asked.value for value in values)
    return False
