"""Both deciders agree on everything: 1 000 random programs with random vectors (guarantee 15)."""

from __future__ import annotations

import random
import time

import pytest

from reskontra.rules import durable
from reskontra.rules.durable import decide_durable
from reskontra.rules.native import Program, Step, Vector, decide_native

CASES = 1000
SHAPES = 60
"""Rulesets are never freed, so the programs share shapes; what the rules do differs."""

pytestmark = pytest.mark.skipif(
    not durable.status().usable, reason=f"durable-rules: {durable.status().text}"
)


def programs(dice: random.Random) -> list[tuple[int, list[int]]]:
    """Shapes: number of tags, tags needed per rule."""
    shapes = []
    for _ in range(SHAPES):
        tags = dice.choice((0, 0, 1, 3, 6))
        rules = dice.choice((1, 2, 5, 12, 20, 64))
        needs = [
            dice.getrandbits(tags) if tags and dice.random() < 0.3 else 0 for _ in range(rules)
        ]
        shapes.append((tags, needs))
    return shapes


def test_random_packs_and_vectors_are_decided_alike() -> None:
    dice = random.Random(20260327)
    shapes = programs(dice)
    start = time.process_time()
    for _ in range(CASES):
        tags, needs = dice.choice(shapes)
        steps = tuple(
            Step(
                needs=need,
                sets=1 << dice.randrange(tags) if tags and dice.random() < 0.4 else 0,
                decides=dice.random() < 0.6,
            )
            for need in needs
        )
        program = Program(steps, stops=dice.random() < 0.7, tags=tags)
        vectors = [
            Vector(
                dice.getrandbits(len(steps)) & dice.getrandbits(len(steps)), dice.getrandbits(tags)
            )
            for _ in range(4)
        ]
        assert decide_durable(program, vectors) == decide_native(program, vectors), program
    assert time.process_time() - start < 2
