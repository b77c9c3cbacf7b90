"""Deciding: policies, tags, both deciders, and what happens when one of them is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from reskontra.rules import deciding
from reskontra.rules.compiling import CompiledStage, compile_merged
from reskontra.rules.deciding import decide
from reskontra.rules.durable import usable
from reskontra.rules.facts import frame
from reskontra.rules.merging import merge
from reskontra.rules.native import Fired, Program, Vector, decide_native
from reskontra.rules.reading import read_pack


def stage(rules: str, policy: str = "first") -> CompiledStage:
    """``id | when | then`` per line."""
    text = f"pack: p\nstage: classify\ndecide: {policy}\nrules:\n"
    for line in rules.strip().splitlines():
        ident, when, then = (part.strip() for part in line.split("|"))
        text += f"  - id: {ident}\n    when: {when}\n    then: {then}\n    because: x\n"
    return compile_merged(merge((), [read_pack(text, "p.yaml")])["classify"])


def fired(compiled: CompiledStage, **row: Any) -> list[str]:
    verdict = decide(compiled, frame([{"currency": "SEK", **row}])).of(0)
    assert not verdict.faulted
    return [compiled.rules[index].id for index in verdict.fired]


RULES = """
small | {amount: {lt: 10}} | {outcome: hide}
any | {direction: in} | {outcome: review}
rest | {} | {outcome: hold}
"""


def test_first_stops_at_the_first_rule_that_decides() -> None:
    compiled = stage(RULES)
    assert fired(compiled, amount=500, direction="in") == ["small"]
    assert fired(compiled, amount=5000, direction="in") == ["any"]
    assert fired(compiled, amount=5000, direction="out") == ["rest"]


def test_every_fires_all_and_never_overwrites() -> None:
    compiled = stage(RULES, "every")
    assert fired(compiled, amount=500, direction="in") == ["small", "any", "rest"]
    verdict = decide(compiled, frame([{"currency": "SEK", "amount": 500, "direction": "in"}])).of(0)
    assert (verdict.rule, verdict.effects) == (0, {"outcome": "hide"})


def test_unique_makes_two_deciding_rules_a_conflict() -> None:
    compiled = stage(
        "a | {direction: in} | {outcome: hold}\nb | {amount: 5} | {outcome: hide}", "unique"
    )
    facts = frame([{"currency": "SEK", "amount": a, "direction": "in"} for a in (500, 600)])
    decisions = decide(compiled, facts)
    assert decisions.conflict.to_list() == [True, False]
    assert decisions.rule.to_list() == [-1, 0]
    assert decisions.of(0).effects == {}
    assert decisions.faulted.to_list() == [False, False]


def test_tags_reach_later_rules_and_later_stages_only() -> None:
    compiled = stage(
        """
        early | {tag: big} | {outcome: hide}
        mark | {amount: {gt: 1000}} | {tag: big}
        who | {payer_known: true} | {customer: "7"}
        late | {tag: big, direction: in} | {outcome: hold}
        """
    )
    big = {"amount": 200_000, "direction": "in", "payer_known": True}
    assert fired(compiled, **big) == ["mark", "who", "late"]
    assert fired(compiled, amount=5, direction="in") == []
    assert fired(compiled, amount=5, direction="in", tag="other\nbig") == ["early"]
    assert fired(compiled, amount=5, direction="in", tag="bigger") == []
    verdict = decide(compiled, frame([{"currency": "SEK", **big}])).of(0)
    assert (verdict.tags, verdict.effects) == (("big",), {"customer": "7", "outcome": "hold"})


def test_a_classifying_rule_needs_to_say_that_it_overrides_a_reference() -> None:
    compiled = stage(
        """
        fee | {text: {contains: fee}} | {outcome: hide}
        strong | {own_account: true} | {outcome: hold, override_reference: true}
        """
    )
    assert fired(compiled, text="Fee") == ["fee"]
    assert fired(compiled, text="Fee", reference_valid=True) == []
    assert fired(compiled, text="Fee", tier="reference_fee") == []
    assert fired(compiled, own_account=True, reference_valid=True) == ["strong"]


def test_no_rules_and_no_rows() -> None:
    compiled = stage(RULES)
    assert decide(compiled, frame([])).rule.to_list() == []
    empty = compile_merged(
        merge((), [read_pack("pack: p\nstage: classify\nrules: []\n", "p.yaml")])["classify"]
    )
    assert decide(empty, frame([{"currency": "SEK"}] * 2)).rule.to_list() == [-1, -1]


def test_rules_without_facts_hold_for_every_row() -> None:
    compiled = stage("all | {} | {outcome: hold}")
    assert decide(compiled, frame([{"line_id": n} for n in range(3)])).rule.to_list() == [0, 0, 0]


def test_more_rules_than_one_word_or_one_ruleset_holds() -> None:
    lines = "\n".join(f"r{n} | {{amount: {n}}} | {{outcome: hold}}" for n in range(150))
    compiled = stage(lines + "\nlast | {} | {outcome: hide}")
    for amount in (0, 55, 56, 61, 62, 123, 124, 149):
        assert fired(compiled, amount=amount * 100) == [f"r{amount}"]
    assert fired(compiled, amount=15000) == ["last"]


def test_sending_the_prefix_only_changes_no_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = 600
    lines = [f"t{n} | {{amount: {{gt: {n}}}}} | {{tag: t{n % 3}}}" for n in range(40)]
    lines += ["in | {direction: in, documents: 1} | {outcome: hold}"]
    lines += [f"d{n} | {{tag: t1, amount: {{lt: {n * 2}}}}} | {{outcome: hold}}" for n in range(40)]
    lines += [f"e{n} | {{amount: {n}}} | {{outcome: hide}}" for n in range(40)]
    compiled = stage("\n".join(lines))
    facts = frame(
        [
            {"currency": "SEK", "amount": n * 7919 % 5000, "direction": "in", "documents": n % 2}
            for n in range(rows)
        ]
    )
    whole = decide(compiled, facts)
    monkeypatch.setattr(deciding, "FEW", 0)
    cut = decide(compiled, facts)
    assert len(cut.verdicts) < len(whole.verdicts)
    assert cut.rule.to_list() == whole.rule.to_list()
    assert [cut.of(n).fired for n in range(rows)] == [whole.of(n).fired for n in range(rows)]


def wrong(program: Program, vectors: Sequence[Vector]) -> list[Fired]:
    """A decider that says 'last rule' for every vector in which the first rule holds."""
    good = decide_native(program, vectors)
    last = len(program.steps) - 1
    return [(last,) if v.holds & 1 else f for v, f in zip(vectors, good, strict=True)]


def crashing(program: Program, vectors: Sequence[Vector]) -> list[Fired]:
    if any(vector.holds & 1 for vector in vectors):
        raise RuntimeError("boom")
    return decide_native(program, vectors)


def short(program: Program, vectors: Sequence[Vector]) -> list[Fired]:
    return decide_native(program, vectors)[:-1]


@pytest.mark.parametrize("decider", [wrong, crashing])
@pytest.mark.parametrize("which", ["native", "durable_rules"])
def test_a_fault_in_either_decider_stops_that_payment_only(which: str, decider: Any) -> None:
    compiled = stage(RULES)
    facts = frame(
        [{"currency": "SEK", "amount": a, "direction": "in"} for a in (500, 5000, 600, 7000)]
    )
    vectors: list[dict[str, Any]] = []
    deciders: dict[str, Any] = {"native": decide_native, "durable_rules": decide_native}
    deciders[which] = decider
    decisions = decide(compiled, facts, on_fault=vectors.append, **deciders)
    assert decisions.faulted.to_list() == [True, False, True, False]
    assert decisions.rule.to_list() == [-1, 1, -1, 1]
    (vector,) = vectors
    assert vector["holds"] == ["small", "any", "rest"]
    assert vector["stage"] == "classify"
    assert vector["hash"] == compiled.hash
    assert len(vector["answers"]) == 2
    assert decide(compiled, facts).faulted.to_list() == [False] * 4, "a fault is not remembered"


def test_a_decider_that_answers_too_little_is_a_fault() -> None:
    facts = frame([{"currency": "SEK", "amount": 500}])
    decisions = decide(stage(RULES), facts, native=short, durable_rules=decide_native)
    assert decisions.faulted.to_list() == [True]


@pytest.mark.skipif(not usable(), reason="durable-rules is not installed")
def test_native_alone_and_durable_alone_decide_the_same() -> None:
    compiled = stage(RULES)
    facts = frame(
        [
            {"currency": "SEK", "amount": a, "direction": d}
            for a in (0, 999, 1000)
            for d in ("in", "out", None)
        ]
    )
    results = [
        decide(compiled, facts, engine=e).rule.to_list() for e in ("both", "native", "durable")
    ]
    assert results[0] == results[1] == results[2]


def test_a_vector_is_decided_once() -> None:
    compiled = stage(RULES)
    asked: list[Vector] = []

    def counting(program: Program, vectors: Sequence[Vector]) -> list[Fired]:
        asked.extend(vectors)
        return decide_native(program, vectors)

    facts = frame([{"currency": "SEK", "amount": 500}] * 100)
    for _ in range(2):
        decide(compiled, facts, engine="native", native=counting)
    assert len(asked) == 1
