"""What an imported row of a customer says beyond the master: its class, and the class's values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reskontra.engine.customers.columns import master_of, profile_of, said_by
from reskontra.engine.customers.fields import changed, effective
from reskontra.engine.customers.groups import in_group
from reskontra.engine.errors import Place, Problem
from reskontra.engine.imports.customers import Changes, Masters
from reskontra.engine.ledger.records import Customer, CustomerProfile
from reskontra.engine.masters import CustomerRow
from reskontra.engine.money import exact
from reskontra.engine.preferences.customers import CustomerDefaults, Value


def unknown_classes(
    rows: Sequence[CustomerRow], defaults: CustomerDefaults, file_name: str
) -> Iterator[Problem]:
    """RK839 for a class that the company does not have; a company without classes takes any."""
    for row in rows:
        if defaults.classes and row.customer_class and row.customer_class not in defaults.classes:
            yield Problem(
                "RK839",
                f"customer {row.number}: there is no class '{row.customer_class}'",
                Place(file_name, row.line),
                help=f"there are: {', '.join(defaults.classes)}",
            )


def lay_profiles(
    rows: Sequence[CustomerRow],
    masters: Masters,
    profiles: Mapping[int, CustomerProfile],
    changes: Changes,
    defaults: CustomerDefaults,
) -> None:
    """Add the profiles that rows make or change to ``changes``, which then has the values of the
    classes, too.

    A member of a group follows its head. A customer for whom neither a row nor the books nor the
    company names a class gets none.
    """
    customers = dict(masters.customers)
    customers |= {new.number: new for new in changes.new}
    customers |= {after.number: after for _, after in changes.changed}
    numbers = {customer.id: number for number, customer in customers.items()}
    own: dict[str, dict[str, Value]] = {}
    for row in rows:
        customer = customers[row.number]
        profile = profiles.get(customer.id)
        named = row.customer_class or row.auto_apply is not None or defaults.default_class
        if not (profile or named):
            continue
        before = masters.customers.get(row.number)
        said = said_by(before, profile, "", defaults) if before else {}
        own[row.number] = changed(said, _stated(row, customer.currency), defaults)
    heads = {customers[number].id for number in own}
    for number, member in customers.items():
        if member.parent_id in heads and number not in own and member.id in profiles:
            own[number] = said_by(member, profiles[member.id], "", defaults)
    heads_said: dict[int, dict[str, Value]] = {}
    for number, said in own.items():
        customer, above = customers[number], None
        if customer.parent_id is not None:
            head = customers[numbers[customer.parent_id]]
            if head.id not in heads_said:
                of_head = own.get(head.number) or said_by(head, profiles.get(head.id), "", defaults)
                heads_said[head.id] = effective(of_head, defaults)
            above = heads_said[head.id]
        whole = in_group(effective(said, defaults), above)
        customers[number] = master_of(customer, whole, customer.parent_id)
        old, profile = profiles.get(customer.id), profile_of(customers[number], said, whole)
        if profile != old:
            changes.profiles.append((old, profile))
    _update(changes, masters, customers)


def _stated(row: CustomerRow, currency: str) -> dict[str, Value | None]:
    """The fields that a row says; an empty cell says nothing."""
    limit = row.write_off_limit
    said: dict[str, Value | None] = {
        "name": row.name, "country": row.country, "currency": row.currency,
        "org_number": row.org_number, "terms": row.terms, "class": row.customer_class,
        "status": "" if row.status == "active" else row.status, "write_off": row.write_off,
        "auto_apply": row.auto_apply,
        "write_off_limit": None if limit is None else exact(limit, currency),
    }  # fmt: skip
    return {key: value for key, value in said.items() if value not in ("", None)}


def _update(changes: Changes, masters: Masters, customers: Mapping[str, Customer]) -> None:
    """Let new and changed customers have the values of their classes."""
    changes.new = [customers[customer.number] for customer in changes.new]
    told = {after.number for _, after in changes.changed}
    changes.changed = [(before, customers[after.number]) for before, after in changes.changed]
    made = {profile.customer_id for _, profile in changes.profiles}
    changes.changed += [
        (before, customers[number])
        for number, before in masters.customers.items()
        if number not in told and (before.id in made or customers[number] != before)
    ]
