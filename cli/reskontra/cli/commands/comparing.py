"""``reskontra config diff``: what two companies, revisions or days do not have in common."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reskontra.cli.choices import TextFormat, is_day
from reskontra.cli.render.words import counted
from reskontra.cli.session import Session, note, session

if TYPE_CHECKING:
    from reskontra.config.company import LoadedCompany
    from reskontra.config.comparing import Difference
    from reskontra.config.layers import Origin
    from reskontra.rules.comparing import RuleDifference


def diff(
    context: typer.Context,
    first: Annotated[str, typer.Argument(help="Company, git revision, A..B, or day.")],
    second: Annotated[str, typer.Argument(help="The same; default: the files as they are.")] = "",
    output_format: TextFormat = "text",
) -> None:
    """Compare effective values, then rules: two companies, two git revisions or two days.

    A name is first looked for among the companies, then in git. Revisions and days are those of
    the chosen company. Exit code 1 when something differs, 0 when nothing does.

    Example: reskontra config diff main..HEAD
    """
    from reskontra.config.comparing import differences
    from reskontra.rules.comparing import rule_differences

    if not second and ".." in first:
        first, second = first.split("..", 1)
    before, after = _side(session(context), first), _side(session(context), second)
    values = list(differences(before, after))
    rules = list(rule_differences(_stages(before), _stages(after)))
    if output_format == "json":
        typer.echo(json.dumps(_as_json(values, rules), ensure_ascii=False, indent=2, default=str))
    else:
        _print(values, rules)
    count = f"{counted(len(values), 'value')} and {counted(len(rules), 'rule')}"
    note(f"{count} differ: {first or 'files'} → {second or 'files'}")
    if values or rules:
        raise typer.Exit(1)


def _side(chosen: Session, name: str) -> LoadedCompany:
    """One of the two: a company of the workspace, a day, a revision, or the files as they are."""
    from reskontra.adapters.git import export
    from reskontra.adapters.wiring import now
    from reskontra.config.company import load_company
    from reskontra.config.workspace import choose_company, load_workspace

    workspace = load_workspace(chosen.directory)
    today = now()[:10]
    if name in workspace.companies:
        return load_company(workspace, name, on=today)
    company = choose_company(workspace, chosen.company)
    if not name or is_day(name):
        return load_company(workspace, company, branch=chosen.branch, on=name or today)
    with tempfile.TemporaryDirectory() as folder:
        export(workspace.path, name, Path(folder))
        then = load_workspace(Path(folder))
        return load_company(then, company, branch=chosen.branch, on=today)


def _stages(company: LoadedCompany) -> Any:
    """The merged rules of a company."""
    from reskontra.rules.book import preferred
    from reskontra.rules.merging import merge
    from reskontra.rules.reading import read_packs
    from reskontra.rules.shipped import shipped_packs

    own = read_packs(company.rule_files, company.preferences.branch_accounts())
    return merge(own, shipped_packs(), preferences=preferred(company.preferences))


def _print(values: Sequence[Difference], rules: Sequence[RuleDifference]) -> None:
    """One line per difference: ``+`` added, ``-`` removed, ``~`` changed."""
    width = max((len(found.key) for found in values), default=0)
    for found in values:
        sign = "+" if found.before is None else "-" if found.after is None else "~"
        sides = [_side_text(side) for side in (found.before, found.after) if side]
        typer.echo(f"{sign} {found.key:<{width}}  {'  →  '.join(sides)}")
    width = max((len(rule.name) for rule in rules), default=0)
    for rule in rules:
        sign = {"added": "+", "removed": "-", "changed": "~"}[rule.change]
        places = [str(place) for place in (rule.before, rule.after) if place]
        typer.echo(f"{sign} rule {rule.name:<{width}}  {'  →  '.join(places)}".rstrip())


def _side_text(side: Origin) -> str:
    """``0.75 (defaults/matching.yaml:20)``."""
    from reskontra.cli.render.origins import line
    from reskontra.config.strict_yaml import written

    return f"{written(side.value)} ({line(side)})"


def _as_json(values: Sequence[Difference], rules: Sequence[RuleDifference]) -> dict[str, Any]:
    """Both sides with their places; ``null`` where a side has nothing."""
    from reskontra.cli.render.origins import origin_json

    return {
        "format_version": 1,
        "values": [
            {
                "key": found.key,
                "before": origin_json(found.before) if found.before else None,
                "after": origin_json(found.after) if found.after else None,
            }
            for found in values
        ],
        "rules": [
            {
                "name": rule.name,
                "change": rule.change,
                "before": str(rule.before) if rule.before else None,
                "after": str(rule.after) if rule.after else None,
            }
            for rule in rules
        ],
    }
