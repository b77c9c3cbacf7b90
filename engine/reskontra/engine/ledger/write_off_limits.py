"""How much may still be written off: the smaller of the company's and the customer's limit, less
what was written off of the document before.

Every work of the ledger is held to it when it is booked, whoever planned it; a confirmed credit
loss is not a write-off of this kind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import polars as pl

from reskontra.engine.errors import Problem
from reskontra.engine.ledger.records import Application, Customer, Document
from reskontra.engine.money import exact
from reskontra.engine.plan.settling import write_off_room
from reskontra.engine.ports import Reader
from reskontra.engine.preferences import Preferences

BALANCE, CREDIT = "small_balance_write_off", "small_credit_write_off"


def write_off_rooms(
    reader: Reader, documents: Sequence[Document], preferences: Preferences
) -> dict[int, int]:
    """Document id -> minor units of its currency that may still be written off; of a document that
    belongs to nobody known nothing may.
    """
    owned = [document for document in documents if document.customer_id is not None]
    customers = reader.frame(
        Customer, ("id", "number", "write_off", "write_off_limit"),
        id=sorted({document.customer_id for document in owned}),
    )  # fmt: skip
    numbers = dict(customers.select("id", "number").iter_rows())
    ids = [document.id for document in owned]
    room = write_off_room(customers, _written_off(reader, sorted(ids)), preferences)
    asked = pl.DataFrame(
        {
            "currency": [document.currency for document in owned],
            "customer": [numbers[document.customer_id] for document in owned],
            "document": ids,
        },
        schema={"currency": pl.String, "customer": pl.String, "document": pl.Int64},
    )
    columns = (pl.col(name) for name in ("currency", "customer", "document"))
    left = dict(asked.select("document", left=room.left(*columns)).iter_rows())
    return {document.id: left.get(document.id, 0) for document in documents}


def _written_off(reader: Reader, ids: Sequence[int]) -> dict[int, int]:
    """Document id -> written off of it before, what was taken back deducted."""
    uses = [(a.target_id, a.source_id, BALANCE, a.amount)
            for a in reader.records(Application, target_id=ids)]  # fmt: skip
    uses += [(a.source_id, a.target_id, CREDIT, a.amount)
             for a in reader.records(Application, source_id=ids)]  # fmt: skip
    others = sorted({other for _, other, _, _ in uses})
    kinds = {document.id: document.kind for document in reader.records(Document, id=others)}
    sums: dict[int, int] = defaultdict(int)
    for document, other, kind, amount in uses:
        if kinds[other] == kind:
            sums[document] += amount
    return sums


def beyond_limits(
    reader: Reader,
    uses: Iterable[tuple[Document, Document, int]],
    preferences: Preferences,
) -> list[Problem]:
    """RK890 for every document of which more is written off than may be; ``uses`` are credits,
    debits and the amounts applied. A write-off that settles its own void writes nothing off.
    """
    written: dict[int, int] = defaultdict(int)
    documents: dict[int, Document] = {}
    for source, target, amount in uses:
        if source.id == target.reverses_id or target.id == source.reverses_id:
            continue
        if source.kind == BALANCE or target.kind == CREDIT:
            document = target if source.kind == BALANCE else source
            documents[document.id] = document
            written[document.id] += amount
    rooms = write_off_rooms(reader, list(documents.values()), preferences)
    return [
        Problem(
            "RK890",
            f"{exact(written[each], document.currency)} {document.currency} of {document.kind} "
            f"{document.number} would be written off, "
            f"{exact(rooms[each], document.currency)} may be",
            help="differences.write_off_limit and the customer's own limit say how much may be "
            "written off of a document; the smaller holds, all its write-offs together",
        )
        for each, document in sorted(documents.items())
        if written[each] > rooms[each]
    ]
