"""``reskontra simulate``: what another configuration would have decided."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reskontra.cli.choices import TextFormat, iso_date, new_file
from reskontra.cli.render.progress import working
from reskontra.cli.session import note, session

if TYPE_CHECKING:
    from reskontra.engine.services.simulate import Simulated


def simulate(
    context: typer.Context,
    config: Annotated[
        str,
        typer.Option(
            help="The candidate: a workspace folder, or a git revision of this one; "
            "default: the files as they are."
        ),
    ] = "",
    overrides: Annotated[
        list[str], typer.Option("--set", help="KEY=VALUE over the candidate; may be repeated.")
    ] = [],  # noqa: B006  (Typer reads the default, nobody changes it)
    first: Annotated[
        str, typer.Option("--from", help="Payments booked from this day.", callback=iso_date)
    ] = "",
    last: Annotated[
        str, typer.Option("--to", help="Payments booked up to this day.", callback=iso_date)
    ] = "",
    files: Annotated[
        list[Path],
        typer.Option("--file", help="Decide this bank file instead of history; not imported."),
    ] = [],  # noqa: B006  (as above)
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="Every change as .csv or .jsonl.", callback=new_file),
    ] = None,
    output_format: TextFormat = "text",
) -> None:
    """Simulate a configuration: which decisions it changes, what that does to the money, and which
    key or rule is the cause.

    Each run is decided again on the books as they stood before it. Nothing is booked. Exit code 1
    when a decision changes, 0 when none does.

    Example: reskontra simulate --set differences.rounding.SEK=5.00
    """
    from reskontra.cli.render.simulations import print_simulation, write_changes

    if files and not (config or overrides):
        raise _no_candidate()
    if out and out.suffix not in (".csv", ".jsonl"):
        raise typer.BadParameter("--out takes a file that ends with .csv or .jsonl")
    application = session(context).open()
    with working("Deciding again"):
        from reskontra.adapters import simulation

        with simulation.workspace_of(application.workspace, config) as workspace:
            on = simulation.candidate(
                workspace, application.books.company,
                branch=application.preferences.company.branch, overrides=overrides,
            )  # fmt: skip
            found: Simulated = (
                simulation.simulate_files(application, on, files)
                if files
                else simulation.simulate_history(application, on, first=first, last=last)
            )
    print_simulation(
        found, country=application.preferences.company.country, output_format=output_format
    )
    if out:
        note(f"Saved {write_changes(found, out)} changes in {out}.")
    raise typer.Exit(1 if found.changed.height else 0)


def _no_candidate() -> Exception:
    """RK781: a file has no decisions of its own to compare with."""
    from reskontra.engine.errors import Exit, ReskontraError

    return ReskontraError.of(
        "RK781",
        "--file is decided as the configuration is and under a candidate, and none is named",
        help="say --set KEY=VALUE, or --config FOLDER or REVISION",
        exit_code=Exit.USAGE,
    )
