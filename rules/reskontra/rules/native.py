"""The reference decider: which of the rules that hold fire, in which order, and when it ends.

Fifteen lines of Python that every other decider must agree with. Works on bits, never on payments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class Step:
    """One rule as the deciders see it; tags are bits."""

    needs: int = 0
    sets: int = 0
    decides: bool = True


@dataclass(frozen=True, slots=True)
class Program:
    """The rules of a stage in order."""

    steps: tuple[Step, ...]
    stops: bool
    """Whether the first rule that decides ends the stage (``decide: first``)."""
    tags: int = 0
    """Number of tags that rules need."""


class Vector(NamedTuple):
    """What holds for one payment: a bit per rule, a bit per tag set earlier."""

    holds: int
    tags: int = 0


Fired = tuple[int, ...]
"""Indices of the rules that fired, in order."""


class VectorDecider(Protocol):
    """Decides vectors; every decider gives the same answers."""

    def __call__(self, program: Program, vectors: Sequence[Vector]) -> list[Fired]:
        """The rules that fire for each vector."""


def decide_native(program: Program, vectors: Sequence[Vector]) -> list[Fired]:
    """Rules in order, each at most once; tags are seen by later rules only.

    >>> first = Program((Step(sets=1, decides=False), Step(needs=1), Step()), stops=True, tags=1)
    >>> decide_native(first, [Vector(0b111), Vector(0b110), Vector(0b010)])
    [(0, 1), (2,), ()]
    """
    return [_fire(program, vector) for vector in vectors]


def _fire(program: Program, vector: Vector) -> Fired:
    fired: list[int] = []
    tags, holds = vector.tags, vector.holds
    while holds:
        lowest = holds & -holds
        holds ^= lowest
        index = lowest.bit_length() - 1
        step = program.steps[index]
        if step.needs & tags == step.needs:
            fired.append(index)
            tags |= step.sets
            if program.stops and step.decides:
                break
    return tuple(fired)
