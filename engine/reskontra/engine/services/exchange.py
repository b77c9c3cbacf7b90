"""What planning must know of other currencies than the company's: rates, and what documents were
booked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from reskontra.engine.errors import ReskontraError
from reskontra.engine.ledger.base_amounts import in_base
from reskontra.engine.ledger.exchange_rates import known_rates
from reskontra.engine.ledger.records import Document
from reskontra.engine.money import exact
from reskontra.engine.plan.exchange import Exchange
from reskontra.engine.plan.model import Allocation, PlannedLine
from reskontra.engine.ports import Reader
from reskontra.engine.preferences import Preferences
from reskontra.engine.preferences.matching import RATIO


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


def paid_in(
    reader: Reader,
    line: PlannedLine,
    currency: str,
    allocations: Sequence[Allocation],
    preferences: Preferences,
) -> PlannedLine:
    """A line in base currency as payment of all that these documents of another get.

    Raises ``ReskontraError`` RK721 without a rate to compare with, RK960 where what came in is
    worth something else by more than ``differences.exchange_rate``.
    """
    base, day = preferences.company.currency, line.booking_date
    rate = known_rates(reader, [(currency, day)]).get((currency, day))
    if rate is None:
        raise ReskontraError.of(
            "RK721", f"there is no spot rate of {currency} for {day}: not booked",
            help=f"`reskontra rates add {currency} RATE --from {day}`",
        )  # fmt: skip
    paid = sum(one.sign * one.paid for one in allocations)
    worth = in_base(paid, currency, rate, base)
    apart = abs(line.amount - worth)
    if paid <= 0 or apart * RATIO > preferences.differences.exchange_rate * worth:
        raise ReskontraError.of(
            "RK960",
            f"the documents get {exact(paid, currency)} {currency}, which is "
            f"{exact(worth, base)} {base} at the rate {rate:f}; {exact(line.amount, base)} {base} "
            "came in",
            help="name what each document gets, in its own currency: NUMBER=AMOUNT",
        )
    return replace(line, paid=paid, paid_currency=currency)
