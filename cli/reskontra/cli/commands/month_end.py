"""The end of a month: ``reskontra settle`` what the balance sheet shows, reversed on the day after;
``reskontra show vat``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from reskontra.cli.choices import TableFormat, TextFormat, iso_date, month
from reskontra.cli.commands.applying import Reason
from reskontra.cli.commands.settling import app, planned
from reskontra.cli.session import session
from reskontra.cli.works import Book, Out, finish

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reskontra.engine.ledger.works import PlannedStep
    from reskontra.engine.ports import Reader
    from reskontra.engine.preferences import Preferences

    Planner = Callable[[Reader, str, Preferences], list[PlannedStep]]

LastDay = Annotated[
    str, typer.Option("--on", help="Last day of the month (YYYY-MM-DD).", callback=iso_date)
]


@app.command()
def revaluation(
    context: typer.Context,
    on: LastDay,
    apply: Book = False,
    out: Out = None,
    reason: Reason = "",
    output_format: TextFormat = "text",
) -> None:
    """Value open items in foreign currency at the rate of a month's last day; the difference is
    unrealised, and reversed on the first day of the next month.

    Example: reskontra settle revaluation --on 2026-11-30
    """
    from reskontra.engine.services.month_end import plan_revaluation

    _plan(context, "revaluation", plan_revaluation, on, apply, out, reason, output_format)


@app.command()
def reclassification(
    context: typer.Context,
    on: LastDay,
    apply: Book = False,
    out: Out = None,
    reason: Reason = "",
    output_format: TextFormat = "text",
) -> None:
    """Show customers' credit balances as a liability on a month's last day, reversed on the first
    day of the next month.

    Example: reskontra settle reclassification --on 2026-11-30
    """
    from reskontra.engine.services.month_end import plan_reclassification

    _plan(context, "reclassification", plan_reclassification, on, apply, out, reason, output_format)


@app.command()
def doubtful(
    context: typer.Context,
    on: LastDay,
    apply: Book = False,
    out: Out = None,
    reason: Reason = "",
    output_format: TextFormat = "text",
) -> None:
    """Show what has been due for long (ledger.doubtful_after) as doubtful receivables on a month's
    last day, reversed on the first day of the next month.

    Example: reskontra settle doubtful --on 2026-11-30
    """
    from reskontra.engine.services.month_end import plan_doubtful

    _plan(context, "doubtful", plan_doubtful, on, apply, out, reason, output_format)


@app.command("expected-losses")
def expected_losses(
    context: typer.Context,
    on: LastDay,
    apply: Book = False,
    out: Out = None,
    reason: Reason = "",
    output_format: TextFormat = "text",
) -> None:
    """Provide for credit losses by how long documents have been due (ledger.expected_losses) on a
    month's last day, reversed on the first day of the next month; with ledger.keep_allowance it
    stays, and only what changed is booked.

    Example: reskontra settle expected-losses --on 2026-11-30
    """
    from reskontra.engine.services.month_end import plan_expected_losses

    _plan(context, "expected_losses", plan_expected_losses, on, apply, out, reason, output_format)


def _plan(
    context: typer.Context,
    kind: str,
    planner: Planner,
    on: str,
    apply: bool,
    out: Path | None,
    reason: str,
    output_format: str,
) -> None:
    from reskontra.engine.services.month_end import require_month_end

    application = session(context).open(as_of=on)
    with application.books.read() as reader:
        require_month_end(reader, kind, on)
        steps = planner(reader, on, application.preferences)
        work = planned(application, reader, kind, on, steps)
    finish(application, work, apply=apply, out=out, reason=reason, output_format=output_format)


def vat(
    context: typer.Context,
    period: Annotated[
        str,
        typer.Option("--period", help="Month, or the first of several (YYYY-MM).", callback=month),
    ],
    months: Annotated[
        int, typer.Option(help="How many months: 3 for a quarter.", min=1, max=12)
    ] = 1,
    output_format: TableFormat = "table",
) -> None:
    """Output VAT by account, code and what it comes from: documents, cash discounts, credit losses;
    in the company's own currency, positive = owed.

    Example: reskontra show vat --period 2026-10 --months 3
    """
    from reskontra.cli.render.tables import print_amounts
    from reskontra.engine.ledger.periods import following
    from reskontra.engine.preferences.features import require
    from reskontra.engine.services.vat_report import vat_report

    periods = [period]
    while len(periods) < months:
        periods.append(following(periods[-1]))
    application = session(context).open()
    require(application.preferences.ledger.features, "vat_reporting", "the VAT of a period")
    company = application.preferences.company
    with application.books.read() as reader:
        print_amounts(
            vat_report(reader, periods, company.currency), ("account", "code", "rate", "source"),
            ("net", "vat"), country=company.country, output_format=output_format,
        )  # fmt: skip
