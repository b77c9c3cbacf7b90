"""Processes that race or die: exactly one of two wins, and ``kill -9`` leaves all or nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.acceptance import launched_command
from tests.acceptance.company import Company

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("engine", "rules", "config", "adapters", "cli")
LAUNCHER = (sys.executable, launched_command.__file__)
POINTS = 20
SEED = 7


def environment() -> dict[str, str]:
    """A process of its own finds the same program."""
    path = os.pathsep.join([str(ROOT), *(str(ROOT / source) for source in SOURCES)])
    return {**os.environ, "PYTHONPATH": path, "POLARS_MAX_THREADS": "1"}


def race(company: Company, *commands: tuple[str, ...]) -> list[tuple[int, str]]:
    """Run commands at once, each stopped before it takes the lock; exit code and messages."""
    database = ("--db", company.database) if company.database else ()
    runners = [
        subprocess.Popen(
            [*LAUNCHER, "race", *database, *command],
            cwd=company.path,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for command in commands
    ]
    for runner in runners:
        assert runner.stdout is not None
        assert "ready\n" in iter(runner.stdout.readline, ""), runner.communicate()
    for runner in runners:
        assert runner.stdin is not None
        runner.stdin.write("go\n")
        runner.stdin.flush()
    results = []
    for runner in runners:
        _, err = runner.communicate(timeout=60)
        results.append((runner.returncode, err))
    return sorted(results)


def test_two_processes_apply_the_same_plan(anywhere: Company) -> None:
    anywhere.fill()
    plan = anywhere.plan()
    (won, _), (lost, said) = race(anywhere, ("apply", plan.name), ("apply", plan.name))
    assert (won, lost) == (2, 3)
    assert "RK733" in said
    assert "run:1" in said
    anywhere.check()
    assert len(anywhere.dump()["Run"]) == 1


def test_two_processes_apply_different_plans(anywhere: Company) -> None:
    anywhere.fill()
    anywhere.plan("all.plan")
    anywhere.plan("early.plan", "--as-of", "2026-11-20")
    (won, _), (lost, said) = race(anywhere, ("apply", "all.plan"), ("apply", "early.plan"))
    assert (won, lost) == (2, 3)
    assert "RK730" in said
    assert "since then: apply match run:1" in said
    assert "document 310001: open 1000.03 SEK in the plan, 0.00 SEK now" in said
    anywhere.check()
    assert len(anywhere.dump()["Run"]) == 1


def test_two_processes_import_the_same_file(anywhere: Company) -> None:
    anywhere.fill("customers.csv", "open_items.csv")
    command = ("import", "bank", "bgmax.txt")
    results = race(anywhere, command, command)
    assert [code for code, _ in results] == [0, 0]
    assert len(anywhere.dump()["BankLine"]) == 19
    anywhere.check()


def test_a_choice_and_a_run_at_once(anywhere: Company) -> None:
    """A person chooses while the automatic run books: whoever is second is told."""
    anywhere.fill()
    plan = anywhere.plan()
    choice = ("resolve", "line:1", "--documents", "310002=1000.03")
    results = dict(race(anywhere, ("apply", plan.name), choice))
    assert 3 in results
    assert "RK730" in results[3]
    anywhere.check()


def attempts(company: Company, *command: str) -> list[dict[str, Any]]:
    """The command killed at seeded places, see ``launched_command``."""
    done = subprocess.run(
        [*LAUNCHER, "kill", str(company.path), company.database, str(POINTS), str(SEED), *command],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("command", ["import", "apply"])
def test_kill(anywhere: Company, new_workspace: Company, tmp_path: Path, command: str) -> None:
    """Killed inside its transaction, repeated, and compared with an undisturbed run."""
    from tests.acceptance.conftest import copy

    undisturbed = copy(new_workspace, tmp_path / "undisturbed")
    companies = (anywhere, undisturbed)
    for company in companies:
        if command == "apply":
            company.fill()
            company.plan()
        else:
            company.fill("customers.csv", "open_items.csv", "bgmax.txt")
    arguments = {"import": ("import", "bank", "camt054.xml"), "apply": ("apply", "monday.plan")}
    code = {"import": 0, "apply": 2}[command]
    undisturbed.cli(*arguments[command], expect=code)
    expected = launched_command.digest(undisturbed.url)
    anywhere.check()
    reports = attempts(anywhere, *arguments[command])
    killed = [report for report in reports if report["place"]]
    assert len(killed) >= POINTS
    for report in killed:
        assert report["killed"], report
        assert report["as before"], report
        if "repeated" in report:
            assert report["repeated"]["code"] == code, report
            assert report["digest"] == expected, report
    last = reports[-1]
    assert (last["code"], last["digest"]) == (code, expected)
    anywhere.check()
    assert anywhere.dump(clocks=False) == undisturbed.dump(clocks=False)
