r"""Patterns: what others get wrong (lower-casing ``\D`` into ``\d``), and hostile shapes."""

from __future__ import annotations

import time

import pytest

from reskontra.rules.patterns import PatternError, compiled


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"^OCR\D+(\d{6,})", "OCR: 12345678", True),
        (r"^OCR\D+(\d{6,})", "ocr: 12345678", True),
        (r"^OCR\D+(\d{6,})", "OCR12345678", False),
        (r"FEE\S{3}", "FEE   ", False),
        (r"FEE\S{3}", "feeabc", True),
        (r"\Wkid\W", " KID ", True),
        ("åäö", "ÅÄÖ AB", True),
    ],
)
def test_case_is_ignored_without_lower_casing(pattern: str, text: str, expected: bool) -> None:
    assert compiled(pattern).found(text) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+b", "(a*)*", "(.*a.*)+b", "([a-z]+ ?)+x", "(?:a|b+)*c", ".*.*x", r"\d+\d*x",
        "(.*)(.*)x",
        r"(a)\1", "(?P<n>a)(?P=n)", "(", "a" * 201, "[a", "a.*b.*c.*d", "(a{1,500}){1,500}",
        "((((((a{0,90}){0,90}){0,90}))))",
    ],
)  # fmt: skip
def test_shapes_that_can_take_for_ever_are_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        compiled(pattern)


@pytest.mark.parametrize(
    "pattern", [r"^OCR\D+(\d{6,})", "faktura.*betalning", r"\bRF\d{2}[0-9A-Z]{1,21}\b", "a|b|c"]
)
def test_usual_patterns_are_accepted(pattern: str) -> None:
    compiled(pattern)


@pytest.mark.parametrize("pattern", ["a.*a.*b", "x.*y", r"^\D+\d", r"\d+x"])
def test_a_hostile_text_is_searched_in_bounded_time(pattern: str) -> None:
    found = compiled(pattern)
    start = time.process_time()
    for text in ("a" * 100_000, "x" * 100_000, "1" * 100_000):
        found.found(text)
    assert time.process_time() - start < 5


def test_decomposed_letters_are_found() -> None:
    assert compiled("o\u0308berg").found("ÖBERG")
