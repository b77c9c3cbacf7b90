"""From rows of a customers' file to the masters that change (AR303000; Swedish: *kundregister*).

A customer is known by its number. An empty cell says nothing: what the books hold stays. Bank
accounts and aliases are added, never taken away, and a row never lifts a hold or a block: that
takes a person with the right to do so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reskontra.engine.errors import Place, Problem
from reskontra.engine.identifiers import compact_account
from reskontra.engine.ledger.records import (
    Customer,
    CustomerAccount,
    CustomerAlias,
    CustomerProfile,
)
from reskontra.engine.masters import CustomerRow
from reskontra.engine.preferences import Company


@dataclass(slots=True)
class Masters:
    """Customers of a company with their accounts and aliases."""

    customers: dict[str, Customer]
    """By number."""
    accounts: list[CustomerAccount]
    aliases: list[CustomerAlias]
    next_customer: int
    next_account: int
    next_alias: int


@dataclass(slots=True)
class Changes:
    """What a file changes."""

    new: list[Customer] = field(default_factory=list)
    changed: list[tuple[Customer, Customer]] = field(default_factory=list)
    """Before and after; equal where only accounts or aliases were added."""
    accounts: list[CustomerAccount] = field(default_factory=list)
    aliases: list[CustomerAlias] = field(default_factory=list)
    profiles: list[tuple[CustomerProfile | None, CustomerProfile]] = field(default_factory=list)
    """Before and after, by ``imports.profiles``; ``None`` = there was none."""

    @property
    def any(self) -> bool:
        """Whether there is anything to store."""
        return bool(self.new or self.changed)


def merge(
    rows: Sequence[CustomerRow],
    masters: Masters,
    *,
    company: Company,
    import_id: int | None,
    origin: str = "import",
) -> Changes:
    """What ``rows`` (checked by ``problems_of``) change in ``masters``; ``origin`` of accounts."""
    changes = Changes()
    ids = {number: customer.id for number, customer in masters.customers.items()}
    unknown = [row.number for row in rows if row.number not in ids]
    ids |= {number: masters.next_customer + n for n, number in enumerate(unknown)}
    known_accounts = {(a.customer_id, a.account) for a in masters.accounts}
    known_aliases = {(a.customer_id, a.alias) for a in masters.aliases}
    for row in rows:
        before = masters.customers.get(row.number)
        customer_id = ids[row.number]
        after = _customer(row, before, ids, company, import_id)
        added = _add_accounts(changes, masters, row, after, known_accounts, origin)
        added += _add_aliases(changes, masters, row, after, known_aliases)
        if before is None:
            changes.new.append(after)
        elif added or after._replace(import_id=before.import_id) != before:
            changes.changed.append((before, after))
        assert after.id == customer_id
    return changes


def _customer(
    row: CustomerRow,
    before: Customer | None,
    ids: Mapping[str, int],
    company: Company,
    import_id: int | None,
) -> Customer:
    old = before or Customer(
        company.id, ids[row.number], row.number, row.name, company.country, company.currency, "",
        None, "", True, None, row.status, import_id,
    )  # fmt: skip
    return old._replace(
        name=row.name,
        country=row.country or old.country,
        currency=row.currency or old.currency,
        org_number=row.org_number or old.org_number,
        parent_id=ids[row.parent] if row.parent else old.parent_id,
        terms=row.terms or old.terms,
        write_off=old.write_off if row.write_off is None else row.write_off,
        write_off_limit=(
            old.write_off_limit if row.write_off_limit is None else row.write_off_limit
        ),
        status=old.status if row.status == "active" else row.status,
        import_id=import_id,
    )


def _add_accounts(
    changes: Changes,
    masters: Masters,
    row: CustomerRow,
    customer: Customer,
    known: set[tuple[int, str]],
    origin: str,
) -> int:
    count = 0
    for account in row.bank_accounts:
        number = compact_account(account.number)[0]
        if number and (customer.id, number) not in known:
            known.add((customer.id, number))
            identifier = masters.next_account + len(changes.accounts)
            changes.accounts.append(
                CustomerAccount(
                    customer.company, identifier, customer.id, number, account.scheme, origin
                )
            )
            count += 1
    return count


def _add_aliases(
    changes: Changes,
    masters: Masters,
    row: CustomerRow,
    customer: Customer,
    known: set[tuple[int, str]],
) -> int:
    count = 0
    for alias in row.aliases:
        if alias and (customer.id, alias) not in known:
            known.add((customer.id, alias))
            identifier = masters.next_alias + len(changes.aliases)
            changes.aliases.append(CustomerAlias(customer.company, identifier, customer.id, alias))
            count += 1
    return count


def problems_of(rows: Sequence[CustomerRow], masters: Masters, file_name: str) -> Iterator[Problem]:
    """RK590 number twice in the file, RK591 parent unknown, itself, or in a group itself."""
    first: dict[str, int] = {}
    for row in rows:
        if row.number in first:
            yield Problem(
                "RK590",
                f"customer {row.number} stands in line {first[row.number]} already",
                Place(file_name, row.line),
                help="remove one of the two rows, or correct its number",
            )
        first.setdefault(row.number, row.line)
    yield from _parents(rows, masters, file_name)


def _parents(rows: Sequence[CustomerRow], masters: Masters, file_name: str) -> Iterator[Problem]:
    numbers = {customer.id: number for number, customer in masters.customers.items()}
    parents = {
        number: numbers.get(customer.parent_id or 0, "")
        for number, customer in masters.customers.items()
    }
    for row in rows:
        parents[row.number] = row.parent or parents.get(row.number, "")
    children: dict[str, list[str]] = defaultdict(list)
    for number in sorted(parents):
        children[parents[number]].append(number)
    for row in rows:
        parent = row.parent
        if not parent:
            continue
        if parent not in parents:
            wrong = f"there is no customer {parent}"
        elif parent == row.number:
            wrong = "a customer is not its own parent"
        elif parents[parent]:
            wrong = f"{parent} belongs to the group of {parents[parent]}: a group has one level"
        elif children.get(row.number):
            wrong = (
                f"{row.number} is the parent of {children[row.number][0]}: a group has one level"
            )
        else:
            continue
        yield Problem(
            "RK591",
            f"parent {parent} of customer {row.number}: {wrong}",
            Place(file_name, row.line),
            help="name the head of the payer group, which has no parent itself",
        )


def shared_accounts(
    rows: Iterable[CustomerRow], masters: Masters, changes: Changes, file_name: str
) -> Iterator[Problem]:
    """RK593 (warning): an account of the file belongs to more than one payer group."""
    customers = {customer.id: customer for customer in masters.customers.values()}
    customers |= {customer.id: customer for customer in changes.new}
    customers |= {after.id: after for _, after in changes.changed}
    owners: dict[str, set[int]] = defaultdict(set)
    for account in (*masters.accounts, *changes.accounts):
        owners[account.account].add(account.customer_id)
    told: set[str] = set()
    for row in rows:
        for account_of_row in row.bank_accounts:
            number = compact_account(account_of_row.number)[0]
            found = [customers[customer_id] for customer_id in sorted(owners[number])]
            groups = {customer.parent_id or customer.id for customer in found}
            if number not in told and len(groups) > 1:
                told.add(number)
                names = ", ".join(f"{customer.number} {customer.name}" for customer in found)
                yield Problem(
                    "RK593",
                    f"account {number} belongs to several payer groups: {names}",
                    Place(file_name, row.line),
                    help="a payment from it does not tell who paid; correct the account or group",
                    severity="warning",
                )
