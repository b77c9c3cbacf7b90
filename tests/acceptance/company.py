"""A company of a hundred open items and thirty-odd payments, and the command line that works on it.

Files are composed with the parts of ``examples/compose.py``: the example company on a small scale,
with one payment of every ugly kind.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from examples.compose import (
    ExampleCustomer,
    ExampleItem,
    ExamplePayment,
    bgmax,
    camt054,
    ocr_of,
    paid_by,
    with_check_digit,
    with_ocr,
    write_customers,
    write_open_items,
)

from reskontra.adapters.storage.opening import open_books
from reskontra.adapters.storage.tables import TABLES
from reskontra.cli.main import run

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "nordljus"
DAY = "2026-11-24"
FILES = ("customers.csv", "open_items.csv", "bgmax.txt", "camt054.xml")
Dump = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Result:
    """What a command gave back."""

    code: int
    out: str
    err: str

    @property
    def codes(self) -> list[str]:
        """Codes of the errors, in order; warnings are left out."""
        return re.findall(r"(?m)^(?:\S+: )?(RK\d{3}) (?!warning:)", self.err)

    def json(self) -> Any:
        """Standard output as one JSON document."""
        return json.loads(self.out)

    def table(self) -> list[dict[str, str]]:
        """Standard output as CSV."""
        return list(csv.DictReader(io.StringIO(self.out)))


@dataclass(frozen=True, slots=True)
class Company:
    """A workspace, where its books lie, and ``reskontra`` inside it."""

    path: Path
    database: str = ""
    """Address of the books; empty = the SQLite file of the workspace."""

    @property
    def url(self) -> str:
        """Address of the books."""
        return self.database or f"sqlite:///{self.path / '.reskontra' / 'ledger.sqlite'}"

    @property
    def folder(self) -> Path:
        """Where the company's own preferences lie."""
        return self.path / "companies" / "nordljus"

    def cli(self, *arguments: str, expect: int | None = 0) -> Result:
        """Run one command inside the workspace; ``expect`` is its exit code."""
        out, err = io.StringIO(), io.StringIO()
        database = ("--db", self.database) if self.database else ()
        with (
            contextlib.chdir(self.path),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            code = run([*database, *arguments])
        result = Result(code, out.getvalue(), err.getvalue())
        assert expect in (None, code), f"{arguments} gave {result}"
        return result

    def begin(self, tables: dict[str, str]) -> None:
        """Found the company in a new folder and import ``customers.csv``, ``items.csv`` and
        ``bank.csv`` of ``tables`` (file names and contents).
        """
        self.path.mkdir()
        self.cli("init", ".", "--country", "se", "--company", "nordljus", "--name", "Nordljus AB")
        (self.folder / "cash_accounts.yaml").write_text(
            "cash_accounts:\n  - {id: main, account: 1930, currency: SEK,"
            " identifiers: {bankgiro: 991-2346}, feed: details}\n"
        )
        for name, text in tables.items():
            (self.path / name).write_text(text)
        for kind, name in (("customers", "customers"), ("open-items", "items"), ("bank", "bank")):
            self.cli("import", kind, f"{name}.csv")

    def fill(self, *names: str) -> None:
        """Import the composed files (all of them, unless some are named)."""
        kinds = {"customers.csv": "customers", "open_items.csv": "open-items"}
        for name in names or FILES:
            self.cli("import", kinds.get(name, "bank"), name)

    def plan(self, name: str = "monday.plan", *options: str) -> Path:
        """A plan for everything that waits."""
        self.cli("match", "--out", name, *options, expect=2)
        return self.path / name

    def dump(self, *, clocks: bool = True) -> Dump:
        """Every record and the revision; ``clocks`` = with times of day and who it was."""
        with open_books(self.url, "nordljus").read() as reader:
            rows = {
                kind.__name__: [
                    {
                        k: v
                        for k, v in record._asdict().items()
                        if clocks or k not in ("at", "actor", "chain")
                    }
                    for record in reader.records(kind)
                ]
                for kind in TABLES
            }
            return rows | {"revision": [{"revision": reader.revision()}]}

    def ageing(self) -> str:
        """What is owed on the day of the example."""
        return self.cli("show", "ageing", "--as-of", DAY, "--by", "customer", "--format", "csv").out

    def waiting(self, state: str) -> list[str]:
        """Bank lines in a state, as references for the command line."""
        rows = self.cli("show", "payments", "--state", state, "--format", "csv").table()
        return [f"line:{row['line']}" for row in rows]

    def line_of(self, payer: str, state: str = "") -> str:
        """The first bank line that names this payer."""
        found = self.cli("show", "payments", "--state", state, "--format", "csv").table()
        return next(f"line:{row['line']}" for row in found if row["payer"] == payer)

    def decisions(self) -> list[dict[str, str]]:
        """The exported decisions."""
        return self.cli("export", "decisions").table()

    def check(self) -> None:
        """Prove the books."""
        assert self.cli("check").out == "The books are clean: every law holds.\n"


def init(path: Path) -> Company:
    """A new workspace of the example company with its files, and no books yet."""
    company = Company(path)
    path.mkdir()
    company.cli("init", ".", "--country", "se", "--company", "nordljus", "--name", "Nordljus AB")
    with (path / "users.yaml").open("a", encoding="utf-8") as users:
        users.write("\n  # the role on PostgreSQL\n")
        users.write("  - {login: tester, roles: [clerk, approver, controller]}\n")
    shutil.copytree(EXAMPLE, company.folder, dirs_exist_ok=True)
    write_customers(path / "customers.csv", buyers())
    write_open_items(path / "open_items.csv", items())
    (path / "bgmax.txt").write_bytes(bgmax(deposit()))
    (path / "camt054.xml").write_bytes(camt054(notice()))
    return company


def buyers() -> list[ExampleCustomer]:
    """Twelve customers; the last belongs to the group of the one before."""
    first = [
        ExampleCustomer(
            f"{1001 + i}", f"{name} AB", with_check_digit(f"{5000000 + i * 137:07d}")
        )
        for i, name in enumerate(
            ("Ekbygg", "Almtak", "Björkel", "Granplåt", "Lindvvs", "Askmark", "Rönngolv",
             "Tallglas", "Hasselkyl", "Sälgmåleri")
        )
    ]  # fmt: skip
    group = ExampleCustomer("1011", "Fjällkedjan AB", with_check_digit("5790217"))
    return [*first, group, ExampleCustomer("1012", "Fjällbutik Åre AB", "", "1011")]


def items() -> list[ExampleItem]:
    """A hundred open items of different amounts, but for two twins; 39 is a credit note."""
    result = []
    for i in range(100):
        customer = buyers()[i % 12]
        day = date(2026, 8, 3) + timedelta(days=i)
        amount = 49_900 if i in (60, 72) else 100_003 + i * 13_337
        kind, amount = ("credit_note", 20_000) if i == 39 else ("invoice", amount)
        number = f"{310001 + i}"
        due = day + timedelta(days=30)
        result.append(ExampleItem(number, kind, customer, day, due, amount, ocr_of(number)))
    return result


def deposit() -> list[ExamplePayment]:
    """Nineteen payments of the BgMax file."""
    i = items()
    payments = [with_ocr(item, item.amount) for item in i[:10]]
    mistyped = i[14].ocr[:2] + i[14].ocr[3] + i[14].ocr[2] + i[14].ocr[4:]
    payments += [
        with_ocr(i[10], i[10].amount // 2),
        with_ocr(i[11], i[11].amount + 30_000),
        with_ocr(i[12], i[12].amount - 40),
        with_ocr(i[13], i[13].amount),
        with_ocr(i[13], i[13].amount),
        ExamplePayment(
            i[14].customer.name, i[14].customer.bankgiro, i[14].amount, mistyped, "5"
        ),
        ExamplePayment(
            i[15].customer.name, i[15].customer.bankgiro, i[15].amount - i[39].amount, "", "0",
            extras=((i[15].ocr, i[15].amount), (i[39].ocr, -i[39].amount)),
        ),
        ExamplePayment(
            "BGGIRERING", "", sum(x.amount for x in i[16:19]), "", "0",
            extras=tuple((x.ocr, x.amount) for x in i[16:19]),
        ),
        with_ocr(i[22], i[22].amount + 50_000),
    ]  # fmt: skip
    return payments


def notice() -> list[ExamplePayment]:
    """Eighteen payments of the camt.054 file."""
    i = items()
    listed = [i[26], i[38], i[50]]
    numbers = f"Faktura {i[26].number}, {i[38].number} och {i[50].number}"
    return [
        *(with_ocr(item, item.amount) for item in i[28:35]),
        paid_by(i[27].customer, i[27].amount, f"Betalning avser OCR {i[27].ocr} tack"),
        paid_by(i[26].customer, sum(item.amount for item in listed), numbers),
        ExamplePayment("Fjällkedjan AB", i[34].customer.bankgiro, i[35].amount, i[35].ocr),
        paid_by(i[42].customer, i[42].amount, "Betalning"),
        ExamplePayment(i[43].customer.name.upper(), "", i[43].amount, text=("BETALNING",)),
        ExamplePayment(i[60].customer.name, "", 49_900, text=("Abonnemang november",)),
        ExamplePayment(i[45].customer.name, "", 777_701, text=("Tack för senast",)),
        ExamplePayment("Okänd Avsändare AB", "", 777_700, text=("Tack för senast",)),
        ExamplePayment("SKATTEVERKET", "", 1_234_500, text=("UTBETALNING SKATTEKONTO",)),
        ExamplePayment("Nordljus Energi AB", "", 5_000_000, text=("EGEN OVERFORING",)),
        ExamplePayment("Okänd Avsändare AB", "", 123_400, text=("???",)),
    ]
