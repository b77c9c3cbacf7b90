"""``reskontra lint``: every problem of every file of a workspace, in one run."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reskontra.cli.render.words import counted
from reskontra.cli.session import note, session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reskontra.cli.session import Session
    from reskontra.config.lint import Check, LintReport


def lint(
    context: typer.Context,
    directory: Annotated[
        Path | None, typer.Argument(help="Workspace; default: -C, else here or above.")
    ] = None,
    select: Annotated[
        str, typer.Option(help="Only findings whose code begins like this, e.g. RK4.")
    ] = "",
    accept_all: Annotated[
        str,
        typer.Option(
            metavar="REASON",
            help="Put the warnings there are into lint-accepted.yaml, with this reason.",
        ),
    ] = "",
    fix: Annotated[
        bool, typer.Option("--fix", help="Mend what can only be meant in one way, and show it.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Only show what --fix would change; 1 = something.")
    ] = False,
    output_format: Annotated[str, typer.Option("--format", help="text, json or github.")] = "text",
) -> None:
    """Check all configuration: syntax, keys, values, references between files, rules.

    Exit code 1 when there is an error; warnings alone give 0. Warnings that lint-accepted.yaml
    names are counted, not shown; an error cannot be accepted.

    Example: reskontra lint --format github
    """
    from reskontra.adapters.wiring import now
    from reskontra.cli.render.changes import print_change
    from reskontra.cli.render.problems import FORMATS, print_problems
    from reskontra.cli.rule_checks import check_rules
    from reskontra.config.fixing import fixes
    from reskontra.config.lint import lint_report

    if output_format not in FORMATS:
        raise typer.BadParameter(f"choose one of {', '.join(FORMATS)}", param_hint="--format")
    started = time.perf_counter()
    here = session(context)
    here.must_exist(directory)
    if fix or accept_all:
        _permit(directory or here.directory, "lint --fix" if fix else "lint --accept-all")
    if fix or diff:
        changes = list(fixes(directory or here.directory, [check_rules], select.upper()))
        if diff or output_format == "text":
            for change in changes:
                print_change(change)
        if diff:
            raise typer.Exit(1 if changes else 0)
        for change in changes:
            change.write()
            note(f"wrote {change.label}")
    report = lint_report(directory or here.directory, _checks(here, directory), now()[:10])
    chosen = tuple(p for p in report.problems if p.code.startswith(select.upper()))
    report = replace(report, problems=chosen)
    if accept_all:
        report = _accepted(directory or here.directory, report, accept_all)
    print_problems(report.problems, output_format=output_format, stream=sys.stdout)
    note(_summary(report, time.perf_counter() - started))
    if any(problem.is_error for problem in report.problems):
        raise typer.Exit(1)


def _permit(directory: Path, deed: str) -> None:
    """RK701, RK910; what is wrong with the workspace itself is no hindrance to mending it."""
    from reskontra.adapters.wiring import permit_change
    from reskontra.config.workspace import find_workspace, read_workspace

    permit_change(read_workspace(find_workspace(directory))[0], deed)


def _checks(here: Session, directory: Path | None) -> Sequence[Check]:
    """What lint asks of others: the rules, and the books in the workspace."""
    from reskontra.cli.lock_checks import check_locks
    from reskontra.cli.rule_checks import check_rules
    from reskontra.config.workspace import find_workspace, read_workspace

    workspace, _ = read_workspace(find_workspace(directory or here.directory))
    return check_rules, check_locks(here.database or workspace.database_url)


def _accepted(directory: Path, report: LintReport, reason: str) -> LintReport:
    """The report without its warnings, which are accepted now."""
    from reskontra.adapters.wiring import login_name
    from reskontra.config.accepted import FILE, STALE, AcceptedWarnings
    from reskontra.config.changing import write
    from reskontra.config.workspace import find_workspace

    root = find_workspace(directory)
    new = [p for p in report.problems if not p.is_error and p.code != STALE]
    if new:
        write(root / FILE, AcceptedWarnings.of(root).text_with(new, reason, login_name()))
    left = tuple(problem for problem in report.problems if problem not in new)
    return replace(report, problems=left, accepted=report.accepted + len(new))


def _summary(report: LintReport, seconds: float) -> str:
    """``2 errors, 1 warning in 1 company (9 files, 0.12 s)``."""
    errors = sum(problem.is_error for problem in report.problems)
    parts = [counted(errors, "error")]
    warnings = len(report.problems) - errors
    if warnings:
        parts.append(counted(warnings, "warning"))
    if report.accepted:
        parts.append(f"{report.accepted} accepted")
    where = f"{counted(report.companies, 'company')} ({counted(report.files, 'file')}"
    fixable = sum(bool(problem.fix) for problem in report.problems)
    mend = f"; {fixable} can be mended with --fix" if fixable else ""
    return f"{', '.join(parts)} in {where}, {seconds:.2f} s){mend}"
