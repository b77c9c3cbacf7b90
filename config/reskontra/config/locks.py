"""Keys that may not change once they were used: ``x-locked-after-first-use`` in the schemas.

What is added is free: another series, another row, another bank account.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from reskontra.config.layers import Key
from reskontra.config.recorded import Tree
from reskontra.config.schemas import SECTIONS, Schema, child, schema

_LOCK = "x-locked-after-first-use"
_BRANCH = re.compile(r"companies/[^/]+/branches/([^/]+)/")


def changed_locks(before: Tree, after: Tree) -> Iterator[Key]:
    """The locked keys that have another value, or none, in ``after``."""
    for section in SECTIONS:
        if section in before and section in after:
            node = schema(section)["properties"][section]
            yield from _changed(before[section], after[section], node, False, (section,))


def is_locked(key: Key) -> bool:
    """Whether the key, or one below it, is locked after its first use."""
    node: Schema | None = schema(key[0]) if key[0] in SECTIONS else None
    locked = False
    for part in key:
        node = child(node or {}, part)
        if node is None:
            return False
        locked = node.get(_LOCK, locked)
    return locked or _holds_lock(node or {})


def _holds_lock(node: Schema) -> bool:
    below = [
        *node.get("properties", {}).values(),
        node.get("items"),
        node.get("additionalProperties"),
    ]
    return node.get(_LOCK, False) or any(_holds_lock(n) for n in below if isinstance(n, dict))


def branch_of(files: Iterable[str]) -> str:
    """The branch whose own layer is among the places of values; empty = the company's alone.

    >>> branch_of(["companies/a/ledger.yaml", "companies/a/branches/oslo/numbering.yaml:1:1"])
    'oslo'
    """
    found = (_BRANCH.match(file) for file in files)
    return next((match[1] for match in found if match), "")


def _changed(before: Any, after: Any, node: Schema, locked: bool, key: Key) -> Iterator[Key]:
    locked = node.get(_LOCK, locked)
    if isinstance(before, dict) and isinstance(after, dict):
        for name, value in before.items():
            if name in after:
                below = child(node, name) or {}
                yield from _changed(value, after[name], below, locked, (*key, name))
            elif locked:
                yield (*key, name)
    elif isinstance(before, list) and isinstance(after, list):
        for was, now in zip(before, after, strict=False):
            yield from _changed(was, now, node.get("items", {}), locked, key)
        if locked and len(after) < len(before):
            yield key
    elif locked and before != after:
        yield key
