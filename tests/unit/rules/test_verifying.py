"""The independent verifier: records of the example hold, every kind of tampering is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from reskontra.config.company import load_company
from reskontra.config.recorded import to_text
from reskontra.config.scaffold import create
from reskontra.config.workspace import load_workspace
from reskontra.rules.shipped import shipped_texts
from reskontra.rules.verifying import Verifier

RECORD: dict[str, Any] = {
    "line": 1, "source_id": "B1", "cash_account": "main", "booking_date": "2026-11-20",
    "amount": 100_00, "currency": "SEK", "payer": "Ekbygg AB", "reference": "31000286",
    "outcome": "apply", "treat": "", "tier": "reference", "rule": "reference-exact",
    "customer": "1", "account": "1510", "role": "ar_trade", "relevance": 8500, "runner_up": 0,
    "unapplied": 0, "written_off": 0, "blocked": "", "several_customers": False, "state": "new",
    "allocations": [
        {"document": 1, "number": "310002", "kind": "invoice", "customer": "1", "account": "1510",
         "sign": 1, "before": 100_00, "paid": 100_00, "discount": 0, "write_off": 0},
    ],
    "postings": [
        {"account": "1930", "role": "bank", "amount": 100_00, "customer": ""},
        {"account": "1510", "role": "ar_trade", "amount": -100_00, "customer": "1"},
    ],
    "why": {
        "text": "", "rule_at": "", "because": "", "evidence": [], "suggestions": [],
        "facts": {"direction": "in", "difference": 0, "candidates": 1, "documents": 1,
                  "reference_valid": True, "tier_automatic": True, "payer_known": True},
        "trace": [
            {"document": "310002", "factor": "ref", "a": "", "b": "", "score": 10000,
             "weight": 70, "contribution": 7000},
            {"document": "310002", "factor": "date", "a": "", "b": "", "score": 10000,
             "weight": 15, "contribution": 1500},
            {"document": "310002", "factor": "payee", "a": "", "b": "", "score": 0,
             "weight": 15, "contribution": 0},
        ],
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Verifier:
    root = tmp_path_factory.mktemp("verifying") / "ws"
    create(root, country="se", company="acme", name="Acme AB", login="tester")
    company = load_company(load_workspace(root), "acme")
    return Verifier.of_texts({"configuration": to_text(company.values, {})} | shipped_texts())


def tampered(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(json.dumps(RECORD))
    change(record)
    return record


def test_what_follows_holds(verifier: Verifier) -> None:
    assert list(verifier.judge(RECORD)) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda r: r.update(amount=90_00), "do not come to the payment"),
        (lambda r: r["postings"][0].update(amount=99_00), "do not balance"),
        (lambda r: r["allocations"][0].update(before=99_99), "below zero"),
        (lambda r: r["allocations"][0].update(write_off=1), "the limit was 0"),
        (lambda r: r.update(relevance=9100), "no sum of its contributions"),
        (lambda r: r["why"]["trace"][0].update(contribution=7100), "contribution of ref"),
        (lambda r: r.update(rule="made-up"), "no rule 'made-up' was in force"),
        (lambda r: r["why"]["facts"].update(difference=-1), "'reference-exact' does not hold"),
        (lambda r: r["why"]["facts"].pop("tier_automatic"), "'reference-exact' does not hold"),
        (lambda r: r["why"]["facts"].update(netted=True), "'reference-exact' does not hold"),
        (lambda r: r.update(tier="relevance"), "'reference-exact' does not hold"),
        (lambda r: r.update(outcome="open_payment"), "its rules lead to apply"),
        (lambda r: r.update(rule=""), "its rules lead to review"),
    ],
)
def test_tampering_is_named(
    verifier: Verifier, change: Callable[[dict[str, Any]], object], words: str
) -> None:
    assert any(words in told for told in verifier.judge(tampered(change)))
