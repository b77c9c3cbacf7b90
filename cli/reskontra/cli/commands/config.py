"""``reskontra config``: effective values, where each comes from, and what a key means."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reskontra.cli.choices import TextFormat, iso_date
from reskontra.cli.commands import comparing, setting
from reskontra.cli.render.words import counted
from reskontra.cli.session import note, session

if TYPE_CHECKING:
    from reskontra.config.company import LoadedCompany
    from reskontra.config.layers import Origin

app = typer.Typer(help="Effective preferences and their origin.", no_args_is_help=True)

Company = Annotated[str, typer.Option(help="Company id; default: the workspace's.")]
Overrides = Annotated[
    list[str], typer.Option("--set", help="KEY=VALUE for this run only, never stored.")
]
At = Annotated[
    str,
    typer.Option(
        "--at", help="Day for which dated entries hold; default today.", callback=iso_date
    ),
]


@app.callback()
def config() -> None:
    """Effective preferences and their origin."""


@app.command()
def show(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="Key or section, e.g. matching.auto.")] = "",
    origin: Annotated[
        bool, typer.Option("--origin", help="Show file and line, and what was overridden.")
    ] = False,
    company: Company = "",
    overrides: Overrides = [],  # noqa: B006  (Typer reads the default, nobody changes it)
    at: At = "",
    output_format: TextFormat = "text",
) -> None:
    """Show the effective values of a company, after all layers.

    Example: reskontra config show matching.auto --origin --set matching.auto.absolute=0.80
    """
    from reskontra.cli.render.origins import where
    from reskontra.config.strict_yaml import written

    loaded = _load(context, company, overrides, at)
    values = {name: found for name, found in loaded.origins.items() if _below(name, key)}
    removed = {name: found for name, found in loaded.removed.items() if _below(name, key)}
    if key and not values and not removed:
        raise _unknown(key, list(loaded.origins))
    if output_format == "json":
        typer.echo(json.dumps(_as_json(values, removed), ensure_ascii=False, indent=2, default=str))
        return
    if not origin:
        removed = {}
    width = max(len(name) for name in (*values, *removed))
    column = min(40, max((len(written(found.value)) for found in values.values()), default=0))
    for name, found in sorted((values | removed).items()):
        value = "(removed)" if found.removed else written(found.value)
        line = f"{name:<{width}}  {value:<{column}}"
        typer.echo(f"{line}  {where(found)}".rstrip() if origin else line.rstrip())
    note(f"{counted(len(values), 'value')} of company {loaded.preferences.company.id}")


@app.command()
def why(
    context: typer.Context,
    words: Annotated[str, typer.Argument(help="A key, or the label of the screen it replaces.")],
    company: Company = "",
    at: At = "",
) -> None:
    """Say what a key means: type, default, screen field, who may set it, whether it is locked.

    Finds a key also by the label of the old screen, in Swedish or English. Inside a workspace it
    adds the value that a company has, and where that comes from.

    Example: reskontra config why "Genomsnittlig fördröjning"
    """
    from reskontra.cli.render.origins import where
    from reskontra.config.meaning import find
    from reskontra.config.strict_yaml import written

    found = find(words)
    origins = _origins(context, company, at)
    for index, meaning in enumerate(found):
        typer.echo(("\n" if index else "") + "\n".join(meaning.lines()))
        one = words if meaning.names(words) and "<id>" not in words else ""
        for key, origin in origins.items():
            if meaning.holds(key) and key.startswith(one):
                name = "value" if key in (one, meaning.key) else key
                typer.echo(f"  {name:<8}  {written(origin.value)}  {where(origin)}")
    note(counted(len(found), "key"))


app.command("diff")(comparing.diff)
app.command("set")(setting.set_value)
app.command("unlock")(setting.unlock)


def _origins(context: typer.Context, company: str, at: str) -> Mapping[str, Origin]:
    """The values of the chosen company; none outside a workspace, or when it cannot be read."""
    from reskontra.engine.errors import ReskontraError

    try:
        return _load(context, company, [], at).origins
    except ReskontraError as error:
        if company:
            raise
        note(f"no company's values: {error.problems[0]}")
        return {}


def _load(context: typer.Context, company: str, overrides: list[str], at: str) -> LoadedCompany:
    """The chosen company on a day; RK118 when none is chosen and there is no default."""
    from reskontra.adapters.wiring import now
    from reskontra.config.company import load_company
    from reskontra.config.workspace import choose_company, load_workspace

    chosen = session(context)
    workspace = load_workspace(chosen.directory)
    company_id = choose_company(workspace, company or chosen.company)
    on = at or now()[:10]
    return load_company(workspace, company_id, branch=chosen.branch, overrides=overrides, on=on)


def _below(name: str, key: str) -> bool:
    """Whether ``name`` is ``key`` or lies below it."""
    return not key or name == key or name.startswith(f"{key}.")


def _unknown(key: str, names: list[str]) -> Exception:
    """RK101 with the nearest key or section."""
    from reskontra.config.validation import did_you_mean
    from reskontra.engine.errors import Exit, ReskontraError

    parts = [name.split(".") for name in names]
    sections = {".".join(part[:length]) for part in parts for length in range(1, len(part) + 1)}
    message = f"no value at '{key}'{did_you_mean(key, sorted(sections))}"
    help_ = "reskontra config show lists all keys; reskontra config why KEY explains one"
    return ReskontraError.of("RK101", message, help=help_, exit_code=Exit.USAGE)


def _as_json(values: dict[str, Origin], removed: dict[str, Origin]) -> dict[str, Any]:
    """Values with the whole chain of what they overrode; decimals become text when printed."""
    from reskontra.cli.render.origins import origin_json

    return {
        "format_version": 1,
        "values": {name: origin_json(found) for name, found in values.items()},
        "removed": {name: origin_json(found) for name, found in removed.items()},
    }
