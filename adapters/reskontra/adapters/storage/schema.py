"""The schema of the books: SQLAlchemy Core tables for SQLite and PostgreSQL, built from the records
and the laws that hold inside one row.

Laws here are local: not empty, not negative, one of a closed list, one number per series. What
spans rows (conservation, gapless series, projections) is proved by the ledger's check. Text sorts
by its bytes on both databases (``COLLATE "C"``), so that equal books read in equal order. SQLite
tables are STRICT: a column of whole numbers holds nothing else.

References between tables are foreign keys where few rows are written and the parent is never
replaced (imports, statements, runs), checked at commit. Bulk tables have none: measured, they
cost a tenth of the writing speed on SQLite and nearly half on PostgreSQL, and the ledger's check
finds an orphan all the same.

Only migrations, their tests and tools import this module: reading and writing the books needs no
SQLAlchemy, which would add a third of a second to every command.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from reskontra.adapters.storage.tables import TABLES, Table
from reskontra.engine.ledger.fields import Column
from reskontra.engine.ledger.records import (
    CREDIT_KINDS,
    DEBIT_KINDS,
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

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TYPES: dict[type, sa.types.TypeEngine[Any]] = {int: INTEGER, bool: FLAG, str: TEXT}

KINDS: dict[tuple[type[Record], str], tuple[str, ...]] = {
    (Document, "kind"): (*DEBIT_KINDS, *CREDIT_KINDS),
    (DocumentReference, "kind"): ("number", "payment_reference", "order", "external", "legacy"),
    (Customer, "status"): ("active", "on_hold", "credit_hold", "inactive", "one_time"),
    (CustomerProfile, "credit_rule"): (
        "disabled", "days_past_due", "credit_limit", "limit_and_days",
    ),
    (Draft, "kind"): (*DEBIT_KINDS, *CREDIT_KINDS),
    (Draft, "status"): ("hold", "balanced", "credit_hold", "released", "discarded", "voided"),
    (DocumentLink, "kind"): ("corrects", "advance", "fee_of", "discount_of", "recovers"),
    (DocumentMark, "kind"): ("dispute", "promise", "no_dunning", "no_charges"),
    (PeriodLock, "state"): ("open", "soft", "hard"),
    (Note, "kind"): ("note", "task", "event", "email", "call"),
    (CustomerAccount, "origin"): ("import", "manual", "learned"),
    (ImportFile, "kind"): ("bank", "customers", "open_items", "withdrawal"),
    (StatementRecord, "kind"): ("statement", "report", "details"),
    (Run, "kind"): (
        "match", "resolve", "undo", "release", "documents", "applications", "write_offs",
        "credit_losses", "voids", "revaluation", "reclassification", "expected_losses",
        "doubtful",
    ),
    (BankLineState, "state"): (
        "new", "review", "hold", "booked", "hidden", "taken_back", "reconciles", "withdrawn",
    ),
}  # fmt: skip
"""Closed lists."""

LAWS: dict[type[Record], dict[str, str]] = {
    Customer: {"write_off_limit_not_negative": "write_off_limit >= 0"},
    CustomerProfile: {
        "credit_limit_not_negative": "credit_limit >= 0",
        "credit_days_not_negative": "credit_days >= 0",
    },
    Draft: {
        "amount_not_negative": "amount >= 0",
        "currency_is_code": "length(currency) = 3",
        "document_date_is_date": "length(document_date) = 10",
        "due_date_is_date": "length(due_date) = 10",
    },
    DocumentMark: {"amount_not_negative": "amount >= 0"},
    OpenOrder: {
        "amount_not_negative": "amount >= 0",
        "currency_is_code": "length(currency) = 3",
    },
    ExchangeRate: {
        "currency_is_code": "length(currency) = 3",
        "valid_from_is_date": "length(valid_from) = 10",
    },
    PeriodLock: {"period_is_month": "length(period) = 7"},
    Transfer: {"entries_in_order": "first_entry_id <= last_entry_id"},
    Document: {
        "amount_not_negative": "amount >= 0",
        "base_amount_not_negative": "base_amount >= 0",
        "discount_not_negative": "discount_amount >= 0",
        "open_within_amount": "initial_open >= 0 AND initial_open <= amount",
        "currency_is_code": "length(currency) = 3",
        "document_date_is_date": "length(document_date) = 10",
        "due_date_is_date": "length(due_date) = 10",
        "discount_date_is_date": "length(discount_date) = 10",
    },
    Application: {
        "negative_only_in_reversal": "reverses_id IS NOT NULL OR (amount >= 0 AND discount >= 0)",
        "not_on_itself": "source_id <> target_id",
    },
    JournalEntry: {"entry_date_is_date": "length(entry_date) = 10"},
    JournalLine: {"currency_is_code": "length(currency) = 3"},
    ImportFile: {"rows_not_negative": '"rows" >= 0'},
    BankLine: {
        "currency_is_code": "length(currency) = 3",
        "booking_date_is_date": "length(booking_date) = 10",
        "value_date_is_date": "length(value_date) = 10",
        "occurrence_not_negative": "occurrence >= 0",
    },
    OpenItem: {
        "open_amount_positive": "open_amount > 0",
        "currency_is_code": "length(currency) = 3",
    },
    SeriesCounter: {"taken_not_negative": "taken >= 0"},
}
"""Laws inside one row."""

UNIQUE: dict[type[Record], tuple[tuple[str, ...], ...]] = {
    Customer: (("number",),),
    OpenOrder: (("number",),),
    JournalEntry: (("series", "number"),),
    JournalLine: (("entry_id", "line"),),
    PackText: (("pack_hash",),),
    Transfer: (("number",), ("first_entry_id",)),
    DocumentDetail: (("document_id",),),
    DocumentLine: (("document_id", "line"),),
    DocumentVat: (("document_id", "vat_code"),),
}
"""What may stand once per company."""

INDEXES: dict[type[Record], tuple[tuple[str, ...], ...]] = {
    Customer: (("parent_id",),),
    CustomerAccount: (("customer_id",), ("account",)),
    CustomerAlias: (("customer_id",),),
    CustomerProfile: (("customer_class",),),
    FormerNumber: (("number",), ("customer_id",)),
    Draft: (("customer_id",), ("status",)),
    OpenOrder: (("customer_id",),),
    Document: (("run_id",), ("customer_id",)),
    DocumentLink: (("document_id",), ("other_id",)),
    DocumentMark: (("document_id",),),
    Step: (("run_id",), ("step_id",), ("subject",)),
    Note: (("subject",),),
    DocumentReference: (("key", "document_id", "kind"), ("document_id",)),
    Application: (("source_id",), ("target_id",), ("run_id",)),
    JournalEntry: (("run_id",),),
    ImportFile: (("sha256",),),
    StatementRecord: (("import_id",),),
    BankLine: (
        ("import_id",),
        ("source_id",),
        ("booking_date",),
    ),
    Run: (("plan_id",),),
    Decision: (("bank_line_id",), ("run_id",), ("decision_id",)),
    Audit: (("subject",),),
    Delivery: (("audit_id",),),
    OpenItem: (("customer_id",), ("open_amount",)),
    BankLineState: (("state",),),
}
"""Look-ups that a port promises to be quick; each starts with the company."""

REFERENCES: dict[type[Record], tuple[tuple[str, type[Record]], ...]] = {
    ImportFile: (("withdraws_id", ImportFile),),
    StatementRecord: (("import_id", ImportFile),),
    Run: (("reverses_id", Run),),
    TransferReceipt: (("transfer_id", Transfer),),
}
"""Foreign keys: field and the record whose id it names."""

LONG_ROWS = (
    ImportFile, BankLine, Decision, Step, Note, Audit, Delivery, PackText, CustomerProfile, Draft,
)  # fmt: skip
"""Rows with long texts are kept apart from their key; short ones lie in it (WITHOUT ROWID)."""

metadata = sa.MetaData()


def _column(column: Column) -> sa.Column[Any]:
    """One field."""
    return sa.Column(column.name, TYPES[column.type], nullable=column.nullable, quote=True)


def _checks(table: Table) -> list[sa.CheckConstraint]:
    """Local laws: closed lists, truth values (SQLite has no type for them), and ``LAWS``."""
    laws = dict(LAWS.get(table.kind, {}))
    for column in table.columns:
        if values := KINDS.get((table.kind, column.name)):
            # Not IN: SQLite would build a table of the list for every row (3 µs of 7).
            known = " OR ".join(f"{column.name} = '{value}'" for value in values)
            laws[f"{column.name}_is_known"] = known
    if table.has_id:
        laws["id_positive"] = "id > 0"
    flags = [column.name for column in table.columns if column.type is bool]
    return [
        *(sa.CheckConstraint(law, f"{table.name}_{name}") for name, law in laws.items()),
        *(
            sa.CheckConstraint(f"{name} IN (0, 1)", f"{table.name}_{name}_is_flag").ddl_if(
                dialect="sqlite"
            )
            for name in flags
        ),
    ]


def _foreign_keys(table: Table) -> list[sa.ForeignKeyConstraint]:
    """References, checked when the transaction commits."""
    return [
        sa.ForeignKeyConstraint(
            ["company", field],
            [f"{TABLES[target].name}.company", f"{TABLES[target].name}.id"],
            f"{table.name}_{field}_exists",
            deferrable=True,
            initially="DEFERRED",
        )
        for field, target in REFERENCES.get(table.kind, ())
    ]


def _build(table: Table) -> sa.Table:
    """The table of one kind of record."""
    name = table.name
    built = sa.Table(
        name,
        metadata,
        *map(_column, table.columns),
        sa.Column("seal", INTEGER, nullable=False, quote=True),
        sa.PrimaryKeyConstraint("company", *table.key, name=f"{name}_key"),
        *(
            sa.UniqueConstraint("company", *fields, name=f"{name}_{'_'.join(fields)}_once")
            for fields in UNIQUE.get(table.kind, ())
        ),
        *_checks(table),
        *_foreign_keys(table),
        sqlite_with_rowid=table.kind in LONG_ROWS,
        sqlite_strict=True,
    )
    for fields in INDEXES.get(table.kind, ()):
        columns = [built.c[field] for field in ("company", *fields)]
        sa.Index(f"{name}_by_{'_'.join(fields)}", *columns)
    if table.kind is Document:
        _number_once(built)
        _discounted(built)
    return built


def _number_once(document: sa.Table) -> None:
    """One of a kind; imported ones may come again once their import was withdrawn."""
    columns = [document.c[field] for field in ("company", "number", "kind")]
    sa.Index("document_number_once", *columns, sa.text("coalesce(import_id, 0)"), unique=True)


def _discounted(document: sa.Table) -> None:
    """Documents with a cash discount, by its last day; the others cost nothing."""
    day = document.c.discount_date
    some = day.is_not(None)
    sa.Index(
        "document_by_discount_date", document.c.company, day,
        sqlite_where=some, postgresql_where=some,
    )  # fmt: skip


for _each in TABLES.values():
    _build(_each)

table_seal = sa.Table(
    "table_seal",
    metadata,
    sa.Column("company", TEXT, nullable=False, quote=True),
    sa.Column("table_name", TEXT, nullable=False, quote=True),
    sa.Column("rows", INTEGER, nullable=False, quote=True),
    sa.Column("last_id", INTEGER, nullable=False, quote=True),
    sa.Column("total", INTEGER, nullable=False, quote=True),
    sa.Column("seal", INTEGER, nullable=False, quote=True),
    sa.PrimaryKeyConstraint("company", "table_name", name="table_seal_key"),
    sqlite_with_rowid=False,
    sqlite_strict=True,
)
"""Per company and table: rows, highest id, sum of seals."""

ledger = sa.Table(
    "ledger",
    metadata,
    sa.Column("company", TEXT, nullable=False, quote=True),
    sa.Column("revision", INTEGER, nullable=False, quote=True),
    sa.Column("seal", INTEGER, nullable=False, quote=True),
    sa.PrimaryKeyConstraint("company", name="ledger_key"),
    sa.CheckConstraint("revision > 0", "ledger_revision_positive"),
    sqlite_with_rowid=False,
    sqlite_strict=True,
)
"""Per company: revision and the seal over all tables."""
