"""Bank accounts and party identifiers: is the number well formed, and how is it stored and printed.

One function per kind, each returning a ``Verdict``; ``check_account`` and ``check_party`` go by the
name of the kind.
"""

from reskontra.engine.identifiers.bank_accounts import (
    ACCOUNT_KINDS,
    bban_of,
    bban_to_iban,
    check_account,
    compact_account,
)
from reskontra.engine.identifiers.parties import PARTY_KINDS, national
from reskontra.engine.identifiers.peppol import peppol_id
from reskontra.engine.identifiers.verdict import Verdict

__all__ = [
    "ACCOUNT_KINDS",
    "PARTY_KINDS",
    "Verdict",
    "bban_of",
    "bban_to_iban",
    "check_account",
    "check_party",
    "compact_account",
]


def check_party(kind: str, text: str) -> Verdict:
    """Check a party identifier of a kind; ``KeyError`` for an unknown kind."""
    return peppol_id(text) if kind == "peppol_id" else national(kind, text)
