"""Whether a document may be saved, or released: what its customer's status allows and what the
company asks of those who enter it.
"""

from __future__ import annotations

from collections.abc import Iterator

from reskontra.engine.customers.statuses import EFFECTS, Allowed
from reskontra.engine.documents.completing import Buyer, Completed
from reskontra.engine.documents.entry import MONEY_KINDS
from reskontra.engine.errors import Problem
from reskontra.engine.ledger.balance import sign
from reskontra.engine.ledger.records import Customer
from reskontra.engine.preferences.ledger import Entry as Asked
from reskontra.engine.wording import worded


def admission_problems(
    done: Completed, status: str, buyer: Buyer, asked: Asked
) -> Iterator[Problem]:
    """Why a document may not be saved with this status (of a draft), or ``released``.

    RK803 control total missing, RK804 payment reference missing, RK806 the customer's status.
    """
    entry = done.entry
    if refusal := _refusal(done, status, buyer):
        number = done.customer.number
        remedy = f"`reskontra customers edit {number} --set status=active`"
        yield entry.problem("RK806", f"customer {number} {refusal}", "customer", remedy)
    if status == "hold":
        return
    if asked.validate_totals and entry.total is None:
        yield entry.problem(
            "RK803", "the control total is missing", "total",
            "write `total`, or save the document on hold (entry.validate_totals is on)",
        )  # fmt: skip
    if (
        asked.require_payment_reference
        and entry.kind in MONEY_KINDS
        and not entry.payment_reference
    ):
        yield entry.problem(
            "RK804", "the payment reference is missing", "payment_reference",
            "write it, or save on hold (entry.require_payment_reference is on)",
        )  # fmt: skip


def _refusal(done: Completed, status: str, buyer: Buyer) -> str:
    """What the status of the customer says against it; empty = nothing."""
    state, kind = worded(done.customer.status), done.entry.kind
    allowed = _allowed(done.customer, kind)
    if allowed == "no":
        return f"is {state}: no {worded(kind)} may be entered"
    if allowed == "draft" and status == "released":
        return f"is {state}: its documents may be saved, not released"
    if allowed == "clearing":
        owed = buyer.owed.get(done.currency, 0)
        after = owed + sign(kind) * done.totals.amount
        if owed * after < 0 or abs(after) >= abs(owed):
            return f"is {state}: only what brings its balance towards nothing may be entered"
    return ""


def _allowed(customer: Customer, kind: str) -> Allowed:
    effect = EFFECTS[customer.status]  # type: ignore[index]  # the books hold no other
    by_kind = {
        "credit_note": effect.credit_notes,
        "cash_return": effect.credit_notes,
        "overdue_charge": effect.charges,
        "dunning_fee": effect.dunning,
    } | dict.fromkeys(MONEY_KINDS, effect.payments)
    return by_kind.get(kind, effect.invoices)
