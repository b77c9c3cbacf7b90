"""What a rule consists of, once it is read: conditions, effects, cases, packs.

A condition is built of atoms (one test of one fact) with all, any and not. Values are still as
written or a parameter; ``compiling`` puts the parameters in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from reskontra.engine.errors import Place, Problem
from reskontra.rules.vocabulary import EFFECTS, Policy, Stage


@dataclass(frozen=True, slots=True)
class Param:
    """``{param: name}``: a value that packs and companies set by name."""

    name: str

    def __str__(self) -> str:
        """As it is written."""
        return f"{{param: {self.name}}}"


@dataclass(frozen=True, slots=True)
class Atom:
    """One test of one fact. ``op`` is ``eq`` or an operator of ``facts.OPERATORS``."""

    fact: str
    op: str
    value: Any
    """A literal, a ``Param``, or a tuple of both (``in between contains starts_with``)."""
    place: Place | None = field(default=None, compare=False)
    period: bool = field(default=False, compare=False)
    """Whether this is the first or last day of a rule (``from``, ``to``)."""


@dataclass(frozen=True, slots=True)
class All:
    """Every part must hold; without parts it always holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any_:  # noqa: N801  (the word of the language)
    """At least one part must hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part must not hold; a missing value therefore passes."""

    part: Condition


Condition = Atom | All | Any_ | Not


def atoms(condition: Condition) -> Iterator[Atom]:
    """Every atom, in the order in which it is written."""
    if isinstance(condition, Atom):
        yield condition
    elif isinstance(condition, Not):
        yield from atoms(condition.part)
    else:
        for part in condition.parts:
            yield from atoms(part)


def parts_of(condition: Condition) -> tuple[Condition, ...]:
    """What must hold together."""
    return condition.parts if isinstance(condition, All) else (condition,)


def written(condition: Condition) -> Iterator[Atom]:
    """The atoms that stand in a file; guards that the program adds do not."""
    return (atom for atom in atoms(condition) if atom.place is not None)


@dataclass(frozen=True, slots=True)
class Case:
    """A test of a rule: facts (stored values) and the effects that must come out."""

    given: Mapping[str, Any]
    expect: Mapping[str, Any]
    """Effects by key; ``rule`` names the deciding rule, ``none`` = no rule decides."""
    name: str
    place: Place
    todo: str = ""
    """Why this case is known to fail; reported, never counted as failure."""


@dataclass(frozen=True, slots=True)
class LedgerCase:
    """A test that gives a whole bank line and the ledger that it meets, instead of facts.

    Rows are columns of the canonical CSV layouts to values as written.
    """

    case: Case
    """``given`` is the bank line; ``expect`` what the plan must say of it."""
    customers: tuple[Mapping[str, Any], ...]
    open_items: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Tests of one stage, and of whole bank lines, in a file of their own (``*.test.yaml``)."""

    stage: Stage
    cases: tuple[Case, ...]
    file: str
    payments: tuple[LedgerCase, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """The decision table that a rule is a row of."""

    id: str
    hit: Policy
    """``first``: the first row that holds; ``unique``: no two rows hold; ``every``: all rows."""
    complete: bool
    """Whether every payment that ``when`` lets in must find a row."""
    when: All
    """What holds for every row."""
    place: Place


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a stage."""

    id: str
    stage: Stage
    title: str
    when: Condition
    then: Mapping[str, Any]
    because: str
    place: Place
    cases: tuple[Case, ...] = ()
    block: str = ""
    disabled: bool = False
    period: tuple[Atom, ...] = ()
    """The days of the bank line on which it is in force, also part of ``when``; empty = all."""
    accounts: tuple[Atom, ...] = ()
    """The cash accounts of the branch whose rule it is, also part of ``when``; empty = all."""
    table: Table | None = None
    effect_places: Mapping[str, Place] = field(default_factory=dict, compare=False)
    """Where each effect is written."""

    @property
    def scope(self) -> tuple[Atom, ...]:
        """Where it is in force: elsewhere a weaker rule of the same id holds."""
        return (*self.period, *self.accounts)

    def effect_place(self, effect: str) -> Place:
        """Where ``effect`` is written, else the rule itself."""
        return self.effect_places.get(effect, self.place)

    @property
    def decides(self) -> bool:
        """Whether the rule ends the stage under ``decide: first``."""
        return any(EFFECTS[self.stage][key].decides for key in self.then)


@dataclass(frozen=True, slots=True)
class Pack:
    """A file of rules for one stage."""

    name: str
    stage: Stage
    decide: Policy
    rules: tuple[Rule, ...]
    params: Mapping[str, Any]
    """Name to a value, a list, or a mapping of currency to amount."""
    file: str
    title: str = ""
    param_places: Mapping[str, Place] = field(default_factory=dict)
    place: Place | None = None
    warnings: tuple[Problem, ...] = ()


def parameters(rule: Rule) -> dict[str, Place | None]:
    """Parameters that a rule uses, with the place of the first use."""
    used: dict[str, Place | None] = {}
    for atom in atoms(rule.when):
        operands = atom.value if isinstance(atom.value, tuple) else (atom.value,)
        for operand in operands:
            if isinstance(operand, Param):
                used.setdefault(operand.name, atom.place)
    for effect, value in rule.then.items():
        if isinstance(value, Param):
            used.setdefault(value.name, rule.effect_place(effect))
    return used
