"""How much may still be written off: the smaller of the company's and the customer's limit, less
what was written off of the document before.

Every work of the ledger is held to it when it is booked, whoever planned it; a confirmed credit
loss is not a write-off of this kind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from reskontra.engine.errors import Problem
from reskontra.engine.ledger.records import Application, Customer, Document
from reskontra.engine.money import exact
from reskontra.engine.ports import Reader
from reskontra.engine.preferences.differences import DifferencePreferences

BALANCE, CREDIT = "small_balance_write_off", "small_credit_write_off"


def write_off_rooms(
    reader: Reader, documents: Sequence[Document], differences: DifferencePreferences
) -> dict[int, int]:
    """Document id -> minor units of its currency that may still be written off."""
    ids = sorted({document.id for document in documents})
    owners = sorted({d.customer_id for d in documents if d.customer_id is not None})
    customers = {customer.id: customer for customer in reader.records(Customer, id=owners)}
    used = _written_off(reader, ids)
    return {
        document.id: max(
            0,
            _limit(customers.get(document.customer_id or 0), document.currency, differences)
            - used.get(document.id, 0),
        )
        for document in documents
    }


def _limit(customer: Customer | None, currency: str, differences: DifferencePreferences) -> int:
    """The tighter of the two wins; a customer without the flag has none, nobody has none."""
    company = differences.write_off_room(currency)
    if customer is None or not customer.write_off:
        return 0
    return company if customer.write_off_limit is None else min(company, customer.write_off_limit)


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
    differences: DifferencePreferences,
) -> list[Problem]:
    """RK890 for every document of which more is written off than may be; ``uses`` are credits,
    debits and the amounts applied.
    """
    written: dict[int, int] = defaultdict(int)
    documents: dict[int, Document] = {}
    for source, target, amount in uses:
        if source.kind == BALANCE or target.kind == CREDIT:
            document = target if source.kind == BALANCE else source
            documents[document.id] = document
            written[document.id] += amount
    rooms = write_off_rooms(reader, list(documents.values()), differences)
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
