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
