"""``lint``: every problem of every file of a workspace in one run, without touching the ledger.

Checks that this package does not know (the rules) are handed in as ``extra_checks``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from reskontra.config.accepted import FILE, AcceptedWarnings
from reskontra.config.company import CompanyReading, banking_branches, branches, read_company
from reskontra.config.layers import Effective
from reskontra.config.names import unknown_names
from reskontra.config.permissions import not_enforced
from reskontra.config.strict_yaml import split_lines
from reskontra.config.workspace import Workspace, find_workspace, read_workspace
from reskontra.engine.errors import Place, Problem
from reskontra.engine.preferences import Preferences


@dataclass(frozen=True, slots=True)
class CompanyUnderLint:
    """What a check of another package is given, once per company."""

    workspace: Workspace
    company_id: str
    rule_files: tuple[tuple[str, str], ...]
    """(name, text), company first."""
    test_files: tuple[tuple[str, str], ...]
    """(name, text) of the tests beside them."""
    effective: Effective
    """The values, with the places where they were written."""
    preferences: Preferences | None
    """``None`` when the company's own files have errors."""


Check = Callable[[CompanyUnderLint], Iterable[Problem]]


@dataclass(frozen=True, slots=True)
class LintReport:
    """The findings and how much was looked at."""

    problems: tuple[Problem, ...]
    companies: int
    files: int
    accepted: int = 0
    """Warnings that lint-accepted.yaml keeps from being shown."""


def lint_workspace(path: Path, extra_checks: Sequence[Check] = ()) -> list[Problem]:
    """All problems of the workspace at or above ``path``, sorted by place."""
    return list(lint_report(path, extra_checks).problems)


def lint_report(path: Path, extra_checks: Sequence[Check] = (), on: str = "") -> LintReport:
    """The same with counts, on a day until which warnings may be accepted (ISO; empty = any).

    Raises only when there is no workspace (RK116).
    """
    workspace, problems = read_workspace(find_workspace(path))
    for company_id in workspace.companies:
        reading = read_company(workspace, company_id)
        own_branches = branches(workspace, company_id)
        problems += [*reading.problems, *unknown_names(reading.effective, own_branches)]
        problems += _second_person(workspace, reading.preferences)
        subject = CompanyUnderLint(
            workspace=workspace,
            company_id=company_id,
            rule_files=reading.rule_files,
            test_files=reading.test_files,
            effective=reading.effective,
            preferences=reading.preferences,
        )
        sources = dict((*reading.rule_files, *reading.test_files))
        for check in extra_checks:
            problems += _with_excerpts(check(subject), sources)
        problems += _other_days(workspace, company_id, "", reading)
        for branch in own_branches:
            found = read_company(workspace, company_id, branch=branch)
            problems += [*found.problems, *unknown_names(found.effective, own_branches)]
            problems += _other_days(workspace, company_id, branch, found)
            if branch not in banking_branches(reading.effective):
                problems += _unasked(found, branch)
    unique = sorted(set(problems), key=_order)
    left, accepted = AcceptedWarnings.of(workspace.path).apply(unique, on)
    return LintReport(
        problems=tuple(sorted(left, key=_order)),
        companies=len(workspace.companies),
        files=_count_files(workspace.path),
        accepted=accepted,
    )


def _other_days(
    workspace: Workspace, company_id: str, branch: str, first: CompanyReading
) -> list[Problem]:
    """Problems of the company on every day on which a dated item changes something."""
    problems: list[Problem] = []
    waiting, seen = first.effective.changes, set[str]()
    while waiting:
        for day in sorted(waiting):
            reading = read_company(workspace, company_id, branch=branch, on=day)
            problems += reading.problems
            seen.add(day)
            waiting = waiting | reading.effective.changes
        waiting = waiting - seen
    return problems


def _unasked(reading: CompanyReading, branch: str) -> Iterator[Problem]:
    """RK951: rules of a branch to which no cash account belongs."""
    for file, _ in reading.rule_files:
        if f"/branches/{branch}/" in file:
            yield Problem(
                "RK951",
                f"no cash account belongs to branch '{branch}': these rules are asked only where a "
                f"command says --branch {branch}",
                Place(file),
                f"give an account of cash_accounts.yaml `branch: {branch}`",
                "warning",
            )


def _with_excerpts(problems: Iterable[Problem], sources: Mapping[str, str]) -> Iterator[Problem]:
    """The problems with their source lines, where the check did not give one."""
    lines = cache(lambda file: dict(enumerate(split_lines(sources[file]), 1)))
    for problem in problems:
        place = problem.place
        if not problem.excerpt and place is not None and place.file in sources:
            yield replace(problem, excerpt=lines(place.file).get(place.line, ""))
        else:
            yield problem


def _second_person(workspace: Workspace, preferences: Preferences | None) -> Iterator[Problem]:
    """RK315: a live company in which one person can both change and approve."""
    if preferences is None or preferences.company.mode != "live":
        return
    company = preferences.company.id
    here = [user for user in workspace.users if not user.companies or company in user.companies]
    if why := not_enforced(here):
        yield Problem(
            "RK315",
            f"company '{company}' is live, but no second person can approve: not enforced, {why}",
            Place("users.yaml"),
            "list a clerk and another person as approver in users.yaml",
            "warning",
        )


def _order(problem: Problem) -> tuple[Place, str, str]:
    """By file, line and column; problems without a place first."""
    return (problem.place or Place(""), problem.code, problem.message)


def _count_files(root: Path) -> int:
    """YAML files of the workspace that are read."""
    top = sum(1 for name in ("reskontra.yaml", "users.yaml", FILE) if (root / name).is_file())
    below = (root / "partner", root / "companies")
    return top + sum(1 for folder in below for _ in folder.rglob("*.y*ml"))
