"""The shipped packs: the table of default outcomes, and that the rules alone decide them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.bank_files import preferences

from reskontra.engine.plan.model import OUTCOMES
from reskontra.rules.analysis import analyse
from reskontra.rules.book import RuleBook, rule_book
from reskontra.rules.cases import suites
from reskontra.rules.compiling import compile_merged
from reskontra.rules.coverage import coverage, percent
from reskontra.rules.deciding import decide
from reskontra.rules.durable import usable
from reskontra.rules.facts import FIELDS, frame
from reskontra.rules.language import Pack
from reskontra.rules.merging import merge
from reskontra.rules.mutation import mutants
from reskontra.rules.shipped import shipped_case_files, shipped_packs, shipped_texts
from reskontra.rules.vocabulary import EFFECTS

BASE: dict[str, Any] = {
    name: False for name, fact in FIELDS.items() if fact.kind == "flag" and name != "payer_agrees"
} | {"line_id": 1, "currency": "SEK", "direction": "in", "amount": 125_000}
FOUND = {
    "tier": "reference",
    "tier_automatic": True,
    "difference": 0,
    "candidates": 1,
    "documents": 1,
}
BY_ACCOUNT = FOUND | {"tier": "account_amount"}
ROUNDING = {"within_rounding": True, "write_off_allowed": True}


def decided(book: RuleBook, *rows: dict[str, Any]) -> list[tuple[str, str | None]]:
    facts = frame([BASE | {"line_id": n} | row for n, row in enumerate(rows)])
    decisions = book.decide(facts.drop("outcome", "tag"))
    return list(zip(decisions["outcome"], decisions["treat"], strict=True))


TABLE: list[tuple[str, dict[str, Any], tuple[str, str | None]]] = [
    ("reference, exact", FOUND, ("apply", None)),
    ("invoice number, exact", FOUND | {"tier": "invoice_number"}, ("apply", None)),
    ("list, exact", FOUND | {"tier": "list", "documents": 3}, ("apply", None)),
    ("discount in time", FOUND | {"discount": True}, ("apply", None)),
    (
        "fee in one sum",
        FOUND | {"tier": "reference_fee", "fee": True, "documents": 2},
        ("apply", None),
    ),
    ("netted", FOUND | {"netted": True, "documents": 2}, ("apply", None)),
    ("rounding short", FOUND | ROUNDING | {"difference": -40}, ("apply", "write_off")),
    ("rounding over", FOUND | ROUNDING | {"difference": 40}, ("apply", "write_off")),
    (
        "rounding, no write-off",
        FOUND | {"difference": -40, "within_rounding": True},
        ("apply", "keep_open"),
    ),
    ("short beyond", FOUND | {"difference": -25000}, ("apply", "keep_open")),
    ("short, several documents", FOUND | {"difference": -25000, "documents": 2}, ("review", None)),
    ("short, text", FOUND | {"tier": "text", "difference": -25000}, ("review", None)),
    (
        "over, payer agrees",
        FOUND | {"difference": 100, "payer_agrees": True},
        ("apply", "open_payment"),
    ),
    ("over, another payer", FOUND | {"difference": 100, "payer_agrees": False}, ("review", None)),
    ("over, payer unknown", FOUND | {"difference": 100}, ("review", None)),
    ("duplicate", FOUND | {"duplicate": True}, ("hold", None)),
    (
        "closed document",
        {"document_closed": True, "reference_valid": True, "customer": "7"},
        ("hold", None),
    ),
    ("account and amount", BY_ACCOUNT, ("apply", None)),
    ("name and amount", BY_ACCOUNT | {"tier": "name_amount"}, ("apply", None)),
    ("account, not automatic", BY_ACCOUNT | {"tier_automatic": False}, ("review", None)),
    ("reference, not automatic", FOUND | {"tier_automatic": False}, ("review", None)),
    (
        "partial, not automatic",
        FOUND | {"tier_automatic": False, "difference": -5},
        ("review", None),
    ),
    ("several candidates", BY_ACCOUNT | {"candidates": 2, "difference": None}, ("review", None)),
    ("interchangeable", BY_ACCOUNT | {"interchangeable": True}, ("apply", None)),
    ("contested", BY_ACCOUNT | {"contested": True}, ("review", None)),
    ("several customers", FOUND | {"several_customers": True}, ("review", None)),
    ("currency differs", FOUND | {"currency_differs": True}, ("review", None)),
    ("existing payment", FOUND | {"existing_payment": True}, ("review", None)),
    ("own account", FOUND | {"own_account": True}, ("review", None)),
    ("reversal", {"reversal": True, "direction": "out", "amount": -125_000}, ("review", None)),
    ("disbursement", {"direction": "out", "amount": -125_000}, ("review", None)),
    ("disbursement that fits", FOUND | {"direction": "out", "amount": -125_000}, ("review", None)),
    ("known payer", {"customer": "7", "payer_known": True}, ("review", None)),
    ("unknown payer", {}, ("review", None)),
    ("text, exact", FOUND | {"tier": "text"}, ("apply", None)),
    ("combination", FOUND | {"tier": "combination", "documents": 3}, ("apply", None)),
    (
        "relevance accepted",
        FOUND | {"tier": "relevance", "relevance_accepts": True},
        ("apply", None),
    ),
    (
        "relevance too low",
        FOUND | {"tier": "relevance", "relevance_accepts": False},
        ("review", None),
    ),
]


@pytest.mark.parametrize(("name", "row", "expected"), TABLE, ids=[case[0] for case in TABLE])
def test_the_default_of_each_case(
    name: str, row: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert decided(rule_book((), shipped_packs()), row) == [expected], name


@pytest.mark.parametrize("stage", [pack.stage for pack in shipped_packs()])
def test_the_tests_beside_the_rules_pass(stage: str) -> None:
    found = suites(shipped_packs(), files=shipped_case_files())
    (suite,) = (suite for suite in found if suite.stage.stage == stage)
    assert [str(r.problem) for r in suite.results() if not r.passed] == []


def test_every_rule_has_a_reason_a_firing_test_and_one_that_does_not() -> None:
    for pack in shipped_packs():
        assert pack.warnings == ()
        (suite,) = suites([pack])
        results = suite.results()
        for rule in pack.rules:
            fired = [rule.id in result.fired for result in results if result.rule == rule.id]
            assert rule.because, rule.id
            assert True in fired, f"no test of {rule.id} fires it"
            firing_everywhere = [rule.id in result.fired for result in results]
            assert False in firing_everywhere, f"no test leaves {rule.id} out"


def test_no_rule_can_be_changed_without_a_shipped_test_that_fails() -> None:
    proved = suites(shipped_packs(), files=shipped_case_files())
    found = [mutant for suite in proved for mutant in mutants(suite)]
    assert len(found) > 300
    assert [(m.rule, m.change) for m in found if not m.noticed] == []
    assert percent(rule for suite in proved for rule in coverage(suite)) == 100


def test_nothing_is_unreachable_or_unused() -> None:
    for stage in merge((), shipped_packs()).values():
        assert analyse(stage) == []


def test_outcomes_are_those_of_the_plan() -> None:
    said = {
        choice
        for effects in EFFECTS.values()
        for key, effect in effects.items()
        if key == "outcome"
        for choice in effect.choices
    }
    assert said == set(OUTCOMES)


def _without(pack: Pack, rule: str) -> Pack:
    return replace(pack, rules=tuple(r for r in pack.rules if r.id != rule))


@pytest.mark.parametrize(
    "rule", [(pack.stage, rule.id) for pack in shipped_packs() for rule in pack.rules], ids=str
)
def test_disabling_any_rule_changes_a_decision(rule: tuple[str, str]) -> None:
    stage, ident = rule
    (pack,) = (pack for pack in shipped_packs() if pack.stage == stage)
    facts = frame(case.given for r in pack.rules for case in r.cases)
    made = []
    for version in (pack, _without(pack, ident)):
        compiled = compile_merged(merge((), [version])[pack.stage])
        verdicts = decide(compiled, facts, engine="native")
        made.append([(compiled.rules[n].id if n >= 0 else "") for n in verdicts.rule])
    assert made[0] != made[1]


@pytest.mark.skipif(not usable(), reason="durable-rules is not installed")
def test_native_alone_decides_byte_for_byte_the_same() -> None:
    facts = frame([BASE | {"line_id": n} | row for n, (_, row, _) in enumerate(TABLE)])
    both = rule_book((), shipped_packs()).decide(facts)
    native = rule_book((), shipped_packs(), engine="native").decide(facts)
    assert both.write_ndjson() == native.write_ndjson()


def test_preferences_reach_the_rules_as_parameters() -> None:
    plain = preferences()
    said = replace(
        plain,
        differences=replace(plain.differences, short="review", over="review"),
        matching=replace(plain.matching, known_payer="open_payment"),
    )
    book = rule_book((), shipped_packs(), preferences=said)
    rows = (
        FOUND | {"difference": -25000},
        FOUND | {"difference": 100, "payer_agrees": True},
        {"customer": "7", "payer_known": True},
    )
    assert decided(book, *rows) == [
        ("review", "review"),
        ("review", "review"),
        ("open_payment", None),
    ]


def test_the_texts_are_there_to_be_kept() -> None:
    assert list(shipped_texts()) == [pack.file for pack in shipped_packs()]
