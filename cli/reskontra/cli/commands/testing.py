"""``reskontra test``: the tests of rules, those of the company and those that are shipped."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from reskontra.cli.choices import one_of
from reskontra.cli.session import session


def run_tests(
    context: typer.Context,
    select: Annotated[
        str, typer.Argument(help="Only tests whose file, rule or name holds this text (or fits).")
    ] = "",
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

    Exit code 1 when a test fails, and when none is selected.

    Example: reskontra test bank_rules
    """
    from reskontra.cli.render.test_results import print_results
    from reskontra.cli.rule_files import all_suites
    from reskontra.rules.cases import selected

    started = time.perf_counter()
    suites = selected(all_suites(session(context)), select)
    results = [result for suite in suites for result in suite.results()]
    print_results(results, time.perf_counter() - started, output_format=output_format)
    if not all(result.passed for result in results):
        raise typer.Exit(1)
