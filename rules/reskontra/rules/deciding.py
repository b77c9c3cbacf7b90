"""Decides all payments of a stage: conditions by column, each distinct outcome of them once.

Facts become activation vectors (a bit per rule whose condition holds); every distinct vector is
decided by durable-rules and by the native decider, which must agree; the verdict goes back to every
row with that vector. A disagreement or a crash marks those rows ``faulted``: a person decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from reskontra.rules import durable
from reskontra.rules.compiling import CompiledStage
from reskontra.rules.language import Atom
from reskontra.rules.native import Fired, Program, Vector, VectorDecider, decide_native
from reskontra.rules.predicates import prepared, truths
from reskontra.rules.vocabulary import EFFECTS

Engine = Literal["both", "native", "durable"]

WORD = 62
"""Rules per Int64 column."""
MEMO = 200_000
"""Verdicts that are kept per stage; then the memory starts anew."""
FEW = 1000
DENSE = 20
"""More than ``FEW`` distinct vectors, and more than one in ``DENSE`` rows: only the prefix that
matters is sent."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one vector leads to."""

    fired: Fired
    """Rules that fired, in order."""
    rule: int = -1
    """The rule that decides; -1 = none."""
    effects: Mapping[str, Any] | None = None
    """Effects of all fired rules; what is set first stays."""
    tags: tuple[str, ...] = ()
    """Tags set here, in order."""
    faulted: bool = False
    """The deciders disagree or failed."""
    conflict: bool = False
    """``decide: unique`` and several rules decide."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """Verdicts of the rows of a facts frame."""

    vector: pl.Series
    """Per row: index into ``verdicts`` (UInt32)."""
    verdicts: tuple[Verdict, ...]

    @property
    def rule(self) -> pl.Series:
        """Per row: index of the deciding rule, -1 = none."""
        return self._spread("rule", [v.rule for v in self.verdicts], pl.Int32())

    @property
    def faulted(self) -> pl.Series:
        """Per row: the deciders disagreed or failed."""
        return self._spread("faulted", [v.faulted for v in self.verdicts], pl.Boolean())

    @property
    def conflict(self) -> pl.Series:
        """Per row: several rules decide under ``decide: unique``."""
        return self._spread("conflict", [v.conflict for v in self.verdicts], pl.Boolean())

    def effect(self, key: str) -> pl.Series:
        """Per row: the value of one effect; null = nothing said."""
        values = [(v.effects or {}).get(key) for v in self.verdicts]
        dtype = pl.Boolean() if any(isinstance(v, bool) for v in values) else pl.String()
        return self._spread(key, values, dtype)

    def of(self, row: int) -> Verdict:
        """The verdict of one row."""
        return self.verdicts[int(self.vector[row])]

    def _spread(self, name: str, values: Sequence[Any], dtype: pl.DataType) -> pl.Series:
        return pl.Series(name, values, dtype=dtype).gather(self.vector)


def decide(
    stage: CompiledStage,
    facts: pl.DataFrame,
    *,
    engine: Engine = "both",
    native: VectorDecider = decide_native,
    durable_rules: VectorDecider = durable.decide_durable,
    on_fault: Callable[[dict[str, Any]], None] | None = None,
) -> Decisions:
    """A verdict for every row of ``facts`` (columns of ``facts.schema``, at least those read).

    ``both`` uses durable-rules where it can be used, always with the native decider beside it.
    ``on_fault`` gets each vector that could not be decided, as plain data. Raises ``KeyError`` for
    a missing column.
    """
    vectors, index = activations(stage, facts)
    deciders = _deciders(stage.program, engine, native, durable_rules)
    verdicts = _verdicts(stage, vectors, deciders, on_fault)
    assert len(index) == facts.height, "a verdict for every row"
    return Decisions(index, tuple(verdicts))


def _deciders(
    program: Program, engine: Engine, native: VectorDecider, durable_rules: VectorDecider
) -> dict[str, VectorDecider]:
    if engine == "native":
        return {"native": native}
    if engine == "durable":
        return {"durable": durable_rules}
    injected = durable_rules is not durable.decide_durable
    if injected or durable.ready(program):
        return {"native": native, "durable": durable_rules}
    return {"native": native}


def activations(stage: CompiledStage, facts: pl.DataFrame) -> tuple[list[Vector], pl.Series]:
    """The distinct vectors, and per row the number of its vector."""
    if not stage.rules:
        return [Vector(0)], pl.repeat(0, facts.height, dtype=pl.UInt32, eager=True)
    rows = prepared(facts, list(stage.fields))
    rules = truths([rule.when for rule in stage.rules], rows)
    tags = truths([Atom("tag", "eq", tag) for tag in stage.tags], rows)
    packed = pl.DataFrame([*_words("w", rules), *_words("t", tags)])
    distinct = packed.unique(maintain_order=True)
    dense = distinct.height > FEW and distinct.height * DENSE > facts.height
    if stage.program.stops and dense:
        packed = packed.with_columns(_prefix(stage))
        distinct = packed.unique(maintain_order=True)
    names = packed.columns
    numbered = distinct.with_row_index("\x00vector")
    index = packed.join(numbered, on=names, how="left", maintain_order="left")["\x00vector"]
    return [_vector(row, names) for row in distinct.iter_rows()], index


def _words(name: str, tests: Sequence[pl.Series]) -> list[pl.Series]:
    """Boolean columns packed into Int64 columns ``w0 w1 ...``."""
    words: list[pl.Series] = []
    for start in range(0, len(tests), WORD):
        some = tests[start : start + WORD]
        frame = pl.DataFrame([test.alias(str(bit)) for bit, test in enumerate(some)])
        bits = [pl.col(str(bit)).cast(pl.Int64) * (1 << bit) for bit in range(len(some))]
        words.append(frame.select(pl.sum_horizontal(bits)).to_series().alias(f"{name}{len(words)}"))
    return words


def _prefix(stage: CompiledStage) -> list[pl.Expr]:
    """Words without the bits after the first rule that surely decides."""
    sure = [step.decides and not step.needs for step in stage.program.steps]
    expressions = []
    before = pl.lit(value=False)
    for start in range(0, len(sure), WORD):
        word = pl.col(f"w{start // WORD}")
        mask = sum(1 << bit for bit, yes in enumerate(sure[start : start + WORD]) if yes)
        first = word & mask
        lowest = first & (0 - first)
        kept = pl.when(first == 0).then(word).otherwise(word & ((lowest - 1) | lowest))
        expressions.append(pl.when(before).then(0).otherwise(kept).alias(f"w{start // WORD}"))
        before |= first != 0
    return expressions


def _vector(row: Iterable[int], names: Sequence[str]) -> Vector:
    holds = tags = 0
    for name, word in zip(names, row, strict=True):
        shifted = word << WORD * int(name[1:])
        if name[0] == "w":
            holds |= shifted
        else:
            tags |= shifted
    return Vector(holds, tags)


def _verdicts(
    stage: CompiledStage,
    vectors: Sequence[Vector],
    deciders: Mapping[str, VectorDecider],
    on_fault: Callable[[dict[str, Any]], None] | None,
) -> list[Verdict]:
    """Verdicts from the memory, the rest decided now."""
    who = tuple(deciders.values())
    known = {v: stage.memo[who, v] for v in vectors if (who, v) in stage.memo}
    new = [vector for vector in vectors if vector not in known]
    if len(stage.memo) + len(new) > MEMO:
        stage.memo.clear()
    answers = {name: _answers(decider, stage, new) for name, decider in deciders.items()}
    for position, vector in enumerate(new):
        given = {name: answer[position] for name, answer in answers.items()}
        known[vector] = _agreed(stage, vector, given, on_fault)
        if not known[vector].faulted:
            stage.memo[who, vector] = known[vector]
    return [known[vector] for vector in vectors]


def _answers(
    decider: VectorDecider, stage: CompiledStage, vectors: Sequence[Vector]
) -> list[Fired | str]:
    """Answers of one decider; text = why a vector could not be decided."""
    try:
        answers = decider(stage.program, vectors)
    except Exception:  # noqa: BLE001  (a crash of a decider must never book or lose a payment)
        return [_single(decider, stage, vector) for vector in vectors]
    if len(answers) != len(vectors):
        return [f"{len(answers)} answers to {len(vectors)} questions"] * len(vectors)
    return list(answers)


def _single(decider: VectorDecider, stage: CompiledStage, vector: Vector) -> Fired | str:
    try:
        return decider(stage.program, [vector])[0]
    except Exception as error:  # noqa: BLE001  (as above)
        return f"{type(error).__name__}: {error}"


def _agreed(
    stage: CompiledStage,
    vector: Vector,
    answers: Mapping[str, Fired | str],
    on_fault: Callable[[dict[str, Any]], None] | None,
) -> Verdict:
    """The verdict when all deciders say the same, else a fault."""
    said = list(answers.values())
    first = said[0]
    if not isinstance(first, str) and all(answer == first for answer in said):
        return verdict(stage, first)
    if on_fault is not None:
        on_fault(
            {
                "stage": stage.stage,
                "hash": stage.hash,
                "holds": [r.id for i, r in enumerate(stage.rules) if vector.holds >> i & 1],
                "tags": [tag for i, tag in enumerate(stage.tags) if vector.tags >> i & 1],
                "answers": {
                    name: answer if isinstance(answer, str) else [stage.rules[i].id for i in answer]
                    for name, answer in answers.items()
                },
            }
        )
    return Verdict((), faulted=True)


def verdict(stage: CompiledStage, fired: Fired) -> Verdict:
    """Effects of the fired rules: what is set first stays, tags add up."""
    effects: dict[str, Any] = {}
    for index in fired:
        for key, value in stage.rules[index].then.items():
            if key != "tag":
                effects.setdefault(key, value)
    deciding = [index for index in fired if stage.rules[index].decides]
    tags = tuple(
        dict.fromkeys(
            stage.rules[index].then["tag"] for index in fired if "tag" in stage.rules[index].then
        )
    )
    if stage.decide == "unique" and len(deciding) > 1:
        kept = {k: v for k, v in effects.items() if not EFFECTS[stage.stage][k].decides}
        return Verdict(fired, effects=kept, tags=tags, conflict=True)
    return Verdict(fired, deciding[0] if deciding else -1, effects, tags)
