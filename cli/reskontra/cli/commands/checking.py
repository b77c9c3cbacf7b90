"""``reskontra check`` proves the books; ``reskontra doctor`` tells what this machine has."""

from __future__ import annotations

from typing import Annotated

import typer

from reskontra.cli.choices import TextFormat, numbered
from reskontra.cli.render.words import counted
from reskontra.cli.session import note, session


def check(
    context: typer.Context,
    output_format: TextFormat = "text",
) -> None:
    """Prove the books again: conservation, control account, balances, series, no tampering. Then
    list what the general ledger does not have yet (a warning), and tell the last hash of the audit
    trail: who wrote it down can prove later that no row before it was changed.

    Exit code 1 when a law is broken; every broken row is named.

    Example: reskontra check
    """
    from reskontra.cli.render.problems import print_problems
    from reskontra.engine.ledger.auditing import head_of
    from reskontra.engine.ledger.transfers import not_handed_over
    from reskontra.engine.services.check import check as service

    application = session(context).open()
    problems = service(application.books)
    with application.books.read() as reader:
        waiting = list(not_handed_over(reader))
        rows, head = head_of(reader)
    if not problems and output_format == "text":
        typer.echo("The books are clean: every law holds.")
        note(f"audit trail: {counted(rows, 'row')}, the last hash is {head or 'none'}")
    print_problems([*problems, *waiting], output_format=output_format)
    raise typer.Exit(1 if problems else 0)


def verify(
    context: typer.Context,
    run: Annotated[
        str, typer.Argument(help="run:N; default: every run that rules or people decided.")
    ] = "",
    output_format: TextFormat = "text",
) -> None:
    """Verify stored decisions from their records and the books before them: amounts, limits, what
    was open of each document, relevance; that the rule they name held for the facts, and that the
    audit trail tells who chose where a person did. Shares no code with what decided.

    Exit code 1 when a decision does not hold; each is named.

    Example: reskontra verify run:1
    """
    from reskontra.cli.render.problems import print_problems
    from reskontra.engine.ledger.records import Run
    from reskontra.engine.services.replay import decided_run
    from reskontra.rules.verifying import verify as judge
    from reskontra.rules.verifying_choices import verify_choices

    application = session(context).open()
    with application.books.read() as reader:
        runs = (
            [decided_run(reader, numbered(run), ("match", "resolve"))]
            if run
            else list(reader.records(Run, kind=["match", "resolve"]))
        )
        problems = [
            *judge(reader, [each for each in runs if each.kind == "match"]),
            *verify_choices(reader, [each for each in runs if each.kind == "resolve"]),
        ]
    if problems or output_format != "text":
        print_problems(problems, output_format=output_format)
    else:
        typer.echo(f"{counted(len(runs), 'run')}: every decision holds.")
    raise typer.Exit(1 if problems else 0)


def doctor() -> None:
    """Show what is at work: versions, rules engine, PostgreSQL driver.

    Example: reskontra doctor
    """
    import platform
    import sqlite3
    from importlib.util import find_spec

    from reskontra.adapters.wiring import engine_version
    from reskontra.rules.durable import engine_status

    postgres = "psycopg" if find_spec("psycopg") else "not installed (extra: postgres)"
    for name, value in (
        ("reskontra", engine_version()),
        ("python", platform.python_version()),
        ("rules engine", engine_status()),
        ("sqlite", sqlite3.sqlite_version),
        ("postgresql driver", postgres),
    ):
        typer.echo(f"{name:18} {value}")
