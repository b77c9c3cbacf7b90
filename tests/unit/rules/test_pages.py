"""The examples on the pages of RK4nn are what they say: bad gives the code, good does not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import reskontra.config.strict_yaml as strict
from reskontra.engine.errors import ReskontraError
from reskontra.rules.analysis import analyse
from reskontra.rules.cases import suites
from reskontra.rules.merging import merge, unused_parameters
from reskontra.rules.reading import read_pack
from reskontra.rules.shipped import shipped_packs

PAGES = Path(strict.__file__).parent / "errors"
CODES = sorted(p.stem for p in PAGES.glob("RK4[0-8][0-9].md"))
RUN_TIME = {"RK420", "RK430", "RK431", "RK432"}
OVER_SHIPPED = {"RK415", "RK417", "RK455"}


def found(text: str, code: str) -> list[str]:
    """Every code that reading, merging, analysing and testing this pack gives."""
    try:
        pack = read_pack(text, "page.yaml")
        shipped = shipped_packs() if code in OVER_SHIPPED else ()
        merged = merge([pack], shipped)
        unused = unused_parameters([pack], shipped)
    except ReskontraError as error:
        return [problem.code for problem in error.problems]
    across = (*unused, *analyse(merged[pack.stage]))
    codes = [problem.code for problem in (*pack.warnings, *across)]
    for result in (r for suite in suites([pack], over=shipped) for r in suite.results()):
        if result.problem:
            unique = any(key == "decide" for key, _, _ in result.differences)
            codes.append("RK421" if unique else result.problem.code)
    return codes


@pytest.mark.parametrize("code", sorted(set(CODES) - RUN_TIME))
def test_bad_gives_the_code_and_good_does_not(code: str) -> None:
    bad, good = re.findall(
        r"```yaml[^\n]*\n(.*?)```", (PAGES / f"{code}.md").read_text("utf-8"), re.DOTALL
    )
    assert code in found(bad, code)
    assert code not in found(good, code)


def test_every_code_of_the_rules_has_a_page() -> None:
    from reskontra.rules import reading

    folder = Path(reading.__file__).parent
    used = {
        code
        for path in folder.glob("*.py")
        for code in re.findall(r"RK4[0-8]\d", path.read_text("utf-8"))
    }
    assert used <= set(CODES)
    assert set(CODES) - used == set()
