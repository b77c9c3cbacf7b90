"""``config diff`` on companies, days and git revisions."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from reskontra.cli.main import run
from reskontra.config import scaffold

RULE = """pack: own
stage: classify
decide: first
rules:
  - id: tax-account
    rule: Money from the tax account
    when: {{direction: {direction}, payer_name: {{matches: "^skatteverket"}}}}
    then: {{outcome: hide}}
    because: "the tax agency pays back"
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "ws"
    for country, company in (("se", "nordic"), ("se", "south")):
        scaffold.create(folder, country=country, company=company, name="Same AB", login="anna")
    (folder / "reskontra.yaml").write_text("format: 1\ndefault_company: nordic\n", "utf-8")
    return folder


def git(root: Path, *arguments: str) -> None:
    person = ["-c", "user.name=anna", "-c", "user.email=anna@localhost"]
    subprocess.run(["git", "-C", str(root), *person, *arguments], check=True)


def diff(root: Path, *arguments: str) -> int:
    return run(["-C", str(root), "config", "diff", *arguments])


def test_equal_companies_do_not_differ(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert diff(root, "nordic", "south") == 0
    out, err = capsys.readouterr()
    assert (out, err) == ("", "0 values and 0 rules differ: nordic → south\n")


def test_companies_that_differ(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "companies/south/differences.yaml").write_text(
        "differences: {rounding: {SEK: 2.00, USD: 0.50}}\n", "utf-8"
    )
    (root / "companies/south/rules/own.yaml").write_text(RULE.format(direction="in"), "utf-8")
    assert diff(root, "nordic", "south") == 1
    place = "companies/south/differences.yaml:1"
    assert capsys.readouterr().out.splitlines() == [
        f"~ differences.rounding.SEK  1.00 (defaults/differences.yaml:4)  →  2.00 ({place})",
        f"+ differences.rounding.USD  0.50 ({place})",
        "+ rule classify/tax-account  companies/south/rules/own.yaml:5:5",
    ]


def test_revisions_of_git(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = root / "companies/nordic/rules/own.yaml"
    own.write_text(RULE.format(direction="in"), "utf-8")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "first")
    assert diff(root, "main..HEAD") == 0
    own.write_text(RULE.format(direction="out"), "utf-8")
    assert diff(root, "main", "--format", "json") == 1
    found = json.loads(capsys.readouterr().out)
    place = "companies/nordic/rules/own.yaml:5:5"
    assert found["values"] == []
    assert found["rules"] == [
        {"name": "classify/tax-account", "change": "changed", "before": place, "after": place}
    ]
    own.write_text(RULE.format(direction="in").replace("the tax account", "tax"), "utf-8")
    assert diff(root, "main") == 0  # a title decides nothing
    assert diff(root, "mian") == 64
    assert "RK220 'mian' cannot be read from git" in capsys.readouterr().err


def test_two_days(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "numbering:\n  series:\n    - {id: journal, from: 2026-07-01, description: New}\n"
    (root / "companies/nordic/numbering.yaml").write_text(text, "utf-8")
    assert diff(root, "2026-06-30", "2026-07-01") == 1
    assert capsys.readouterr().out == (
        "~ numbering.series.journal.description  Journal entries (defaults/numbering.yaml:8)"
        "  →  New (companies/nordic/numbering.yaml:3)\n"
    )
    assert diff(root, "2026-07-01", "2026-07-02") == 0
