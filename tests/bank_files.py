"""Bank files and preferences for tests, written down in a few words; books to import them into."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from reskontra.adapters.storage.books import SqlBooks
from reskontra.adapters.storage.opening import open_books
from reskontra.adapters.storage.upgrading import upgrade
from reskontra.config import files
from reskontra.config.customers import customer_defaults
from reskontra.config.layers import Effective, complete
from reskontra.config.ledger import build_ledger
from reskontra.config.schemas import schema
from reskontra.config.terms import build_terms
from reskontra.config.values import Values
from reskontra.config.vat import build_vat
from reskontra.engine.bank_file import (
    Account,
    BankFile,
    Party,
    Reference,
    Statement,
    StatementKind,
    Transaction,
)
from reskontra.engine.imports.receipt import Receipt
from reskontra.engine.ledger.records import BankLine, BankLineState
from reskontra.engine.preferences import Company, Preferences
from reskontra.engine.preferences.accounts import Accounts, CashAccount
from reskontra.engine.preferences.differences import DifferencePreferences
from reskontra.engine.preferences.matching import (
    Automatic,
    InvoiceRelevance,
    MatchingPreferences,
    PaymentRelevance,
    Weights,
    Window,
)
from reskontra.engine.preferences.numbering import NumberingPreferences
from reskontra.engine.services.import_bank import import_bank

COMPANY = "acme"
DAY = date(2026, 11, 24)
AT = "2026-11-24T22:00:00Z"
IBAN = "SE4550000000058398257466"
BANKGIRO = "50501055"


def cash_account(**changes: Any) -> CashAccount:
    """The bank account of the tests: one IBAN and one bankgiro, money in detail."""
    account = CashAccount(
        "bank", "1930", "SEK", (IBAN, BANKGIRO), "details", "import_and_match", "error"
    )
    return replace(account, **changes)


def preferences(
    *accounts: CashAccount, mode: Literal["test", "live"] = "live", currency: str = "SEK"
) -> Preferences:
    """Preferences of a company; the ones that imports do not read are arbitrary."""
    window, weights = Window(5, 0), Weights(70, 20, 10)
    return Preferences(
        company=Company(COMPANY, "Acme AB", "SE", currency, mode),
        numbering=NumberingPreferences((), {}),
        references=(),
        matching=MatchingPreferences(
            receipts=window,
            disbursements=window,
            payment=PaymentRelevance(weights, 2, 3, False),
            invoice=InvoiceRelevance(weights, 0, 5, 60, 180),
            auto=Automatic(("reference",), {}, 7500, 2500, 5000, "strict"),
            skip_voided=True,
            date_kernel="tail",
            missing="zero",
            ref_cutoff=0,
            payee_cutoff=0,
            fuzzy_numeric=False,
            text_digits_with_amount=4,
            text_digits_without_amount=5,
            document_prefixes=(),
            netting=True,
            interchangeable="oldest_due",
            duplicate_days=14,
            combination_documents=0,
            combination_pool=0,
            known_payer="review",
            unknown_payer="review",
            duplicates="hold",
        ),
        differences=DifferencePreferences({}, False, {}, "keep_open", "open_payment"),
        accounts=Accounts({"ar_trade": "1510", "unidentified_receipts": "2420"}),
        cash_accounts=accounts or (cash_account(),),
        **_shipped(currency),
    )


def _shipped(currency: str) -> dict[str, Any]:
    """What a Swedish company that says nothing has of the ledger's preferences."""
    effective = Effective()
    for loaded in (*files.defaults(), *files.country("SE")):
        effective.add(loaded, "default")
    for kind in ("ledger", "terms", "vat", "customer_classes"):
        assert not list(complete(effective, schema(kind), kind))
    values = Values(effective, [])
    return {
        "ledger": build_ledger(values, currency),
        "terms": build_terms(values),
        "vat": build_vat(values),
        "customers": customer_defaults(effective.tree, "SE", currency),
    }


def transaction(amount: int, reference: str = "", **changes: Any) -> Transaction:
    """A booked line of ``DAY`` in SEK."""
    references = (Reference(reference, "payment_reference"),) if reference else ()
    line = Transaction(
        line=changes.pop("line", 1), booking_date=DAY, value_date=None, amount=amount,
        currency="SEK", references=references,
    )  # fmt: skip
    return line._replace(**changes)


def payer(name: str, account: str = "") -> Party:
    """A payer with or without an account."""
    return Party(name, Account(account, "bban") if account else None)


def statement(
    *transactions: Transaction, kind: StatementKind = "details", **changes: Any
) -> Statement:
    """A statement of the bank account; its lines are numbered as they would stand in a file."""
    numbered = tuple(line._replace(line=10 + i) for i, line in enumerate(transactions))
    made = Statement(
        line=5, kind=kind, id="", account=Account(IBAN, "iban"), currency="SEK",
        transactions=numbered,
    )  # fmt: skip
    return replace(made, **changes)


def bank_file(
    *statements: Statement, file_format: str = "camt.054.001.08", **changes: Any
) -> BankFile:
    """A file of the bank, without message id unless one is given."""
    made = BankFile(file_format, "", "2026-11-24T06:00:00", test=False, statements=statements)
    return replace(made, **changes)


def books_in(folder: Path) -> SqlBooks:
    """Empty books in a new SQLite file; the folder keeps a template of one."""
    template = folder / "template.sqlite"
    if not template.exists():
        upgrade(f"sqlite:///{template}")
    number = sum(1 for _ in folder.iterdir())
    path = folder / f"books{number}.sqlite"
    shutil.copy(template, path)
    return open_books(f"sqlite:///{path}", COMPANY)


def bring_in(
    books: SqlBooks, file: BankFile, preferred: Preferences | None = None, *, name: str = "file.xml"
) -> Receipt:
    """Import ``file`` as one whose bytes follow from its content."""
    return import_bank(
        books, file, file_name=name, sha256=sha256(repr(file).encode()).hexdigest(),
        preferences=preferred or preferences(), actor="kim", at=AT,
    )  # fmt: skip


def lines(books: SqlBooks, *states: str) -> Sequence[BankLine]:
    """Bank lines in these states (all when none are named), by id."""
    with books.read() as reader:
        wanted = {
            state.bank_line_id
            for state in reader.records(BankLineState)
            if not states or state.state in states
        }
        return [line for line in reader.records(BankLine) if line.id in wanted]
