"""Workspaces for the acceptance tests: made once, copied for every test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.acceptance.company import Company, init


@pytest.fixture(scope="session")
def new_workspace(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A workspace with files and without books."""
    return init(tmp_path_factory.mktemp("new") / "ws")


@pytest.fixture(scope="session")
def filled_workspace(new_workspace: Company, tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Customers, open items and both bank files are imported."""
    company = copy(new_workspace, tmp_path_factory.mktemp("filled") / "ws")
    company.fill()
    return company


@pytest.fixture(scope="session")
def applied_workspace(
    filled_workspace: Company, tmp_path_factory: pytest.TempPathFactory
) -> Company:
    """The plan is applied as run 1; what is left waits for a person."""
    company = copy(filled_workspace, tmp_path_factory.mktemp("applied") / "ws")
    company.plan()
    company.cli("apply", "monday.plan", expect=2)
    return company


@pytest.fixture
def new(new_workspace: Company, tmp_path: Path) -> Company:
    """A copy of one's own, without books."""
    return copy(new_workspace, tmp_path / "ws")


@pytest.fixture
def filled(filled_workspace: Company, tmp_path: Path) -> Company:
    """A copy of one's own, with everything imported."""
    return copy(filled_workspace, tmp_path / "ws")


@pytest.fixture
def applied(applied_workspace: Company, tmp_path: Path) -> Company:
    """A copy of one's own, after the first run."""
    return copy(applied_workspace, tmp_path / "ws")


@pytest.fixture(params=["sqlite", "postgres"])
def anywhere(request: pytest.FixtureRequest, new_workspace: Company, tmp_path: Path) -> Company:
    """Without books, once per kind of database."""
    company = copy(new_workspace, tmp_path / "ws")
    if request.param == "postgres":
        return Company(company.path, request.getfixturevalue("postgres_url"))
    return company


def copy(company: Company, path: Path) -> Company:
    """The same workspace elsewhere."""
    shutil.copytree(company.path, path)
    return Company(path)


@pytest.fixture(scope="session")
def masters_workspace(new_workspace: Company, tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Customers and open items are imported, and no bank file."""
    company = copy(new_workspace, tmp_path_factory.mktemp("masters") / "ws")
    company.fill("customers.csv", "open_items.csv")
    return company


@pytest.fixture
def masters(masters_workspace: Company, tmp_path: Path) -> Company:
    """A copy of one's own, with customers and open items."""
    return copy(masters_workspace, tmp_path / "ws")
