"""A credit that is paid back: a refund of it, its voucher and its application, in one step.

The refund debits the account that carries the credit (ruling 22): receivables for a credit note
or an open payment, or where its surplus stands, prepayments for a prepayment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from reskontra.engine.documents.booking import release_step
from reskontra.engine.documents.entry import Entry
from reskontra.engine.ledger.balance import sign
from reskontra.engine.ledger.naming import named
from reskontra.engine.ledger.settlement import (
    Open,
    before,
    receivable_role,
    settlement_vouchers,
)
from reskontra.engine.ledger.works import PlannedStep, application
from reskontra.engine.money import exact
from reskontra.engine.ports import Reader
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.applications import day_of, has_open, minor, open_of, too_much, unfit
from reskontra.engine.services.customer_numbers import numbers_of
from reskontra.engine.services.document_names import find_document
from reskontra.engine.services.drafts import completed

_REFUND = -1
"""The one document that the step makes."""


@dataclass(frozen=True, slots=True)
class PayBack:
    """What is paid back; empty = not said."""

    credit: str
    """Number of an open payment, prepayment or credit note."""
    amount: str = ""
    """As text; empty = all that is open."""
    on: str = ""
    """ISO date; empty = the newest booking, or the day of the credit where that is later."""
    cash_account: str = ""
    reference: str = ""
    text: str = ""


def plan_refund(reader: Reader, wanted: PayBack, preferences: Preferences) -> PlannedStep:
    """The step that makes the refund and uses the credit on it.

    Raises ``ReskontraError``: RK815 (no such document), RK816 (nothing that could be paid back, or
    a day before it), RK817 (less is open), and what entering a refund raises (RK801, RK804, RK806,
    RK892).
    """
    credit = find_document(reader, wanted.credit)
    if sign(credit.kind) > 0 or credit.customer_id is None:
        raise unfit(
            f"{named(credit)} is no credit of a customer, so it cannot be paid back",
            "name an open payment, prepayment or credit note of a customer",
        )
    items = open_of(reader, (credit,))
    left = items[credit.id].amount
    amount = minor(wanted.amount, credit.currency) if wanted.amount else left
    if not 0 < amount <= left:
        raise too_much(
            f"{wanted.amount or 'nothing'} cannot be paid back: {has_open(items[credit.id])}",
            credit,
        )
    day = day_of(reader, wanted.on, credit.document_date)
    entry = Entry(
        kind="refund", customer=numbers_of(reader, [credit.customer_id])[credit.customer_id],
        date=day, amount=Decimal(exact(amount, credit.currency)), currency=credit.currency,
        cash_account=wanted.cash_account, payment_reference=wanted.reference,
        description=wanted.text,
    )  # fmt: skip
    done = replace(
        completed(reader, entry, preferences), account=credit.account,
        role=receivable_role(credit, preferences.accounts),
    )  # fmt: skip
    step = release_step(f"document:{credit.id}", done, preferences)
    refund = step.documents[0].document._replace(id=_REFUND)
    use = application(reader.company, credit.id, _REFUND, amount, on=day)
    both = items | {_REFUND: Open(refund, amount)}
    return replace(
        step,
        because="paid back",
        applications=(use,),
        vouchers=(*step.vouchers, *settlement_vouchers(both, [use], day, preferences)),
        before=before(items),
        facts={},
    )
