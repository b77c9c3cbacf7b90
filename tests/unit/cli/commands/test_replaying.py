"""``replay``: a run comes out to the byte whatever happened since, or its first difference is
named.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from tests.acceptance.company import FILES, Company, init


def test_a_run_is_identical(booked: Company) -> None:
    assert booked.cli("replay", "run:1").out == "run:1: 37 decisions, identical.\n"


def test_what_came_later_changes_nothing(booked: Company) -> None:
    """Undo, a choice, a second run, another configuration and a withdrawn import came after."""
    booked.cli("resolve", booked.line_of("TALLGLAS AB"), "--accept", "1")
    booked.cli("undo", "payment:P0000001")
    booked.cli("resolve", "line:1", "--release")
    with (booked.folder / "matching.yaml").open("a", encoding="utf-8") as file:
        file.write("\n  invoice: {weights: {ref: 11}}\n")
    booked.cli("run", expect=None)
    for run in ("run:1", "run:5"):
        assert "identical" in booked.cli("replay", run).out


def test_the_second_run_sees_what_the_first_left(tmp_path: Path) -> None:
    company = init(tmp_path / "ws")
    for names in (FILES[:3], FILES[3:]):
        company.fill(*names)
        company.cli("run", expect=2)
    for run in ("run:1", "run:2"):
        assert "identical" in company.cli("replay", run).out


def test_the_first_difference_is_named(booked: Company) -> None:
    """A record that was changed behind the program's back does not follow from the books."""
    with sqlite3.connect(booked.path / ".reskontra" / "ledger.sqlite") as books:
        books.execute(
            "update decision set record = replace(record, '\"relevance\":', '\"relevance\":1')"
            " where bank_line_id = 3"
        )
    told = booked.cli("replay", "run:1", "--format", "json", expect=1).json()
    assert (told["different"], told["first"]["line"]) == (1, 3)
    assert told["first"]["key"] == "relevance"
    assert "first: line:3, relevance" in booked.cli("replay", "run:1", expect=1).out


@pytest.mark.parametrize(("run", "code"), [("run:2", "RK745"), ("run:9", "RK736"), ("x", "RK736")])
def test_what_no_rule_decided_is_refused(booked: Company, run: str, code: str) -> None:
    booked.cli("resolve", booked.line_of("TALLGLAS AB"), "--accept", "1")
    assert booked.cli("replay", run, expect=64).codes == [code]


def test_stored_decisions_are_verified(booked: Company) -> None:
    booked.cli("resolve", booked.line_of("TALLGLAS AB"), "--accept", "1")
    assert booked.cli("verify").out == "2 runs: every decision holds.\n"
    with sqlite3.connect(booked.path / ".reskontra" / "ledger.sqlite") as books:
        books.execute(
            "update decision set record = replace(record, 'reference-exact', 'text-exact')"
            " where bank_line_id = 3"
        )
    told = booked.cli("verify", "run:1", expect=1)
    assert "RK749 run:1 line:3: rule 'text-exact' does not hold" in told.out + told.err
