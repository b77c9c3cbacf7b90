"""A generated world as frames in the shape of ``MatchingInputs``, and as CSV files to import.

``truth`` says which documents each line pays; nothing that the product reads holds it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from reskontra.engine.ledger.fields import frame_schema
from reskontra.engine.ledger.records import BankLine
from reskontra.engine.text import reference_key

Reference = tuple[str, str, int | None, str]
"""Value, kind, part amount, verdict of the bank."""


@dataclass(slots=True)
class Customer:
    id: int
    number: str
    name: str
    account: str
    account_known: bool
    delay: float
    parent: int | None = None
    alias: str = ""


@dataclass(slots=True)
class Item:
    id: int
    number: str
    kind: str
    customer: Customer
    amount: int
    issued: date
    due: date
    ocr: str
    discount: int = 0
    discount_date: date | None = None
    used: bool = False


@dataclass(slots=True)
class Line:
    booked: date
    amount: int
    references: Sequence[Reference]
    text: str
    name: str
    account: str
    truth: tuple[Item, ...]
    way: str


@dataclass(frozen=True, slots=True)
class World:
    """Frames in the shape of ``MatchingInputs`` and the truth by line id."""

    lines: pl.DataFrame
    items: pl.DataFrame
    keys: pl.DataFrame
    closed: pl.DataFrame
    settled: pl.DataFrame
    """Columns of ``items``: documents paid before the first line."""
    customers: pl.DataFrame
    accounts: pl.DataFrame
    aliases: pl.DataFrame
    truth: pl.DataFrame
    """line_id, way, document_ids (empty = not to be applied)."""


_LINES: dict[str, type[pl.DataType]] = {**frame_schema(BankLine, "company"), "state": pl.String}
_ITEMS = {
    "document_id": pl.Int64, "customer_id": pl.Int64, "kind": pl.String, "number": pl.String,
    "currency": pl.String, "open_amount": pl.Int64, "amount": pl.Int64, "initial_open": pl.Int64,
    "document_date": pl.String, "due_date": pl.String, "discount_date": pl.String,
    "discount_amount": pl.Int64, "account": pl.String, "disputed": pl.Boolean,
    "order_number": pl.String, "external_number": pl.String,
}  # fmt: skip


def frames(
    customers: Sequence[Customer],
    ledger: Sequence[Item],
    settled: Sequence[Item],
    made: Sequence[Line],
) -> World:
    """The world as frames; ids count from 1 in the order given."""
    every = [*ledger, *settled]
    lines = [_line_row(index, line) for index, line in enumerate(made, 1)]
    return World(
        lines=pl.DataFrame(lines, schema=_LINES, orient="row"),
        items=_items(ledger, still_open=True),
        keys=pl.DataFrame(
            [(i.id, reference_key(value), kind)
             for i in every
             for value, kind in ((i.number, "number"), (i.ocr, "payment_reference"))],
            schema={"document_id": pl.Int64, "key": pl.String, "kind": pl.String}, orient="row",
        ),
        closed=pl.DataFrame(
            [(i.id, i.customer.id, i.number) for i in every],
            schema={"document_id": pl.Int64, "customer_id": pl.Int64,
                        "number": pl.String},
                orient="row",
        ),
        settled=_items(settled, still_open=False),
        customers=pl.DataFrame(
            [(c.id, c.number, c.name, c.parent, True, None, "active") for c in customers],
            schema={"id": pl.Int64, "number": pl.String, "name": pl.String, "parent_id": pl.Int64,
                    "write_off": pl.Boolean, "write_off_limit": pl.Int64, "status": pl.String},
            orient="row",
        ),
        accounts=pl.DataFrame(
            [(c.id, c.account) for c in customers if c.account_known],
            schema={"customer_id": pl.Int64, "account": pl.String}, orient="row",
        ),
        aliases=pl.DataFrame(
            [(c.id, c.alias) for c in customers if c.alias],
            schema={"customer_id": pl.Int64, "alias": pl.String}, orient="row",
        ),
        truth=pl.DataFrame(
            [(n, line.way, [i.id for i in line.truth]) for n, line in enumerate(made, 1)],
            schema={"line_id": pl.Int64, "way": pl.String, "document_ids": pl.List(pl.Int64)},
            orient="row",
        ),
    )  # fmt: skip


def _items(documents: Sequence[Item], *, still_open: bool) -> pl.DataFrame:
    rows = [
        (i.id, i.customer.id, i.kind, i.number, "SEK", i.amount if still_open else 0, i.amount,
         i.amount, i.issued.isoformat(), i.due.isoformat(),
         i.discount_date.isoformat() if i.discount_date else None, i.discount, "1510", False, "",
         "")
        for i in documents
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=_ITEMS, orient="row")


def _line_row(index: int, line: Line) -> tuple[object, ...]:
    references = json.dumps([list(r) for r in line.references])
    day = line.booked.isoformat()
    return (
        index, 1, 1, "bg", f"T{index}", day, None, line.amount, "SEK", f"B{index}", "", "",
        "PMNT/RCDT/ESCT", line.name, line.account, "", line.text, references, False,
        f"{index:032x}", 0, index, "new",
    )  # fmt: skip


def write_csv(made: World, folder: Path) -> None:
    """Customers, open items, bank lines and the truth in the columns that the imports read."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in (
        ("customers", _customers_csv(made)),
        ("open_items", _items_csv(made)),
        ("bank", _lines_csv(made)),
        ("truth", _truth_csv(made)),
        ("ways", _ways_csv(made)),
    ):
        frame.write_csv(folder / f"{name}.csv")


def _decimal(minor: pl.Expr) -> pl.Expr:
    cents = (minor.abs() % 100).cast(pl.String).str.zfill(2)
    sign = pl.when(minor < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    return pl.concat_str(sign, (minor.abs() // 100).cast(pl.String), pl.lit("."), cents)


def _customers_csv(made: World) -> pl.DataFrame:
    accounts = made.accounts.rename({"customer_id": "id", "account": "bank_accounts"})
    aliases = made.aliases.rename({"customer_id": "id", "alias": "aliases"})
    parents = made.customers.select(
        pl.col("id").alias("parent_id"), pl.col("number").alias("parent")
    )
    return (
        made.customers.join(accounts, on="id", how="left")
        .join(aliases, on="id", how="left")
        .join(parents, on="parent_id", how="left")
        .sort("id")
        .select(
            "number", "name", country=pl.lit("SE"), currency=pl.lit("SEK"), org_number=pl.lit(""),
            parent=pl.col("parent").fill_null(""),
            bank_accounts=pl.col("bank_accounts").fill_null(""),
            aliases=pl.col("aliases").fill_null(""), write_off=pl.lit("true"),
            write_off_limit=pl.lit(""), terms=pl.lit(""),
        )
    )  # fmt: skip


def _items_csv(made: World) -> pl.DataFrame:
    numbers = made.customers.select(
        pl.col("id").alias("customer_id"), pl.col("number").alias("customer")
    )
    ocr = made.keys.filter(pl.col("kind") == "payment_reference").select(
        "document_id", references="key"
    )
    return (
        pl.concat([made.items, made.settled])
        .join(numbers, on="customer_id").join(ocr, on="document_id").sort("document_id")
        .select(
            "number", "kind", "customer", "document_date", "due_date", "currency",
            amount=_decimal(pl.col("amount")), open_amount=_decimal(pl.col("open_amount")),
            references="references", order_number="order_number", external_number="external_number",
            discount_date=pl.col("discount_date").fill_null(""),
            discount_amount=_decimal(pl.col("discount_amount")),
        )
    )  # fmt: skip


def _lines_csv(made: World) -> pl.DataFrame:
    values = pl.col("references").str.json_decode(pl.List(pl.List(pl.String)))
    first = values.list.eval(pl.element().list.first()).list.join(";").fill_null("")
    return made.lines.sort("id").select(
        pl.col("source_id").alias("id"), "booking_date", value_date=pl.lit(""),
        amount=_decimal(pl.col("amount")), currency="currency", reference=first, text="text",
        payer_name="payer_name", payer_account="payer_account", bank_code="bank_code",
    )  # fmt: skip


def _truth_csv(made: World) -> pl.DataFrame:
    """One row per document paid: minor units on it, credit notes negative."""
    signed = pl.when(pl.col("kind") == "credit_note").then(-pl.col("open_amount"))
    documents = made.items.select(
        "document_id", "number", open_amount=signed.otherwise(pl.col("open_amount"))
    )
    paid = pl.min_horizontal("amount", "open_amount")
    return (
        made.truth.explode("document_ids")
        .join(documents, left_on="document_ids", right_on="document_id")
        .join(made.lines.select("amount", "source_id", line_id="id"), on="line_id")
        .sort("line_id", "number")
        .select(
            pl.col("source_id").alias("id"),
            document="number",
            amount=pl.when(pl.len().over("line_id") == 1).then(paid).otherwise("open_amount"),
        )
    )


def _ways_csv(made: World) -> pl.DataFrame:
    """What each line is, whatever it says."""
    second = pl.col("way").is_in(["duplicate", "closed"])
    return made.truth.sort("line_id").select(
        pl.concat_str(pl.lit("T"), pl.col("line_id").cast(pl.String)).alias("id"),
        "way",
        duplicate=second & (pl.col("document_ids").list.len() == 0),
        receivable=pl.col("way") != "foreign",
    )
