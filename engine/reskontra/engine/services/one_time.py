"""One-time customers (AR303000 *Engångskund*): inactive once what they were sold is settled.

The status is derived, so that it follows whatever settles a document, and whatever takes that back.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from reskontra.engine.documents.entry import CLAIMS
from reskontra.engine.ledger.records import Customer, OpenItem
from reskontra.engine.ledger.standing import documents_of
from reskontra.engine.ports import Reader


def as_of_now(reader: Reader, customers: Iterable[Customer]) -> list[Customer]:
    """The customers in their order, each with the status that it has now."""
    known = list(customers)
    done = _settled(reader, [one.id for one in known if one.status == "one_time"])
    return [one._replace(status="inactive") if one.id in done else one for one in known]


def _settled(reader: Reader, customers: list[int]) -> set[int]:
    """Those of the customers (ids) who had a claim and owe none now; what was taken back, or came
    with a withdrawn import, was none.
    """
    if not customers:
        return set()
    told = ("id", "customer_id", "kind", "initial_open", "reverses_id")
    documents = documents_of(reader, told, customers)
    back = documents["reverses_id"].drop_nulls().implode()
    sold = documents.filter(
        pl.col("kind").is_in(CLAIMS) & (pl.col("initial_open") > 0) & ~pl.col("id").is_in(back)
    )
    owing = reader.frame(OpenItem, ("customer_id",), customer_id=customers, kind=CLAIMS)
    return {*sold["customer_id"]} - {*owing["customer_id"]}
