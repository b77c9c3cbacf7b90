"""Effective values as text, kept in the books beside a run, and back to preferences.

``{"places": {"matching.auto.tiers": "companies/a/matching.yaml:5:5"}, "values": {...}}``, decimals
as ``{"decimal": "60.00"}``, so that what a run was made under is at work again to the last digit.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from decimal import Decimal
from typing import Any

from reskontra.config import files
from reskontra.config.building import build
from reskontra.config.layers import Effective, Key, complete, plain
from reskontra.config.overrides import override
from reskontra.config.schemas import SECTIONS, schema
from reskontra.config.strict_yaml import Loaded, Spot
from reskontra.engine.errors import ReskontraError
from reskontra.engine.json_text import canonical
from reskontra.engine.preferences import Preferences

Tree = dict[str, Any]
"""Effective values as ``layers.Effective.tree`` holds them: lists by id are ``Items``."""
_ABSENT = object()


def to_text(tree: Tree, places: Mapping[str, str]) -> str:
    """The text of effective values and of where each was written."""
    return canonical({"places": dict(places), "values": _tagged(plain(tree))})


def from_text(text: str) -> tuple[Tree, dict[str, str]]:
    """Values and places of such a text; raises ``ValueError`` when it is none."""
    found = json.loads(text, object_hook=_untagged)
    effective = Effective()
    loaded = Loaded("recorded", found["values"], (), {(): Spot(0, 0)}, {})
    effective.add(loaded, "recorded")
    return effective.tree, found["places"]


def preferences_of(tree: Tree, company: str) -> Preferences:
    """The preferences that such values make; raises ``ReskontraError`` with every problem.

    A key that is younger than the record has the value that the program ships.
    """
    shipped = Effective()
    country = str(value_at(tree, ("company", "country")))
    for loaded in (*files.defaults(), *files.country(country)):
        shipped.add(loaded, "default")
    effective = Effective(tree=_with_younger(tree, shipped.tree))
    for kind in SECTIONS:
        if missing := tuple(complete(effective, schema(kind), f"schema/{kind}.json")):
            raise ReskontraError(missing)
    preferences, problems = build(effective, company, "")
    errors = tuple(problem for problem in problems if problem.is_error)
    if errors or preferences is None:
        raise ReskontraError(errors)
    return preferences


def _with_younger(tree: Tree, shipped: Tree) -> Tree:
    """``tree``, and of ``shipped`` what it has no key of; lists by id stay as they were."""
    filled = deepcopy(shipped) | tree
    for name in shipped.keys() & tree.keys():
        if type(shipped[name]) is type(tree[name]) is dict:
            filled[name] = _with_younger(tree[name], shipped[name])
    return filled


def changed_keys(before: Any, after: Any, key: Key = ()) -> Iterator[Key]:
    """The keys that differ; an item that only one side has is one key."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in before | after:
            yield from changed_keys(
                before.get(name, _ABSENT), after.get(name, _ABSENT), (*key, name)
            )
    elif before != after:
        yield key


def value_at(tree: Tree, key: Key) -> Any:
    """The value at ``key``, ``None`` when there is none."""
    return Effective(tree=tree).get(key)


def with_key(tree: Tree, other: Tree, key: Key) -> Tree:
    """``tree`` with what ``other`` has at ``key``, or without it when ``other`` has nothing."""
    result = deepcopy(tree)
    node, source = result, other
    for part in key[:-1]:
        node, source = node[part], source[part]
    if key[-1] in source:
        node[key[-1]] = source[key[-1]]
    else:
        del node[key[-1]]
    return result


def overridden(tree: Tree, text: str) -> Tree:
    """``tree`` with one ``key=value``; raises ``ReskontraError`` when it is wrong."""
    effective = Effective(tree=deepcopy(tree))
    if problems := override(effective, text):
        raise ReskontraError(tuple(problems))
    return effective.tree


def _tagged(node: Any) -> Any:
    if isinstance(node, Decimal):
        return {"decimal": format(node, "f")}
    if isinstance(node, dict):
        return {name: _tagged(value) for name, value in node.items()}
    return [_tagged(value) for value in node] if isinstance(node, list) else node


def _untagged(node: dict[str, Any]) -> Any:
    return Decimal(node["decimal"]) if node.keys() == {"decimal"} else node
