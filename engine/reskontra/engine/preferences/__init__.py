"""What a company can decide by itself (AR101000, CA101000, CA202000; Swedish: *inställningar*).

Every number here is a preference with a default in ``config/reskontra/config/defaults``; no
literal of this kind stands
elsewhere in the engine. ``reskontra.config`` reads YAML into these records; they hold no origin
(``config show --origin``
does) and do no validation (the schemas and ``lint`` do).
"""

from __future__ import annotations

from dataclasses import dataclass

from reskontra.engine.preferences.accounts import Accounts, CashAccount
from reskontra.engine.preferences.by_id import by_id
from reskontra.engine.preferences.customers import CustomerDefaults
from reskontra.engine.preferences.differences import DifferencePreferences
from reskontra.engine.preferences.ledger import LedgerPreferences
from reskontra.engine.preferences.matching import MatchingPreferences
from reskontra.engine.preferences.numbering import NumberingPreferences
from reskontra.engine.preferences.terms import TermsPreferences
from reskontra.engine.preferences.vat import VatPreferences
from reskontra.engine.preferences.webhooks import Subscription
from reskontra.engine.references.scheme import ReferenceScheme

__all__ = ["Company", "Preferences"]


@dataclass(frozen=True, slots=True)
class Company:
    """Who the ledger belongs to: a tenant."""

    id: str
    """Folder name and key in every table: ``[a-z0-9-]``, at most 20 characters."""
    name: str
    country: str
    """ISO 3166 alpha-2, upper case."""
    currency: str
    """Base currency."""
    mode: str
    """``test`` | ``live``: ``test`` never exports payment files nor mails customers."""
    org_number: str = ""
    branch: str = ""
    """The branch whose layer was loaded, empty = none."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """All preferences of one company (and branch), after every layer."""

    company: Company
    numbering: NumberingPreferences
    references: tuple[ReferenceScheme, ...]
    matching: MatchingPreferences
    differences: DifferencePreferences
    accounts: Accounts
    cash_accounts: tuple[CashAccount, ...]
    ledger: LedgerPreferences
    terms: TermsPreferences
    vat: VatPreferences
    customers: CustomerDefaults
    webhooks: tuple[Subscription, ...] = ()

    def branch_accounts(self) -> dict[str, tuple[str, ...]]:
        """Ids of the cash accounts of each branch that has any."""
        branches = dict.fromkeys(each.branch for each in self.cash_accounts if each.branch)
        return {
            branch: tuple(each.id for each in self.cash_accounts if each.branch == branch)
            for branch in branches
        }

    def cash_account(self, cash_account_id: str) -> CashAccount:
        """The cash account with this id; ``KeyError`` when there is none."""
        return by_id(self.cash_accounts, cash_account_id)
