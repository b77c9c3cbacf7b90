"""A few bank lines against a large customer ledger: reading what they touch, and proposing.

    python -m benchmarks.few [--items 3000000] [--lines 1000] [--folder DIR] [--write]

Makes books of open invoices, twelve per customer, without vouchers (as a cut-over would), each with
a number and a payment reference, one in twenty with a cash discount; most lines state the
reference, the others only who pays, in every way that evidence has. Both ways of reading are timed
and their proposals compared. Everything is done once to warm up and three times more; the median is
told.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import polars as pl
from benchmarks import workspace
from benchmarks.__main__ import PAGE, write_page
from benchmarks.accuracy_report import met, table
from benchmarks.ledger import REPEAT, median_of

from reskontra.adapters.storage.books import SqlBooks
from reskontra.adapters.storage.opening import open_books
from reskontra.adapters.storage.upgrading import upgrade
from reskontra.engine.ledger.fields import frame_schema
from reskontra.engine.ledger.records import (
    BankLine,
    BankLineState,
    Customer,
    CustomerAccount,
    Document,
    DocumentReference,
    OpenItem,
    Record,
)
from reskontra.engine.matching.proposals import Proposals
from reskontra.engine.matching.propose import propose
from reskontra.engine.preferences import Preferences
from reskontra.engine.services import access
from reskontra.engine.services import match as matching

PER_CUSTOMER = 12
FIRST_NUMBER = 1_000_000
BAR = 0.3
"""Seconds for reading and proposing: a thousand lines against three million items."""
FIRST_NAMES = ("Karlssons", "Berga", "Nordiska", "Lindgrens", "Malmö", "Ek", "Sjö", "Holms",
               "Västra", "Gunnars", "Tre Kronor", "Åkers", "Delta", "Solberga")  # fmt: skip
TRADES = ("Bygg", "Rör", "Måleri", "Frakt", "Elektriska", "Bageri", "Tryckeri", "Plåt", "Däck",
          "Optik", "Golv")  # fmt: skip


def make(path: Path, items: int, lines: int) -> SqlBooks:
    """Books with so many open invoices and undecided bank lines; every ninth amount is of whole
    hundreds.
    """
    url = f"sqlite:///{path}"
    upgrade(url)
    books = open_books(url, workspace.COMPANY)
    customers, invoices = _customers(items // PER_CUSTOMER + 1), _invoices(items)
    with books.write() as writer:
        writer.append_frame(Customer, _filled(customers, Customer))
        writer.append_frame(CustomerAccount, _filled(_accounts(customers), CustomerAccount))
        writer.append_frame(Document, _filled(invoices, Document))
        writer.append_frame(DocumentReference, _filled(_keys(invoices), DocumentReference))
        writer.replace_frame(OpenItem, _open_items(invoices))
        paid = _paid(invoices, customers, lines)
        writer.append_frame(BankLine, _filled(paid, BankLine))
        states = paid.select(
            pl.int_range(1, pl.len() + 1).alias("bank_line_id"), state=pl.lit("new")
        )
        writer.replace_frame(BankLineState, _filled(states, BankLineState))
    return books


def _filled(frame: pl.DataFrame, kind: type[Record]) -> pl.DataFrame:
    """``frame`` with every field of the record: what it lacks is nothing, none or no."""
    nothing = {pl.String: "", pl.Int64: 0, pl.Boolean: False}
    schema = {name: dtype for name, dtype in frame_schema(kind, "company").items() if name != "id"}
    lacking = [
        pl.lit(nothing[dtype], dtype).alias(name)
        for name, dtype in schema.items()
        if name not in frame.columns
    ]
    return frame.with_columns(lacking).select(pl.col(n).cast(t) for n, t in schema.items())


def _customers(number: int) -> pl.DataFrame:
    names = [
        f"{first} {trade} {_word(n)} AB"
        for n in range(number // len(FIRST_NAMES) // len(TRADES) + 1)
        for first in FIRST_NAMES
        for trade in TRADES
    ]
    n = pl.int_range(number, dtype=pl.Int64)
    return pl.select(
        pl.format("K{}", n + FIRST_NUMBER).alias("number"),
        pl.lit(pl.Series(names[:number])).alias("name"),
        (n * 7919 + 10_000_019).cast(pl.String).alias("account"),
        country=pl.lit("SE"), currency=pl.lit("SEK"), status=pl.lit("active"),
        parent_id=pl.lit(None), write_off_limit=pl.lit(None), import_id=pl.lit(None),
    )  # fmt: skip


def _word(number: int) -> str:
    """A word that no other number makes."""
    letters = "bdfgklmnprstv"
    word = ""
    while number or not word:
        number, rest = divmod(number, len(letters))
        word += letters[rest] + "aeiou"[rest % 5]
    return word.capitalize()


def _accounts(customers: pl.DataFrame) -> pl.DataFrame:
    return customers.select(
        "account", customer_id=pl.int_range(1, pl.len() + 1), origin=pl.lit("import")
    )


def _invoices(number: int) -> pl.DataFrame:
    n = pl.int_range(number, dtype=pl.Int64)
    first = pl.lit("2026-06-20").str.to_date()
    issued = (first + pl.duration(days=n * 7 % 120)).alias("issued")
    mixed = n * 2_654_435_761 % 4_294_967_291
    amount = pl.when(mixed % 9 == 0).then(mixed // 9 % 900 * 10_000 + 10_000).otherwise(
        mixed // 9 % 4_000_000 + 10_000
    )  # fmt: skip
    rows = pl.select(n.alias("n"), issued, amount.alias("amount"), (n % 20 == 7).alias("discounts"))
    day = "%Y-%m-%d"
    return rows.select(
        (pl.col("n") + FIRST_NUMBER).cast(pl.String).alias("number"),
        (pl.col("n") // PER_CUSTOMER + 1).alias("customer_id"),
        pl.col("issued").dt.strftime(day).alias("document_date"),
        (pl.col("issued") + pl.duration(days=30)).dt.strftime(day).alias("due_date"),
        pl.when("discounts").then((pl.col("issued") + pl.duration(days=10)).dt.strftime(day))
        .alias("discount_date"),
        pl.when("discounts").then(pl.col("amount") // 50).otherwise(0).alias("discount_amount"),
        "amount", base_amount="amount", initial_open="amount",
        kind=pl.lit("invoice"), currency=pl.lit("SEK"), account=pl.lit("1510"),
        migrated=pl.lit(value=True), import_id=pl.lit(None), run_id=pl.lit(None),
        reverses_id=pl.lit(None), bank_line_id=pl.lit(None),
    )  # fmt: skip


def _keys(invoices: pl.DataFrame) -> pl.DataFrame:
    """By number, and by a payment reference of two digits more."""
    numbers = invoices.select("number", document_id=pl.int_range(1, pl.len() + 1))
    reference = pl.col("number") + (pl.col("number").cast(pl.Int64) % 90 + 10).cast(pl.String)
    return pl.concat(
        [
            numbers.select("document_id", kind=pl.lit("number"), key="number", value="number"),
            numbers.select("document_id", kind=pl.lit("payment_reference"), key=reference,
                           value=reference),
        ]
    )  # fmt: skip


def _open_items(invoices: pl.DataFrame) -> pl.DataFrame:
    return invoices.select(
        pl.int_range(1, pl.len() + 1).alias("document_id"), "customer_id", "kind", "currency",
        open_amount="amount",
    )  # fmt: skip


def _paid(invoices: pl.DataFrame, customers: pl.DataFrame, lines: int) -> pl.DataFrame:
    """Lines that pay invoices here and there: of twenty, fifteen by reference, then by number in
    text, by account, by name, by a name with a slip, and by nothing at all.
    """
    chosen = sorted(random.Random(lines).sample(range(invoices.height), lines))
    owner = customers.with_columns(customer_id=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))
    way = pl.int_range(pl.len(), dtype=pl.Int64) % 20
    rows = (
        invoices[chosen]
        .join(owner.select("customer_id", "name", payer="account"), on="customer_id",
              maintain_order="left")
        .with_columns(way=way)
    )  # fmt: skip
    reference = pl.col("number") + (pl.col("number").cast(pl.Int64) % 90 + 10).cast(pl.String)
    stated = pl.format('[["{}","payment_reference",null,"unchecked"]]', reference)
    return rows.select(
        "amount", "currency",
        cash_account=pl.lit("main"), booking_date=pl.lit("2026-10-15"), value_date=pl.lit(None),
        source_id=pl.format("T{}", "number"), identity=pl.col("number"),
        references=pl.when(pl.col("way") < 15).then(stated).otherwise(pl.lit(json.dumps([]))),
        text=pl.when(pl.col("way") == 15).then(pl.format("Faktura {}", "number"))
        .otherwise(pl.lit("")),
        payer_account=pl.when(pl.col("way") < 17).then("payer").otherwise(pl.lit("")),
        payer_name=pl.when(pl.col("way") == 18).then(pl.col("name").str.slice(1))
        .when(pl.col("way") == 19).then(pl.lit("")).otherwise("name"),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Way:
    """One way of reading: seconds on the clock, and of the processor."""

    name: str
    items: int
    read: tuple[float, float]
    propose: tuple[float, float]


def ask(books: SqlBooks, preferences: Preferences) -> list[Way]:
    """Both ways of reading, and that the same is proposed."""
    chosen = access.MOST_TOUCHED
    found: list[Way] = []
    proposed: list[Proposals] = []
    try:
        with books.read() as reader:
            lines = matching.undecided_lines(reader, "")
            for name, most in (("what the lines touch", 0), ("all open items", chosen * 10**6)):
                access.MOST_TOUCHED = most
                read = partial(matching.matching_inputs, reader, lines, preferences)
                inputs = read()
                proposed.append(propose(inputs))
                work = partial(propose, inputs)
                found.append(Way(name, inputs.items.height, median_of(read), median_of(work)))
    finally:
        access.MOST_TOUCHED = chosen
    for part in Proposals.__slots__:
        assert getattr(proposed[0], part).equals(getattr(proposed[1], part)), part
    return found


def report(items: int, lines: int, found: Sequence[Way]) -> str:
    """Both ways as a Markdown table."""
    rows = [
        (way.name, str(way.items), *(f"{part[0]:.2f}" for part in (way.read, way.propose)),
         f"{way.read[1] + way.propose[1]:.2f}", f"{BAR}",
         met(way.read[1] + way.propose[1] <= BAR))
        for way in found
    ]  # fmt: skip
    head = ("read", "items", "read, s", "propose, s", "processor, s", "bar, s", "met (processor)")
    told = (
        f"{lines} bank lines against {items} open items, SQLite, warm; medians of {REPEAT}. Both"
        " ways propose the same."
    )
    return f"{told}\n\n{table(head, rows)}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the books, ask, print, and write the page if asked to."""
    parser = argparse.ArgumentParser(prog="benchmarks.few", description=__doc__)
    parser.add_argument("--items", type=int, default=3_000_000)
    parser.add_argument("--lines", type=int, default=1000)
    parser.add_argument("--folder", help="keep the books here, and use those that are there")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="reskontra-few-") as temporary:
        root = Path(temporary) / "workspace"
        workspace.make(root)
        path = Path(given.folder or temporary) / f"few-{given.items}-{given.lines}.sqlite"
        url = f"sqlite:///{path}"
        there = path.exists()
        books = (
            open_books(url, workspace.COMPANY) if there else make(path, given.items, given.lines)
        )
        found = ask(books, workspace.opened(root).preferences)
    text = report(given.items, given.lines, found)
    print(text)
    if given.write:
        write_page(PAGE, text, part="few")


if __name__ == "__main__":
    main()
