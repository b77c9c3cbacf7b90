"""What rules can do without a person: found with a payment, or proved that they cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.bank_files import preferences

from reskontra.engine.preferences import Preferences
from reskontra.rules.book import rule_book
from reskontra.rules.facts import frame
from reskontra.rules.reach import Found, Reach, Way
from reskontra.rules.reading import read_pack
from reskontra.rules.shipped import shipped_packs
from reskontra.rules.unattended import inexact

PACK = """pack: own
stage: {stage}
rules:
  - {{id: own, when: {{{when}}}, then: {{{then}}}, because: x}}
"""


def company(**differences: Any) -> Preferences:
    """Books by reference only; writes off at most what is given (minor units)."""
    plain = preferences()
    auto = replace(plain.matching.auto, max_amount={"reference": {"SEK": 500_000}}, measured={})
    return replace(
        plain,
        matching=replace(plain.matching, auto=auto),
        differences=replace(plain.differences, **differences),
    )


def reach(said: Preferences, *packs: str) -> Reach:
    own = [read_pack(text, f"own{number}.yaml") for number, text in enumerate(packs)]
    return Reach(rule_book(own, shipped_packs()), said, "SEK")


def writing(limit: int, rounding: int) -> Preferences:
    return company(write_off=True, write_off_limit={"SEK": limit}, rounding={"SEK": rounding})


def decided(asked: Reach, found: Found) -> dict[str, Any]:
    """What the decider does with the payment that was found."""
    assert isinstance(found, Way)
    return asked.book.decide(frame([{"line_id": 1} | found.facts])).row(0, named=True)


def test_nothing_is_written_off_while_write_off_is_off() -> None:
    assert reach(company(write_off_limit={"SEK": 99_999})).write_off(0) == "none"


def test_rounding_reaches_as_far_as_the_preferences_and_no_further() -> None:
    asked = reach(writing(limit=20_000, rounding=15_000))
    found = asked.write_off(14_999)
    row = decided(asked, found)
    assert (row["outcome"], row["treat"]) == ("apply", "write_off")
    assert row["rule"] == "within-rounding + rounding-written-off"
    assert isinstance(found, Way)
    assert abs(found.facts["difference"]) == 15_000
    assert asked.write_off(15_000) == "none"


def test_the_limit_of_a_document_counts_for_each_of_several() -> None:
    rule = PACK.format(
        stage="differences", when="outcome: apply, difference: {lt: 0}", then="treat: write_off"
    )
    several = "tier: list, tier_automatic: true, direction: in, difference: {lt: 0}"
    apply = PACK.format(stage="match", when=several, then="outcome: apply")
    said = writing(limit=5_000, rounding=100)
    said = replace(
        said, matching=replace(said.matching, auto=replace(said.matching.auto, tiers=("list",)))
    )
    found = reach(said, rule, apply).write_off(10_000)
    assert isinstance(found, Way)
    assert (found.facts["documents"], found.facts["difference"]) == (3, -15_000)
    one = apply.replace("tier: list", "tier: list, documents: 1")
    assert reach(said, rule, one).write_off(10_000) == "none"


def test_a_surplus_is_written_off_within_one_document() -> None:
    rule = PACK.format(
        stage="differences", when="outcome: apply, difference: {gt: 0}", then="treat: write_off"
    )
    asked = reach(writing(limit=5_000, rounding=100), rule)
    assert decided(asked, asked.write_off(4_999))["treat"] == "write_off"
    assert asked.write_off(5_000) == "none"


def test_shipped_rules_leave_money_out_and_what_is_not_allowed_to_a_person() -> None:
    asked = reach(company())
    assert (asked.money_out(), asked.not_allowed()) == ("none", "none")


@pytest.mark.parametrize(
    ("when", "out", "barred"),
    [
        ("tier: name_amount", True, True),
        ("tier: name_amount, direction: in", False, True),
        ("tier: name_amount, tier_automatic: true", False, False),
        ("tier: reference, tier_automatic: true, direction: out", True, False),
    ],
)
def test_a_rule_that_goes_round_the_preferences(when: str, out: bool, barred: bool) -> None:
    asked = reach(company(), PACK.format(stage="match", when=when, then="outcome: apply"))
    for found, wanted in ((asked.money_out(), out), (asked.not_allowed(), barred)):
        assert isinstance(found, Way) is wanted
        assert not wanted or decided(asked, found)["rule"] == "own"


def test_a_rule_behind_one_that_takes_its_payments_reaches_nothing() -> None:
    apply = PACK.format(stage="match", when="tier: name_amount", then="outcome: apply")
    hold = PACK.format(stage="classify", when="tier: name_amount", then="outcome: hold")
    hold = hold.replace("outcome: hold", "outcome: hold, override_reference: true")
    assert reach(company(), apply, hold).not_allowed() == "none"


def test_a_rule_that_waits_for_a_tag_is_reached_through_the_rule_that_sets_it() -> None:
    mark = PACK.format(stage="classify", when="customer: {present: true}", then="tag: known")
    apply = PACK.format(stage="match", when="tag: known, tier: text", then="outcome: apply")
    asked = reach(company(), apply, mark)
    assert decided(asked, asked.not_allowed())["rule"] == "own"
    never = PACK.format(stage="classify", when="direction: out", then="tag: known")
    assert reach(company(), apply, never).not_allowed() == "none"


def test_the_largest_amount_of_a_kind_of_evidence_holds() -> None:
    asked = reach(company())
    assert decided(asked, asked.by("reference", 499_999))["outcome"] == "apply"
    assert asked.by("reference", 500_000) == "none"
    assert asked.by("text") == "none"


def test_evidence_without_an_exact_reference_is_listed_with_its_limit() -> None:
    said = company()
    auto = replace(
        said.matching.auto, tiers=("reference", "text", "list"),
        max_amount={"text": {"SEK": 100_000}},
    )  # fmt: skip
    said = replace(said, matching=replace(said.matching, auto=auto))
    answers = inexact(rule_book((), shipped_packs()), said)
    yes = {a.question.split()[-1]: a.limit for a in answers if a.says == "yes"}
    assert yes == {"list": "", "text": "1000.00"}


def test_what_one_fact_bars_no_search_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    differences = {"write_off": True, "write_off_limit": {"SEK": 5_000}, "rounding": {"SEK": 100}}
    packs = [
        PACK.format(stage=stage, when=when, then=then).replace("id: own", f"id: own{number}")
        for number, (stage, when, then) in enumerate(
            [
                ("match", "direction: out, amount: {lt: -500}, tier: text", "outcome: apply"),
                ("match", "amount: {lt: 20}, tier: list, tier_automatic: true", "outcome: apply"),
                ("match", "tier: name_amount, difference: {gt: 40}", "outcome: apply"),
                ("differences", "outcome: apply, difference: {lt: -30}", "treat: write_off"),
            ]
        )
    ]

    def answers() -> list[Found]:
        asked = reach(company(**differences), *packs)
        tiers = [asked.by(tier, 1_000) for tier in ("reference", "text", "list", "name_amount")]
        off = [asked.write_off(above) for above in (0, 4_000, 5_000)]
        return [asked.money_out(), asked.not_allowed(), *off, *tiers]

    quick = answers()
    monkeypatch.setattr(Reach, "_barred", lambda *_: False)
    assert answers() == quick
    assert {"none"} < {found if isinstance(found, str) else "way" for found in quick}
