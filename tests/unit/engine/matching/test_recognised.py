"""What the company's formats print is recognised, though the documents came without it."""

from __future__ import annotations

import json

import polars as pl
import pytest

from reskontra.config.reference_presets import preset
from reskontra.engine.matching.recognised import with_recognised_keys
from reskontra.engine.references import ReferenceScheme, display, make, scheme_from_mapping
from reskontra.engine.text import reference_key

HOUSE = scheme_from_mapping(
    {
        "id": "house",
        "length": 16,
        "elements": [
            {"type": "customer_no", "positions": 6, "zeros": "leading"},
            {"type": "fixed", "value": "77", "positions": 2},
            {"type": "invoice_no", "positions": 8, "zeros": "leading"},
        ],
        "modulus": "mod10_weighted",
        "weights": [7, 3, 1],
        "mask": "#### #### #### ####-#",
    }
)
"""A format that exists in a company's YAML only."""
STRIPPING = scheme_from_mapping(
    {
        "id": "digits",
        "modulus": "luhn10",
        "elements": [{"type": "invoice_no", "strip": "non_digits"}],
    }
)

DOCUMENTS = pl.DataFrame(
    {
        "id": [1, 2, 3, 4],
        "customer_id": [7, 8, 8, 7],
        "number": ["10377", "10378", "F-20055", "P0010379"],
        "kind": ["invoice", "invoice", "invoice", "payment"],
    }
)
CUSTOMERS = pl.DataFrame({"id": [7, 8], "number": ["C1042", "C1043"]})
NUMBERS = pl.DataFrame(
    {
        "document_id": DOCUMENTS["id"],
        "key": [reference_key(number) for number in DOCUMENTS["number"]],
        "kind": ["number"] * 4,
    }
)


def recognised(
    *schemes: ReferenceScheme, text: str = "", reference: str = "", keys: pl.DataFrame = NUMBERS
) -> list[tuple[int, str]]:
    """Document and key of what one bank line is recognised by."""
    references = json.dumps([[reference, "free", None, "unchecked"]] if reference else [])
    lines = pl.DataFrame({"id": [1], "text": [text], "references": [references]})
    found = with_recognised_keys(
        keys, lines=lines, documents=DOCUMENTS, customers=CUSTOMERS, schemes=schemes
    )
    added = found[keys.height :]
    assert added["kind"].unique().to_list() in ([], ["payment_reference"])
    return [(document, key) for document, key, _ in added.iter_rows()]


PRESETS = (
    "se_ocr", "no_kid", "dk_fik", "fi_viite", "fi_rf", "xx_rf", "be_ogm", "ch_qrr",
    "ee_viitenumber", "si_reference", "hr_reference",
)  # fmt: skip


@pytest.mark.parametrize("scheme", [*map(preset, PRESETS), HOUSE], ids=lambda scheme: scheme.id)
def test_what_is_printed_is_recognised(scheme: ReferenceScheme) -> None:
    parts = {"customer_no": "1042", "invoice_no": "10377"}
    wanted = {element.type for element in scheme.elements}
    reference = make(scheme, {key: value for key, value in parts.items() if key in wanted})
    expected = [(1, reference_key(reference))]
    assert recognised(scheme, reference=reference) == expected
    assert recognised(scheme, text=f"betalning {reference} tack") == expected
    printed = display(scheme, reference)
    assert expected[0] in recognised(scheme, text=f"betalning {printed} tack")


def test_the_customer_in_the_reference_must_be_the_documents() -> None:
    foreign = make(HOUSE, {"customer_no": "1042", "invoice_no": "10378"})
    assert recognised(HOUSE, reference=foreign) == []


def test_a_wrong_check_digit_names_nothing() -> None:
    reference = make(HOUSE, {"customer_no": "1042", "invoice_no": "10377"})
    wrong = reference[:-1] + str((int(reference[-1]) + 1) % 10)
    assert recognised(HOUSE, reference=wrong) == []


def test_a_format_that_was_never_active_is_not_recognised() -> None:
    draft = scheme_from_mapping(
        {"id": "d", "status": "draft", "modulus": "luhn10", "elements": [{"type": "invoice_no"}]}
    )
    reference = make(preset("no_kid"), {"invoice_no": "10377"})
    assert recognised(draft, reference=reference) == []
    assert recognised(preset("no_kid"), reference=reference) == [(1, reference)]


def test_digits_of_a_number_with_letters_where_the_format_strips_them() -> None:
    reference = make(STRIPPING, {"invoice_no": "F-20055"})
    assert recognised(STRIPPING, reference=reference) == [(3, reference)]
    payment = make(STRIPPING, {"invoice_no": "10379"})
    assert recognised(STRIPPING, reference=payment) == [], "a payment is nobody's debt"


def test_a_document_with_its_printed_reference_is_found_by_that_one_only() -> None:
    printed = pl.concat(
        [
            NUMBERS,
            pl.DataFrame({"document_id": [1], "key": ["99"], "kind": ["payment_reference"]}),
        ]
    )
    reference = make(preset("no_kid"), {"invoice_no": "10377"})
    assert recognised(preset("no_kid"), reference=reference, keys=printed) == []
