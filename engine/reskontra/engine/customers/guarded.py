"""What of a customer's change needs a second person: a raised credit limit, a credit hold that is
taken off, another account to which money is paid out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from reskontra.engine.json_text import canonical
from reskontra.engine.ledger.acts import Act
from reskontra.engine.ledger.auditing import Deed
from reskontra.engine.ledger.records import Customer, CustomerProfile
from reskontra.engine.money import exact

Profile = CustomerProfile | None


def guarded(before: Customer, after: Customer, was: Profile, now: Profile) -> Iterator[Act]:
    """The acts in the change of a known customer and its profile (``None`` = there is none)."""
    subject = f"customer:{after.number}"
    if raises_limit(was, now):
        old, new = (_told(limit_of(profile), after.currency) for profile in (was, now))
        yield Act("raised_limits", subject, f"{old} → {new}")
    if before.status == "credit_hold" != after.status:
        yield Act("released_holds", subject, f"{before.status} → {after.status}")
    old_accounts, new_accounts = _payout_accounts(was), _payout_accounts(now)
    for key, account in new_accounts.items():
        if account != old_accounts.get(key, ""):
            yield Act("payout_accounts", subject, f"{key} {account}")


def raises_limit(was: Profile, now: Profile) -> bool:
    """Whether a customer may owe more than before: its limit is raised or dropped, or not looked at
    any more.
    """
    old, new = limit_of(was), limit_of(now)
    return old is not None and (new is None or new > old)


def limit_of(profile: Profile) -> int | None:
    """The limit that is looked at, minor units of the customer's currency; ``None`` = none is."""
    if profile is None or profile.credit_rule not in ("credit_limit", "limit_and_days"):
        return None
    return profile.credit_limit


def raised(number: str, was: Profile, now: Profile) -> Deed:
    """What the audit trail tells of a raised limit, beside the change itself."""
    told = canonical([limit_of(was), limit_of(now)])
    return Deed("raise credit limit", f"customer:{number}", told)


def _told(limit: int | None, currency: str) -> str:
    return "no limit" if limit is None else f"{exact(limit, currency)} {currency}"


def _payout_accounts(profile: Profile) -> dict[str, str]:
    """The accounts of payment methods and of direct debit that somebody entered, by field."""
    said = json.loads(profile.content) if profile else {}
    return {
        key: str(value)
        for key, value in said.items()
        if key == "direct_debit.iban"
        or (key.startswith("payment_methods.") and key.endswith(".account"))
    }
