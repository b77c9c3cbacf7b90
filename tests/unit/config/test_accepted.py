"""Warnings that somebody accepts: not shown, and told when there is nothing to accept."""

from __future__ import annotations

from pathlib import Path

import pytest

from reskontra.config.accepted import FILE, AcceptedWarnings
from reskontra.engine.errors import Place, Problem, ReskontraError

RULES = "rules:\n  - id: fee\n  - id: tax\n"
FEE, TAX = (
    Problem("RK414", "no tests", Place("own.yaml", line, 5), severity="warning") for line in (2, 3)
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "own.yaml").write_text(RULES, "utf-8")
    return tmp_path


def left(root: Path, text: str, *found: Problem, on: str = "") -> list[str]:
    """Codes of what is shown, with this file of accepted warnings."""
    (root / FILE).write_text(text, "utf-8")
    return [problem.code for problem in AcceptedWarnings.of(root).apply(found, on)[0]]


def entry(more: str = "") -> str:
    return f"accepted:\n  - {{code: RK414, file: own.yaml, reason: known{more}}}\n"


def test_a_whole_file_or_one_rule_of_it_is_accepted(root: Path) -> None:
    assert left(root, entry(), FEE, TAX) == []
    assert left(root, entry(", key: rules.fee"), FEE, TAX) == ["RK414"]


def test_what_accepts_nothing_is_reported(root: Path) -> None:
    assert left(root, entry(", key: rules.fee"), TAX) == ["RK414", "RK347"]


def test_an_entry_holds_until_its_last_day(root: Path) -> None:
    ends = entry(", until: 2026-11-30")
    assert left(root, ends, FEE, on="2026-11-30") == []
    assert left(root, ends, FEE, on="2026-12-01") == ["RK414", "RK347"]


def test_all_warnings_are_added_beside_those_there_are(root: Path) -> None:
    (root / FILE).write_text("# ours\n" + entry(", key: rules.fee"), "utf-8")
    text = AcceptedWarnings.of(root).text_with([TAX], "seen: today", "anna")
    assert text.startswith("# ours\naccepted:\n")
    assert left(root, text, FEE, TAX) == []


def test_a_file_in_another_layout_is_left_alone(root: Path) -> None:
    (root / FILE).write_text("accepted: [{code: RK414, file: own.yaml, reason: x}]\n", "utf-8")
    with pytest.raises(ReskontraError, match="RK133"):
        AcceptedWarnings.of(root).text_with([TAX], "x", "anna")
