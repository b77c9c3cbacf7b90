"""Questions to a large customer ledger: what is owed today, on any day before, and by one customer.

    python -m benchmarks.ledger [--documents 1000000] [--folder DIR] [--write]

Makes books of invoices and payments without vouchers (as a cut-over would), every payment used in
two parts, a tenth of the invoices left open in part. Every question is asked once to warm up and
three times more; the median is told beside the limit of the machine in the same run: SQLite adding
up the same tables, no row of them given to the program.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import polars as pl
from benchmarks.__main__ import PAGE, write_page
from benchmarks.accuracy_report import met, table

from reskontra.adapters.storage.books import SqlBooks
from reskontra.adapters.storage.opening import open_books
from reskontra.adapters.storage.upgrading import upgrade
from reskontra.engine.ledger.ageing import aged, by_bucket
from reskontra.engine.ledger.records import Application, Customer, Document, OpenItem
from reskontra.engine.ports import Reader
from reskontra.engine.preferences.ledger import Ageing
from reskontra.engine.preferences.terms import Calendar
from reskontra.engine.services.balances import balance_of
from reskontra.engine.services.customer_numbers import find_customer

COMPANY = "bench"
PER_CUSTOMER = 20
FIRST_NUMBER = 10_000
FIRST_DAY, DAYS = "2024-01-01", 1000
"""Invoices are dated over so many days."""
REPEAT = 3
AGEING = Ageing((30, 60, 90), "own_date")


def make(path: Path, documents: int) -> SqlBooks:
    """Books with so many documents and as many applications."""
    url = f"sqlite:///{path}"
    upgrade(url)
    books = open_books(url, COMPANY)
    pairs = _pairs(documents // 2)
    with books.write() as writer:
        writer.append(_customers(documents // PER_CUSTOMER))
        writer.append_frame(Document, _documents(pairs))
        writer.append_frame(Application, _applications(pairs))
        writer.replace_frame(OpenItem, _open_items(pairs))
    return books


def _customers(number: int) -> list[Customer]:
    return [
        Customer(COMPANY, n, str(FIRST_NUMBER + n), f"Customer {n} AB", "SE", "SEK", "", None, "",
                 False, None, "active", None)
        for n in range(1, number + 1)
    ]  # fmt: skip


def _pairs(number: int) -> pl.DataFrame:
    """An invoice and the payment that belongs to it; every tenth pays a tenth too little."""
    n = pl.int_range(number, dtype=pl.Int64)
    first = pl.lit(FIRST_DAY).str.to_date()
    amount = (n * 7919 % 990_000 // 10 * 10 + 10_000).alias("amount")
    dated = pl.select(
        n.alias("n"), amount,
        (n * 2 // PER_CUSTOMER + 1).alias("customer_id"),
        (first + pl.duration(days=n * 7 % DAYS)).alias("date"),
        (n * 13 % 65 + 25).alias("wait"),
    )  # fmt: skip
    return dated.with_columns(
        pl.when(pl.col("n") % 10 == 9).then(pl.col("amount") // 10 * 9).otherwise("amount")
        .alias("paid"),
        (pl.col("date") + pl.duration(days=30)).alias("due"),
        (pl.col("date") + pl.duration(days="wait")).alias("paid_on"),
    )  # fmt: skip


def _documents(pairs: pl.DataFrame) -> pl.DataFrame:
    """First the invoices, then the payments."""
    invoices = pairs.select(
        pl.lit("invoice").alias("kind"), (pl.col("n") + 1).cast(pl.String).alias("number"),
        "customer_id", pl.col("date").cast(pl.String).alias("document_date"),
        pl.col("due").cast(pl.String).alias("due_date"), "amount",
    )  # fmt: skip
    payments = pairs.select(
        pl.lit("payment").alias("kind"), ("P" + pl.col("n").cast(pl.String)).alias("number"),
        "customer_id", pl.col("paid_on").cast(pl.String).alias("document_date"),
        pl.lit(None, pl.String).alias("due_date"), pl.col("paid").alias("amount"),
    )  # fmt: skip
    same = {
        "branch": "main", "currency": "SEK", "account": "1510", "order_number": "",
        "external_number": "", "discount_date": None, "discount_amount": 0, "disputed": False,
        "migrated": True, "import_id": None, "run_id": None, "decision_id": "",
        "reverses_id": None, "bank_line_id": None,
    }  # fmt: skip
    return (
        pl.concat([invoices, payments])
        .with_columns(pl.col("amount").alias("base_amount"), pl.col("amount").alias("initial_open"))
        .with_columns(_constants(Document, same))
        .select(Document._fields[2:])
    )


def _applications(pairs: pl.DataFrame) -> pl.DataFrame:
    """Every payment in two parts, on two days."""
    half = pl.col("paid") // 2
    parts = [
        pairs.select(
            (pl.col("n") + pairs.height + 1).alias("source_id"),
            (pl.col("n") + 1).alias("target_id"),
            amount.alias("amount"),
            (pl.col("paid_on") + pl.duration(days=later)).cast(pl.String).alias("applied_on"),
        )
        for amount, later in ((half, 0), (pl.col("paid") - half, 5))
    ]
    same = {"discount": 0, "run_id": 1, "decision_id": "", "reverses_id": None}
    together = pl.concat(parts).with_columns(_constants(Application, same))
    return together.select(Application._fields[2:])


def _constants(kind: type[Document | Application], values: Mapping[str, object]) -> list[pl.Expr]:
    text = {"branch", "currency", "account", "order_number", "external_number", "discount_date",
            "decision_id"}  # fmt: skip
    flags = {"disputed", "migrated"}
    types = {name: pl.String if name in text else pl.Boolean if name in flags else pl.Int64
             for name in kind._fields}  # fmt: skip
    return [pl.lit(value, types[name]).alias(name) for name, value in values.items()]


def _open_items(pairs: pl.DataFrame) -> pl.DataFrame:
    return pairs.filter(pl.col("amount") > pl.col("paid")).select(
        (pl.col("n") + 1).alias("document_id"), "customer_id", pl.lit("invoice").alias("kind"),
        pl.lit("SEK").alias("currency"), (pl.col("amount") - pl.col("paid")).alias("open_amount"),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, how long it may take and how long it took, in seconds."""

    name: str
    bar: float
    """At a million documents with a million applications."""
    seconds: float
    cpu: float
    limit: float
    """Processor seconds in which SQLite adds up the tables that the answer comes from."""


def ageing(reader: Reader, on: str) -> pl.DataFrame:
    """What is owed at the end of a day by bucket, as ``reskontra show ageing`` asks it."""
    calendar = Calendar("none", ())
    items = reader.item_frame(on)
    return by_bucket(aged(items, on=on or LAST_DAY, ageing=AGEING, calendar=calendar), "currency")


def ask(path: Path, books: SqlBooks, documents: int) -> list[Question]:
    """Every question, asked of the books that lie at ``path``."""
    number = str(FIRST_NUMBER + documents // PER_CUSTOMER // 2)
    days = {
        "ageing today": "", "ageing, the day before the last": _day(DAYS + 60),
        "ageing, three quarters": _day(DAYS * 3 // 4), "ageing, half-way": _day(DAYS // 2),
        "ageing, early": _day(DAYS // 10),
    }  # fmt: skip
    found = []
    with books.read() as reader:
        for name, on in days.items():
            taken = median_of(partial(ageing, reader, on))
            found.append(Question(name, 3.0 if on else 1.0, *taken, _limit(path, on)))
        taken = median_of(lambda: balance_of(reader, find_customer(reader, number)))
    return [*found, Question("balance of a customer", 0.010, *taken, _limit(path, "", number))]


def _day(after: int) -> str:
    return (date.fromisoformat(FIRST_DAY) + timedelta(days=after)).isoformat()


LAST_DAY = _day(DAYS + 95)


def median_of(act: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock, and of the processor; once more before, to warm up."""
    act()
    taken = []
    for _ in range(REPEAT):
        wall, cpu = time.perf_counter(), time.process_time()
        act()
        taken.append((time.perf_counter() - wall, time.process_time() - cpu))
    walls, cpus = zip(*taken, strict=True)
    return statistics.median(walls), statistics.median(cpus)


def _limit(path: Path, on: str, number: str = "") -> float:
    """The sums behind an answer, without a row of them given to the program."""
    sums = {
        "open_item": '"open_amount"', "document": '"initial_open"', "application": '"amount"',
    }  # fmt: skip
    asked: list[tuple[str, str, str | int]]
    if number:
        asked = [("open_item", '"customer_id" = ?', int(number) - FIRST_NUMBER)]
    elif on:
        asked = [("document", '"document_date" <= ?', on), ("application", '"applied_on" <= ?', on)]
    else:
        asked = [("open_item", '"open_amount" <> ?', 0)]
    connection = sqlite3.connect(path)
    try:
        return median_of(
            lambda: [
                connection.execute(
                    f'SELECT sum({sums[name]}) FROM "{name}" WHERE "company" = ? AND {where}',
                    (COMPANY, value),
                ).fetchall()
                for name, where, value in asked
            ]
        )[1]
    finally:
        connection.close()


def report(documents: int, found: Sequence[Question]) -> str:
    """The answers as a Markdown table."""
    rows = [
        (q.name, f"{q.seconds * 1000:.0f}", f"{q.cpu * 1000:.0f}", f"{q.bar * 1000:.0f}",
         met(q.cpu <= q.bar), f"{q.limit * 1000:.1f}", f"{q.cpu / q.limit:.1f}")
        for q in found
    ]  # fmt: skip
    head = ("question", "ms", "processor, ms", "bar, ms", "met (processor)", "limit, ms", "÷ limit")
    told = f"{documents} documents with as many applications, SQLite, warm; medians of {REPEAT}."
    return f"{told}\n\n{table(head, rows)}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the books, ask, print, and write the page if asked to."""
    parser = argparse.ArgumentParser(prog="benchmarks.ledger", description=__doc__)
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--folder", help="keep the books here, and use those that are there")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="reskontra-ledger-") as temporary:
        path = Path(given.folder or temporary) / f"ledger-{given.documents}.sqlite"
        there = path.exists()
        books = open_books(f"sqlite:///{path}", COMPANY) if there else make(path, given.documents)
        text = report(given.documents, ask(path, books, given.documents))
    print(text)
    if given.write:
        write_page(PAGE, text, part="ledger")


if __name__ == "__main__":
    main()
