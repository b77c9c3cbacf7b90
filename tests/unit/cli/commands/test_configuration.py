"""The commands of the configuration room, run as a person runs them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import typer

from reskontra.adapters.wiring import login_name, open_application
from reskontra.cli.commands import config, init, lint, schema
from reskontra.cli.session import Session
from reskontra.config import scaffold
from reskontra.engine.errors import ReskontraError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "ws"
    scaffold.create(folder, country="se", company="nordic", name="Nordic AB", login=login_name())
    return folder


def run(root: Path, *arguments: str) -> int:
    """Run one command in the workspace; returns its exit code."""
    app = typer.Typer()
    app.command("init")(init.init)
    app.command("lint")(lint.lint)
    app.add_typer(config.app, name="config")
    app.add_typer(schema.app, name="schema")

    @app.callback()
    def start(context: typer.Context) -> None:
        context.obj = Session(root, "", "", "")

    return int(typer.main.get_command(app).main(list(arguments), standalone_mode=False) or 0)


def test_config_show_origin(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(
        root, "config", "show", "matching.auto", "--origin", "--set", "matching.auto.absolute=0.80"
    )
    assert code == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0].split() == [
        "matching.auto.absolute", "0.80", "--set", "matching.auto.absolute=0.80",
        "(was", "0.75", "in", "defaults/matching.yaml:20)",
    ]  # fmt: skip
    assert "companies/nordic/matching.yaml:13" in out
    assert err == "6 values of company nordic\n"


def test_config_show_without_origin_is_only_values(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(root, "config", "show", "company")
    assert [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()] == [
        ["company.country", "SE"],
        ["company.currency", "SEK"],
        ["company.mode", "test"],
        ["company.name", "Nordic AB"],
        ["company.org_number"],
    ]


DATED = """numbering:
  series:
    - {id: journal, from: 2026-07-01, start: 500}
"""


def test_dated_items_hold_on_the_day_asked_for(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "companies/nordic/numbering.yaml").write_text(DATED, "utf-8")
    (root / "users.yaml").unlink()
    for day, start in (("2026-06-30", "1"), ("2026-07-01", "500")):
        run(root, "config", "show", "numbering.series.journal.start", "--at", day)
        assert capsys.readouterr().out.split()[-1] == start
        opened = open_application(root, as_of=day).preferences.numbering
        (journal,) = [series for series in opened.series if series.id == "journal"]
        assert journal.rows[0].start_number.endswith(start)


def test_removed_items_are_printed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "numbering:\n  series:\n    - {id: refunds, $remove: true}\n  use: {refund: payments}\n"
    (root / "companies/nordic/numbering.yaml").write_text(text, "utf-8")
    run(root, "config", "show", "numbering.series", "--origin")
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "(removed)" in line]
    assert line.split() == [
        "numbering.series.refunds", "(removed)", "companies/nordic/numbering.yaml:3",
        "(was", "in", "defaults/numbering.yaml:6)",
    ]  # fmt: skip


def test_config_show_json_has_the_whole_chain(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(root, "config", "show", "differences.rounding.SEK", "--format", "json")
    document = json.loads(capsys.readouterr().out)
    (value,) = document["values"].values()
    assert (value["value"], value["layer"]) == ("1.00", "default")


def test_an_unknown_key_is_refused_with_a_suggestion(root: Path) -> None:
    with pytest.raises(ReskontraError, match=r"did you mean 'matching\.auto'"):
        run(root, "config", "show", "matching.autp")


def test_config_why_by_the_label_of_the_screen(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(root, "config", "why", "Avskrivningsgräns")
    out = capsys.readouterr().out
    assert out.startswith("differences.write_off_limit\n")
    assert "Avskrivningsgräns / Write-off limit" in out


def test_config_why_tells_the_value_of_the_company(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(root, "config", "why", "cash_accounts.main.currency")
    lines = capsys.readouterr().out.splitlines()
    assert "  locked    after first use" in lines
    assert lines[-1].startswith("  value     SEK  companies/nordic/cash_accounts.yaml:")
    run(root, "config", "why", "differences.rounding")
    assert "  differences.rounding.SEK  1.00  defaults/" in capsys.readouterr().out
    run(root, "config", "why", "company.mode")
    out = capsys.readouterr().out
    assert "  one way   test → live, not back" in out
    assert "  set in    default, company\n" in out


def test_config_set_shows_what_it_changed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = root / "companies/nordic/matching.yaml"
    before = path.read_text("utf-8")
    assert run(root, "config", "set", "matching.auto.tiers", "[text]", "--dry-run") == 0
    assert path.read_text("utf-8") == before
    out, err = capsys.readouterr()
    assert "-    tiers: [reference]" in out.splitlines()
    assert "+    tiers: [text]" in out.splitlines()
    assert err == "dry run: nothing was written\n"
    assert run(root, "config", "set", "matching.auto.tiers", "[text]") == 0
    assert path.read_text("utf-8") == before.replace("tiers: [reference]", "tiers: [text]")
    assert run(root, "config", "set", "matching.auto.tiers", "[text]") == 0
    assert "says so already" in capsys.readouterr().err
    assert run(root, "config", "set", "matching.netting", "false", "--layer", "partner") == 0
    written = (root / "partner/matching.yaml").read_text("utf-8")
    assert written == "matching:\n  netting: false\n"


def test_config_why_answers_without_a_company(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "config", "why", "cash_accounts.<id>.feed") == 0
    out, err = capsys.readouterr()
    assert "  set in    company, branch, --set" in out
    assert err.startswith("no company's values: RK116 ")


def test_init_lint_and_schema_export(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tmp_path / "new"
    assert run(root, "init", str(root), "--country", "SE", "--company", "nordic") == 0
    printed = capsys.readouterr().out.splitlines()
    assert sorted(printed) == sorted(p.as_posix() for p in root.rglob("*") if p.is_file())
    assert run(root, "lint") == 0
    out, err = capsys.readouterr()
    assert "RK316 warning: cash account 'main' has no identifiers" in out
    assert err.startswith("0 errors, 1 warning in 1 company (10 files, ")
    shutil.rmtree(root / ".reskontra")
    assert run(root, "schema", "export") == 0
    names = {path.stem for path in (root / ".reskontra/schema").iterdir()}
    assert {"workspace", "users", "matching", "rules"} <= names


def test_lint_finds_configuration_and_rules_at_once(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "companies/nordic/matching.yaml").write_text("matching: {nettin: true}\n", "utf-8")
    rules = root / "companies/nordic/rules/bank_rules.yaml"
    rules.write_text(rules.read_text("utf-8").replace("direction: out\n", "directon: out\n"))
    assert run(root, "lint") == 1
    out, err = capsys.readouterr()
    assert "companies/nordic/matching.yaml:1:12: RK101 unknown key 'nettin'" in out
    assert "companies/nordic/rules/bank_rules.yaml:14:7: RK4" in out
    assert "  14 |       directon: out\n" in out
    assert err.startswith("2 errors in 1 company")


def test_lint_runs_the_tests_beside_the_rules(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = root / "companies/nordic/rules/bank_rules.yaml"
    text = rules.read_text("utf-8").replace("expect: {rule: none}", "expect: {outcome: hide}")
    rules.write_text(text, "utf-8")
    assert run(root, "lint") == 1
    assert "RK418 test of rule 'bank-fee'" in capsys.readouterr().out


def test_warnings_alone_are_no_failure(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "matching: {auto: {tiers: [relevance]}}\n"
    (root / "companies/nordic/matching.yaml").write_text(text, "utf-8")
    assert run(root, "lint", "--format", "github") == 0
    out, err = capsys.readouterr()
    assert "\n::warning file=companies/nordic/matching.yaml,line=1," in out
    assert err.startswith("0 errors, 2 warnings in 1 company")


def test_lint_says_which_rule_can_never_fire(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = root / "companies/nordic/rules/bank_rules.yaml"
    text = """  - id: bank-fee-large
    rule: Never reached
    block: bank_rules
    when: {direction: out, text: {contains: avgift}, amount: {between: [-500.00, -0.01]}}
    then: {outcome: hide}
    because: "hidden"
"""
    rules.write_text(rules.read_text("utf-8") + text, "utf-8")
    assert run(root, "lint") == 0
    assert "RK402 warning: rule 'bank-fee-large' can never fire" in capsys.readouterr().out


def test_lint_shows_one_family_of_findings(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    matching = root / "companies/nordic/matching.yaml"
    matching.write_text(matching.read_text("utf-8") + "teirs: 1\n", "utf-8")
    assert run(root, "lint", "--select", "RK4") == 0
    assert "RK1" not in capsys.readouterr().out
    assert run(root, "lint", "--select", "rk1") == 1
