"""``reskontra config``: effective values, where each comes from, and what a key means."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reskontra.cli.choices import iso_date, one_of
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
Format = Annotated[
    str, typer.Option("--format", help="text or json.", callback=one_of("text", "json"))
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
    output_format: Format = "text",
) -> None:
    """Show the effective values of a company, after all layers.

    Example: reskontra config show matching.auto --origin --set matching.auto.absolute=0.80
    """
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
    column = min(40, max((len(_text(found.value)) for found in values.values()), default=0))
    for name, found in sorted((values | removed).items()):
        line = f"{name:<{width}}  {'(removed)' if found.removed else _text(found.value):<{column}}"
        typer.echo(f"{line}  {_where(found)}".rstrip() if origin else line.rstrip())
    note(f"{counted(len(values), 'value')} of company {loaded.preferences.company.id}")


@app.command()
def why(
    words: Annotated[str, typer.Argument(help="A key, or the label of the screen it replaces.")],
) -> None:
    """Say what a key means: type, default, screen field, who may set it, whether it is locked.

    Finds a key also by the label of the old screen, in Swedish or English.

    Example: reskontra config why "Genomsnittlig fördröjning"
    """
    from reskontra.config.meaning import find

    found = find(words)
    for index, meaning in enumerate(found):
        typer.echo(("\n" if index else "") + "\n".join(meaning.lines()))
    note(counted(len(found), "key"))


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


def _text(value: Any) -> str:
    """A value as it is written in a file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, list):
        return f"[{', '.join(_text(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {_text(item)}' for name, item in value.items())}}}"
    return str(value)


def _where(found: Origin) -> str:
    """``companies/nordic/matching.yaml:7  (was 0.75 in defaults/matching.yaml:17)``."""
    where = _line(found)
    previous = found.previous
    if previous is None:
        return where
    was = "" if previous.value is None else f"{_text(previous.value)} "
    return f"{where}  (was {was}in {_line(previous)})"


def _line(found: Origin) -> str:
    place = found.place
    return f"{place.file}:{place.line}" if place.line else place.file


def _as_json(values: dict[str, Origin], removed: dict[str, Origin]) -> dict[str, Any]:
    """Values with the whole chain of what they overrode; decimals become text when printed."""
    return {
        "format_version": 1,
        "values": {name: _origin_json(found) for name, found in values.items()},
        "removed": {name: _origin_json(found) for name, found in removed.items()},
    }


def _origin_json(found: Origin) -> dict[str, Any]:
    return {
        "value": found.value,
        "layer": found.layer,
        "file": found.place.file,
        "line": found.place.line or None,
        "overrode": _origin_json(found.previous) if found.previous else None,
    }
