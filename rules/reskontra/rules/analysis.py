"""What can be wrong across the rules of a stage although each of them is well formed.

Every finding is proved, and shown by the facts of a payment that went through the real decider: a
search over classes of facts (``solving``) offers a payment for each rule; a rule that fires on it
is reachable. Where an earlier rule takes the payment, that rule is shut out and the search goes on,
until a payment is found or there is none. Where nothing can be proved, nothing is said.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

from reskontra.engine.errors import Place, Problem, Severity
from reskontra.engine.money import exponent
from reskontra.engine.preferences.matching import RATIO
from reskontra.rules.compiling import CompiledRule, CompiledStage, compile_merged
from reskontra.rules.deciding import activations
from reskontra.rules.facts import FIELDS, TAG_SEPARATOR, frame
from reskontra.rules.language import All, Atom, Condition, Rule, Table, atoms
from reskontra.rules.merging import StageRules
from reskontra.rules.native import Vector, decide_native
from reskontra.rules.predicates import PerCurrency
from reskontra.rules.solving import Answer, Facts, Formula, Space, predicate

PAIRS = 20_000
"""Pairs of rules that are compared; where more would have to be, none are."""
ROUNDS = 40
"""How many earlier rules are shut out before a rule is left alone."""
FEW = 50
"""Payments that are asked for one by one; more are decided together."""
CURRENCIES = ("SEK", "JPY", "KWD")
"""One currency for each number of decimals, the usual one first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem and the facts that show it."""

    problem: Problem
    witness: Facts
    """Stored values; empty where no payment can exist (RK454)."""


def analyse(stage: StageRules) -> list[Problem]:
    """The problems of ``findings``."""
    return [finding.problem for finding in findings(stage)]


def findings(stage: StageRules) -> list[Finding]:
    """RK402 and RK455 never fires, RK454 never holds, RK456 overlap, RK457 gap: by place."""
    analysis = _Analysis(stage.rules, compile_merged(stage))
    found = [*analysis.never(), *analysis.overlaps(), *analysis.gaps()]
    return sorted(found, key=lambda f: (f.problem.place or Place(""), f.problem.code))


class _Analysis:
    """One stage under analysis."""

    def __init__(self, rules: Sequence[Rule], stage: CompiledStage) -> None:
        self.rules = rules
        self.stage = stage
        self.currencies = _currencies(stage)
        self.quick: dict[str, list[Callable[[Facts], bool]]] = {}

    def never(self) -> list[Finding]:
        """Rules that never hold, and rules that never fire because of others."""
        found: list[Finding] = []
        shadowed: dict[int, list[tuple[Rule, Facts]]] = {}
        for index, (before, shown) in self._unreached().items():
            if not before:
                found.append(self._contradiction(index))
                continue
            alone = [one for one in before if self._holding((index,), (one,)) == "none"]
            takers = alone[:1] or sorted(before)
            files = {self.rules[taker].place.file for taker in takers}
            if self.rules[index].place.file in files:
                found.append(self._unreachable(index, takers, shown))
            else:
                shadowed.setdefault(takers[0], []).append((self.rules[index], shown))
        found += [_shadow(self.rules[taker], below) for taker, below in shadowed.items()]
        return found

    def _unreached(self) -> dict[int, tuple[list[int], Facts]]:
        """Rules on which no payment comes, the rules that take theirs, and a payment that shows it.

        A rule is asked again, without the payments of the rule that took the last one, until it
        fires.
        """
        result: dict[int, tuple[list[int], Facts]] = {}
        waiting: dict[int, tuple[list[int], Facts]] = {i: ([], {}) for i in range(len(self.rules))}
        for _ in range(ROUNDS):
            answers = {i: self._holding((i,), before) for i, (before, _) in waiting.items()}
            result |= {i: waiting[i] for i, answer in answers.items() if answer == "none"}
            shown = {index: answer for index, answer in answers.items() if isinstance(answer, dict)}
            waiting = {
                index: ([*waiting[index][0], taker], shown[index])
                for index, taker in self._takers(shown).items()
            }
            if not waiting:
                break
        return self._proved(dict(sorted(result.items())))

    def _takers(self, shown: Mapping[int, Facts]) -> dict[int, int]:
        """Per rule the earlier one, if any, that ends the stage on its facts."""
        if self.stage.decide != "first":
            return {}
        takers = self._by_column(shown) if len(shown) > FEW else self._one_by_one(shown)
        return {index: taker for index, taker in takers if taker is not None}

    def _by_column(self, shown: Mapping[int, Facts]) -> Iterator[tuple[int, int | None]]:
        """All at once, as payments are decided; worth while for many."""
        fired = decide_native(self.stage.program, self._vectors(shown.values()))
        for index, fires in zip(shown, fired, strict=True):
            yield index, None if index in fires else fires[-1]

    def _one_by_one(self, shown: Mapping[int, Facts]) -> Iterator[tuple[int, int | None]]:
        for index, facts in shown.items():
            yield index, self._taker(index, facts)

    def _taker(self, index: int, facts: Facts) -> int | None:
        currency = facts["currency"]
        if currency not in self.quick:
            self.quick[currency] = [predicate(rule.when, currency) for rule in self.stage.rules]
        for earlier, holds in enumerate(self.quick[currency][:index]):
            if holds(facts) and self.rules[earlier].decides:
                needs = self.stage.rules[earlier].needs
                if not needs or set(needs) <= set(facts.get("tag", "").split(TAG_SEPARATOR)):
                    return earlier
        return None

    def _proved(
        self, found: dict[int, tuple[list[int], Facts]]
    ) -> dict[int, tuple[list[int], Facts]]:
        """What the real decider bears out: the rule holds on the payment and does not fire."""
        shown = {index: facts for index, (_, facts) in found.items() if facts}
        vectors = self._vectors(shown.values())
        fired = decide_native(self.stage.program, vectors)
        for index, vector, fires in zip(shown, vectors, fired, strict=True):
            if index in fires or not vector.holds >> index & 1:
                del found[index]
        return found

    def overlaps(self) -> list[Finding]:
        """Two rules on one payment where only one may be."""
        some = [index for index, rule in enumerate(self.rules) if self._alone(rule)]
        wanted = [pair for pair in combinations(some, 2) if self._exclude(*pair)]
        pairs = {
            pair: answer
            for pair in (wanted if len(wanted) <= PAIRS else ())
            if isinstance(answer := self._holding(pair, ()), dict)
        }
        vectors = self._vectors(pairs.values())
        return [
            self._overlap(first, second, facts)
            for ((first, second), facts), vector in zip(pairs.items(), vectors, strict=True)
            if vector.holds >> first & vector.holds >> second & 1
        ]

    def gaps(self) -> list[Finding]:
        """Payments that a complete table lets in and has no row for."""
        tables: dict[Table, list[int]] = {}
        for index, rule in enumerate(self.rules):
            if rule.table is not None and rule.table.complete:
                tables.setdefault(rule.table, []).append(index)
        found = []
        for table, rows in tables.items():
            answer = self._in_gap(table, rows)
            if isinstance(answer, dict):
                (vector,) = self._vectors([answer])
                if not any(vector.holds >> row & 1 for row in rows):
                    found.append(_gap(table, answer))
        return found

    def _alone(self, rule: Rule) -> bool:
        """Whether there are rules beside which this one may not hold."""
        return self.stage.decide == "unique" or bool(rule.table and rule.table.hit == "unique")

    def _exclude(self, first: int, second: int) -> bool:
        one, other = self.rules[first], self.rules[second]
        if one.table is not None and one.table == other.table and one.table.hit == "unique":
            return one.then != other.then
        return self.stage.decide == "unique" and one.decides and other.decides

    def _holding(self, holding: Iterable[int], without: Iterable[int]) -> Answer:
        """Facts on which some rules hold and others do not; the first currency that has them."""
        yes = [self.stage.rules[index] for index in holding]
        no = [self.stage.rules[index] for index in without]
        return self._asked(
            (*yes, *no),
            lambda space: [
                *(space.rule(rule) for rule in yes),
                *(space.rule(rule, holds=False) for rule in no),
            ],
        )

    def _in_gap(self, table: Table, rows: Sequence[int]) -> Answer:
        """Facts that the table's own condition, the first parts of each row, lets in."""
        rules = [self.stage.rules[row] for row in rows]
        written = table.when.parts
        tags = sum(isinstance(part, Atom) and part.fact == "tag" for part in written)
        common = rules[0].when.parts[: len(written) - tags]
        return self._asked(
            rules,
            lambda space: [
                *(space.formula(part) for part in common),
                *(space.formula(rule.when, holds=False) for rule in rules),
            ],
        )

    def _asked(
        self, rules: Sequence[CompiledRule], goals: Callable[[Space], list[Formula]]
    ) -> Answer:
        """Facts in the first currency that has some."""
        answers: list[Answer] = []
        for currency in self.currencies:
            space = Space.of(rules, currency)
            answers.append(space.facts(goals(space)))
            if isinstance(answers[-1], dict):
                return answers[-1]
        return "unknown" if "unknown" in answers else "none"

    def _vectors(self, facts: Iterable[Facts]) -> list[Vector]:
        rows = list(facts)
        if not rows:
            return []
        vectors, index = activations(self.stage, frame(rows))
        return [vectors[number] for number in index]

    def _contradiction(self, index: int) -> Finding:
        rule = self.rules[index]
        core = " and ".join(_asked_for(part) for part in self._core(self.stage.rules[index]))
        message = f"rule '{rule.id}' never holds: no payment has {core}"
        return _finding("RK454", message, rule.place, "change one of these conditions", {})

    def _unreachable(self, index: int, before: Sequence[int], shown: Facts) -> Finding:
        rule = self.rules[index]
        names = " and ".join(f"'{self.rules[b].id}' ({self.rules[b].place})" for b in before)
        takes = "takes" if len(before) == 1 else "together take"
        message = f"rule '{rule.id}' can never fire: {names} {takes} every case"
        tip = f"move it before, or narrow what takes its cases; for example {written(shown)}"
        return _finding("RK402", f"{message} under decide: first", rule.place, tip, shown)

    def _core(self, rule: CompiledRule) -> tuple[Condition, ...]:
        """As few parts of the condition as already exclude each other."""
        core = rule.when.parts
        for part in core:
            fewer = All(tuple(other for other in core if other is not part))
            if self._never_holds(rule, fewer):
                core = fewer.parts
        return core

    def _never_holds(self, rule: CompiledRule, when: All) -> bool:
        return self._asked([rule], lambda space: [space.formula(when)]) == "none"

    def _overlap(self, first: int, second: int, facts: Facts) -> Finding:
        one, other = self.rules[first], self.rules[second]
        message = f"rules '{one.id}' ({one.place}) and '{other.id}' both hold on {written(facts)}"
        tip = "narrow one of them until they exclude each other, or use first and order them"
        return _finding("RK456", message, other.place, tip, facts, "error")


def _shadow(taker: Rule, below: Sequence[tuple[Rule, Facts]]) -> Finding:
    """A rule of one file that leaves nothing for rules of another."""
    rule, shown = below[0]
    more = f" and {len(below) - 1} more" if len(below) > 1 else ""
    message = f"rule '{taker.id}' takes every case of '{rule.id}' ({rule.place}){more}"
    tip = f"narrow it, or disable what it is meant to replace; for example {written(shown)}"
    return _finding("RK455", message, taker.place, tip, shown)


def _gap(table: Table, facts: Facts) -> Finding:
    message = f"table '{table.id}' is not complete: no row holds on {written(facts)}"
    tip = "add a row for it, or narrow the table's when"
    return _finding("RK457", message, table.place, tip, facts, "error")


def _finding(
    code: str, message: str, place: Place, tip: str, facts: Facts, severity: Severity = "warning"
) -> Finding:
    return Finding(Problem(code, message, place, tip, severity=severity), facts)


def _currencies(stage: CompiledStage) -> list[str]:
    """Currencies that the conditions can tell apart, the usual ones first."""
    named: dict[str, None] = {}
    money = False
    for rule in stage.rules:
        for atom in atoms(rule.when):
            values = atom.value if isinstance(atom.value, tuple) else (atom.value,)
            money |= FIELDS[atom.fact].kind == "money"
            for value in values:
                if isinstance(value, PerCurrency):
                    named |= dict.fromkeys(value.amounts)
                elif atom.fact == "currency" and isinstance(value, str):
                    named[value] = None
    return list(dict.fromkeys([*(CURRENCIES if money else CURRENCIES[:1]), *sorted(named)]))


def _asked_for(condition: Condition) -> str:
    """A condition in a few words."""
    if isinstance(condition, Atom):
        value = condition.value
        if isinstance(value, tuple):
            value = f"[{', '.join(map(str, value))}]"
        return f"{condition.fact} {condition.op} {str(value).lower()}"
    if isinstance(condition, All):
        return " and ".join(map(_asked_for, condition.parts))
    return f"one of the conditions on {', '.join(sorted({a.fact for a in atoms(condition)}))}"


def written(facts: Mapping[str, Any]) -> str:
    """Facts as they stand under ``given`` of a test; the usual currency is not said."""
    currency = str(facts.get("currency", CURRENCIES[0]))
    shown = {
        name: _written(name, facts[name], currency)
        for name in FIELDS
        if name in facts and (name, facts[name]) != ("currency", CURRENCIES[0])
    }
    return "{" + ", ".join(f"{name}: {value}" for name, value in shown.items()) + "}"


def _written(name: str, value: Any, currency: str) -> str:
    match FIELDS[name].kind:
        case "money":
            return format(Decimal(value).scaleb(-exponent(currency)), "f")
        case "ratio":
            return str(Decimal(value) / RATIO)
        case "flag":
            return str(value).lower()
        case "date" if isinstance(value, date):
            return value.isoformat()
        case "text":
            return json.dumps(value.replace(TAG_SEPARATOR, ", "), ensure_ascii=False)
    return str(value)
