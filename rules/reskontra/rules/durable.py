"""The decider on durable-rules, in the subset of it that was proven sound.

What it does: order, conflict resolution, refraction, chaining over tags, on flat events of ones.
What it never gets: predicates, amounts, text, facts, joins, timers, batches, sessions, actions.
The guarantees (numbers of the checklist in the tests): only the C module with private handles and a
lock (1); flat events ``k n rN tN`` of value 1 (2); every rule begins with ``k`` (3); at most 56
inputs per ruleset, later ones only if no earlier one decided (4); field names whose hashes differ
(5); any answer but the expected one is an error (6); nothing stays pending (7); rulesets are cached
by content, never deleted, at most 500 (8); smoke test in another process before first use (10).
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import metadata
from typing import Any

from reskontra.rules.native import Fired, Program, Vector

MAX_INPUTS = 56
"""Pattern nodes that one event can satisfy below the engine's limit of 64."""
MAX_RULESETS = 500
"""They are never freed: beyond this a process decides with the native decider alone."""
MAX_NUMBER = 2**31
"""Running numbers of events wrap here."""

_SMOKE = """
import json
import durable_rules_engine as d
h = d.create_ruleset("smoke", json.dumps(
    {"a0": {"pri": 0, "all": [{"m": {"$and": [{"k": 1}, {"r0": 1}]}}]}}))
rc, state = d.assert_event(h, json.dumps({"k": 1, "n": 7, "r0": 1}))
name, message = next(iter(json.loads(d.start_action_for_state(h, state)[1]).items()))
assert (rc, name, message["m"]["n"]) == (0, "a0", 7)
assert d.complete_and_start_action(h, state) is None
print("sound")
"""


class DurableError(RuntimeError):
    """durable-rules answered something else than expected: its decision cannot be trusted."""


@dataclass(frozen=True, slots=True)
class Status:
    """Whether durable-rules can be used here, and if not, why."""

    usable: bool
    text: str


@lru_cache(maxsize=1)
def status() -> Status:
    """Tried once per process: import, one rule and one event in a process of its own."""
    if not sys.executable:
        return Status(usable=False, text="no Python executable for the smoke test")
    try:
        run = subprocess.run(  # noqa: S603  (our own text, our own interpreter)
            [sys.executable, "-P", "-c", _SMOKE],
            capture_output=True, text=True, timeout=20, check=False,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        return Status(usable=False, text=f"smoke test did not run: {error}")
    if run.returncode != 0 or run.stdout.strip() != "sound":
        return Status(usable=False, text=_reason(run.returncode, run.stderr))
    try:
        return Status(usable=True, text=metadata.version("durable_rules"))
    except metadata.PackageNotFoundError:
        return Status(usable=True, text="of unknown version")


def _reason(code: int, stderr: str) -> str:
    last = stderr.strip().splitlines()[-1] if stderr.strip() else f"exit code {code}"
    if "PyEval_CallObject" in last:
        tip = "reinstall with CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject"
        return f"undefined symbol PyEval_CallObject: {tip}"
    return "not installed" if "No module named" in last else f"smoke test failed: {last}"


def engine_status() -> str:
    """One line for ``doctor``: what decides here."""
    found = status()
    if found.usable and not _CACHE.full:
        return f"durable {found.text} + native cross-check"
    reason = found.text if not found.usable else f"more than {MAX_RULESETS} rulesets in one process"
    return f"native (durable not used: {reason})"


def usable() -> bool:
    """Whether this process decides with durable-rules."""
    return status().usable and not _CACHE.full


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of rules that fits one ruleset; indices are those of the program."""

    first: int
    last: int
    """One past the last rule."""
    tags: tuple[int, ...]
    """Tags that these rules need, as bit numbers of the program."""
    definition: str
    """The ruleset as JSON: the identity in the cache."""


def chunks(program: Program) -> Iterator[Chunk]:
    """Cut a program into rulesets of at most ``MAX_INPUTS`` inputs.

    Raises ``DurableError`` when one rule alone needs more.
    """
    first, inputs = 0, 0
    for index, step in enumerate(program.steps):
        cost = 1 + step.needs.bit_count()
        if cost > MAX_INPUTS:
            raise DurableError(f"rule {index} needs {cost} inputs, at most {MAX_INPUTS} are sound")
        if inputs + cost > MAX_INPUTS:
            yield _chunk(program, first, index)
            first, inputs = index, 0
        inputs += cost
    if program.steps:
        yield _chunk(program, first, len(program.steps))


def _chunk(program: Program, first: int, last: int) -> Chunk:
    needed = 0
    for step in program.steps[first:last]:
        needed |= step.needs
    tags = tuple(bit for bit in range(needed.bit_length()) if needed >> bit & 1)
    rules = {}
    for local, step in enumerate(program.steps[first:last]):
        tests = [{"k": 1}, {f"r{local}": 1}]
        tests += [{f"t{number}": 1} for number, bit in enumerate(tags) if step.needs >> bit & 1]
        rules[f"a{local}"] = {"pri": local, "all": [{"m": {"$and": tests}}]}
    assert_distinct_hashes(
        ["k", "n", "id", "sid", "$s"]
        + [f"r{local}" for local in range(last - first)]
        + [f"t{number}" for number in range(len(tags))]
    )
    return Chunk(first, last, tags, json.dumps(rules, separators=(",", ":")))


def assert_distinct_hashes(names: Sequence[str]) -> None:
    """durable-rules tells fields apart by 32-bit FNV hashes alone: refuse names that collide."""
    seen: dict[int, str] = {}
    for name in names:
        other = seen.setdefault(fnv(name), name)
        if other != name:
            raise DurableError(f"the field names {other} and {name} have the same hash")


def fnv(name: str) -> int:
    """32-bit FNV-1a, as durable-rules hashes names.

    >>> fnv("field_1079599") == fnv("field_1262382")
    True
    """
    value = 2166136261
    for byte in name.encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value


@dataclass(slots=True)
class _Cache:
    """Rulesets of this process, by definition; private handles, one lock round each decision."""

    handles: dict[str, Any] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    full: bool = False
    number: int = 0

    def handle(self, definition: str) -> Any:
        """The ruleset of this content, made when it is new."""
        if definition not in self.handles:
            if len(self.handles) >= MAX_RULESETS:
                self.full = True
                raise DurableError(f"more than {MAX_RULESETS} rulesets in one process")
            import durable_rules_engine as engine

            name = f"reskontra{len(self.handles)}"
            self.handles[definition] = engine.create_ruleset(name, definition)
        return self.handles[definition]

    def next_number(self) -> int:
        """The running number of an event; it must come back unchanged."""
        self.number = (self.number + 1) % MAX_NUMBER
        return self.number


_CACHE = _Cache()


def ready(program: Program) -> bool:
    """Whether this program can be decided here; makes its rulesets.

    False when durable-rules is absent, the process holds too many rulesets, or one rule needs more
    inputs than are sound: the native decider then decides alone.
    """
    if not usable():
        return False
    try:
        with _CACHE.lock:
            for chunk in chunks(program):
                _CACHE.handle(chunk.definition)
    except DurableError:
        return False
    return True


def decide_durable(program: Program, vectors: Sequence[Vector]) -> list[Fired]:
    """As ``decide_native``, by durable-rules.

    Raises ``DurableError`` when it answers anything unexpected or cannot be used.
    """
    if not usable():
        raise DurableError(engine_status())
    with _CACHE.lock:
        rulesets = [(chunk, _CACHE.handle(chunk.definition)) for chunk in chunks(program)]
        return [_fire(program, rulesets, vector) for vector in vectors]


def _fire(program: Program, rulesets: list[tuple[Chunk, Any]], vector: Vector) -> Fired:
    fired: list[int] = []
    tags = vector.tags
    for chunk, handle in rulesets:
        holds = vector.holds >> chunk.first & (1 << chunk.last - chunk.first) - 1
        while holds:
            local = _ask(handle, event(chunk, holds, tags, _CACHE.next_number()))
            if local is None:
                break
            fired.append(chunk.first + local)
            step = program.steps[chunk.first + local]
            if program.stops and step.decides:
                return tuple(fired)
            tags |= step.sets
            holds = holds >> local + 1 << local + 1
    return tuple(fired)


def event(chunk: Chunk, holds: int, tags: int, number: int) -> dict[str, int]:
    """The flat event: ``k`` = 1, ``n`` = running number, a one per rule that holds and per tag.

    ``holds`` counts bits from the chunk's first rule.
    """
    message = {"k": 1, "n": number}
    message.update({f"r{bit}": 1 for bit in range(holds.bit_length()) if holds >> bit & 1})
    message.update({f"t{n}": 1 for n, bit in enumerate(chunk.tags) if tags >> bit & 1})
    return message


def _ask(handle: Any, message: dict[str, int]) -> int | None:
    """The rule that fires, counted from the chunk's first; None when none does."""
    import durable_rules_engine as engine

    code, state = engine.assert_event(handle, json.dumps(message, separators=(",", ":")))
    local = answer(engine, handle, code, state, message["n"])
    if json.loads(engine.get_events(handle, "0")):
        raise DurableError("an event stayed pending")
    return local


def answer(engine: Any, handle: Any, code: int, state: int, number: int) -> int | None:
    """Take the answer apart; everything unexpected is a ``DurableError``."""
    if code == 1:
        return None
    if code != 0:
        raise DurableError(f"assert_event returned {code}")
    started = engine.start_action_for_state(handle, state)
    if started is None:
        return None
    actions = json.loads(started[1])
    if engine.complete_and_start_action(handle, state) is not None:
        raise DurableError("more than one action for one event")
    if len(actions) != 1:
        raise DurableError(f"{len(actions)} actions for one event")
    name, messages = next(iter(actions.items()))
    if messages["m"]["n"] != number:
        raise DurableError("the answer belongs to another event")
    return int(name.removeprefix("a"))
