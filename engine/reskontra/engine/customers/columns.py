"""Between fields and the columns of the books, which hold what is in effect."""

from __future__ import annotations

import json

from reskontra.engine.customers.fields import CLASS, SWITCHES, differences, effective
from reskontra.engine.customers.groups import PARENT
from reskontra.engine.json_text import canonical
from reskontra.engine.ledger.records import Customer, CustomerProfile
from reskontra.engine.money import exact, parse_amount
from reskontra.engine.preferences.customers import CustomerDefaults, Fields, Value

_MASTER = ("name", "country", "currency", "org_number", "terms", "status", "write_off")
_PROFILE = {
    CLASS: "customer_class", "statement_cycle": "statement_cycle", "auto_apply": "auto_apply",
    "overdue_charges": "overdue_charges", "credit.rule": "credit_rule",
    "credit.days": "credit_days",
}  # fmt: skip


def master_of(base: Customer, whole: Fields, parent_id: int | None) -> Customer:
    """``base`` (id, number, import) with what is in effect.

    ``ValueError`` for an amount with more decimals than the currency has.
    """
    return base._replace(
        name=str(whole["name"]),
        country=str(whole["country"]),
        currency=str(whole["currency"]),
        org_number=str(whole.get("org_number", "")),
        parent_id=parent_id,
        terms=str(whole.get("terms", "")),
        write_off=whole.get("write_off") is True,
        write_off_limit=_minor(whole, "write_off_limit"),
        status=str(whole["status"]),
    )


def profile_of(customer: Customer, own: Fields, whole: Fields) -> CustomerProfile:
    """What is in effect beyond the master, and what a person said."""
    said = {key: value for key, value in own.items() if key != PARENT}
    days = whole.get("credit.days")
    member = customer.parent_id is not None
    return CustomerProfile(
        company=customer.company,
        customer_id=customer.id,
        customer_class=str(whole.get(CLASS, "")),
        statement_cycle=str(whole.get("statement_cycle", "")),
        auto_apply=whole.get("auto_apply") is True,
        overdue_charges=whole.get("overdue_charges") is True,
        credit_rule=str(whole.get("credit.rule", "disabled")),
        credit_limit=_minor(whole, "credit.limit"),
        credit_days=int(days) if days is not None else None,
        consolidate_balance=member and whole.get("consolidate_balance") is True,
        consolidate_statements=member and whole.get("consolidate_statements") is True,
        share_credit=member and whole.get("share_credit") is True,
        content=canonical(said),
    )


def _minor(whole: Fields, key: str) -> int | None:
    amount = whole.get(key)
    return None if amount in (None, "") else parse_amount(str(amount), str(whole["currency"]))


def stored(customer: Customer, profile: CustomerProfile | None) -> dict[str, Value]:
    """What the columns say, as fields; a field without value is absent."""
    said = {name: getattr(customer, name) for name in _MASTER}
    limits = {"write_off_limit": customer.write_off_limit}
    if profile is not None:
        said |= {key: getattr(profile, name) for key, name in _PROFILE.items()}
        limits["credit.limit"] = profile.credit_limit
        if customer.parent_id is not None:
            said |= {switch: getattr(profile, switch) for switch in SWITCHES}
    said |= {key: exact(v, customer.currency) for key, v in limits.items() if v is not None}
    return {key: value for key, value in said.items() if value not in ("", None)}


def fields_of(
    customer: Customer, profile: CustomerProfile | None, defaults: CustomerDefaults
) -> dict[str, Value]:
    """Every field that is in effect for a customer, but for what its head decides."""
    return effective(said_by(customer, profile, "", defaults), defaults) | stored(customer, profile)


def said_by(
    customer: Customer, profile: CustomerProfile | None, parent: str, defaults: CustomerDefaults
) -> dict[str, Value]:
    """What a person said of a customer; ``parent`` is the number of its head, empty = none.

    A customer that came by an import has no profile: what its columns say beyond the class was
    said by the import.
    """
    said = json.loads(profile.content) if profile else stored(customer, None)
    head: dict[str, Value] = {PARENT: parent} if parent else {}
    return {**differences(said, defaults), **head}
