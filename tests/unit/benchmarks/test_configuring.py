"""The benchmark of what a consultant waits for: its worlds are sound, and a failure is no time."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from benchmarks.configuring import START, Waited, report, seconds, workspace

from reskontra.cli.rule_checks import check_rules
from reskontra.config.lint import lint_workspace


def test_lint_has_no_more_to_say_of_its_rules_than_that_they_are_untested(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "ws", companies=2, rules=3)
    problems = lint_workspace(folder, [check_rules])
    untested = [p for p in problems if p.place and p.place.file.endswith("agreements.yaml")]
    assert [problem.code for problem in untested] == ["RK414"] * 3
    assert not any(problem.is_error for problem in problems)


def test_a_command_that_fails_is_not_timed() -> None:
    assert seconds(START, repeat=1) > 0
    with pytest.raises(subprocess.CalledProcessError):
        seconds(("-c", "raise SystemExit(3)"), repeat=1, allowed=(0, 1))


def test_a_bar_that_is_missed_is_told() -> None:
    found = [Waited("quick", 1, 0.5, 0.25), Waited("slow", 1, 1.5, 0.5)]
    rows = report(found).splitlines()[2:]
    assert rows == [
        "| quick | 0.50 | 1 | yes | 0.25 | 2.0 |",
        "| slow | 1.50 | 1 | **no** | 0.50 | 3.0 |",
    ]
