"""The one preference for every tolerance (Netvisor *behandlingssätt*, customer limits of AR303000).

The kernel caps each write-off at the smaller of the company's and the customer's limit, cumulative
per document; rules
refer to these figures and never restate them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class DifferencePreferences:
    """Amounts in minor units per currency; a currency that is absent has the limit 0."""

    rounding: dict[str, int]
    """Short or over by at most this: written off to the role ``rounding``."""
    write_off: bool
    """Whether anything is written off at all (off for a new company)."""
    write_off_limit: dict[str, int]
    """Largest write-off per document, cumulative."""
    short: Literal["keep_open", "review"]
    """What is missing beyond rounding, at reference tiers."""
    over: Literal["open_payment", "review"]
    """What is too much beyond rounding."""
    surplus: Literal["receivables", "liability"] = "receivables"
    """Which account carries money that customers paid and nothing used yet."""
    unattended_limit: dict[str, int] = field(default_factory=dict)
    """Lint warns where rules could write off more without a person."""
    exchange_rate: int = 0
    """By how much the rate of a payment in base currency for documents of another may differ from
    the spot rate of its day (1/10 000)."""

    @property
    def surplus_role(self) -> str:
        """Role of the account that carries an open payment of a known customer."""
        return "customer_overpaid" if self.surplus == "liability" else "ar_trade"

    def rounding_limit(self, currency: str) -> int:
        """Largest rounding difference in minor units; 0 while write-offs are off."""
        if not self.write_off:
            return 0
        return min(self.rounding.get(currency, 0), self.write_off_limit.get(currency, 0))

    def write_off_room(self, currency: str) -> int:
        """Largest write-off per document in minor units; 0 while write-offs are off."""
        return self.write_off_limit.get(currency, 0) if self.write_off else 0
