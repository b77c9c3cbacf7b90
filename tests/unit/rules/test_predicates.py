"""Conditions over columns: missing values, money of several currencies, text."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from reskontra.engine.errors import ReskontraError
from reskontra.rules.compiling import compile_merged
from reskontra.rules.deciding import decide
from reskontra.rules.facts import frame
from reskontra.rules.language import Atom
from reskontra.rules.merging import merge
from reskontra.rules.predicates import PerCurrency
from reskontra.rules.predicates import holds as where_they_hold
from reskontra.rules.reading import read_pack


def holds(when: str, rows: list[dict[str, Any]], params: str = "{}") -> list[bool]:
    """Per row: whether the condition holds."""
    text = (
        f"pack: p\nstage: match\nparams: {params}\nrules:\n  - id: a\n    when: {when}\n"
        "    then: {outcome: review}\n    because: x\n"
    )
    stage = compile_merged(merge((), [read_pack(text, "p.yaml")])["match"])
    rows = [{"currency": "SEK", **row} for row in rows]
    return (decide(stage, frame(rows)).rule == 0).to_list()


MISSING: dict[str, Any] = {}


@pytest.mark.parametrize(
    "when",
    [
        "{amount: 0}", "{amount: {gt: -5}}", "{amount: {between: [-9, 9]}}", "{duplicate: false}",
        "{text: {contains: a}}", '{text: {matches: "^$"}}', "{tier: text}", "{tier: {in: [text]}}",
        "{customer: {present: true}}", "{booking_date: {lt: 2999-01-01}}", "{relevance: {gte: 0}}",
        "{text: {starts_with: a}}", "{tag: x}",
    ],
)  # fmt: skip
def test_a_missing_value_fails_every_test_but_not_and_absence(when: str) -> None:
    assert holds(when, [MISSING]) == [False]
    if "tag" not in when:
        assert holds(f"{{not: {when}}}", [MISSING]) == [True]


def test_absence_can_be_asked_for() -> None:
    rows: list[dict[str, Any]] = [MISSING, {"customer": ""}, {"customer": "7"}]
    flags: list[dict[str, Any]] = [MISSING, {"duplicate": False}]
    assert holds("{customer: {present: false}}", rows) == [True, True, False]
    assert holds("{duplicate: {present: false}}", flags) == [True, False]


def test_money_is_compared_in_the_minor_units_of_the_rows_currency() -> None:
    rows: list[dict[str, Any]] = [
        {"currency": "SEK", "amount": 10000},
        {"currency": "JPY", "amount": 100},
        {"currency": "KWD", "amount": 100000},
        {"currency": "SEK", "amount": 100},
        {"currency": None, "amount": 10000},
    ]
    assert holds("{amount: 100}", rows) == [True, True, True, False, False]
    assert holds("{amount: {gte: 99.995}}", rows) == [True, True, True, False, False]


def test_an_amount_between_two_minor_units_is_never_equal() -> None:
    rows = [{"currency": "JPY", "amount": n} for n in (0, 1)]
    assert holds("{amount: 0.40}", rows) == [False, False]
    assert holds("{amount: {lt: 0.40}}", rows) == [True, False]
    assert holds("{amount: {gt: 0.40}}", rows) == [False, True]
    negative = [{"currency": "JPY", "amount": n} for n in (-1, 0)]
    assert holds("{amount: {lt: -0.40}}", negative) == [True, False]
    assert holds("{amount: {lte: -0.40}}", negative) == [True, False]


def test_a_parameter_per_currency_is_missing_in_other_currencies() -> None:
    rows = [{"currency": c, "amount": 20_000_000} for c in ("SEK", "EUR", "NOK")]
    params = "{large: {SEK: 100000.00, EUR: 10000.00}}"
    assert holds("{amount: {gt: {param: large}}}", rows, params) == [True, True, False]
    assert holds("{not: {amount: {gt: {param: large}}}}", rows, params) == [False, False, True]


def test_parameters_stand_for_lists_and_items() -> None:
    rows = [{"bank_code": "FEE"}, {"bank_code": "INT"}, {"bank_code": "X"}]
    assert holds("{bank_code: {in: {param: codes}}}", rows, "{codes: [FEE, INT]}") == [
        True, True, False,
    ]  # fmt: skip
    assert holds("{bank_code: {in: [X, {param: code}]}}", rows, "{code: FEE}") == [
        True, False, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("when", "params"),
    [
        ("{amount: {gt: {param: a}}}", "{a: many}"),
        ("{amount: {gt: {param: a}}}", "{a: [1, 2]}"),
        ("{relevance: {gt: {param: a}}}", "{a: {SEK: 1}}"),
        ("{amount: {gt: {param: a}}}", "{a: {kronor: 1}}"),
        ("{text: {matches: {param: a}}}", '{a: "(a+)+"}'),
    ],
)
def test_a_parameter_must_fit_where_it_is_used(when: str, params: str) -> None:
    with pytest.raises(ReskontraError, match="RK405"):
        holds(when, [MISSING], params)


def test_text_is_found_whatever_the_case_and_the_signs() -> None:
    rows = [{"text": "BG AVGIFT (MARS)\nÖVERFÖRING"}, {"text": "avgift"}, {"text": "a.b"}]
    assert holds("{text: {contains: [Överföring, a.b]}}", rows) == [True, False, True]
    assert holds("{text: {contains: (mars)}}", rows) == [True, False, False]
    assert holds("{text: {starts_with: Avg}}", rows) == [False, True, False]
    assert holds("{text: {contains: aXb}}", rows) == [False, False, False]
    assert holds(r'{text: {matches: "^över\\D+"}}', rows) == [False, False, False]
    assert holds("{text: avgift}", rows) == [False, True, False]


def test_every_printable_sign_can_be_looked_for() -> None:
    for code in [*range(33, 127), 0x20, 0xA0, 0xE5]:
        sign = chr(code).replace("\\", "\\\\").replace('"', '\\"')
        assert holds(f'{{text: {{contains: "a{sign}b"}}}}', [{"text": f"xa{chr(code)}bx"}]) == [
            True
        ], chr(code)


def test_dates_may_come_as_text() -> None:
    pack = (
        "pack: p\nstage: match\nrules:\n  - id: a\n    when: {booking_date: {gte: 2026-03-01}}\n"
        "    then: {outcome: review}\n    because: x\n"
    )
    stage = compile_merged(merge((), [read_pack(pack, "p.yaml")])["match"])
    facts = pl.DataFrame({"currency": ["SEK"] * 2, "booking_date": ["2026-02-28", "2026-03-01"]})
    assert decide(stage, facts).rule.to_list() == [-1, 0]


def test_a_missing_column_is_not_a_missing_value() -> None:
    pack = read_pack(
        "pack: p\nstage: match\nrules:\n  - id: a\n    when: {not: {duplicate: true}}\n"
        "    then: {outcome: review}\n    because: x\n",
        "p.yaml",
    )
    stage = compile_merged(merge((), [pack])["match"])
    with pytest.raises(KeyError, match="duplicate"):
        decide(stage, pl.DataFrame({"currency": ["SEK"]}))


def test_a_mapping_means_all_and_nests() -> None:
    rows = [
        {"tier": "text", "amount": 500, "duplicate": False},
        {"tier": "list", "amount": 500, "duplicate": True},
        {"tier": "list", "amount": 900},
    ]
    assert holds("{tier: list, amount: {gt: 1, lt: 6}}", rows) == [False, True, False]
    assert holds("{any: [{tier: text}, {amount: 9}]}", rows) == [True, False, True]
    assert holds("{all: [{tier: list}, {not: {duplicate: true}}]}", rows) == [False, False, True]
    assert holds("{}", rows) == [True, True, True]


def test_a_test_that_several_rules_make_is_one_whatever_it_compares_with() -> None:
    limits = [PerCurrency({"SEK": Decimal(100), "EUR": Decimal(10)}) for _ in range(2)]
    over = [Atom("amount", "gt", limit) for limit in limits]
    facts = frame([{"currency": "SEK", "amount": 10001}, {"currency": "EUR", "amount": 1000}])
    held = {atom: column.to_list() for atom, column in where_they_hold(over, facts).items()}
    assert held == {over[0]: [True, False]}
