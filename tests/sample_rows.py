"""A few rows of every kind, enough to fill each table of the books once."""

from __future__ import annotations

from reskontra.engine.ledger.records import (
    Application,
    Audit,
    BankLine,
    BankLineState,
    Customer,
    CustomerAccount,
    CustomerAlias,
    CustomerProfile,
    Decision,
    Delivery,
    Document,
    DocumentDetail,
    DocumentLine,
    DocumentLink,
    DocumentMark,
    DocumentReference,
    DocumentVat,
    Draft,
    ExchangeRate,
    FormerNumber,
    ImportFile,
    JournalEntry,
    JournalLine,
    Note,
    OpenItem,
    OpenOrder,
    PackText,
    PeriodLock,
    Record,
    Run,
    SeriesCounter,
    StatementRecord,
    Step,
    Transfer,
    TransferReceipt,
)

COMPANY = "ACME"


def invoice(id_: int, *, company: str = COMPANY, due: str | None = "2026-10-31") -> Document:
    """An open invoice."""
    amount = 125_000 + id_
    return Document(
        company, id_, "invoice", f"2026-{id_:04d}", 1, "", "2026-10-01", due, "SEK", amount, amount,
        "1510", "", f"Ö{id_}", None, 0, id_ % 2 == 0, False, amount, 1, None, "", None, None,
    )  # fmt: skip


def bank_line(id_: int, *, company: str = COMPANY) -> BankLine:
    """A receipt."""
    return BankLine(
        company, id_, 1, 1, "1930", f"SRC-{id_}", "2026-11-24", None, 125_000 + id_, "SEK",
        f"BG{id_}", "", "", "", "Byggfirman Ek AB", "", "",
        "Faktura 2026\nTack 'så' mycket\\", "[]",
        id_ == 3, f"identity-{id_}", 0, id_,
    )  # fmt: skip


def customer(id_: int, *, company: str = COMPANY) -> Customer:
    """A customer."""
    return Customer(
        company, id_, f"C{id_}", f"Åkeri {id_}", "SE", "SEK", "", None, "30", id_ != 2, 500,
        "active", 1,
    )  # fmt: skip


def rows(company: str = COMPANY) -> dict[type[Record], list[Record]]:
    """Three rows of every kind."""
    three = (1, 2, 3)
    c = company
    at = "2026-11-24T10:00:00Z"
    return {
        ImportFile: [
            ImportFile(c, i, "bank", "a.xml", "ab" * 32, "camt", "m", 3, "{}", "kim", "", None, at)
            for i in three
        ],
        Customer: [customer(i, company=c) for i in three],
        CustomerProfile: [
            CustomerProfile(
                c, i, "STANDARD", "", i == 1, True, "credit_limit", 5_000_00, None, False, False,
                False, "{}",
            )
            for i in three
        ],
        FormerNumber: [FormerNumber(c, i, i, f"OLD{i}", "kim", at) for i in three],
        CustomerAccount: [CustomerAccount(c, i, 1, f"SE{i}", "iban", "import") for i in three],
        CustomerAlias: [CustomerAlias(c, i, 1, f"Ek {i}") for i in three],
        StatementRecord: [
            StatementRecord(
                c, i, 1, "1930", "statement", f"S{i}", "1", 1, "2026-11-24", "SEK", 0, None, 7,
                i == 1,
            )
            for i in three
        ],
        BankLine: [bank_line(i, company=c) for i in three],
        Draft: [
            Draft(
                c, i, "invoice", 1, "", "2026-11-01", None, "SEK", 1_250_00, "hold", "{}", None,
                f"1{i}" if i == 3 else "",
            )
            for i in three
        ],
        OpenOrder: [OpenOrder(c, i, f"O{i}", i, "SEK", 500_00 + i, i == 3) for i in three],
        Document: [invoice(i, company=c) for i in three],
        DocumentDetail: [
            DocumentDetail(c, i, i, "Frakt", "PO 7", "30", "", "", "", "", True, 100, 25, 0)
            for i in three
        ],
        DocumentLine: [
            DocumentLine(c, i, 1, i, "Frakt", "1.5", "80.00", 120, "25", "3001", "")
            for i in three
        ],
        DocumentVat: [DocumentVat(c, i, i, "25", "25", 120, 30, "2611") for i in three],
        DocumentLink: [DocumentLink(c, i, i, "corrects", 1) for i in three],
        DocumentMark: [
            DocumentMark(c, i, i, "dispute", i == 1, "", 0, "fel pris", "kim", at) for i in three
        ],
        DocumentReference: [
            DocumentReference(c, i, i, "number", f"2026{i:04d}", f"2026-{i:04d}") for i in three
        ],
        Application: [
            Application(c, i, i + 1, i, 100, 0, "2026-11-24", 1, "D1", None) for i in three
        ],
        JournalEntry: [
            JournalEntry(c, i, "A", str(i), "2026-11-24", "Inbetalning", 1, "D1", None)
            for i in three
        ],
        JournalLine: [
            JournalLine(c, i, 1, i, "1930", "bank", "SEK", -i, -i, None, None) for i in three
        ],
        ExchangeRate: [
            ExchangeRate(c, i, "spot", "EUR", f"2026-11-0{i}", "11.20", "kim", at) for i in three
        ],
        PeriodLock: [
            PeriodLock(c, i, f"2026-0{i}", "soft", "kim", "month end", at) for i in three
        ],
        Transfer: [
            Transfer(c, i, f"{i}", i, i, "Nord AB", "556677-8899", False, "kim", at) for i in three
        ],
        TransferReceipt: [TransferReceipt(c, i, i, f"SIE {i}", "kim", at) for i in three],
        Run: [
            Run(c, i, "match", f"P{i}", "2026-11-24", "abc", "0.1", "kim", "", None, at)
            for i in three
        ],
        Decision: [
            Decision(c, i, f"D{i}", 1, i, "apply", "reference", "r", 10_000, 0, '{"a":"%s\\u00e5"}')
            for i in three
        ],
        Step: [Step(c, i, f"S{i}", 1, f"draft:{i}", "{}") for i in three],
        Note: [
            Note(c, i, "customer:1", "task", "Ring", "", "", "", "", "", None, "kim", at)
            for i in three
        ],
        Audit: [Audit(c, i, "kim", "apply", f"run:{i}", "", "{}", at, f"{i:064x}") for i in three],
        Delivery: [
            Delivery(c, i, i, 1, "crm", False, 500, "later", "kim", at) for i in three
        ],
        PackText: [PackText(c, i, f"hash-{i}", "pack: x\n") for i in three],
        OpenItem: [OpenItem(c, i, 1, "invoice", "SEK", 125_000 + i) for i in three],
        BankLineState: [BankLineState(c, i, "new", "", None) for i in three],
        SeriesCounter: [SeriesCounter(c, "A", f"/{i}", str(i), i) for i in three],
    }  # fmt: skip
