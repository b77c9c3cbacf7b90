"""Unsafe definitions are refused with all their faults; sets of definitions are seen together."""

from __future__ import annotations

from typing import Any

import pytest

from reskontra.config.reference_presets import preset, preset_names, schemes_from_text
from reskontra.engine.errors import ReskontraError
from reskontra.engine.references import (
    amount_digit,
    check,
    make,
    parse,
    problems,
    scheme_for,
    scheme_from_mapping,
    version_problems,
)

INVOICE = {"type": "invoice_no"}


def codes_of(mapping: dict[str, Any]) -> list[str]:
    with pytest.raises(ReskontraError) as caught:
        scheme_from_mapping(mapping)
    return sorted(problem.code for problem in caught.value.problems)


def test_all_faults_of_a_definition_come_at_once() -> None:
    faults = codes_of(
        {
            "id": "bad",
            "colour": "red",
            "length": 9,
            "modulus": "mod11",
            "elements": [{"type": "fixed"}, {"type": "customer_no", "positions": 4}],
        }
    )
    assert faults == ["RK300", "RK300", "RK302", "RK305"]


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ({"modulus": "mod12"}, "RK305"),
        ({"modulus": "mod10_recursive", "weights": [2, 1]}, "RK305"),
        ({"modulus": "luhn10", "weights": [2, 0]}, "RK305"),
        ({"modulus": "luhn10", "characters": "alphanumeric"}, "RK305"),
        ({"modulus": "luhn10", "inner": "luhn10"}, "RK305"),
        ({"length_digit": True}, "RK305"),
        ({"modulus": "luhn10", "lengths": [10, 10]}, "RK303"),
        ({"modulus": "luhn10", "level": "fixed_length", "lengths": [8, 9, 10]}, "RK303"),
        ({"modulus": "luhn10", "level": "fixed_length"}, "RK303"),
        ({"modulus": "luhn10", "max_length": 36}, "RK303"),
        ({"elements": [INVOICE, INVOICE]}, "RK300"),
        ({"elements": [{"type": "doc_type", "map": {"a": "1", "b": "1"}}]}, "RK300"),
        ({"elements": [{"type": "doc_type", "map": {"a": "1", "b": "22"}}]}, "RK302"),
        ({"elements": [{"type": "due_date", "format": "YYMMDD", "positions": 8}]}, "RK302"),
        ({"elements": [{"type": "due_date", "format": "WEEK"}]}, "RK300"),
        ({"elements": [{"type": "invoice_no", "positions": "many"}]}, "RK300"),
        ({"status": "editing"}, "RK300"),
        ({"length_digit": 1.0}, "RK305"),
    ],
)
def test_unsafe_definition(mapping: dict[str, Any], code: str) -> None:
    assert set(codes_of(mapping)) <= {code, "RK300"}
    assert code in codes_of(mapping)


def test_elements_must_give_a_length_that_the_bank_agreed() -> None:
    wide = {"type": "invoice_no", "positions": 10}
    assert codes_of({"modulus": "luhn10", "lengths": [10], "elements": [wide]}) == ["RK303"]
    scheme_from_mapping({"modulus": "luhn10", "lengths": [11], "elements": [wide]})


def test_the_open_element_takes_what_the_length_leaves() -> None:
    scheme = scheme_from_mapping(
        {"length": 9, "modulus": "luhn10", "elements": [{"type": "fixed", "value": "7"}, INVOICE]}
    )
    assert make(scheme, {"invoice_no": "42"}) == "7000000427"
    assert parse(scheme, "7000000427") == {"invoice_no": "42"}


@pytest.mark.parametrize("name", preset_names())
def test_presets_are_safe(name: str) -> None:
    found = problems([preset(name)])
    assert {problem.code for problem in found} == {"RK301"}


def test_letters_in_a_numeric_scheme_are_refused_unless_stripped() -> None:
    plain = scheme_from_mapping({"modulus": "luhn10", "elements": [INVOICE]})
    with pytest.raises(ReskontraError, match="RK580"):
        make(plain, {"invoice_no": "INV-42"})
    strip = scheme_from_mapping(
        {"modulus": "luhn10", "elements": [{"type": "invoice_no", "strip": "non_digits"}]}
    )
    assert make(strip, {"invoice_no": "INV-42"}) == "422"


@pytest.mark.parametrize(("overflow", "made"), [("keep_right", "23457"), ("keep_left", "12344")])
def test_what_is_too_long_is_cut_only_on_request(overflow: str, made: str) -> None:
    element = {"type": "invoice_no", "positions": 4}
    scheme = scheme_from_mapping(
        {"modulus": "luhn10", "elements": [{**element, "overflow": overflow}]}
    )
    assert make(scheme, {"invoice_no": "12345"}) == made
    strict = scheme_from_mapping({"modulus": "luhn10", "elements": [element]})
    with pytest.raises(ReskontraError, match="RK586"):
        make(strict, {"invoice_no": "12345"})


def test_every_missing_component_is_named() -> None:
    with pytest.raises(ReskontraError) as caught:
        make(preset("no_kid_customer_invoice"), {})
    messages = [problem.message for problem in caught.value.problems]
    assert len(messages) == 2
    assert "customer_no" in messages[0]
    assert "invoice_no" in messages[1]


def test_dates_come_back_as_dates() -> None:
    scheme = scheme_from_mapping(
        {"modulus": "luhn10", "elements": [{"type": "due_date", "format": "YYMMDD"}, INVOICE]}
    )
    reference = make(scheme, {"due_date": "2026-12-05", "invoice_no": "471"})
    assert parse(scheme, reference) == {"due_date": "2026-12-05", "invoice_no": "471"}
    assert check(scheme, "9913321234562").error in {"INVALID_COMPONENT", "INVALID_CHECKSUM"}


def test_a_border_that_nobody_stated_is_not_guessed() -> None:
    scheme = scheme_from_mapping(
        {"id": "x", "modulus": "luhn10", "elements": [{"type": "customer_no"}, INVOICE]}
    )
    reference = make(scheme, {"customer_no": "12", "invoice_no": "3"})
    with pytest.raises(ReskontraError, match="RK589"):
        parse(scheme, reference)
    assert "RK308" in [problem.code for problem in problems([scheme])]


def test_amount_digit_as_swiss_slips_print_it() -> None:
    scheme = scheme_from_mapping(
        {"amount_check": {"modulus": "mod10_recursive", "positions": 10, "prefix": "01"}}
    )
    assert amount_digit(scheme, 394975) == "3"
    with pytest.raises(ReskontraError, match="RK583"):
        amount_digit(scheme, -1)


def test_an_amount_digit_may_be_part_of_the_reference() -> None:
    scheme = scheme_from_mapping(
        {
            "modulus": "luhn10",
            "elements": [INVOICE, {"type": "amount_check"}],
            "amount_check": {"modulus": "luhn10"},
        }
    )
    reference = make(scheme, {"invoice_no": "88"}, amount=394975)
    assert reference[:3] == "887"
    assert parse(scheme, reference) == {"invoice_no": "88"}
    with pytest.raises(ReskontraError, match="RK584"):
        make(scheme, {"invoice_no": "88"})


def numbered(ident: str, first: str, **more: Any) -> dict[str, Any]:
    fixed = {"type": "fixed", "value": first}
    elements = [fixed, {"type": "invoice_no", "positions": 7}]
    return {"id": ident, "modulus": "luhn10", "elements": elements, **more}


def test_two_active_schemes_that_can_be_the_same_text() -> None:
    one = scheme_from_mapping(numbered("one", "1"))
    two = scheme_from_mapping(numbered("two", "2"))
    same = scheme_from_mapping(numbered("same", "1"))
    south = scheme_from_mapping(numbered("south", "1", scope={"branch": "south"}))
    longer = scheme_from_mapping(numbered("longer", "12"))
    old = scheme_from_mapping(numbered("old", "1", status="inactive"))

    def collisions(*schemes: Any) -> list[str]:
        return [p.severity for p in problems(schemes) if p.code == "RK306"]

    assert collisions(one, two) == []
    assert collisions(one, longer) == []
    assert collisions(one, old) == []
    assert collisions(one, same) == ["error"]
    assert collisions(one, south) == ["warning"]


def test_examples_are_run() -> None:
    good = {"invoice_no": "123", "gives": "1230"}
    bad = {"invoice_no": "123", "gives": "1231"}
    scheme = {"id": "x", "modulus": "luhn10", "elements": [INVOICE]}
    assert problems([scheme_from_mapping({**scheme, "examples": [good]})]) == []
    found = problems([scheme_from_mapping({**scheme, "examples": [good, bad]})])
    assert [problem.code for problem in found] == ["RK309"]
    assert "gives 1230, not 1231" in found[0].message


def test_the_most_precise_scope_numbers_a_document() -> None:
    wide = scheme_from_mapping(numbered("wide", "1"))
    south = scheme_from_mapping(numbered("south", "2", scope={"branch": "south"}))
    draft = scheme_from_mapping(
        numbered(
            "draft", "3", status="draft", scope={"branch": "south", "document_type": "invoice"}
        )
    )
    chosen = scheme_for([wide, south, draft], branch="south", document_type="invoice")
    assert chosen is south
    assert scheme_for([wide, south], branch="north") is wide
    assert scheme_for([south], branch="north") is None


def test_what_was_active_stays_readable() -> None:
    old = scheme_from_mapping(numbered("kid", "1"))
    retired = scheme_from_mapping(numbered("kid", "1", status="inactive", mask="## ## #"))
    changed = scheme_from_mapping(numbered("kid", "2"))
    assert version_problems([old], [retired]) == []
    assert [p.code for p in version_problems([old], [changed])] == ["RK307"]
    assert [p.code for p in version_problems([old], [])] == ["RK307"]


def test_a_file_of_definitions() -> None:
    text = """
references:
  - {id: a, preset: se_ocr, params: {level: hard}, elements: [{type: customer_no}]}
  - {id: b, card: "71", modulus: luhn10, length: 14, elements: [{type: invoice_no}]}
"""
    first, second = schemes_from_text(text, "references.yaml")
    assert make(first, {"customer_no": "123"}) == "1230"
    assert make(second, {"invoice_no": "1"}) == "71000000000000018"
    with pytest.raises(ReskontraError) as caught:
        schemes_from_text("references:\n  - {id: a, modulus: x}\n  - {id: b, modulus: y}", "r.yaml")
    assert [str(problem.place) for problem in caught.value.problems] == ["r.yaml:2:5", "r.yaml:3:5"]
