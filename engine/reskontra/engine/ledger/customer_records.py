"""Records of customers: see ``records``, which lists every kind."""

from __future__ import annotations

from typing import NamedTuple


class Customer(NamedTuple):
    """A customer (AR303000)."""

    company: str
    id: int
    number: str
    name: str
    country: str
    currency: str
    org_number: str
    parent_id: int | None
    """Head of the payer group (Swedish: *huvudrelation*)."""
    terms: str
    write_off: bool
    write_off_limit: int | None
    """Largest write-off per document in minor units of the customer's currency; ``None`` = the
    company's limit."""
    status: str
    """``active`` | ``on_hold`` | ``credit_hold`` | ``inactive`` | ``one_time``."""
    import_id: int | None


class CustomerProfile(NamedTuple):
    """What a company agreed with a customer beyond the bank's needs; a customer without a row has
    the defaults of the company's class.

    The columns are effective values (class, then what a person set), so that sums and checks need
    no configuration; ``content`` holds every field of AR303000 that a person set.
    """

    company: str
    customer_id: int
    customer_class: str
    statement_cycle: str
    auto_apply: bool
    """Payments without a reference settle the oldest documents by themselves."""
    overdue_charges: bool
    credit_rule: str
    """``disabled`` | ``days_past_due`` | ``credit_limit`` | ``limit_and_days``."""
    credit_limit: int | None
    """Minor units of the customer's currency."""
    credit_days: int | None
    consolidate_balance: bool
    consolidate_statements: bool
    share_credit: bool
    content: str
    """Canonical JSON of what differs from the class, by field (``address.main.city``)."""


class FormerNumber(NamedTuple):
    """A number that a customer had before: old papers still find it."""

    company: str
    id: int
    customer_id: int
    number: str
    actor: str
    at: str


class CustomerAccount(NamedTuple):
    """A bank account that is known to belong to a customer."""

    company: str
    id: int
    customer_id: int
    account: str
    """Compacted number."""
    scheme: str
    origin: str
    """``import`` | ``manual`` | ``learned``."""


class CustomerAlias(NamedTuple):
    """Another name under which a customer pays."""

    company: str
    id: int
    customer_id: int
    alias: str


class OpenOrder(NamedTuple):
    """What a customer has ordered and not been invoiced, as the order system told it last."""

    company: str
    id: int
    number: str
    customer_id: int
    currency: str
    amount: int
    """What is not invoiced yet, minor units."""
    on_hold: bool
    """Stopped in the order system: takes no room of the customer's credit."""
