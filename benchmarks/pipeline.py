"""The whole way of one world through the product, timed stage by stage.

Calls the code of the commands: what ``reskontra import``, ``match --out``, ``apply`` and
``explain`` call, in their order. Runs in a process of its own, so that memory is that of the
product alone:

    python -m benchmarks.pipeline FOLDER

FOLDER holds ``customers.csv``, ``open_items.csv`` and ``bank.csv``; ``result.json`` is written into
it.
"""

from __future__ import annotations

import json
import random
import resource
import shutil
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl
from benchmarks import workspace

from reskontra.adapters import plan_file
from reskontra.adapters.imports import (
    import_bank_file,
    import_customers_file,
    import_open_items_file,
)
from reskontra.adapters.wiring import Application
from reskontra.engine.ledger.records import Decision
from reskontra.engine.ports import Decider
from reskontra.engine.services import match as matching
from reskontra.engine.services.apply_plan import apply_plan
from reskontra.engine.services.check import check
from reskontra.engine.services.explain import explain, find_line
from reskontra.rules.durable import engine_status

INNER = {
    "matching_inputs": "match: read",
    "settled": "match: propose",
    "guessed": "match: propose",
    "reported": "match: propose",
    "planned_lines": "match: plan",
}
"""Steps of the match service that are timed by themselves, by the name it calls them."""


@dataclass(slots=True)
class Clock:
    """Seconds by stage: on the wall and of all processor time of the process."""

    wall: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time of a block to a stage."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.wall[name] = self.wall.get(name, 0.0) + time.perf_counter() - wall
        self.cpu[name] = self.cpu.get(name, 0.0) + time.process_time() - cpu

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, its time added to a stage."""

        def wrapped(*arguments: Any, **named: Any) -> Any:
            with self.stage(name):
                return function(*arguments, **named)

        return wrapped


@dataclass(frozen=True, slots=True)
class TimedDecider:
    """The rules under a clock."""

    decider: Decider
    clock: Clock

    def decide(self, facts: pl.DataFrame) -> pl.DataFrame:
        """Decide as the rules do."""
        with self.clock.stage("match: rules"):
            return self.decider.decide(facts)

    def weighs(self, facts: pl.DataFrame, names: Collection[str]) -> bool:
        """As the rules."""
        return self.decider.weighs(facts, names)


@dataclass(frozen=True, slots=True)
class Result:
    """What one run measured."""

    lines: int
    items: int
    wall: dict[str, float]
    cpu: dict[str, float]
    peak_bytes: int
    booked: int
    waiting: int
    documents: int
    entries: int
    records: int
    """Decision records stored."""
    record_bytes: int
    plan_bytes: int
    database_bytes: int
    deciders: str
    explained: str
    """A random line, explained from its stored record."""
    problems: int | None
    """Broken laws that ``check`` found; none = not asked for."""


def run(folder: Path, *, prove: bool) -> Result:
    """Import, match, apply and explain; ``prove`` runs the ledger's own check as well."""
    root, clock = folder / "workspace", Clock()
    if root.exists():
        shutil.rmtree(root)
    workspace.make(root, folder)
    application = workspace.opened(root)
    with clock.stage("import customers"):
        import_customers_file(application, folder / "customers.csv")
    with clock.stage("import open items"):
        items = import_open_items_file(application, folder / "open_items.csv").new
    with clock.stage("import bank"):
        lines = import_bank_file(
            application, folder / "bank.csv", dialect=str(workspace.dialect(root))
        ).new_lines
    plan_path = folder / "bench.plan"
    _match(application, plan_path, clock)
    with clock.stage("read plan"):
        plan, identifier = plan_file.read(plan_path)
    with clock.stage("apply"):
        applied = apply_plan(
            application.books, plan, identifier, preferences=application.preferences,
            pack_hash=plan.basis.pack_hash, actor=application.actor("benchmark"),
        )  # fmt: skip
    peak = _peak_bytes()
    sizes, explained = _stored(application, lines)
    return Result(
        lines=lines, items=items, wall=clock.wall, cpu=clock.cpu, peak_bytes=peak,
        booked=applied.booked, waiting=applied.waiting, documents=applied.documents,
        entries=applied.entries, records=sizes[0], record_bytes=sizes[1],
        plan_bytes=plan_path.stat().st_size,
        database_bytes=sum(f.stat().st_size for f in root.glob(".reskontra/*.sqlite*")),
        deciders=engine_status(), explained=explained,
        problems=len(list(check(application.books))) if prove else None,
    )  # fmt: skip


def _match(application: Application, path: Path, clock: Clock) -> None:
    """Match as the command does, its inner stages under the clock too."""
    with clock.stage("rules: compile"):
        setting = application.setting()
    setting = replace(setting, decider=TimedDecider(setting.decider, clock))
    plain = {name: getattr(matching, name) for name in INNER}
    for name, stage in INNER.items():
        setattr(matching, name, clock.timed(stage, plain[name]))
    try:
        with clock.stage("match"):
            plan = matching.match(application.books, setting)
    finally:
        for name, function in plain.items():
            setattr(matching, name, function)
    with clock.stage("write plan"):
        plan_file.write(plan, path)


def _stored(application: Application, lines: int) -> tuple[tuple[int, int], str]:
    """(records, their bytes) in the books, and one of them explained."""
    with application.books.read() as reader:
        texts = reader.frame(Decision, ("record",))["record"]
        name = f"T{random.Random(lines).randint(1, lines)}"
        found = explain(reader, find_line(reader, name))
    because = f"{name}: {found.line.outcome}, {found.line.tier or 'no evidence'}"
    return (len(texts), int(texts.str.len_bytes().sum())), f"{because}: {found.line.because}"


def _peak_bytes() -> int:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def main() -> None:
    folder = Path(sys.argv[1])
    result = run(folder, prove="--prove" in sys.argv)
    (folder / "result.json").write_text(json.dumps(asdict(result)), encoding="utf-8")
    shutil.rmtree(folder / "workspace")


if __name__ == "__main__":
    main()
