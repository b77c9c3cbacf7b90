"""The small example company, made and booked once, copied for every test of a command."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.acceptance.company import Company, init
from tests.acceptance.conftest import copy


@pytest.fixture(scope="session")
def filled_once(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Everything is imported, nothing is booked."""
    company = init(tmp_path_factory.mktemp("commands") / "ws")
    company.fill()
    return company


@pytest.fixture(scope="session")
def booked_once(filled_once: Company, tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Run 1 booked what the rules decide; five payments wait and one is held."""
    company = copy(filled_once, tmp_path_factory.mktemp("booked") / "ws")
    company.cli("run", expect=2)
    return company


@pytest.fixture
def filled(filled_once: Company, tmp_path: Path) -> Company:
    """A copy of one's own, with everything imported."""
    return copy(filled_once, tmp_path / "ws")


@pytest.fixture
def booked(booked_once: Company, tmp_path: Path) -> Company:
    """A copy of one's own, after the first run."""
    return copy(booked_once, tmp_path / "ws")
