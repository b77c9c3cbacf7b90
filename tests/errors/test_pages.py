"""Every error page keeps its word: the bad example gives the code, the good one does not.

An example that ends with a file is followed by ``reskontra lint``. What cannot be shown in this
way (a killed process, a damaged row) a page gives to another test: ``Shown by`` names its file.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from tests.written_examples import Step, play, steps_of, workspace

from reskontra.config import error_pages

ROOT = Path(__file__).resolve().parents[2]
_SHOWN_BY = re.compile(r"^Shown by `(tests/[\w/.]+)`\.$", re.MULTILINE)


def example(code: str, heading: str) -> list[Step]:
    """What the example below ``heading`` (Bad or Good) does; empty when it cannot be run."""
    steps = steps_of(error_pages.page(code).split(f"## {heading}\n")[1].split("\n## ")[0])
    return [*steps, Step("", "reskontra lint")] if steps and steps[-1].file else steps


def shown_by(code: str) -> str:
    """The test that a page names because its example cannot be run; empty when none is named."""
    named = _SHOWN_BY.search(error_pages.page(code))
    return named[1] if named else ""


PLAYED = [code for code in error_pages.codes() if example(code, "Bad")]
SHOWN = [code for code in error_pages.codes() if code not in PLAYED]
MOST_SHOWN = 90
"""Pages that leave their example to another test; this number only falls."""


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workspace(tmp_path_factory.mktemp("pages") / "ws")


@pytest.mark.parametrize("code", PLAYED)
def test_the_bad_example_gives_the_code_and_the_good_one_does_not(
    code: str, company: Path, tmp_path: Path
) -> None:
    assert not shown_by(code), "the example runs: no other test has to show it"
    for heading, wrong in (("Bad", True), ("Good", False)):
        steps = example(code, heading)
        assert steps, f"the example below {heading} cannot be run"
        said = play(steps, shutil.copytree(company, tmp_path / heading))[-1].text
        assert (f"{code} " in said) is wrong, f"{heading}: {said}"


@pytest.mark.parametrize("code", SHOWN)
def test_a_page_without_an_example_that_runs_is_shown_by_another_test(code: str) -> None:
    named = shown_by(code)
    assert named, "give it an example that runs (see tests/written_examples.py), or `Shown by`"
    beside = (ROOT / named).parent / code
    assert code in (ROOT / named).read_text("utf-8") or beside.is_dir()


def test_few_pages_leave_their_example_to_another_test() -> None:
    assert len(SHOWN) <= MOST_SHOWN
