"""Properties of what people do by hand: any sequence of releases, payments, applications, takings
off, corrections, losses, voids, month-end runs and undos keeps every law, and everything can be
taken back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.properties.document_world import ACTS, COMPANY, Action, DocumentWorld
from tests.properties.ledger_world import setting_in
from tests.properties.test_ledger import few

from reskontra.adapters.storage.opening import open_books
from reskontra.engine.services.setting import Setting

NUMBER = st.integers(0, 63)
ACTIONS: st.SearchStrategy[list[Action]] = st.lists(
    st.tuples(st.sampled_from([*ACTS, "apply", "unapply", "pay"]), NUMBER, NUMBER, NUMBER),
    min_size=4,
    max_size=12,
)
STORY: list[Action] = [
    ("release", 0, 0, 1), ("apply", 1, 1, 1), ("apply", 2, 0, 2), ("pay", 1, 1, 5),
    ("lose", 0, 1, 1), ("month_end", 0, 0, 0), ("month_end", 1, 0, 0), ("lose", 2, 0, 1),
    ("unapply", 0, 0, 0), ("reverse", 2, 0, 0), ("settle", 1, 1, 0), ("write_off", 0, 0, 0),
    ("void", 3, 0, 0), ("release", 2, 3, 0), ("undo", 1, 0, 0), ("apply", 3, 0, 0),
    ("release", 3, 5, 1), ("reverse", 7, 0, 0), ("undo", 4, 1, 0), ("void", 1, 0, 0),
]  # fmt: skip


@pytest.fixture(scope="module")
def setting() -> Iterator[Setting]:
    with TemporaryDirectory() as name:
        yield setting_in(Path(name))


def world_on(template: Path, folder: Path, setting: Setting) -> DocumentWorld:
    """A world in fresh SQLite books."""
    path = folder / "books.sqlite"
    shutil.copy(template, path)
    world = DocumentWorld(open_books(f"sqlite:///{path}", COMPANY), setting)
    world.open()
    return world


@example(actions=STORY)
@few(8)
@given(actions=ACTIONS)
def test_every_law_holds_whatever_people_do(
    sqlite_template: Path, tmp_path: Path, setting: Setting, actions: list[Action]
) -> None:
    world = world_on(sqlite_template, tmp_path, setting)
    start = world.standing()
    for action in actions:
        world.act(action)
        world.prove()
    world.undo_everything()
    world.prove()
    assert world.standing() == start


@example(actions=STORY)
@few(8)
@given(actions=ACTIONS)
def test_undo_of_every_work_is_its_inverse(
    sqlite_template: Path, tmp_path: Path, setting: Setting, actions: list[Action]
) -> None:
    world = world_on(sqlite_template, tmp_path, setting)
    for number, action in enumerate(actions):
        world.prove_undo = number % 2 == 1
        world.act(action)
    world.prove()


@pytest.mark.parametrize("story", [STORY, STORY[::-1]])
def test_postgresql_keeps_the_same_documents(
    sqlite_template: Path, tmp_path: Path, setting: Setting, postgres_url: str, story: list[Action]
) -> None:
    worlds = [
        world_on(sqlite_template, tmp_path, setting),
        DocumentWorld(open_books(postgres_url, COMPANY), setting),
    ]
    worlds[1].open()
    for world in worlds:
        for action in story:
            world.act(action)
        world.prove()
    on_file, on_server = ([*world.dump(), *world.refused] for world in worlds)
    assert on_server == on_file
    for world in worlds:
        world.undo_everything()
        world.prove()
