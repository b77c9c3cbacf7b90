"""Partner packs: taken in from folders and git, held to the lock, used where they are given."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from reskontra.adapters.packs import named, take_in
from reskontra.config import scaffold
from reskontra.config.company import load_company
from reskontra.config.lint import lint_workspace
from reskontra.config.packs import read_lock
from reskontra.config.workspace import load_workspace
from reskontra.engine.errors import ReskontraError

RULE = """pack: shared
stage: classify
decide: first
rules:
  - id: tax-account
    rule: Money from the tax account
    when: {direction: in, payer_name: {matches: "^skatteverket"}}
    then: {outcome: hide}
    because: "the tax agency pays back"
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "ws"
    for company in ("nordic", "south"):
        scaffold.create(folder, country="se", company=company, name="Same AB", login="anna")
    return folder


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    (folder / "rules").mkdir(parents=True)
    (folder / "pack.yaml").write_text(
        "name: standard\nversion: 1.0\nowns: [differences]\n", "utf-8"
    )
    rounding = "differences: {rounding: {SEK: 2.00}}\n"
    (folder / "differences.yaml").write_text(rounding, "utf-8")
    (folder / "rules/tax.yaml").write_text(RULE, "utf-8")
    (folder / "README.md").write_text("for people", "utf-8")
    return folder


def rounding(root: Path, company: str) -> tuple[str, str]:
    found = load_company(load_workspace(root), company).origins["differences.rounding.SEK"]
    return str(found.value), str(found.place)


def test_a_pack_of_a_folder_lies_between_country_and_partner(root: Path, source: Path) -> None:
    pack, _ = take_in(load_workspace(root), named("../pack"))
    assert (pack.name, pack.version) == ("standard", "1.0")
    assert rounding(root, "nordic") == ("2.00", "partner/packs/standard/differences.yaml:1:31")
    labels = [name for name, _ in load_company(load_workspace(root), "south").rule_files]
    assert labels[-1] == "partner/packs/standard/rules/tax.yaml"
    (root / "partner").mkdir(exist_ok=True)
    (root / "partner/differences.yaml").write_text(
        "differences: {rounding: {SEK: 3.00}}\n", "utf-8"
    )
    assert rounding(root, "nordic") == ("3.00", "partner/differences.yaml:1:31")
    assert not (root / "partner/packs/standard/README.md").exists()


def test_a_pack_serves_the_companies_it_is_given_to(root: Path, source: Path) -> None:
    take_in(load_workspace(root), named("../pack", ["south"]))
    assert rounding(root, "nordic")[0] == "1.00"
    assert rounding(root, "south")[0] == "2.00"
    text = (root / "reskontra.yaml").read_text("utf-8")
    assert "# Where the ledger lies." in text
    labels = [name for name, _ in load_company(load_workspace(root), "nordic").rule_files]
    assert not [label for label in labels if label.startswith("partner/packs")]


def test_a_pack_of_git_is_taken_at_its_revision(root: Path, source: Path) -> None:
    person = ["-c", "user.name=anna", "-c", "user.email=anna@localhost"]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "1"], ["tag", "v1"]):
        subprocess.run(["git", "-C", str(source), *person, *arguments], check=True)
    (source / "differences.yaml").write_text("differences: {rounding: {SEK: 9.00}}\n", "utf-8")
    take_in(load_workspace(root), named("../pack@v1"))
    assert rounding(root, "nordic")[0] == "2.00"
    (use,) = load_workspace(root).packs
    assert (use.source, use.revision) == ("../pack", "v1")
    with pytest.raises(ReskontraError, match="RK220 'v2' cannot be read from git"):
        take_in(load_workspace(root), named("../pack@v2"))


def test_an_edit_in_place_stops_every_command_until_it_is_taken_in(
    root: Path, source: Path
) -> None:
    take_in(load_workspace(root), named("../pack"))
    before = read_lock(root)[0]["standard"].sha256
    changed = "differences: {rounding: {SEK: 4.00}}\n"
    (root / "partner/packs/standard/differences.yaml").write_text(changed, "utf-8")
    with pytest.raises(ReskontraError, match=f"RK224 .*locked {before[:16]}"):
        load_company(load_workspace(root), "nordic")
    (source / "differences.yaml").write_text(changed, "utf-8")
    (use,) = load_workspace(root).packs
    take_in(load_workspace(root), use)
    assert rounding(root, "nordic")[0] == "4.00"
    assert read_lock(root)[0]["standard"].sha256 != before
    assert [problem for problem in lint_workspace(root) if problem.is_error] == []


@pytest.mark.parametrize(
    ("file", "text", "code"),
    [
        ("matching.yaml", "matching: {netting: false}\n", "RK223"),
        ("differences.yaml", "differences: {short: perhaps}\n", "RK106"),
        ("pack.yaml", "version: 1.0\n", "RK107"),
    ],
)
def test_a_pack_that_lint_refuses_changes_nothing(
    root: Path, source: Path, file: str, text: str, code: str
) -> None:
    (source / file).write_text(text, "utf-8")
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    with pytest.raises(ReskontraError, match=code):
        take_in(load_workspace(root), named("../pack"))
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("lock", ["packs: [", "packs: [{id: standard}]\n", "pakcs: []\n"])
def test_a_damaged_lock_file_is_named(root: Path, source: Path, lock: str) -> None:
    take_in(load_workspace(root), named("../pack"))
    (root / "reskontra.lock").write_text(lock, "utf-8")
    with pytest.raises(ReskontraError) as raised:
        load_company(load_workspace(root), "nordic")
    assert "reskontra.lock:" in str(raised.value.problems[0])


@pytest.mark.parametrize(
    ("written", "address", "revision"),
    [
        ("../pack", "../pack", ""),
        ("../pack@v1.2", "../pack", "v1.2"),
        ("git@host:team/pack.git", "git@host:team/pack.git", ""),
        ("git@host:team/pack.git@main", "git@host:team/pack.git", "main"),
        ("https://user@host/pack", "https://user@host/pack", ""),
    ],
)
def test_source_and_revision(written: str, address: str, revision: str) -> None:
    assert (named(written).source, named(written).revision) == (address, revision)
