"""Every recipe of the cookbook works as it is written."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from tests.written_examples import play, steps_of, workspace

TEXT = (Path(__file__).resolve().parents[2] / "docs/cookbook.md").read_text("utf-8")
RECIPES = dict(part.split("\n", 1) for part in TEXT.split("\n## ")[1:])
DONE = {0, 2}
"""Exit codes of commands that did their work: nothing is left, or something waits for a person."""


def words(text: str) -> str:
    """The text with single blanks, however wide its columns are."""
    return " ".join(text.split())


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workspace(tmp_path_factory.mktemp("cookbook") / "ws")


@pytest.mark.parametrize("title", RECIPES)
def test_a_recipe_works_and_prints_what_it_shows(title: str, company: Path, tmp_path: Path) -> None:
    steps = steps_of(RECIPES[title])
    said = play(steps, shutil.copytree(company, tmp_path / "ws"))
    commands = [step.text for step in steps if not step.file]
    assert commands, "a recipe types at least one command"
    for command, one in zip(commands, said, strict=True):
        assert one.code in ({1} if "# exit code 1" in command else DONE), one.text
    printed = words(" ".join(one.text for one in said))
    for shown in re.findall(r"^```text\n(.*?)^```$", RECIPES[title], re.MULTILINE | re.DOTALL):
        for line in shown.splitlines():
            assert words(line) in printed, printed


def test_there_are_twenty_recipes() -> None:
    assert len(RECIPES) >= 20
