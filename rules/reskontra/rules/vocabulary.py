"""The closed vocabulary of rules: stages, ways to decide, outcomes and effects.

What a rule can say is listed here and nowhere else; the reader, the JSON Schema and the deciders
follow these tables. Nothing here chooses: packs do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reskontra.config.schemas import account_roles

Stage = Literal["classify", "match", "differences", "create"]
STAGES: tuple[Stage, ...] = ("classify", "match", "differences", "create")
"""In the order in which a payment passes them."""

Policy = Literal["first", "every", "unique"]
POLICIES: tuple[Policy, ...] = ("first", "every", "unique")
"""``first``: the first rule that decides ends the stage; ``every``: all rules that hold fire, an
effect that is set is never overwritten; ``unique``: two deciding rules on one payment are a
conflict that a person must solve."""

REVIEW = "review"
"""Where a payment goes that no rule decided, or whose decision is in doubt."""

BLOCKS = ("bank_rules",)
"""Rules of a block run in alphabetical order of their ids (CA204500, *Bankregler*)."""
BLOCK_STAGES: tuple[Stage, ...] = ("classify", "create")


@dataclass(frozen=True, slots=True)
class Effect:
    """One key that may stand under ``then``."""

    help: str
    choices: tuple[str, ...] = ()
    """Allowed values; empty = any text of the form ``pattern``."""
    pattern: str = r"\S(.{0,198}\S)?"
    named: str = ""
    """What ``choices`` are, where they are too many for a message."""
    flag: bool = False
    """true or false instead of text."""
    decides: bool = False
    """A rule with this effect ends the stage under ``decide: first``."""


_ROLE = Effect(
    "role of a ledger account (accounts.yaml)",
    choices=account_roles(),
    named="a role of accounts.yaml (`reskontra config show accounts` lists them)",
)
ACCOUNT = r"(?=.{1,20}$)[A-Za-z]*[0-9]+(?:[.\-][0-9A-Za-z]+)*"
"""An account number: digits, perhaps after letters, perhaps with parts after a point or hyphen."""
_ACCOUNT = Effect('number of a ledger account in quotes, e.g. "1930"', pattern=ACCOUNT)
_TAG = Effect("a mark for later rules and stages", pattern=r"[a-z0-9][a-z0-9_-]{0,39}")
_REASON = Effect("short word for lists and reports", pattern=r"[a-z][a-z0-9_]{0,39}")


def _outcome(*choices: str) -> Effect:
    return Effect("what happens to the bank line", choices=choices, decides=True)


EFFECTS: dict[Stage, dict[str, Effect]] = {
    "classify": {
        "outcome": _outcome("cash_entry", "hide", "hold", "review"),
        "role": _ROLE,
        "account": _ACCOUNT,
        "text": Effect("text of the entry"),
        "customer": Effect("number of the customer this money comes from, in quotes"),
        "reason": _REASON,
        "tag": _TAG,
        "override_reference": Effect(
            "decide although a validated reference names a document or customer", flag=True
        ),
    },
    "match": {
        "outcome": _outcome("apply", "open_payment", "hold", "review"),
        "reason": _REASON,
        "tag": _TAG,
    },
    "differences": {
        "treat": Effect(
            "what happens to the difference",
            choices=("write_off", "keep_open", "open_payment", "review"),
            decides=True,
        ),
        "role": _ROLE,
        "tag": _TAG,
    },
    "create": {
        "outcome": _outcome("open_payment", "cash_entry", "hide", "hold", "review"),
        "role": _ROLE,
        "account": _ACCOUNT,
        "text": Effect("text of the entry"),
        "customer": Effect("number of the customer this money comes from, in quotes"),
        "reason": _REASON,
        "tag": _TAG,
    },
}

DECIDED_BEFORE: dict[Stage, bool] = {
    "classify": False,
    "match": False,
    "differences": True,
    "create": False,
}
"""Whether a stage looks at the payments that earlier stages decided, or at those still open."""
