"""Recovered losses: money for a claim that was booked as lost.

The payer is charged by a debit note that goes to the role ``loss_recovered``, with the VAT that
came back with the loss, and a payment settles it at once; so the loss stays as it was reported.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from reskontra.engine.documents.booking import release_step
from reskontra.engine.documents.charging import charged
from reskontra.engine.documents.entry import Entry
from reskontra.engine.documents.vat_shares import Taxed, split
from reskontra.engine.ledger.naming import named
from reskontra.engine.ledger.records import (
    Document,
    DocumentLink,
    DocumentVat,
    Run,
)
from reskontra.engine.ledger.works import (
    Move,
    PlannedStep,
    application,
    document,
    voucher,
)
from reskontra.engine.ledger.write_off_limits import BALANCE
from reskontra.engine.money import exact, share
from reskontra.engine.ports import Reader
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.applications import day_of, minor, too_much, unfit
from reskontra.engine.services.customer_numbers import numbers_of
from reskontra.engine.services.document_names import find_document
from reskontra.engine.services.drafts import completed
from reskontra.engine.services.taken_back import corrections_of, taken_back_by

_PAYMENT, _CHARGE = -1, -2
"""What the step makes."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What came in of a loss; empty = not said."""

    loss: str
    """Number of the document that booked the loss."""
    amount: str = ""
    """With VAT, as text; empty = all that was lost and not recovered before."""
    on: str = ""
    """ISO date; empty = the newest booking, or the day of the loss where that is later."""
    cash_account: str = ""
    reference: str = ""


def plan_recovery(reader: Reader, wanted: Recovered, preferences: Preferences) -> PlannedStep:
    """The step that charges what was recovered, and books the money that pays it.

    Raises ``ReskontraError``: RK815 (no such document), RK816 (it is no loss that stands, or a day
    before it), RK817 (more than is lost), and what entering a payment raises (RK801, RK804, RK806,
    RK892).
    """
    loss = find_document(reader, wanted.loss)
    _require_lost(reader, loss)
    lost = loss.amount - _recovered(reader, loss)
    amount = minor(wanted.amount, loss.currency) if wanted.amount else lost
    if not 0 < amount <= lost:
        raise too_much(
            f"{exact(amount, loss.currency)} cannot be recovered: of {named(loss)} "
            f"{exact(lost, loss.currency)} {loss.currency} is still lost",
            loss,
        )
    entry = Entry(
        kind="payment", customer=numbers_of(reader, [loss.customer_id or 0])[loss.customer_id or 0],
        date=day_of(reader, wanted.on, loss.document_date), currency=loss.currency,
        amount=Decimal(exact(amount, loss.currency)), cash_account=wanted.cash_account,
        payment_reference=wanted.reference, description=f"Recovered of {loss.number}",
    )  # fmt: skip
    done = replace(completed(reader, entry, preferences), account=loss.account, role="ar_trade")
    step = release_step(f"document:{loss.id}", done, preferences)
    paid = step.documents[0].document
    charge = document(
        loss.company, "debit_note", customer_id=loss.customer_id, branch=loss.branch,
        document_date=entry.date, due_date=entry.date, currency=loss.currency, amount=amount,
        base_amount=paid.base_amount, account=loss.account,
    )  # fmt: skip
    text, parts = f"Recovered loss {loss.number}", split(amount, _taxed(reader, loss))
    posted = voucher(
        loss.company, on=entry.date, text=text, currency=loss.currency,
        moves=[
            Move(charge.account, "ar_trade", amount, charge.base_amount, loss.customer_id, _CHARGE),
            *_moves(charge, parts, preferences),
        ],
    )  # fmt: skip
    account = preferences.accounts.account("loss_recovered")
    link = DocumentLink(loss.company, 0, 0, "recovers", loss.id)
    return replace(
        step,
        because="lost before, and paid after all",
        documents=(*step.documents, charged(charge, text, account, parts, link)),
        applications=(application(loss.company, _PAYMENT, _CHARGE, amount, on=entry.date),),
        vouchers=(*step.vouchers, posted),
        facts={"document": loss.number, "vat": sum(part.vat for part in parts)},
    )


def _require_lost(reader: Reader, loss: Document) -> None:
    lost = loss.kind == BALANCE and any(
        run.kind == "credit_losses" for run in reader.records(Run, id=loss.run_id)
    )
    if not lost or taken_back_by(reader, [loss]):
        raise unfit(
            f"{named(loss)} is no credit loss that stands",
            "`reskontra show overrides` lists credit losses; a write-off that turns out to be paid "
            "is voided: `reskontra documents void`",
        )


def _recovered(reader: Reader, loss: Document) -> int:
    """What came in of a loss before, minor units."""
    links = reader.records(DocumentLink, other_id=loss.id, kind="recovers")
    charges = reader.records(Document, id=sorted(link.document_id for link in links))
    return sum(one.amount for one in charges if not corrections_of(reader, one))


def _taxed(reader: Reader, loss: Document) -> list[Taxed]:
    """The VAT that came back with a loss, and the part without."""
    taxed = [
        Taxed(row.vat_code, int(Decimal(row.rate) * 100), row.net + row.vat, row.account)
        for row in reader.records(DocumentVat, document_id=loss.id)
    ]
    rest = loss.amount - sum(part.gross for part in taxed)
    return [*taxed, Taxed("", 0, rest)] if rest else taxed


def _moves(charge: Document, parts: Sequence[Taxed], preferences: Preferences) -> Iterator[Move]:
    """Income and VAT, credited, at the rate of the charge in base currency."""
    vats = [
        Move(
            part.account, "vat_out", -part.vat, -share(part.vat, charge.base_amount, charge.amount)
        )
        for part in parts
    ]
    yield Move(
        preferences.accounts.account("loss_recovered"), "loss_recovered",
        -charge.amount - sum(vat.amount for vat in vats),
        -charge.base_amount - sum(vat.base_amount for vat in vats),
    )  # fmt: skip
    yield from vats
