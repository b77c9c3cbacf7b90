"""A candidate decides beside the active pack: its diff is kept, nothing of it is booked."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path

import pytest
from tests.acceptance.company import Company
from tests.written_examples import workspace

from reskontra.adapters.packs import named, take_in
from reskontra.config.company import load_company
from reskontra.config.workspace import load_workspace

ROUNDING = "differences: {rounding: {SEK: %s}}\n"
PACK = "name: standard\nversion: %s\nowns: [differences, matching]\n"
HOLD = """pack: standard
stage: classify
decide: first
rules:
  - id: unknown-sender
    rule: Nobody knows this sender
    when: {payer_name: {contains: okänd}}
    then: {outcome: hold}
    because: "somebody asks"
"""


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """Pack standard 1.0 is active; 1.1 lies at its source and holds a payment of a stranger."""
    root = workspace(tmp_path / "ws")
    source = tmp_path / "pack"
    (source / "rules").mkdir(parents=True)
    (source / "pack.yaml").write_text(PACK % "1.0", "utf-8")
    (source / "differences.yaml").write_text(ROUNDING % "1.00", "utf-8")
    take_in(load_workspace(root), named("../pack"))
    (source / "pack.yaml").write_text(PACK % "1.1", "utf-8")
    (source / "rules/hold.yaml").write_text(HOLD, "utf-8")
    return Company(root)


def test_a_candidate_decides_beside_and_changes_nothing(company: Company) -> None:
    plan = company.cli("match", expect=2).out
    lock = (company.path / "reskontra.lock").read_bytes()
    assert company.cli("packs", "try", "standard").out.startswith("standard 1.1  candidate")
    assert company.cli("packs", "diff").out == "candidate standard 1.1\n"
    tried = company.cli("match", expect=2)
    assert tried.out == plan
    assert "candidate standard 1.1: 2 decisions made again, 1 changed" in tried.err
    assert (company.path / "reskontra.lock").read_bytes() == lock
    shown = company.cli("packs", "diff", expect=1).out
    assert "rule unknown-sender new (partner/packs/standard/rules/hold.yaml:5:5)" in shown
    (kept,) = (company.path / ".reskontra/candidates/standard/diffs").glob("*.txt")
    assert "review (unknown-payer)  →  hold (unknown-sender)" in kept.read_text("utf-8")


def test_a_run_books_what_is_active_and_keeps_the_diff(company: Company) -> None:
    company.cli("packs", "try", "../pack")
    ran = company.cli("run", expect=2)
    assert "1 changed" in ran.err
    rows = csv.DictReader(company.cli("show", "payments", "--format", "csv").out.splitlines())
    assert "hold" not in {row["state"] for row in rows}
    document = company.cli("packs", "diff", "--format", "json", expect=1).json()
    assert document["candidate"]["version"] == "1.1"
    assert [(each["company"], each["changed"]) for each in document["diffs"]] == [("nordic", 1)]


def test_a_changed_candidate_begins_anew(company: Company) -> None:
    company.cli("packs", "try", "standard")
    company.cli("match", expect=2)
    (company.path / "../pack/rules/hold.yaml").unlink()
    company.cli("packs", "try", "standard")
    assert "decided nothing yet" in company.cli("packs", "diff").err
    company.cli("match", expect=2)
    assert "2 decisions made again, 0 changed" in company.cli("packs", "diff").out


def test_a_candidate_that_cannot_decide_stops_nothing(company: Company) -> None:
    company.cli("packs", "try", "standard")
    rules = company.path / ".reskontra/candidates/standard/pack/rules/hold.yaml"
    rules.write_text("pack: [", "utf-8")
    ran = company.cli("run", expect=2)
    assert "a candidate could not decide; what is active did" in ran.err


def test_a_dropped_candidate_decides_no_more(company: Company) -> None:
    company.cli("packs", "try", "standard")
    company.cli("packs", "drop", "standard")
    assert "candidate" not in company.cli("match", expect=2).err
    assert company.cli("packs", "diff", expect=64).codes == ["RK770"]


def test_what_lint_refuses_is_no_candidate(company: Company) -> None:
    (company.path / "../pack/differences.yaml").write_text("differences: {short: nope}\n", "utf-8")
    company.cli("packs", "try", "standard", expect=65)
    assert not (company.path / ".reskontra/candidates").exists()
    assert json.loads(company.cli("packs", "list", "--format", "json").out)["packs"]


def promoted(company: Company) -> None:
    company.cli("packs", "try", "standard")
    company.cli("match", expect=2)
    company.cli("packs", "promote", "--from", "2026-12-01", "--reason", "agreed with Anna")


def rules_on(company: Company, day: str) -> bool:
    loaded = load_company(load_workspace(company.path), "nordic", on=day)
    return any("hold.yaml" in name for name, _ in loaded.rule_files)


def test_a_promoted_candidate_holds_from_its_day_and_is_recorded(company: Company) -> None:
    promoted(company)
    assert (rules_on(company, "2026-11-30"), rules_on(company, "2026-12-01")) == (False, True)
    assert "held" not in company.cli("match", expect=2).out
    record = (company.path / "reskontra.promotions.md").read_text("utf-8")
    assert "## standard 1.0 → 1.1, from 2026-12-01" in record
    assert ": agreed with Anna" in record
    assert "2 decisions made again, 1 changed" in record
    assert "from       2026-12-01" in company.cli("packs", "list").out
    company.cli("packs", "diff", expect=64)
    company.cli("packs", "update", "standard")
    assert not rules_on(company, "2026-11-30"), "an update keeps the day"


def test_a_rollback_brings_back_what_was_replaced(company: Company) -> None:
    yaml = (company.path / "reskontra.yaml").read_text("utf-8")
    promoted(company)
    company.cli("packs", "rollback", "standard", "--reason", "no")
    assert not rules_on(company, "2026-12-01")
    assert (company.path / "reskontra.yaml").read_text("utf-8") == yaml
    assert not (company.path / "partner/packs/standard.before").exists()
    record = (company.path / "reskontra.promotions.md").read_text("utf-8")
    assert "## standard 1.1 → 1.0, rolled back" in record
    assert company.cli("packs", "rollback", "standard", expect=64).codes == ["RK772"]


def test_without_a_diff_nothing_is_promoted(company: Company) -> None:
    company.cli("packs", "try", "standard")
    lock = (company.path / "reskontra.lock").read_bytes()
    refused = company.cli("packs", "promote", "standard", "--from", "2026-12-01", expect=65)
    assert refused.codes == ["RK771"]
    assert (company.path / "reskontra.lock").read_bytes() == lock


def test_an_edited_predecessor_is_found(company: Company) -> None:
    promoted(company)
    (company.path / "partner/packs/standard.before/differences.yaml").unlink()
    assert company.cli("packs", "rollback", "standard", expect=65).codes == ["RK224"]
    assert rules_on(company, "2026-12-01")


def test_a_rollback_from_a_revision_to_a_folder_names_the_folder(company: Company) -> None:
    source = company.path.parent / "pack"
    you = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    for command in (("init", "-q"), ("add", "-A"), (*you, "commit", "-qm", "1.1"), ("tag", "v1")):
        subprocess.run(["git", "-C", str(source), *command], check=True)
    company.cli("packs", "try", "standard@v1")
    company.cli("match", expect=2)
    company.cli("packs", "promote", "--from", "2026-12-01")
    assert load_workspace(company.path).packs[0].revision == "v1"
    company.cli("packs", "rollback", "standard")
    (use,) = load_workspace(company.path).packs
    assert (use.source, use.revision) == ("../pack", "")
