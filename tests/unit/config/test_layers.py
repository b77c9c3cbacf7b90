"""Layers: what wins, what remembers, what is removed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reskontra.config.layers import Effective, plain
from reskontra.config.strict_yaml import load


def merged(*texts: str) -> Effective:
    effective = Effective()
    for number, text in enumerate(texts):
        layer = ("default", "country", "partner", "company")[number]
        effective.add(load(text, f"{layer}.yaml"), layer)
    return effective


def test_scalars_replace_and_maps_merge() -> None:
    found = merged("m: {a: 1, b: {c: 2, d: 3}}", "m: {b: {c: 5.00}}")
    assert found.tree == {"m": {"a": 1, "b": {"c": Decimal("5.00"), "d": 3}}}


def test_every_value_knows_what_it_overrode() -> None:
    found = merged("m: {a: 1}", "m:\n  a: 2", "m:\n\n  a: 3")
    origin = found.origins[("m", "a")]
    assert str(origin.place) == "partner.yaml:3:6"
    assert origin.previous is not None
    assert (str(origin.previous.place), origin.previous.value) == ("country.yaml:2:6", 2)
    assert origin.previous.previous is not None
    assert origin.previous.previous.value == 1


def test_lists_by_id_merge_and_keep_their_order() -> None:
    found = merged("l: [{id: a, x: 1}, {id: b, x: 2}]", "l: [{id: b, x: 3}, {id: c, x: 4}]")
    assert plain(found.tree) == {
        "l": [{"id": "a", "x": 1}, {"id": "b", "x": 3}, {"id": "c", "x": 4}]
    }


def test_other_lists_replace() -> None:
    assert merged("l: [a, b]", "l: [c]").tree == {"l": ["c"]}


def test_a_removed_item_is_remembered() -> None:
    found = merged("l: [{id: a, x: 1}, {id: b, x: 2}]", "l:\n  - {id: a, $remove: true}")
    assert plain(found.tree) == {"l": [{"id": "b", "x": 2}]}
    removed = found.removed[("l", "a")]
    assert str(removed.place) == "country.yaml:2:5"
    assert removed.previous is not None
    assert removed.previous.place.file == "default.yaml"
    assert ("l", "a", "x") not in found.origins


def test_removing_what_nobody_brought_is_a_problem() -> None:
    found = merged("l: [{id: abc, x: 1}]", "l: [{id: abd, $remove: true}]")
    assert [problem.code for problem in found.problems] == ["RK212"]
    assert plain(found.tree) == {"l": [{"id": "abc", "x": 1}]}


def test_a_removed_item_can_come_back() -> None:
    found = merged("l: [{id: a, x: 1}]", "l: [{id: a, $remove: true}]", "l: [{id: a, y: 2}]")
    assert plain(found.tree) == {"l": [{"id": "a", "y": 2}]}
    assert ("l", "a") not in found.removed


def test_a_section_with_only_comments_changes_nothing() -> None:
    assert merged("m: {a: {b: 1}}", "m:\n  a:\n  # b: 2\n").tree == {"m": {"a": {"b": 1}}}


def test_null_replaces_a_scalar() -> None:
    assert merged("m: {a: 60}", "m: {a: null}").tree == {"m": {"a": None}}


def test_an_empty_list_clears_a_list_by_id() -> None:
    found = merged("l: [{id: a, x: 1}]", "l: []")
    assert found.tree == {"l": []}
    assert ("l", "a", "x") in found.removed


def test_replace_drops_what_is_above_and_remembers_it() -> None:
    found = merged("m: {a: 1, b: 2, c: {d: 3}}", "m: {$replace: true, a: 5}")
    assert found.tree == {"m": {"a": 5}}
    previous = found.origins[("m", "a")].previous
    assert previous is not None
    assert previous.value == 1
    assert list(found.removed) == [("m", "b"), ("m", "c", "d")]


def test_replace_of_named_keys_and_of_an_item() -> None:
    found = merged(
        "m: {a: {x: 1}, b: 2}\nl: [{id: p, x: 1, y: 1}, {id: q, x: 2}]",
        "m: {$replace: [a], a: {z: 1}}\nl: [{id: p, $replace: true, x: 9}]",
    )
    assert plain(found.tree) == {
        "m": {"b": 2, "a": {"z": 1}},
        "l": [{"id": "p", "x": 9}, {"id": "q", "x": 2}],
    }


@pytest.mark.parametrize(
    ("below", "place"),
    [
        ("m: {a: 2}", "partner.yaml:1:5"),
        ("m: {c: {d: 2}}", "partner.yaml:1:5"),
        ("m: {$replace: true}", "partner.yaml:1:5"),
        ("l: [{id: p, x: 2}]", "partner.yaml:1:6"),
        ("l: [{id: p, $remove: true}]", "partner.yaml:1:6"),
        ("$replace: [m]", "partner.yaml:1:1"),
    ],
)
def test_what_is_final_cannot_be_changed_below(below: str, place: str) -> None:
    found = merged(
        "m: {a: 1, b: 1, c: {d: 1}}\nl: [{id: p, x: 1}]",
        "m:\n  final: [a, c]\nl: [{id: p, final: true}]",
        below,
        "m: {b: 2}\nl: [{id: q, x: 2}]",
    )
    (problem,) = found.problems
    assert (problem.code, str(problem.place)) == ("RK130", place)
    assert "country.yaml:" in problem.message
    assert plain(found.tree) == {
        "m": {"a": 1, "b": 2, "c": {"d": 1}},
        "l": [{"id": "p", "x": 1}, {"id": "q", "x": 2}],
    }


def test_a_whole_mapping_and_a_whole_file_can_be_final() -> None:
    assert [p.code for p in merged("m: {final: true, a: 1}", "m: {b: 2}").problems] == ["RK130"]
    assert [p.code for p in merged("final: true\nm: {a: 1}", "m: {b: 2}").problems] == ["RK130"]
    assert merged("final: true\nm: {a: 1}", "n: {b: 2}").problems == []


@pytest.mark.parametrize(
    ("day", "value"),
    [("", 1), ("2026-06-30", 1), ("2026-07-01", 2), ("2026-09-30", 2), ("2026-10-01", 1)],
)
def test_a_dated_item_holds_in_its_period_wherever_it_stands(day: str, value: int) -> None:
    found = Effective(day)
    text = "l: [{id: a, from: 2026-07-01, to: 2026-09-30, x: 2}, {id: a, x: 1, y: 3}]"
    found.add(load(text, "a.yaml"), "company")
    assert plain(found.tree) == {"l": [{"id": "a", "x": value, "y": 3}]}
    assert sorted(found.changes) == ["2026-07-01", "2026-10-01"]


def test_an_item_can_be_removed_from_a_day_on() -> None:
    for day, left in (("2026-06-30", ["a"]), ("2026-07-01", [])):
        found = Effective(day)
        found.add(load("l: [{id: a, x: 1}]", "a.yaml"), "default")
        found.add(load("l: [{id: a, from: 2026-07-01, $remove: true}]", "b.yaml"), "company")
        assert [item["id"] for item in plain(found.tree)["l"]] == left
