"""A payment in kronor for invoices in euros, as a person books it: chosen, held to the rate of the
day, explained, verified, taken back."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.company import Company

ITEMS = """number,kind,customer,document_date,due_date,currency,amount,open_amount,base_amount
20010005,invoice,42,2026-09-01,2026-10-01,EUR,1000.00,1000.00,11200.00
20010013,invoice,42,2026-09-15,2026-10-15,EUR,500.00,500.00,5600.00
20010021,invoice,42,2026-09-15,2026-10-15,SEK,500.00,500.00,
"""
BANK = """id,booking_date,amount,currency,reference
B1,2026-11-20,11400.00,SEK,20010005
B2,2026-11-20,2800.00,SEK,20010013
"""


EURO_ACCOUNT = """
  - {id: euro, account: 1940, currency: EUR, feed: details, identifiers: {plusgiro: 1-8}}
"""


def company_in(path: Path, bank: str, account: str) -> Company:
    """A company that is owed euros, has an account in them, and was paid."""
    company = Company(path)
    company.path.mkdir()
    company.cli("init", ".", "--country", "se", "--company", "nordljus", "--name", "Nordljus AB")
    accounts = company.folder / "cash_accounts.yaml"
    text = accounts.read_text().replace("# identifiers: {bank", "identifiers: {bank")
    accounts.write_text(text.replace(", plusgiro: 1-8", "") + EURO_ACCOUNT)
    (company.path / "items.csv").write_text(ITEMS)
    (company.path / "bank.csv").write_text(bank)
    company.cli("customers", "add", "--number", "42", "--name", "Ek AB")
    company.cli("import", "open-items", "items.csv")
    company.cli("import", "bank", "bank.csv", "--account", account)
    return company


def test_euros_settle_euros_by_themselves(tmp_path: Path) -> None:
    bank = BANK.replace("11400.00,SEK", "1000.00,EUR").replace("2800.00,SEK", "500.00,EUR")
    company = company_in(tmp_path / "workspace", bank, "18")
    matching = company.folder / "matching.yaml"
    matching.write_text(
        matching.read_text().replace("tiers: [reference]", "tiers: [reference, invoice_number]")
    )
    blocked = company.cli("match", "--format", "json", expect=2).json()
    assert {line["blocked"][:5] for line in blocked["lines"]} == {"RK721"}
    company.cli("rates", "add", "EUR", "11.35", "--from", "2026-11-01")
    shown = company.cli("match", "--out", "one.plan", expect=None).out
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    assert "1510 ar_trade −1 500,00 −16 800,00 SEK" in lines
    assert "3960 fx_gain 0,00 −225,00 SEK" in lines
    company.cli("apply", "one.plan")
    company.cli("verify")
    company.cli("check")
    company.cli("undo", "run:1", "--reason", "not yet")
    company.cli("check")


def test_kronor_settle_euros(tmp_path: Path) -> None:
    company = company_in(tmp_path / "workspace", BANK, "9912346")
    company.cli("match", "--out", "one.plan", expect=2)
    company.cli("apply", "one.plan", expect=None)

    first = ("resolve", "line:1", "--accept", "1")
    assert company.cli(*first, expect=65).codes == ["RK721"]
    company.cli("rates", "add", "EUR", "11.35", "--from", "2026-11-01")
    both = company.cli("resolve", "line:1", "--documents", "20010005,20010021", expect=64)
    assert both.codes == ["RK752"]
    company.cli(*first)
    told = [" ".join(line.split()) for line in company.cli("explain", "line:1").out.splitlines()]
    assert "invoice 20010005 of 42: open 1 000,00, paid 1 000,00, left 0,00 EUR" in told
    assert [line for line in told if line[:4].isdigit() and "SEK" in line] == [
        "1930 bank 1 000,00 EUR 11 400,00 SEK",
        "1510 ar_trade −1 000,00 EUR −11 200,00 SEK 42",
        "3960 fx_gain 0,00 EUR −200,00 SEK",
    ]

    part = ("resolve", "line:2", "--documents")
    assert company.cli(*part, "20010013", expect=65).codes == ["RK960"]
    company.cli(*part, "20010013=247.50")
    open_now = {
        row["number"]: row["open"]
        for row in company.cli("show", "documents", "--format", "csv").table()
    }
    assert open_now == {"20010013": "252.50", "20010021": "500.00"}
    rows = company.cli("export", "decisions").table()
    assert [row["allocated_minor"] for row in rows] == ["100000", "24750"]
    company.cli("verify")
    company.cli("check")
    company.cli("undo", "run:2", "--reason", "another invoice")
    company.cli("check")
