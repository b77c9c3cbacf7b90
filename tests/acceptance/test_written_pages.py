"""Every recipe of the cookbook, every kind of document, a month's end and the hand-off work as
their pages say."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from tests.written_examples import play, steps_of, workspace

from reskontra.engine.documents.entry import KINDS

DOCS = Path(__file__).resolve().parents[2] / "docs"
DONE = {0, 2}
"""Exit codes of commands that did their work: nothing is left, or something waits for a person."""


def sections(page: str) -> dict[str, str]:
    """Title -> text of the sections of a page."""
    text = (DOCS / page).read_text("utf-8")
    return dict(part.split("\n", 1) for part in text.split("\n## ")[1:])


RECIPES = sections("cookbook.md")
WHOLE = {page: (DOCS / page).read_text("utf-8") for page in ("month_end.md", "transfer.md")}
DOCUMENTS = {title: text for title, text in sections("documents.md").items() if "```sh" in text}


def words(text: str) -> str:
    """The text with single blanks, however wide its columns are."""
    return " ".join(text.split())


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workspace(tmp_path_factory.mktemp("pages") / "ws")


@pytest.mark.parametrize("text", [*RECIPES.values(), *DOCUMENTS.values(), *WHOLE.values()],
                         ids=[*RECIPES, *DOCUMENTS, *WHOLE])  # fmt: skip
def test_a_section_works_and_prints_what_it_shows(text: str, company: Path, tmp_path: Path) -> None:
    steps = steps_of(text)
    said = play(steps, shutil.copytree(company, tmp_path / "ws"))
    commands = [step.text for step in steps if not step.file]
    assert commands, "a section types at least one command"
    for command, one in zip(commands, said, strict=True):
        assert one.code in ({1} if "# exit code 1" in command else DONE), one.text
    printed = words(" ".join(one.text for one in said))
    for shown in re.findall(r"^```text\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        for line in shown.splitlines():
            assert words(line) in printed, printed


def test_there_are_twenty_recipes() -> None:
    assert len(RECIPES) >= 20


def test_every_kind_of_document_has_a_section() -> None:
    titles = {title.lower().replace(" ", "_") for title in DOCUMENTS}
    assert [kind for kind in KINDS if kind not in titles] == []
