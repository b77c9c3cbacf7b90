"""Every error page keeps its word: the bad example gives the code, the good one does not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.errors import page_examples

from reskontra.config import error_pages

ROOT = Path(__file__).resolve().parents[2]
PLAYED = [code for code in error_pages.codes() if page_examples.example(code, "Bad")]
SHOWN = [code for code in error_pages.codes() if code not in PLAYED]
MOST_SHOWN = 90
"""Pages that leave their example to another test; this number only falls."""


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return page_examples.workspace(tmp_path_factory.mktemp("pages") / "ws")


@pytest.mark.parametrize("code", PLAYED)
def test_the_bad_example_gives_the_code_and_the_good_one_does_not(
    code: str, company: Path, tmp_path: Path
) -> None:
    assert not page_examples.shown_by(code), "the example runs: no other test has to show it"
    for heading, wrong in (("Bad", True), ("Good", False)):
        steps = page_examples.example(code, heading)
        assert steps, f"the example below {heading} cannot be run"
        said = page_examples.play(steps, shutil.copytree(company, tmp_path / heading))
        assert (f"{code} " in said) is wrong, f"{heading}: {said}"


@pytest.mark.parametrize("code", SHOWN)
def test_a_page_without_an_example_that_runs_is_shown_by_another_test(code: str) -> None:
    named = page_examples.shown_by(code)
    assert named, "give it an example that runs (see page_examples), or `Shown by`"
    beside = (ROOT / named).parent / code
    assert code in (ROOT / named).read_text("utf-8") or beside.is_dir()


def test_few_pages_leave_their_example_to_another_test() -> None:
    assert len(SHOWN) <= MOST_SHOWN
