"""The benchmark of few lines: its lines pay its invoices, and both ways of reading are asked."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from benchmarks import ledger, workspace
from benchmarks.few import ask, make, report

from reskontra.engine.matching.propose import propose
from reskontra.engine.services import access
from reskontra.engine.services import match as matching

ITEMS, LINES = 2400, 20


def test_both_ways_are_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "REPEAT", 1)
    books = make(tmp_path / "books.sqlite", ITEMS, LINES)
    workspace.make(tmp_path / "workspace")
    preferences = workspace.opened(tmp_path / "workspace").preferences
    most = access.MOST_TOUCHED
    touched, everything = ask(books, preferences)
    assert most == access.MOST_TOUCHED
    assert touched.items < everything.items == ITEMS
    assert report(ITEMS, LINES, [touched, everything]).count("\n| ") == 4
    with books.read() as reader:
        lines = matching.undecided_lines(reader, "")
        found = propose(matching.matching_inputs(reader, lines, preferences))
    tiers = found.facts.group_by("tier").len().filter(pl.col("tier") == "reference")
    assert tiers["len"].item() == LINES * 15 // 20
