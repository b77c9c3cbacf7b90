"""``reskontra test``: what is run, what is said of a failure, and when it fails."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from reskontra.adapters.wiring import login_name
from reskontra.cli.main import run
from reskontra.config import scaffold

RULES = """pack: own
stage: classify
rules:
  - id: tax
    when: {direction: in, payer_name: {matches: ^skatteverket}}
    then: {outcome: hide}
    because: the tax agency pays back
    tests:
      - given: {direction: in, payer_name: SKATTEVERKET}
        expect: {rule: tax}
"""
TESTS = """stage: classify
tests:
  - name: money that goes out
    given: {direction: out, payer_name: Skatteverket}
    expect: {rule: tax, outcome: hide}
  - name: later
    todo: names of other countries
    given: {direction: in, payer_name: Skatteetaten}
    expect: {rule: tax}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "ws"
    scaffold.create(folder, country="se", company="nordic", name="Nordic AB", login=login_name())
    rules = folder / "companies/nordic/rules"
    rules.mkdir(exist_ok=True)
    (rules / "own.yaml").write_text(RULES, "utf-8")
    return folder


def reskontra(root: Path, *arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(["-C", str(root), *arguments])
    return code, out.getvalue(), err.getvalue()


def write_tests(root: Path, text: str = TESTS) -> None:
    (root / "companies/nordic/rules/own.test.yaml").write_text(text, "utf-8")


def test_the_tests_of_a_company_and_the_shipped_ones_run(root: Path) -> None:
    code, out, _ = reskontra(root, "test")
    assert code == 0
    assert "in 8 files" in out
    assert ", 0 failed" in out


def test_a_failure_names_every_condition_with_the_value_it_met(root: Path) -> None:
    write_tests(root)
    code, out, _ = reskontra(root, "test", "own.")
    assert code == 1
    lines = [" ".join(line.split()) for line in out.splitlines()]
    place = "companies/nordic/rules/own.test.yaml"
    assert lines[0] == f"FAILED {place}:3:5 tax money that goes out"
    assert "rule tax none" in lines
    assert "outcome hide -" in lines
    assert "FAILS direction = in met out" in lines
    assert "holds payer_name matches ^skatteverket met Skatteverket" in lines
    assert f"Summed {place}: 2 differences" in lines
    assert "1 outcome hide → -" in lines
    assert f"todo {place}:6:5 tax later: names of other countries" in lines
    assert lines[-1].startswith("3 tests in 2 files: 1 passed, 1 failed, 1 todo")


def test_machines_read_the_same(root: Path) -> None:
    write_tests(root)
    _, out, _ = reskontra(root, "test", "own.test.yaml", "--format", "json")
    failed, later = json.loads(out)["tests"]
    assert (failed["state"], failed["line"], later["state"]) == ("failed", 3, "todo")
    assert {"key": "rule", "expected": "tax", "met": "none"} in failed["differences"]
    _, out, _ = reskontra(root, "test", "own.test.yaml", "--format", "junit")
    (suite,) = ET.fromstring(out)
    assert suite.attrib["failures"] == suite.attrib["skipped"] == "1"


@pytest.mark.parametrize("select", ["tax", "OWN.YAML", "nordic/*/own"])
def test_selecting(root: Path, select: str) -> None:
    code, out, _ = reskontra(root, "test", select)
    assert code == 0
    assert out.startswith("1 test in 1 file: 1 passed")


def test_selecting_nothing_is_a_failure(root: Path) -> None:
    code, _, err = reskontra(root, "test", "taxi")
    assert (code, err.split()[0]) == (1, "RK430")


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("stage: classify\ntests:\n  - given: {directoin: in}\n    expect: {rule: none}\n",
         "RK401", 3),
        ("tests:\n  - given: {direction: in}\n    expect: {rule: none}\n", "RK400", 1),
        ("stage: classify\ntests:\n  - given: {direction: in}\n    expect: {outcome: aply}\n",
         "RK407", 4),
    ],
)  # fmt: skip
def test_a_wrong_test_file_is_named_by_test_and_lint(
    root: Path, text: str, code: str, line: int
) -> None:
    write_tests(root, text)
    exit_code, _, err = reskontra(root, "test")
    assert exit_code == 65
    assert err.startswith(f"companies/nordic/rules/own.test.yaml:{line}:")
    assert err.split()[1] == code
    exit_code, out, _ = reskontra(root, "lint")
    assert exit_code == 1
    assert f"own.test.yaml:{line}:" in out


def test_a_failing_test_file_is_a_finding_of_lint(root: Path) -> None:
    write_tests(root)
    _, out, _ = reskontra(root, "lint")
    assert "own.test.yaml:3:5: RK418" in out


def test_a_rule_that_a_test_file_tests_is_not_without_tests(root: Path) -> None:
    rules = root / "companies/nordic/rules/own.yaml"
    rules.write_text(RULES.partition("    tests:")[0], "utf-8")
    assert "RK414" in reskontra(root, "lint")[1]
    write_tests(root, TESTS.replace("direction: out", "direction: in"))
    assert "RK414" not in reskontra(root, "lint")[1]
