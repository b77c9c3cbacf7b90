"""The first day of a small company: its own reference format, a table of bank lines, few payments.

Driven by the command line, as a user does; every file is written here.
"""

from __future__ import annotations

import csv
import io
import sqlite3
from pathlib import Path

import pytest

from reskontra.cli.main import run

REFERENCES = """\
references:
  - id: house
    status: active
    length: 16
    elements:
      - {type: customer_no, positions: 6, zeros: leading}
      - {type: fixed, value: "77", positions: 2}
      - {type: invoice_no, positions: 8, zeros: leading}
    modulus: mod10_weighted
    weights: [7, 3, 1]
    mask: "#### #### #### ####-#"
    examples: [{customer_no: "1042", invoice_no: "10377", gives: "00104277000103775"}]
"""
ACCOUNTS = """\
cash_accounts:
  - {id: main, account: 1930, currency: SEK, feed: details, identifiers: {bankgiro: 991-2346}}
"""
CUSTOMERS = "number,name\n1042,Kund AB\n1043,Annan Kund AB\n"
ITEMS = """\
number,kind,customer,document_date,due_date,currency,amount,open_amount
10377,invoice,1042,2026-10-20,2026-11-19,SEK,1250.00,1250.00
10378,invoice,1042,2026-10-20,2026-11-19,SEK,1260.00,1260.00
"""
BANK = """\
id,booking_date,amount,currency,reference,text,payer_name
a,2026-11-18,1250.00,SEK,00104277000103775,,Kund AB
b,2026-11-18,1260.00,SEK,,betalning 0010 4277 0001 0378-8 tack,
c,2026-11-19,1250.00,SEK,00104277000103775,,Kund AB
"""


class Workspace:
    """A workspace and ``reskontra`` in it."""

    def __init__(self, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.path = path
        self._capsys = capsys

    def cli(self, *words: str) -> tuple[int, str]:
        """Exit code and standard output of one command."""
        self._capsys.readouterr()
        code = run(["-C", str(self.path), *words])
        return code, self._capsys.readouterr().out

    def file(self, name: str, text: str) -> str:
        """A file beside the workspace; its path."""
        path = self.path.parent / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def table(self, *words: str) -> list[dict[str, str]]:
        """Rows of an export."""
        return list(csv.DictReader(io.StringIO(self.cli("export", *words)[1])))

    def audit(self) -> list[tuple[str, str]]:
        """Action and detail of every audit record."""
        with sqlite3.connect(self.path / ".reskontra" / "ledger.sqlite") as connection:
            found = connection.execute("select action, detail from audit order by id").fetchall()
        return [(str(action), str(detail)) for action, detail in found]


@pytest.fixture
def work(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workspace:
    """A company with two invoices that came without printed references, and three bank lines."""
    path = tmp_path / "work"
    assert run(["init", str(path), "--country", "se", "--company", "nord"]) == 0
    company = path / "companies" / "nord"
    (company / "references.yaml").write_text(REFERENCES, encoding="utf-8")
    (company / "cash_accounts.yaml").write_text(ACCOUNTS, encoding="utf-8")
    made = Workspace(path, capsys)
    assert made.cli("lint")[0] == 0
    assert made.cli("import", "customers", made.file("customers.csv", CUSTOMERS))[0] == 0
    assert made.cli("import", "open-items", made.file("items.csv", ITEMS))[0] == 0
    assert made.cli("import", "bank", made.file("bank.csv", BANK))[0] == 0
    return made


def decided(work: Workspace) -> dict[str, tuple[str, str, str]]:
    """Id of the bank -> outcome, tier and document."""
    return {
        row["source_id"]: (row["outcome"], row["tier"], row["document"])
        for row in work.table("decisions")
    }


def test_a_format_of_ones_own_settles_what_it_printed(work: Workspace) -> None:
    assert work.cli("run")[0] == 2
    assert decided(work) == {
        "a": ("apply", "reference", "10377"),
        "b": ("review", "text", ""),  # a new company books references only
        "c": ("hold", "reference", ""),
    }
    assert work.cli("check")[0] == 0


def test_settings_for_one_run_are_recorded_and_not_stored(work: Workspace) -> None:
    setting = "matching.auto.tiers=[reference,text]"
    before = {path: path.read_bytes() for path in work.path.rglob("*.yaml")}
    assert work.cli("run", "--set", setting)[0] == 2
    assert decided(work)["b"] == ("apply", "text", "10378")
    (detail,) = [detail for action, detail in work.audit() if action == "apply match"]
    assert detail.endswith(f" --set {setting}")
    assert {path: path.read_bytes() for path in work.path.rglob("*.yaml")} == before


def test_an_open_payment_stands_with_the_customer_that_is_known(work: Workspace) -> None:
    work.cli("run")
    assert work.cli("resolve", "c", "--open-payment", "--reason", "paid twice")[0] == 0
    last = [row for row in work.table("journal") if row["run"] == "2"]
    assert [(row["role"], row["customer"], row["amount_minor"]) for row in last] == [
        ("bank", "", "125000"),
        ("ar_trade", "1042", "-125000"),
    ]
    assert work.cli("check")[0] == 0


def test_who_acts_is_not_taken_from_a_variable(
    work: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = work.audit()
    monkeypatch.setenv("LOGNAME", "somebody-else")
    monkeypatch.setenv("USER", "somebody-else")
    assert work.cli("run")[0] == 2, "still the person who is logged in"
    assert len(work.audit()) == len(before) + 1


def test_what_is_held_says_how_to_decide_it(work: Workspace) -> None:
    work.cli("run")
    _, shown = work.cli("explain", "c")
    assert "reskontra resolve line:3" in shown
    assert "--open-payment --customer 1042" in shown


def test_what_is_paid_twice_stands_with_the_customer_of_the_reference(work: Workspace) -> None:
    company = work.path / "companies" / "nord"
    pack = "pack: nord\nstage: match\nparams: {duplicates: open_payment}\nrules: []\n"
    (company / "rules" / "duplicates.yaml").write_text(pack, encoding="utf-8")
    later = BANK.splitlines()[0] + "\nd,2026-12-24,99.00,SEK,00104277000103775,,Zorro\n"
    work.cli("import", "bank", work.file("later.csv", later))
    work.cli("run")
    found = decided(work)
    assert [found[line][0] for line in "acd"] == ["apply", "open_payment", "open_payment"]
    surplus = [row for row in work.table("journal") if row["role"] != "bank"]
    assert {(row["role"], row["customer"]) for row in surplus} == {("ar_trade", "1042")}
    assert work.cli("check")[0] == 0


def test_the_date_of_a_plan_is_the_newest_imported_one(work: Workspace) -> None:
    work.cli("run")
    _, shown = work.cli("match")
    assert "up to 2026-11-19" in shown
    assert work.cli("match", "--as-of", "2026-11-18")[1].startswith("Plan ")


def test_options_with_words_or_dates_that_do_not_exist(work: Workspace) -> None:
    assert work.cli("match", "--as-of", "2026-13-01") == (64, "")
    assert work.cli("show", "ageing", "--as-of", "soon") == (64, "")
    assert work.cli("show", "payments", "--format", "xml") == (64, "")
    assert work.cli("check", "--format", "xml") == (64, "")
