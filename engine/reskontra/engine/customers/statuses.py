"""What the status of a customer allows (AR303000 field *Status*)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reskontra.engine.masters import CustomerStatus

Allowed = Literal["yes", "draft", "no", "clearing"]
"""``draft``: may be saved, not released. ``clearing``: only what brings the balance to zero."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What may be done for a customer of a status."""

    invoices: Allowed
    """Invoices, debit notes and cash sales."""
    credit_notes: Allowed
    payments: Allowed
    charges: Allowed
    """Interest on overdue documents."""
    dunning: Allowed
    """Letters stop only where they are blocked for the customer, or it is inactive."""


EFFECTS: dict[CustomerStatus, Effect] = {
    "active": Effect("yes", "yes", "yes", "yes", "yes"),
    "on_hold": Effect("draft", "draft", "yes", "no", "yes"),
    "credit_hold": Effect("no", "yes", "yes", "yes", "yes"),
    "inactive": Effect("no", "no", "clearing", "no", "no"),
    "one_time": Effect("yes", "yes", "yes", "yes", "yes"),
}
"""Status -> what it allows. A one-time customer is inactive once what it was sold is settled
(``services.one_time``).
"""

HOLDS: tuple[CustomerStatus, ...] = ("on_hold", "credit_hold")
"""Statuses that a head hands on to the members that share its credit."""
