"""``reskontra packs``: configuration and rules that several workspaces share."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Annotated

import typer

from reskontra.cli.choices import TextFormat, iso_date
from reskontra.cli.render.words import counted
from reskontra.cli.session import note, session

app = typer.Typer(help="Partner packs: shared configuration and rules.", no_args_is_help=True)


@app.callback()
def packs() -> None:
    """Partner packs: shared configuration and rules."""


@app.command("list")
def list_packs(
    context: typer.Context,
    output_format: TextFormat = "text",
) -> None:
    """List the packs of the workspace: version, source, owned keys, companies.

    Exit code 65 when a pack is not what the lock file says.

    Example: reskontra packs list
    """
    from reskontra.config.packs import read_lock, read_packs
    from reskontra.config.workspace import load_workspace
    from reskontra.engine.errors import ReskontraError

    workspace = load_workspace(session(context).directory)
    found, problems = read_packs(workspace)
    since = {name: pack.since for name, pack in read_lock(workspace.path)[0].items()}
    rows = [
        {
            "id": use.id,
            "version": pack.version,
            "source": use.source + (f"@{use.revision}" if use.revision else ""),
            "sha256": pack.sha256,
            "from": since.get(use.id, ""),
            "owns": list(pack.owns),
            "companies": list(use.companies),
        }
        for use, pack in found
    ]
    if output_format == "json":
        typer.echo(json.dumps({"format_version": 1, "packs": rows}, ensure_ascii=False, indent=2))
    else:
        for row in rows:
            typer.echo(f"{row['id']} {row['version']}  {row['source']}  {row['sha256'][:12]}")
            if row["from"]:
                typer.echo(f"  from       {row['from']}")
            typer.echo(f"  owns       {', '.join(row['owns']) or 'nothing'}")
            typer.echo(f"  companies  {', '.join(row['companies']) or 'all'}")
    note(counted(len(rows), "pack"))
    if problems:
        raise ReskontraError(tuple(problems))


@app.command()
def add(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="Folder or git address, REVISION after an @.")],
    company: Annotated[
        list[str], typer.Option(help="Only for this company; may be given several times.")
    ] = [],  # noqa: B006  (Typer reads the default, nobody changes it)
) -> None:
    """Take a pack in: copy its files, name it in reskontra.yaml, lock its content.

    Refused when lint would find a new error; then nothing was changed.

    Example: reskontra packs add ../packs/se-standard@v1.2
    """
    from reskontra.adapters.packs import named, take_in
    from reskontra.cli.render.problems import print_problems
    from reskontra.cli.rule_checks import check_rules

    workspace = session(context).to_change()
    pack, warnings = take_in(workspace, named(source, company), [check_rules])
    print_problems(warnings)
    typer.echo(f"{pack.name} {pack.version}  sha256 {pack.sha256[:12]}")
    note(f"files in partner/packs/{pack.name}; see: reskontra config show --origin")


@app.command()
def update(
    context: typer.Context,
    pack: Annotated[str, typer.Argument(help="Pack; default: all.")] = "",
    revision: Annotated[str, typer.Option(help="Another revision of its repository.")] = "",
) -> None:
    """Take packs in again from their sources, and lock what they are now.

    Edits in partner/packs are lost. Exit code 65 when a pack cannot be taken in.

    Example: reskontra packs update se-standard --revision v1.3
    """
    from reskontra.adapters.packs import take_in
    from reskontra.cli.render.problems import print_problems
    from reskontra.cli.rule_checks import check_rules
    from reskontra.config.packs import read_lock

    workspace = session(context).to_change()
    if pack and pack not in [use.id for use in workspace.packs]:
        names = ", ".join(use.id for use in workspace.packs) or "none"
        raise typer.BadParameter(f"no pack '{pack}' in reskontra.yaml; packs: {names}")
    if revision and not pack:
        raise typer.BadParameter("say of which pack", param_hint="--revision")
    before, _ = read_lock(workspace.path)
    for use in workspace.packs:
        if pack in ("", use.id):
            wanted = replace(use, revision=revision or use.revision)
            taken, warnings = take_in(workspace, wanted, [check_rules])
            print_problems(warnings)
            old = before.get(use.id)
            state = "unchanged" if old and old.sha256 == taken.sha256 else "updated"
            was = f" (was {old.version})" if old and state == "updated" else ""
            typer.echo(f"{taken.name} {taken.version}  {state}{was}  sha256 {taken.sha256[:12]}")


@app.command("try")
def try_(
    context: typer.Context,
    pack: Annotated[str, typer.Argument(help="Pack, folder or git address, REVISION after an @.")],
) -> None:
    """Let a pack decide beside what is active: match and run keep what it would do otherwise.

    Nothing that it decides is booked, and no configuration is changed.

    Example: reskontra packs try se-standard@v1.3
    """
    from reskontra.adapters.candidates import try_out
    from reskontra.cli.render.problems import print_problems
    from reskontra.cli.rule_checks import check_rules

    workspace = session(context).to_change()
    found, warnings = try_out(workspace, pack, [check_rules])
    print_problems(warnings)
    typer.echo(f"{found.told}  candidate  sha256 {found.pack.sha256[:12]}")
    note("it decides beside every match and run; see: reskontra packs diff")


@app.command()
def diff(
    context: typer.Context,
    pack: Annotated[str, typer.Argument(help="Candidate; default: the only one.")] = "",
    output_format: TextFormat = "text",
) -> None:
    """Show what a candidate would have decided otherwise, run by run.

    Exit code 1 when a decision differs, 0 when none does.

    Example: reskontra packs diff se-standard
    """
    from reskontra.adapters.candidates import chosen, diffs
    from reskontra.config.workspace import load_workspace

    candidate = chosen(load_workspace(session(context).directory), pack)
    kept = diffs(candidate)
    if output_format == "json":
        rows = [{"company": each.company, "as_of": each.as_of} | each.document for each in kept]
        found = {"pack": candidate.pack.name, "version": candidate.pack.version}
        found |= {"sha256": candidate.pack.sha256}
        document = {"format_version": 1, "candidate": found, "diffs": rows}
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        typer.echo(f"candidate {candidate.told}")
        for each in kept:
            typer.echo(f"{each.title}\n{each.text}")
        if not kept:
            note("it decided nothing yet; next: reskontra match")
    raise typer.Exit(1 if any(each.document["changed"] for each in kept) else 0)


@app.command()
def drop(
    context: typer.Context,
    pack: Annotated[str, typer.Argument(help="Candidate.")],
) -> None:
    """Forget a candidate and what it would have decided.

    Example: reskontra packs drop se-standard
    """
    from reskontra.adapters import candidates

    candidate = candidates.chosen(session(context).to_change(), pack)
    candidates.drop(candidate)
    typer.echo(f"{candidate.told} is no candidate any more")


@app.command()
def promote(
    context: typer.Context,
    pack: Annotated[str, typer.Argument(help="Candidate; default: the only one.")] = "",
    *,
    first: Annotated[
        str,
        typer.Option(
            "--from", help="Its first day; till then what is active holds.", callback=iso_date
        ),
    ],
    reason: Annotated[str, typer.Option(help="Why; stands in the record.")] = "",
) -> None:
    """Make a candidate active from a day on, and record who did it, why, and its diff.

    Refused without a diff of the candidate as it is now (RK771).

    Example: reskontra packs promote se-standard --from 2026-12-01 --reason "agreed with Anna"
    """
    from reskontra.adapters import promotion
    from reskontra.adapters.candidates import chosen
    from reskontra.cli.render.problems import print_problems
    from reskontra.cli.rule_checks import check_rules

    workspace = session(context).to_change()
    candidate = chosen(workspace, pack)
    warnings = promotion.promote(workspace, candidate, first, reason, [check_rules])
    print_problems(warnings)
    typer.echo(f"{candidate.told}  active from {first}")
    back = f"reskontra packs rollback {candidate.pack.name}"
    note(f"recorded in {promotion.RECORD}; to go back: {back}")


@app.command()
def rollback(
    context: typer.Context,
    pack: Annotated[str, typer.Argument(help="Pack.")],
    reason: Annotated[str, typer.Option(help="Why; stands in the record.")] = "",
) -> None:
    """Take a promotion back: what the pack replaced is active again, for every day.

    Runs that are booked stay as they are. Exit code 64 when nothing was replaced (RK772).

    Example: reskontra packs rollback se-standard --reason "too many write-offs"
    """
    from reskontra.adapters import promotion
    from reskontra.cli.render.problems import print_problems
    from reskontra.cli.rule_checks import check_rules

    workspace = session(context).to_change()
    again, warnings = promotion.roll_back(workspace, pack, reason, [check_rules])
    print_problems(warnings)
    typer.echo(f"{again.name} {again.version}  active again")
    note(f"recorded in {promotion.RECORD}")
