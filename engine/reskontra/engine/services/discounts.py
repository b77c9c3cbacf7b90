"""Cash discounts of stored documents: what is still offered, and the voucher of what is granted.

``ledger.vat_on_cash_discount`` says how VAT follows: with the payment (``at_payment``), by a credit
note later, which then is the discount (``credit_note``), or not at all (``none``).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reskontra.engine.customers.fields import value_of
from reskontra.engine.documents.discounts import Offer, taken
from reskontra.engine.documents.vat_shares import split, taxed_parts
from reskontra.engine.ledger.balance import sign
from reskontra.engine.ledger.base_amounts import relieved
from reskontra.engine.ledger.records import (
    PAYMENT_KINDS,
    Application,
    BankLine,
    CustomerProfile,
    Document,
    DocumentDetail,
)
from reskontra.engine.ledger.works import Move, Voucher, voucher
from reskontra.engine.plan.postings import Granting
from reskontra.engine.ports import Reader
from reskontra.engine.preferences import Preferences

_ACCOUNT = "gl.cash_discount.account"
"""The field of a customer."""


@dataclass(frozen=True, slots=True)
class Discounts:
    """The cash discounts that open debits offer to payments and prepayments in time."""

    offers: Mapping[int, Offer]
    """By debit."""
    paid_on: Mapping[int, str]
    """Payment id -> the day on which it counts as paid."""
    granting: Granting
    at_payment: bool
    """False: a credit note grants the discount, and so much stays open until then."""
    awaiting: frozenset[int]
    """Debits that a credit note is to settle."""

    @classmethod
    def of(
        cls,
        reader: Reader,
        items: Sequence[tuple[Document, int]],
        preferences: Preferences,
    ) -> Discounts:
        """Those of documents with what is open of them."""
        offers = offers_of(reader, (d for d, _ in items if sign(d.kind) > 0), preferences)
        payments = [document for document, _ in items if document.kind in PAYMENT_KINDS]
        return cls(
            offers,
            paid_on(reader, payments),
            granting_of(reader, sorted(offers), preferences),
            preferences.ledger.vat_on_discount.mechanism != "credit_note",
            frozenset(awaiting(reader, items, preferences)),
        )

    def paid(self, source: int, target: int, owed: int, left: int) -> tuple[int, int]:
        """What a credit with ``left`` pays of ``owed``, and the discount with it, minor units."""
        offer, day = self.offers.get(target), self.paid_on.get(source)
        if offer and day and offer.amount < owed:
            paid = min(left, owed - offer.amount)
            found = taken(owed, paid, offer, day)
            if found.outcome == "accepted":
                return paid, found.discount
        return min(owed, left), 0

    def with_payment(self, source: int, target: int, owed: int, paid: int) -> int:
        """The discount that comes with a payment of exactly ``paid`` of ``owed``, minor units."""
        found, discount = self.paid(source, target, owed, paid)
        return discount if self.at_payment and found == paid else 0

    def tolerated(self, debits: Iterable[int]) -> dict[str, int]:
        """Debits whose discount may have been exceeded, and by how much: what ``check`` allows."""
        offers = ((identifier, self.offers[identifier].tolerance) for identifier in debits)
        return {str(identifier): tolerance for identifier, tolerance in offers if tolerance}


def offers_of(
    reader: Reader, documents: Iterable[Document], preferences: Preferences
) -> dict[int, Offer]:
    """Document id -> what is still offered of its discount; nothing for those without."""
    offering = {d.id: d for d in documents if d.discount_amount and d.discount_date}
    granted: dict[int, int] = defaultdict(int)
    for use in reader.records(Application, target_id=sorted(offering)):
        granted[use.target_id] += use.discount
    terms = reader.frame(DocumentDetail, ("document_id", "terms"), document_id=sorted(offering))
    tolerances = {
        identifier: _tolerance(name, offering[identifier].currency, preferences)
        for identifier, name in terms.iter_rows()
    }
    return {
        identifier: Offer(
            document.discount_amount, document.discount_date or "", tolerances.get(identifier, 0)
        )
        for identifier, document in offering.items()
        if not granted[identifier]
    }


def _tolerance(terms: str, currency: str, preferences: Preferences) -> int:
    """By how much a payment under these terms may fall short, minor units."""
    known = {one.id: one.discount for one in preferences.terms.codes}
    discount = known.get(terms)
    return discount.tolerance.get(currency, 0) if discount else 0


def paid_on(reader: Reader, payments: Sequence[Document]) -> dict[int, str]:
    """Payment id -> the day on which it counts as paid: the bank's value date, else its date."""
    lines = sorted({d.bank_line_id for d in payments if d.bank_line_id is not None})
    columns = ("id", "value_date", "booking_date")
    found = reader.frame(BankLine, columns, id=lines).iter_rows()
    days = {line: valued or booked for line, valued, booked in found}
    return {d.id: days.get(d.bank_line_id or 0, d.document_date) for d in payments}


def awaiting(
    reader: Reader, items: Iterable[tuple[Document, int]], preferences: Preferences
) -> dict[int, int]:
    """Document id -> the discount that a credit note is to grant, minor units: all that is open of
    a document whose last payment came in time, where the company works so.
    """
    if preferences.ledger.vat_on_discount.mechanism != "credit_note":
        return {}
    documents = {d.id: (d, left) for d, left in items if d.discount_amount and left < d.amount}
    offers = offers_of(reader, (d for d, _ in documents.values()), preferences)
    uses = list(reader.records(Application, target_id=sorted(offers)))
    gone = {use.reverses_id for use in uses}
    standing = (use for use in uses if use.reverses_id is None and use.id not in gone)
    last = {use.target_id: use.source_id for use in standing}
    sources = reader.records(Document, id=sorted(set(last.values())))
    days = paid_on(reader, [source for source in sources if source.kind in PAYMENT_KINDS])
    verdicts = {
        identifier: taken(left, 0, offers[identifier], days[last[identifier]])
        for identifier, (_, left) in documents.items()
        if last.get(identifier) in days
    }
    return {i: found.discount for i, found in verdicts.items() if found.outcome == "accepted"}


def granting_of(reader: Reader, documents: Sequence[int], preferences: Preferences) -> Granting:
    """How discounts of documents (ids) are booked with the payment."""
    corrects = preferences.ledger.vat_on_discount.mechanism == "at_payment"
    vat = taxed_parts(reader, documents) if corrects else {}
    return Granting(vat, discount_accounts(reader, documents, preferences))


def discount_accounts(
    reader: Reader, documents: Sequence[int], preferences: Preferences
) -> dict[int, str]:
    """Document id -> the account for cash discounts that its customer, or the class, names."""
    told = reader.frame(Document, ("id", "customer_id"), id=documents).drop_nulls()
    customers = told["customer_id"].unique().sort().to_list()
    profiles = reader.frame(CustomerProfile, ("customer_id", "content"), customer_id=customers)
    said = {customer: json.loads(content) for customer, content in profiles.iter_rows()}
    accounts = {
        customer: value_of(said.get(customer, {}), _ACCOUNT, preferences.customers)
        for customer in customers
    }
    return {
        document: str(account)
        for document, customer in told.iter_rows()
        if (account := accounts[customer])
    }


def discount_vouchers(
    items: Mapping[int, tuple[Document, int]],
    applications: Sequence[Application],
    granting: Granting,
    on: str,
    preferences: Preferences,
) -> Iterator[Voucher]:
    """A voucher per application that grants a discount, or takes one back.

    ``items`` tells by id what is open before the first application.
    """
    left = {identifier: amount for identifier, (_, amount) in items.items()}
    for use in applications:
        left[use.source_id] -= use.amount
        left[use.target_id] -= use.amount
        if not use.discount:
            continue
        document, before = items[use.target_id][0], left[use.target_id]
        left[use.target_id] -= use.discount
        base = relieved(document, before, left[use.target_id])
        moves = discount_moves(document, use.discount, base, granting, preferences)
        text = f"Cash discount on {document.number}"
        receivable = Move(
            document.account, "ar_trade", -use.discount, -base, document.customer_id, document.id
        )
        yield voucher(
            document.company, on=on, text=text, currency=document.currency,
            moves=[*moves, receivable],
        )  # fmt: skip


def discount_moves(
    document: Document, amount: int, base: int, granting: Granting, preferences: Preferences
) -> list[Move]:
    """The discount and the VAT in it, debited; ``base`` is its value in base currency."""
    assert sign(document.kind) > 0, "a discount is granted on what is owed"
    parts = granting.vat.get(document.id, ())
    taxed = list(zip(split(amount, parts), split(base, parts), strict=True))
    vats = [
        Move(part.account, "vat_out", part.vat, worth.vat) for part, worth in taxed if part.rate
    ]
    net, worth_net = sum(part.net for part, _ in taxed), sum(worth.net for _, worth in taxed)
    account = account_of(document, granting, preferences)
    return [Move(account, "cash_discount", net, worth_net), *vats]


def account_of(document: Document, granting: Granting, preferences: Preferences) -> str:
    """Where a discount on ``document`` is booked."""
    own = granting.accounts.get(document.id)
    return own or preferences.accounts.account("cash_discount")
