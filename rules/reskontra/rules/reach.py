"""Which ways money can take without a person, each shown by a payment that goes there.

A way is a rule that applies a payment, and for write-offs one that treats the difference. The
search (``solving``) offers a payment for it, within what the preferences let facts be; where
another rule takes that payment, it is shut out and the search goes on. A payment that is shown went
through the decider; ``none`` is a proof, ``unknown`` says that neither was found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from itertools import product
from typing import Literal

from reskontra.engine.matching.confidence import stated
from reskontra.engine.money import exponent
from reskontra.engine.preferences import Preferences
from reskontra.rules.book import JOIN, RuleBook
from reskontra.rules.compiling import CompiledRule, CompiledStage
from reskontra.rules.facts import frame
from reskontra.rules.language import All, Any_, Atom, Condition, Not, atoms
from reskontra.rules.solving import Answer, Either, Facts, Formula, Literal_, Space, predicate
from reskontra.rules.vocabulary import DECIDED_BEFORE

ROUNDS = 40
"""How many rules are shut out before a way is left alone."""
WAYS = 5_000
"""How many ways are tried; of more, the rest is unknown."""


@dataclass(frozen=True, slots=True)
class Way:
    """What happens to a payment without a person."""

    rules: tuple[CompiledRule, ...]
    """Those that decide, in the order of the stages."""
    facts: Facts
    """Stored values of the payment."""


Found = Way | Literal["none", "unknown"]


@dataclass(frozen=True)
class Reach:
    """The rules of a company at work on payments in one currency."""

    book: RuleBook
    preferences: Preferences
    currency: str
    _known: dict[tuple[Condition, ...], bool] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    """Conditions on one fact: whether they exclude each other."""

    def write_off(self, above: int) -> Found:
        """A payment of which more than ``above`` (minor units) is written off."""
        room = self.preferences.differences.write_off_room(self.currency)
        if room == 0:
            return "none"
        documents = above // room + 1
        most, least = self._major(-room * documents), self._major(-above - 1)
        short = Atom("difference", "between", (most, least))
        surplus = Atom("difference", "between", (self._major(above + 1), self._major(room)))
        writing = self._saying("treat", "write_off")
        over = Any_((All((short, Atom("documents", "gte", documents))), surplus))
        amount = self._major(10 * above) + _USUAL
        return self._first(product(self._applying, writing), All((_IN, over)), amount)

    def money_out(self) -> Found:
        """A payment that goes out and settles documents: a refund that nobody looks at."""
        return self._applied(_OUT, -_USUAL)

    def not_allowed(self) -> Found:
        """A payment that is applied although ``matching.auto`` does not let its evidence."""
        return self._applied(All((_IN, Not(_AUTOMATIC))), _USUAL)

    def by(self, tier: str, above: int = 0) -> Found:
        """A payment of more than ``above`` (minor units) that is applied by evidence of a kind."""
        larger = Atom("amount", "gt", self._major(above))
        goal = All((_IN, Atom("tier", "eq", tier), larger))
        return self._applied(goal, self._major(above) + _USUAL)

    def _applied(self, goal: Condition, amount: Decimal) -> Found:
        return self._first(((rule,) for rule in self._applying), goal, amount)

    def _first(
        self, ways: Iterable[tuple[CompiledRule, ...]], goal: Condition, amount: Decimal
    ) -> Found:
        """The first way that reaches a goal, by a payment of ``amount`` where the rules let it."""
        known = True
        for number, way in enumerate(ways):
            found = self._on(way, goal) if number < WAYS else "unknown"
            if isinstance(found, Way):
                usual = self._on(way, All((goal, Atom("amount", "eq", amount))))
                return usual if isinstance(usual, Way) else found
            known &= found == "none"
        return "none" if known else "unknown"

    def _on(self, way: Sequence[CompiledRule], goal: Condition) -> Found:
        """A payment that the rules of ``way`` decide."""
        if self._barred(way, goal):
            return "none"
        without: list[CompiledRule] = []
        for _ in range(ROUNDS):
            facts = self._facts(way, without, goal)
            if not isinstance(facts, dict):
                return facts
            facts.pop("tag", None)
            took = tuple(self._deciding(facts))
            other = next((rule for rule in took if rule not in way), None)
            if other is not None:
                without.append(other)
            elif len(took) == len(way) and self._proved(took, facts):
                return Way(took, facts)
            else:
                return "unknown"
        return "unknown"

    def _barred(self, way: Sequence[CompiledRule], goal: Condition) -> bool:
        """Whether the rules contradict the goal already in what they say of one fact alone: what
        keeps most ways from most goals, and many rules say the same.
        """
        asked = _by_fact(goal)
        said = [_by_fact(rule.when) for rule in way]
        return any(
            self._never((*parts, *(part for rule in said for part in rule.get(fact, ()))))
            for fact, parts in asked.items()
        )

    def _never(self, parts: tuple[Condition, ...]) -> bool:
        if parts not in self._known:
            asked = CompiledRule("", "", All(parts), (), {}, "", decides=False)
            space = Space.of([asked], self.currency)
            self._known[parts] = space.facts([space.rule(asked)]) == "none"
        return self._known[parts]

    def _facts(
        self, way: Sequence[CompiledRule], without: Sequence[CompiledRule], goal: Condition
    ) -> Answer:
        asked = CompiledRule("", "", All((goal, *self._laws)), (), {}, "", decides=False)
        setters = self._setters([*way, *without])
        space = Space.of([*way, *without, *setters, asked], self.currency)
        tags: list[Formula] = [
            Either((Literal_(variable, 0b01), *(space.rule(r) for r in self._set_by(variable[1]))))
            for variable in space.classes
            if variable[0] == "tag"
        ]
        return space.facts(
            [
                *(space.rule(rule) for rule in (*way, asked)),
                *(space.rule(rule, holds=False) for rule in without),
                *tags,
            ]
        )

    def _set_by(self, tag: str) -> list[CompiledRule]:
        return [rule for _, rules in self._stages for rule in rules if rule.then.get("tag") == tag]

    def _setters(self, rules: Sequence[CompiledRule]) -> list[CompiledRule]:
        """Rules that set the tags which ``rules`` wait for, and those that these wait for."""
        found: list[CompiledRule] = []
        waiting = [tag for rule in rules for tag in rule.needs]
        seen: set[str] = set()
        while waiting:
            tag = waiting.pop()
            if tag not in seen:
                seen.add(tag)
                setters = self._set_by(tag)
                found += setters
                waiting += [need for rule in setters for need in rule.needs]
        return found

    def _deciding(self, facts: Facts) -> Iterator[CompiledRule]:
        """The rules that decide a payment, stage by stage."""
        tags: set[str] = set()
        outcome = None
        for (stage, rules), tests in zip(self._stages, self._tests, strict=True):
            if (outcome is not None) != DECIDED_BEFORE[stage.stage]:
                continue
            holding = []
            for rule, holds in zip(rules, tests, strict=True):
                if tags.issuperset(rule.needs) and holds(facts):
                    holding.append(rule)
                    tags |= {rule.then["tag"]} if "tag" in rule.then else set()
                    if rule.decides and stage.decide == "first":
                        break
            deciding = [rule for rule in holding if rule.decides]
            yield from deciding if stage.decide == "unique" else deciding[:1]
            outcome = outcome or (deciding[0].then.get("outcome") if deciding else None)

    def _proved(self, way: Sequence[CompiledRule], facts: Facts) -> bool:
        """Whether the decider says the same."""
        book = replace(self.book, engine="native", on_fault=None)
        decided = book.decide(frame([{"line_id": 1} | facts]))
        return decided["rule"].to_list() == [JOIN.join(rule.id for rule in way)]

    def _saying(self, effect: str, value: str) -> list[CompiledRule]:
        return [
            rule for _, rules in self._stages for rule in rules if rule.then.get(effect) == value
        ]

    @cached_property
    def _applying(self) -> list[CompiledRule]:
        return self._saying("outcome", "apply")

    @cached_property
    def _stages(self) -> list[tuple[CompiledStage, list[CompiledRule]]]:
        """Rules as they stand before an applied payment: what ``outcome`` is, is known."""
        return [
            (stage, [replace(rule, when=_after(rule.when, outcome)) for rule in stage.rules])
            for stage in self.book.stages
            for outcome in ("apply" if DECIDED_BEFORE[stage.stage] else None,)
        ]

    @cached_property
    def _tests(self) -> list[list[Callable[[Facts], bool]]]:
        """Of each rule of ``_stages``: whether its conditions hold."""
        return [[predicate(r.when, self.currency) for r in rules] for _, rules in self._stages]

    @cached_property
    def _laws(self) -> tuple[Condition, ...]:
        """What the preferences make of facts: there is a proposal, and its limits hold."""
        differences = self.preferences.differences
        rounding = self._major(differences.rounding_limit(self.currency))
        small = Atom("difference", "between", (-rounding, rounding))
        write_off = differences.write_off_room(self.currency) > 0
        return (
            Atom("tier", "present", value=True),
            Atom("difference", "present", value=True),
            Atom("candidates", "gte", 1),
            Atom("documents", "gte", 1),
            Any_((Not(_AUTOMATIC), *self._allowed())),
            Any_((Not(Atom("within_rounding", "eq", value=True)), small)),
            *(() if write_off else (Not(Atom("write_off_allowed", "eq", value=True)),)),
        )

    def _allowed(self) -> Iterator[Condition]:
        """The kinds of evidence that ``matching.auto`` books, up to which amount."""
        auto = self.preferences.matching.auto
        kinds: list[Condition] = [Atom("tier", "eq", tier) for tier in auto.tiers]
        if "measured" in auto.tiers:
            kinds += (
                All((Atom("tier", "eq", tier), Atom("shape", "eq", shape)))
                for (tier, shape), counts in sorted(auto.measured.items())
                if stated(counts, (0, 0))[0] >= auto.target_precision
            )
        limits = [
            Any_((Not(Atom("tier", "eq", tier)), self._up_to(amounts[self.currency])))
            for tier, amounts in sorted(auto.max_amount.items())
            if self.currency in amounts
        ]
        yield All((Any_(tuple(kinds)), *limits))

    def _up_to(self, limit: int) -> Atom:
        return Atom("amount", "between", (self._major(-limit), self._major(limit)))

    def _major(self, minor: int) -> Decimal:
        return Decimal(minor).scaleb(-exponent(self.currency))


_USUAL = Decimal(1000)
"""Amount of the payment that is shown, where the rules let it be that."""
_OUT = All((Atom("direction", "eq", "out"), Atom("amount", "lt", Decimal(0))))
_IN = All((Atom("direction", "eq", "in"), Atom("amount", "gt", Decimal(0))))
_AUTOMATIC = Atom("tier_automatic", "eq", value=True)


def _by_fact(condition: Condition) -> dict[str, list[Condition]]:
    """The parts that must hold and that read one fact alone."""
    found: dict[str, list[Condition]] = {}
    waiting = [condition]
    while waiting:
        part = waiting.pop()
        if isinstance(part, All):
            waiting += part.parts
        elif len(facts := {atom.fact for atom in atoms(part)}) == 1:
            found.setdefault(facts.pop(), []).append(part)
    return found


def _after(condition: Condition, outcome: str | None) -> All:
    """The condition where the outcome so far is known; ``None``: nothing is decided yet."""
    match condition:
        case Atom(fact="outcome", op=op, value=value):
            values = value if isinstance(value, tuple) else (value,)
            holds = (outcome is not None) is value if op == "present" else outcome in values
            return _ALWAYS if holds else All((_NEVER,))
        case Atom():
            return All((condition,))
        case Not(part=part):
            return All((Not(_after(part, outcome)),))
        case Any_(parts=parts):
            return All((Any_(tuple(_after(part, outcome) for part in parts)),))
        case All(parts=parts):
            return All(tuple(_after(part, outcome) for part in parts))


_ALWAYS, _NEVER = All(()), Any_(())
