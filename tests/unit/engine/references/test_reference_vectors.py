"""Every row of the published tables of references, check digits and reference configurations."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from tests.published import rows

from reskontra.config.reference_presets import check_preset
from reskontra.engine.errors import ReskontraError
from reskontra.engine.references import (
    amount_digit,
    code_of,
    make,
    parse,
    scheme_from_mapping,
    valid_mask,
)
from reskontra.engine.references.check_digits import NAMED_RULES, CheckRule


def named(name: str) -> list[Any]:
    return [pytest.param(row, id=row.get("id") or row["full"]) for row in rows(name)]


@pytest.mark.parametrize("row", named("payment_reference"))
def test_reference(row: dict[str, str]) -> None:
    verdict = check_preset(row["scheme"], json.loads(row["params"]), row["input"])
    found = (verdict.valid, verdict.accepted, verdict.normalized, verdict.formatted, verdict.error)
    wanted = (row["valid"] == "true", row["accepted"] == "true")
    assert found == (*wanted, row["normalized"], row["formatted"], row["error"])
    if verdict.valid:
        again = check_preset(row["scheme"], json.loads(row["params"]), verdict.normalized)
        printed = check_preset(row["scheme"], json.loads(row["params"]), verdict.formatted)
        assert again == printed == verdict


@pytest.mark.parametrize("row", named("payment_reference"))
def test_reference_in_a_column(row: dict[str, str]) -> None:
    import polars as pl

    from reskontra.config.reference_presets import preset

    try:
        scheme = preset(row["scheme"], json.loads(row["params"]))
    except ReskontraError:
        assert row["valid"] == "false"
        return
    mask = valid_mask([scheme], pl.Series("reference", [None, row["input"]], dtype=pl.String))
    assert mask.to_list() == [False, row["valid"] == "true"]


@pytest.mark.parametrize("row", named("check_digit"))
def test_check_digit(row: dict[str, str]) -> None:
    rule: CheckRule = NAMED_RULES[row["algorithm"]]
    assert rule.digits(row["base"]) == row["check"]
    joined = {
        "iso11649": "RF" + row["check"] + row["base"],
        "mod11_nl": row["check"] + row["base"],
    }
    assert joined.get(row["algorithm"], row["base"] + row["check"]) == row["full"]


@pytest.mark.parametrize("row", named("cid_generation"))
def test_configuration(row: dict[str, str]) -> None:
    config, inputs = json.loads(row["config"]), json.loads(row["inputs"])
    if row["error"]:
        with pytest.raises(ReskontraError) as caught:
            make(scheme_from_mapping(config), inputs)
        codes = {problem.code for problem in caught.value.problems}
        wanted = {"RK302"} if row["error"] == "CONFIG" else {code_of(row["error"])}
        assert codes == wanted
        return
    scheme = scheme_from_mapping(config)
    if "amount" in inputs:
        assert amount_digit(scheme, int(Decimal(inputs["amount"]) * 100)) == row["expected"]
    elif "reference" in inputs:
        assert parse(scheme, inputs["reference"]) == json.loads(row["expected"])
    else:
        assert make(scheme, inputs) == row["expected"]
