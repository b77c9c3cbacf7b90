"""The JSON Schema: its file is current, and it says what the reader says."""

from __future__ import annotations

import pytest
from jsonschema import Draft7Validator

from reskontra.config.strict_yaml import load
from reskontra.engine.errors import ReskontraError
from reskontra.rules import schemas
from reskontra.rules.reading import read_pack
from reskontra.rules.shipped import shipped_texts

VALIDATOR = Draft7Validator(schemas.json_schema())


def test_the_committed_file_is_current() -> None:
    Draft7Validator.check_schema(schemas.json_schema())
    assert schemas.FILE.read_text("utf-8") == schemas.text()


@pytest.mark.parametrize("file", list(shipped_texts()))
def test_shipped_packs_are_valid(file: str) -> None:
    errors = list(VALIDATOR.iter_errors(load(shipped_texts()[file], file).data))
    assert [error.message for error in errors] == []


@pytest.mark.parametrize(
    "change",
    [
        ("stage: match", "stage: matching"),
        ("tier: text", "teir: text"),
        ("tier: text", "tier: texts"),
        ("tier: text", "difference: {like: 5}"),
        ("tier: text", "duplicate: {gt: 1}"),
        ("outcome: review", "outcome: cash_entry"),
        ("outcome: review", "treat: write_off"),
        ("id: a", "id: A"),
        ("because: x", "becuase: x"),
        ("when: {tier: text}", "when: [a]"),
        ("decide: first", "decide: last"),
    ],
)
def test_schema_and_reader_refuse_the_same(change: tuple[str, str]) -> None:
    good = (
        "pack: p\nstage: match\ndecide: first\nrules:\n  - id: a\n    when: {tier: text}\n"
        "    then: {outcome: review}\n    because: x\n"
    )
    assert list(VALIDATOR.iter_errors(load(good, "p.yaml").data)) == []
    read_pack(good, "p.yaml")
    bad = good.replace(*change)
    assert bad != good
    assert list(VALIDATOR.iter_errors(load(bad, "p.yaml").data))
    with pytest.raises(ReskontraError):
        read_pack(bad, "p.yaml")
