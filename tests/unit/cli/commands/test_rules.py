"""``reskontra rules``: list, show and mutate."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.unit.cli.commands.test_testing import reskontra, root, write_tests

from reskontra.config import scaffold

__all__ = ["root"]


def test_the_company_is_asked_first_and_every_rule_says_where_it_stands(root: Path) -> None:
    code, out, _ = reskontra(root, "rules", "list", "--format", "json")
    assert code == 0
    rows = json.loads(out)
    tax = next(row for row in rows if row["rule"] == "tax")
    assert tax == {
        "stage": "classify",
        "rule": "tax",
        "layer": "company",
        "then": "outcome hide",
        "tests": 1,
        "place": "companies/nordic/rules/own.yaml:4",
    }
    layers = [row["layer"] for row in rows if row["stage"] == "classify"]
    assert layers == sorted(layers)


def test_a_rule_is_shown_with_conditions_effects_and_tests(root: Path) -> None:
    write_tests(root)
    _, out, _ = reskontra(root, "rules", "show", "tax")
    assert "companies/nordic/rules/own.yaml:4 (company), stage classify" in out
    assert "direction = in\n            payer_name matches ^skatteverket" in out
    assert "outcome: hide" in out
    assert "money that goes out: direction out, payer_name Skatteverket → rule tax" in out


def test_a_rule_that_does_not_exist(root: Path) -> None:
    code, _, err = reskontra(root, "rules", "show", "taxx")
    assert code == 64
    assert err.startswith("RK432 there is no rule 'taxx' — did you mean 'tax'?")


def test_changes_that_no_test_notices_are_listed(root: Path) -> None:
    code, out, err = reskontra(
        root, "rules", "mutate", "own.yaml", "--format", "csv", "--fail-under", "90"
    )
    assert code == 1
    place = "companies/nordic/rules/own.yaml:4"
    assert out.splitlines() == [
        "place,rule,change",
        f"{place},tax,without direction = in",
    ]
    assert err == "4 of 5 changes noticed by a test: 80.0 %\n"
    assert reskontra(root, "rules", "mutate", "own.yaml", "--fail-under", "80")[0] == 0


@pytest.mark.parametrize("country", scaffold.COUNTRIES)
def test_what_init_writes_is_tested_to_the_last_condition(country: str, tmp_path: Path) -> None:
    scaffold.create(tmp_path / "ws", country=country, company="new", name="New", login="anna")
    code, _, err = reskontra(tmp_path / "ws", "rules", "mutate", "bank-fee")
    assert (code, err.split(": ")[-1]) == (0, "100.0 %\n")


def test_mutating_no_rule_is_a_failure(root: Path) -> None:
    code, _, err = reskontra(root, "rules", "mutate", "taxx")
    assert (code, err.split()[0]) == (1, "RK431")


def test_coverage_names_what_no_test_reaches(root: Path) -> None:
    code, out, _ = reskontra(root, "test", "own.yaml", "--coverage")
    assert code == 0
    assert "own.yaml:5  tax: direction = in failing\n" in out
    assert "Coverage 60.0 % (3 of 5 points" in out
    code, out, err = reskontra(
        root, "test", "own.yaml", "--coverage", "--fail-under", "61", "--format", "json"
    )
    assert (code, err) == (1, "the coverage is below 61 %\n")
    assert json.loads(out)["coverage"][0]["fired"] == 1


def test_a_bound_needs_the_coverage(root: Path) -> None:
    assert reskontra(root, "test", "--fail-under", "61")[0] == 64


def test_what_rules_can_do_without_a_person_is_shown_by_a_payment(root: Path) -> None:
    limits = "rounding: {SEK: 200.00}, write_off_limit: {SEK: 200.00}"
    written = f"differences: {{write_off: true, {limits}}}\n"
    (root / "companies/nordic/differences.yaml").write_text(written, "utf-8")
    code, out, _ = reskontra(root, "rules", "reach", "--format", "json")
    rows = {row["question"]: row for row in json.loads(out)}
    assert code == 0
    written_off = rows["more than 100.00 written off"]
    assert (written_off["answer"], written_off["limit"]) == ("yes", "200.00 a document")
    assert written_off["rules"] == "within-rounding, rounding-written-off"
    assert "difference: -200.00" in written_off["payment"]
    assert rows["documents settled by money that goes out"]["answer"] == "no"
