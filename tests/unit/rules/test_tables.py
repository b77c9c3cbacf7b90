"""Decision tables: a row is a rule with its own place, decided like any other."""

from __future__ import annotations

import pytest

from reskontra.engine.errors import Problem, ReskontraError
from reskontra.rules.cases import suites
from reskontra.rules.language import Pack
from reskontra.rules.merging import content_hash
from reskontra.rules.reading import read_pack
from reskontra.rules.shipped import shipped_packs

FEES = """\
pack: fees
stage: create
tables:
  - id: bank-fees
    title: Fees of the bank
    when: {direction: out}
    facts: [text, amount]
    effects: [outcome, role]
    because: "{text}: {amount}."
    rows:
      small: [{contains: avgift}, {gte: -100.00}, cash_entry, bank_fee]
      other: [{contains: avgift}, -, review, -]
    tests:
      - given: {direction: out, text: "Avgift mars", amount: -30.00}
        expect: {rule: bank-fees-small, outcome: cash_entry, role: bank_fee}
      - given: {direction: out, text: "Avgift mars", amount: -300.00}
        expect: {rule: bank-fees-other, outcome: review}
      - given: {direction: in, text: "Avgift mars", amount: 30.00}
        expect: {rule: unknown-payer}
"""
TAGS = """\
pack: marks
stage: match
tables:
  - id: size
    hit: HIT
    facts: [amount]
    effects: [tag]
    because: "{amount}"
    rows:
      large: [{gte: 1000.00}, large]
      some: [{gte: 10.00}, some]
    tests:
      - given: {amount: 5000.00}
        expect: {tag: large}
      - given: {amount: 5000.00}
        expect: {tag: some}
"""


def passed(text: str) -> list[bool]:
    (suite,) = suites([read_pack(text, "p.yaml")], over=shipped_packs())
    return [result.passed for result in suite.results()]


def problems(text: str) -> list[Problem]:
    with pytest.raises(ReskontraError) as caught:
        read_pack(text, "p.yaml")
    return [problem for problem in caught.value.problems if problem.is_error]


def as_rules() -> Pack:
    text = """\
pack: fees
stage: create
rules:
  - id: bank-fees-small
    when: {direction: out, text: {contains: avgift}, amount: {gte: -100.00}}
    then: {outcome: cash_entry, role: bank_fee}
    because: "{text}: {amount}."
  - id: bank-fees-other
    when: {direction: out, text: {contains: avgift}}
    then: {outcome: review}
    because: "{text}: {amount}."
"""
    return read_pack(text, "p.yaml")


def test_a_table_is_the_rules_that_its_rows_say() -> None:
    pack = read_pack(FEES, "p.yaml")
    assert content_hash([pack]) == content_hash([as_rules()])
    assert [str(rule.place) for rule in pack.rules] == ["p.yaml:11:7", "p.yaml:12:7"]
    assert passed(FEES) == [True, True, True]


def test_the_first_row_shuts_the_others_out_even_where_nothing_is_decided() -> None:
    assert passed(TAGS.replace("HIT", "first")) == [True, False]
    assert passed(TAGS.replace("HIT", "every")) == [True, True]


def test_a_wrong_cell_is_named_at_its_place_and_a_wrong_column_once() -> None:
    text = FEES.replace("{gte: -100.00}", "{gtee: -100.00}").replace("review", "reveiw", 1)
    assert [(p.code, str(p.place)) for p in problems(text)] == [
        ("RK404", "p.yaml:11:36"),
        ("RK407", "p.yaml:12:38"),
    ]
    (problem,) = problems(FEES.replace("[text, amount]", "[text, amuont]"))
    assert (problem.code, str(problem.place)) == ("RK403", "p.yaml:7:19")


def test_a_row_that_is_too_short_is_refused() -> None:
    (problem,) = problems(FEES.replace("-, review, -", "review, -"))
    assert (problem.code, str(problem.place)) == ("RK451", "p.yaml:12:7")


def test_a_row_has_an_id_that_no_rule_may_take() -> None:
    rule = FEES.replace("tables:", "rules:\n  - {id: bank-fees-small, disabled: true}\ntables:")
    assert [problem.code for problem in problems(rule)] == ["RK408"]
