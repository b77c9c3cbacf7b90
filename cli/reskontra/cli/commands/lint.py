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
    from reskontra.config.lint import LintReport


def lint(
    context: typer.Context,
    directory: Annotated[
        Path | None, typer.Argument(help="Workspace; default: -C, else here or above.")
    ] = None,
    select: Annotated[
        str, typer.Option(help="Only findings whose code begins like this, e.g. RK4.")
    ] = "",
    output_format: Annotated[str, typer.Option("--format", help="text, json or github.")] = "text",
) -> None:
    """Check all configuration: syntax, keys, values, references between files, rules.

    Exit code 1 when there is an error; warnings alone give 0.

    Example: reskontra lint --format github
    """
    from reskontra.cli.render.problems import FORMATS, print_problems
    from reskontra.cli.rule_checks import check_rules
    from reskontra.config.lint import lint_report

    if output_format not in FORMATS:
        raise typer.BadParameter(f"choose one of {', '.join(FORMATS)}", param_hint="--format")
    started = time.perf_counter()
    here = session(context)
    here.must_exist(directory)
    report = lint_report(directory or here.directory, [check_rules])
    chosen = tuple(p for p in report.problems if p.code.startswith(select.upper()))
    report = replace(report, problems=chosen)
    print_problems(report.problems, output_format=output_format, stream=sys.stdout)
    note(_summary(report, time.perf_counter() - started))
    if any(problem.is_error for problem in report.problems):
        raise typer.Exit(1)


def _summary(report: LintReport, seconds: float) -> str:
    """``2 errors, 1 warning in 1 company (9 files, 0.12 s)``."""
    errors = sum(problem.is_error for problem in report.problems)
    parts = [counted(errors, "error")]
    warnings = len(report.problems) - errors
    if warnings:
        parts.append(counted(warnings, "warning"))
    where = f"{counted(report.companies, 'company')} ({counted(report.files, 'file')}"
    return f"{', '.join(parts)} in {where}, {seconds:.2f} s)"
