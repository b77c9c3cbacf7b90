"""The laws of the books, each proved again from the records: ``reskontra check`` runs them all.

Every law names the row that breaks it. Columns come from ``ports.Reader.frame``; amounts are minor
units.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import polars as pl

from reskontra.engine.errors import Problem
from reskontra.engine.ledger.auditing import audit_is_chained
from reskontra.engine.ledger.balance import signed
from reskontra.engine.ledger.base_amounts import share_of
from reskontra.engine.ledger.decision_laws import decisions_are_whole, decisions_were_carried_out
from reskontra.engine.ledger.periods import closed_periods_stayed
from reskontra.engine.ledger.records import (
    Application,
    BankLine,
    BankLineState,
    Decision,
    Document,
    JournalEntry,
    JournalLine,
    OpenItem,
    Run,
    Step,
)
from reskontra.engine.ledger.reversal_laws import (
    discounts_were_due,
    documents_mirror,
    runs_reverse_once,
    vouchers_mirror,
    withdrawn_imports_are_gone,
)
from reskontra.engine.ledger.series_use import series_in_use
from reskontra.engine.ledger.standing import documents_of, held_by_lines, sides
from reskontra.engine.ledger.transfers import transfers_are_whole
from reskontra.engine.ledger.works import VALUATION
from reskontra.engine.ports import Reader

Law = Callable[[Reader], Iterator[Problem]]


def vouchers_balance(reader: Reader) -> Iterator[Problem]:
    """Every voucher sums to zero, per currency and in base currency, and has lines."""
    lines = reader.frame(JournalLine, ("entry_id", "currency", "amount", "base_amount"))
    entries = reader.frame(JournalEntry, ("id", "number"))
    sums = lines.group_by("entry_id", "currency").agg(pl.col("amount", "base_amount").sum())
    wrong = sums.filter((pl.col("amount") != 0) | (pl.col("base_amount") != 0))
    for entry, currency, amount, _ in wrong.sort("entry_id", "currency").iter_rows():
        yield Problem("RK760", f"journal_entry {entry} does not balance: {amount} {currency} over")
    empty = entries.join(lines, left_on="id", right_on="entry_id", how="anti").sort("id")
    for entry, number in empty.iter_rows():
        yield Problem("RK760", f"journal_entry {entry} ({number}) has no lines")
    orphans = lines.join(entries, left_on="entry_id", right_on="id", how="anti")
    for entry in sorted(set(orphans["entry_id"])):
        yield Problem("RK760", f"journal_line of entry {entry}: there is no such journal_entry")


def open_amounts(reader: Reader) -> pl.DataFrame:
    """What every document must have open: initial - applied as target - used as source.

    Columns: id, customer_id Int64; kind, number, currency, account String; migrated Boolean;
    initial_open, open Int64. Documents of a withdrawn import count as never entered.
    """
    columns = (
        "id", "customer_id", "kind", "number", "currency", "account", "migrated", "initial_open",
    )  # fmt: skip
    used = sides(reader).group_by("id").agg(pl.col("amount").sum().alias("used"))
    return (
        documents_of(reader, columns)
        .join(used, on="id", how="left")
        .with_columns((pl.col("initial_open") - pl.col("used").fill_null(0)).alias("open"))
        .drop("used")
        .sort("id")
    )


def open_items_are_right(reader: Reader) -> Iterator[Problem]:
    """Stored open amounts equal the derived ones, never below zero."""
    stored = reader.frame(OpenItem, ("document_id", "open_amount", "customer_id", "kind"))
    derived = open_amounts(reader)
    joined = derived.join(
        stored.rename({"document_id": "id", "customer_id": "owner", "kind": "stored_kind"}),
        on="id",
        how="full",
        coalesce=True,
    ).with_columns(pl.col("open", "open_amount").fill_null(0))
    wrong = joined.filter(
        (pl.col("open") != pl.col("open_amount"))
        | (pl.col("open") < 0)
        | pl.col("kind").is_null()
        | (
            pl.col("stored_kind").is_not_null()
            & (
                (pl.col("stored_kind") != pl.col("kind"))
                | pl.col("owner").ne_missing(pl.col("customer_id"))
            )
        )
    )
    for row in wrong.sort("id").iter_rows(named=True):
        yield Problem(
            "RK761",
            f"open_item {row['id']} ({row['number'] or 'no such document'}): stored "
            f"{row['open_amount']}, derived {row['open']}, or its customer or kind differ",
        )


def applications_fit(reader: Reader) -> Iterator[Problem]:
    """A credit is applied to a debit of the same currency; a reversal mirrors its original."""
    applied = reader.frame(Application)
    documents = reader.frame(Document, ("id", "kind", "currency"))
    known = signed(documents)
    sides = applied.join(known, left_on="source_id", right_on="id", how="left").join(
        known, left_on="target_id", right_on="id", how="left", suffix="_target"
    )
    wrong = sides.filter(
        (pl.col("sign") != -1)
        | (pl.col("sign_target") != 1)
        | (pl.col("currency") != pl.col("currency_target"))
        | pl.col("sign").is_null()
        | pl.col("sign_target").is_null()
    )
    for identifier in sorted(wrong["id"]):
        yield Problem("RK762", f"application {identifier} does not join a credit to a debit")
    mirrored = applied.filter(pl.col("reverses_id").is_not_null()).join(
        applied, left_on="reverses_id", right_on="id", how="left", suffix="_original"
    )
    broken = mirrored.filter(
        (pl.col("amount") != -pl.col("amount_original"))
        | (pl.col("discount") != -pl.col("discount_original"))
        | pl.col("amount_original").is_null()
        | (pl.col("applied_on") < pl.col("applied_on_original"))
        | pl.col("reverses_id").is_duplicated()
        | pl.col("reverses_id_original").is_not_null()
    )
    for identifier in sorted(broken["id"]):
        yield Problem("RK762", f"application {identifier} does not mirror what it reverses")


def subledger_is_control_account(reader: Reader) -> Iterator[Problem]:
    """Per account and currency: open documents, and advances that lines of documents hold there =
    migrated opening + journal.
    """
    documents = signed(open_amounts(reader))
    subledger = documents.group_by("account", "currency").agg(
        (pl.col("sign") * pl.col("open")).sum().alias("open"),
        (pl.col("sign") * pl.col("initial_open")).filter(pl.col("migrated")).sum().alias("opening"),
    )
    journal = (
        reader.frame(JournalLine, ("account", "currency", "role", "amount"))
        .filter(pl.col("role") != VALUATION)
        .group_by("account", "currency")
        .agg(pl.col("amount").sum().alias("journal"))
    )
    both = _with_held(reader, subledger, "held").join(
        journal, on=["account", "currency"], how="left"
    ).with_columns(pl.col("journal").fill_null(0))  # fmt: skip
    wrong = both.filter(pl.col("open") != pl.col("opening") + pl.col("journal"))
    for row in wrong.sort("account", "currency").iter_rows(named=True):
        yield Problem(
            "RK763",
            f"account {row['account']} {row['currency']}: the subledger holds {row['open']}, "
            f"the control account {row['opening'] + row['journal']} (minor units)",
        )


def _with_held(reader: Reader, subledger: pl.DataFrame, held: str) -> pl.DataFrame:
    """``subledger`` (account, currency, open) with what lines of documents hold in ``open``."""
    lines = held_by_lines(reader, subledger["account"].unique().sort().to_list())
    sums = lines.group_by("account", "currency").agg(pl.col(held).sum().alias("held"))
    return subledger.join(sums, on=["account", "currency"], how="left").with_columns(
        open=pl.col("open") + pl.col("held").fill_null(0)
    )


def base_amounts_follow(reader: Reader) -> Iterator[Problem]:
    """Per account and currency: the base value of what is open = that of the migrated opening + the
    journal in base currency; so where nothing is open, nothing is left of it in base currency.
    """
    told = ("id", "kind", "account", "currency", "migrated", "amount", "base_amount")
    opened = documents_of(reader, (*told, "initial_open"))
    used = sides(reader).group_by("id").agg(pl.col("amount").sum().alias("used"))
    left = pl.col("initial_open") - pl.col("used").fill_null(0)
    whole, of = pl.col("base_amount"), pl.col("amount")
    documents = signed(opened.join(used, on="id", how="left").filter(of != 0)).with_columns(
        (pl.col("sign") * share_of(whole, left, of)).alias("open"),
        (pl.col("sign") * share_of(whole, pl.col("initial_open"), of)).alias("opening"),
    )
    keys = ("account", "currency")
    subledger = documents.group_by(*keys).agg(
        pl.col("open").sum(), pl.col("opening").filter(pl.col("migrated")).sum()
    )
    journal = (
        reader.frame(JournalLine, (*keys, "role", "base_amount"))
        .filter(pl.col("role") != VALUATION)
        .group_by(*keys)
        .agg(pl.col("base_amount").sum().alias("journal"))
    )
    both = _with_held(reader, subledger, "held_base").join(
        journal, on=keys, how="left"
    ).with_columns(pl.col("journal").fill_null(0))  # fmt: skip
    wrong = both.filter(pl.col("open") != pl.col("opening") + pl.col("journal"))
    for row in wrong.sort(*keys).iter_rows(named=True):
        yield Problem(
            "RK763",
            f"account {row['account']} {row['currency']}: what is open is worth {row['open']} in "
            f"base currency, the control account holds {row['opening'] + row['journal']} (minor "
            "units)",
        )


def bank_lines_are_conserved(reader: Reader) -> Iterator[Problem]:
    """A booked bank line is debited to its bank account in full, and exactly once."""
    lines = reader.frame(BankLine, ("id", "amount", "currency"))
    states = reader.frame(BankLineState)
    joined = lines.join(states, left_on="id", right_on="bank_line_id", how="full", coalesce=True)
    for identifier in sorted(
        joined.filter(pl.col("state").is_null() | pl.col("amount").is_null())["id"]
    ):
        yield Problem(
            "RK764", f"bank_line {identifier} and its bank_line_state do not belong together"
        )
    entries = reader.frame(JournalEntry, ("id", "decision_id"))
    banked = (
        reader.frame(JournalLine, ("entry_id", "role", "currency", "amount", "base_amount"))
        .filter(pl.col("role") == "bank")
        .join(entries, left_on="entry_id", right_on="id")
    )
    decisions = reader.frame(Decision, ("decision_id", "bank_line_id"))
    same = pl.col("currency") == pl.col("currency_bank")
    per_line = (
        banked.join(decisions, on="decision_id")
        .join(lines, left_on="bank_line_id", right_on="id", how="left", suffix="_bank")
        .group_by("bank_line_id")
        .agg(pl.when(same).then("amount").otherwise("base_amount").sum().alias("banked"))
    )
    proved = joined.join(per_line, left_on="id", right_on="bank_line_id", how="left").with_columns(
        pl.when(pl.col("state") == "booked").then("amount").otherwise(0).alias("expected"),
        pl.col("banked").fill_null(0),
    )
    for row in (
        proved.filter(pl.col("banked") != pl.col("expected")).sort("id").iter_rows(named=True)
    ):
        yield Problem(
            "RK764",
            f"bank_line {row['id']} is {row['state']} with {row['expected']} to book, "
            f"the journal has {row['banked']} (minor units)",
        )


def states_follow_decisions(reader: Reader) -> Iterator[Problem]:
    """The decision that a bank line's state names exists, belongs to it, and its run exists."""
    states = reader.frame(BankLineState).filter(pl.col("decision_id") != "")
    decisions = reader.frame(Decision, ("decision_id", "bank_line_id", "run_id"))
    joined = states.join(decisions, on=["decision_id", "bank_line_id"], how="anti")
    for line in sorted(joined["bank_line_id"]):
        yield Problem("RK765", f"bank_line_state {line} names a decision that does not exist")
    runs = reader.frame(Run, ("id",))
    of_runs = pl.concat([decisions.select("run_id"), reader.frame(Step, ("run_id",))])
    for run in sorted(
        set(of_runs.join(runs, left_on="run_id", right_on="id", how="anti")["run_id"])
    ):
        yield Problem("RK765", f"decision of run {run}: there is no such run")


def series_have_no_gaps(reader: Reader) -> Iterator[Problem]:
    """Numbers taken from a series follow each other evenly, without a hole, up to its counter."""
    for use in series_in_use(reader):
        if (use.used, use.last) != (use.taken, use.counted):
            yield Problem(
                "RK766",
                f"series_counter {use.name}: {use.taken} numbers were taken up to "
                f"{use.counted}, {use.used} are in use up to {use.last}",
            )
        elif not use.is_unbroken:
            yield Problem("RK766", f"{use.table}: the numbers of {use.name} have a hole")


LAWS: tuple[Law, ...] = (
    vouchers_balance,
    open_items_are_right,
    applications_fit,
    subledger_is_control_account,
    base_amounts_follow,
    bank_lines_are_conserved,
    states_follow_decisions,
    series_have_no_gaps,
    decisions_are_whole,
    decisions_were_carried_out,
    runs_reverse_once,
    vouchers_mirror,
    documents_mirror,
    discounts_were_due,
    withdrawn_imports_are_gone,
    transfers_are_whole,
    audit_is_chained,
    closed_periods_stayed,
)
