"""Why: sentences and traces."""

from __future__ import annotations

from datetime import date
from typing import Any

from reskontra.rules.compiling import compile_merged
from reskontra.rules.explaining import Failing, render, rendered, trace
from reskontra.rules.facts import frame
from reskontra.rules.merging import merge
from reskontra.rules.shipped import shipped_packs

ROWS: list[dict[str, Any]] = [
    {"currency": "SEK", "amount": -5, "relevance": 9100, "duplicate": True, "text": "a"},
    {"currency": "JPY", "amount": 12345, "relevance": 10000, "duplicate": False, "text": ""},
    {"currency": "KWD", "amount": 1_000_001, "relevance": 7, "booking_date": date(2026, 3, 27)},
    {"amount": 500},
    {},
]
TEMPLATE = "{amount}/{relevance}/{duplicate}/{text}/{booking_date}/{document}/{currency}!"


def test_one_row_and_all_rows_read_the_same() -> None:
    expected = [render(TEMPLATE, row) for row in ROWS]
    assert rendered(TEMPLATE, frame(ROWS)).to_list() == expected
    assert expected[0] == "-0.05 SEK/0.9100/yes/a/-/-/SEK!"
    assert expected[1] == "12345 JPY/1.0000/no/-/-/-/JPY!"
    assert expected[2] == "1000.001 KWD/0.0007/-/-/2026-03-27/-/KWD!"
    assert expected[3] == "-/-/-/-/-/-/-!"


def test_what_is_missing_or_too_much_is_said_without_a_sign() -> None:
    rows = [{"currency": "SEK", "difference": d} for d in (-300_000, 40, 0, None)]
    template = "{shortage} is missing, {surplus} is too much"
    expected = [
        "3000.00 SEK is missing, 0.00 SEK is too much",
        "0.00 SEK is missing, 0.40 SEK is too much",
        "0.00 SEK is missing, 0.00 SEK is too much",
        "- is missing, - is too much",
    ]
    assert rendered(template, frame(rows)).to_list() == expected
    assert [render(template, row) for row in rows] == expected


def test_a_sentence_without_facts_stands_in_every_row() -> None:
    assert rendered("same", frame(ROWS)).to_list() == ["same"] * len(ROWS)


def test_the_trace_names_the_tests_that_failed_with_their_values() -> None:
    stage = compile_merged(merge((), shipped_packs())["match"])
    row = {
        "currency": "SEK", "direction": "in", "amount": 125_000, "tier": "reference",
        "tier_automatic": True, "difference": -25_000, "candidates": 1, "documents": 1,
    }  # fmt: skip
    steps = {step.rule: step for step in trace(stage, row)}
    assert list(steps) == [rule.id for rule in stage.rules]
    assert steps["short-in-part"].result == "fired"
    assert steps["reference-exact"].failing == (
        Failing("difference", "difference = 0", "-250.00 SEK"),
    )
    assert steps["does-not-fit"].result == "held"
    assert steps["not-automatic"].failing == (
        Failing("tier_automatic", "not tier_automatic = yes", "yes"),
    )
    assert steps["duplicate-payment"].failing == (Failing("duplicate", "duplicate = yes", "-"),)
    assert steps["short-in-part"].place.startswith("packs/match.yaml:")
    assert steps["reference-exact"].record()["result"] == "failed"
