"""From planned lines to the records that book them: documents, applications, vouchers, decisions.

Follows the plan to the minor unit and decides nothing. Works on columns, in the order of the plan:
every open amount is carried along and compared with what the plan saw; numbers are taken in that
order too, so that the same plan gives the same books everywhere. Frames have the fields of the
records without ``company`` and ``id``: the writer gives ids in the order of the rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from reskontra.engine.errors import Exit, ReskontraError
from reskontra.engine.ledger.base_amounts import share_of
from reskontra.engine.ledger.series import Numberer, slot_of
from reskontra.engine.money import exact
from reskontra.engine.plan.columns import Columns, as_paid, open_after
from reskontra.engine.plan.model import is_booked
from reskontra.engine.plan.postings import balances
from reskontra.engine.text import reference_key_column

STATES = {
    "apply": "booked",
    "open_payment": "booked",
    "cash_entry": "booked",
    "hide": "hidden",
    "hold": "hold",
    "review": "review",
}
"""State of a bank line after an outcome was applied to it."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a run is booked on."""

    run_id: int
    branch: str
    numberer: Numberer
    customers: Mapping[str, int]
    """Customer number -> id."""
    open_items: pl.DataFrame
    """document_id, customer_id, kind, currency, open_amount of the documents that are touched."""
    last_document: int
    last_entry: int


@dataclass(frozen=True, slots=True)
class Booking:
    """All records of one run; nothing is written before all of it stands."""

    documents: pl.DataFrame
    references: pl.DataFrame
    applications: pl.DataFrame
    entries: pl.DataFrame
    lines: pl.DataFrame
    decisions: pl.DataFrame
    states: pl.DataFrame
    open_items: pl.DataFrame
    """Open items as they stand afterwards, for those that changed and are still open."""
    closed: list[int]
    """Documents that have nothing open any more."""


def book_run(columns: Columns, decisions: pl.DataFrame, ground: Ground) -> Booking:
    """Book planned lines; ``decisions``: decision_id and record String, one row per line."""
    lines = columns.lines.with_columns(
        decisions["decision_id"],
        state=pl.when(pl.col("blocked") != "").then(pl.lit("review"))
        .otherwise(pl.col("outcome").replace_strict(STATES)),
    )  # fmt: skip
    booked = as_paid(lines.filter(is_booked()))
    allocations = columns.allocations.join(
        booked.select("n", "booking_date", "decision_id", "currency"), on="n", maintain_order="left"
    )
    _require_unmoved(allocations, ground)
    made = _documents(booked, allocations, columns.postings, ground)
    applied = _applications(booked, allocations, made)
    open_items, closed = _open_items(allocations, made, applied, ground)
    run_id = pl.lit(ground.run_id, pl.Int64).alias("run_id")
    return Booking(
        documents=_document_records(made, ground),
        references=made.select(
            document_id="id", kind=pl.lit("number"),
            key=reference_key_column(pl.col("number")),
            value="number",
        ),
        applications=applied.select(
            "source_id", "target_id", "amount", "discount",
            pl.col("booking_date").alias("applied_on"), run_id, "decision_id",
            pl.lit(None, pl.Int64).alias("reverses_id"),
        ),
        entries=_entries(booked, ground),
        lines=_journal_lines(columns.postings, booked, made, ground),
        decisions=lines.select(
            "decision_id", run_id, pl.col("line").alias("bank_line_id"), "outcome", "tier", "rule",
            "relevance", "runner_up", decisions["record"],
        ),
        states=lines.select(
            pl.col("line").alias("bank_line_id"), "state", "decision_id", run_id
        ),
        open_items=open_items,
        closed=closed,
    )  # fmt: skip


def _require_unmoved(allocations: pl.DataFrame, ground: Ground) -> None:
    """Every document has open what the plan saw: at first, and after each line that took from it.

    Raises ``ReskontraError`` RK730, exit 3.
    """
    found = pl.coalesce(open_after().shift(1).over("document"), "open_amount", 0)
    moved = (
        allocations.join(
            ground.open_items.select("document_id", "open_amount"),
            left_on="document", right_on="document_id", how="left", maintain_order="left",
        )
        .with_columns(found=found)
        .filter(pl.col("found") != pl.col("before"))
    )  # fmt: skip
    for number, currency, now, before in moved.head(1).select(
        "number", "currency", "found", "before"
    ).iter_rows():  # fmt: skip
        raise ReskontraError.of(
            "RK730",
            f"document {number} has {exact(now, currency)} {currency} open, "
            f"the plan was made when it had {exact(before, currency)} {currency}",
            help="make a new plan with `reskontra match`",
            exit_code=Exit.MOVED,
        )


_MADE = (
    "n", "turn", "at", "kind", "customer", "amount", "account", "target", "booking_date",
    "currency", "line", "decision_id",
)  # fmt: skip


def _documents(
    booked: pl.DataFrame, allocations: pl.DataFrame, postings: pl.DataFrame, ground: Ground
) -> pl.DataFrame:
    """Payments and write-offs that the lines become: ``_MADE``, id, number, base_amount.

    In the order of the plan; in a line the payments, then the write-offs of its documents
    (``target``), then that of its surplus.
    """
    of_line = booked.select("n", "line", line_customer="customer", line_account="account")
    none = pl.lit(None, pl.Int64)
    write_offs = allocations.filter(pl.col("write_off") > 0).join(of_line, on="n").with_columns(
        turn=pl.lit(1), kind=pl.lit("small_balance_write_off"), amount="write_off",
        target="document",
    )  # fmt: skip
    surplus = booked.filter(pl.col("written_off") > 0).with_columns(
        turn=pl.lit(2), at=pl.lit(0, pl.Int64), kind=pl.lit("small_credit_write_off"),
        amount="written_off", target=none,
    )  # fmt: skip
    made = (
        pl.concat(
            [part.select(_MADE) for part in (_payments(booked, allocations), write_offs, surplus)]
        )
        .sort("n", "turn", "at")
        .with_columns(id=pl.int_range(pl.len(), dtype=pl.Int64) + ground.last_document + 1)
    )
    slots = [slot_of(kind) for kind in made["kind"]]
    numbers = ground.numberer.take(slots, made["booking_date"].to_list())
    return _with_worth(made.with_columns(pl.Series("number", numbers, pl.String)), postings)


def _with_worth(made: pl.DataFrame, postings: pl.DataFrame) -> pl.DataFrame:
    """``made`` with base_amount: each at the rate at which the bank's money came in."""
    banked = postings.filter((pl.col("role") == "bank") & pl.col("base_amount").is_not_null())
    rates = banked.select("n", whole="amount", worth="base_amount")
    worth = share_of(pl.col("worth"), pl.col("amount"), pl.col("whole"))
    return made.join(rates, on="n", how="left", maintain_order="left").with_columns(
        base_amount=pl.coalesce(worth, "amount")
    )


def _payments(booked: pl.DataFrame, allocations: pl.DataFrame) -> pl.DataFrame:
    """The payment that a line becomes; one per customer when it pays for several.

    Cash that stays unapplied, or was written off, belongs to the payer; a customer whose credit
    notes outweigh what is paid for it cannot stand alone, so the payer's single payment covers all.
    """
    receipts = booked.filter(pl.col("outcome") != "cash_entry").with_columns(
        turn=pl.lit(0), kind=pl.lit("payment"), target=pl.lit(None, pl.Int64)
    )
    shares = (
        allocations.join(receipts.filter("several_customers").select("n"), on="n", how="semi")
        .group_by("n", "customer")
        .agg(pl.col("at").min(), share=(pl.col("sign") * pl.col("paid")).sum())
        .filter((pl.len().over("n") > 1) & (pl.col("share").min().over("n") > 0))
    )
    split = receipts.join(shares.select("n").unique(), on="n", how="semi")
    rest = split.with_columns(
        at=pl.lit(1 << 40, pl.Int64), share=pl.col("unapplied") + pl.col("written_off")
    ).filter(pl.col("share") > 0)
    parts = (
        pl.concat([shares, rest.select(shares.columns)])
        .group_by("n", "customer")
        .agg(pl.col("at").min(), pl.col("share").sum())
        .join(split.drop("customer", "amount"), on="n")
        .rename({"share": "amount"})
    )
    assert parts["amount"].sum() == split["amount"].sum(), "the parts are the whole"
    single = receipts.join(split.select("n"), on="n", how="anti").with_columns(
        at=pl.lit(0, pl.Int64)
    )
    return pl.concat([single.select(_MADE), parts.select(_MADE)])


def _applications(
    booked: pl.DataFrame, allocations: pl.DataFrame, made: pl.DataFrame
) -> pl.DataFrame:
    """source_id, target_id, amount, discount, booking_date, decision_id, in the order of the plan.

    The credit notes are used first, then the cash, on the settled documents in their order; then
    what is written off.
    """
    payments = made.filter(pl.col("turn") == 0)
    cash = _served(allocations, payments)
    used = cash.group_by("source_id").agg(used=pl.col("amount").sum())
    on_documents = made.filter(pl.col("turn") == 1).select(
        "n", "turn", "at", pl.lit(0, pl.Int64).alias("second"), pl.col("id").alias("source_id"),
        pl.col("target").alias("target_id"), "amount", pl.lit(0, pl.Int64).alias("discount"),
    )  # fmt: skip
    surplus = made.filter(pl.col("turn") == 2)
    free = (
        payments.join(used, left_on="id", right_on="source_id", how="left")
        .with_columns(free=pl.col("amount") - pl.col("used").fill_null(0))
        .join(surplus.select("n", target_id="id", wanted="amount"), on="n")
        .filter(pl.col("free") >= pl.col("wanted"))
        .sort("n", "at")
        .unique("n", keep="first", maintain_order=True)
    )
    assert free.height == surplus.height, "a surplus belongs to a payment that has it"
    of_surplus = free.select(
        "n", pl.lit(2).alias("turn"), "at", pl.lit(0, pl.Int64).alias("second"),
        pl.col("id").alias("source_id"), "target_id", pl.col("wanted").alias("amount"),
        pl.lit(0, pl.Int64).alias("discount"),
    )  # fmt: skip
    return (
        pl.concat([cash, on_documents, of_surplus])
        .sort("n", "turn", "at", "second")
        .join(booked.select("n", "booking_date", "decision_id"), on="n", maintain_order="left")
    )


def _served(allocations: pl.DataFrame, payments: pl.DataFrame) -> pl.DataFrame:
    """Credits of a line laid end to end beside what its documents get: where they overlap, one
    is applied to the other. A discount goes with the first application.
    """
    notes = allocations.filter(pl.col("sign") < 0).select(
        "n", pl.lit(0).alias("cash"), "at", pl.col("document").alias("source_id"), "paid"
    )
    money = payments.select(
        "n", pl.lit(1).alias("cash"), "at", pl.col("id").alias("source_id"), paid="amount"
    )
    sources = pl.concat([notes, money]).sort("n", "cash", "at").select(
        "n", "source_id", second=pl.int_range(pl.len(), dtype=pl.Int64).over("n"),
        source_end=pl.col("paid").cum_sum().over("n"), source_paid="paid",
    )  # fmt: skip
    targets = allocations.filter(pl.col("sign") > 0).sort("n", "at").select(
        "n", "at", "discount", "paid", target_id="document",
        target_end=pl.col("paid").cum_sum().over("n"),
    )  # fmt: skip
    start = pl.max_horizontal(
        pl.col("target_end") - pl.col("paid"), pl.col("source_end") - pl.col("source_paid")
    )
    rows = (
        targets.join(sources, on="n")
        .with_columns(amount=pl.min_horizontal("target_end", "source_end") - start)
        .filter(pl.col("amount") > 0)
        .sort("n", "at", "second")
        .with_columns(first=pl.col("second") == pl.col("second").min().over("n", "at"))
        .with_columns(discount=pl.when("first").then("discount").otherwise(0))
    )
    assert rows["amount"].sum() == targets["paid"].sum(), "the plan applies no more than there is"
    assert rows["discount"].sum() == targets["discount"].sum(), "a discount belongs to a payment"
    return rows.select(
        "n", pl.lit(0).alias("turn"), "at", "second", "source_id", "target_id", "amount", "discount"
    )


def _open_items(
    allocations: pl.DataFrame, made: pl.DataFrame, applied: pl.DataFrame, ground: Ground
) -> tuple[pl.DataFrame, list[int]]:
    """Open items after the run: those still open, and the documents that are settled."""
    taken = pl.concat(
        [
            applied.select(document_id="source_id", taken="amount"),
            applied.select(document_id="target_id", taken=pl.col("amount") + pl.col("discount")),
        ]
    ).group_by("document_id").agg(pl.col("taken").sum())  # fmt: skip
    new = made.select(
        document_id="id",
        customer_id=_customer_id(ground),
        kind="kind",
        currency="currency",
        open_amount="amount",
    )
    touched = allocations.select(document_id="document").unique()
    old = ground.open_items.join(touched, on="document_id", how="semi").select(new.columns)
    after = pl.concat([old, new]).join(taken, on="document_id", how="left").with_columns(
        open_amount=pl.col("open_amount") - pl.col("taken").fill_null(0)
    )  # fmt: skip
    assert taken.join(after, on="document_id", how="anti").is_empty(), "only what is open is used"
    assert (after["open_amount"] >= 0).all(), "no credit is used twice, no document over-applied"
    settled = after.filter(pl.col("open_amount") == 0).join(old, on="document_id", how="semi")
    still_open = after.filter(pl.col("open_amount") > 0).sort("document_id")
    return still_open.select(new.columns), settled["document_id"].sort().to_list()


def _customer_id(ground: Ground) -> pl.Expr:
    """Id of the customer whose number a column holds; null = nobody's."""
    numbers = dict(ground.customers)
    return pl.col("customer").replace_strict(numbers, default=None, return_dtype=pl.Int64)


def _document_records(made: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    nothing, zero, empty = pl.lit(None, pl.Int64), pl.lit(0, pl.Int64), pl.lit("")
    no_date, no = pl.lit(None, pl.String), pl.lit(value=False)
    return made.select(
        "kind", "number", customer_id=_customer_id(ground), branch=pl.lit(ground.branch),
        document_date="booking_date", due_date=no_date, currency="currency", amount="amount",
        base_amount="base_amount", account="account", order_number=empty, external_number=empty,
        discount_date=no_date, discount_amount=zero, disputed=no, migrated=no,
        initial_open="amount", import_id=nothing, run_id=pl.lit(ground.run_id, pl.Int64),
        decision_id="decision_id", reverses_id=nothing, bank_line_id="line",
    )  # fmt: skip


def _entries(booked: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """One voucher per booked line."""
    dates = booked["booking_date"].to_list()
    numbers = ground.numberer.take(["journal"] * booked.height, dates)
    named = pl.when(pl.col("reference") != "").then("reference").otherwise("source_id")
    text = pl.concat_str(
        *(pl.when(part != "").then(part) for part in (pl.col("payer"), named)),
        separator=" ", ignore_nulls=True,
    )  # fmt: skip
    return booked.select(
        pl.lit(ground.numberer.numbering.use["journal"]).alias("series"),
        pl.Series("number", numbers, pl.String),
        pl.col("booking_date").alias("entry_date"),
        text.alias("text"),
        pl.lit(ground.run_id, pl.Int64).alias("run_id"),
        "decision_id",
        pl.lit(None, pl.Int64).alias("reverses_id"),
    )


def _journal_lines(
    postings: pl.DataFrame, booked: pl.DataFrame, made: pl.DataFrame, ground: Ground
) -> pl.DataFrame:
    payments = made.filter((pl.col("turn") == 0) & (pl.col("at") == pl.col("at").min().over("n")))
    entries = booked.select(
        "n", "currency", entry_id=pl.int_range(pl.len(), dtype=pl.Int64) + ground.last_entry + 1
    ).join(payments.select("n", document_id="id"), on="n", how="left", maintain_order="left")
    rows = postings.join(entries, on="n", maintain_order="left")
    assert balances(rows), "a voucher must balance"
    return rows.select(
        "entry_id", pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("n").alias("line"),
        "account", "role", "currency", "amount",
        pl.coalesce("base_amount", "amount").alias("base_amount"),
        _customer_id(ground).alias("customer_id"), "document_id",
    )  # fmt: skip
