"""Cut-over: what came in is what the general ledger has, and stays so once it is signed."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.company import Company

ITEMS = """number,kind,customer,document_date,due_date,currency,amount,open_amount,rate,account
1001,invoice,42,2026-09-01,2026-10-01,SEK,1250.00,1000.00,,
1002,credit_note,42,2026-09-15,,SEK,300.00,300.00,,
1003,invoice,42,2026-09-15,2026-10-15,EUR,200.00,200.00,11.30,1511
P1,payment,42,2026-10-20,,SEK,100.00,100.00,,
"""
MORE = "number,kind,customer,document_date,due_date,currency,amount,open_amount\n"
MORE += "1004,invoice,42,2026-09-01,2026-10-01,SEK,5.00,5.00\n"
SIGN = ("cutover", "sign", "--gl", "gl.csv", "--reason", "agreed")


def test_cut_over_is_proved_signed_and_opened_again(tmp_path: Path) -> None:
    company = Company(tmp_path / "workspace")
    company.path.mkdir()
    company.cli("init", ".", "--country", "se", "--company", "nordljus", "--name", "Nordljus AB")
    company.cli("customers", "add", "--number", "42", "--name", "Ek AB")
    (company.path / "gl.csv").write_text("account,currency,balance\n1510,SEK,601\n1511,EUR,200\n")
    (company.path / "items.csv").write_text(ITEMS)
    (company.path / "more.csv").write_text(MORE)
    company.cli("import", "open-items", "items.csv")

    rows = company.cli("cutover", "check", "--gl", "gl.csv", "--format", "csv", expect=1).table()
    assert [tuple(row.values()) for row in rows] == [
        ("1510", "SEK", "SEK", "600.00", "601.00", "-1.00"),
        ("1511", "EUR", "EUR", "200.00", "200.00", "0.00"),
    ]
    refused = company.cli(*SIGN, expect=65)
    assert refused.codes == ["RK920"]
    assert "account 1510: open items 600.00 SEK, general ledger 601.00 SEK" in refused.err
    assert company.cli("cutover", "reopen", "--reason", "x", expect=64).codes == ["RK923"]

    balances = "account,currency,balance,base_balance\n1510,SEK,600,\n1511,EUR,200,{}\n"
    (company.path / "gl.csv").write_text(balances.format("2200"))
    refused = company.cli(*SIGN, expect=65)
    assert refused.codes == ["RK920"]
    assert "account 1511, what is in EUR: open items 2260.00 SEK, general" in refused.err
    (company.path / "gl.csv").write_text(balances.format("2260.00"))
    company.cli("settle", "payments", "--customer", "42", "--on", "2026-11-30", "--apply")
    company.cli("cutover", "check", "--gl", "gl.csv")
    company.cli(*SIGN)
    for late in (
        ("import", "open-items", "more.csv"), ("undo", "import:1"), SIGN,
    ):  # fmt: skip
        assert company.cli(*late, expect=65).codes == ["RK922"], late
    company.cli("import", "open-items", "items.csv")
    company.cli("cutover", "reopen", "--reason", "a branch was forgotten")
    company.cli("import", "open-items", "more.csv")
    assert company.cli(*SIGN, expect=65).codes == ["RK920"], "what came in is signed anew"
    told = company.cli("show", "overrides", "--format", "csv").table()
    assert [(row["what"], row["reason"]) for row in told] == [
        ("cut-over reopened", "a branch was forgotten")
    ]
    company.check()
