"""Built-in payment references by country: OCR, KID, FIK, viitenumero, RF and the neighbours'.

The presets are data (``presets/references.yaml``). A preset with its parameters gives the same
mapping that a company would write, so that every key of it can be overridden.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from reskontra.config.strict_yaml import load
from reskontra.engine.errors import Place, Problem, ReskontraError
from reskontra.engine.references import ReferenceScheme, Verdict, check, label_of
from reskontra.engine.references import scheme_from_mapping as build

_FILE = Path(__file__).parent / "presets" / "references.yaml"


def preset(name: str, params: Mapping[str, Any] | None = None) -> ReferenceScheme:
    """The scheme of a preset; ``params`` picks the variant and overrides any other key.

    >>> preset("no_kid", {"modulus": "mod11"}).rule.remainder10
    '-'

    Raises ``ReskontraError`` (RK300 to RK305).
    """
    return build({"id": name, **preset_mapping(name, params)})


def preset_mapping(name: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The same as the mapping that a company would write, without ``id``.

    Raises ``ReskontraError`` RK304 for a preset or a variant that does not exist.
    """
    known = _presets()
    if name not in known:
        raise ReskontraError.of(
            "RK304", f"unknown preset '{name}'", help=f"known presets: {', '.join(sorted(known))}"
        )
    found, given = known[name], dict(params or {})
    if "parameter" not in found:
        return {**found["definition"], **given}
    parameter = found["parameter"]
    variant = str(given.pop(parameter, found["default"]))
    if variant not in found["variants"]:
        raise ReskontraError.of(
            "RK304",
            f"preset '{name}' has no {parameter} '{variant}'",
            help=f"known: {', '.join(found['variants'])}",
        )
    return {**found["definition"], **found["variants"][variant], **given}


def preset_names() -> tuple[str, ...]:
    """Names of all presets, sorted."""
    return tuple(sorted(_presets()))


def preset_description(name: str) -> str:
    """What a preset is for, in one line; ``KeyError`` when it does not exist."""
    return str(_presets()[name]["description"])


def check_preset(name: str, params: Mapping[str, Any] | None, text: str) -> Verdict:
    """``check`` under a preset; a variant or parameter that cannot be is a verdict as well."""
    try:
        scheme = preset(name, params)
    except ReskontraError as error:
        label = label_of(error.problems[0].code)
        return Verdict(valid=False, accepted=False, error=label)
    return check(scheme, text)


def schemes_from_text(text: str, file: str) -> tuple[ReferenceScheme, ...]:
    """The schemes of one ``references.yaml``, in its order, without the layers of a company.

    Raises ``ReskontraError`` with every problem, each at the item it belongs to.
    """
    loaded = load(text, file)
    data = loaded.data if isinstance(loaded.data, dict) else {}
    items = data.get("references")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ReskontraError.of(
            "RK300", "expected a list under the key 'references'", place=Place(file, 1, 1)
        )
    problems: list[Problem] = []
    schemes = []
    for index, item in enumerate(items):
        own = {key: value for key, value in item.items() if key not in {"preset", "params"}}
        name, params = item.get("preset"), item.get("params")
        try:
            schemes.append(build({**preset_mapping(name, params), **own} if name else own))
        except ReskontraError as error:
            place = loaded.place(("references", index))
            problems += (replace(problem, place=place) for problem in error.problems)
    if problems:
        raise ReskontraError(tuple(problems))
    return tuple(schemes)


@lru_cache(maxsize=1)
def _presets() -> dict[str, Any]:
    return dict(load(_FILE.read_text("utf-8"), _FILE.name).data["presets"])
