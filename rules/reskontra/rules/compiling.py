"""Makes a stage ready to run: parameters put in, rules numbered, tags numbered.

The result holds everything that a decision can refer to later: rule ids, places, effects, texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from reskontra.engine.errors import Place, Problem, ReskontraError
from reskontra.engine.money import is_currency
from reskontra.rules.facts import FIELDS, Field
from reskontra.rules.language import All, Any_, Atom, Condition, Not, Param, Rule, atoms, parts_of
from reskontra.rules.merging import StageRules, stage_hash, where
from reskontra.rules.native import Program, Step
from reskontra.rules.patterns import PatternError
from reskontra.rules.predicates import PerCurrency
from reskontra.rules.reading_conditions import MANY, checked
from reskontra.rules.values import ValueProblemError, effect_problem, money
from reskontra.rules.vocabulary import EFFECTS, Policy, Stage


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with its parameters put in."""

    id: str
    place: str
    """``file:line``."""
    when: All
    """Without the tests of tags."""
    needs: tuple[str, ...]
    """Tags that earlier rules or stages must have set."""
    then: Mapping[str, Any]
    because: str
    decides: bool
    title: str = ""


@dataclass(frozen=True, slots=True)
class CompiledStage:
    """One stage, ready to decide."""

    stage: Stage
    decide: Policy
    rules: tuple[CompiledRule, ...]
    program: Program
    hash: str
    tags: tuple[str, ...]
    """Tags in the order of their numbers in ``program``."""
    fields: tuple[str, ...]
    """Facts that the conditions read, in the order of the catalogue; ``currency`` always."""
    memo: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    """Verdicts of vectors decided earlier, by deciders at work and vector."""


def compile_stage(
    rules: Sequence[Rule],
    params: Mapping[str, Any],
    *,
    stage: Stage,
    decide: Policy = "first",
    places: Mapping[str, Place] | None = None,
) -> CompiledStage:
    """Compile ordered rules of one stage.

    Raises ``ReskontraError`` with every parameter that does not fit where it is used (RK405 to
    RK407), where ``places`` says that it was set; else at the rule that uses it.
    """
    given = _Given(params, places or {}, [])
    guarded = [_guarded(rule) for rule in rules]
    resolved = [_resolved(rule, given) for rule in guarded]
    if given.problems:
        raise ReskontraError(tuple(dict.fromkeys(given.problems)))
    compiled = tuple(_compiled(rule) for rule in resolved)
    tags = tuple(dict.fromkeys(tag for rule in compiled for tag in rule.needs))
    steps = tuple(
        Step(
            needs=_mask(rule.needs, tags),
            sets=_mask((rule.then["tag"],) if "tag" in rule.then else (), tags),
            decides=rule.decides,
        )
        for rule in compiled
    )
    read = {"currency", *(atom.fact for rule in resolved for atom in atoms(rule.when))}
    return CompiledStage(
        stage=stage,
        decide=decide,
        rules=compiled,
        program=Program(steps, stops=decide == "first", tags=len(tags)),
        hash=stage_hash(StageRules(stage, decide, tuple(rules), params)),
        tags=tags,
        fields=tuple(name for name in FIELDS if name in read),
    )


def compile_merged(stage: StageRules) -> CompiledStage:
    """Compile what ``merging.merge`` gave."""
    return compile_stage(
        stage.rules,
        stage.params,
        stage=stage.stage,
        decide=stage.decide,
        places=stage.param_places,
    )


def _mask(wanted: Sequence[str], tags: Sequence[str]) -> int:
    return sum(1 << tags.index(tag) for tag in wanted if tag in tags)


VALIDATED = Any_(
    (
        Atom("reference_valid", "eq", value=True),
        Atom("tier", "in", ("reference", "reference_fee")),
    )
)
"""A reference that names a document or customer of the company beyond doubt."""


def _guarded(rule: Rule) -> Rule:
    """Classifying rules do not override a validated reference unless they say so."""
    known = EFFECTS[rule.stage]
    if "override_reference" not in known or not rule.decides or rule.then.get("override_reference"):
        return rule
    return replace(rule, when=All((*parts_of(rule.when), Not(VALIDATED))))


def _compiled(rule: Rule) -> CompiledRule:
    parts = parts_of(rule.when)
    needs = tuple(p.value for p in parts if isinstance(p, Atom) and p.fact == "tag")
    rest = tuple(p for p in parts if not (isinstance(p, Atom) and p.fact == "tag"))
    return CompiledRule(
        id=rule.id,
        place=where(rule),
        when=All(rest),
        needs=needs,
        then=dict(rule.then),
        because=rule.because,
        decides=rule.decides,
        title=rule.title,
    )


@dataclass(frozen=True, slots=True)
class _Given:
    """Values of parameters, where each was set, and what is wrong with them."""

    params: Mapping[str, Any]
    places: Mapping[str, Place]
    problems: list[Problem]

    def value(self, param: Param, place: Place | None) -> Any:
        """The value of ``param``; ``None`` after a report."""
        if param.name not in self.params:
            self.problems.append(Problem("RK406", f"unknown parameter '{param.name}'", place))
            return None
        return self.params[param.name]

    def wrong(
        self, code: str, param: Param, reason: str, user: Place | None, tip: str = ""
    ) -> None:
        """The value does not fit where it is used (``user``): reported where it was set."""
        message = f"parameter '{param.name}': {reason}"
        self.problems.append(Problem(code, message, self.places.get(param.name, user), tip))


def _resolved(rule: Rule, given: _Given) -> Rule:
    """The rule with every parameter replaced by its checked value."""
    then = {key: _effect(rule, key, value, given) for key, value in rule.then.items()}
    return replace(rule, when=_condition(rule.when, given), then=then)


def _condition(condition: Condition, given: _Given) -> Condition:
    match condition:
        case Atom():
            return replace(condition, value=_operand(condition, given))
        case Not(part=part):
            return Not(_condition(part, given))
        case All(parts=parts):
            return All(tuple(_condition(part, given) for part in parts))
        case Any_(parts=parts):
            return Any_(tuple(_condition(part, given) for part in parts))


def _operand(atom: Atom, given: _Given) -> Any:
    value = atom.value
    if isinstance(value, Param):
        found = given.value(value, atom.place)
        many = atom.op in (*MANY, "between")
        if isinstance(found, tuple):
            if not many:
                given.wrong("RK405", value, "is a list; one value is needed", atom.place)
                return None
            return tuple(_value(atom, value, item, given) for item in found)
        single = _value(atom, value, found, given)
        return (single,) if many else single
    if isinstance(value, tuple):
        return tuple(
            _value(atom, item, given.value(item, atom.place), given)
            if isinstance(item, Param)
            else item
            for item in value
        )
    return value


def _value(atom: Atom, param: Param, value: Any, given: _Given) -> Any:
    """A parameter's value checked like a literal at the same place."""
    if value is None:
        return None
    fact = FIELDS[atom.fact]
    try:
        if isinstance(value, Mapping):
            return _per_currency(fact, value)
        return checked(fact, atom.op, value)
    except (ValueProblemError, PatternError) as error:
        tip = error.help if isinstance(error, ValueProblemError) else ""
        given.wrong("RK405", param, str(error), atom.place, tip)
    return None


def _per_currency(fact: Field, value: Mapping[str, Any]) -> PerCurrency:
    if fact.kind != "money":
        raise ValueProblemError(f"{fact.name} does not depend on a currency")
    amounts: dict[str, Decimal] = {}
    for currency, amount in value.items():
        if not is_currency(currency):
            raise ValueProblemError(f"{currency!r} is not a currency code", "e.g. SEK")
        if isinstance(amount, bool) or not isinstance(amount, int | Decimal):
            raise ValueProblemError(f"{currency}: {amount!r} is not an amount")
        amounts[currency] = money(amount)
    return PerCurrency(amounts)


def _effect(rule: Rule, key: str, value: Any, given: _Given) -> Any:
    if not isinstance(value, Param):
        return value
    found = given.value(value, rule.place)
    reason = effect_problem(EFFECTS[rule.stage][key], found) if found is not None else ""
    if reason:
        given.wrong("RK407", value, f"{key} {reason}", rule.place)
    return found
