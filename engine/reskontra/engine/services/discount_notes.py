"""VAT credit notes for cash discounts (AR504500 *Generera momskreditnotor*).

Where ``ledger.vat_on_cash_discount`` says ``credit_note``, a payment in time leaves the discount
open, and a credit note in the customer's language grants it: with the VAT in it by code, a number
of its own, and the invoice that it belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence

from reskontra.engine.documents.totals import percent
from reskontra.engine.documents.vat_shares import Taxed, split, taxed_parts
from reskontra.engine.ledger.base_amounts import open_base
from reskontra.engine.ledger.records import (
    Document,
    DocumentDetail,
    DocumentLine,
    DocumentLink,
    DocumentVat,
    OpenItem,
)
from reskontra.engine.ledger.works import (
    Move,
    NewDocument,
    PlannedStep,
    application,
    document,
    voucher,
)
from reskontra.engine.money import exact
from reskontra.engine.plan.postings import Granting
from reskontra.engine.ports import Reader
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.customer_numbers import numbers_of
from reskontra.engine.services.customer_view import view
from reskontra.engine.services.discounts import (
    account_of,
    awaiting,
    discount_accounts,
    discount_moves,
)


def plan_discount_notes(
    reader: Reader, on: str, customers: frozenset[str], preferences: Preferences
) -> list[PlannedStep]:
    """One credit note per document that was paid in time less its discount, ordered by document.

    ``on``: ISO date of the credit notes; ``customers``: numbers, empty = all.
    """
    numbers = numbers_of(reader)
    amounts = {
        item.document_id: item.open_amount
        for item in reader.records(OpenItem)
        if item.customer_id is not None
        and (not customers or numbers[item.customer_id] in customers)
    }
    documents = {d.id: d for d in reader.records(Document, id=sorted(amounts))}
    discounts = awaiting(reader, [(d, amounts[d.id]) for d in documents.values()], preferences)
    granting = granting_by_note(reader, sorted(discounts), preferences)
    buyers = {i: numbers[documents[i].customer_id or 0] for i in sorted(discounts)}
    texts = _texts(reader, set(buyers.values()), preferences)
    return [
        discount_note_step(documents[i], discounts[i], granting, texts[buyer], on, preferences)
        for i, buyer in buyers.items()
    ]


def granting_by_note(
    reader: Reader, documents: Sequence[int], preferences: Preferences
) -> Granting:
    """How a credit note books the discounts of documents (ids): always with the VAT in them."""
    accounts = discount_accounts(reader, documents, preferences)
    return Granting(taxed_parts(reader, documents), accounts)


def _texts(reader: Reader, customers: set[str], preferences: Preferences) -> dict[str, str]:
    """Customer number -> text of a credit note in its language."""
    described = preferences.ledger.vat_on_discount.description
    plain = described.get("en", "Cash discount")
    languages = {
        number: view(reader, number, preferences.customers).whole.get("language")
        for number in sorted(customers)
    }
    return {number: described.get(str(spoken), plain) for number, spoken in languages.items()}


def discount_note_step(
    invoice: Document, amount: int, granting: Granting, text: str, on: str, preferences: Preferences
) -> PlannedStep:
    """Settle ``amount``, all that is open of an invoice, by a credit note with the VAT in it."""
    base = open_base(invoice, amount)
    note = document(
        invoice.company, "credit_note", customer_id=invoice.customer_id, branch=invoice.branch,
        document_date=on, currency=invoice.currency, amount=amount, base_amount=base,
        account=invoice.account,
    )  # fmt: skip
    receivable = Move(invoice.account, "ar_trade", -amount, -base, invoice.customer_id, -1)
    posted = voucher(
        invoice.company, on=on, text=f"{text} {invoice.number}", currency=invoice.currency,
        moves=[*discount_moves(invoice, amount, base, granting, preferences), receivable],
    )  # fmt: skip
    parts = split(amount, granting.vat.get(invoice.id, ()))
    account = account_of(invoice, granting, preferences)
    told = f"{exact(amount, invoice.currency)} {invoice.currency}"
    return PlannedStep(
        f"document:{invoice.id}",
        f"the discount of {told} was taken in time",
        (_with_vat(note, invoice, parts, text, account),),
        (application(invoice.company, -1, invoice.id, amount, on=on),),
        (posted,),
        ((invoice.id, amount),),
    )


def _with_vat(
    note: Document, invoice: Document, parts: list[Taxed], text: str, account: str
) -> NewDocument:
    """The credit note with a line and the VAT of each code, and what it belongs to."""
    company, currency = note.company, note.currency
    net, tax = sum(part.net for part in parts), sum(part.vat for part in parts)
    lines = (
        DocumentLine(
            company, 0, 0, number, text, "1", exact(part.net, currency), part.net, part.code,
            account, "",
        )
        for number, part in enumerate(parts, 1)
    )  # fmt: skip
    vat = (
        DocumentVat(company, 0, 0, part.code, percent(part.rate), part.net, part.vat, part.account)
        for part in parts
        if part.code
    )
    return NewDocument(
        note,
        details=(
            DocumentDetail(company, 0, 0, text, "", "", "", "", "", "", False, net, tax, 0),
        ),
        lines=tuple(lines),
        vat=tuple(vat),
        links=(DocumentLink(company, 0, 0, "discount_of", invoice.id),),
    )  # fmt: skip
