"""``reskontra reference``: make, check and take apart payment references (OCR, KID, FIK, RF ...).

SCHEME is a built-in format (``se_ocr``, ``no_kid``, ``fi_viite`` ...) or, with ``--file``, the id
of a format in a ``references.yaml``. No company and no database is needed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from reskontra.engine.references import ReferenceScheme

app = typer.Typer(help="Payment references: make, check, parse.", no_args_is_help=True)

_BAD_INPUT = 65


class Output(StrEnum):
    """For people or for machines."""

    TEXT = "text"
    JSON = "json"


FileOption = Annotated[
    Path | None,
    typer.Option("--file", "--company-file", help="A references.yaml that holds the format."),
]
ParamOption = Annotated[
    list[str] | None,
    typer.Option("--param", help="Parameter of a built-in format, for instance level=hard."),
]
FormatOption = Annotated[Output, typer.Option("--format", help="text or json.")]
SchemeOption = Annotated[str, typer.Option("--scheme", help="Only this format; default: all.")]


@app.command()
def make(
    scheme: Annotated[str, typer.Argument(help="Built-in format, or an id in --file.")],
    components: Annotated[list[str] | None, typer.Argument(help="key=value ...")] = None,
    amount: Annotated[str, typer.Option(help="Amount, for its control digit: 3949.75")] = "",
    param: ParamOption = None,
    file: FileOption = None,
    output: FormatOption = Output.TEXT,
) -> None:
    """Make the reference of a document.

    Example: reskontra reference make no_kid_customer_invoice customer_no=123 invoice_no=4711
    """
    from reskontra.engine.references import amount_digit, display
    from reskontra.engine.references import make as make_reference

    (chosen,) = _schemes(scheme, param, file)
    minor = _minor(amount) if amount else None
    reference = make_reference(chosen, _pairs(components), amount=minor)
    printed = display(chosen, reference)
    found: dict[str, object] = {"scheme": chosen.id, "reference": reference, "printed": printed}
    if minor is not None and chosen.amount_check:
        found["amount_digit"] = amount_digit(chosen, minor)
    _print(found, output, lines=[reference if printed == reference else f"{reference}  {printed}"])


@app.command()
def check(
    value: Annotated[str, typer.Argument(help="The reference as it was written.")],
    scheme: SchemeOption = "",
    param: ParamOption = None,
    file: FileOption = None,
    output: FormatOption = Output.TEXT,
) -> None:
    """Check a reference; exit code 65 when no format accepts it as valid.

    Example: reskontra reference check 12351 --scheme se_ocr --param level=variable_length
    """
    from reskontra.engine.references import check as check_reference

    results = [(one, check_reference(one, value)) for one in _schemes(scheme, param, file)]
    shown = [pair for pair in results if pair[1].valid] or (results if scheme else [])
    found = [
        {
            "scheme": one.id,
            "valid": verdict.valid,
            "accepted": verdict.accepted,
            "normalized": verdict.normalized,
            "printed": verdict.formatted,
            "error": verdict.error,
            "code": verdict.code,
        }
        for one, verdict in shown
    ]
    lines = [
        f"{one.id}: valid  {verdict.formatted}"
        if verdict.valid
        else f"{one.id}: not valid  {verdict.code} {verdict.error}"
        for one, verdict in shown
    ]
    _print(found, output, lines=lines or [f"'{value}' is a reference of no format"])
    if not any(verdict.valid for _, verdict in shown):
        raise typer.Exit(_BAD_INPUT)


@app.command()
def parse(
    value: Annotated[str, typer.Argument(help="The reference as it was written.")],
    scheme: SchemeOption = "",
    param: ParamOption = None,
    file: FileOption = None,
    output: FormatOption = Output.TEXT,
) -> None:
    """Take a reference apart: which customer and document it names.

    Example: reskontra reference parse 000471100001232 --scheme no_kid_customer_invoice
    """
    from reskontra.engine.references import check as check_reference
    from reskontra.engine.references import parse as parse_reference

    schemes = _schemes(scheme, param, file)
    fitting = [one for one in schemes if scheme or check_reference(one, value).valid]
    found = [{"scheme": one.id, "components": parse_reference(one, value)} for one in fitting]
    lines = [
        f"{one['scheme']}: " + " ".join(f"{key}={text}" for key, text in _items(one["components"]))
        for one in found
    ]
    _print(found, output, lines=lines or [f"'{value}' is a reference of no format"])
    if not found:
        raise typer.Exit(_BAD_INPUT)


def _schemes(name: str, param: list[str] | None, file: Path | None) -> list[ReferenceScheme]:
    """The format of that name, or all formats of the file or of the product."""
    from reskontra.config.reference_presets import preset, preset_names, schemes_from_text

    params = _pairs(param)
    if file is None:
        if name:
            return [preset(name, _typed(params))]
        if params:
            raise typer.BadParameter("--param needs --scheme")
        return [preset(each) for each in preset_names()]
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{file} cannot be read: {error}") from error
    found = [one for one in schemes_from_text(text, file.name) if name in {"", one.id}]
    if name and not found:
        raise typer.BadParameter(f"{file.name} has no reference with the id '{name}'")
    return found


def _pairs(words: list[str] | None) -> dict[str, str]:
    found = {}
    for word in words or []:
        key, sign, value = word.partition("=")
        if not sign or not key:
            raise typer.BadParameter(f"'{word}' is not key=value")
        found[key] = value
    return found


def _typed(params: Mapping[str, str]) -> dict[str, Any]:
    """Lists of numbers as lists: ``lengths=10,12``."""
    lists = {"lengths", "weights", "unchecked_lengths", "length_digit_lengths", "creditor_lengths"}
    return {key: text.split(",") if key in lists else text for key, text in params.items()}


def _minor(text: str) -> int:
    """An amount with two decimals in minor units."""
    whole, sign, cents = text.replace(",", ".").partition(".")
    if not (whole.isascii() and whole.isdigit()) or (sign and len(cents) != 2):
        raise typer.BadParameter(f"'{text}' is not an amount like 3949.75")
    if not (cents or "00").isdigit():
        raise typer.BadParameter(f"'{text}' is not an amount like 3949.75")
    return int(whole) * 100 + int(cents or "0")


def _items(components: object) -> list[tuple[str, str]]:
    assert isinstance(components, dict)
    return list(components.items())


def _print(found: object, output: Output, *, lines: list[str]) -> None:
    if output is Output.JSON:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for line in lines:
        typer.echo(line)
