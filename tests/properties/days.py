"""What holds on every day of any books."""

from __future__ import annotations

import polars as pl

from reskontra.engine.ledger.records import (
    Application,
    Customer,
    Document,
    DocumentMark,
    OpenItem,
)
from reskontra.engine.ledger.standing import open_on, with_disputes
from reskontra.engine.ports import Books
from reskontra.engine.services.reconcile import reconciliation


def prove_days(books: Books) -> None:
    """Every day stands as the records derive it, for all customers and for the known ones asked by
    name, and agrees with the control accounts; the last day is what the books hold as open.
    """
    with books.read() as reader:
        dated = [*reader.records(Document)]
        days = {document.document_date for document in dated}
        days |= {application.applied_on for application in reader.records(Application)}
        marks = reader.frame(DocumentMark, ("document_id", "stands"), kind="dispute")
        owners = reader.frame(Customer, ("id",))["id"].to_list()
        for day in ("", "2020-01-01", *sorted(days)):
            stood = reader.item_frame(day)
            assert stood.equals(with_disputes(open_on(reader, day), marks)), day
            asked = with_disputes(open_on(reader, day, owners), marks)
            assert stood.filter(pl.col("customer_id").is_not_null()).equals(asked), day
            assert not [row for row in reconciliation(reader, day) if row["difference"]], day
        kept = reader.frame(OpenItem, ("document_id", "open_amount"))
        assert reader.item_frame(max(days)).select(kept.columns).equals(kept)
