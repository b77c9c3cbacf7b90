"""Who may do what: every command that writes refuses an auditor, and a role that is not its own."""

from __future__ import annotations

from tests.acceptance.company import Company
from tests.writing_commands import TRIED

from reskontra.adapters.wiring import login_name


def test_every_command_that_writes_refuses_an_auditor_and_changes_nothing(
    applied: Company,
) -> None:
    (applied.path / "more.csv").write_text("number,name\n9,Ny AB\n")
    (applied.path / "drafts.yaml").write_text(
        "documents:\n  - {kind: invoice, date: 2026-11-20, customer: 1001, amount: 100.00}\n"
    )
    (applied.path / "rates.csv").write_text("currency,from,rate\nEUR,2026-11-01,11.30\n")
    _only(applied, "auditor")
    before = _state(applied)
    for deed, arguments in TRIED.items():
        assert applied.cli(*arguments, expect=64).codes == ["RK701"], deed
        assert _state(applied) == before, deed


def test_each_role_does_its_own(applied: Company) -> None:
    _only(applied, "clerk")
    refused = applied.cli(*TRIED["config set"], expect=64)
    assert refused.codes == ["RK910"]
    assert f"'config set' is for consultant; {login_name()} is clerk" in refused.err
    assert "who may, by users.yaml: nobody yet" in refused.err
    applied.cli(*TRIED["customers add"])
    _only(applied, "consultant")
    assert applied.cli(*TRIED["customers add"], expect=64).codes == ["RK910"]
    applied.cli(*TRIED["config set"])


def test_the_table_is_shown_with_the_people(applied: Company) -> None:
    shown = applied.cli("show", "permissions", "--format", "csv")
    rows = {row["deed"]: row for row in shown.table()}
    assert rows["config set"]["roles"] == "consultant"
    assert rows["undo"]["people"] == f"{login_name()}, tester"
    assert "show" not in rows
    _only(applied, "clerk, approver")
    alone = applied.cli("show", "permissions").err
    assert f"not enforced, {login_name()} both changes and approves" in alone
    (applied.path / "users.yaml").unlink()
    assert "users.yaml lists nobody" in applied.cli("show", "permissions").err


def _only(company: Company, roles: str) -> None:
    text = f"users:\n  - {{login: {login_name()}, roles: [{roles}]}}\n"
    (company.path / "users.yaml").write_text(text)


def _state(company: Company) -> dict[str, object]:
    """Every file of the workspace, and the books as records."""
    files: dict[str, object] = {
        str(path.relative_to(company.path)): path.read_bytes()
        for path in sorted(company.path.rglob("*"))
        if path.is_file() and not path.name.startswith("ledger.sqlite")
    }
    return files | {"books": company.dump()}
