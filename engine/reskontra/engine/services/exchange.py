"""What planning must know of other currencies than the company's: rates, and what documents were
booked at.
"""

from __future__ import annotations

from collections.abc import Iterable

from reskontra.engine.ledger.exchange_rates import known_rates
from reskontra.engine.ledger.records import Document
from reskontra.engine.plan.exchange import Exchange
from reskontra.engine.ports import Reader


def exchange_of(
    reader: Reader, days: Iterable[tuple[str, str]], documents: Iterable[int], base: str
) -> Exchange:
    """The exchange of bank lines of these (currency, booking date) and of these documents in other
    currencies than ``base``; nothing is read where there are none.
    """
    foreign = [(currency, day) for currency, day in days if currency != base]
    if not foreign:
        return Exchange()
    booked = reader.frame(Document, ("id", "amount", "base_amount"), id=sorted(set(documents)))
    return Exchange(
        known_rates(reader, foreign),
        booked.select(document="id", booked="amount", booked_base="base_amount"),
    )
