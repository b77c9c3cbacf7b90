"""``reskontra config set``: one value in one file, with everything else left as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from reskontra.cli.choices import not_blank, one_of
from reskontra.cli.render.changes import print_change
from reskontra.cli.session import Session, note, session

if TYPE_CHECKING:
    from pathlib import Path

    from reskontra.config.workspace import Workspace


def set_value(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="Key; items of lists by id: cash_accounts.main.feed.")],
    value: Annotated[str, typer.Argument(help="Value as it would stand in the file.")],
    layer: Annotated[
        str,
        typer.Option(
            help="company, branch or partner.", callback=one_of("company", "branch", "partner")
        ),
    ] = "company",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, and write nothing.")
    ] = False,
) -> None:
    """Set a key in the file of a layer, keeping its comments and layout, and show what changed.

    Refused when lint would find a new error anywhere in the workspace; new warnings are shown.

    Example: reskontra config set differences.rounding.SEK 5.00 --layer company
    """
    from reskontra.cli.lock_checks import check_locks
    from reskontra.cli.render.problems import print_problems
    from reskontra.cli.rule_checks import check_rules
    from reskontra.config.changing import change
    from reskontra.config.workspace import load_workspace

    chosen = session(context)
    workspace = load_workspace(chosen.directory) if dry_run else chosen.to_change()
    checks = [check_rules, check_locks(chosen.database or workspace.database_url)]
    found = change(workspace, _folder(workspace, chosen, layer), key, value, checks)
    if found.before == found.after:
        note(f"{found.label} says so already")
        return
    print_change(found)
    print_problems(found.warnings)
    if dry_run:
        note("dry run: nothing was written")
        return
    found.write()
    note(f"wrote {found.label}")


def unlock(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="Locked key, e.g. numbering.use.invoice.")],
    reason: Annotated[
        str, typer.Option(help="Why; stands in the audit trail.", callback=not_blank)
    ],
) -> None:
    """Let a preference change that is locked since its first use, until the next run is booked.

    Example: reskontra config unlock ledger.fiscal_year_start --reason "year moved, see board 4"
    """
    from reskontra.cli.second_person import two_people
    from reskontra.config.locks import is_locked
    from reskontra.engine.errors import Exit, ReskontraError
    from reskontra.engine.services.locks import unlock as unlock_key

    parts = tuple(key.split("."))
    if not is_locked(parts):
        raise ReskontraError.of(
            "RK331", f"'{key}' is no locked key", exit_code=Exit.USAGE,
            help="`reskontra config why KEY` tells what is locked after its first use",
        )  # fmt: skip
    application = session(context).open()
    actor = application.actor(reason)
    with two_people(application, actor) as permit:
        unlock_key(application.books, parts, actor, permit)
    note(f"{key} may change until the next run is booked")


def _folder(workspace: Workspace, chosen: Session, layer: str) -> Path:
    """The folder of the layer; the branch must be named (usage error)."""
    from reskontra.config.company import must_exist
    from reskontra.config.workspace import choose_company

    if layer == "partner":
        return workspace.path / "partner"
    company = choose_company(workspace, chosen.company)
    must_exist(workspace, company, chosen.branch if layer == "branch" else "")
    folder = workspace.folder(company)
    if layer == "company":
        return folder
    if not chosen.branch:
        raise typer.BadParameter("say which: reskontra --branch ID config set ...")
    return folder / "branches" / chosen.branch
