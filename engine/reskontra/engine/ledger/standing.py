"""What stood open at the end of a day, derived from the records: documents dated up to that day,
less what was used on them up to it.

An application counts from the day on which it was made and both its documents were there: on every
day, what one side gives, the other takes. An undo has the date of what it takes back, so that an
undone application counts on no day; one of a closed period counts until the first day that was
open, so that the period stays as it was, and what a person took off or voided until the day of
that. A migrated document counts with what was open when it was entered; documents of a withdrawn
import never do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from reskontra.engine.ledger.balance import signed
from reskontra.engine.ledger.records import (
    Application,
    Document,
    DocumentLine,
    DocumentMark,
    ImportFile,
    OpenItem,
)
from reskontra.engine.ports import ITEM_COLUMNS, Reader


def open_amounts(reader: Reader, documents: Sequence[int]) -> dict[int, int]:
    """Open amount now by document id, for those that are open."""
    told = ("document_id", "open_amount")
    return dict(reader.frame(OpenItem, told, document_id=list(documents)).iter_rows())


def documents_of(
    reader: Reader, columns: Sequence[str], customers: Sequence[int] | None = None
) -> pl.DataFrame:
    """Documents of these customers (ids; ``None`` = of all) in these columns, ``initial_open``
    among them: 0 where the import was withdrawn.
    """
    whose = {} if customers is None else {"customer_id": list(customers)}
    documents = reader.frame(Document, (*columns, "import_id"), **whose)
    withdrawn = reader.frame(ImportFile, ("withdraws_id",), kind="withdrawal")
    gone = pl.col("import_id").is_in(withdrawn["withdraws_id"].drop_nulls().implode())
    counted = pl.when(gone).then(0).otherwise("initial_open").alias("initial_open")
    return documents.with_columns(counted).select(columns)


def held_by_lines(reader: Reader, accounts: Sequence[str]) -> pl.DataFrame:
    """What lines of documents hold on these accounts beside what is open there: advances with VAT
    until they are deducted.

    Columns: account, currency, document_date String; held, held_base Int64, debit positive (in base
    currency only where the document is in it).
    """
    lines = reader.frame(DocumentLine, ("document_id", "account", "net"), account=list(accounts))
    told = ("id", "kind", "currency", "document_date", "amount", "base_amount")
    ids = lines["document_id"].unique().sort().to_list()
    documents = signed(reader.frame(Document, told, id=ids, migrated=False))
    held = -pl.col("sign") * pl.col("net")
    own = pl.col("amount") == pl.col("base_amount")
    return lines.join(documents, left_on="document_id", right_on="id").select(
        "account", "currency", "document_date",
        held=held, held_base=pl.when(own).then(held).otherwise(0),
    )  # fmt: skip


def sides(reader: Reader, documents: pl.DataFrame | None = None) -> pl.DataFrame:
    """What applications take from either side, once per side; of all, or of these documents (id).

    Columns: id (of the document), other_id, amount (what its open amount falls by) Int64;
    applied_on String (ISO date).
    """
    told = ("source_id", "target_id", "amount", "discount", "applied_on")
    if documents is None:
        made = reader.frame(Application, told)
        sources, targets = made, made
    else:
        mine = documents["id"].to_list()
        sources = reader.frame(Application, told, source_id=mine)
        targets = reader.frame(Application, told, target_id=mine)
    return pl.concat(
        [
            sources.select("applied_on", "amount", id="source_id", other_id="target_id"),
            targets.select(
                "applied_on", pl.col("amount") + pl.col("discount"), id="target_id",
                other_id="source_id",
            ),
        ]
    )  # fmt: skip


def uses(reader: Reader, documents: pl.DataFrame | None = None) -> pl.DataFrame:
    """``sides``, and from when they count: id, other_id, amount Int64; counts_on String."""
    taken = sides(reader, documents)
    told = ("id", "document_date")
    if documents is None:
        dates = reader.frame(Document, told)
    else:
        others = taken["other_id"].unique().sort().to_list()
        dates = pl.concat([documents.select(told), reader.frame(Document, told, id=others)])
        dates = dates.unique()
    dated = taken.join(dates, on="id", how="left").join(
        dates.rename({"id": "other_id", "document_date": "other_date"}), on="other_id", how="left"
    )
    counts_on = pl.max_horizontal("applied_on", "document_date", "other_date").alias("counts_on")
    return dated.select("id", "other_id", "amount", counts_on)


def below_zero_between(reader: Reader, wanted: Mapping[int, tuple[str, int]]) -> dict[int, str]:
    """Documents of which less is open on a day between than is to be used of them, although now
    there is enough: id -> the first day from which it can be used.

    ``wanted``: document id -> ISO date from which it is to be used, and how much.
    """
    told = ("id", "document_date", "initial_open")
    documents = reader.frame(Document, told, id=sorted(wanted))
    asked = pl.DataFrame(
        [(one, day, amount) for one, (day, amount) in wanted.items()],
        schema={"id": pl.Int64, "since": pl.String, "asked": pl.Int64}, orient="row",
    )  # fmt: skip
    daily = (
        uses(reader, documents)
        .group_by("id", "counts_on")
        .agg(pl.col("amount").sum())
        .sort("id", "counts_on")
        .with_columns(used=pl.col("amount").cum_sum().over("id"))
        .join(documents, on="id")
        .join(asked, on="id")
        .with_columns(until=pl.col("counts_on").shift(-1).over("id"))
        .filter(
            pl.col("until") > pl.col("since"),
            pl.col("initial_open") - pl.col("used") < pl.col("asked"),
        )
    )
    last = daily.group_by("id").agg(pl.col("until").max()).sort("id")
    return dict(last.iter_rows())


def open_on(reader: Reader, on: str, customers: Sequence[int] | None = None) -> pl.DataFrame:
    """Documents of these customers (ids; ``None`` = of all) that were open at the end of the day
    ``on`` (ISO date; empty = now), as ``ports.Reader.item_frame`` gives them.
    """
    told = [name for name, kind in ITEM_COLUMNS if kind is Document]
    documents = documents_of(reader, ("id", "initial_open", *told), customers)
    used = uses(reader, None if customers is None else documents)
    if on:
        documents = documents.filter(pl.col("document_date") <= on)
        used = used.filter(pl.col("counts_on") <= on)
    sums = used.group_by("id").agg(pl.col("amount").sum())
    left = pl.col("initial_open") - pl.col("amount").fill_null(0)
    return (
        documents.join(sums, on="id", how="left")
        .with_columns(left.alias("open_amount"))
        .filter(pl.col("open_amount") != 0)
        .rename({"id": "document_id"})
        .select(name for name, _ in ITEM_COLUMNS)
        .sort("document_id")
    )


def with_disputes(items: pl.DataFrame, marks: pl.DataFrame) -> pl.DataFrame:
    """``items`` (document_id, disputed) with what people said since: of ``marks`` of disputes
    (document_id, stands; oldest first) the newest holds.
    """
    if not marks.height:
        return items
    newest = marks.unique("document_id", keep="last", maintain_order=True)
    said = items.join(newest, on="document_id", how="left", maintain_order="left")
    return said.with_columns(pl.coalesce("stands", "disputed").alias("disputed")).drop("stands")


def in_dispute(reader: Reader, documents: Iterable[Document]) -> frozenset[int]:
    """Ids of those documents that stand in dispute, whether they came so or a person said it."""
    came = pl.DataFrame(
        [(document.id, document.disputed) for document in documents],
        schema={"document_id": pl.Int64, "disputed": pl.Boolean},
        orient="row",
    )
    marks = reader.frame(
        DocumentMark, ("document_id", "stands"), kind="dispute",
        document_id=came["document_id"].to_list(),
    )  # fmt: skip
    return frozenset(with_disputes(came, marks).filter("disputed")["document_id"])
