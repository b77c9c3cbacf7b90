"""``show``: states are listed, withdrawn lines stay out of sight, runs and imports have a list."""

from __future__ import annotations

from tests.acceptance.company import Company


def test_an_unknown_state_is_answered_with_all_of_them(filled: Company) -> None:
    refused = filled.cli("show", "payments", "--state", "nonsense", expect=64)
    for state in ("new", "review", "released", "hold", "booked", "taken_back", "withdrawn"):
        assert state in refused.err


def test_a_released_line_waits_for_nobody(booked: Company) -> None:
    waiting = booked.waiting("review")
    booked.cli("undo", "line:1")
    assert booked.waiting("taken_back") == ["line:1"]
    booked.cli("resolve", "line:1", "--release")
    assert booked.waiting("released") == ["line:1"]
    assert booked.waiting("review") == waiting


def test_withdrawn_lines_only_with_all(filled: Company) -> None:
    filled.cli("undo", "import:4")
    shown = filled.cli("show", "payments", "--format", "csv").table()
    assert (len(shown), {row["state"] for row in shown}) == (19, {"new"})
    assert len(filled.cli("show", "payments", "--all", "--format", "csv").table()) == 37
    assert len(filled.waiting("withdrawn")) == 18


def test_runs_are_listed(booked: Company) -> None:
    booked.cli("undo", "line:1", "--reason", "wrong customer")
    booked.cli("resolve", "line:31", "--hide")
    rows = booked.cli("show", "runs", "--format", "csv").table()
    assert [(row["run"], row["kind"], row["what"], row["undone"]) for row in rows] == [
        ("1", "match", "37 payments up to 2026-11-23", "in part by run:2"),
        ("2", "undo", "took back run:1", ""),
        ("3", "resolve", "line:31", ""),
    ]
    assert rows[1]["reason"] == "wrong customer"
    assert all(row["actor"] and row["date"] for row in rows)
    booked.cli("undo", "run:3")
    assert booked.cli("show", "runs", "--format", "csv").table()[2]["undone"] == "by run:4"
    assert "took back run:3" in booked.cli("show", "runs").out


def test_imports_are_listed(filled: Company) -> None:
    filled.cli("undo", "import:4", "--reason", "twice")
    rows = filled.cli("show", "imports", "--format", "csv").table()
    assert [(row["import"], row["kind"], row["what"], row["withdrawn"]) for row in rows] == [
        ("1", "customers", "customers.csv", ""),
        ("2", "open_items", "open_items.csv", ""),
        ("3", "bank", "bgmax.txt", ""),
        ("4", "bank", "camt054.xml", "by import:5"),
        ("5", "withdrawal", "took back import:4", ""),
    ]
    assert rows[4]["reason"] == "twice"
