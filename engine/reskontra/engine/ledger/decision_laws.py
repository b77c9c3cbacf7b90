"""Laws between a stored decision and what was booked for it: the books say what the record says.

A decision record is what a person is shown years later. Here it is proved that voucher,
applications and documents of a run follow from it to the minor unit, and that the record itself
keeps both identities of money. Undone decisions are judged as well: their run did what they say,
and what took them back is judged by ``reversal_laws``.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from reskontra.engine.errors import Problem
from reskontra.engine.ledger.records import (
    Application,
    BankLine,
    Customer,
    Decision,
    Document,
    FormerNumber,
    JournalEntry,
    JournalLine,
    Run,
    Step,
)
from reskontra.engine.plan.columns import (
    BOOKING,
    as_paid,
    booking_parts,
    open_after,
    settled_amount,
)
from reskontra.engine.plan.model import BOOKED_OUTCOMES
from reskontra.engine.ports import Reader

CHUNK = 20_000
"""Decision records that are decoded at a time: a record has a few thousand characters."""


def decisions_are_whole(reader: Reader) -> Iterator[Problem]:
    """A decision or step stands once; documents, applications, vouchers name one that exists."""
    steps = reader.frame(Step, ("step_id",)).rename({"step_id": "decision_id"})
    decisions = pl.concat([reader.frame(Decision, ("decision_id",)), steps])
    twice = decisions.filter(pl.col("decision_id").is_duplicated())["decision_id"]
    for identifier in sorted(set(twice)):
        yield Problem("RK765", f"decision {identifier} was recorded twice")
    for kind, name in ((Document, "document"), (Application, "application")):
        made = reader.frame(kind, ("id", "decision_id")).filter(pl.col("decision_id") != "")
        for identifier in made.join(decisions, on="decision_id", how="anti")["id"].sort():
            yield Problem("RK765", f"{name} {identifier} names a decision that does not exist")
    entries = reader.frame(JournalEntry, ("id", "decision_id"))
    for identifier in entries.join(decisions, on="decision_id", how="anti")["id"].sort():
        yield Problem("RK765", f"journal_entry {identifier} names a decision that does not exist")
    runs = reader.frame(Run, ("id", "plan_id"))
    for identifier in runs.filter(pl.col("plan_id").is_duplicated())["id"].sort():
        yield Problem("RK765", f"run {identifier} has the plan of another run")


def decisions_were_carried_out(reader: Reader) -> Iterator[Problem]:
    """Postings, allocations, payments and write-offs equal the stored decision record."""
    heads = reader.frame(
        Decision, ("id", "decision_id", "run_id", "bank_line_id"), outcome=list(BOOKED_OUTCOMES)
    )
    records = _booked_records(reader, heads)
    problems: dict[int, str] = {}
    for why, found in (
        ("its record breaks an identity of money", _identities(records)),
        ("its record and its bank line differ", _bank_lines(reader, records)),
        ("its voucher is another than its record says", _vouchers(reader, records)),
        ("its applications are others than its record says", _applications(reader, records)),
        ("its payment or write-off is another than its record says", _documents(reader, records)),
    ):
        for identifier in found:
            problems.setdefault(identifier, why)
    names = dict(heads.select("id", "decision_id").iter_rows())
    for identifier in sorted(problems):
        yield Problem("RK767", f"decision {names[identifier]}: {problems[identifier]}")


def _booked_records(reader: Reader, heads: pl.DataFrame) -> pl.DataFrame:
    """The heads of decisions that were booked, with what moves money in their records."""
    frames = []
    for start in range(0, heads.height, CHUNK):
        chunk = heads[start : start + CHUNK]
        texts = reader.frame(Decision, ("id", "record"), id=chunk["id"].to_list())
        decoded = booking_parts(pl.col("record")).struct.unnest()
        frames.append(chunk.join(texts.select("id", decoded), on="id"))
    if not frames:
        return pl.DataFrame(schema={**heads.schema, **dict(BOOKING.to_schema())})
    return pl.concat(frames).filter(pl.col("blocked") == "")


def _allocated(records: pl.DataFrame) -> pl.DataFrame:
    """One row per decision and allocated document."""
    rows = records.select("id", "allocations").filter(pl.col("allocations").list.len() > 0)
    return rows.explode("allocations").unnest("allocations")


def _identities(records: pl.DataFrame) -> pl.Series:
    """Cash + unapplied + written off = payment; no document below zero; postings balance."""
    allocated = _allocated(records)
    below = allocated.filter(open_after() < 0)
    cash = allocated.group_by("id").agg((pl.col("sign") * pl.col("paid")).sum().alias("cash"))
    wrong = (
        as_paid(records)
        .join(cash, on="id", how="left")
        .with_columns(
            (
                pl.col("cash").fill_null(0)
                + pl.col(
                    "unapplied",
                )
                + pl.col("written_off")
            ).alias("used")
        )
        .filter(
            (pl.col("used") != pl.col("amount"))
            & (pl.col("allocations").list.len() + pl.col("used") != 0)
            | (pl.col("unapplied") < 0)
            | (pl.col("written_off") < 0)
            | ~_balance(pl.element().struct.field("amount"))
            | ~_balance(
                pl.coalesce(
                    pl.element().struct.field("base_amount"), pl.element().struct.field("amount")
                )
            )
        )
    )
    return pl.concat([below["id"], wrong["id"]])


def _balance(amount: pl.Expr) -> pl.Expr:
    """Whether these amounts of the postings come to zero."""
    return pl.col("postings").list.eval(amount).list.sum() == 0


def _bank_lines(reader: Reader, records: pl.DataFrame) -> pl.Series:
    """The record tells amount and currency as the bank did; the voucher has the bank's date."""
    lines = reader.frame(BankLine, ("id", "amount", "currency", "booking_date"))
    told = records.select(
        "id", "decision_id", "run_id", "line", "bank_line_id", "amount", "currency"
    )
    both = told.join(lines, left_on="bank_line_id", right_on="id", how="left", suffix="_bank")
    dates = reader.frame(JournalEntry, ("decision_id", "run_id", "entry_date"), reverses_id=None)
    wrong = both.filter(
        (pl.col("line") != pl.col("bank_line_id"))
        | pl.col("amount").ne_missing(pl.col("amount_bank"))
        | pl.col("currency").ne_missing(pl.col("currency_bank"))
    )
    late = both.join(dates, on=["decision_id", "run_id"]).filter(
        pl.col("entry_date") != pl.col("booking_date")
    )
    return pl.concat([wrong["id"], late["id"]])


def _customers(reader: Reader) -> pl.DataFrame:
    """Ids by number, also by numbers of before: a record says how the customer was called then."""
    today = reader.frame(Customer, ("number", "id")).select(customer="number", customer_id="id")
    former = reader.frame(FormerNumber, ("number", "customer_id"))
    return pl.concat([today, former.select("customer_id", customer="number").select(today.columns)]
                     ).unique("customer")  # fmt: skip


def _vouchers(reader: Reader, records: pl.DataFrame) -> pl.Series:
    """The lines of the voucher are the postings, amount for amount."""
    rows = (
        as_paid(records)
        .select("id", "currency", "postings")
        .filter(pl.col("postings").list.len() > 0)
    )
    told = rows.explode("postings").unnest("postings").join(
        _customers(reader), on="customer", how="left"
    )  # fmt: skip
    entries = reader.frame(JournalEntry, ("id", "decision_id", "run_id", "reverses_id"))
    of_decision = (
        entries.filter(pl.col("reverses_id").is_null())
        .join(
            records.select("decision_id", "run_id", pl.col("id").alias("of")),
            on=["decision_id", "run_id"],
        )
        .select(pl.col("id").alias("entry_id"), "of")
    )
    booked = (
        reader.frame(
            JournalLine,
            ("entry_id", "account", "role", "currency", "customer_id", "amount", "base_amount"),
        )
        .join(of_decision, on="entry_id")
        .rename({"of": "id"})
        .with_columns(-pl.col("amount"), -pl.col("base_amount"))
    )
    worth = told.with_columns(amount=pl.coalesce("base_amount", "amount"))
    keys = ("id", "account", "role", "currency", "customer_id")
    return pl.concat(
        [
            _unequal(told, booked, keys),
            _unequal(worth, booked.with_columns(amount="base_amount"), keys),
        ]
    )


def _unequal(told: pl.DataFrame, booked: pl.DataFrame, keys: tuple[str, ...]) -> pl.Series:
    """Decisions whose ``amount`` (the booked ones negative) does not come to zero per key."""
    both = pl.concat([told.select(*keys, "amount"), booked.select(*keys, "amount")])
    sums = both.group_by(*keys).agg(pl.col("amount").sum())
    return sums.filter(pl.col("amount") != 0)["id"]


def _applications(reader: Reader, records: pl.DataFrame) -> pl.Series:
    """What every document of the record gave or got, by the applications of the run."""
    allocated = _allocated(records)
    told = allocated.select(
        "id",
        "document",
        settled_amount().alias("amount"),
    )
    heads = records.select("id", "decision_id", "run_id")
    applied = reader.frame(
        Application,
        ("source_id", "target_id", "amount", "discount", "run_id", "decision_id"),
    ).join(heads, on=["decision_id", "run_id"])
    own = reader.frame(Document, ("id", "decision_id", "run_id")).rename({"id": "document"})
    moved = pl.concat(
        [
            applied.select(
                "id", "decision_id", "run_id", pl.col("target_id").alias("document"),
                -(pl.col("amount") + pl.col("discount")),
            ),
            applied.select(
                "id", "decision_id", "run_id", pl.col("source_id").alias("document"),
                -pl.col("amount"),
            ),
        ]
    )  # fmt: skip
    foreign = moved.join(own, on=["document", "decision_id", "run_id"], how="anti")
    discounts = _unequal(
        allocated.select("id", "document", pl.col("discount").alias("amount")),
        applied.select(
            "id", pl.col("target_id").alias("document"), -pl.col("discount").alias("amount")
        ),
        ("id", "document"),
    )
    return pl.concat([_unequal(told, foreign, ("id", "document")), discounts])


def _documents(reader: Reader, records: pl.DataFrame) -> pl.Series:
    """Payments come to the bank line, write-offs to the record's; payments belong to its payers."""
    allocated = _allocated(records)
    written = allocated.group_by("id").agg(pl.col("write_off").sum())
    made = reader.frame(
        Document, ("id", "kind", "amount", "customer_id", "decision_id", "run_id", "currency")
    ).rename({"id": "document"})
    mine = made.join(
        records.select("id", "decision_id", "run_id"), on=["decision_id", "run_id"]
    )  # fmt: skip
    sums = mine.group_by("id").agg(
        pl.col("amount").filter(pl.col("kind") == kind).sum().alias(kind)
        for kind in ("payment", "small_balance_write_off", "small_credit_write_off")
    )
    both = as_paid(records).join(written, on="id", how="left").join(sums, on="id", how="left")
    cash_entry = (pl.col("allocations").list.len() == 0) & (pl.col("unapplied") == 0)
    wrong = both.filter(
        (pl.col("payment").fill_null(0) != pl.when(cash_entry).then(0).otherwise("amount"))
        | (pl.col("small_balance_write_off").fill_null(0) != pl.col("write_off").fill_null(0))
        | (pl.col("small_credit_write_off").fill_null(0) != pl.col("written_off"))
    )
    payer = records.select("id", "customer").join(_customers(reader), on="customer", how="left")
    owners = allocated.select("id", "document").join(
        made.select("document", "customer_id"), on="document"
    )
    known = pl.concat([payer.select("id", "customer_id"), owners.select("id", "customer_id")])
    strangers = mine.join(known.unique(), on=["id", "customer_id"], how="anti", nulls_equal=True)
    return pl.concat([wrong["id"], strangers["id"]])
