"""Which payments satisfy conditions: finds facts that do, or proves that there are none.

Every fact falls into the few classes that the conditions can tell apart (an amount: below, at and
above each bound), so a search over classes is exact. Text is exact where it is only compared;
otherwise each test of it is taken as free, but for what words imply of each other: that no payment
exists is then still true, and facts are given only when a text was found that fits. Whoever
reports facts runs them through the decider first.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from reskontra.engine.preferences.matching import RATIO
from reskontra.rules import texts
from reskontra.rules.compiling import CompiledRule
from reskontra.rules.facts import FIELDS, TAG_SEPARATOR, Field
from reskontra.rules.language import All, Any_, Atom, Condition, Not, atoms
from reskontra.rules.predicates import PerCurrency
from reskontra.rules.values import minor_bound

Variable = tuple[Any, ...]
"""A fact, a tag (``tag``, name), or one test of a text (fact, op, value)."""
Facts = dict[str, Any]
"""Stored values, as a facts frame holds them; what is absent is missing."""
Answer = Facts | Literal["none", "unknown"]

NODES = 4_000
"""Steps of a search before it gives up and says ``unknown``."""
ALWAYS = ("currency", "direction", "amount", "booking_date", "cash_account")
"""Facts that every bank line has."""


@dataclass(frozen=True, slots=True)
class Literal_:  # noqa: N801  (typing has the plain word)
    """The variable is in one of the classes of ``mask`` (a bit per class)."""

    variable: Variable
    mask: int


@dataclass(frozen=True, slots=True)
class Both:
    """All parts hold."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part holds."""

    parts: tuple[Formula, ...]


Formula = Literal_ | Both | Either
IMPOSSIBLE = Either(())


@dataclass
class Space:
    """The classes of every fact that ``conditions`` tell apart, for payments in one currency."""

    currency: str
    classes: dict[Variable, list[Any]]
    laws: list[Formula] = field(default_factory=list)
    """What holds for every payment."""

    @classmethod
    def of(cls, rules: Iterable[CompiledRule], currency: str) -> Space:
        """The space in which these rules, and no others, can be asked."""
        space = cls(currency, {})
        by_fact: dict[str, list[Atom]] = {}
        for rule in rules:
            space.classes |= {("tag", tag): [False, True] for tag in rule.needs}
            for atom in atoms(rule.when):
                by_fact.setdefault(atom.fact, []).append(atom)
        for name, tests in by_fact.items():
            if FIELDS[name].kind == "text" and name != "currency":
                space._text(name, tests)
            else:
                space.classes[name,] = _classes(FIELDS[name], tests, currency)
        space._signs()
        return space

    def _text(self, name: str, tests: list[Atom]) -> None:
        """One variable where values are compared only, else one for each different test."""
        if all(atom.op in {"eq", "in", "present"} for atom in tests):
            values = dict.fromkeys(v for atom in tests for v in texts.values(atom))
            missing = [] if name in ALWAYS else [None]
            self.classes[name,] = [*missing, texts.other(values), *values]
            return
        different = list({_variable(atom): atom for atom in tests}.values())
        for atom in different:
            self.classes[_variable(atom)] = [False, True]
        for one in different:
            for other in different:
                for holds in (True, False):
                    if one is not other and texts.follows(one, other, holds=holds):
                        then = Literal_(_variable(other), 0b10 if holds else 0b01)
                        self.laws.append(Either((Literal_(_variable(one), 0b01), then)))

    def _signs(self) -> None:
        """Money that goes out has a negative amount, and no other."""
        direction, amount = self.classes.get(("direction",)), self.classes.get(("amount",))
        if direction is None or amount is None:
            return
        out, minus = _mask(direction, "out".__eq__), _mask(amount, lambda value: value < 0)
        for towards, sign in ((out, minus), (~out, ~minus)):
            away = Literal_(("direction",), ~towards & _all(direction))
            self.laws.append(Either((away, Literal_(("amount",), sign & _all(amount)))))

    def rule(self, rule: CompiledRule, *, holds: bool = True) -> Formula:
        """What the rule asks, or its opposite: conditions and tags."""
        tags = [Literal_(("tag", tag), 0b10 if holds else 0b01) for tag in rule.needs]
        parts = (*tags, self.formula(rule.when, holds=holds))
        return Both(parts) if holds else Either(parts)

    def formula(self, condition: Condition, *, holds: bool = True) -> Formula:
        """The condition, or its opposite, over classes."""
        match condition:
            case Not(part=part):
                return self.formula(part, holds=not holds)
            case All(parts=parts) | Any_(parts=parts):
                inner = tuple(self.formula(part, holds=holds) for part in parts)
                return Both(inner) if isinstance(condition, All) == holds else Either(inner)
        return self._literal(condition, holds)

    def _literal(self, atom: Atom, holds: bool) -> Literal_:
        variable: Variable = (atom.fact,)
        if variable in self.classes:
            mask = _mask(self.classes[variable], _test(atom, self.currency))
            if atom.op == "present" and not atom.value:
                mask ^= _all(self.classes[variable])
        else:
            variable = _variable(atom)
            mask = 0b01 if atom.op == "present" and not atom.value else 0b10
        return Literal_(variable, mask if holds else ~mask & _all(self.classes[variable]))

    def facts(self, holding: Iterable[Formula]) -> Answer:
        """Facts for which everything in ``holding`` holds; ``none``: there are none."""
        start = {variable: _all(values) for variable, values in self.classes.items()}
        found = _Search(NODES).state([*holding, *self.laws], start)
        return found if isinstance(found, str) else self._facts(found)

    def _facts(self, state: Mapping[Variable, int]) -> Answer:
        result: Facts = {"currency": self.currency}
        tags: list[str] = []
        tests: dict[str, list[texts.Test]] = {}
        for variable, mask in state.items():
            value = self.classes[variable][(mask & -mask).bit_length() - 1]
            match variable:
                case (name,):
                    result[name] = value
                case ("tag", tag):
                    tags += [tag] if value else []
                case (name, op, compared):
                    tests.setdefault(name, []).append((op, compared, value))
        result["tag"] = TAG_SEPARATOR.join(tags) or None
        for name, wanted in tests.items():
            text = texts.fitting(wanted)
            if text is None:
                return "unknown"
            result[name] = text or None
        return {name: value for name, value in result.items() if value is not None}


def predicate(condition: Condition, currency: str) -> Callable[[Facts], bool]:
    """The condition as a function of facts in this currency: quick, for one payment at a time."""
    match condition:
        case Not(part=part):
            inner = predicate(part, currency)
            return lambda facts: not inner(facts)
        case All(parts=parts):
            every = [predicate(part, currency) for part in parts]
            return lambda facts: _every(every, facts)
        case Any_(parts=parts):
            some = [predicate(part, currency) for part in parts]
            return lambda facts: any(part(facts) for part in some)
    return _tested(condition, currency)


def _every(parts: Sequence[Callable[[Facts], bool]], facts: Facts) -> bool:
    for part in parts:  # noqa: SIM110  (all() costs a generator for each of millions of calls)
        if not part(facts):
            return False
    return True


def _tested(atom: Atom, currency: str) -> Callable[[Facts], bool]:
    name = atom.fact
    if atom.op == "present":
        return lambda facts: (name in facts) is atom.value
    if FIELDS[name].kind == "text":
        return lambda facts: name in facts and texts.holds(atom.op, atom.value, facts[name])
    fits = _test(atom, currency)
    return lambda facts: name in facts and fits(facts[name])


class _Search:
    """Depth-first, the choice with fewest ways first."""

    def __init__(self, nodes: int) -> None:
        self.nodes = nodes

    def state(
        self, goals: list[Formula], state: Mapping[Variable, int]
    ) -> dict[Variable, int] | Literal["none", "unknown"]:
        """Classes left for each variable; any of them fits."""
        self.nodes -= 1
        if self.nodes < 0:
            return "unknown"
        now, choices = dict(state), list[tuple[Formula, ...]]()
        waiting = list(goals)
        while waiting:
            goal = waiting.pop()
            if goal == IMPOSSIBLE:
                return "none"
            if isinstance(goal, Literal_):
                now[goal.variable] &= goal.mask
                if not now[goal.variable]:
                    return "none"
            elif isinstance(goal, Both):
                waiting += goal.parts
            else:
                choices.append(goal.parts)
            if not waiting:
                left = [_left(parts, now) for parts in choices]
                waiting = [p[0] if p else IMPOSSIBLE for p in left if p is not None and len(p) < 2]
                choices = [p for p in left if p is not None and len(p) > 1]
        if not choices:
            return now
        choices.sort(key=len)
        rest = [Either(parts) for parts in choices[1:]]
        for part in choices[0]:
            found = self.state([part, *rest], now)
            if found != "none":
                return found
        return "none"


def _left(parts: tuple[Formula, ...], state: Mapping[Variable, int]) -> tuple[Formula, ...] | None:
    """The parts that can still hold; ``None`` when one of them holds already."""
    judged = [_judged(part, state) for part in parts]
    if True in judged:
        return None
    return tuple(part for part, verdict in zip(parts, judged, strict=True) if verdict is None)


def _judged(formula: Formula, state: Mapping[Variable, int]) -> bool | None:
    """True: holds in every class that is left; False: in none; None: open."""
    if isinstance(formula, Literal_):
        left = state[formula.variable]
        if not left & formula.mask:
            return False
        return True if not left & ~formula.mask else None
    decisive = isinstance(formula, Either)
    verdicts = [_judged(part, state) for part in formula.parts]
    if decisive in verdicts:
        return decisive
    return None if None in verdicts else not decisive


def _variable(atom: Atom) -> Variable:
    if atom.op == "present":
        return (atom.fact, "present", True)
    return (atom.fact, atom.op, atom.value)


def _all(classes: Sequence[Any]) -> int:
    return (1 << len(classes)) - 1


def _mask(classes: Sequence[Any], fits: Callable[[Any], bool]) -> int:
    return sum(1 << bit for bit, value in enumerate(classes) if value is not None and fits(value))


def _classes(fact: Field, tests: Sequence[Atom], currency: str) -> list[Any]:
    """One value of every class, the missing one first: what need not be there is left out."""
    if fact.name == "currency":
        return [currency]
    missing = [] if fact.name in ALWAYS else [None]
    if fact.kind == "flag":
        return [*missing, True, False]
    if fact.kind == "choice":
        return [*missing, *fact.choices]
    bounds = {bound for atom in tests for bound in _bounds(atom, currency)}
    step: Any = timedelta(days=1) if fact.kind == "date" else 1
    around = {value + move for value in bounds for move in (step, 0 * step, -step)}
    if not around:
        around = {date(2026, 1, 1)} if fact.kind == "date" else {0, 1, -1}
    if fact.kind == "ratio":
        around = {value for value in around if 0 <= value <= RATIO}
    if fact.kind == "integer":
        around = {value for value in around if value >= 0}
    return [*missing, *sorted(around)]


def _bounds(atom: Atom, currency: str) -> list[Any]:
    """The values that an atom compares with, in stored form."""
    if atom.op == "present":
        return []
    values = atom.value if isinstance(atom.value, tuple) else (atom.value,)
    if FIELDS[atom.fact].kind != "money":
        return list(values)
    ops = {"between": ("gte", "lte")}.get(atom.op, (_OPS.get(atom.op, atom.op),) * len(values))
    minors = [_minor(op, value, currency) for op, value in zip(ops, values, strict=True)]
    return [minor for minor in minors if minor is not None]


_OPS = {"in": "eq"}
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


def _minor(op: str, value: Any, currency: str) -> int | None:
    amount = value.amounts.get(currency) if isinstance(value, PerCurrency) else value
    return None if amount is None else minor_bound(op, amount, currency)[1]


def _test(atom: Atom, currency: str) -> Callable[[Any], bool]:
    """The atom as a function of a stored value that is not missing; as ``predicates`` have it."""
    bounds = _bounds(atom, currency)
    if atom.op == "present":
        return lambda _: True
    if atom.op in {"eq", "in"}:
        return bounds.__contains__
    if atom.op == "between":
        if len(bounds) < 2:
            return lambda _: False
        return lambda value: bounds[0] <= value <= bounds[1]
    compare = _COMPARE[atom.op]
    return lambda value: any(compare(value, bound) for bound in bounds)
