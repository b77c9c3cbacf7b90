"""Rules and rows that are in force on some days of the bank only: read, laid over others, decided,
analysed and told.
"""

from __future__ import annotations

from datetime import date

import pytest

from reskontra.engine.errors import ReskontraError
from reskontra.rules.analysis import analyse
from reskontra.rules.cases import suites
from reskontra.rules.compiling import compile_merged
from reskontra.rules.coverage import coverage
from reskontra.rules.explaining import trace
from reskontra.rules.language import Pack
from reskontra.rules.merging import find, merge
from reskontra.rules.mutation import mutants
from reskontra.rules.reading import read_pack

FEE = """\
pack: own
stage: classify
rules:
  - id: fee
    rule: A fee of the bank
    {days}when: {{text: {{contains: fee}}}}
    then: {{outcome: {outcome}}}
    because: a fee
    tests: {tests}
"""
TABLE = """\
pack: own
stage: classify
tables:
  - id: fees
    facts: [text]
    effects: [outcome]
    because: a fee
    hit: unique
    to: 2027-12-31
    rows:
      old: {cells: [{contains: fee}, hide], to: 2026-11-30}
      new: {cells: [{contains: fee}, hold], from: 2026-12-01}
"""


def fee(days: str = "", outcome: str = "hide", tests: str = "[]", file: str = "own.yaml") -> Pack:
    lead = f"{days}\n    " if days else ""
    return read_pack(FEE.format(days=lead, outcome=outcome, tests=tests), file)


def decided(company: list[Pack], shipped: list[Pack], *days: str) -> list[str]:
    """What is done with a fee that the bank booked on each day."""
    stage = compile_merged(merge(company, shipped)["classify"])
    told = []
    for day in days:
        facts = {"text": "a fee", "booking_date": date.fromisoformat(day), "currency": "SEK"}
        fired = [n for n, step in enumerate(trace(stage, facts)) if step.result == "fired"]
        told.append("".join(str(stage.rules[n].then["outcome"]) for n in fired) or "none")
    return told


def test_both_days_belong_to_the_period() -> None:
    dated = fee("from: 2026-12-01\n    to: 2026-12-31")
    assert decided([dated], [], "2026-11-30", "2026-12-01", "2026-12-31", "2027-01-01") == [
        "none", "hide", "hide", "none",
    ]  # fmt: skip


def test_a_dated_rule_replaces_only_on_its_days() -> None:
    """Another outcome, or none: the rule below holds on the other days."""
    below = fee(file="packs/x.yaml")
    for change, then in ((fee("from: 2026-12-01", "hold"), "hold"),
                         (fee("from: 2026-12-01\n    disabled: true"), "none")):  # fmt: skip
        assert decided([change], [below], "2026-11-30", "2026-12-01") == ["hide", then]
    stages = merge([fee("from: 2026-12-01", "hold")], [below])
    assert find(stages.values(), "fee")[1].place.file == "own.yaml"


def test_rows_of_a_table_have_days_and_so_has_the_table() -> None:
    table = read_pack(TABLE, "own.yaml")
    assert decided([table], [], "2026-11-30", "2026-12-01", "2028-01-01") == [
        "hide", "hold", "none",
    ]  # fmt: skip
    assert [p.code for p in analyse(merge([table], [])["classify"])] == []


def test_periods_that_share_a_day_overlap() -> None:
    """The witness is a payment of that day."""
    overlapping = read_pack(TABLE.replace("to: 2026-11-30", "to: 2026-12-01"), "own.yaml")
    (found,) = [p for p in analyse(merge([overlapping], [])["classify"]) if p.is_error]
    assert "booking_date: 2026-12-01" in found.message


def test_what_is_no_period_is_told_where_it_stands() -> None:
    wrong = TABLE.replace("to: 2026-11-30", "to: 2026-13-30").replace("to: 2027-12-31", "to: soon")
    wrong = wrong.replace("from: 2026-12-01}", "from: 2026-12-01, to: 2026-01-01, until: x}")
    with pytest.raises(ReskontraError) as caught:
        read_pack(wrong, "own.yaml")
    assert [(p.code, p.place.line if p.place else 0) for p in caught.value.problems
            if p.is_error] == [
        ("RK131", 9), ("RK131", 11), ("RK131", 12), ("RK401", 12),
    ]  # fmt: skip


def test_a_rule_that_is_not_in_force_says_so() -> None:
    stage = compile_merged(merge([fee("from: 2026-12-01")], [])["classify"])
    (step,) = trace(stage, {"text": "a fee", "booking_date": date(2026, 11, 30)})
    assert [(f.test, f.actual) for f in step.failing] == [
        ("in force from 2026-12-01", "2026-11-30")
    ]


def test_the_days_want_tests_like_any_condition() -> None:
    """What stands below on the other days is not the company's to prove."""
    fires = "[{given: {text: a fee, booking_date: 2026-12-01}, expect: {outcome: hold}}]"
    below = fee(file="packs/x.yaml")
    (suite,) = suites([fee("from: 2026-12-01", "hold", fires)], over=[below])
    unseen = [mutant.change for mutant in mutants(suite) if not mutant.noticed]
    assert "without in force from 2026-12-01" in unseen
    assert {rule.place for rule in coverage(suite)} == {"own.yaml:4"}
