"""The texts of decisions, made field by field and column by column, are the canonical JSON."""

from __future__ import annotations

import json
from dataclasses import replace

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from reskontra.engine.json_text import canonical
from reskontra.engine.matching.proposals import (
    ALLOCATIONS,
    EVIDENCE,
    FACTS,
    SUGGESTIONS,
    TRACES,
    Proposals,
)
from reskontra.engine.plan.details import details
from reskontra.engine.plan.model import (
    Allocation,
    Basis,
    Plan,
    PlannedLine,
    Posting,
    plan_of,
)

UGLY = 'Åke "Kungen"\\\t\n\r\x00\x1f\x7f\u2028 😀 /'

LINE = PlannedLine(
    line=1, source_id="T1", cash_account="main", booking_date="2026-11-24", amount=100,
    currency="SEK", payer="Åke", text="x", reference="123", outcome="apply", treat="write_off",
    tier="text", rule="r", rule_at="packs/a.yaml:3", because="so", relevance=9, runner_up=4,
    customer="7", account="1510", role="ar_trade",
    allocations=(Allocation(3, "n", "invoice", "7", "1510", 1, 110, 100, 6, 4),
                 Allocation(4, "m", "credit_note", "7", "1510", -1, 5, 5)),
    postings=(Posting("1930", "bank", 100), Posting("1510", "ar_trade", -100, "7")),
    unapplied=1, written_off=2, blocked="RK999", state="review",
    facts={"b": True, "a": 1}, evidence=({"kind": "name", "a": None},), trace=({"z": 1, "y": "å"},),
    suggestions=({"rank": 1, "documents": ["n"]},),
)  # fmt: skip
TEXTS = [name for name in PlannedLine.__slots__ if isinstance(getattr(LINE, name), str)]


BASIS = Basis("match", "c", 1, "0" * 64, "2026-11-24", "0")


def test_a_record_reads_back_as_the_line() -> None:
    empty = replace(LINE, allocations=(), postings=(), facts={}, evidence=(), trace=())
    plan = plan_of(BASIS, [LINE, empty], {})
    assert Plan(BASIS, plan.records).lines == (LINE, empty)


def test_a_record_is_json_with_what_moves_money_first() -> None:
    text = plan_of(BASIS, [LINE], {}).records[0]
    booking, _, why = text.partition(',"why":')
    assert canonical(json.loads(booking + "}")) == booking + "}"
    assert canonical(json.loads(why[:-1])) == why[:-1]
    assert set(json.loads(why[:-1])) == {
        "because", "evidence", "facts", "rule_at", "suggestions", "text", "trace",
    }  # fmt: skip


@settings(deadline=None)
@given(st.fixed_dictionaries({name: st.text() for name in TEXTS}), st.text())
def test_texts_and_columns_tell_the_same_whatever_is_in_them(
    texts: dict[str, str], one: str
) -> None:
    tricky = '],"why":{"facts":{},"line":1,"text":"",' + one
    line = PlannedLine(**{name: getattr(LINE, name) for name in PlannedLine.__slots__} | texts)
    line = replace(line, because=tricky, facts={"tier": tricky}, evidence=({"value": tricky},))
    plan = plan_of(BASIS, [line, LINE], {})
    read = Plan(BASIS, plan.records)
    assert read.lines == (line, LINE)
    for made, found in zip(
        (plan.columns.lines, plan.columns.allocations, plan.columns.postings),
        (read.columns.lines, read.columns.allocations, read.columns.postings),
        strict=True,
    ):
        assert_frame_equal(made, found)


def _frame(schema: dict[str, pl.DataType], *rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame([{**dict.fromkeys(schema), **row} for row in rows], schema=schema)


def _proposals() -> Proposals:
    return Proposals(
        facts=_frame(
            FACTS,
            {"line_id": 1, "reference": "9", "payer_account": UGLY, "netted": False, "fee": True},
            {"line_id": 2, "currency": "SEK", "customer_id": 4},
        ),
        allocations=_frame(ALLOCATIONS),
        suggestions=_frame(
            SUGGESTIONS,
            {"line_id": 1, "rank": 1, "document_ids": [11, 99], "tier": "text", "customer_id": 4},
            {"line_id": 1, "rank": 2, "document_ids": [], "relevance": 7},
        ),
        evidence=_frame(
            EVIDENCE,
            {"line_id": 1, "kind": "name", "value": UGLY, "field": "payer"},
            {"line_id": 1, "kind": "number", "document_id": 11, "valid": True},
        ),
        traces=_frame(TRACES, {"line_id": 1, "document_id": 11, "factor": "ref", "a": UGLY}),
    )


def test_details_in_columns_are_what_the_encoder_would_write() -> None:
    items = pl.DataFrame({"document_id": [11], "number": ['F"1']})
    customers = pl.DataFrame({"id": [4], "number": ["K4"]})
    found = details(_proposals(), items, customers).rows(named=True)
    assert found == [
        {
            "line_id": 1,
            "facts": canonical({"payer_account": UGLY, "fee": True}),
            "evidence": canonical(
                [
                    {"document": "", "field": "payer", "kind": "name", "value": UGLY},
                    {"document": 'F"1', "kind": "number", "valid": True},
                ]
            ),
            "trace": canonical([{"document": 'F"1', "factor": "ref", "a": UGLY}]),
            "suggestions": canonical(
                [
                    {"rank": 1, "documents": ['F"1', "99"], "tier": "text", "relevance": None,
                     "customer": "K4"},
                    {"rank": 2, "documents": [], "tier": None, "relevance": 7, "customer": ""},
                ]
            ),
        },
        {"line_id": 2, "facts": "{}", "evidence": "[]", "trace": "[]", "suggestions": "[]"},
    ]  # fmt: skip
