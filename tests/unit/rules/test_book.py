"""All stages in a row: what each sees, what is recorded, what a fault does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from reskontra.engine.matching.proposals import FACTS
from reskontra.engine.ports import Decider
from reskontra.rules.book import rule_book
from reskontra.rules.facts import frame, schema
from reskontra.rules.native import Fired, Program, Vector, decide_native
from reskontra.rules.reading import read_pack
from reskontra.rules.shipped import shipped_packs

FOUND: dict[str, Any] = {
    "currency": "SEK", "direction": "in", "amount": 125_000, "tier": "reference",
    "tier_automatic": True, "difference": 0, "candidates": 1, "documents": 1, "reference": "7001",
}  # fmt: skip
FEES = """
pack: fees
stage: classify
rules:
  - id: bank-fee
    block: bank_rules
    when: {direction: out, text: {contains: avgift}, amount: {gte: -100.00}}
    then: {outcome: cash_entry, role: bank_fee, text: Bank fee}
    because: "{text} of {amount}"
    tests: [{given: {direction: out, text: AVGIFT, amount: -30.00}, expect: {outcome: cash_entry}}]
  - id: known-shop
    when: {payer_name: Shop AB}
    then: {customer: "9001", tag: shop}
    because: the shop
    tests: [{given: {payer_name: Shop AB}, expect: {customer: "9001", tag: shop}}]
"""
SHOPS = """
pack: shops
stage: create
rules:
  - id: shop-on-account
    when: {tag: shop}
    then: {outcome: open_payment}
    because: the shop pays on account
    tests: [{given: {tag: shop}, expect: {outcome: open_payment}}]
"""


def company() -> list[Any]:
    return [read_pack(FEES, "fees.yaml"), read_pack(SHOPS, "shops.yaml")]


def decide(*rows: dict[str, Any], **options: Any) -> list[dict[str, Any]]:
    book = replace(rule_book(company(), shipped_packs()), **options)
    facts = frame([{"line_id": n} | row for n, row in enumerate(rows)]).drop("outcome", "tag")
    return book.decide(facts).rows(named=True)


def test_it_is_the_engines_decider() -> None:
    decider: Decider = rule_book((), shipped_packs())
    assert decider.decide(frame([])).height == 0


def test_the_catalogue_is_what_the_engine_prepares() -> None:
    prepared = {name: kind for name, kind in schema().items() if name not in {"outcome", "tag"}}
    assert prepared == {name: FACTS[name] for name in prepared}


def test_a_companys_rule_decides_first_and_is_named_with_its_line() -> None:
    (row,) = decide({"currency": "SEK", "direction": "out", "text": "Avgift", "amount": -3000})
    assert row["outcome"] == "cash_entry"
    assert (row["role"], row["text"]) == ("bank_fee", "Bank fee")
    assert (row["rule"], row["rule_at"]) == ("bank-fee", "fees.yaml:5")
    assert row["because"] == "Avgift of -30.00 SEK"


def test_tags_and_customers_of_one_stage_reach_the_next() -> None:
    (row,) = decide({"currency": "SEK", "direction": "in", "amount": 1, "payer_name": "Shop AB"})
    assert (row["outcome"], row["customer"], row["tag"]) == ("open_payment", "9001", "shop")


def test_a_difference_is_treated_and_both_rules_are_named() -> None:
    (row,) = decide(FOUND | {"difference": -25_000})
    assert (row["outcome"], row["treat"]) == ("apply", "keep_open")
    assert row["rule"] == "short-in-part + short"
    assert row["because"] == (
        "7001 points at the document; it is paid in part. 250.00 SEK is missing."
    )


def test_rows_keep_their_order_and_their_words() -> None:
    rows = decide(FOUND, {"currency": "JPY", "amount": 500, "direction": "in"}, FOUND, {})
    assert [row["line_id"] for row in rows] == [0, 1, 2, 3]
    assert [row["rule"] for row in rows] == [
        "reference-exact", "unknown-payer", "reference-exact", "unknown-payer",
    ]  # fmt: skip
    assert rows[1]["because"] == "Nothing says who paid 500 JPY or what for."
    assert rows[3]["because"] == "Nothing says who paid - or what for."


def test_what_no_rule_decides_is_for_a_person() -> None:
    decisions = rule_book(company(), ()).decide(frame([{"line_id": 1}]))
    assert decisions.select("outcome", "rule", "because").row(0) == (
        "review",
        "",
        "No rule decides this payment: a person does.",
    )


def wrong(program: Program, vectors: Sequence[Vector]) -> list[Fired]:
    return [(len(program.steps) - 1,) if v.holds else () for v in vectors]


def test_a_fault_sends_the_payment_to_review_and_hands_over_the_vector() -> None:
    seen: list[dict[str, Any]] = []
    options = {"native": decide_native, "durable_rules": wrong}
    rows = decide(FOUND, {"currency": "SEK", "amount": 1}, on_fault=seen.append, options=options)
    assert [(row["outcome"], row["faulted"]) for row in rows] == [
        ("review", True),
        ("review", False),
    ]
    assert rows[0]["because"].startswith("RK420")
    assert (rows[0]["rule"], rows[0]["treat"]) == ("", None)
    assert [vector["stage"] for vector in seen] == ["match"]


def test_a_conflict_under_unique_is_for_a_person() -> None:
    text = SHOPS.replace("rules:", "decide: unique\nrules:", 1).replace("{tag: shop}", "{}", 1)
    more = text + text[text.index("  - id") :].replace("shop-on", "again-on")
    decisions = rule_book([read_pack(more, "x.yaml")], ()).decide(frame([{"line_id": 1}]))
    assert decisions["outcome"].to_list() == ["review"]
    assert decisions["because"][0].startswith("RK421")


def test_the_frame_has_the_columns_of_the_port() -> None:
    decisions = rule_book((), shipped_packs()).decide(frame([{"line_id": 1}]))
    names = ("outcome", "treat", "role", "account", "customer", "rule", "rule_at", "because")
    assert decisions.schema["line_id"] == pl.Int64
    assert all(decisions.schema[name] == pl.String for name in names)


def test_the_trace_follows_the_stages() -> None:
    book = rule_book(company(), shipped_packs())
    found = book.trace(FOUND | {"difference": -25_000})
    assert list(found) == ["classify", "match", "differences"]
    fired = [step.rule for steps in found.values() for step in steps if step.result == "fired"]
    assert fired == ["short-in-part", "short"]
    shop = book.trace({"currency": "SEK", "payer_name": "Shop AB"})
    assert [s.rule for s in shop["create"] if s.result == "fired"] == ["shop-on-account"]
