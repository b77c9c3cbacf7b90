"""Exchange rates: base currency per unit of a currency, each from a day on until a newer one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
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


def known_rates(
    reader: Reader, wanted: Iterable[tuple[str, str]], rate_type: str = SPOT
) -> dict[tuple[str, str], Decimal]:
    """The rates of these (currency, day) that are known; an absent one has no rate.

    Of two rates of one day the later entered holds: it corrects the other.
    """
    days = sorted(set(wanted))
    currencies = sorted({currency for currency, _ in days})
    known = reader.records(ExchangeRate, rate_type=rate_type, currency=currencies) if days else ()
    held = sorted(known, key=lambda rate: (rate.currency, rate.valid_from, rate.id))
    starts = [(rate.currency, rate.valid_from) for rate in held]
    found = {}
    for currency, day in days:
        at = bisect_right(starts, (currency, day)) - 1
        if at >= 0 and held[at].currency == currency:
            found[currency, day] = Decimal(held[at].rate)
    return found


def rates_on(
    reader: Reader, currencies: Sequence[str], day: str, rate_type: str = SPOT
) -> dict[str, Decimal]:
    """The rate of each currency on a day; RK892 for every one that has none."""
    known = known_rates(reader, [(currency, day) for currency in currencies], rate_type)
    rates = {currency: rate for (currency, _), rate in known.items()}
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
