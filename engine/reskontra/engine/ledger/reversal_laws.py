"""Laws of taking back: what reverses something is its exact mirror, and reverses it once.

Also the laws about what may no longer count: withdrawn imports, and cash discounts that were
granted although nothing, or no longer anything, was due.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from reskontra.engine.errors import Problem
from reskontra.engine.ledger.balance import CORRECTIONS, VOIDS
from reskontra.engine.ledger.records import (
    Application,
    BankLine,
    BankLineState,
    Decision,
    Document,
    ImportFile,
    JournalEntry,
    JournalLine,
    Run,
    Step,
)
from reskontra.engine.ports import Reader


def runs_reverse_once(reader: Reader) -> Iterator[Problem]:
    """An undo, and only an undo, names the earlier run that it takes back."""
    runs = reader.frame(Run, ("id", "kind", "reverses_id"))
    both = runs.join(
        runs.select("id", "kind"), left_on="reverses_id", right_on="id", how="left", suffix="_of"
    )
    wrong = both.filter(
        (pl.col("kind") == "undo").ne_missing(pl.col("reverses_id").is_not_null())
        | (
            pl.col("reverses_id").is_not_null()
            & (
                pl.col("kind_of").is_null()
                | (pl.col("kind_of") == "undo")
                | (pl.col("reverses_id") >= pl.col("id"))
            )
        )
    )
    for identifier in wrong["id"].sort():
        yield Problem("RK765", f"run {identifier} takes back what it cannot")


def vouchers_mirror(reader: Reader) -> Iterator[Problem]:
    """A reversing voucher has the lines of the original with the opposite sign, and its date or,
    where that lay in a closed period, a later one.
    """
    entries = reader.frame(JournalEntry, ("id", "entry_date", "decision_id", "reverses_id"))
    reversals = entries.filter(pl.col("reverses_id").is_not_null())
    if not reversals.height:
        return
    pairs = reversals.join(
        entries, left_on="reverses_id", right_on="id", how="left", suffix="_original"
    )
    wrong = pairs.filter(
        (pl.col("entry_date") < pl.col("entry_date_original")).fill_null(value=True)
        | pl.col("decision_id").ne_missing(pl.col("decision_id_original"))
        | pl.col("reverses_id").is_duplicated()
        | pl.col("reverses_id_original").is_not_null()
    )["id"]
    keys = ("account", "role", "currency", "customer_id", "document_id")
    lines = reader.frame(JournalLine, ("entry_id", *keys, "amount", "base_amount"))
    of_pair = pl.concat(
        [
            pairs.select("id", pl.col("id").alias("entry_id")),
            pairs.select("id", pl.col("reverses_id").alias("entry_id")),
        ]
    )
    sums = (
        lines.join(of_pair, on="entry_id")
        .group_by("id", *keys)
        .agg(pl.col("amount", "base_amount").sum())
    )
    uneven = sums.filter((pl.col("amount") != 0) | (pl.col("base_amount") != 0))["id"]
    for identifier in pl.concat([wrong, uneven]).unique().sort():
        yield Problem("RK760", f"journal_entry {identifier} does not mirror what it reverses")


def documents_mirror(reader: Reader) -> Iterator[Problem]:
    """A void has amount, customer and account of its document, and the opposite kind; its number
    too, unless both are documents before the law. It is not dated before its document.
    """
    same = ("customer_id", "currency", "amount", "account")
    told = ("id", "kind", "number", "document_date", "reverses_id", *same)
    documents = reader.frame(Document, told)
    voids = documents.filter(pl.col("reverses_id").is_not_null())
    kinds = pl.DataFrame(
        list((VOIDS | CORRECTIONS).items()),
        schema={"kind_original": pl.String, "void": pl.String},
        orient="row",
    )
    renumbered = pl.col("kind_original").is_in(list(CORRECTIONS))
    pairs = voids.join(
        documents, left_on="reverses_id", right_on="id", how="left", suffix="_original"
    ).join(kinds, on="kind_original", how="left")
    wrong = pairs.filter(
        pl.any_horizontal(
            *(pl.col(name).ne_missing(pl.col(f"{name}_original")) for name in same),
            pl.col("kind").ne_missing(pl.col("void")),
            pl.col("number").ne_missing(pl.col("number_original")) != renumbered.fill_null(False),
            pl.col("reverses_id").is_duplicated(),
            pl.col("document_date") < pl.col("document_date_original"),
        )
    )
    for identifier in wrong["id"].sort():
        yield Problem("RK762", f"document {identifier} does not mirror what it voids")


def discounts_were_due(reader: Reader) -> Iterator[Problem]:
    """Cash discount: once per document, not more than agreed, for a payment in time."""
    columns = ("id", "source_id", "target_id", "discount", "decision_id", "reverses_id")
    applied = reader.frame(Application, columns).filter(pl.col("discount") != 0)
    if not applied.height:
        return
    terms = reader.frame(Document, ("id", "number", "discount_date", "discount_amount"))
    yield from _not_agreed(reader, applied, terms)
    late = (
        _dated(reader, applied)
        .filter(pl.col("reverses_id").is_null())
        .join(terms, left_on="target_id", right_on="id")
        .filter(pl.col("discount_date").is_null() | (pl.col("paid_on") > pl.col("discount_date")))
    )
    for identifier, number, paid_on in (
        late.select("id", "number", "paid_on").sort("id").iter_rows()
    ):
        yield Problem(
            "RK768", f"application {identifier}: {number} was paid on {paid_on}, after its discount"
        )


def _not_agreed(reader: Reader, applied: pl.DataFrame, terms: pl.DataFrame) -> Iterator[Problem]:
    """Documents on which another discount stands than was agreed, or their steps tolerated."""
    granted = applied.group_by("target_id").agg("decision_id", pl.col("discount").sum())
    both = granted.join(terms, left_on="target_id", right_on="id", how="left")
    wrong = both.filter(~pl.col("discount").is_between(0, pl.col("discount_amount").fill_null(0)))
    for document, number, decisions, discount, agreed in (
        wrong.select("target_id", "number", "decision_id", "discount", "discount_amount")
        .sort("target_id")
        .iter_rows()
    ):
        facts = [json.loads(step.record)["facts"] for step in _steps(reader, decisions)]
        tolerated = max((f.get("tolerance", {}).get(str(document), 0) for f in facts), default=0)
        if not 0 <= discount <= (agreed or 0) + tolerated:
            yield Problem(
                "RK768",
                f"document {document} ({number}): {discount} of cash discount were granted, "
                f"{agreed or 0} were agreed (minor units)",
            )


def _steps(reader: Reader, ids: Sequence[str]) -> Iterable[Step]:
    return reader.records(Step, step_id=sorted(set(ids)))


def _dated(reader: Reader, applied: pl.DataFrame) -> pl.DataFrame:
    """With ``paid_on``, the day on which what is applied was paid: the value date of the bank line,
    else its booking date, else the date of the document.
    """
    days = reader.frame(BankLine, ("id", "booking_date", "value_date")).select(
        bank_line_id="id", day=pl.coalesce("value_date", "booking_date")
    )
    decided = reader.frame(Decision, ("decision_id", "bank_line_id")).join(days, on="bank_line_id")
    sources = reader.frame(Document, ("id", "bank_line_id", "document_date")).join(
        days, on="bank_line_id", how="left"
    )
    return (
        applied.join(decided.select("decision_id", decided="day"), on="decision_id", how="left")
        .join(sources, left_on="source_id", right_on="id", how="left")
        .with_columns(paid_on=pl.coalesce("decided", "day", "document_date"))
    )


def withdrawn_imports_are_gone(reader: Reader) -> Iterator[Problem]:
    """Bank lines of a withdrawn import are ``withdrawn``, and no others are."""
    imports = reader.frame(ImportFile, ("id", "kind", "withdraws_id"))
    withdrawn = imports.filter(pl.col("kind") == "withdrawal")["withdraws_id"]
    for identifier in withdrawn.filter(withdrawn.is_duplicated()).unique().sort():
        yield Problem("RK769", f"import_file {identifier} was withdrawn twice")
    lines = reader.frame(BankLine, ("id", "import_id")).join(
        reader.frame(BankLineState, ("bank_line_id", "state")),
        left_on="id",
        right_on="bank_line_id",
    )
    gone = pl.col("import_id").is_in(withdrawn.drop_nulls().implode())
    wrong = lines.filter(gone != (pl.col("state") == "withdrawn"))
    for identifier, imported, state in (
        wrong.select("id", "import_id", "state").sort("id").iter_rows()
    ):
        yield Problem("RK769", f"bank_line {identifier} of import {imported} is {state}")
