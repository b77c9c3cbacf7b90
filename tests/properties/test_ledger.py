"""Properties of the whole ledger: whatever people and rules do, in whatever order, money is
conserved, nothing old changes, and everything can be taken back to the minor unit."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from tests.properties.days import prove_days
from tests.properties.ledger_world import (
    ACTS,
    COMPANY,
    Action,
    World,
    documents,
    payments,
    setting_in,
)

from reskontra.adapters.storage.opening import open_books
from reskontra.adapters.storage.upgrading import upgrade
from reskontra.engine.services.match import match
from reskontra.engine.services.setting import Setting

NUMBER = st.integers(0, 63)
SEEDS = st.lists(st.tuples(NUMBER, NUMBER, NUMBER), min_size=2, max_size=6)
BATCHES = st.lists(st.tuples(SEEDS, SEEDS), min_size=1, max_size=2)
ACTIONS: st.SearchStrategy[list[Action]] = st.lists(
    st.tuples(st.sampled_from([*ACTS, "match", "resolve", "resolve"]), NUMBER, NUMBER, NUMBER),
    min_size=3,
    max_size=12,
)
Seeds = list[tuple[int, int, int]]
Batches = list[tuple[Seeds, Seeds]]


def few(examples: int) -> settings:
    """The same examples in every run of the suite: a property that fails, fails for everyone.

    Nothing is shrunk: a sequence is short, and each step of it takes a tenth of a second.
    """
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with TemporaryDirectory() as name:
        yield Path(name)


@pytest.fixture(scope="module")
def setting(folder: Path) -> Setting:
    return setting_in(folder)


@pytest.fixture(scope="module")
def template(folder: Path) -> Path:
    path = folder / "template.sqlite"
    upgrade(f"sqlite:///{path}")
    return path


def world_in(template: Path, setting: Setting, batches: Batches, name: str = "books") -> World:
    """A world in fresh SQLite books."""
    path = template.with_name(f"{name}.sqlite")
    shutil.copy(template, path)
    return world_at(f"sqlite:///{path}", setting, batches)


def world_at(url: str, setting: Setting, batches: Batches) -> World:
    tables = [documents(n, rows) for n, (rows, _) in enumerate(batches)]
    files = [payments(table, rows) for table, (_, rows) in zip(tables, batches, strict=True)]
    return World(open_books(url, COMPANY), setting, list(zip(tables, files, strict=True)))


@few(10)
@given(batches=BATCHES, actions=ACTIONS)
def test_every_law_holds_after_every_step(
    template: Path, setting: Setting, batches: Batches, actions: list[Action]
) -> None:
    world = world_in(template, setting, batches)
    world.open()
    world.prove()
    for action in actions:
        world.act(action)
        world.prove()
    prove_days(world.books)
    world.undo_everything()
    world.prove()
    assert world.balances() == (world.opening(), {})


@few(6)
@given(batches=BATCHES, actions=ACTIONS)
def test_undo_of_every_run_is_its_inverse(
    template: Path, setting: Setting, batches: Batches, actions: list[Action]
) -> None:
    world = world_in(template, setting, batches)
    world.prove_undo = True
    world.open()
    for action in [("match", 0, 0, 0), *actions]:
        world.act(action)
    world.prove()


def played(world: World, actions: list[Action]) -> list[str]:
    """All records after a sequence of actions, and what was refused on the way."""
    world.open()
    for action in actions:
        world.act(action)
    return [*world.dump(), *world.refused]


STORY: list[Action] = [
    ("match", 0, 0, 0), ("resolve", 0, 5, 0), ("resolve", 2, 0, 2), ("bank", 1, 0, 0),
    ("items", 1, 0, 0), ("match", 0, 0, 0), ("undo", 0, 1, 0), ("release", 0, 0, 0),
    ("match", 0, 0, 0), ("close", 1, 1, 0), ("undo_line", 3, 1, 0), ("resolve", 1, 5, 0),
    ("match", 0, 0, 0), ("reopen", 1, 0, 0), ("withdraw", 4, 0, 0), ("match", 0, 0, 0),
]  # fmt: skip
FULL: Batches = [
    (
        [(0, 2, 1), (0, 0, 1), (3, 3, 1), (0, 1, 4), (6, 2, 3), (4, 5, 2)],
        [(0, 0, 2), (0, 0, 6), (1, 0, 0), (3, 4, 0), (5, 6, 3), (2, 7, 1)],
    ),
    ([(0, 0, 1), (5, 2, 3), (3, 4, 3)], [(0, 5, 0), (1, 1, 4), (2, 2, 3)]),
]


@example(batches=FULL, actions=STORY)
@few(3)
@given(batches=BATCHES, actions=ACTIONS)
def test_the_same_work_gives_the_same_records_at_any_time(
    template: Path, setting: Setting, batches: Batches, actions: list[Action]
) -> None:
    one = world_in(template, setting, batches, "one")
    other = world_in(template, setting, batches, "other")
    other.at = "2026-12-04T23:59:59Z"
    assert played(one, actions) == played(other, actions)


@pytest.mark.parametrize("story", [STORY, [("match", 0, 0, 0), *reversed(STORY)]])
def test_postgresql_keeps_the_same_records(
    template: Path, setting: Setting, postgres_url: str, story: list[Action]
) -> None:
    on_file = world_in(template, setting, FULL)
    on_server = world_at(postgres_url, setting, FULL)
    assert played(on_server, story) == played(on_file, story)
    for world in (on_file, on_server):
        world.prove()
        prove_days(world.books)
        world.undo_everything()
        prove_days(world.books)
        world.prove()
        assert world.balances() == (world.opening(), {})


def test_what_an_earlier_payment_wrote_off_is_not_planned_again(
    template: Path, setting: Setting
) -> None:
    """250.00 open: the first pays 249.50 and 0.50 is written off; the second found 0.50 to pay."""
    world = world_in(template, setting, [([(0, 2, 1)], [(0, 1, 2), (0, 1, 7)])])
    world.open()
    plan = match(world.books, world.setting)
    first, second = plan.lines
    assert [(a.paid, a.write_off) for a in first.allocations] == [(24950, 50)]
    assert (second.allocations, second.postings, second.is_booked) == ((), (), False)
    assert second.blocked.startswith("RK728 ")
    world.act(("match", 0, 0, 0))
    world.prove()
    assert world.balances()[0] == {}
