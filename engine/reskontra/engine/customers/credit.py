"""Whether more may be sold on credit (AR303000 *Credit verification*); pure.

Four rules: ``disabled``, ``days_past_due``, ``credit_limit``, and ``limit_and_days``, in which both
tests must pass. What is exactly as much, or as late, as is allowed passes.

Drafts of claims take room, for they will be claims; drafts of credits give none before they are
released. What was parked by a failed check takes none, so that it does not park what comes after
it. What is ordered and not invoiced takes room too, unless the order is on hold.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

CreditRule = Literal["disabled", "days_past_due", "credit_limit", "limit_and_days"]
CHECKED = ("invoice", "debit_note")
"""Kinds of documents that are checked; a credit note is never parked, and a cash sale is paid."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a credit check found."""

    limit_ok: bool
    days_ok: bool

    @property
    def ok(self) -> bool:
        """Whether the document may be released."""
        return self.limit_ok and self.days_ok


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a customer, or the group that shares a credit policy, stands; amounts in minor units
    of ``currency``.
    """

    currency: str
    rule: CreditRule
    limit: int | None
    """``None`` = no limit was agreed, so none is exceeded."""
    days: int | None
    """How many days past due an open claim may be; ``None`` as for ``limit``."""
    balance: int
    unreleased: int
    ordered: int
    """What is ordered and not invoiced, orders on hold left out."""
    late: int
    """Days that the oldest open claim is past its effective due day; 0 = none is."""
    first_due: str
    """Due day of that claim; empty = none is open."""

    @property
    def room(self) -> int | None:
        """Remaining credit; negative = more is owed than was agreed, ``None`` = no limit holds."""
        if self.limit is None or self.rule not in ("credit_limit", "limit_and_days"):
            return None
        return self.limit - self.balance - self.unreleased - self.ordered

    def verdict(self, amount: int) -> Verdict:
        """Whether ``amount`` more may be owed."""
        room = self.room
        days = self.days if self.rule in ("days_past_due", "limit_and_days") else None
        return Verdict(room is None or amount <= room, days is None or self.late <= days)

    def taking(self, amount: int) -> Standing:
        """The standing with one more unreleased claim."""
        return replace(self, unreleased=self.unreleased + amount)
