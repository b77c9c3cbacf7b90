"""The loader must not lose what usual YAML readers lose (measured on PyYAML and ruamel)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from reskontra.config.strict_yaml import load
from reskontra.engine.errors import ReskontraError


def data(text: str) -> Any:
    return load(text, "f.yaml").data


def codes(text: str) -> list[str]:
    with pytest.raises(ReskontraError) as raised:
        load(text, "f.yaml")
    return [problem.code for problem in raised.value.problems]


@pytest.mark.parametrize(
    "text",
    [
        "NO", "no", "yes", "Yes", "on", "off", "0012345", "0007", "0037", "0o17", "0x1F", "1_000",
        "12:30", "+71", "2026-11-23", "1e5", "1e05", ".5", "5.", ".inf", ".nan", "~", "Null",
        "True", "-0", "00123", "00.50", "40-", "1234567890123456789", "١٢", "1.", "--1", "=",
    ],
)  # fmt: skip
def test_text_stays_text(text: str) -> None:
    assert data(f"a: {text}") == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("-5", -5),
        ("123456789012345678", 123456789012345678),
        ("60.00", Decimal("60.00")),
        ("-0.40", Decimal("-0.40")),
        ("true", True),
        ("false", False),
        ("null", None),
        ("", None),
        ("'60.00'", "60.00"),
        ('"true"', "true"),
        ("''", ""),
    ],
)
def test_numbers_and_words(text: str, value: object) -> None:
    found = data(f"a: {text}")["a"]
    assert (found, type(found)) == (value, type(value))


def test_a_decimal_keeps_its_digits() -> None:
    assert str(data("a: 60.00")["a"]) == "60.00"


def test_keys_are_text_whatever_they_look_like() -> None:
    assert data("NO: 1\n007: 2\n1510: 3\ntrue: 4\n'null': 5") == {
        "NO": 1,
        "007": 2,
        "1510": 3,
        "true": 4,
        "null": 5,
    }


def test_keys_that_differ_only_as_numbers_are_different() -> None:
    assert data("1: a\n01: b") == {"1": "a", "01": "b"}


def test_duplicate_keys_name_both_positions() -> None:
    with pytest.raises(ReskontraError) as raised:
        load("a:\n  x: 1\n  y: 2\n  x: 3\nb: {z: 1, z: 2}\n", "f.yaml")
    assert [str(problem) for problem in raised.value.problems] == [
        "f.yaml:4:3: RK102 duplicate key 'x', first written at 2:3",
        "f.yaml:5:11: RK102 duplicate key 'z', first written at 5:5",
    ]


def test_a_quoted_key_is_the_same_key() -> None:
    assert codes("a: 1\n'a': 2") == ["RK102"]


@pytest.mark.parametrize(
    "text",
    ["a: &x 1", "a: *x", "a: !!str 5", "a: !x {}", "a: ! 5", "<<: {a: 1}", "%YAML 1.1\n---\na: 1"],
)
def test_features_that_hide_an_origin_are_refused(text: str) -> None:
    assert codes(text)[0] in {"RK103", "RK100"}


def test_a_quoted_merge_key_is_an_ordinary_key() -> None:
    assert data("'<<': 1") == {"<<": 1}


def test_all_problems_of_a_file_at_once() -> None:
    assert codes("a: &x 1\na: 2\nb: !t 1\n---\nc: 1\n") == ["RK103", "RK102", "RK103", "RK104"]


def test_problems_before_a_syntax_error_are_kept() -> None:
    assert codes("a: 1\na: 2\nb: [1\nc: 2\n") == ["RK102", "RK100"]


@pytest.mark.parametrize("text", ["[" * 70 + "]" * 70, "[" * 20_000, "{a: " * 70])
def test_depth_is_bounded(text: str) -> None:
    # Far deeper, libyaml gives up by itself.
    assert {"RK112", "RK100"} & set(codes(text))


@pytest.mark.parametrize("text", ["a: \x00", "a: \x1b", "a: \ud800", "\x07"])
def test_control_characters_are_refused_with_their_position(text: str) -> None:
    assert codes(text) == ["RK109"]


@pytest.mark.parametrize("text", ["a: [", "a: b: c", "\ta: 1", "a: @x", "- a\nb: 1", "a: 'x"])
def test_syntax_errors_have_a_place(text: str) -> None:
    with pytest.raises(ReskontraError) as raised:
        load(text, "f.yaml")
    (problem,) = raised.value.problems
    assert problem.code == "RK100"
    assert problem.place is not None
    assert problem.place.line >= 1


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n"])
def test_an_empty_file_is_nothing(text: str) -> None:
    assert data(text) is None


def test_positions_of_values_and_keys() -> None:
    loaded = load("a:\n  - b: 1\n    ö: [x, yy]\n", "f.yaml")
    assert loaded.position(("a", 0, "b")) == (2, 8)
    assert loaded.position(("a", 0, "b"), key=True) == (2, 5)
    assert loaded.position(("a", 0, "ö", 1)) == (3, 12)
    assert loaded.spot(("a", 0, "ö", 1)).width == 2
    assert loaded.excerpt(3) == "    ö: [x, yy]"
    assert loaded.excerpt(99) == ""


def test_an_unknown_path_gives_its_parent() -> None:
    loaded = load("a:\n  b: 1\n", "f.yaml")
    assert loaded.position(("a", "missing", 3)) == loaded.position(("a",))


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter() -> None:
    loaded = load("\ufeffa:\r\n  b: 1\r\n", "f.yaml")
    assert loaded.data == {"a": {"b": 1}}
    assert loaded.position(("a", "b")) == (2, 6)
    assert loaded.excerpt(2) == "  b: 1"


@pytest.mark.parametrize(
    ("text", "place", "tip"),
    [
        ("a:\n  - x: 1\n    y: 2\n   z: 3\n", "f.yaml:4:4", "like the entries of the list"),
        ("a:\n   b: 1\n  c: 2\n", "f.yaml:3:3", "like the keys above it"),
        ("a: b: c\n", "f.yaml:1:5", "into quotes"),
        ("a:\n\t b: 1\n", "f.yaml:2:1", "not tabs"),
        ("a: [1, 2\nb: 3\n", "f.yaml:2:2", "quotes and colons"),
    ],
)
def test_what_the_parser_met_is_told_with_what_to_do(text: str, place: str, tip: str) -> None:
    with pytest.raises(ReskontraError) as caught:
        load(text, "f.yaml")
    (problem,) = caught.value.problems
    assert (problem.code, str(problem.place)) == ("RK100", place)
    assert tip in problem.help
