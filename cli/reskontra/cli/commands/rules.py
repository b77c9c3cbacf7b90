"""``reskontra rules``: which rules a company has, and how well they are tested."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from reskontra.cli.choices import TableFormat
from reskontra.cli.session import note, session

app = typer.Typer(help="Look at the rules, and try how good their tests are.", no_args_is_help=True)


_COLUMNS = ("stage", "rule", "layer", "then", "days", "tests", "place")


@app.command("list")
def list_rules(context: typer.Context, output_format: TableFormat = "table") -> None:
    """Every rule in the order in which it is asked, with the layer it comes from.

    Example: reskontra rules list
    """
    from reskontra.cli.render.tables import print_rows
    from reskontra.cli.rule_files import layer, rule_files
    from reskontra.config.strict_yaml import written
    from reskontra.rules.compiling import compile_merged
    from reskontra.rules.explaining import days
    from reskontra.rules.merging import where

    files = rule_files(session(context))
    apart = [case.expect.get("rule") for file in files.tests for case in file.cases]
    rows = [
        {
            "stage": rule.stage,
            "rule": rule.id,
            "layer": layer(where(rule)),
            "then": ", ".join(f"{key} {written(value)}" for key, value in decided.then.items()),
            "days": days(rule),
            "tests": len(rule.cases) + apart.count(rule.id),
            "place": where(rule),
        }
        for stage in files.stages()
        for rule, decided in zip(stage.rules, compile_merged(stage).rules, strict=True)
    ]
    print_rows(
        rows,
        tuple(name for name in _COLUMNS if name != "days" or any(row["days"] for row in rows)),
        output_format=output_format,
        right=("tests",),
    )


@app.command()
def show(
    context: typer.Context, rule: Annotated[str, typer.Argument(help="Id of the rule.")]
) -> None:
    """One rule: where it stands, its conditions, what it does and why, its tests.

    Example: reskontra rules show short-in-part
    """
    from reskontra.cli.render.rules import print_rule
    from reskontra.cli.rule_files import rule_files
    from reskontra.rules.compiling import compile_merged
    from reskontra.rules.merging import find

    files = rule_files(session(context))
    stage, found = find(files.stages(), rule)
    apart = [c for file in files.tests for c in file.cases if c.expect.get("rule") == rule]
    compiled = next(each for each in compile_merged(stage).rules if each.id == rule)
    print_rule(found, compiled, (*found.cases, *apart))


@app.command()
def reach(context: typer.Context, output_format: TableFormat = "table") -> None:
    """What rules can do without a person, each shown by a payment to which it happens.

    More written off than differences.unattended_limit, documents settled by money that goes out or
    by evidence that matching.auto does not allow (`lint` warns of these), or without a validated
    reference. `no` is a proof, for payments as the preferences let them be; `unknown` says that
    neither a payment nor a proof was found. Of every company, or of the one that is chosen.

    Example: reskontra rules reach --format json
    """
    from reskontra.cli.render.tables import print_rows
    from reskontra.cli.rule_files import rule_files
    from reskontra.config.workspace import load_workspace
    from reskontra.rules.unattended import inexact, unsafe

    here = session(context)
    companies = [here.company] if here.company else load_workspace(here.directory).companies
    rows = []
    for company in companies:
        files = rule_files(replace(here, company=company))
        book = files.book()
        rows += [
            {
                "company": company,
                "question": answer.question,
                "currency": answer.currency,
                "answer": answer.says,
                "limit": answer.limit,
                "rules": ", ".join(rule.id for rule in answer.rules),
                "payment": answer.payment,
            }
            for ask in (unsafe, inexact)
            for answer in ask(book, files.preferences)
        ]
    columns = ("company", "question", "currency", "answer", "limit", "rules", "payment")
    print_rows(rows, columns, output_format=output_format, title="Without a person")


@app.command()
def mutate(
    context: typer.Context,
    select: Annotated[
        str, typer.Argument(help="Only rules whose file, stage or id holds this text.")
    ] = "",
    fail_under: Annotated[float, typer.Option(help="Exit code 1 below this percentage.")] = 0,
    output_format: TableFormat = "table",
) -> None:
    """Spoil every rule in every small way and list the changes that no test notices.

    A condition is left out or turned round, a bound moved by the least step, a value of a list
    dropped, the rule taken away. What is listed could happen to the rules and nobody would know:
    write a test that fails then.

    Example: reskontra rules mutate bank_rules --fail-under 95
    """
    from reskontra.cli.render.tables import print_rows
    from reskontra.cli.render.words import counted
    from reskontra.cli.rule_files import rule_files
    from reskontra.rules.cases import proving
    from reskontra.rules.mutation import mutants, score

    suites = proving(rule_files(session(context)).suites(), select)
    found = [mutant for suite in suites for mutant in mutants(suite)]
    unnoticed = [m for m in found if not m.noticed]
    if unnoticed or output_format != "table":
        rows = [{"place": m.place, "rule": m.rule, "change": m.change} for m in unnoticed]
        print_rows(rows, ("place", "rule", "change"), output_format=output_format)
    noticed = len(found) - len(unnoticed)
    note(f"{noticed} of {counted(len(found), 'change')} noticed by a test: {score(found):.1f} %")
    if score(found) < fail_under:
        raise typer.Exit(1)
