"""What people do with proposals changes how far a kind of evidence is trusted."""

from __future__ import annotations

import re

import pytest
from tests.acceptance.company import Company

from reskontra.adapters.storage.opening import open_books
from reskontra.engine.preferences.matching import Counts
from reskontra.engine.services.track_record import track_record


def record(company: Company) -> dict[str, Counts]:
    with open_books(company.url, "nordljus").read() as reader:
        return track_record(reader)


def test_what_stands_is_confirmed_and_what_is_taken_back_is_overturned(applied: Company) -> None:
    before = record(applied)
    automatic = [row for row in applied.decisions() if row["outcome"] == "apply"]
    booked = {row["bank_line"]: row["tier"] for row in automatic}
    assert sum(right for right, _ in before.values()) == len(booked)
    assert all(wrong == 0 for _, wrong in before.values())
    applied.cli("undo", "payment:P0000001", "--reason", "wrong customer")
    (taken_back,) = applied.waiting("taken_back")
    tier = booked[taken_back.removeprefix("line:")]
    right, wrong = before[tier]
    assert record(applied)[tier] == (right - 1, wrong + 1)


def test_a_first_suggestion_that_a_person_takes_or_not(applied: Company) -> None:
    before = record(applied)
    line = applied.line_of("TALLGLAS AB")
    tier = next(r["tier"] for r in applied.decisions() if f"line:{r['bank_line']}" == line)
    applied.cli("resolve", line, "--accept", "1")
    right, wrong = before.get(tier, (0, 0))
    assert record(applied)[tier] == (right + 1, wrong)
    applied.cli("undo", "run:2", "--reason", "no")
    applied.cli("resolve", line, "--documents", "310058=10.00")
    assert record(applied)[tier] == (right, wrong + 1)


@pytest.mark.parametrize(("target", "more"), [("0.9", True), ("0.9999", False)])
def test_the_target_decides_which_evidence_is_booked(
    filled: Company, target: str, *, more: bool
) -> None:
    filled.plan(
        "p.plan", "--set", "matching.auto.tiers=[measured]", "--set", "matching.auto.max_amount={}",
        "--set", f"matching.auto.target_precision={target}",
    )  # fmt: skip
    filled.cli("apply", "p.plan", expect=2)
    booked = {row["bank_line"]: row["tier"] for row in filled.decisions()
              if row["outcome"] == "apply"}  # fmt: skip
    assert "reference" in booked.values()
    assert ({"account_amount", "name_amount"} <= set(booked.values())) is more
    told = filled.cli("explain", f"line:{next(iter(booked))}").out
    assert re.search(r"precision  \w+, \w+: at least 9\d\.\d\d % right", told)
