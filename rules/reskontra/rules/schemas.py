"""The JSON Schema (draft-07) of packs, for editors: completion, and a first check while typing.

Made from the vocabulary and the catalogue of facts; ``schema/rules.json`` is its committed text.
What a schema cannot say (parameters, patterns, tags, unreachable rules) is checked by ``reading``
and ``analysis``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from reskontra.rules.facts import FIELDS, OPERATORS, Field, Kind
from reskontra.rules.reading_tables import REQUIRED
from reskontra.rules.vocabulary import BLOCKS, EFFECTS, POLICIES, STAGES, Effect, Stage

FILE = Path(__file__).parent / "schema" / "rules.json"

Schema = dict[str, Any]

_PARAM: Schema = {
    "type": "object",
    "required": ["param"],
    "properties": {"param": {"type": "string"}},
    "additionalProperties": False,
}
_TYPES: dict[Kind, str] = {
    "money": "number", "integer": "integer", "ratio": "number", "flag": "boolean",
    "text": "string", "date": "string", "choice": "string",
}  # fmt: skip
_PERIOD: Schema = {
    "from": {"type": "string", "description": "first booking date on which it is in force"},
    "to": {"type": "string", "description": "last booking date on which it is in force"},
}
_ID = {"type": "string", "pattern": "^[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?$"}


def json_schema() -> Schema:
    """The schema of a pack; every stage has its own facts and effects."""
    stages = [
        {
            "if": {"properties": {"stage": {"const": stage}}, "required": ["stage"]},
            "then": {
                "properties": {
                    "rules": {"items": _ref(f"{stage}_rule")},
                    "tables": {"items": _ref(f"{stage}_table")},
                }
            },
        }
        for stage in STAGES
    ]
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Pack of rules",
        "type": "object",
        "required": ["pack", "stage"],
        "additionalProperties": False,
        "properties": {
            "$schema": {"type": "string"},
            "pack": {**_ID, "description": "name of the pack"},
            "title": {"type": "string"},
            "stage": {"enum": list(STAGES), "description": "when the rules are asked"},
            "decide": {"enum": list(POLICIES), "default": POLICIES[0]},
            "params": {
                "type": "object",
                "description": "values by name, for {param: name}; a company's pack wins over the"
                " company's preferences, and those win over the shipped packs",
            },
            "rules": {"type": "array"},
            "tables": {
                "type": "array",
                "description": "decision tables, asked after the rules of this file",
            },
        },
        "allOf": stages,
        "definitions": _definitions(),
    }


def text() -> str:
    """The schema as the committed file holds it."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _definitions() -> Schema:
    definitions: Schema = {"param": _PARAM}
    for fact in FIELDS.values():
        definitions[f"value_{fact.name}"] = _value(fact)
        definitions[f"fact_{fact.name}"] = _fact(fact)
    definitions["given"] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _ref(f"value_{name}") for name in FIELDS},
    }
    for stage in STAGES:
        definitions[f"{stage}_rule"] = _rule(stage)
        definitions[f"{stage}_table"] = _table(stage)
        definitions[f"{stage}_when"] = _when(stage)
        definitions[f"{stage}_then"] = {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": False,
            "properties": {key: _effect(effect) for key, effect in EFFECTS[stage].items()},
        }
    return definitions


def _rule(stage: Stage) -> Schema:
    return {
        "type": "object",
        "required": ["id"],
        "additionalProperties": False,
        "properties": {
            "id": _ID,
            "rule": {"type": "string", "description": "title, one line"},
            "when": _ref(f"{stage}_when"),
            "then": _ref(f"{stage}_then"),
            "because": {"type": "string", "description": "sentence with {facts} in braces"},
            "tests": {"type": "array", "items": _case(stage)},
            "block": {"enum": list(BLOCKS)},
            "disabled": {"type": "boolean"},
            **_PERIOD,
        },
        "if": {"properties": {"disabled": {"const": True}}, "required": ["disabled"]},
        "else": {"required": ["id", "when", "then", "because"]},
    }


def _table(stage: Stage) -> Schema:
    facts = [f.name for f in FIELDS.values() if stage in f.stages and f.name != "tag"]
    cells = {"type": "array", "description": "a cell for each fact and effect; - = nothing"}
    dated = {
        "type": "object",
        "required": ["cells"],
        "additionalProperties": False,
        "properties": {"cells": cells, **_PERIOD},
    }
    return {
        "type": "object",
        "required": list(REQUIRED),
        "additionalProperties": False,
        "properties": {
            "id": _ID,
            "title": {"type": "string", "description": "title, one line"},
            "hit": {
                "enum": list(POLICIES),
                "default": POLICIES[0],
                "description": "first: the first row that holds decides; unique: lint proves that"
                " no two rows hold; every: all rows that hold fire",
            },
            "complete": {
                "type": "boolean",
                "default": False,
                "description": "lint proves that every payment that when lets in finds a row",
            },
            "when": {**_ref(f"{stage}_when"), "description": "what holds for every row"},
            "facts": _columns(facts, "facts that the first cells of a row ask"),
            "effects": _columns(EFFECTS[stage], "effects that the last cells of a row say"),
            "because": {"type": "string", "description": "sentence with {facts} in braces"},
            "rows": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": {"anyOf": [cells, dated]},
                "description": "name: [cell, ...]; row b of table a is the rule a-b",
            },
            **_PERIOD,
            "tests": {"type": "array", "items": _case(stage)},
        },
    }


def _columns(names: Iterable[str], description: str) -> Schema:
    items = {"enum": list(names)}
    unique = {"type": "array", "minItems": 1, "uniqueItems": True}
    return {**unique, "items": items, "description": description}


def _when(stage: Stage) -> Schema:
    nested = _ref(f"{stage}_when")
    several = {"type": "array", "minItems": 1, "items": nested}
    facts = {f.name: _ref(f"fact_{f.name}") for f in FIELDS.values() if stage in f.stages}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {**facts, "any": several, "all": several, "not": nested},
    }


def _fact(fact: Field) -> Schema:
    single = {"anyOf": [_ref(f"value_{fact.name}"), _ref("param")]}
    several = {"anyOf": [{"type": "array", "minItems": 1, "items": single}, _ref("param")]}
    either = {"anyOf": [*single["anyOf"], several["anyOf"][0]]}
    shapes = {"in": several, "between": several, "contains": either, "starts_with": either}
    operators: Schema = {op: shapes.get(op, single) for op in OPERATORS[fact.kind]}
    operators["present"] = {"type": "boolean"}
    tests: Schema = {"type": "object", "minProperties": 1, "additionalProperties": False}
    return {
        "description": fact.help,
        "anyOf": [*single["anyOf"], {**tests, "properties": operators}],
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


def _value(fact: Field) -> Schema:
    return {"enum": list(fact.choices)} if fact.choices else {"type": _TYPES[fact.kind]}


def _effect(effect: Effect) -> Schema:
    if effect.flag:
        value: Schema = {"type": "boolean"}
    elif effect.choices:
        value = {"enum": list(effect.choices)}
    else:
        value = {"type": "string", "pattern": f"^(?:{effect.pattern})$"}
    return {"description": effect.help, "anyOf": [value, _ref("param")]}


def _case(stage: Stage) -> Schema:
    expected: Schema = {key: {} for key in EFFECTS[stage]}
    return {
        "type": "object",
        "required": ["given", "expect"],
        "additionalProperties": False,
        "properties": {
            "name": {"type": "string"},
            "todo": {"type": "string"},
            "given": _ref("given"),
            "expect": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": False,
                "properties": {"rule": {"type": "string"}, **expected},
            },
        },
    }
