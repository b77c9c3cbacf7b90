"""Layers: what wins, what remembers, what is removed."""

from __future__ import annotations

from decimal import Decimal

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
