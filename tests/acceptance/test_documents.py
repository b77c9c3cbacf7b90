"""Documents as a person enters them: one on the command line, many in a file, all or none."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.acceptance.company import Company

YAML = """\
documents:
  - kind: invoice
    customer: 42
    date: 2026-11-02
    terms: net10
    order_number: PO-7
    lines:
      - {text: Roof work, quantity: 3, price: 1250.00}
      - {text: Nails, price: 40.00, vat: zero}
  - {kind: payment, customer: 42, date: 2026-11-20, amount: 500.00, hold: true}
"""
CSV = """\
document,kind,customer,date,text,quantity,price,vat,amount,corrects
A,invoice,42,2026-11-03,Roof work,3,1250.00,,,
A,,,,Nails,1,40.00,zero,,
B,payment,42,2026-11-04,,,,,100.00,
"""
WRONG = """\
document,kind,customer,date,text,quantity,price,vat,amount
A,invoice,43,2026-11-03,Roof work,3,1250.00,,
A,,,,Nails,1,40.00,zeero,
B,payment,42,2026-11-04,,,,,
"""


@pytest.fixture
def company(tmp_path: Path) -> Company:
    made = Company(tmp_path / "workspace")
    made.path.mkdir()
    made.cli("init", ".", "--country", "se", "--company", "nordljus", "--name", "Nordljus AB")
    made.cli("customers", "add", "--number", "42", "--name", "Ek AB")
    return made


def test_from_the_command_line_to_the_ledger(company: Company) -> None:
    roof = ("--line", "Roof work;3;1250.00", "--date", "2026-11-20")
    shown = company.cli("documents", "add", "--customer", "42", *roof, "--preview", expect=2)
    assert "To pay" in shown.out
    assert "4\xa0688,00 SEK" in shown.out
    assert company.cli("documents", "list", "--format", "csv").table() == []
    added = company.cli("documents", "add", "--customer", "42", *roof)
    assert "reskontra documents release draft:1" in added.err
    assert company.cli("documents", "show", "draft:1").out == added.out
    assert "hold" in company.cli("documents", "hold", "draft:1", "--reason", "asked for").out
    assert company.cli("documents", "release", "draft:1", expect=65).codes == ["RK811"]
    company.cli("documents", "unhold", "draft:1")
    edited = company.cli(
        "documents", "edit", "draft:1", "--set", "terms=net10", "--set", "corrects="
    )
    assert "(net10)" in edited.out

    waits = company.cli("documents", "release", "--all", "--out", "friday.plan", expect=2)
    assert "ar_trade" in waits.out
    assert "run:1: invoice 10001" in company.cli("apply", "friday.plan").out
    assert company.cli("documents", "release", "draft:1", expect=64).codes == ["RK808"]
    company.cli("documents", "release", "draft:1", "--all", expect=64)
    company.cli("documents", "release", expect=64)
    told = company.cli("explain", "run:1").out
    assert "invoice for 42 Ek AB, terms net10, due 2026-11-30" in told
    (row,) = company.cli("documents", "list", "ek", "--format", "csv").table()
    assert (row["number"], row["status"], row["open"]) == ("10001", "open", "4688.00")
    told = company.cli("documents", "show", "10001").out
    assert told == company.cli("explain", "invoice:10001").out
    assert told == company.cli("documents", "show", "draft:1").out
    for words in (
        "due 2026-11-30 (net10)",
        "3 x 1250.00",
        "VAT 25 %",
        "payment reference 1000173",
        "made in run:1 by",
        "nothing was applied to it",
    ):
        assert words in told
    (found,) = company.cli("explain", "10001", "--format", "json").json()["documents"]
    assert (found["lines"][0]["net"], found["detail"]["rounding"]) == (3_750_00, 50)
    assert company.cli("documents", "show", "10002", expect=64).codes == ["RK752"]
    ageing = company.cli("show", "ageing", "--as-of", "2026-12-05", "--format", "json").json()
    assert ageing[0]["1-30"] == "4688.00"
    company.check()
    company.cli("undo", "run:1", "--reason", "wrong customer")
    company.check()


def test_a_released_invoice_is_paid_through_the_bank_by_its_reference(company: Company) -> None:
    company.cli(
        "documents", "add", "--customer", "42", "--line", "Roof work;3;1250.00", "--date",
        "2026-11-02",
    )  # fmt: skip
    company.cli("documents", "release", "--all", "--apply")
    (company.path / "bank.csv").write_text(
        "id,booking_date,amount,currency,reference,text,payer_name\n"
        "B1,2026-11-20,4688.00,SEK,1000173,,Somebody AB\n"
    )
    cash = company.folder / "cash_accounts.yaml"
    cash.write_text(cash.read_text("utf-8").replace("# identifiers:", "identifiers:"), "utf-8")
    company.cli("import", "bank", "bank.csv")
    company.cli("run")
    (row, _) = company.cli("documents", "list", "--format", "csv").table()[::-1]
    assert (row["number"], row["status"]) == ("10001", "closed")
    paid = company.cli("documents", "show", "P0000001").out
    assert "applied: invoice 10001" in paid, "what a bank line made is shown, too"


@pytest.mark.parametrize(("name", "text"), [("november.yaml", YAML), ("november.csv", CSV)])
def test_many_documents_from_a_file(company: Company, name: str, text: str) -> None:
    (company.path / name).write_text(text)
    shown = company.cli("documents", "import", name, "--preview", "--format", "json", expect=2)
    first, second = shown.json()["drafts"]
    assert (first["net"], first["vat"], first["amount"]) == ("3790.00", "937.50", "4728.00")
    assert (second["kind"], first["customer"]) == ("payment", "42")
    assert company.cli("documents", "list", "--format", "csv").table() == []
    company.cli("documents", "import", name)
    listed = company.cli("documents", "list", "--format", "csv").table()
    assert [row["number"] for row in listed] == ["draft:2", "draft:1"]
    company.cli("documents", "release", "--all", "--apply")
    company.check()


def test_every_fault_of_a_file_is_told_with_its_place(company: Company) -> None:
    (company.path / "bad.csv").write_text(WRONG)
    told = company.cli("documents", "import", "bad.csv", expect=65)
    assert [line.split(" ")[:2] for line in told.err.splitlines() if line.startswith("bad")] == [
        ["bad.csv:2:1:", "RK830"], ["bad.csv:3:1:", "RK801"], ["bad.csv:4:1:", "RK802"],
    ]  # fmt: skip
    assert company.cli("documents", "list", "--format", "csv").table() == []
    (company.path / "bad.yaml").write_text(YAML.replace("net10", "net11").replace("zero", "zeero"))
    told = company.cli("documents", "import", "bad.yaml", expect=65)
    assert told.codes == ["RK801", "RK801"]
    assert "bad.yaml:5:12: RK801 unknown credit terms 'net11' — did you mean 'net14'?" in told.err
    (company.path / "bad.yaml").write_text("documents:\n  - {kind: bill, customer: 42, due: x}\n")
    assert company.cli("documents", "import", "bad.yaml", expect=65).codes == [
        "RK107", "RK106", "RK101",
    ]  # fmt: skip


def test_what_was_migrated_is_voided_without_a_voucher(company: Company) -> None:
    (company.folder / "ledger.yaml").write_text("ledger:\n  posting: {migration_mode: true}\n")
    money = ("--kind", "payment", "--amount", "100.00", "--date", "2026-11-20")
    company.cli("documents", "add", "--customer", "42", *money)
    company.cli("documents", "release", "--all", "--apply")
    company.cli("documents", "void", "P0000001", "--reason", "bounced", "--apply")
    company.check()
    assert company.cli("show", "journal", "--format", "csv").table() == []
