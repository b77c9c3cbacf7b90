"""Exchange rates: base currency per unit of a currency, each from a day on until a newer one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from reskontra.engine.errors import Problem, ReskontraError
from reskontra.engine.ledger.records import ExchangeRate
from reskontra.engine.ports import Reader

SPOT = "spot"
"""Type of the rates that documents are entered, and open items valued, at."""


def rate_on(reader: Reader, currency: str, day: str, rate_type: str = SPOT) -> Decimal:
    """The rate of a currency on a day (ISO date): the newest that holds from that day or before.

    Raises ``ReskontraError`` RK892 when there is none.
    """
    return rates_on(reader, (currency,), day, rate_type)[currency]


def rates_on(
    reader: Reader, currencies: Sequence[str], day: str, rate_type: str = SPOT
) -> dict[str, Decimal]:
    """The rate of each currency on a day; RK892 for every one that has none.

    Of two rates of one day the later entered holds: it corrects the other.
    """
    known = reader.records(ExchangeRate, rate_type=rate_type, currency=list(currencies))
    held = sorted((k for k in known if k.valid_from <= day), key=lambda k: (k.valid_from, k.id))
    rates = {rate.currency: Decimal(rate.rate) for rate in held}
    problems = tuple(
        Problem(
            "RK892",
            f"there is no {rate_type} rate of {currency} for {day}",
            help=f"`reskontra rates add {currency} RATE --from {day}`",
        )
        for currency in currencies
        if currency not in rates
    )
    if problems:
        raise ReskontraError(problems)
    return rates
