"""Keys that are locked after their first use, as a consultant meets them."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.company import Company

ITEMS = """number,kind,customer,document_date,due_date,currency,amount,open_amount
1001,invoice,42,2026-09-01,2026-10-01,SEK,1250.00,1250.00
P1,payment,42,2026-10-20,,SEK,300.00,300.00
P2,payment,42,2026-10-21,,SEK,400.00,400.00
"""
KEY = "ledger.fiscal_year_start"


def test_a_used_key_changes_only_with_a_reason(tmp_path: Path) -> None:
    company = Company(tmp_path / "workspace")
    company.path.mkdir()
    company.cli("init", ".", "--country", "se", "--company", "nordljus", "--name", "Nordljus AB")
    (company.path / "items.csv").write_text(ITEMS)
    company.cli("customers", "add", "--number", "42", "--name", "Ek AB")
    company.cli("import", "open-items", "items.csv")
    company.cli("config", "set", KEY, "7")
    settle = ("settle", "payments", "--customer", "42", "--on", "2026-11-30", "--apply")
    company.cli(*settle)

    refused = company.cli("config", "set", KEY, "9", expect=65)
    assert refused.codes == ["RK330"]
    assert "run:1 was made when it was 7, now it is 9" in refused.err
    ledger = company.folder / "ledger.yaml"
    ledger.write_text(ledger.read_text().replace("7", "9"))
    found = company.cli("lint", expect=1).out
    assert "companies/nordljus/ledger.yaml:" in found
    assert "RK330 ledger.fiscal_year_start is locked" in found
    assert company.cli(*settle, expect=65).codes == ["RK330"]
    assert company.cli("match", expect=65).codes == ["RK330"]
    company.cli("show", "documents")
    company.cli("config", "set", "numbering.use.invoice", "PAY", expect=None)

    assert company.cli("config", "unlock", "matching.x", "--reason", "x", expect=64).codes == [
        "RK331"
    ]
    company.cli("config", "unlock", KEY, "--reason", " ", expect=64)
    company.cli("config", "unlock", KEY, "--reason", "the board moved the year")
    company.cli("lint")
    company.cli("undo", "run:1", "--reason", "once more")
    company.cli(*settle)
    assert company.cli("config", "set", KEY, "1", expect=65).codes == ["RK330"]
    company.cli("check")


def test_a_branch_is_compared_with_its_own_runs_on_any_database(
    tmp_path: Path, postgres_url: str
) -> None:
    company = Company(tmp_path / "workspace", postgres_url)
    company.path.mkdir()
    company.cli("init", ".", "--country", "se", "--company", "nordljus", "--name", "Nordljus AB")
    branch = company.folder / "branches" / "oslo"
    branch.mkdir(parents=True)
    own = branch / "numbering.yaml"
    own.write_text(
        "numbering:\n  series: [{id: oslo, pattern: 'O{n:05}', start: 1}]\n  use: {payment: oslo}\n"
    )
    (company.path / "users.yaml").unlink()
    company.cli("customers", "add", "--number", "42", "--name", "Ek AB")
    pay = ("documents", "pay", "--customer", "42", "--amount", "5.00", "--apply")
    company.cli("--branch", "oslo", *pay)
    company.cli(*pay)
    company.cli("lint")

    own.write_text(own.read_text().replace("payment: oslo", "payment: refunds"))
    found = company.cli("lint", expect=1).out
    assert "branches/oslo/numbering.yaml:3:" in found
    assert "RK330 numbering.use.payment is locked: run:1 was made when it was oslo" in found
    assert company.cli("--branch", "oslo", *pay, expect=65).codes == ["RK330"]
    company.cli(*pay)
    company.cli("config", "unlock", "numbering.use.payment", "--reason", "moved")
    company.cli("lint")
    company.cli("--branch", "oslo", *pay)

    nobody = Company(company.path, "postgresql://nobody@127.0.0.1:1/nowhere")
    silent = nobody.cli("lint")
    assert "locked keys are not compared with the books: the database" in silent.err
