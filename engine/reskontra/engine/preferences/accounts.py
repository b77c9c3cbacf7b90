"""Ledger accounts by role, and the company's own bank accounts (CA202000 *Kassakonton*)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reskontra.engine.errors import Exit, ReskontraError


@dataclass(frozen=True, slots=True)
class Accounts:
    """Chart of the roles that the engine posts to; the account numbers belong to the company."""

    roles: dict[str, str]
    """``ar_trade`` -> ``1510`` ..."""
    others: tuple[str, ...] = ()
    """Further account numbers of the chart that rules may book to."""

    def account(self, role: str) -> str:
        """The account of ``role``; RK821 when the company has none."""
        if role not in self.roles:
            raise ReskontraError.of(
                "RK821", f"no account has the role {role}, which this books to",
                help=f"accounts.roles.{role} in accounts.yaml names it",
                exit_code=Exit.BAD_INPUT,
            )  # fmt: skip
        return self.roles[role]


@dataclass(frozen=True, slots=True)
class CashAccount:
    """A bank account of the company and how its files are used."""

    id: str
    account: str
    """Ledger account, e.g. ``1930``."""
    currency: str
    identifiers: tuple[str, ...]
    """How bank files name it, compacted: IBAN, bankgiro digits, plusgiro digits, other account
    ids."""
    feed: Literal["details", "statement"]
    """Which files carry the money: ``details`` = camt.054/BgMax, ``statement`` = camt.053; the
    other reconciles."""
    action: Literal["import", "import_and_match"]
    balance_check: Literal["error", "warn", "off"]
    branch: str = ""
    """The branch that gets the money of this account; empty = the company."""
