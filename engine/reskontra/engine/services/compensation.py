"""Compensation for late payment: the fixed sum that the law of a country allows a creditor to
charge a business that pays late (Swedish: *förseningsersättning*).

It is charged once per claim, and with the fees of the claim never comes to more than the sum
(ruling 20). It carries no VAT.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from reskontra.engine.documents.booking import release_step
from reskontra.engine.documents.entry import Entry, EntryLine
from reskontra.engine.documents.terms import effective_due
from reskontra.engine.errors import Exit, ReskontraError
from reskontra.engine.ledger.naming import named
from reskontra.engine.ledger.records import Document, DocumentLink
from reskontra.engine.ledger.works import PlannedStep
from reskontra.engine.money import exact
from reskontra.engine.ports import Reader
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.customer_numbers import numbers_of
from reskontra.engine.services.document_names import find_document
from reskontra.engine.services.drafts import completed
from reskontra.engine.services.taken_back import corrections_of

_CLAIMS = ("invoice", "debit_note")
_ROLE = "compensation_income"


def plan_compensation(reader: Reader, name: str, on: str, preferences: Preferences) -> PlannedStep:
    """The step that charges the compensation for a claim that was not paid in time.

    Raises ``ReskontraError``: RK815 (no such document), RK930 (none is due), and what entering a
    fee raises (RK332, RK806).
    """
    claim = find_document(reader, name)
    company = preferences.company
    owner = claim.customer_id or 0
    amount = _room(reader, claim, on, preferences)
    text = f"Compensation for late payment of {claim.number}"
    line = EntryLine(text, Decimal(exact(amount, company.currency)))
    entry = Entry(
        kind="dunning_fee", customer=numbers_of(reader, [owner])[owner], date=on, lines=(line,),
        description=text, currency=company.currency,
    )  # fmt: skip
    done = completed(reader, entry, preferences)
    account = preferences.accounts.account(_ROLE)
    lines = tuple(replace(line, account=account, role=_ROLE) for line in done.lines)
    step = release_step(f"document:{claim.id}", replace(done, lines=lines), preferences)
    (charge,) = step.documents
    link = DocumentLink(company.id, 0, 0, "fee_of", claim.id)
    return replace(
        step,
        because=f"{named(claim)} was due {claim.due_date} and not paid in time",
        documents=(replace(charge, links=(link,)),),
    )


def _room(reader: Reader, claim: Document, on: str, preferences: Preferences) -> int:
    """What may be charged: the sum of the country less the fees of the claim; RK930 when nothing
    may.
    """
    wanted, currency = preferences.ledger.late_compensation, preferences.company.currency
    if not (wanted.charge and wanted.amount):
        raise _none(
            "the company does not charge compensation for late payment",
            "`reskontra config set ledger.late_compensation.charge true` switches it on",
        )
    if claim.kind not in _CLAIMS or claim.due_date is None:
        raise _none(f"{named(claim)} is no claim that could be late", "name an invoice")
    calendar = preferences.terms.calendar_of()
    due = effective_due(date.fromisoformat(claim.due_date), calendar).isoformat()
    if on <= due:
        raise _none(f"{named(claim)} is due {due}: on {on} it is not late", f"--on after {due}")
    links = reader.records(DocumentLink, other_id=claim.id, kind="fee_of")
    fees = reader.records(Document, id=sorted(link.document_id for link in links))
    charged = sum(fee.base_amount for fee in fees if not corrections_of(reader, fee))
    if charged >= wanted.amount:
        raise _none(
            f"{exact(charged, currency)} {currency} was charged for {named(claim)} already",
            f"fees and compensation of a claim come to {exact(wanted.amount, currency)} at most",
        )
    return wanted.amount - charged


def _none(message: str, remedy: str) -> ReskontraError:
    return ReskontraError.of("RK930", message, help=remedy, exit_code=Exit.USAGE)
