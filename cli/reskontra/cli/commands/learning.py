"""``reskontra learn``: what repeated choices propose."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reskontra.cli.choices import TextFormat, new_file
from reskontra.cli.commands.applying import Reason
from reskontra.cli.render.progress import working
from reskontra.cli.session import note, session

if TYPE_CHECKING:
    from reskontra.adapters.learning import Learned
    from reskontra.adapters.wiring import Application


def learn(
    context: typer.Context,
    at_least: Annotated[
        int, typer.Option(min=2, help="How often people must have chosen the same.")
    ] = 3,
    accept: Annotated[
        int, typer.Option(min=0, help="Put proposal N where it belongs: register or rules.")
    ] = 0,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--out", help="Write the proposed rules as a .yaml pack.", callback=new_file
        ),
    ] = None,
    reason: Reason = "",
    output_format: TextFormat = "text",
) -> None:
    """Learn from what people chose again and again: a customer's account, an alias, or a rule.

    Proposals are text with the payments they follow from and with what each would have changed in
    all earlier runs. Nothing is learned until somebody accepts it; one contrary decision and
    nothing is proposed. Exit code 2 when there is a proposal.

    Example: reskontra learn --accept 1 --reason "pays from a new account"
    """
    if out and out.suffix not in (".yaml", ".yml"):
        raise typer.BadParameter("--out takes a file that ends with .yaml")
    application = session(context).open()
    if accept:
        application.permit()
    with working("Deciding again"):
        from reskontra.adapters import learning, proposal_text
        from reskontra.cli.render.proposals import print_learned

        found = learning.learned(application, at_least)
    if accept:
        _accept(application, found, accept, reason)
        return
    country = application.preferences.company.country
    print_learned(found, country=country, output_format=output_format)
    if out:
        rules = [one.text for one in found.proposals if one.proposal.kind == "rule"]
        if rules:
            text = proposal_text.pack_text(application.books.company, rules)
            out.write_text(text, encoding="utf-8")
        note(f"Saved {len(rules)} rules in {out}." if rules else "No rule is proposed.")
    raise typer.Exit(2 if found.proposals else 0)


def _accept(application: Application, found: Learned, number: int, reason: str) -> None:
    from reskontra.adapters import learning
    from reskontra.cli.render.problems import print_problems
    from reskontra.cli.render.proposals import said
    from reskontra.cli.rule_checks import check_rules
    from reskontra.engine.errors import Exit, ReskontraError

    if number > len(found.proposals):
        raise ReskontraError.of(
            "RK780",
            f"there is no proposal {number}",
            help="`reskontra learn` lists them, with the same --at-least",
            exit_code=Exit.USAGE,
        )
    one = found.proposals[number - 1]
    place, warnings = learning.accept(application, one, reason=reason, checks=[check_rules])
    print_problems(warnings)
    typer.echo(f"{said(one.proposal)}: accepted in {place}")
