"""One file against its schema: every problem, with its line, a caret and a suggestion.

The words are ours, the checking is jsonschema's (draft-07). Does not look across files.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from reskontra.config import periods
from reskontra.config.schemas import KINDS, MERGE_WORDS, Schema, child, is_item_list, schema
from reskontra.config.strict_yaml import Loaded, Path, scalar
from reskontra.engine.errors import Problem

if TYPE_CHECKING:
    from jsonschema import Draft7Validator, ValidationError

_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "a mapping (key: value)",
    "array": "a list",
    "null": "null",
}


def validate(loaded: Loaded, kind: str, layer: str) -> list[Problem]:
    """Problems of one file of ``kind`` in ``layer``, in the order of the file.

    Codes: RK101 unknown key, RK105 wrong type, RK106 value not allowed, RK107 missing key, RK114
    layer, RK131 and RK132 periods, RK211 the same id twice.
    """
    found = validate_with(loaded, schema(kind), layer, _validator(kind, layer))
    return found or list(_lists_by_id(loaded, schema(kind), loaded.data, ()))


def validate_with(
    loaded: Loaded, node: Schema, layer: str, validator: Draft7Validator | None = None
) -> list[Problem]:
    """The same against any schema (the rules have their own)."""
    checker = validator or _new_validator(node, layer)
    problems = [
        problem for error in checker.iter_errors(loaded.data) for problem in _explain(loaded, error)
    ]
    return sorted(
        problems, key=lambda problem: (problem.place is None, problem.place, problem.code)
    )


def _lists_by_id(loaded: Loaded, node: Schema, value: Any, path: Path) -> Iterator[Problem]:
    """Ids that stand twice and wrong periods; expects valid data."""
    if isinstance(value, dict):
        for name, below in value.items():
            inner = child(node, name)
            if inner is not None:
                yield from _lists_by_id(loaded, inner, below, (*path, name))
    elif isinstance(value, list) and is_item_list(node):
        yield from periods.check(loaded, value, path)
        for index, item in enumerate(value):
            yield from _lists_by_id(loaded, node["items"], item, (*path, index))


def closest(name: str, choices: Sequence[str]) -> str:
    """The choice most like ``name``, or empty when none is near.

    >>> closest("treshold", ["threshold", "tiers"]), closest("x", ["threshold"])
    ('threshold', '')
    """
    found = difflib.get_close_matches(name, choices, n=1, cutoff=0.6)
    return found[0] if found else ""


def misspelt(keys: Collection[str], known: Collection[str]) -> dict[str, str]:
    """Every key that is not known, and the only known one that it can mean; empty when none or
    several are near, or when another key says or means the same.

    >>> misspelt(["teirs", "x"], ["tiers", "text"]), misspelt(["teirs", "tiers"], ["tiers"])
    ({'teirs': 'tiers', 'x': ''}, {'teirs': ''})
    """
    choices = sorted({*known} - MERGE_WORDS.keys())
    unknown = [key for key in keys if key not in known]
    near = [difflib.get_close_matches(key, choices, n=2, cutoff=0.7) for key in unknown]
    meant = [found[0] if len(found) == 1 and found[0] not in keys else "" for found in near]
    return {
        key: only if meant.count(only) == 1 else ""
        for key, only in zip(unknown, meant, strict=True)
    }


def did_you_mean(name: str, choices: Sequence[str]) -> str:
    """`` — did you mean 'x'?`` or empty.

    >>> did_you_mean("treshold", ["threshold"])
    " — did you mean 'threshold'?"
    """
    best = closest(name, choices)
    return f" — did you mean '{best}'?" if best else ""


@lru_cache
def _validator(kind: str, layer: str) -> Draft7Validator:
    """A validator for one kind of file in one layer."""
    return _new_validator(schema(kind), layer)


def _new_validator(node: Schema, layer: str) -> Draft7Validator:
    """A draft-07 validator that also knows ``x-layers``."""
    from jsonschema import Draft7Validator, ValidationError, validators

    def layers(
        _validator: Any, allowed: list[str], _instance: Any, _node: Schema
    ) -> Iterator[ValidationError]:
        if layer not in {"", *allowed}:
            yield ValidationError(f"layer {layer}")

    extend: Any = validators.extend
    made: Draft7Validator = extend(Draft7Validator, {"x-layers": layers})(node)
    return made


def _explain(loaded: Loaded, error: ValidationError) -> Iterator[Problem]:
    """Our words for one finding of jsonschema."""
    path: Path = tuple(part for part in error.absolute_path if isinstance(part, str | int))
    rule = str(error.validator)
    node: Schema = error.schema if isinstance(error.schema, dict) else {}
    if rule == "additionalProperties":
        yield from _unknown_keys(loaded, path, node, error.instance)
    elif rule == "required":
        yield from _missing_keys(loaded, path, node, error.instance)
    elif rule == "type":
        yield _wrong_type(loaded, path, node, error.instance)
    elif rule == "x-layers":
        allowed = ", ".join(node["x-layers"]).replace("set", "--set")
        message = f"{_name(path)} cannot be set in this layer; it belongs to: {allowed}"
        yield loaded.problem("RK114", message, path, key=True, help="move the key to that layer")
    elif rule == "propertyNames" or "propertyNames" in error.absolute_schema_path:
        message, help_ = _not_a_name(node, str(error.instance))
        yield loaded.problem("RK106", message, (*path, str(error.instance)), key=True, help=help_)
    else:
        message, help_ = _not_allowed(rule, node, error.instance)
        yield loaded.problem("RK106", f"{_name(path)}: {message}", path, help=help_)


def _not_a_name(node: Schema, name: str) -> tuple[str, str]:
    """Message and help for a key that a person chooses and that has the wrong form."""
    if node.get("pattern") == "^[A-Z]{3}$":
        return (
            f"{name!r} is not a currency code",
            "write three capital letters (ISO 4217), e.g. SEK",
        )
    return f"{name!r} cannot be an id", "letters, digits, blanks, - and _ are"


def _unknown_keys(loaded: Loaded, path: Path, node: Schema, instance: Any) -> Iterator[Problem]:
    """Every key that the schema does not know."""
    known = sorted(node.get("properties", {}))
    for key, only in misspelt(instance, known).items():
        help_ = ""
        if not path and key in KINDS:
            help_ = f"'{key}' has a file of its own: {key}.yaml"
        elif not closest(key, known):
            help_ = f"known keys here: {', '.join(k for k in known if k not in MERGE_WORDS)}"
        message = f"unknown key '{key}'{did_you_mean(key, known)}"
        at = (*path, key)
        fix = only if loaded.written(at, key=True) == key else ""
        yield loaded.problem("RK101", message, at, key=True, help=help_, fix=fix)


def _missing_keys(loaded: Loaded, path: Path, node: Schema, instance: Any) -> Iterator[Problem]:
    """Every key that must be there and is not."""
    properties = node.get("properties", {})
    for key in node["required"]:
        if key not in instance:
            what = properties.get(key, {}).get("description", "")
            message = f"{_name(path)}: the key '{key}' is missing"
            yield loaded.problem("RK107", message, path, help=f"{key}: {what}" if what else "")


def _wrong_type(loaded: Loaded, path: Path, node: Schema, value: Any) -> Problem:
    """A value of another kind than expected, with the usual cause."""
    types = node["type"] if isinstance(node["type"], list) else [node["type"]]
    expected = " or ".join(_TYPES[name] for name in types if name != "null" or len(types) == 1)
    message = f"{_name(path)}: expected {expected}, got {describe(value)}"
    fix = _type_fix(types, value, loaded.written(path))
    return loaded.problem("RK105", message, path, help=_type_help(types, node, value), fix=fix)


def _type_fix(types: list[str], value: Any, written: str) -> str:
    """What stands for the value in the type that is expected; empty where that is not sure.

    >>> _type_fix(["string"], 71, "71"), _type_fix(["boolean"], "ja", "ja")
    ('"71"', 'true')
    >>> _type_fix(["number"], "0.50", "'0.50'"), _type_fix(["number"], "1,50", "1,50")
    ('0.50', '')
    """
    if "string" in types and isinstance(value, bool | int | Decimal):
        return f'"{written}"'
    if isinstance(value, str) and len(types) == 1:
        if types == ["boolean"] and value.casefold() in _YES | _NO:
            return "true" if value.casefold() in _YES else "false"
        kinds = {"integer": (int,), "number": (int, Decimal)}.get(types[0], ())
        if type(scalar(value)) in kinds:
            return value
    return ""


def _type_help(types: list[str], node: Schema, value: Any) -> str:
    """What to write instead."""
    if isinstance(value, str):
        if "boolean" in types:
            return f"write {'true' if value.casefold() in _YES else 'false'}, without quotes"
        if "number" in types or "integer" in types:
            return "write digits with a decimal point, without quotes, spaces or leading zeros"
        if "array" in types:
            return f"write a list: [{value}]"
    if "string" in types and not isinstance(value, dict | list) and value is not None:
        return f'put it in quotes: "{str(value).lower() if isinstance(value, bool) else value}"'
    if "object" in types and "properties" in node:
        return f"keys here: {', '.join(sorted(node['properties'].keys() - MERGE_WORDS))}"
    return ""


_YES = {"yes", "y", "on", "true", "ja", "1"}
_NO = {"no", "n", "off", "false", "nej", "nei", "0"}


def describe(value: Any) -> str:
    """A value as it is named in messages.

    >>> describe(True), describe("yes"), describe([1]), describe(None)
    ('true', "text 'yes'", 'a list', 'nothing')
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"text {value!r}"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return str(value)


def _not_allowed(rule: str, node: Schema, value: Any) -> tuple[str, str]:
    """Message and help for a value outside what is allowed."""
    limit = node.get(rule)
    met = describe(value)
    if rule == "enum":
        choices = [str(choice) for choice in node["enum"]]
        guess = did_you_mean(str(value), choices)
        return f"{met} is not one of {', '.join(choices)}{guess}", ""
    words = {
        "minimum": f"{met} is less than {limit}",
        "maximum": f"{met} is more than {limit}",
        "minLength": f"{met} is shorter than {limit} characters",
        "maxLength": f"{met} is longer than {limit} characters",
        "minItems": f"a list of at least {limit} is expected",
        "uniqueItems": "the list names something twice",
        "pattern": f"{met} does not have the form {limit}",
    }
    help_ = str(node.get("x-unit") or node.get("description", ""))
    return words.get(rule, f"{met} does not fit {rule} {limit}"), help_


def _name(path: Path) -> str:
    """``matching.auto.tiers[0]``.

    >>> _name(("matching", "auto", "tiers", 0)), _name(())
    ('matching.auto.tiers[0]', 'file')
    """
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".") or "file"
