"""What two sets of rules do not have in common: rules, parameters and the order of a stage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reskontra.engine.errors import Place
from reskontra.rules.explaining import days
from reskontra.rules.language import Rule
from reskontra.rules.merging import StageRules, plain, rule_content
from reskontra.rules.vocabulary import STAGES, Stage


@dataclass(frozen=True, slots=True)
class RuleDifference:
    """One rule, parameter or order that differs."""

    name: str
    """``match/reference-exact``, ``match/params/large``, ``match/order``."""
    before: Place | None
    after: Place | None
    change: str
    """``added``, ``removed`` or ``changed``."""


def rule_differences(
    before: Mapping[Stage, StageRules], after: Mapping[Stage, StageRules]
) -> Iterator[RuleDifference]:
    """What differs, stage by stage; titles, tests and places do not count."""
    for stage in STAGES:
        old = before.get(stage) or StageRules(stage, "first", ())
        new = after.get(stage) or StageRules(stage, "first", ())
        yield from _named(
            {f"{stage}/{_name(rule)}": (rule_content(rule), rule.place) for rule in old.rules},
            {f"{stage}/{_name(rule)}": (rule_content(rule), rule.place) for rule in new.rules},
        )
        yield from _named(_params(old), _params(new))
        common = {rule.id for rule in old.rules} & {rule.id for rule in new.rules}
        orders = [[rule.id for rule in each.rules if rule.id in common] for each in (old, new)]
        if orders[0] != orders[1]:
            yield RuleDifference(f"{stage}/order", None, None, "changed")


def _name(rule: Rule) -> str:
    """Its id, and its days: one id may have a rule for some days and one for the others."""
    return f"{rule.id} {days(rule)}".rstrip()


def _params(stage: StageRules) -> dict[str, tuple[object, Place | None]]:
    """Parameters by name with their values and places."""
    return {
        f"{stage.stage}/params/{name}": (plain(value), stage.param_places.get(name))
        for name, value in stage.params.items()
    }


def _named(
    before: Mapping[str, tuple[object, Place | None]],
    after: Mapping[str, tuple[object, Place | None]],
) -> Iterator[RuleDifference]:
    """Names that one side lacks or whose contents differ, the second side's order first."""
    for name in (*after, *(name for name in before if name not in after)):
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            change = "added" if old is None else "removed"
            yield RuleDifference(name, old[1] if old else None, new[1] if new else None, change)
        elif old[0] != new[0]:
            yield RuleDifference(name, old[1], new[1], "changed")
