"""``reskontra test``: the tests of rules, those of the company and those that are shipped."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from reskontra.cli.choices import one_of
from reskontra.cli.session import note, session


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
    output_format: Annotated[
        str,
        typer.Option(
            "--format", help="table, json or junit.", callback=one_of("table", "json", "junit")
        ),
    ] = "table",
) -> None:
    """Run the tests that stand beside rules and in files *.test.yaml beside them.

    The company's tests are decided by its rules over the shipped ones, with its preferences; the
    shipped tests by the shipped rules alone. A test with todo is reported and never fails.

    Exit code 1 when a test fails, when none is selected, or below --fail-under.

    Example: reskontra test bank_rules --coverage --fail-under 90
    """
    from reskontra.cli.render.test_results import print_results
    from reskontra.cli.rule_files import rule_files
    from reskontra.rules.cases import selected
    from reskontra.rules.coverage import coverage, percent

    if fail_under and not covered:
        raise typer.BadParameter("say --coverage, too", param_hint="--fail-under")
    started = time.perf_counter()
    suites = selected(rule_files(session(context)).suites(), select)
    results = [result for suite in suites for result in suite.results()]
    reached = [rule for suite in suites for rule in coverage(suite)] if covered else None
    print_results(results, reached, time.perf_counter() - started, output_format=output_format)
    too_little = reached is not None and percent(reached) < fail_under
    if too_little:
        note(f"the coverage is below {fail_under:g} %")
    if too_little or not all(result.passed for result in results):
        raise typer.Exit(1)
