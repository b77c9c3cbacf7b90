"""Writes a village as the files that the product imports, and its truth beside them."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from benchmarks.village import MIXES, Row, Village
from benchmarks.village_masters import Paper, Payer

OCR = "{id: ocr, preset: se_ocr, params: {level: variable_length}, status: active}"
VIITE = "{id: viite, preset: fi_viite, status: active}"
SCHEMES = {"reference": OCR, "sepa": VIITE, "messy": OCR}
"""The scheme of most of a mix's references; two that could be the same text cannot both be active.
The others are known only because the documents carry them."""


def write(folder: Path, mix: str, *, lines: int, items: int, seed: int) -> None:
    """Make a world and write it: masters, bank lines, truth, reference schemes."""
    village = Village(MIXES[mix], lines, items, f"{mix} {seed}")
    village.make()
    folder.mkdir(parents=True, exist_ok=True)
    masters = village.masters
    _customers(masters.payers).write_csv(folder / "customers.csv")
    _items(masters.papers, masters.closed).write_csv(folder / "open_items.csv")
    _bank(village.rows).write_csv(folder / "bank.csv")
    _ways(village.rows).write_csv(folder / "ways.csv")
    _truth(village.rows).write_csv(folder / "truth.csv")
    scheme = f"references:\n  - {SCHEMES[mix]}\n"
    (folder / "references.yaml").write_text(scheme, encoding="utf-8")


def _decimal(minor: int) -> str:
    sign, whole = "-" if minor < 0 else "", abs(minor)
    return f"{sign}{whole // 100}.{whole % 100:02}"


def _customers(payers: list[Payer]) -> pl.DataFrame:
    rows = [
        (p.number, p.name, p.country, "SEK", p.parent.number if p.parent else "",
         p.account if p.known else "", p.alias, "true")
        for p in payers
    ]  # fmt: skip
    names = ("number", "name", "country", "currency", "parent", "bank_accounts", "aliases",
             "write_off")  # fmt: skip
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _items(papers: list[Paper], closed: list[Paper]) -> pl.DataFrame:
    rows = [
        (p.number, p.kind, p.owner.number, p.issued.isoformat(), p.due.isoformat(), "SEK",
         _decimal(p.amount), _decimal(p.amount if still else 0), p.reference, p.order,
         "true" if p.disputed else "false",
         p.discount_until.isoformat() if p.discount_until else "",
         _decimal(p.discount) if p.discount else "")
        for still, group in ((True, papers), (False, closed))
        for p in group
    ]  # fmt: skip
    names = ("number", "kind", "customer", "document_date", "due_date", "currency", "amount",
             "open_amount", "references", "order_number", "disputed", "discount_date",
             "discount_amount")  # fmt: skip
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _bank(rows: list[Row]) -> pl.DataFrame:
    table = [
        (f"T{n}", r.booked.isoformat(), "", _decimal(r.amount), "SEK", r.reference, r.text, r.name,
         r.account, "")
        for n, r in enumerate(rows, 1)
    ]  # fmt: skip
    names = ("id", "booking_date", "value_date", "amount", "currency", "reference", "text",
             "payer_name", "payer_account", "bank_code")  # fmt: skip
    return pl.DataFrame(table, schema=dict.fromkeys(names, pl.String), orient="row")


def _ways(rows: list[Row]) -> pl.DataFrame:
    table = [(f"T{n}", r.way, r.duplicate, r.receivable) for n, r in enumerate(rows, 1)]
    schema = {"id": pl.String, "way": pl.String, "duplicate": pl.Boolean, "receivable": pl.Boolean}
    return pl.DataFrame(table, schema=schema, orient="row")


def _truth(rows: list[Row]) -> pl.DataFrame:
    table = [
        (f"T{n}", paper.number, amount) for n, r in enumerate(rows, 1) for paper, amount in r.truth
    ]
    schema = {"id": pl.String, "document": pl.String, "amount": pl.Int64}
    return pl.DataFrame(table, schema=schema, orient="row")
