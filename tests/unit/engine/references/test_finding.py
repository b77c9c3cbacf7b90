"""References in free text, and the mistakes that other systems made there."""

from __future__ import annotations

import polars as pl
import pytest

from reskontra.config.reference_presets import preset
from reskontra.engine.references import (
    ReferenceScheme,
    check,
    find,
    make,
    scheme_from_mapping,
    valid_mask,
)

OCR = preset("se_ocr", {"level": "hard"})
VIITE = preset("fi_viite")
RF = preset("xx_rf")
FIK = preset("dk_fik")
KID11 = preset("no_kid", {"modulus": "mod11"})


def values(text: str, *schemes: ReferenceScheme) -> list[str]:
    return [hit.value for hit in find(schemes, text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("OCR 12345674", ["12345674"]),
        ("OCR:12345674.", ["12345674"]),
        ("OCR12345674", ["12345674"]),
        ("12345674,12345682", ["12345674", "12345682"]),
        ("12345674 12345682", ["12345674", "12345682"]),
        ("ref 1234 5674", ["12345674"]),
        ("1234-5674 tack", ["12345674"]),
        ("faktura 12345673", []),
        ("12345674A", []),
        ("AB12345674", []),
        ("belopp 12345674,50 kr", []),
        ("belopp 17,12345674", ["12345674"]),
        ("182", []),
        ("", []),
    ],
)
def test_whole_numbers_only(text: str, found: list[str]) -> None:
    assert values(text, OCR) == found


def test_never_a_part_of_a_longer_number() -> None:
    """Peer: a reference was found inside a longer number and applied with near certainty."""
    assert values("9912345674123", OCR) == []
    assert check(OCR, "12345674").valid


def test_positions_point_at_the_text() -> None:
    text = "lasku 12 34561 kiitos"
    (hit,) = find([VIITE], text)
    assert (hit.scheme_id, text[hit.start : hit.end], hit.value) == (
        "fi_viite",
        "12 34561",
        "1234561",
    )


def test_zero_filled_viite_is_the_same_reference() -> None:
    assert values("00000000000001234561", VIITE) == ["1234561"]


def test_rf_in_blocks_followed_by_a_word() -> None:
    assert values("RF18 5390 0754 7034 tack", RF) == ["RF18539007547034"]


def test_blocks_of_a_longer_reference_are_no_reference_of_another_scheme() -> None:
    assert check(OCR, "5390 0754 7034").valid
    assert values("ref RF18 5390 0754 7034", OCR, RF) == ["RF18539007547034"]


def test_kid_that_ends_in_a_hyphen() -> None:
    """Peer: a parser for KID files raises on the check character of modulus 11."""
    assert values("KID 40-, takk", KID11) == []
    reference = next(
        made for n in range(1000, 2000) if (made := make(KID11, {"invoice_no": str(n)}))[-1] == "-"
    )
    assert values(f"KID {reference}, takk", KID11) == [reference]


def test_payment_slip_in_text() -> None:
    line = "+71<000000000000018+81234567<"
    assert values(f"betaling {line} tak", FIK) == ["7100000000000001881234567"]
    assert values("betaling 000000000000018 tak", FIK) == ["71000000000000018"]


def test_belgian_print_form() -> None:
    assert values("+++010/8068/17183+++", preset("be_ogm")) == ["010806817183"]
    assert values("ref 010/8068/17183", preset("be_ogm")) == ["010806817183"]


def test_only_what_was_ever_active_is_recognised() -> None:
    mapping = {"id": "x", "modulus": "luhn10", "elements": [{"type": "invoice_no"}]}
    for status, found in (("draft", []), ("active", ["12345674"]), ("inactive", ["12345674"])):
        scheme = scheme_from_mapping({**mapping, "status": status})
        assert values("12345674", scheme) == found
        assert valid_mask([scheme], pl.Series(["12345674"])).to_list() == [bool(found)]


def test_what_is_printed_is_what_is_matched() -> None:
    """Peer: printed a reference with a check digit but matched the bare invoice number."""
    reference = make(OCR, {"invoice_no": "4711"})
    assert reference != "4711"
    assert values(f"betalning {reference}", OCR) == [reference]


def test_length_digit_is_the_last_digit_of_the_length() -> None:
    """Peer: took the first digit of the length, wrong from ten digits on."""
    scheme = preset("se_ocr")
    assert make(scheme, {"invoice_no": "1234567890"}) == "123456789023"
    assert check(scheme, "123456789015").error == "INVALID_COMPONENT"


@pytest.mark.parametrize("text", ["RF0072", "RF0154", "RF9936"])
def test_rf_needs_canonical_check_digits(text: str) -> None:
    """Peer: a library accepts what is merely congruent."""
    assert check(RF, text).error == "INVALID_CHECKSUM"


def test_rf_check_digits_are_digits() -> None:
    assert check(RF, "RFAB539007547034").error == "INVALID_FORMAT"
    assert check(RF, "RF1").error == "INVALID_LENGTH"


def test_digits_of_other_scripts_are_no_digits() -> None:
    assert check(OCR, "１２３０").error == "INVALID_FORMAT"


def test_a_column_keeps_its_name_its_order_and_its_nulls() -> None:
    column = pl.Series("reference", ["1", None, " 12345674 ", "12345674", "x"])
    mask = valid_mask([OCR], column)
    assert mask.name == "reference"
    assert mask.to_list() == [False, False, True, True, False]
    assert valid_mask([], column).to_list() == [False] * 5
    assert valid_mask([OCR, RF], column.clear()).to_list() == []
