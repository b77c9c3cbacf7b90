"""Automatic application (AR506000 *Tillämpa betalningar automatiskt*): open credits settle what the
customer owes, oldest first.

Where a payment came in time for a document's cash discount, the discount is granted.

Payers who named what they pay are left alone: no payment that states a reference is moved, and no
document in dispute is settled. Credits and debits meet per customer, currency and account.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from reskontra.engine.collection import no_collection
from reskontra.engine.ledger.balance import sign
from reskontra.engine.ledger.records import (
    PAYMENT_KINDS,
    BankLine,
    Customer,
    CustomerProfile,
    Document,
    OpenItem,
)
from reskontra.engine.ledger.settlement import Open, settlement_vouchers
from reskontra.engine.ledger.standing import in_dispute
from reskontra.engine.ledger.works import PlannedStep, application
from reskontra.engine.ports import Reader
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.discounts import Discounts, discount_vouchers


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which credits are applied, and to what."""

    on: str
    """ISO date of the applications."""
    customers: frozenset[str] = frozenset()
    """Numbers; empty = every customer who is applied automatically."""
    credit_notes: bool = False
    """Credit notes too, before any payment."""
    children: bool = False
    """A parent's payments settle its children's documents too."""
    charges_first: bool = False
    """Overdue charges before principal."""


@no_collection()
def plan_applications(
    reader: Reader, wanted: Wanted, preferences: Preferences, due: Callable[[str], str]
) -> list[PlannedStep]:
    """One step per customer whose credits settle something; ``due`` rolls a due date to a bank day.

    Ordered by customer. Linear in what is open of customers who have a credit.
    """
    customers = list(reader.records(Customer))
    numbers = {customer.id: customer.number for customer in customers}
    owners = _owners(reader, customers, wanted)
    items = _open(reader, owners, wanted)
    stated = _stated(reader, (item.document for item in items))
    disputed = in_dispute(reader, (item.document for item in items))
    discounts = Discounts.of(reader, items, preferences)
    left_alone = disputed | discounts.awaiting
    heaps: dict[tuple[int, str, str], tuple[list[Open], list[Open]]] = defaultdict(lambda: ([], []))
    for item in items:
        document = item.document
        owner = owners[document.customer_id or 0]
        debit = sign(document.kind) > 0
        if debit and (document.id in left_alone or document.document_date > wanted.on):
            continue
        if not debit and (owner != document.customer_id or not _usable(document, wanted, stated)):
            continue
        heaps[owner, document.currency, document.account][not debit].append(item)
    steps = []
    for (owner, _, _), (debits, credits_) in sorted(heaps.items()):
        debits.sort(key=lambda item: _oldest_first(item.document, wanted, due))
        credits_.sort(key=lambda item: _credits_first(item.document))
        step = _step(
            reader.company, owner, numbers[owner], debits, credits_, discounts, wanted, preferences
        )
        if step.applications:
            steps.append(step)
    return steps


def _owners(reader: Reader, customers: Sequence[Customer], wanted: Wanted) -> dict[int, int]:
    """Customer id -> id of the customer whose credits may settle its documents."""
    automatic = {
        profile.customer_id for profile in reader.records(CustomerProfile, auto_apply=True)
    }
    chosen = {
        customer.id
        for customer in customers
        if (customer.number in wanted.customers if wanted.customers else customer.id in automatic)
    }
    owners = {identifier: identifier for identifier in chosen}
    if wanted.children:
        owners |= {
            customer.id: customer.parent_id
            for customer in customers
            if customer.parent_id in chosen and customer.id not in chosen
        }
    return owners


def _open(reader: Reader, owners: dict[int, int], wanted: Wanted) -> list[Open]:
    """Open documents that the credits of these customers may settle, and the credits; by id."""
    told = ("document_id", "customer_id", "kind", "open_amount")
    items = list(reader.frame(OpenItem, told, customer_id=sorted(owners)).iter_rows())
    crediting = {customer for _, customer, kind, _ in items if _is_credit(kind, wanted)}
    amounts = {
        document: amount for document, customer, _, amount in items if owners[customer] in crediting
    }
    documents = reader.records(Document, id=sorted(amounts))
    return [Open(document, amounts[document.id]) for document in documents]


def _stated(reader: Reader, documents: Iterable[Document]) -> set[int]:
    """Bank lines of payments whose payer stated a reference."""
    lines = sorted({d.bank_line_id for d in documents if d.bank_line_id is not None})
    found = reader.frame(BankLine, ("id", "references"), id=lines)
    return {line for line, references in found.iter_rows() if references != "[]"}


def _usable(document: Document, wanted: Wanted, stated: set[int]) -> bool:
    if document.document_date > wanted.on or document.bank_line_id in stated:
        return False
    return _is_credit(document.kind, wanted)


def _is_credit(kind: str, wanted: Wanted) -> bool:
    """Whether documents of this kind are applied."""
    return kind in PAYMENT_KINDS or (wanted.credit_notes and kind == "credit_note")


def _oldest_first(
    document: Document, wanted: Wanted, due: Callable[[str], str]
) -> tuple[bool, str, str, str, int]:
    charge_last = wanted.charges_first and document.kind != "overdue_charge"
    day = due(document.due_date) if document.due_date else document.document_date
    return charge_last, day, document.document_date, document.number, document.id


def _credits_first(document: Document) -> tuple[bool, str, str, int]:
    return document.kind in PAYMENT_KINDS, document.document_date, document.number, document.id


def _step(
    company: str,
    owner: int,
    number: str,
    debits: Sequence[Open],
    credits_: Sequence[Open],
    discounts: Discounts,
    wanted: Wanted,
    preferences: Preferences,
) -> PlannedStep:
    """Credits laid end to end beside the debits: where they overlap, one settles the other."""
    uses = list(overlaps(debits, credits_, discounts))
    touched = {item.document.id: item for item in (*debits, *credits_)}
    used = {identifier for use in uses for identifier in (use.source_id, use.target_id)}
    applications = tuple(
        application(
            company, use.source_id, use.target_id, use.amount, on=wanted.on, discount=use.discount
        )
        for use in uses
    )
    return PlannedStep(
        f"customer:{owner}",
        "open credits settle the oldest documents",
        applications=applications,
        vouchers=(
            *settlement_vouchers(touched, applications, wanted.on, preferences),
            *discount_vouchers(touched, applications, discounts.granting, wanted.on, preferences),
        ),
        before=tuple((i, touched[i].amount) for i in sorted(used)),
        facts={
            "customer": number,
            "tolerance": discounts.tolerated(use.target_id for use in uses if use.discount),
            "settled": [
                [touched[use.source_id].document.number, touched[use.target_id].document.number,
                 use.amount]
                for use in uses
            ],
        },
    )  # fmt: skip


class Use(NamedTuple):
    """Part of a credit that settles part of a debit; minor units."""

    source_id: int
    target_id: int
    amount: int
    discount: int


def overlaps(
    debits: Sequence[Open], credits_: Sequence[Open], discounts: Discounts
) -> Iterator[Use]:
    """What each credit pays of each debit, in their orders, until one side is used up.

    A debit whose discount is taken owes nothing more to the credits, whoever grants it.
    """
    left = [item.amount for item in credits_]
    at = 0
    for debit in debits:
        owed = debit.amount
        while owed and at < len(left):
            source, target = credits_[at].document.id, debit.document.id
            amount, discount = discounts.paid(source, target, owed, left[at])
            yield Use(source, target, amount, discount if discounts.at_payment else 0)
            owed -= amount + discount
            left[at] -= amount
            at += not left[at]
