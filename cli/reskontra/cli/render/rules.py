"""One rule as people read it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from reskontra.cli.rule_files import layer
from reskontra.config.strict_yaml import written
from reskontra.rules.explaining import in_words, shown

if TYPE_CHECKING:
    from reskontra.rules.compiling import CompiledRule
    from reskontra.rules.language import Case, Rule


def print_rule(rule: Rule, compiled: CompiledRule, cases: Sequence[Case]) -> None:
    """Print to standard output; parameters are shown with their values."""
    lines = [
        f"{rule.id}  {rule.title}",
        f"  stands    {compiled.place} ({layer(compiled.place)}), stage {rule.stage}",
        *_listed("when", [f"tag = {tag}" for tag in compiled.needs] + _parts(compiled)),
        *_listed("then", [f"{key}: {written(value)}" for key, value in compiled.then.items()]),
        *_listed("because", [rule.because]),
        *_listed("tests", [_case(case) for case in cases] or ["none"]),
    ]
    sys.stdout.writelines(f"{line}\n" for line in lines)


def _parts(compiled: CompiledRule) -> list[str]:
    return [in_words(part) for part in compiled.when.parts] or (
        [] if compiled.needs else ["always"]
    )


def _listed(name: str, values: Sequence[str]) -> list[str]:
    return [f"  {name if n == 0 else '':<8}  {value}" for n, value in enumerate(values)]


def _case(case: Case) -> str:
    given = ", ".join(f"{name} {shown(name, case.given)}" for name in _said(case.given))
    expect = ", ".join(f"{key} {value}" for key, value in case.expect.items())
    name = f"{case.name}: " if case.name else ""
    return f"{case.place.line}: {name}{given or 'nothing'} → {expect}"


def _said(given: Mapping[str, Any]) -> list[str]:
    """Facts that are worth saying: the currency stands with every amount."""
    return [name for name in given if name != "currency"]
