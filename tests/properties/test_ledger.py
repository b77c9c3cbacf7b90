"""Properties of the whole ledger: whatever people and rules do, in whatever order, money is
conserved, nothing old changes, and everything can be taken back to the minor unit."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
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
from reskontra.engine.services.match import Setting

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
    """The same examples in every run of the suite: a property that fails, fails for everyone."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
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


@few(40)
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
    world.undo_everything()
    world.prove()
    assert world.balances() == (world.opening(), {})
