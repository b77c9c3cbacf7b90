"""``simulate``: an unchanged configuration changes nothing, a changed one exactly what was
foretold, each change with its cause.
"""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.acceptance.company import Company
from tests.acceptance.conftest import copy

from reskontra.rules.book import RuleBook

MATCHING = """matching:
  auto: {tiers: [reference, relevance]}
  invoice: {weights: {ref: 0, date: 15, payee: 85, amount: 0}}
"""
HOLD = """pack: own
stage: classify
decide: first
rules:
  - id: unknown-sender
    rule: Nobody knows this sender
    when: {payer_name: {contains: stranger}}
    then: {outcome: hold}
    because: "somebody asks"
"""


@pytest.fixture(scope="session")
def decided_once(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """One payment is booked by the likeness of its payer, one by reference; one waits."""
    company = Company(tmp_path_factory.mktemp("simulating") / "ws")
    tables = {
        "customers.csv": "number,name,country,currency,parent,bank_accounts,aliases\n"
        "1,Ekbygg AB,SE,SEK,,,\n2,Almtak AB,SE,SEK,,,\n",
        "items.csv": "number,kind,customer,document_date,due_date,currency,amount,open_amount,"
        "references\n310001,invoice,1,2026-10-20,2026-11-20,SEK,1000.00,1000.00,\n"
        "310002,invoice,2,2026-10-20,2026-11-20,SEK,2000.00,2000.00,31000286\n",
        "bank.csv": "id,booking_date,amount,currency,reference,text,payer_name\n"
        "B1,2026-11-20,1000.00,SEK,,,Ekbyggarna i Norr AB\n"
        "B2,2026-11-20,2000.00,SEK,31000286,,Almtak AB\nB3,2026-11-20,1500.00,SEK,,,Stranger\n",
        "later.csv": "id,booking_date,amount,currency,reference,text,payer_name\n"
        "C1,2026-11-21,700.00,SEK,,,Stranger\n",
    }
    company.begin(tables)
    (company.folder / "matching.yaml").write_text(MATCHING)
    company.cli("run", expect=2)
    return company


@pytest.fixture
def decided(decided_once: Company, tmp_path: Path) -> Company:
    """A copy of one's own."""
    return copy(decided_once, tmp_path / "ws")


def simulated(company: Company, *options: str, changed: bool = True) -> Any:
    return company.cli("simulate", "--format", "json", *options, expect=int(changed)).json()


def test_a_payment_that_several_runs_decided_counts_once(decided: Company) -> None:
    decided.cli("undo", "run:1", "--reason", "again")
    decided.cli("resolve", "run:1", "--release", "--reason", "again")
    decided.cli("run", expect=2)
    told = decided.cli("simulate", "--set", "matching.auto.tiers=[relevance]", expect=1)
    assert "3 decisions made again, 1 changed" in told.out


def test_an_unchanged_configuration_changes_nothing(decided: Company) -> None:
    told = decided.cli("simulate")
    assert told.out == "3 decisions made again, 0 changed\n"
    assert simulated(decided, changed=False)["causes"] == []


def test_one_weight_changes_exactly_what_was_foretold(decided: Company) -> None:
    """With the reference weighing 255 of 355, the likeness of the payer has too little to say."""
    weight = "matching.invoice.weights.ref=255"
    found = simulated(decided, "--set", weight)
    assert found["kinds"] == {
        "now automatic": 0, "no longer automatic": 1, "different allocation": 0,
        "waits otherwise": 0,
    }  # fmt: skip
    assert found["money"] == [
        {"currency": "SEK", "review": "1500.00", "review_now": "2500.00", "reviewed": 1,
         "reviewed_now": 2, "written_off": "0.00", "written_off_now": "0.00"}
    ]  # fmt: skip
    (cause,) = found["causes"]
    assert cause["causes"] == [
        {"name": "matching.invoice.weights.ref", "place": f"--set {weight}", "before": "0",
         "after": "255"}
    ]  # fmt: skip
    (sample,) = cause["samples"]
    assert (sample["line"], sample["documents"], sample["outcome_now"]) == (
        1, "310001=1000.00", "review",
    )  # fmt: skip


def test_what_is_only_offered_to_people_changes_no_simulation(
    decided: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ("--set", "matching.invoice.weights.ref=255", "--set", "matching.duplicate_days=3")
    found = simulated(decided, *options)
    monkeypatch.setattr(RuleBook, "weighs", lambda *_: True)
    assert simulated(decided, *options) == found


def test_each_change_is_grouped_under_what_alone_brings_it(decided: Company) -> None:
    (decided.folder / "rules").mkdir(exist_ok=True)
    (decided.folder / "rules" / "own.yaml").write_text(HOLD)
    told = decided.cli("simulate", "--set", "matching.invoice.weights.ref=255", expect=1).out
    assert "1 by rule unknown-sender new (companies/nordljus/rules/own.yaml:5" in told
    assert "1 by matching.invoice.weights.ref 0 → 255 (--set" in told
    assert "waits otherwise            1          1 500,00 SEK" in told.replace("\xa0", " ")


def test_what_only_several_changes_bring_is_said_so(decided: Company) -> None:
    found = simulated(
        decided, "--set", "matching.auto.absolute=0.95", "--set", "matching.auto.floor=0.95"
    )
    (cause,) = found["causes"]
    assert [one["name"] for one in cause["causes"]] == ["several changes together"]


def test_customers_that_changed_since_are_not_blamed_on_the_configuration(
    decided: Company,
) -> None:
    (decided.path / "customers.csv").write_text(
        "number,name,country,currency,parent,bank_accounts,aliases\n1,Helt Annat AB,SE,SEK,,,\n"
    )
    decided.cli("import", "customers", "customers.csv")
    told = decided.cli("simulate", "--set", "matching.duplicate_days=3", expect=1).out
    assert "1 by not the configuration" in told


def test_a_revision_of_git_is_a_candidate(decided: Company) -> None:
    for command in (
        ["init", "-q"], ["add", "."],
        ["-c", "user.name=t", "-c", "user.email=t@example.invalid", "commit", "-qm", "first"],
    ):  # fmt: skip
        subprocess.run(["git", "-C", str(decided.path), *command], check=True)
    (decided.folder / "matching.yaml").write_text(MATCHING.replace("ref: 0", "ref: 255"))
    assert "no longer automatic" in decided.cli("simulate", expect=1).out
    assert decided.cli("simulate", "--config", "HEAD").out.endswith("0 changed\n")
    assert decided.cli("simulate", "--config", "nowhere", expect=64).codes == ["RK220"]


def test_a_file_is_decided_and_not_imported(decided: Company) -> None:
    (decided.folder / "rules").mkdir(exist_ok=True)
    before = decided.dump()
    found = simulated(
        decided, "--file", "later.csv", "--set", "matching.unknown_payer=open_payment"
    )
    assert (found["decisions"], found["changed"]) == (1, 1)
    assert decided.dump() == before
    assert decided.cli("simulate", "--file", "later.csv", expect=64).codes == ["RK781"]


@pytest.mark.parametrize("name", ["all.csv", "all.jsonl"])
def test_every_change_is_exported(decided: Company, name: str) -> None:
    decided.cli("simulate", "--set", "matching.auto.tiers=[]", "--out", name, expect=1)
    text = (decided.path / name).read_text()
    lines = text.splitlines()
    rows = list(csv.DictReader(lines)) if name == "all.csv" else [*map(json.loads, lines)]
    assert [(str(row["line"]), row["kind"], row["cause"]) for row in rows] == [
        (line, "no longer automatic", "matching.auto.tiers") for line in ("1", "2")
    ]
    decided.cli("simulate", "--out", "all.txt", expect=64)


def test_only_the_days_that_were_asked_for(decided: Company) -> None:
    assert simulated(decided, "--from", "2026-11-21", changed=False)["decisions"] == 0
    assert simulated(decided, "--to", "2026-11-20", changed=False)["decisions"] == 3
