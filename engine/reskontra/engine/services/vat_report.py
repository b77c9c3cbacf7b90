"""Output VAT of periods: what documents, cash discounts and credit losses did to it, in base
currency.

Every row follows from a document that tells its VAT. What the vouchers moved on the VAT accounts
beside that is a row of its own, so that the report always comes to what the general ledger has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import polars as pl

from reskontra.engine.documents.totals import percent
from reskontra.engine.documents.vat_shares import split, taxed_parts
from reskontra.engine.ledger.balance import signed
from reskontra.engine.ledger.base_amounts import share_of
from reskontra.engine.ledger.records import (
    Application,
    Document,
    DocumentVat,
    JournalEntry,
    JournalLine,
)
from reskontra.engine.ledger.write_off_limits import BALANCE, CREDIT
from reskontra.engine.money import share
from reskontra.engine.ports import Reader

_KEYS = ("account", "code", "rate", "source")
_SCHEMA = {
    "account": pl.String, "code": pl.String, "rate": pl.String, "source": pl.String,
    "net": pl.Int64, "vat": pl.Int64,
}  # fmt: skip
_LOSS = {BALANCE: "credit_loss", CREDIT: "credit_loss"}
"""What documents that write something off are called when they have VAT."""
_CASH_DISCOUNT, _OTHER = "cash_discount", "other_vouchers"


def vat_report(reader: Reader, periods: Collection[str], currency: str) -> Iterator[dict[str, Any]]:
    """Rows of these periods (``2026-11``) by account, VAT code and source: account, code, rate
    (percent), source (kind of document, ``credit_loss``, ``cash_discount``, ``other_vouchers``),
    currency (the base ``currency``), net, vat; minor units, positive = owed to the tax agency.
    """
    told = pl.concat([_documents(reader, periods), _discounts(reader, periods)])
    rows = told.group_by(_KEYS).agg(pl.col("net", "vat").sum())
    journal = _journal(reader, periods)
    explained = rows.group_by("account").agg(pl.col("vat").sum().alias("told"))
    other = (
        journal.join(explained, on="account", how="full", coalesce=True)
        .with_columns((pl.col("vat").fill_null(0) - pl.col("told").fill_null(0)).alias("vat"))
        .filter(pl.col("vat") != 0)
        .select(
            "account", pl.lit("").alias("code"), pl.lit("").alias("rate"),
            pl.lit(_OTHER).alias("source"), pl.lit(0, pl.Int64).alias("net"), "vat",
        )
    )  # fmt: skip
    moved = (pl.col("net") != 0) | (pl.col("vat") != 0)
    for row in pl.concat([rows.filter(moved), other]).sort(_KEYS).iter_rows(named=True):
        yield row | {"currency": currency}


def _documents(reader: Reader, periods: Collection[str]) -> pl.DataFrame:
    """What documents of the periods say; a void takes back what its document said. VAT of documents
    from another system was reported there.
    """
    columns = ("id", "kind", "document_date", "amount", "base_amount", "reverses_id")
    ours = reader.frame(Document, columns, migrated=False)
    documents = signed(_in(ours, "document_date", periods))
    vat = reader.frame(DocumentVat, ("document_id", "vat_code", "rate", "net", "vat", "account"))
    own = documents.join(vat, left_on="id", right_on="document_id")
    voids = documents.filter(pl.col("kind") == CREDIT, pl.col("reverses_id").is_not_null()).join(
        vat, left_on="reverses_id", right_on="document_id"
    )
    said = pl.concat([own, voids.select(own.columns)])
    of, worth = pl.col("amount"), pl.col("base_amount")
    in_base = {name: pl.col("sign") * share_of(pl.col(name), worth, of) for name in ("net", "vat")}
    return said.select(
        "account", pl.col("vat_code").alias("code"), "rate",
        pl.col("kind").replace(_LOSS).alias("source"), **in_base,
    )  # fmt: skip


def _discounts(reader: Reader, periods: Collection[str]) -> pl.DataFrame:
    """What cash discounts of the periods corrected: those whose voucher moves VAT."""
    used = ("target_id", "discount", "run_id", "decision_id")
    granted = reader.frame(Application, used).filter(pl.col("discount") != 0)
    lines = reader.frame(JournalLine, ("entry_id", "role"), role=["cash_discount", "vat_out"])
    both = lines.group_by("entry_id").agg(pl.col("role").n_unique()).filter(pl.col("role") == 2)
    entries = reader.frame(JournalEntry, ("id", "entry_date", "run_id", "decision_id"))
    posted = _in(entries, "entry_date", periods).join(
        both, left_on="id", right_on="entry_id", how="semi"
    )
    corrected = granted.join(posted, on=("run_id", "decision_id"), how="semi")
    ids = corrected["target_id"].unique().sort().to_list()
    parts = taxed_parts(reader, ids)
    worth = {d.id: (d.base_amount, d.amount) for d in reader.records(Document, id=ids)}
    rows = [
        (part.account, part.code, percent(part.rate), _CASH_DISCOUNT, -part.net, -part.vat)
        for target, discount in corrected.select("target_id", "discount").iter_rows()
        for part in split(share(discount, *worth[target]), parts.get(target, ()))
        if part.code
    ]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _journal(reader: Reader, periods: Collection[str]) -> pl.DataFrame:
    """What vouchers of the periods moved on the VAT accounts: account, vat Int64."""
    entries = _in(reader.frame(JournalEntry, ("id", "entry_date")), "entry_date", periods)
    lines = reader.frame(JournalLine, ("entry_id", "account", "base_amount"), role="vat_out")
    moved = lines.join(entries, left_on="entry_id", right_on="id", how="semi")
    return moved.group_by("account").agg((-pl.col("base_amount").sum()).alias("vat"))


def _in(frame: pl.DataFrame, day: str, periods: Collection[str]) -> pl.DataFrame:
    return frame.filter(pl.col(day).str.head(7).is_in(list(periods)))
