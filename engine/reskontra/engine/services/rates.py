"""Exchange rates that people enter: added, or corrected by a newer entry for the same day.

What documents were booked at stays as it is; a correction holds for what is booked after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from reskontra.engine.errors import Place, Problem, ReskontraError
from reskontra.engine.ledger.auditing import Actor, Deed, record_deeds
from reskontra.engine.ledger.records import ExchangeRate
from reskontra.engine.ports import Books, Reader

Key = tuple[str, str, str]
"""Type, currency and first day of a rate."""


class WantedRate(NamedTuple):
    """A rate as somebody states it; currency, day and rate have their form already."""

    rate_type: str
    currency: str
    valid_from: str
    """ISO date."""
    rate: Decimal
    """Base currency per unit, above 0."""
    place: Place | None = None

    @property
    def key(self) -> Key:
        """What it is the rate of."""
        return self.rate_type, self.currency, self.valid_from


class RateChange(NamedTuple):
    """What becomes of a wanted rate."""

    wanted: WantedRate
    before: str
    """The rate that held for this day; empty = none."""

    @property
    def kind(self) -> Literal["new", "changed", "unchanged"]:
        """What happens to the rate."""
        if not self.before:
            return "new"
        return "unchanged" if Decimal(self.before) == self.wanted.rate else "changed"


def plan_rates(reader: Reader, wanted: Sequence[WantedRate], base: str) -> list[RateChange]:
    """What would become of the rates; ``base`` is the company's own currency.

    Raises ``ReskontraError`` with every problem: RK896 a rate of the own currency, RK897 two rates
    of one currency, type and day.
    """
    problems = tuple(_problems(wanted, base))
    if problems:
        raise ReskontraError(problems)
    held = _held(reader.records(ExchangeRate))
    return [RateChange(rate, held[rate.key].rate if rate.key in held else "") for rate in wanted]


def add_rates(
    books: Books, wanted: Sequence[WantedRate], base: str, actor: Actor
) -> list[RateChange]:
    """Store what ``plan_rates`` says, with an audit record each; all of it or nothing."""
    with books.write() as writer:
        changes = plan_rates(writer, wanted, base)
        made = [change for change in changes if change.kind != "unchanged"]
        first = writer.last_id(ExchangeRate) + 1
        writer.append(
            [
                ExchangeRate(
                    writer.company, first + n, *change.wanted.key, f"{change.wanted.rate:f}",
                    actor.login, actor.at,
                )
                for n, change in enumerate(made)
            ]
        )  # fmt: skip
        record_deeds(writer, actor, [_deed(change) for change in made])
    return changes


def list_rates(reader: Reader, *, currency: str = "", on: str = "") -> Iterator[dict[str, Any]]:
    """Rates by type, currency and day, each as entered last; with ``on`` (ISO date) only those that
    hold on that day.
    """
    known = reader.records(ExchangeRate, **({"currency": currency} if currency else {}))
    held = _held(rate for rate in known if not on or rate.valid_from <= on)
    newest = {key[:2]: key for key in sorted(held)}
    for key in sorted(held):
        rate = held[key]
        if not on or newest[key[:2]] == key:
            yield {
                "type": rate.rate_type, "currency": rate.currency, "from": rate.valid_from,
                "rate": rate.rate, "by": rate.actor, "at": rate.at,
            }  # fmt: skip


def _held(rates: Iterable[ExchangeRate]) -> dict[Key, ExchangeRate]:
    """Of several rates of one day the one that was entered last."""
    return {(rate.rate_type, rate.currency, rate.valid_from): rate for rate in rates}


def _problems(wanted: Sequence[WantedRate], base: str) -> Iterator[Problem]:
    seen: set[Key] = set()
    for rate in wanted:
        if rate.currency == base:
            yield Problem(
                "RK896", f"{base} is the company's own currency: one {base} is one {base}",
                rate.place, "leave it out",
            )  # fmt: skip
        if rate.key in seen:
            yield Problem(
                "RK897", f"the {rate.rate_type} rate of {rate.currency} from {rate.valid_from} "
                "stands twice", rate.place, "leave one of the two",
            )  # fmt: skip
        seen.add(rate.key)


def _deed(change: RateChange) -> Deed:
    wanted = change.wanted
    was = f", was {change.before}" if change.before else ""
    told = f"{wanted.rate_type} {wanted.rate:f} from {wanted.valid_from}{was}"
    return Deed("set rate", f"rate:{wanted.currency}", told)
