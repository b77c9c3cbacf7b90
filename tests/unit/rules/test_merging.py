"""A company's rules over the shipped ones: order, replacing, blocks, parameters, hash."""

from __future__ import annotations

import pytest

from reskontra.engine.errors import ReskontraError
from reskontra.rules.language import Pack
from reskontra.rules.merging import content_hash, merge, unused_parameters
from reskontra.rules.reading import read_pack
from reskontra.rules.shipped import shipped_packs


def pack(*rules: str, name: str = "p", stage: str = "create", head: str = "") -> Pack:
    lines = [f"pack: {name}", f"stage: {stage}", *([head] if head else []), "rules:"]
    for rule in rules:
        ident, _, rest = rule.partition(" ")
        lines += [f"  - id: {ident}", *([f"    {rest}"] if rest else [])]
        if "disabled" not in rest:
            lines += ["    when: {}", "    then: {outcome: review}", "    because: x"]
    return read_pack("\n".join(lines) if rules else "\n".join(lines[:-1]), f"{name}.yaml")


def order(company: list[Pack], shipped: list[Pack]) -> list[str]:
    return [rule.id for rule in merge(company, shipped)["create"].rules]


def test_a_companys_rules_run_first() -> None:
    assert order([pack("mine", name="c")], [pack("a", "b")]) == ["mine", "a", "b"]


def test_the_same_id_replaces_in_place() -> None:
    merged = merge([pack("new", "b", name="c")], [pack("a", "b", "z")])["create"]
    assert [rule.id for rule in merged.rules] == ["new", "a", "b", "z"]
    assert [rule.place.file for rule in merged.rules] == ["c.yaml", "p.yaml", "c.yaml", "p.yaml"]


def test_disabled_removes() -> None:
    assert order([pack("b disabled: true", name="c")], [pack("a", "b")]) == ["a"]


def test_disabling_nothing_is_an_error_with_a_suggestion() -> None:
    with pytest.raises(ReskontraError, match=r"RK417.*did you mean 'beta'"):
        merge([pack("betta disabled: true", name="c")], [pack("alpha", "beta")])


def test_bank_rules_run_in_alphabetical_order_inside_their_block() -> None:
    shipped = [pack("first", "z block: bank_rules", "m", "b block: bank_rules", "last")]
    company = [pack("x block: bank_rules", "own", "c block: bank_rules", name="c")]
    assert order(company, shipped) == ["c", "own", "x", "first", "b", "m", "z", "last"]


def test_parameters_are_overridden_by_name() -> None:
    lower = pack("a", head="params: {limit: 1, other: 2}")
    upper = pack(name="c", head="params: {limit: 9}")
    merged = merge([upper], [lower])["create"]
    assert dict(merged.params) == {"limit": 9, "other": 2}
    assert {name: place.file for name, place in merged.param_places.items()} == {
        "limit": "c.yaml",
        "other": "p.yaml",
    }


def test_preferences_fill_what_a_companys_packs_do_not_set() -> None:
    lower = pack("a", head="params: {limit: 1, other: 2, third: 3}")
    upper = pack(name="c", head="params: {limit: 9}")
    preferences = {"limit": 5, "other": 5, "strange": 5}
    merged = merge([upper], [lower], preferences=preferences)["create"]
    assert dict(merged.params) == {"limit": 9, "other": 5, "third": 3}
    assert sorted(merged.param_places) == ["limit", "third"]


def test_a_parameter_that_no_rule_uses_is_named_where_it_stands() -> None:
    company = [
        pack(name="c", head="params: {unknown_payr: open_payment}"),
        pack(name="d", stage="match", head="params: {unknown_payer: open_payment}"),
        pack(name="e", head="params: {unknown_payer: open_payment}"),
    ]
    wrong, elsewhere = unused_parameters(company, shipped_packs())
    assert (wrong.code, str(wrong.place)) == ("RK413", "c.yaml:3:10")
    assert "did you mean 'unknown_payer'" in wrong.message
    assert (elsewhere.code, str(elsewhere.place)) == ("RK413", "d.yaml:3:10")
    assert "the stage create use it" in elsewhere.help


def test_a_parameter_of_a_rule_that_the_company_disables_is_spelt_right() -> None:
    company = [
        pack("unknown-payer disabled: true", name="c", head="params: {unknown_payer: review}")
    ]
    assert unused_parameters(company, shipped_packs()) == []


def test_one_id_in_two_packs_of_one_level() -> None:
    with pytest.raises(ReskontraError, match="RK408"):
        merge((), [pack("a"), pack("a", name="q")])


def test_packs_of_one_stage_decide_alike() -> None:
    with pytest.raises(ReskontraError, match="RK415"):
        merge([pack("b", name="c", head="decide: every")], [pack("a")])


def test_the_hash_follows_what_decides_and_nothing_else() -> None:
    base = content_hash([pack("a", "b")])
    assert content_hash([pack("a", "b")]) == base
    assert content_hash([pack("a rule: other title", "b")]) == base
    assert content_hash([pack("b", "a")]) != base
    assert content_hash([pack("a", "b", head="params: {x: 1}")]) != base
    assert content_hash([pack("a", "b", head="decide: every")]) != base
    assert len(base) == 64


def test_the_hash_keeps_kinds_apart() -> None:
    hashes = {content_hash([pack("a", head=f"params: {{x: {v}}}")]) for v in ("1", '"1"', "1.5")}
    assert len(hashes) == 3
    assert content_hash([pack("a", head="params: {x: 1.5}")]) == content_hash(
        [pack("a", head="params: {x: 1.50}")]
    )
