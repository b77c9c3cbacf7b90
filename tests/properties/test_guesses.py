"""What is only offered to people decides nothing unless the rules weigh it: whatever a rule asks,
``weighs`` says when decisions have to wait for guesses.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from benchmarks.generator import world
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.engine.matching.test_generated import EVERYTHING, inputs_of

from reskontra.engine.matching.proposals import Proposals
from reskontra.engine.matching.propose import (
    GUESSED,
    MAY_BE_GUESSED,
    guessed,
    reported,
    settled,
)
from reskontra.engine.services.match import readable_facts
from reskontra.rules.book import rule_book
from reskontra.rules.reading import read_pack
from reskontra.rules.shipped import shipped_packs

PACK = """pack: own
stage: {stage}
decide: first
rules:
  - {{id: own, when: {{{when}}}, then: {{outcome: hold}}, because: x}}
"""
ON_GUESSES = (
    "relevance: {present: true}", "lead: {lt: 0.1}", "relevance_accepts: true",
    "not: {relevance: {lt: 0.3}}", "any: [{lead: {gt: 0.2}}, {document_closed: true}]",
)  # fmt: skip
BESIDE = (
    "tier: {present: false}", "tier: relevance", "difference: 0", "duplicate: false",
    "amount: {gt: 900}", "direction: in", "any: [{tier: list}, {payer_known: true}]",
)  # fmt: skip


@cache
def proposals() -> tuple[Proposals, Proposals]:
    """Of one world without guesses and with them; facts as rules read them."""
    inputs = inputs_of(world("messy", lines=300, items=900, seed=5), EVERYTHING)
    done = settled(inputs)
    both = reported(inputs, done), reported(inputs, guessed(done))
    plain, full = (replace(p, facts=readable_facts(p, inputs.items)) for p in both)
    return plain, full


def test_guesses_settle_nothing_and_change_only_what_is_said_of_them() -> None:
    plain, full = proposals()
    assert plain.allocations.equals(full.allocations)
    assert plain.facts.drop(GUESSED).equals(full.facts.drop(GUESSED))
    moved = plain.facts.select(GUESSED).rows() != full.facts.select(GUESSED).rows()
    assert moved, "a world in which nothing is guessed shows nothing"
    sure = plain.facts.filter(~MAY_BE_GUESSED)
    assert sure.equals(full.facts.join(sure.select("line_id"), on="line_id", how="semi"))
    assert sure.height < plain.facts.height


@settings(max_examples=15, deadline=None)
@given(
    stage=st.sampled_from(["classify", "match"]),
    on=st.sampled_from(ON_GUESSES),
    beside=st.lists(st.sampled_from(BESIDE), max_size=2, unique_by=lambda text: text[:3]),
)
def test_rules_that_do_not_weigh_guesses_decide_the_same_without(
    stage: str, on: str, beside: list[str]
) -> None:
    when = ", ".join([on, *(text for text in beside if text[:3] != on[:3])])
    plain, full = proposals()
    book = rule_book([read_pack(PACK.format(stage=stage, when=when), "own.yaml")], shipped_packs())
    if not book.weighs(plain.facts.filter(MAY_BE_GUESSED), GUESSED):
        assert book.decide(plain.facts).equals(book.decide(full.facts))


def test_shipped_rules_do_not_weigh_guesses_and_a_rule_of_ones_own_may() -> None:
    plain, full = proposals()
    asked = plain.facts.filter(MAY_BE_GUESSED)
    assert not rule_book((), shipped_packs()).weighs(asked, GUESSED)
    own = PACK.format(stage="match", when="relevance: {present: true}, tier: {present: false}")
    book = rule_book([read_pack(own, "own.yaml")], shipped_packs())
    assert book.weighs(asked, GUESSED)
    assert not book.decide(plain.facts).equals(book.decide(full.facts))
