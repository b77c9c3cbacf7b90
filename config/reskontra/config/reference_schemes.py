"""Reference formats of a company: a preset with the company's own keys laid over it.

The engine checks the format itself; its problems are shown where the format is written. Two active
formats for the same branch, payment method and document kind are told apart by the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reskontra.engine.references.definition import scheme_from_mapping
from reskontra.engine.references.scheme import ReferenceScheme

from reskontra.config.layers import Effective, Items, Key, plain
from reskontra.config.validation import did_you_mean
from reskontra.engine.errors import Problem, ReskontraError


def build_schemes(effective: Effective, problems: list[Problem]) -> tuple[ReferenceScheme, ...]:
    """All formats in the order of the file; problems are appended."""
    found = effective.get(("references",))
    schemes = []
    for ident, item in (found if isinstance(found, Items) else Items()).items():
        key: Key = ("references", ident)
        mapping = _with_preset(effective, key, {"id": ident, **plain(item)}, problems)
        if mapping is None:
            continue
        try:
            schemes.append(scheme_from_mapping(mapping))
        except ReskontraError as error:
            problems += (_placed(effective, key, problem) for problem in error.problems)
    return tuple(schemes)


def _with_preset(
    effective: Effective, key: Key, item: dict[str, Any], problems: list[Problem]
) -> Mapping[str, Any] | None:
    """The item with its preset below it; RK203 for a preset that does not exist."""
    name = item.pop("preset", None)
    params = item.pop("params", None) or {}
    if name is None:
        return item
    from reskontra.config.reference_presets import preset, preset_names

    if name not in preset_names():
        message = f"unknown preset '{name}'{did_you_mean(name, preset_names())}"
        help_ = f"presets: {', '.join(preset_names())}"
        problems.append(effective.problem("RK203", message, (*key, "preset"), help_))
        return None
    return {**preset(name, params), **item}


def _placed(effective: Effective, key: Key, problem: Problem) -> Problem:
    """A problem of the engine, shown where the format is written."""
    return effective.problem(problem.code, f"{key[-1]}: {problem.message}", key, problem.help)
