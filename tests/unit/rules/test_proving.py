"""Coverage and mutation: what the tests of rules reach, and which changes they would notice."""

from __future__ import annotations

import pytest

from reskontra.rules.cases import Suite, suites
from reskontra.rules.coverage import coverage, percent
from reskontra.rules.mutation import mutants, score
from reskontra.rules.reading import read_pack

HEAD = "pack: own\nstage: match\nrules:\n"
RULE = """  - id: large
    when: {{{when}}}
    then: {{outcome: review}}
    because: a large amount
    tests:
"""


def suite(when: str, *tests: tuple[str, str]) -> Suite:
    """One rule with these tests (given, expected)."""
    cases = "".join(
        f"      - {{given: {{{given}}}, expect: {{{expect}}}}}\n" for given, expect in tests
    )
    text = HEAD + RULE.format(when=when) + cases
    (found,) = suites([read_pack(text, "own.yaml")])
    return found


def unnoticed(found: Suite) -> list[str]:
    return [mutant.change for mutant in mutants(found) if not mutant.noticed]


FIRES = ("direction: in, amount: 100.00", "rule: large")


def test_every_change_of_a_bound_and_a_condition_is_tried() -> None:
    found = suite("direction: in, amount: {gte: 100.00}", FIRES)
    assert [(m.change, m.noticed) for m in mutants(found)] == [
        ("taken away", True),
        ("without direction = in", False),
        ("direction = in turned round", True),
        ("without amount >= 100.00", False),
        ("amount >= 100.00 turned round", True),
        ("amount >= 100.00 changed to amount >= 99.99", False),
        ("amount >= 100.00 changed to amount >= 100.01", True),
    ]
    assert round(score(mutants(found)), 1) == 57.1


def test_tests_on_both_sides_of_everything_notice_all() -> None:
    found = suite(
        "direction: in, amount: {gte: 100.00}",
        FIRES,
        ("direction: out, amount: 100.00", "rule: none"),
        ("direction: in, amount: 99.99", "rule: none"),
    )
    assert unnoticed(found) == []
    assert score(mutants(found)) == 100


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("any: [{netted: true}, {discount: true}]", "in any: without netted = yes"),
        ("not: {any: [{fee: true}, {netted: true}]}", "in not: in any: without netted = yes"),
        ("tier: {in: [list, text]}", "tier: in without text"),
        (
            "candidates: {between: [1, 3]}",
            "candidates between 1, 3 changed to candidates between 1, 4",
        ),
        ("tag: trusted, netted: true", "without tag = trusted"),
    ],
)  # fmt: skip
def test_changes_inside(when: str, expected: str) -> None:
    head = "  - {id: mark, when: {discount: true}, then: {tag: trusted}, because: x}\n"
    text = HEAD + (head if "tag" in when else "") + RULE.format(when=when) + "      []\n"
    (found,) = suites([read_pack(text, "own.yaml")])
    assert expected in unnoticed(found)


def test_a_tag_that_is_tested_is_noticed() -> None:
    text = (
        HEAD
        + "  - {id: mark, when: {discount: true}, then: {tag: trusted}, because: x}\n"
        + RULE.format(when="tag: trusted, netted: true")
        + "      - {given: {discount: true, netted: true}, expect: {rule: large}}\n"
        + "      - {given: {netted: true}, expect: {rule: none}}\n"
    )
    (found,) = suites([read_pack(text, "own.yaml")])
    assert "without tag = trusted" not in unnoticed(found)


def test_a_test_that_fails_or_waits_notices_nothing() -> None:
    wrong = suite("direction: in", ("direction: in", "rule: none"))
    assert not any(mutant.noticed for mutant in mutants(wrong))


def test_coverage_counts_a_rule_and_both_sides_of_each_condition() -> None:
    found = suite("direction: in, amount: {gte: 100.00}", FIRES)
    (rule,) = coverage(found)
    assert rule.fired == 1
    assert [(c.test, c.held, c.failed) for c in rule.conditions] == [
        ("direction = in", 1, 0),
        ("amount >= 100.00", 1, 0),
    ]
    assert rule.points == (3, 5)
    assert percent([rule]) == 60


def test_what_an_earlier_rule_decided_is_not_asked_of_a_later_one() -> None:
    later = "  - {id: later, when: {netted: true}, then: {outcome: hold}, because: x}\n"
    text = HEAD + RULE.format(when="direction: in") + "      []\n" + later
    text = text.replace("[]", "- {given: {direction: in, netted: true}, expect: {rule: large}}")
    (found,) = suites([read_pack(text, "own.yaml")])
    large, after = coverage(found)
    assert (large.fired, after.fired) == (1, 0)
    assert [(c.held, c.failed) for c in after.conditions] == [(0, 0)]
