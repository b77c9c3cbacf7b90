"""``--set key=value``: the strongest layer, for one run only (AR305000 *Matchningsinställningar*).

A value is read like in a file (``--set matching.auto.tiers=[reference, text]``) and checked by the
same schemas. Items of lists are named by id: ``--set cash_accounts.main.feed=statement``.
"""

from __future__ import annotations

from typing import Any

from reskontra.config.layers import Effective
from reskontra.config.schemas import SECTIONS, Schema, child, is_item_list, schema
from reskontra.config.strict_yaml import Loaded, Spot, load
from reskontra.config.validation import did_you_mean, validate
from reskontra.engine.errors import Place, Problem, ReskontraError


def override(effective: Effective, text: str) -> list[Problem]:
    """Lay one ``key=value`` over the merged values; problems instead of it when it is wrong."""
    key, separator, written = text.partition("=")
    label = f"--set {text}"
    parts = key.strip().split(".")
    if not separator or not all(parts):
        help_ = "write key=value, e.g. --set matching.auto.absolute=0.80"
        return [Problem("RK108", f"'{text}' is not key=value", Place(label), help_)]
    if parts[0] not in SECTIONS:
        message = f"unknown key '{parts[0]}'{did_you_mean(parts[0], SECTIONS)}"
        return [Problem("RK101", message, Place(label), f"keys begin with {', '.join(SECTIONS)}")]
    try:
        value = load(written, label).data
    except ReskontraError as error:
        return list(error.problems)
    data = {parts[0]: _nest(schema(parts[0])["properties"][parts[0]], parts[1:], value)}
    loaded = Loaded(label, data, (), {(): Spot(0, 0)}, {})
    problems = [
        Problem(problem.code, problem.message, Place(label), problem.help)
        for problem in validate(loaded, parts[0], "set")
    ]
    if not problems:
        effective.add(loaded, "set")
    return problems


def _nest(node: Schema | None, parts: list[str], value: Any) -> Any:
    """``value`` wrapped in the mappings and items that lead to it."""
    if not parts:
        return value
    below = child(node, parts[0]) if node is not None else None
    inner = _nest(below, parts[1:], value)
    if node is not None and is_item_list(node):
        return [{"id": parts[0], **inner}] if isinstance(inner, dict) else [inner]
    return {parts[0]: inner}
