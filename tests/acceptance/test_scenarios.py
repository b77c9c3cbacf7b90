"""Scenarios: files in, plan out, compared with what is expected, and never rewritten silently."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from tests.acceptance.company import Company


@pytest.fixture
def folder(new: Company) -> Path:
    """The scenario of the example company."""
    return new.folder / "scenarios" / "first-monday"


def spoil(folder: Path) -> None:
    """One payment is ten öre larger than it was."""
    bank = folder / "bank.csv"
    bank.write_text(bank.read_text("utf-8").replace("4300.10", "4300.20"), "utf-8")


def test_the_plan_of_the_example_is_the_expected_one_and_no_books_are_made(
    new: Company, folder: Path
) -> None:
    out = new.cli("test", "scenarios/first-monday").out
    assert out.startswith("1 scenario: 1 passed, 0 failed")
    assert not (new.path / ".reskontra" / "ledger.sqlite").exists()
    rows = list(csv.DictReader((folder / "expected.csv").read_text("utf-8").splitlines()))
    assert [row["rule"] for row in rows][:2] == ["reference-exact", "short-in-part + short"]
    assert rows[2]["documents"] == "320003 4300.10"
    assert rows[2]["written_off"] == "0.40"


def test_another_plan_is_told_cell_by_cell_and_accepted_only_when_asked(
    new: Company, folder: Path
) -> None:
    before = (folder / "expected.csv").read_text("utf-8")
    spoil(folder)
    out = new.cli("test", "first-monday", expect=1).out
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert lines[0] == "FAILED companies/nordljus/scenarios/first-monday"
    assert "line 3 documents 320003 4300.10 320003 4300.20" in lines
    assert "line 3 written_off 0.40 0.30" in lines
    assert (folder / "expected.csv").read_text("utf-8") == before
    told = new.cli("test", "first-monday", "--update").out
    assert told.splitlines()[0].startswith("WRITTEN")
    assert "0.30" in told
    new.cli("test", "first-monday")


def test_a_rule_that_is_switched_off_is_seen_by_machines_too(new: Company, folder: Path) -> None:
    (new.folder / "rules" / "off.yaml").write_text(
        "pack: off\nstage: match\nrules:\n  - {id: text-exact, disabled: true}\n"
    )
    out = new.cli("test", "first-monday", "--format", "json", expect=1).out
    (scenario,) = json.loads(out)["scenarios"]
    changed = {(each["column"], each["met"]) for each in scenario["differences"]}
    assert ("outcome", "review") in changed
    out = new.cli("test", "first-monday", "--format", "junit", expect=1).out
    (suite,) = ET.fromstring(out)
    assert suite.attrib["failures"] == "1"


def test_what_is_not_expected_yet_fails(new: Company, folder: Path) -> None:
    (folder / "expected.csv").unlink()
    assert new.cli("test", "first-monday", expect=1).out.startswith("NEW")


def test_a_column_that_is_not_there_is_not_as_expected(new: Company, folder: Path) -> None:
    text = (folder / "expected.csv").read_text("utf-8")
    (folder / "expected.csv").write_text(text.replace("written_off", "written off"), "utf-8")
    out = new.cli("test", "first-monday", expect=1).out
    assert "line 3 written_off" in out


LINE = """payments:
  - name: a reference with the exact amount
    customers: [{number: "1042", name: Ek AB, bank_accounts: ["bankgiro:5000-0009"]}]
    open_items:
      - {number: "10377", customer: "1042", amount: 12500.00, references: "320001"}
      - {number: "10378", customer: "1042", amount: 800, references: "3200029"}
    payment: {booking_date: "2026-11-20", amount: 800.00, reference: "3200029"}
    expect: {outcome: apply, rule: reference-exact, documents: {"10378": 800}, unapplied: 0}
"""


def whole_line(new: Company, text: str) -> None:
    """A test file of the company."""
    (new.folder / "rules" / "whole.test.yaml").write_text(text, "utf-8")


def test_a_whole_bank_line_meets_a_small_ledger(new: Company) -> None:
    whole_line(new, LINE)
    assert new.cli("test", "whole").out.startswith("1 test in 1 file: 1 passed")
    whole_line(new, LINE.replace("amount: 800.00", "amount: 700.00"))
    lines = [" ".join(x.split()) for x in new.cli("test", "whole", expect=1).out.splitlines()]
    assert "rule reference-exact short-in-part + short" in lines
    assert "documents 10378 800.00 10378 700.00" in lines


def test_a_ledger_that_cannot_be_imported_is_named_at_the_test(new: Company) -> None:
    whole_line(new, LINE.replace('customer: "1042", amount: 800', 'customer: "1", amount: 800'))
    result = new.cli("test", "whole", expect=65)
    assert result.codes == ["RK434"]
    assert result.err.startswith("companies/nordljus/rules/whole.test.yaml:2:5: RK434")
    assert "RK594" in result.err


@pytest.mark.parametrize(
    ("old", "wrong", "code"),
    [("expect:", "expects:", "RK401"), ("{outcome", "{outcoem", "RK401"),
     ("payment:", "payment: []  #", "RK400")],
)  # fmt: skip
def test_a_wrong_test_of_a_bank_line_is_a_finding_of_lint(
    new: Company, old: str, wrong: str, code: str
) -> None:
    whole_line(new, LINE.replace(f" {old}", f" {wrong}"))
    out = new.cli("lint", expect=1).out
    assert any("whole.test.yaml" in line and code in line for line in out.splitlines())
