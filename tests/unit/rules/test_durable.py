"""The checklist of guarantees that make durable-rules safe to use, one test per guarantee."""

from __future__ import annotations

import ast
import inspect
import json
import subprocess
import threading
from typing import Any

import pytest

from reskontra.rules import durable
from reskontra.rules.durable import (
    MAX_INPUTS,
    DurableError,
    answer,
    assert_distinct_hashes,
    chunks,
    decide_durable,
    engine_status,
    event,
)
from reskontra.rules.native import Program, Step, Vector, decide_native

needs_durable = pytest.mark.skipif(
    not durable.status().usable, reason=f"durable-rules: {durable.status().text}"
)

TAGGED = Program(
    (Step(sets=1, decides=False), Step(needs=1), Step(needs=2), Step()), stops=True, tags=2
)


def program(rules: int, *, stops: bool = True) -> Program:
    return Program((Step(),) * rules, stops=stops)


def test_01_only_the_c_module_and_one_lock() -> None:
    tree = ast.parse(inspect.getsource(durable))
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert "durable_rules_engine" in imported
    assert not any(name == "durable" or name.startswith("durable.") for name in imported)


@needs_durable
def test_01_threads_get_their_own_answers() -> None:
    vectors = [Vector(n % 15) for n in range(2000)]
    expected = decide_native(TAGGED, vectors)
    results: list[Any] = [None] * 4

    def work(number: int) -> None:
        results[number] = decide_durable(TAGGED, vectors)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 4


def test_02_events_are_flat_ones() -> None:
    (chunk,) = chunks(TAGGED)
    message = event(chunk, 0b1011, 0b10, 4711)
    assert message == {"k": 1, "n": 4711, "r0": 1, "r1": 1, "r3": 1, "t1": 1}
    assert "id" not in message
    assert "sid" not in message


def test_03_every_rule_begins_with_the_marker() -> None:
    for chunk in chunks(TAGGED):
        for rule in json.loads(chunk.definition).values():
            assert rule["all"][0]["m"]["$and"][0] == {"k": 1}


def test_04_at_most_56_inputs_with_tags_counted() -> None:
    steps = tuple(Step(needs=(1 << n % 5) - 1) for n in range(300))
    cut = list(chunks(Program(steps, stops=True, tags=4)))
    assert [chunk.first for chunk in cut[1:]] == [chunk.last for chunk in cut[:-1]]
    assert cut[-1].last == 300
    for chunk in cut:
        inputs = sum(1 + step.needs.bit_count() for step in steps[chunk.first : chunk.last])
        assert inputs <= MAX_INPUTS


def test_04_a_rule_that_needs_too_much_is_refused() -> None:
    greedy = Program((Step(needs=(1 << 56) - 1),), stops=True, tags=56)
    with pytest.raises(DurableError, match="57 inputs"):
        list(chunks(greedy))
    assert not durable.ready(greedy)


@needs_durable
def test_04_later_chunks_only_when_earlier_ones_do_not_decide() -> None:
    both = program(120)
    vectors = [Vector(1 << 10 | 1 << 100), Vector(1 << 100), Vector(1 << 119), Vector(0)]
    assert decide_durable(both, vectors) == [(10,), (100,), (119,), ()]
    assert decide_durable(program(120, stops=False), vectors[:1]) == [(10, 100)]


def test_05_colliding_field_names_are_refused() -> None:
    with pytest.raises(DurableError, match="same hash"):
        assert_distinct_hashes(["field_1079599", "field_1262382"])
    assert_distinct_hashes(["k", "n", *(f"r{n}" for n in range(56)), *(f"t{n}" for n in range(56))])


class Engine:
    """An engine that answers what the test wants."""

    def __init__(self, started: Any = None, following: Any = None) -> None:
        self.started, self.following = started, following

    def start_action_for_state(self, _handle: Any, _state: int) -> Any:
        return self.started

    def complete_and_start_action(self, _handle: Any, _state: int) -> Any:
        return self.following


ONE = ("{}", '{"a3":{"m":{"n":7}}}')


def test_06_only_the_expected_answer_is_taken() -> None:
    assert answer(Engine(ONE), None, 0, 1, 7) == 3
    assert answer(Engine(), None, 1, 1, 7) is None


@pytest.mark.parametrize(
    ("engine", "code"),
    [
        (Engine(ONE), 2),
        (Engine(ONE), 3),
        (Engine(ONE, '{"a4":{}}'), 0),
        (Engine(("{}", '{"a3":{"m":{"n":7}},"a4":{"m":{"n":7}}}')), 0),
        (Engine(("{}", '{"a3":{"m":{"n":8}}}')), 0),
    ],
)
def test_06_anything_else_is_an_error(engine: Engine, code: int) -> None:
    with pytest.raises(DurableError):
        answer(engine, None, code, 1, 7)


@needs_durable
def test_07_nothing_stays_pending() -> None:
    import durable_rules_engine as engine

    decide_durable(TAGGED, [Vector(n) for n in range(16)])
    for chunk in chunks(TAGGED):
        handle = durable._CACHE.handle(chunk.definition)
        assert json.loads(engine.get_events(handle, "0")) == []
        assert json.loads(engine.get_facts(handle, "0")) == []


@needs_durable
def test_07_a_pending_event_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    import durable_rules_engine as engine

    monkeypatch.setattr(engine, "get_events", lambda _handle, _sid: '[{"k":1}]')
    with pytest.raises(DurableError, match="pending"):
        decide_durable(TAGGED, [Vector(1)])


@needs_durable
def test_08_rulesets_are_cached_by_content() -> None:
    decide_durable(program(33), [Vector(1)])
    before = len(durable._CACHE.handles)
    decide_durable(Program((Step(),) * 33, stops=False), [Vector(1)])
    assert len(durable._CACHE.handles) == before
    assert "delete_" not in inspect.getsource(durable)


@needs_durable
def test_08_beyond_the_limit_the_native_decider_decides_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(durable, "MAX_RULESETS", 1)
    monkeypatch.setattr(durable, "_CACHE", durable._Cache())
    assert decide_durable(program(2), [Vector(1)]) == [(0,)]
    with pytest.raises(DurableError, match="rulesets"):
        decide_durable(program(3), [Vector(1)])
    assert not durable.usable()
    assert not durable.ready(program(2))
    assert engine_status().startswith("native (durable not used: more than")


@needs_durable
def test_09_the_native_decider_is_always_beside() -> None:
    from reskontra.rules.deciding import _deciders

    assert list(_deciders(TAGGED, "both", decide_native, decide_durable)) == ["native", "durable"]


def test_10_the_smoke_test_runs_in_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    def run(command: list[str], **_options: Any) -> subprocess.CompletedProcess[str]:
        seen.append(command)
        error = "ImportError: x.so: undefined symbol: PyEval_CallObject"
        return subprocess.CompletedProcess(command, 1, "", error)

    monkeypatch.setattr(durable, "status", durable.status.__wrapped__)
    monkeypatch.setattr(subprocess, "run", run)
    assert engine_status() == (
        "native (durable not used: undefined symbol PyEval_CallObject: "
        "reinstall with CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject)"
    )
    assert seen
    with pytest.raises(DurableError):
        decide_durable(TAGGED, [Vector(1)])


@pytest.mark.parametrize(
    ("code", "error", "text"),
    [
        (1, "ModuleNotFoundError: No module named 'durable_rules_engine'", "not installed"),
        (-11, "", "exit code -11"),
    ],
)
def test_10_absence_and_crash_are_named(
    code: int, error: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(command: list[str], **_options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, code, "", error)

    monkeypatch.setattr(durable, "status", durable.status.__wrapped__)
    monkeypatch.setattr(subprocess, "run", run)
    assert text in engine_status()


@needs_durable
def test_10_status_names_the_version() -> None:
    assert engine_status() == "durable 2.0.28 + native cross-check"


def test_11_running_numbers_stay_small_integers() -> None:
    cache = durable._Cache(number=durable.MAX_NUMBER - 1)
    assert [cache.next_number(), cache.next_number()] == [0, 1]
    assert durable.MAX_NUMBER < 2**53


def test_12_priority_is_the_position() -> None:
    for chunk in chunks(program(130)):
        rules = list(json.loads(chunk.definition).values())
        assert [rule["pri"] for rule in rules] == list(range(len(rules)))


def test_13_rule_names_are_our_own_and_unique() -> None:
    for chunk in chunks(program(130)):
        names = list(json.loads(chunk.definition))
        assert names == [f"a{n}" for n in range(chunk.last - chunk.first)]


def test_14_no_action_code_runs_inside() -> None:
    for chunk in chunks(TAGGED):
        assert all(set(rule) == {"pri", "all"} for rule in json.loads(chunk.definition).values())
