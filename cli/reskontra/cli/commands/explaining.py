"""``reskontra explain``: why a payment went where it went, or what an error code means."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from reskontra.cli.commands.matching import Format
from reskontra.cli.session import session

_CODE = re.compile(r"RK\d{3}", re.IGNORECASE)


def explain(
    context: typer.Context,
    reference: Annotated[
        str, typer.Argument(help="line:N, payment:NUMBER, a bank's id, or an error code (RK402).")
    ],
    plan: Annotated[
        Path | None, typer.Option(help="Explain from this plan instead of the books.")
    ] = None,
    output_format: Format = "text",
) -> None:
    """Explain a decision from its stored record: evidence, weights, the rule, the runner-up.

    Example: reskontra explain payment:P0000001
    """
    if _CODE.fullmatch(reference):
        from reskontra.config.error_pages import page

        typer.echo(page(reference.upper()))
        return
    from reskontra.adapters import plan_file
    from reskontra.cli.render.explanations import print_explanation
    from reskontra.engine.services import explain as service

    application = session(context).open()
    if plan:
        found = service.explain_planned(plan_file.read(plan)[0], reference)
    else:
        with application.books.read() as reader:
            found = service.explain(reader, service.find_line(reader, reference))
    print_explanation(
        found,
        country=application.preferences.company.country,
        origins=application.company.origins,
        output_format=output_format,
    )
