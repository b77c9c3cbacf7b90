"""The JSON Schemas (draft-07) of the configuration files, one per kind of file.

One schema serves ``lint`` and the editors. Beside the standard keywords a key carries what an
accountant asks: ``x-unit``, ``x-screen`` (the field it replaces, Swedish and English),
``x-layers`` (who may set it; absent = every layer), ``x-locked-after-first-use``, and
``x-required`` (must be there once all layers are merged). Does not validate: see ``validation``.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

ROOM = Path(__file__).parent
"""Folder of the package data: defaults, countries, schema, scaffold, errors."""

SECTIONS = (
    "company",
    "numbering",
    "matching",
    "differences",
    "references",
    "accounts",
    "cash_accounts",
)
"""Kinds of files that have layers; the file ``matching.yaml`` holds the key ``matching``."""

KINDS = ("workspace", "users", *SECTIONS)
"""All kinds of files with a schema here."""

Schema = dict[str, Any]


@lru_cache
def schema(kind: str) -> Schema:
    """The schema of files of this kind; ``KeyError`` for an unknown kind."""
    if kind not in KINDS:
        raise KeyError(kind)
    loaded: Schema = json.loads((ROOM / "schema" / f"{kind}.json").read_text("utf-8"))
    return loaded


def account_roles() -> tuple[str, ...]:
    """All roles of ledger accounts, in the order of the schema; every company has every one."""
    roles: Schema = schema("accounts")["properties"]["accounts"]["properties"]["roles"]
    return tuple(roles["properties"])


def child(node: Schema, name: str) -> Schema | None:
    """The schema of ``name`` inside ``node``: a key of a mapping or an item of a list with ids."""
    if is_item_list(node):
        items: Schema = node["items"]
        return items
    properties = node.get("properties", {})
    if name in properties:
        found: Schema = properties[name]
        return found
    extra = node.get("additionalProperties")
    return extra if isinstance(extra, dict) else None


def is_item_list(node: Schema) -> bool:
    """Whether this is a list whose items are merged by ``id``."""
    items = node.get("items")
    return isinstance(items, dict) and "id" in items.get("properties", {})


def export(folder: Path) -> list[Path]:
    """Write all schemas into ``folder`` (made when missing) as ``<kind>.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for kind in KINDS:
        target = folder / f"{kind}.json"
        target.write_text((ROOM / "schema" / f"{kind}.json").read_text("utf-8"), "utf-8")
        written.append(target)
    return written
