"""Acts that a second person must let pass (Swedish: *tvåhandsprincipen*): nobody both changes and
approves.

Which acts there are stands here, which of them a company asks for in ``ledger.second_person``.
"""

from __future__ import annotations

import hashlib
from typing import Literal, NamedTuple

from reskontra.engine.json_text import canonical
from reskontra.engine.preferences.ledger import SecondPerson

ActKind = Literal[
    "raised_limits", "released_holds", "payout_accounts", "unlocks", "write_offs",
    "credit_losses", "refunds",
]  # fmt: skip


class Act(NamedTuple):
    """Something that somebody is about to do."""

    kind: ActKind
    subject: str
    """``customer:1042``, ``document:10377``, ``draft:12`` or ``config:KEY``."""
    told: str
    """What exactly: another amount is another act."""
    base_amount: int = 0
    """What is given away, minor units of the base currency."""

    @property
    def name(self) -> str:
        """``act:`` and an id that follows from the content."""
        digest = hashlib.sha256(canonical(self).encode()).hexdigest()
        return f"act:{digest[:8]}"


def is_asked(act: Act, asked: SecondPerson) -> bool:
    """Whether a company wants another person to let the act pass."""
    match act.kind:
        case "write_offs" | "credit_losses" | "refunds":
            above: int = getattr(asked, f"{act.kind}_above")
            return act.base_amount > above
        case kind:
            return bool(getattr(asked, kind))
