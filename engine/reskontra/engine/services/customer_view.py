"""Look at customers: one of them whole, or those that words and filters find."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reskontra.engine.customers.columns import said_by, stored
from reskontra.engine.customers.fields import class_of, effective
from reskontra.engine.customers.groups import in_group
from reskontra.engine.customers.search import matcher
from reskontra.engine.ledger.records import (
    Customer,
    CustomerAccount,
    CustomerAlias,
    CustomerProfile,
    FormerNumber,
    OpenItem,
)
from reskontra.engine.ports import Reader
from reskontra.engine.preferences.customers import CustomerDefaults, Value
from reskontra.engine.services.balances import Balance, Money, balance_of, sums
from reskontra.engine.services.customer_numbers import find_customer
from reskontra.engine.services.one_time import as_of_now

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CustomerView:
    """A customer with everything that holds for it."""

    customer: Customer
    customer_class: str
    own: dict[str, Value]
    """What a person said."""
    whole: dict[str, Value]
    """What is in effect."""
    parent: str
    members: tuple[str, ...]
    former_numbers: tuple[str, ...]
    accounts: tuple[str, ...]
    aliases: tuple[str, ...]
    owed: Balance


def view(reader: Reader, number: str, defaults: CustomerDefaults) -> CustomerView:
    """The customer who has or had this number; raises ``ReskontraError`` RK830."""
    (customer,) = as_of_now(reader, [find_customer(reader, number)])
    head = _one(reader, customer.parent_id)
    profile = _profile(reader, customer.id)
    own = said_by(customer, profile, head.number if head else "", defaults)
    above = None
    if head is not None:
        above = effective(said_by(head, _profile(reader, head.id), "", defaults), defaults)
    whole = in_group(effective(own, defaults), above) | stored(customer, profile)
    members = list(reader.records(Customer, parent_id=customer.id))
    return CustomerView(
        customer=customer,
        customer_class=class_of(own, defaults),
        own=own,
        whole=dict(sorted(whole.items())),
        parent=head.number if head else "",
        members=tuple(member.number for member in members),
        former_numbers=tuple(
            f.number for f in reader.records(FormerNumber, customer_id=customer.id)
        ),
        accounts=tuple(a.account for a in reader.records(CustomerAccount, customer_id=customer.id)),
        aliases=tuple(a.alias for a in reader.records(CustomerAlias, customer_id=customer.id)),
        owed=balance_of(reader, customer),
    )


def _one(reader: Reader, customer_id: int | None) -> Customer | None:
    return next(iter(reader.records(Customer, id=customer_id)), None) if customer_id else None


def _profile(reader: Reader, customer_id: int) -> CustomerProfile | None:
    return next(iter(reader.records(CustomerProfile, customer_id=customer_id)), None)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which customers to list; an empty field filters nothing."""

    query: str = ""
    """See ``customers.search``; looks at numbers (old ones too), name, town and organisation."""
    customer_class: str = ""
    status: str = ""
    country: str = ""
    parent: str = ""
    owing: bool | None = None
    """True: only with a balance; false: only without one."""


def list_customers(reader: Reader, wanted: Filter, defaults: CustomerDefaults) -> Iterator[Row]:
    """Customers by number, a row per currency of their balance."""
    profiles = {profile.customer_id: profile for profile in reader.records(CustomerProfile)}
    former: dict[int, list[str]] = defaultdict(list)
    for old in reader.records(FormerNumber):
        former[old.customer_id].append(old.number)
    balances: dict[int | None, Money] = defaultdict(dict)
    items = reader.frame(OpenItem, ("customer_id", "kind", "currency", "open_amount"))
    for customer_id, currency, amount in sums(items, "customer_id", "currency").iter_rows():
        balances[customer_id][currency] = amount
    customers = {customer.id: customer for customer in as_of_now(reader, reader.records(Customer))}
    found = matcher(wanted.query)
    for customer in sorted(customers.values(), key=lambda customer: customer.number):
        profile = profiles.get(customer.id)
        head = customers.get(customer.parent_id or 0)
        row = {
            "number": customer.number, "name": customer.name,
            "class": (profile.customer_class if profile else "") or defaults.default_class,
            "country": customer.country, "status": customer.status,
            "parent": head.number if head else "",
        }  # fmt: skip
        balance = balances[customer.id]
        if not _passes(row, any(balance.values()), wanted):
            continue
        city = _city(profile) if wanted.query else ""
        texts = (customer.number, *former[customer.id], customer.name, city, customer.org_number)
        if found(" ".join(texts)):
            for currency, owed in (balance or {customer.currency: 0}).items():
                yield {**row, "currency": currency, "balance": owed}


def classes_of(reader: Reader, default_class: str) -> dict[int, str]:
    """Id of every customer -> its class, by number."""
    known = dict(reader.frame(CustomerProfile, ("customer_id", "customer_class")).iter_rows())
    customers = reader.frame(Customer, ("id", "number")).sort("number")["id"]
    return {key: known.get(key) or default_class for key in customers}


def _passes(row: Row, owing: bool, wanted: Filter) -> bool:
    asked = {
        "class": wanted.customer_class, "status": wanted.status,
        "country": wanted.country.upper(), "parent": wanted.parent,
    }  # fmt: skip
    fits = all(not value or row[name] == value for name, value in asked.items())
    return fits and wanted.owing in (None, owing)


def _city(profile: CustomerProfile | None) -> str:
    return str(json.loads(profile.content).get("address.main.city", "")) if profile else ""
