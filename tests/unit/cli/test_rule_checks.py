"""Rules are checked against the company: by ``lint``, and before any work is done under them."""

from __future__ import annotations

from pathlib import Path

import pytest

from reskontra.adapters.wiring import login_name, open_application
from reskontra.cli.rule_checks import check_rules
from reskontra.config import scaffold
from reskontra.config.lint import lint_workspace
from reskontra.config.schemas import account_roles, schema
from reskontra.engine.errors import Problem, ReskontraError
from reskontra.engine.services.setting import Setting
from reskontra.rules.book import RuleBook
from reskontra.rules.vocabulary import EFFECTS

LABEL = "companies/nordic/rules/own.yaml"
BANK_FEE = """pack: own
stage: create
rules:
  - id: fee
    when: {{direction: out}}
    then: {{outcome: cash_entry, {effect}}}
    because: "a fee of {{amount}}"
    tests:
      - given: {{direction: out}}
        expect: {{outcome: cash_entry}}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "ws"
    scaffold.create(folder, country="se", company="nordic", name="Nordic AB", login=login_name())
    return folder


def errors(root: Path, text: str) -> list[Problem]:
    """What ``lint`` says of this rule file; work refuses for the same reasons."""
    (root / LABEL).write_text(text, "utf-8")
    found = [problem for problem in lint_workspace(root, [check_rules]) if problem.is_error]
    if found:
        with pytest.raises(ReskontraError) as raised:
            setting(root)
        at_work = [(p.code, p.message, p.place) for p in raised.value.problems]
        assert at_work == [(p.code, p.message, p.place) for p in found]
    return found


def setting(root: Path, *overrides: str) -> Setting:
    """What a run is made under."""
    return open_application(root, overrides=overrides).setting()


def params(setting_: Setting, stage: str) -> dict[str, str]:
    """Outcomes and treatments by rule, as they are decided in this setting."""
    assert isinstance(setting_.decider, RuleBook)
    (found,) = [s for s in setting_.decider.stages if s.stage == stage]
    return {
        rule.id: str(rule.then.get("outcome") or rule.then.get("treat")) for rule in found.rules
    }


def test_an_unknown_role_is_named_with_its_place(root: Path) -> None:
    (problem,) = errors(root, BANK_FEE.format(effect="role: bank_fees"))
    assert (problem.code, str(problem.place)) == ("RK407", f"{LABEL}:6:39")
    assert "did you mean 'bank_fee'?" in problem.message
    assert problem.excerpt.strip() == "then: {outcome: cash_entry, role: bank_fees}"


def test_all_files_are_named_at_once(root: Path) -> None:
    other = root / "companies/nordic/rules/bank_rules.yaml"
    other.write_text(other.read_text("utf-8").replace("role: bank_fee}", "role: fee}"), "utf-8")
    found = errors(root, BANK_FEE.format(effect="role: bank_fees"))
    assert [str(problem.place) for problem in found] == [
        "companies/nordic/rules/bank_rules.yaml:17:39",
        "companies/nordic/rules/bank_rules.yaml:21:45",
        f"{LABEL}:6:39",
    ]


@pytest.mark.parametrize("number", ["19x0", "bank", "1930 x", "19.", "", "123456789012345678901"])
def test_what_is_no_account_number_is_refused(root: Path, number: str) -> None:
    (problem,) = errors(root, BANK_FEE.format(effect=f'account: "{number}"'))
    assert (problem.code, str(problem.place)) == ("RK407", f"{LABEL}:6:42")


@pytest.mark.parametrize("number", ["1930", "6570-01", "1930.SEK", "K1930", "19300000"])
def test_account_numbers(root: Path, number: str) -> None:
    chart = f"accounts:\n  others: [{number}]\n"
    (root / "companies/nordic/accounts.yaml").write_text(chart, "utf-8")
    assert errors(root, BANK_FEE.format(effect=f'account: "{number}"')) == []


def test_one_form_of_account_numbers_in_rules_and_configuration() -> None:
    roles = schema("accounts")["properties"]["accounts"]["properties"]["roles"]["properties"]
    cash = schema("cash_accounts")["properties"]["cash_accounts"]["items"]["properties"]
    nodes = [roles[role] for role in account_roles()]
    (form,) = {node["pattern"] for node in (*nodes, cash["account"])}
    length = "(?=.{1,20}$)"
    assert EFFECTS["create"]["account"].pattern.replace("(?:", "(") == length + form[1:-1]


def test_a_misspelt_parameter_is_an_error(root: Path) -> None:
    text = "pack: own\nstage: create\nparams:\n  unknown_payr: open_payment\n"
    (problem,) = errors(root, text)
    assert (problem.code, str(problem.place)) == ("RK413", f"{LABEL}:4:3")
    assert "did you mean 'unknown_payer'?" in problem.message


def test_a_wrong_value_is_reported_where_it_was_set(root: Path) -> None:
    text = "pack: own\nstage: match\nparams:\n  duplicates: held\n"
    (problem,) = errors(root, text)
    assert (problem.code, str(problem.place)) == ("RK407", f"{LABEL}:4:3")
    assert "did you mean 'hold'?" in problem.message


def test_a_parameter_of_a_companys_pack_wins_over_its_preferences(root: Path) -> None:
    assert params(setting(root), "create")["unknown-payer"] == "review"
    said = "matching.unknown_payer=open_payment", "differences.short=review"
    filled = setting(root, *said)
    assert params(filled, "create")["unknown-payer"] == "open_payment"
    assert params(filled, "create")["known-payer"] == "review"
    assert params(filled, "differences")["short"] == "review"
    pack = "pack: own\nstage: create\nparams: {unknown_payer: review, known_payer: open_payment}\n"
    (root / LABEL).write_text(pack, "utf-8")
    both = params(setting(root, *said), "create")
    assert (both["unknown-payer"], both["known-payer"]) == ("review", "open_payment")


def test_duplicates_are_a_preference(root: Path) -> None:
    found = params(setting(root, "matching.duplicates=review"), "match")
    assert (found["duplicate-payment"], found["document-closed"]) == ("review", "review")
    with pytest.raises(ReskontraError, match="RK106"):
        setting(root, "matching.duplicates=held")


def test_an_account_that_the_company_does_not_have_is_an_error(root: Path) -> None:
    (problem,) = errors(root, BANK_FEE.format(effect='account: "6571"'))
    assert (problem.code, str(problem.place)) == ("RK458", f"{LABEL}:6:42")
    assert "books to account '6571', which the company does not have" in problem.message
    assert "did you mean '6570'?" in problem.message


@pytest.mark.parametrize("account", ["6570", "1930"])
def test_accounts_of_roles_and_of_cash_accounts_are_known(root: Path, account: str) -> None:
    assert errors(root, BANK_FEE.format(effect=f'account: "{account}"')) == []


def test_an_account_set_by_a_parameter_is_reported_where_it_was_set(root: Path) -> None:
    text = BANK_FEE.format(effect="account: {{param: fees}}").replace("{{", "{").replace("}}", "}")
    (problem,) = errors(root, text.replace("rules:", 'params: {fees: "6571"}\nrules:', 1))
    assert (problem.code, str(problem.place)) == ("RK458", f"{LABEL}:3:10")


@pytest.mark.parametrize(("test", "column"), [("mian", 26), ("{in: [main, mian]}", 31)])
def test_a_cash_account_that_is_not_there_is_an_error(root: Path, test: str, column: int) -> None:
    text = BANK_FEE.format(effect="role: bank_fee").replace(
        "when: {direction: out}", f"when: {{cash_account: {test}, direction: out}}"
    )
    (problem,) = errors(root, text)
    assert (problem.code, str(problem.place)) == ("RK458", f"{LABEL}:5:{column}")
    assert "did you mean 'main'?" in problem.message


TAGGED = """pack: tagged
stage: match
rules:
  - id: mark
    when: {payer_known: true}
    then: {tag: trusted}
    because: known
    tests:
      - given: {payer_known: true}
        expect: {tag: trusted}
"""


def waiting(root: Path, tag: str, *, stage: str) -> list[Problem]:
    """A rule of ``stage`` waits for a tag; a rule of ``match`` sets ``trusted``."""
    other = root / "companies/nordic/rules/tagged.yaml"
    other.write_text(TAGGED, "utf-8")
    text = BANK_FEE.format(effect="role: bank_fee").replace("stage: create", f"stage: {stage}")
    return errors(root, text.replace("out}\n    then", f"out, tag: {tag}}}\n    then"))


def test_a_tag_that_no_rule_sets_is_an_error(root: Path) -> None:
    (problem,) = waiting(root, "trustd", stage="create")
    assert (problem.code, str(problem.place)) == ("RK459", f"{LABEL}:5:33")
    assert "did you mean 'trusted'?" in problem.message


def test_a_tag_set_in_a_later_stage_comes_too_late(root: Path) -> None:
    (problem,) = waiting(root, "trusted", stage="classify")
    assert problem.code == "RK459"


def test_the_id_of_a_shipped_rule_of_another_stage_replaces_nothing(root: Path) -> None:
    text = BANK_FEE.format(effect="role: bank_fee").replace("id: fee", "id: reference-exact")
    (root / LABEL).write_text(text, "utf-8")
    (problem,) = [p for p in lint_workspace(root, [check_rules]) if p.code == "RK460"]
    assert (problem.severity, str(problem.place)) == ("warning", f"{LABEL}:4:5")
    assert "which stands in match" in problem.message
    (root / LABEL).write_text(text.replace("reference-exact", "disbursement"), "utf-8")
    assert "RK460" not in [p.code for p in lint_workspace(root, [check_rules])]
