"""Reference formats of a company: a preset with the company's own keys laid over it.

The engine checks each format and all of them together; its problems are shown where the format is
written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

from reskontra.config.layers import Effective, Key, plain
from reskontra.config.reference_presets import preset_mapping, preset_names
from reskontra.config.validation import did_you_mean
from reskontra.engine import references
from reskontra.engine.errors import Problem, ReskontraError
from reskontra.engine.references import ReferenceScheme, scheme_from_mapping


def build_schemes(effective: Effective, problems: list[Problem]) -> tuple[ReferenceScheme, ...]:
    """All formats in the order of the file; problems are appended."""
    schemes = []
    for key, ident, item in effective.items(("references",)):
        try:
            mapping = _with_preset(effective, key, {"id": ident, **plain(item)})
            schemes.append(scheme_from_mapping(mapping))
        except ReskontraError as error:
            problems += (_placed(effective, ident, problem) for problem in error.problems)
    problems += _findings(effective, schemes)
    return tuple(schemes)


def _with_preset(effective: Effective, key: Key, item: dict[str, Any]) -> Mapping[str, Any]:
    """The item with its preset below it; RK203 for a preset that does not exist."""
    name = item.pop("preset", None)
    params = item.pop("params", None) or {}
    if name is None:
        return item
    names = preset_names()
    if name not in names:
        message = f"unknown preset '{name}'{did_you_mean(name, names)}"
        help_ = f"presets: {', '.join(names)}"
        raise ReskontraError((effective.problem("RK203", message, (*key, "preset"), help_),))
    return {**preset_mapping(name, params), **item}


def _findings(effective: Effective, schemes: list[ReferenceScheme]) -> Iterator[Problem]:
    """What the engine says about each format, and about each pair (shown at the later one)."""
    alone: list[Problem] = []
    for scheme in schemes:
        own = references.problems([scheme])
        alone += own
        yield from (_placed(effective, scheme.id, problem) for problem in own)
    for first, second in combinations(schemes, 2):
        for problem in references.problems([first, second]):
            if problem not in alone:
                yield _placed(effective, second.id, problem)


def _placed(effective: Effective, ident: str, problem: Problem) -> Problem:
    """A problem of the engine, shown where the format is written."""
    if problem.place is not None:
        return problem
    placed = effective.problem(problem.code, problem.message, ("references", ident), problem.help)
    return replace(placed, severity=problem.severity)
