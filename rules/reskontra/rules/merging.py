"""Puts a company's packs before the shipped ones: one ordered list of rules per stage.

A company's rules run first: those of branches, its own, those of partners. A rule with the id of a
weaker one takes its place in the order, on its days and for the accounts of its branch; ``disabled:
true`` removes it there. A company's parameters win over its preferences, and those over the shipped
ones. Blocks are sorted by id. The hash of the packs names everything that can change a decision.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from reskontra.config.validation import did_you_mean
from reskontra.engine.errors import Exit, Place, Problem, ReskontraError
from reskontra.rules.branches import level
from reskontra.rules.language import All, Any_, Atom, Condition, Not, Pack, Param, Rule, parameters
from reskontra.rules.vocabulary import STAGES, Policy, Stage


@dataclass(frozen=True, slots=True)
class StageRules:
    """What one stage runs: rules in order, parameters, and how it decides."""

    stage: Stage
    decide: Policy
    rules: tuple[Rule, ...]
    params: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    param_places: Mapping[str, Place] = field(default_factory=lambda: MappingProxyType({}))
    """Where the pack that won sets a parameter; absent for values of preferences."""


def merge(
    company: Sequence[Pack],
    shipped: Sequence[Pack],
    *,
    preferences: Mapping[str, Any] | None = None,
) -> dict[Stage, StageRules]:
    """The rules of every stage, a company's first (the file tells whether they are a branch's or a
    partner's); stages without a pack are absent.

    A parameter has the value of the company's pack; else of ``preferences``, as far as a shipped
    pack has a parameter of this name; else of the shipped pack.

    Raises ``ReskontraError`` with every problem: RK406 unknown parameter, RK408 one id in two packs
    of the same level, RK415 packs that decide differently, RK417 disabling what is not there.
    """
    problems: list[Problem] = []
    result: dict[Stage, StageRules] = {}
    for stage in STAGES:
        upper = [pack for pack in company if pack.stage == stage]
        lower = [pack for pack in shipped if pack.stage == stage]
        if not upper and not lower:
            continue
        problems += _policy_problems([*lower, *upper])
        rules = tuple(_ordered(_level(lower, problems)))
        for strength in sorted({level(pack.file) for pack in upper}):
            own = [pack for pack in upper if level(pack.file) == strength]
            rules = _over(_level(own, problems), rules, problems)
        params, places = _parameters(upper, lower, preferences or {})
        problems += _parameter_problems(rules, params)
        result[stage] = StageRules(stage, (lower or upper)[0].decide, rules, params, places)
    if problems:
        raise ReskontraError(tuple(problems))
    return result


def _parameters(
    upper: Sequence[Pack], lower: Sequence[Pack], preferences: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Place]]:
    """Values and places: what the shipped packs say, over it the preferences, then the company."""
    values: dict[str, Any] = {}
    places: dict[str, Place] = {}
    for packs in (lower, upper):
        for pack in reversed(packs):
            values |= pack.params
            places |= pack.param_places
        if packs is lower:
            filled = {name: value for name, value in preferences.items() if name in values}
            values |= filled
            places = {name: place for name, place in places.items() if name not in filled}
    return values, places


def unused_parameters(company: Sequence[Pack], shipped: Sequence[Pack]) -> list[Problem]:
    """RK413 for each parameter of a company's pack that no rule of its stage refers to.

    A rule that the company disables or replaces still counts: its parameters are spelt right.
    """
    used: dict[Stage, set[str]] = {stage: set() for stage in STAGES}
    for pack in (*company, *shipped):
        for rule in pack.rules:
            used[pack.stage] |= parameters(rule).keys()
    problems = []
    for pack in company:
        here = sorted(used[pack.stage])
        for name in pack.params:
            if name in used[pack.stage]:
                continue
            elsewhere = [stage for stage in STAGES if name in used[stage]]
            tip = f"rules of the stage {pack.stage} use: {', '.join(here) or 'none'}"
            if elsewhere:
                tip = f"rules of the stage {elsewhere[0]} use it: set it in a pack of that stage"
            message = f"no rule of the stage {pack.stage} uses the parameter '{name}'"
            message += did_you_mean(name, here)
            problems.append(Problem("RK413", message, pack.param_places.get(name), tip))
    return problems


def _level(packs: Iterable[Pack], problems: list[Problem]) -> list[Rule]:
    """All rules of one level in the order of its packs; ids are unique in it."""
    rules: dict[str, Rule] = {}
    for pack in packs:
        for rule in pack.rules:
            if rule.id in rules:
                first = rules[rule.id].place
                message = f"rule id '{rule.id}' stands in two packs, first in {first}"
                tip = "give each rule an id of its own"
                problems.append(Problem("RK408", message, rule.place, tip))
            else:
                rules[rule.id] = rule
    return list(rules.values())


def _over(
    upper: Sequence[Rule], below: Sequence[Rule], problems: list[Problem]
) -> tuple[Rule, ...]:
    """``upper`` before ``below``; what has the same id replaces in place, where it is in force."""
    known = {rule.id for rule in below}
    replacing = {rule.id: rule for rule in upper if rule.id in known}
    for rule in upper:
        if rule.disabled and rule.id not in known and not rule.then:
            message = (
                f"there is no rule '{rule.id}' to disable{did_you_mean(rule.id, sorted(known))}"
            )
            problems.append(Problem("RK417", message, rule.place))
    merged = _ordered([rule for rule in upper if rule.id not in known])
    placed: set[str] = set()
    for rule in below:
        over = replacing.get(rule.id)
        if over and rule.id not in placed:
            merged.append(over)
            placed.add(rule.id)
        if over is None or over.scope:
            merged.append(_outside(rule, over.scope) if over else rule)
    return tuple(rule for rule in merged if not rule.disabled)


def _outside(rule: Rule, scope: tuple[Atom, ...]) -> Rule:
    """The rule on the days and accounts that a stronger one of its id leaves to it."""
    guard = Not(All(tuple(replace(each, place=None) for each in scope)))
    return replace(rule, when=All((rule.when, guard)))


def _ordered(rules: list[Rule]) -> list[Rule]:
    """File order, but the rules of a block sorted by id on the places they hold."""
    result = list(rules)
    for block in sorted({rule.block for rule in rules if rule.block}):
        places = [index for index, rule in enumerate(rules) if rule.block == block]
        members = sorted((rules[index] for index in places), key=lambda rule: rule.id)
        for index, rule in zip(places, members, strict=True):
            result[index] = rule
    return result


def _policy_problems(packs: Sequence[Pack]) -> list[Problem]:
    expected = packs[0].decide
    return [
        Problem(
            "RK415",
            f"pack '{pack.name}' says decide: {pack.decide}, pack '{packs[0].name}' of the same"
            f" stage says {expected}",
            pack.place,
            f"write decide: {expected}",
        )
        for pack in packs
        if pack.decide != expected
    ]


def _parameter_problems(rules: Iterable[Rule], params: Mapping[str, Any]) -> list[Problem]:
    problems = []
    for rule in rules:
        for name, place in parameters(rule).items():
            if name not in params:
                guess = did_you_mean(name, sorted(params))
                tip = "" if guess else f"parameters: {', '.join(sorted(params)) or 'none'}"
                message = f"unknown parameter '{name}' in rule '{rule.id}'{guess}"
                problems.append(Problem("RK406", message, place, tip))
    return problems


def content_hash(packs: Iterable[Pack]) -> str:
    """sha256 over everything that can change a decision or its reason, in the given order.

    Not part of it: file names, places, titles, tests.
    """
    content = [
        {
            "pack": pack.name,
            "stage": pack.stage,
            "decide": pack.decide,
            "params": {name: plain(value) for name, value in pack.params.items()},
            "rules": [rule_content(rule) for rule in pack.rules],
        }
        for pack in packs
    ]
    return hashed(content)


def stage_hash(stage: StageRules) -> str:
    """The same over one merged stage."""
    return hashed(
        {
            "stage": stage.stage,
            "decide": stage.decide,
            "params": {name: plain(value) for name, value in stage.params.items()},
            "rules": [rule_content(rule) for rule in stage.rules],
        }
    )


def hashed(content: Any) -> str:
    """sha256 of canonical JSON."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def rule_content(rule: Rule) -> dict[str, Any]:
    """What of a rule can change a decision or its reason."""
    return {
        "id": rule.id,
        "when": _condition_content(rule.when),
        "then": {key: plain(value) for key, value in rule.then.items()},
        "because": rule.because,
        "block": rule.block,
        "disabled": rule.disabled,
    }


def _condition_content(condition: Condition) -> Any:
    match condition:
        case Atom(fact=name, op=op, value=value):
            return [name, op, plain(value)]
        case Not(part=part):
            return {"not": _condition_content(part)}
        case All(parts=parts):
            return {"all": [_condition_content(part) for part in parts]}
        case Any_(parts=parts):
            return {"any": [_condition_content(part) for part in parts]}


def plain(value: Any) -> Any:
    """A literal as JSON that keeps kinds apart: ``Decimal`` and dates as tagged text."""
    match value:
        case Param(name=name):
            return {"param": name}
        case tuple() | list():
            return [plain(item) for item in value]
        case Mapping():
            return {key: plain(item) for key, item in value.items()}
        case Decimal():
            return {"decimal": format(value.normalize(), "f")}
        case date():
            return {"date": value.isoformat()}
    return value


def find(stages: Iterable[StageRules], ident: str) -> tuple[StageRules, Rule]:
    """The rule with this id and its stage; the one that is laid over it on some days.

    Raises RK432 when there is none.
    """
    rules: dict[str, tuple[StageRules, Rule]] = {}
    for stage in stages:
        for rule in stage.rules:
            rules.setdefault(rule.id, (stage, rule))
    if ident in rules:
        return rules[ident]
    raise ReskontraError.of(
        "RK432",
        f"there is no rule '{ident}'{did_you_mean(ident, sorted(rules))}",
        help="reskontra rules list shows all",
        exit_code=Exit.USAGE,
    )


def where(rule: Rule) -> str:
    """``file:line`` of a rule."""
    return str(Place(rule.place.file, rule.place.line))
