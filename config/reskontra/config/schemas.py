"""The JSON Schemas (draft-07) of the configuration files, one per kind of file.

One schema serves ``lint`` and the editors. Beside the standard keywords a key carries what an
accountant asks: ``x-unit``, ``x-screen`` (the field it replaces, Swedish and English),
``x-layers`` (who may set it; absent = as the key above it), ``x-locked-after-first-use``,
``x-one-way`` (the order in which its values may follow), and ``x-required`` (must be there once all
layers are merged). Does not validate: see ``validation``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from copy import deepcopy
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
    "ledger",
    "terms",
    "vat",
    "customer_classes",
    "webhooks",
)
"""Kinds of files that have layers; the file ``matching.yaml`` holds the key ``matching``."""

KINDS = (
    "workspace", "users", "pack", "lint-accepted", *SECTIONS, "customers", "documents", "rates"
)  # fmt: skip
"""All kinds of files with a schema here."""

Schema = dict[str, Any]

_DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
MERGE_WORDS: dict[str, Schema] = {
    "final": {
        "description": "true locks everything here against lower layers; a list locks these keys.",
        "type": ["boolean", "array"],
    },
    "$replace": {
        "description": "true drops what upper layers wrote here; a list drops these keys only.",
        "type": ["boolean", "array"],
    },
    "$remove": {
        "description": "true takes the item with this id away that an upper layer brought.",
        "type": "boolean",
    },
    "from": {
        "description": "First day on which the entry holds; one id may have several periods.",
        "type": "string",
        "pattern": _DAY,
        "x-unit": "day, YYYY-MM-DD",
    },
    "to": {
        "description": "Last day on which the entry holds.",
        "type": "string",
        "pattern": _DAY,
        "x-unit": "day, YYYY-MM-DD",
    },
}
"""What an entry says about merging, not about the company; the last three in items of lists."""


@lru_cache
def schema(kind: str) -> Schema:
    """The schema of files of this kind; ``KeyError`` for an unknown kind."""
    if kind not in KINDS:
        raise KeyError(kind)
    loaded: Schema = json.loads((ROOM / "schema" / f"{kind}.json").read_text("utf-8"))
    if kind == "customer_classes":
        item = loaded["properties"][kind]["items"]["properties"]
        told = {key: item["defaults"][key] for key in ("description", "type")}
        item["defaults"] = deepcopy(customer_fields()) | told
    if kind in SECTIONS:
        _allow_merge_words(loaded, ("final", "$replace"))
    return loaded


def _allow_merge_words(node: Schema, words: Sequence[str]) -> None:
    """Let every mapping and every item of a list by id carry its words about merging."""
    known = node.get("properties")
    if known is None:
        return
    for below in known.values():
        if is_item_list(below):
            _allow_merge_words(below["items"], tuple(MERGE_WORDS))
        else:
            _allow_merge_words(below, ("final", "$replace"))
    names = {"description": "A key of this mapping.", "type": "string", "enum": sorted(known)}
    for word in words:
        listed = "array" in MERGE_WORDS[word]["type"]
        known[word] = MERGE_WORDS[word] | ({"items": names} if listed else {})


def customer_fields() -> Schema:
    """The schema of one customer: every field of AR303000, for files and for classes."""
    fields: Schema = schema("customers")["properties"]["customers"]["additionalProperties"]
    return fields


def document_fields() -> Schema:
    """The fields of a document that is entered, by name."""
    fields: Schema = schema("documents")["properties"]["documents"]["items"]["properties"]
    return fields


def document_line_fields() -> Schema:
    """The fields of one of its lines, by name."""
    fields: Schema = document_fields()["lines"]["items"]["properties"]
    return fields


def account_roles() -> tuple[str, ...]:
    """All roles of ledger accounts, in the order of the schema; every company has every one."""
    roles: Schema = schema("accounts")["properties"]["accounts"]["properties"]["roles"]
    return tuple(role for role in roles["properties"] if role not in MERGE_WORDS)


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
        target.write_text(_text(kind), "utf-8")
        written.append(target)
    return written


@lru_cache
def _text(kind: str) -> str:
    """A schema as it is written: to indent all of them takes a tenth of a second."""
    return json.dumps(schema(kind), indent=2, ensure_ascii=False) + "\n"
