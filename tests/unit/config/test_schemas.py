"""Schemas: draft-07, every key described, defaults that agree with the shipped files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from reskontra.config import error_pages, files
from reskontra.config.meaning import all_keys, find
from reskontra.config.schemas import (
    KINDS,
    MERGE_WORDS,
    SECTIONS,
    Schema,
    customer_fields,
    export,
    schema,
)
from reskontra.config.workspace import ROLES
from reskontra.engine.errors import ReskontraError
from reskontra.engine.preferences.matching import TIERS
from reskontra.engine.references import definition

CONFIG = Path(error_pages.__file__).parent


def nodes(node: Schema, path: str) -> Iterator[tuple[str, Schema]]:
    """Every schema below ``node`` that describes a value."""
    yield path, node
    for name, child in node.get("properties", {}).items():
        yield from nodes(child, f"{path}.{name}")
    for key in ("items", "additionalProperties"):
        if isinstance(node.get(key), dict):
            yield from nodes(node[key], f"{path}.{key}")


@pytest.mark.parametrize("kind", KINDS)
def test_is_a_draft_07_schema(kind: str) -> None:
    found = schema(kind)
    assert found["$schema"] == "http://json-schema.org/draft-07/schema#"
    Draft7Validator.check_schema(found)


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_is_described_and_closed(kind: str) -> None:
    for path, node in nodes(schema(kind), kind):
        assert node.get("description"), path
        assert "type" in node, path
        if "properties" in node:
            assert "additionalProperties" in node, path
        if "x-screen" in node:
            assert set(node["x-screen"]) == {"sv", "en"}, path


def leaves(data: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(data, dict):
        for name, value in data.items():
            yield from leaves(value, (*path, name))
    elif not (isinstance(data, list) and data and isinstance(data[0], dict)):
        yield path, data


def test_defaults_in_schemas_and_files_agree() -> None:
    stated = {meaning.key: meaning.node["default"] for meaning in all_keys()
              if "default" in meaning.node}  # fmt: skip
    shipped = {
        ".".join(path): value for loaded in files.defaults() for path, value in leaves(loaded.data)
    }
    for key in sorted(stated.keys() & shipped.keys()):
        # Compared as text of their value: 0.50 is 0.5.
        assert json.loads(json.dumps(stated[key])) == json.loads(
            json.dumps(shipped[key], default=lambda decimal: json.loads(str(decimal)))
        ), key
    for section in ("company", "matching"):
        known = {key for key in stated if key.startswith(f"{section}.")}
        assert known - {"matching.auto.max_amount"} <= shipped.keys()


def test_words_of_the_engine_and_of_the_schemas_agree() -> None:
    auto = schema("matching")["properties"]["matching"]["properties"]["auto"]["properties"]
    assert auto["tiers"]["items"]["enum"] == [
        *(tier for tier in TIERS if tier != "manual"),
        "measured",
    ]
    users = schema("users")["properties"]["users"]["items"]["properties"]
    assert tuple(users["roles"]["items"]["enum"]) == ROLES
    item = schema("references")["properties"]["references"]["items"]["properties"]
    assert item.keys() - MERGE_WORDS - {"preset", "params"} == definition.KEYS
    element = item["elements"]["items"]["properties"]
    assert set(element) == definition.ELEMENT_KEYS


def test_export_writes_every_kind(tmp_path: Path) -> None:
    written = export(tmp_path / "schema")
    assert [path.stem for path in written] == list(KINDS)
    assert json.loads(written[0].read_text("utf-8")) == schema("workspace")


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("matching.auto.absolute", "matching.auto.absolute"),
        ("Genomsnittlig fördröjning", "matching.payment.average_delay"),
        ("average delay", "matching.payment.average_delay"),
        ("referensmodul", "references.<id>.modulus"),
    ],
)
def test_a_key_is_found_by_name_and_by_label(words: str, key: str) -> None:
    assert key in [meaning.key for meaning in find(words)]


def test_an_unknown_word_is_refused() -> None:
    with pytest.raises(ReskontraError, match="RK101"):
        find("matching.auto.absolut3")


@pytest.mark.parametrize("code", error_pages.codes())
def test_every_page_has_its_five_sections(code: str) -> None:
    lines = error_pages.page(code).splitlines()
    assert re.fullmatch(rf"# {code} [a-z0-9]+(-[a-z0-9]+)*", lines[0])
    assert lines[1].endswith(".")
    headings = [line for line in lines if line.startswith("## ")]
    assert tuple(headings) == error_pages.HEADINGS
    for heading in headings:
        assert lines[lines.index(heading) + 1].strip(), heading


def test_pages_are_found_in_any_case() -> None:
    assert error_pages.page("rk101") == error_pages.page("RK101")
    assert error_pages.slug("RK101") == "unknown-key"
    assert error_pages.title("RK101").startswith("A key")


def test_every_code_of_the_configuration_room_has_a_page() -> None:
    modules = [path for path in CONFIG.glob("*.py") if path.stem != "reference_presets"]
    text = "\n".join(path.read_text("utf-8") for path in modules)
    used = set(re.findall(r'"(RK\d{3})"', text))
    assert used, "the pattern must find something"
    assert used <= set(error_pages.codes())


def test_shipped_yaml_is_named_after_its_section() -> None:
    for path in [*CONFIG.glob("defaults/*.yaml"), *CONFIG.glob("countries/*/*.yaml")]:
        assert path.stem in SECTIONS


def test_the_defaults_of_a_class_know_their_keys() -> None:
    item = schema("customer_classes")["properties"]["customer_classes"]["items"]
    assert item["properties"]["defaults"]["additionalProperties"] is False
    assert "$replace" not in customer_fields()["properties"], "the shared schema stays as it is"
