"""Settling without a bank line, as a person does it: look, keep the plan, book, explain, undo."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.company import Company

from reskontra.adapters.wiring import login_name

ITEMS = """number,kind,customer,document_date,due_date,currency,amount,open_amount
1001,invoice,42,2026-09-01,2026-10-01,SEK,1250.00,1250.00
1002,invoice,42,2026-09-15,2026-10-15,SEK,500.00,0.60
P1,payment,42,2026-10-20,,SEK,300.00,300.00
"""


def company_in(path: Path) -> Company:
    """A new company with one customer, who owes and has paid."""
    company = Company(path)
    company.path.mkdir()
    company.cli("init", ".", "--country", "se", "--company", "nordljus", "--name", "Nordljus AB")
    (company.path / "items.csv").write_text(ITEMS)
    company.cli("customers", "add", "--number", "42", "--name", "Ek AB")
    company.cli("customers", "edit", "42", "--set", "write_off.enabled=true", expect=None)
    company.cli("import", "open-items", "items.csv")
    return company


def test_open_credits_and_small_rests(tmp_path: Path) -> None:
    company = company_in(tmp_path / "workspace")

    assert company.cli("settle", "payments", expect=64).codes == ["RK893"]
    on = ("--on", "2026-11-30")
    assert company.cli("settle", "payments", "--customer", "43", *on, expect=65).codes == ["RK830"]
    assert "Nothing to do." in company.cli("settle", "payments", *on).out, "none by itself"
    shown = company.cli(
        "settle", "payments", "--customer", "42", "--out", "open.plan", *on, expect=2
    )
    lines = [" ".join(line.split()) for line in shown.out.splitlines()]
    assert lines[1:] == [
        "customer 42 open credits settle the oldest documents",
        "2026-11-30 payment P1 → invoice 1001 300,00 SEK",
    ]
    assert "Nothing is booked" in shown.err
    told = company.cli("explain", "--plan", "open.plan", "line:1", expect=65)
    assert told.codes == ["RK742"]
    assert "run:1: 1 application, 0 vouchers" in company.cli("apply", "open.plan").out
    assert company.cli("apply", "open.plan", expect=3).codes == ["RK733"]
    open_now = {
        row["number"]: row["open"]
        for row in company.cli("show", "documents", "--format", "csv").table()
    }
    assert (open_now["1001"], open_now["1002"]) == ("950.00", "0.60")
    steps = company.cli("explain", "run:1", "--format", "json").json()["steps"]
    assert steps[0]["facts"]["settled"] == [["P1", "1001", 30000]]

    assert "Nothing to do." in company.cli("settle", "write-offs", *on).out, "off until switched on"
    differences = company.folder / "differences.yaml"
    differences.write_text(differences.read_text().replace("write_off: false", "write_off: true"))
    company.cli("settle", "write-offs", "--up-to", "0,50", *on, expect=64)
    booked = company.cli("settle", "write-offs", "--up-to", "1.00", "--apply", *on).out
    assert "small balance write off W0000001" in booked
    explained = company.cli("explain", "run:2").out
    assert "invoice 1002 of 42  the rest is small enough" in explained
    assert "small balance write off W0000001 → invoice 1002" in explained
    company.cli("undo", "run:2", "--reason", "wrong day")
    company.cli("undo", "run:1", "--reason", "asked for")
    company.cli("check")


def test_a_person_uses_credits_and_takes_them_off(tmp_path: Path) -> None:
    company = company_in(tmp_path / "workspace")
    by_hand = ("documents", "apply", "P1", "1001")
    assert company.cli(*by_hand, "300.01", expect=64).codes == ["RK817"]
    assert company.cli(*by_hand, "--on", "2026-09-30", expect=64).codes == ["RK816"]
    shown = company.cli(*by_hand, "200.00", "--out", "by_hand.plan", expect=2)
    lines = [" ".join(line.split()) for line in shown.out.splitlines()]
    assert lines[1:] == [
        "payment P1 of 42 used by hand", "2026-10-20 payment P1 → invoice 1001 200,00 SEK",
    ]  # fmt: skip
    company.cli("apply", "by_hand.plan", "--reason", "asked on the phone")
    told = company.cli(*by_hand, "--format", "json", expect=2).json()
    assert (told["as_of"], told["steps"][0]["applications"][0]["amount"]) == ("2026-10-20", 10000)

    off = ("documents", "unapply", "P1", "1001", "--reason", "meant for 1002")
    assert "run:2: 1 application" in company.cli(*off, "--on", "2026-11-01", "--apply").out
    assert company.cli(*off, expect=64).codes == ["RK818"]
    undone = company.cli("undo", "run:1", expect=64)
    assert undone.codes == ["RK739"]
    assert "what run:2 took back before is left out" in undone.err
    assert company.cli("undo", "run:2", expect=64).codes == ["RK737"]
    told = company.cli("explain", "document:1001")
    assert "taken back: payment P1, run:2" in told.out
    assert company.cli("documents", "pay", "--amount", "5.00", expect=64).codes == ["RK822"]
    paid = ("documents", "pay", "1001=1000.00", "1002", "--on", "2026-11-02")
    assert "run:3: payment P0000001; 2 applications" in company.cli(*paid, "--apply").out
    again = company.cli(*paid, expect=64)
    assert again.codes == ["RK817"]
    bounced = ("documents", "void", "P0000001", "--reason", "bounced", "--apply")
    assert "void payment P0000001" in company.cli(*bounced).out
    for command, code in (("reverse", "RK819"), ("void", "RK820")):
        refused = company.cli("documents", command, "1001", "--reason", "test", expect=64)
        assert refused.codes == [code]
    company.cli("check")


MONTH_END = """number,kind,customer,document_date,due_date,currency,amount,open_amount
1001,invoice,42,2026-09-01,2026-10-15,SEK,1250.00,1250.00
P1,payment,43,2026-10-20,,SEK,300.00,300.00
"""
LEDGER = """ledger:
  expected_losses: {1-30: 1.00, 31-60: 50.00}
"""


def test_the_end_of_a_month(tmp_path: Path) -> None:
    company = Company(tmp_path / "workspace")
    company.path.mkdir()
    company.cli("init", ".", "--country", "se", "--company", "nordljus", "--name", "Nordljus AB")
    (company.path / "items.csv").write_text(MONTH_END)
    for number in ("42", "43"):
        company.cli("customers", "add", "--number", number, "--name", f"Ek {number} AB")
    company.cli("import", "open-items", "items.csv")
    on = ("--on", "2026-11-30")
    (company.folder / "ledger.yaml").write_text(LEDGER.replace("31-60", "31-61"))
    assert company.cli("settle", "expected-losses", *on, expect=65).codes == ["RK227"]
    (company.folder / "ledger.yaml").write_text(LEDGER)
    assert company.cli("settle", "reclassification", expect=64).codes == []
    told = company.cli("settle", "expected-losses", "--on", "2026-11-29", expect=64)
    assert told.codes == ["RK891"]
    assert "Nothing to do." in company.cli("settle", "revaluation", *on).out, "nothing is foreign"
    shown = company.cli("settle", "expected-losses", "--out", "losses.plan", *on, expect=2).out
    assert "account 1519  50 % of 1\N{NO-BREAK SPACE}000,00 SEK (31-60)" in shown
    users = (company.path / "users.yaml").read_text()
    (company.path / "users.yaml").write_text(
        f"users:\n  - {{login: {login_name()}, roles: [clerk]}}\n"
    )
    assert company.cli("apply", "losses.plan", expect=64).codes == ["RK910"]
    (company.path / "users.yaml").write_text(users)
    company.cli("apply", "losses.plan")
    shown = company.cli("settle", "reclassification", "--apply", *on).out
    assert "customer 43  has 300,00 SEK in credit on 1510" in shown
    assert company.cli("settle", "reclassification", *on, expect=3).codes == ["RK894"]
    company.cli("show", "reconciliation", "--as-of", "2026-11-30")
    assert "customer 43" in company.cli("explain", "run:2").out
    company.cli("undo", "run:1", "--reason", "other percentages")
    lost = ("credit-loss", "1001", "250.00", "--evidence", "K 1-26", "--vat-code", "standard")
    assert company.cli("settle", "credit-loss", "1001", "0", *on, expect=65).codes == ["RK785"]
    company.cli("settle", *lost, "--apply", *on)
    rows = company.cli("show", "vat", "--period", "2026-10", "--months", "3", "--format", "csv")
    assert [(row["source"], row["net"], row["vat"]) for row in rows.table()] == [
        ("credit_loss", "-200.00", "-50.00")
    ]
    assert company.cli("show", "vat", "--period", "2026-13", expect=64).codes == ["RK861"]
    company.cli("check")


RATES = """rates:
  - {currency: EUR, from: 2026-11-27, rate: 11.30}
  - {currency: USD, from: 2026-11-27, rate: 9.5, type: average}
"""


def test_foreign_items_and_their_rates(tmp_path: Path) -> None:
    company = Company(tmp_path / "workspace")
    company.path.mkdir()
    company.cli("init", ".", "--country", "se", "--company", "nordljus", "--name", "Nordljus AB")
    items = MONTH_END.replace("open_amount", "open_amount,base_amount").replace(
        "SEK,1250.00,1250.00", "EUR,1000.00,1000.00,11200.00"
    )
    files = {
        "items.csv": items.replace("300.00,300.00", "300.00,300.00,"),
        "rates.yaml": RATES,
        "bad.yaml": RATES.replace("11-27", "11-31").replace("9.5", "0"),
        "rates.csv": "currency,from,rate\nEUR,2026-11-30,11.40\nEUR,2026-11-30,0\n",
    }
    for name, text in files.items():
        (company.path / name).write_text(text)
    for number in ("42", "43"):
        company.cli("customers", "add", "--number", number, "--name", f"Ek {number} AB")
    company.cli("import", "open-items", "items.csv")
    on = ("--on", "2026-11-30")
    assert company.cli("settle", "revaluation", *on, expect=65).codes == ["RK892"]
    company.cli("rates", "add", "EUR", "11,30", "--from", "2026-11-30", expect=64)
    assert company.cli("rates", "import", "bad.yaml", expect=65).codes == ["RK106"]
    assert company.cli("rates", "import", "rates.csv", expect=65).codes == ["RK577"]
    assert company.cli("rates", "list", "--format", "csv").table() == []
    company.cli("rates", "import", "rates.yaml", "--preview", expect=2)
    company.cli("rates", "import", "rates.yaml")
    assert "0 rates entered" in company.cli("rates", "import", "rates.yaml").err
    shown = company.cli("settle", "revaluation", *on, expect=2).out
    assert "account 1510  1\N{NO-BREAK SPACE}000,00 EUR at 11.30 is worth" in shown
    assert "100,00                 SEK" in shown, "the difference is in the company's own currency"
    booked = company.cli("settle", "revaluation", "--apply", "--format", "json", *on).json()
    assert (booked["run"], booked["vouchers"]) == (1, 2)
    company.cli("undo", "run:1", "--reason", "rate of the wrong day")
    company.cli("rates", "add", "EUR", "11.40", "--from", "2026-11-30", "--reason", "late")
    planned = company.cli("settle", "revaluation", "--format", "json", *on, expect=2).json()
    assert planned["steps"][0]["facts"] == {"rate": "11.40"}
    held = company.cli("rates", "list", "EUR", "--on", "2026-11-30", "--format", "json").json()
    assert [(rate["from"], rate["rate"]) for rate in held] == [("2026-11-30", "11.40")]
    company.cli("check")


AMOUNTS = "currency,amount,open_amount,discount_date,discount_amount"
DISCOUNTED = f"""number,kind,customer,document_date,due_date,{AMOUNTS}
1001,invoice,42,2026-11-01,2026-12-01,SEK,1250.00,1250.00,2026-11-11,25.00
P1,payment,42,2026-11-11,,SEK,1225.00,1225.00,,
"""


def test_a_credit_note_for_the_cash_discount(tmp_path: Path) -> None:
    company = Company(tmp_path / "workspace")
    company.path.mkdir()
    company.cli("init", ".", "--country", "se", "--company", "nordljus", "--name", "Nordljus AB")
    (company.path / "items.csv").write_text(DISCOUNTED)
    company.cli("customers", "add", "--number", "42", "--name", "Ek AB")
    company.cli("import", "open-items", "items.csv")
    on, ek = ("--on", "2026-11-30"), ("--customer", "42")
    told = company.cli("settle", "discount-vat", *on)
    assert "Nothing to do." in told.out
    assert "mechanism is at_payment" in told.err
    (company.folder / "ledger.yaml").write_text(
        "ledger:\n  vat_on_cash_discount: {mechanism: credit_note}\n"
    )
    company.cli("settle", "payments", "--apply", *ek, *on)
    assert company.cli("settle", "write-offs", "--code", "NONE", *on, expect=64).codes == ["RK329"]
    booked = company.cli("settle", "discount-vat", "--apply", *ek, *on).out
    assert "1001 of 42  the discount of 25,00 SEK was taken in time" in booked
    assert "credit note 10001" in booked
    assert company.cli("show", "documents", "--format", "csv").table() == []
    company.cli("undo", "run:2", "--reason", "wrong customer")
    company.cli("check")


TERMS = """terms:
  codes:
    - {id: early, description: 2 % in 10 days, days: 30, discount: {percent: 2, days: 10}}
"""
CASH = """cash_accounts:
  - {id: main, account: 1930, currency: SEK, identifiers: {bankgiro: 991-2346}, feed: details}
"""
BANK = """id,booking_date,amount,currency,reference,text,payer_name
B1,2026-11-11,12250.00,SEK,1000173,,Ek AB
"""


def test_a_bank_line_takes_the_cash_discount_with_its_vat(tmp_path: Path) -> None:
    company = Company(tmp_path / "workspace")
    company.path.mkdir()
    company.cli("init", ".", "--country", "se", "--company", "nordljus", "--name", "Nordljus AB")
    (company.folder / "terms.yaml").write_text(TERMS)
    (company.folder / "cash_accounts.yaml").write_text(CASH)
    (company.path / "bank.csv").write_text(BANK)
    company.cli("customers", "add", "--number", "42", "--name", "Ek AB", "--set", "terms=early",
                "--set", "gl.cash_discount.account=3732")  # fmt: skip
    entered = ("--customer", "42", "--date", "2026-11-01", "--line", "Roof;1;9999.60")
    company.cli("documents", "add", *entered)
    company.cli("documents", "release", "draft:1", "--apply")
    company.cli("import", "bank", "bank.csv")
    company.cli("apply", str(company.plan()))
    explained = company.cli("explain", "payment:P0000001").out
    voucher = [line.split()[:2] for line in explained.partition("  voucher\n")[2].splitlines()[:4]]
    assert voucher == [
        ["1930", "bank"], ["1510", "ar_trade"], ["3732", "cash_discount"], ["2611", "vat_out"],
    ]  # fmt: skip
    told = company.cli("show", "vat", "--period", "2026-11", "--format", "csv").table()
    assert [(row["source"], row["vat"]) for row in told] == [
        ("cash_discount", "-50.00"), ("invoice", "2499.90"),
    ]  # fmt: skip
    company.cli("verify", "run:2")
    company.cli("check")
    company.cli("undo", "run:2", "--reason", "wrong payer")
    assert company.cli("show", "documents", "--format", "csv").table()[0]["open"] == "12500.00"
    company.cli("resolve", "line:1", "--documents", "10001", "--reason", "theirs after all")
    assert company.cli("show", "documents", "--format", "csv").table() == []
    again = company.cli("show", "vat", "--period", "2026-11", "--format", "csv").table()
    assert again == told
    company.cli("check")
