"""``config set``: one value changes, every other byte stays, and nothing invalid is written."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from reskontra.config import scaffold
from reskontra.config.changing import change
from reskontra.config.editing import with_value
from reskontra.config.schemas import schema
from reskontra.config.strict_yaml import load
from reskontra.config.workspace import load_workspace
from reskontra.engine.errors import ReskontraError


def edited(text: str, key: str, value: str) -> str:
    parts = tuple(key.split("."))
    return with_value(text, "f.yaml", parts, value, schema(parts[0]))


@pytest.mark.parametrize(
    ("key", "value", "before", "after"),
    [
        ("matching.netting", "false", "", "matching:\n  netting: false\n"),
        ("matching.netting", "false", "# top\n", "# top\nmatching:\n  netting: false\n"),
        ("matching.netting", "false", "matching:\n", "matching:\n  netting: false\n"),
        (
            "matching.netting", "false",
            "matching:\n  netting:   true  # why\n  skip_voided: true\n",
            "matching:\n  netting:   false  # why\n  skip_voided: true\n",
        ),
        (
            "matching.auto.tiers", "[text]",
            "matching:\n  auto:\n    tiers:\n      - reference\n      - list\n  netting: true\n",
            "matching:\n  auto:\n    tiers:\n      [text]\n  netting: true\n",
        ),
        (
            "matching.auto.floor", "0.4",
            "matching: {auto: {tiers: [text]}, netting: true} # all\n",
            "matching: {auto: {tiers: [text], floor: 0.4}, netting: true} # all\n",
        ),
        (
            "matching.netting", "true",
            "matching:\n  auto:\n    floor: 0.4\n    # tiers: here\n\n  # end\n",
            "matching:\n  auto:\n    floor: 0.4\n    # tiers: here\n  netting: true\n\n  # end\n",
        ),
        (
            "cash_accounts.b.feed", "statement",
            "cash_accounts:\n  - id: a # one\n    feed: details\n  - {id: b, feed: details}\n",
            "cash_accounts:\n  - id: a # one\n    feed: details\n  - {id: b, feed: statement}\n",
        ),
        (
            "cash_accounts.c", "{account: 1931, currency: EUR}",
            "cash_accounts:\r\n  - id: a\r\n",
            "cash_accounts:\r\n  - id: a\r\n  - {id: c, account: 1931, currency: EUR}\r\n",
        ),
        (
            "cash_accounts.a.feed", "details",
            "cash_accounts:\n  - {id: a, to: 2026-07-01}\n",
            "cash_accounts:\n  - {id: a, to: 2026-07-01}\n  - id: a\n    feed: details\n",
        ),
        ("cash_accounts.a.feed", "details", "cash_accounts: []\n",
         "cash_accounts: [{id: a, feed: details}]\n"),
        ("differences.rounding.SEK", "2.00", "differences:\n  rounding: # none\n  short: review",
         "differences:\n  rounding: # none\n    SEK: 2.00\n  short: review"),
        ("company.name", "Öst", 'company:\n  name: "Väst # AB"  # ä\n',
         "company:\n  name: Öst  # ä\n"),
    ],
)  # fmt: skip
def test_only_the_value_changes(key: str, value: str, before: str, after: str) -> None:
    assert edited(before, key, value) == after


def test_every_scaffolded_key_can_be_set_and_set_back(root: Path) -> None:
    path = root / "companies/nordic/matching.yaml"
    text = path.read_text("utf-8")
    for key, value in (("matching.auto.floor", "0.4"), ("matching.payment.weights.ref", "50")):
        changed = edited(text, key, value)
        kept = [line for line in changed.splitlines() if line in text.splitlines()]
        assert kept == text.splitlines()
    assert edited(edited(text, "matching.auto.tiers", "[text]"), "matching.auto.tiers",
                  "[reference]") == text  # fmt: skip


def test_comments_inside_a_value_are_not_lost() -> None:
    text = "matching:\n  auto:\n    tiers:\n      - reference # agreed\n      - text\n"
    with pytest.raises(ReskontraError, match=r"RK133 'matching\.auto\.tiers' cannot be set"):
        edited(text, "matching.auto.tiers", "[text]")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "ws"
    scaffold.create(folder, country="se", company="nordic", name="Nordic AB", login="anna")
    return folder


def test_the_file_is_written_whole(root: Path) -> None:
    workspace = load_workspace(root)
    found = change(workspace, workspace.folder("nordic"), "differences.rounding.SEK", "2.00")
    assert "SEK: 2.00" not in found.path.read_text("utf-8")
    found.write()
    data = load(found.path.read_text("utf-8"), "f").data
    assert data["differences"]["rounding"] == {"SEK": Decimal("2.00")}
    assert [path.name for path in found.path.parent.glob("*.partial")] == []


@pytest.mark.parametrize("name", ["A: & Co #1", "12", "true", "-x", "", "{n}, [m]"])
def test_text_is_quoted_where_it_must_be(root: Path, name: str) -> None:
    workspace = load_workspace(root)
    folder = workspace.folder("nordic")
    if not name:
        with pytest.raises(ReskontraError, match="RK106"):
            change(workspace, folder, "company.name", name)
        return
    found = change(workspace, folder, "company.name", name)
    assert load(found.after, "f").data["company"]["name"] == name


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("matching.auto.tiers", "[refrence]", "RK106"),
        ("matching.auto.tirs", "[reference]", "RK101"),
        ("matchin.auto", "1", "RK101"),
        ("matching.auto.floor", "0.9", "RK311"),
        ("matching.auto.floor", "[", "RK100"),
        ("cash_accounts.main", "text", "RK105"),
        ("cash_accounts.second.currency", "EUR", "RK107"),
    ],
)
def test_what_lint_refuses_is_not_written(root: Path, key: str, value: str, code: str) -> None:
    workspace = load_workspace(root)
    with pytest.raises(ReskontraError, match=code):
        change(workspace, workspace.folder("nordic"), key, value)


def test_a_lock_of_the_partner_holds_and_partners_are_tried_on_all_companies(root: Path) -> None:
    workspace = load_workspace(root)
    with pytest.raises(ReskontraError, match="RK130"):
        change(workspace, root / "partner", "matching.auto.final", "[tiers]")
    found = change(workspace, root / "partner", "matching.auto.final", "[floor]")
    found.write()
    with pytest.raises(ReskontraError, match="RK130"):
        change(workspace, workspace.folder("nordic"), "matching.auto.floor", "0.4")
