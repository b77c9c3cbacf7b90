"""``lint --fix``: what can only be meant in one way is mended, every other byte stays, and what a
person must decide is left."""

from __future__ import annotations

from pathlib import Path

import pytest

from reskontra.adapters.wiring import login_name
from reskontra.cli.main import run
from reskontra.cli.rule_checks import check_rules
from reskontra.config import scaffold
from reskontra.config.fixing import fixes
from reskontra.config.lint import lint_workspace

RULE = """\
pack: own
stage: classify
decide: first
rules:
  - id: a
    rule: Own money
    when: {direction: in, text: {matches: "^own"}}  # all
    then: {outcome: hide}
    because: "å"
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "ws"
    scaffold.create(folder, country="se", company="nord", name="Nord AB", login=login_name())
    return folder


def lay(root: Path, name: str, text: str) -> Path:
    path = root / "companies/nord" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        (
            "matching.yaml",
            "# top\r\nmatching:\r\n  auto:   # tight\r\n    teirs: [reference]  # why\r\n",
            "# top\r\nmatching:\r\n  auto:   # tight\r\n    tiers: [reference]  # why\r\n",
        ),
        ("matching.yaml", "matching: {nettting: nej}\n", "matching: {netting: false}\n"),
        ("matching.yaml", "matching:\n  netting: 'Yes' # a\n", "matching:\n  netting: true # a\n"),
        (
            "matching.yaml",
            "matching:\n  auto:\n    target_precision: '0.999'\n",
            "matching:\n  auto:\n    target_precision: 0.999\n",
        ),
        (
            "company.yaml",
            "\ufeffcompany: {name: 2026, country: SE}\n",
            "\ufeffcompany: {name: \"2026\", country: SE}\n",
        ),
        ("rules/own.yaml", RULE.replace("when", "wen"), RULE),
    ],
)  # fmt: skip
def test_mended(root: Path, name: str, before: str, after: str) -> None:
    path = lay(root, name, before)
    [change] = fixes(root, [check_rules])
    assert path.read_bytes() == before.encode(), "nothing is written until it is asked for"
    change.write()
    assert path.read_bytes() == after.encode()
    assert [p for p in lint_workspace(root, [check_rules]) if p.is_error] == []


@pytest.mark.parametrize(
    "text",
    [
        "matching:\n  auto: {xyz: [reference]}\n",
        "matching:\n  auto: {tiers: [text], teirs: [reference]}\n",
        "matching:\n  auto: {tierss: [text], teirs: [reference]}\n",
        'matching:\n  auto: {"teirs": [reference]}\n',
        "matching:\n  netting: maybe\n",
        "matching:\n  auto: {target_precision: '0,999'}\n",
        "matching:\n  auto: {tiers: reference}\n",
        "matching:\n  auto: {tiers: [refrence]}\n",
    ],
)
def test_left_to_a_person(root: Path, text: str) -> None:
    lay(root, "matching.yaml", text)
    assert any(problem.is_error for problem in lint_workspace(root))
    assert list(fixes(root, [])) == []


def test_as_it_is_typed(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = lay(root, "matching.yaml", "matching:\n  nettting: nej\n  xyz: 1\n")
    monkeypatch.chdir(root)
    assert run(["lint"]) == 1
    assert "2 errors in 1 company" in (said := capsys.readouterr().err)
    assert "; 1 can be mended with --fix" in said
    assert run(["lint", "--diff", "--select", "RK105"]) == 0
    assert capsys.readouterr().out == ""
    assert run(["lint", "--diff"]) == 1
    assert "-  nettting: nej\n+  netting: false\n" in capsys.readouterr().out
    assert "nettting" in path.read_text()
    assert run(["lint", "--fix"]) == 1
    said = capsys.readouterr().out
    assert "+  netting: false" in said
    assert "RK101 unknown key 'xyz'" in said
    assert path.read_text() == "matching:\n  netting: false\n  xyz: 1\n"
    path.write_text("matching:\n  netting: false\n")
    assert run(["lint", "--diff"]) == 0
