"""Cash discounts: what terms offer, and whether what a payment leaves is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reskontra.engine.documents.totals import RATE_ONE
from reskontra.engine.money import share
from reskontra.engine.preferences.terms import Discount


def offered(amount: int, discount: Discount) -> int:
    """What the discount takes off ``amount``, minor units, half away from zero."""
    return share(amount, discount.percent, RATE_ONE)


@dataclass(frozen=True, slots=True)
class Offer:
    """The cash discount of a document."""

    amount: int
    """Minor units; 0 = none."""
    last_day: str
    """ISO date."""
    tolerance: int = 0
    """A payment may fall short by so much more, and all that is missing is discount."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether what is missing from a payment is the discount."""

    outcome: Literal["none", "accepted", "late", "too_short"]
    discount: int
    """Granted, minor units."""
    open_after: int


def taken(open_amount: int, paid: int, offer: Offer, paid_on: str) -> Verdict:
    """What a payment of ``paid`` on the ISO date ``paid_on`` leaves of a document."""
    missing = max(open_amount - paid, 0)
    if not missing:
        return Verdict("none", 0, 0)
    if missing > offer.amount + offer.tolerance or not offer.amount:
        return Verdict("too_short", 0, missing)
    if paid_on > offer.last_day:
        return Verdict("late", 0, missing)
    return Verdict("accepted", missing, 0)
