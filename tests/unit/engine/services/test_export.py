"""Exported decisions say what holds now: nothing withdrawn, nothing that was taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.engine.services.test_apply_and_undo import (
    ANNA,
    allocation,
    apply,
    fill,
    line,
    plan_of,
)

from reskontra.adapters.storage.books import SqlBooks
from reskontra.config.company import load_company
from reskontra.config.scaffold import create
from reskontra.config.workspace import load_workspace
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.export import DECISION_COLUMNS, decisions
from reskontra.engine.services.undo import undo
from reskontra.engine.services.withdraw_import import withdraw_import


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    folder = tmp_path / "workspace"
    create(folder, country="se", company="nord", name="Nord AB", login="anna")
    return load_company(load_workspace(folder), "nord").preferences


@pytest.fixture
def run(books: SqlBooks, preferences: Preferences) -> int:
    """A run that applies two payments in full."""
    fill(books, [10000, 5000], [10000, 5000])
    plan = plan_of(
        books,
        line(1, 10000, allocation(1, 10000), preferences=preferences),
        line(2, 5000, allocation(2, 5000), preferences=preferences),
    )
    return apply(books, plan, preferences)


def exported(books: SqlBooks) -> list[tuple[str | int, ...]]:
    with books.read() as reader:
        rows = list(decisions(reader))
    assert all(tuple(row) == DECISION_COLUMNS for row in rows)
    return [
        (row["bank_line"], row["outcome"], row["document"], row["allocated_minor"]) for row in rows
    ]


def test_a_line_that_was_taken_back_is_held_with_its_whole_amount(
    books: SqlBooks, preferences: Preferences, run: int
) -> None:
    assert exported(books) == [(1, "apply", "1", 10000), (2, "apply", "2", 5000)]
    undo(books, run, preferences=preferences, actor=ANNA, bank_line=2)
    assert exported(books) == [(1, "apply", "1", 10000), (2, "hold", "", 5000)]


def test_lines_of_a_withdrawn_import_are_left_out(
    books: SqlBooks, preferences: Preferences, run: int
) -> None:
    undo(books, run, preferences=preferences, actor=ANNA)
    withdraw_import(books, 1, actor="anna", reason="wrong file", at="2026-11-24T10:00:00Z")
    assert exported(books) == []
