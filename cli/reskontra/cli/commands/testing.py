"""``reskontra test``: the tests of rules, the company's and the shipped ones, and scenarios."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from reskontra.cli.choices import one_of
from reskontra.cli.session import note, session

if TYPE_CHECKING:
    from reskontra.adapters.scenarios import ScenarioResult
    from reskontra.cli.rule_files import RuleFiles
    from reskontra.rules.cases import CaseResult


def run_tests(
    context: typer.Context,
    select: Annotated[
        str, typer.Argument(help="Only tests whose file, stage, rule or name holds this text.")
    ] = "",
    covered: Annotated[
        bool, typer.Option("--coverage", help="Also tell which rules and conditions they reach.")
    ] = False,
    fail_under: Annotated[
        float, typer.Option(help="With --coverage: exit code 1 below this percentage.")
    ] = 0,
    update: Annotated[
        bool,
        typer.Option(
            "--update", help="Write expected.csv of the scenarios anew; says what changed."
        ),
    ] = False,
    output_format: Annotated[
        str,
        typer.Option(
            "--format", help="table, json or junit.", callback=one_of("table", "json", "junit")
        ),
    ] = "table",
) -> None:
    """Run the tests beside rules and in files *.test.yaml, and the scenarios of the company.

    A test gives facts, or under payments: a whole bank line with customers and open_items.
    A scenario is a folder scenarios/NAME with customers.csv, open_items.csv and bank files; the
    plan for them must be what its expected.csv says. Their books are thrown away.

    The company's tests are decided by its rules over the shipped ones, with its preferences; the
    shipped tests by the shipped rules alone. A test with todo is reported and never fails.

    Exit code 1 when a test fails, when none is selected, or below --fail-under.

    Example: reskontra test bank_rules --coverage --fail-under 90
    """
    from reskontra.cli.render.test_results import Report, print_report
    from reskontra.cli.rule_files import rule_files
    from reskontra.rules.cases import nothing_selected, selected
    from reskontra.rules.coverage import coverage, percent

    if fail_under and not covered:
        raise typer.BadParameter("say --coverage, too", param_hint="--fail-under")
    if update:
        session(context).to_change(option="--update")
    started = time.perf_counter()
    files = rule_files(session(context))
    suites = selected(files.suites(), select)
    payments, played = _played(files, session(context).branch, select)
    if not suites and not payments and not played:
        raise nothing_selected(select)
    report = Report(
        [result for suite in suites for result in suite.results()] + payments,
        played,
        [rule for suite in suites for rule in coverage(suite)] if covered else None,
        updated=update,
    )
    print_report(report, time.perf_counter() - started, output_format=output_format)
    if update:
        for scenario in played:
            scenario.accept()
    too_little = report.reached is not None and percent(report.reached) < fail_under
    if too_little:
        note(f"the coverage is below {fail_under:g} %")
    if too_little or not report.passed:
        raise typer.Exit(1)


def _played(
    files: RuleFiles, branch: str, select: str
) -> tuple[list[CaseResult], list[ScenarioResult]]:
    """The selected tests of bank lines, and scenarios; without any, no books are made."""
    from fnmatch import fnmatch

    from reskontra.adapters.scenarios import scenarios, stage
    from reskontra.rules.cases import selected_payments

    payments = selected_payments(files.tests, select)
    folders = [
        path
        for path in scenarios(files.workspace, files.company)
        if fnmatch(files.workspace.label(path).casefold(), f"*{select.casefold()}*")
    ]
    with stage(files.workspace, files.company, branch=branch) as here:
        return [here.payment(case) for case in payments], [here.scenario(f) for f in folders]
