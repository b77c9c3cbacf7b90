"""Money that a person enters together with what it pays (AR302000, manual payments): a payment, its
voucher and its applications, in one step.

The payment is completed and booked like a draft that is released. A cash discount that is still in
time is granted; what else is short stays open, is written off within the limits, or is granted as a
discount by a credit note; what is over is an open payment (rulings 5 and 9).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from reskontra.engine.documents.booking import release_step
from reskontra.engine.documents.charging import charged
from reskontra.engine.documents.completing import Completed
from reskontra.engine.documents.entry import Entry
from reskontra.engine.documents.vat_shares import Taxed
from reskontra.engine.errors import Exit, ReskontraError
from reskontra.engine.ledger.naming import named
from reskontra.engine.ledger.records import Application, Document, DocumentLink
from reskontra.engine.ledger.settlement import Open, after
from reskontra.engine.ledger.works import Move, PlannedStep, application, document, voucher
from reskontra.engine.ledger.write_off_limits import beyond_limits
from reskontra.engine.money import exact, share
from reskontra.engine.ports import Reader
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.applications import (
    has_open,
    minor,
    open_of,
    require_fitting,
    too_much,
    unfit,
    use_vouchers,
)
from reskontra.engine.services.customer_numbers import numbers_of
from reskontra.engine.services.discount_notes import discount_note_step, granting_by_note
from reskontra.engine.services.discounts import Discounts
from reskontra.engine.services.document_names import find_document
from reskontra.engine.services.drafts import completed
from reskontra.engine.services.write_off import Small, account_of, reason_for, write_off_step

_MONEY, _FEE = -1, -2
"""The payment that the step makes, and the collection fee that it pays."""
_COST = "collection_cost"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money as it is entered; empty = not said."""

    on: str
    """ISO date."""
    pays: tuple[tuple[str, str], ...] = ()
    """Number of a document and how much of it is paid, as text; empty = as much as there is."""
    customer: str = ""
    """Number of who paid; empty = whose the documents are."""
    amount: str = ""
    """What was paid, before anything is kept of it, as text; empty = what the documents come to."""
    received: str = ""
    """Of another currency: its worth in base currency, as text; empty = by the rate of the day."""
    cash_account: str = ""
    fee: str = ""
    """What the bank kept of it, as text."""
    commission: str = ""
    """What a collector kept of it, as text."""
    netted: bool = False
    """No money came in: it is set off against what is owed to the payer as a supplier."""
    reference: str = ""
    text: str = ""
    short: Literal["open", "write_off", "discount"] = "open"
    """What becomes of a rest of the last document (semantics 10.2)."""
    over: Literal["open", "collection"] = "open"
    """What becomes of money that is over: an open payment, or the collection fee of the last
    document, which the payer paid with it.
    """


def plan_receipt(
    reader: Reader, receipt: Receipt, preferences: Preferences
) -> tuple[PlannedStep, ...]:
    """The step that books the money and uses it on the documents in their order, and one for a rest
    that is not to stay open.

    Raises ``ReskontraError``: RK815 (no such document), RK816 (it does not fit), RK817 (more than
    is open, or than came in), RK822 (it is not said who paid, or how much), RK890 (a rest is more
    than may be written off), and what entering a payment raises (RK801, RK802, RK804, RK806,
    RK830, RK892).
    """
    targets = [find_document(reader, name) for name, _ in receipt.pays]
    currency = _currency(targets, preferences)
    items = open_of(reader, targets)
    parts = [
        _part(items[target.id], text)
        for target, (_, text) in zip(targets, receipt.pays, strict=True)
    ]
    amount = minor(receipt.amount, currency) if receipt.amount else sum(parts)
    if not amount:
        raise _unsaid("it is not said how much came in", "say it, for example --amount 1250.00")
    done = _completed(reader, receipt, _payer(reader, receipt, targets), amount, currency,
                      preferences)  # fmt: skip
    step = release_step(f"customer:{done.customer.id}", done, preferences)
    money = Open(step.documents[0].document._replace(id=_MONEY), amount)
    for target in targets:
        require_fitting(reader, money.document, target)
    items[_MONEY] = money
    discounts = Discounts.of(reader, list(items.values()), preferences)
    uses = list(_uses(items, list(zip(targets, parts, strict=True)), discounts))
    over = amount - sum(use.amount for use in uses)
    if over and receipt.over == "collection":
        step = _with_fee(step, over, targets, preferences)
        items[_FEE] = Open(step.documents[1].document._replace(id=_FEE), over)
        uses.append(application(money.document.company, _MONEY, _FEE, over, on=receipt.on))
    paid = replace(
        step,
        because="entered by hand",
        applications=tuple(uses),
        vouchers=(*step.vouchers, *use_vouchers(reader, items, uses, receipt.on, preferences)),
        before=tuple((target.id, items[target.id].amount) for target in targets),
        facts={"tolerance": discounts.tolerated(use.target_id for use in uses if use.discount)},
    )
    if not targets or receipt.short == "open":
        return (paid,)
    last, rest = after(items, uses)[targets[-1].id]
    return (paid, _rest_step(reader, last, rest, receipt, preferences)) if rest else (paid,)


def _with_fee(
    step: PlannedStep, over: int, targets: Sequence[Document], preferences: Preferences
) -> PlannedStep:
    """The step with a charge for what the payer paid beyond the documents: the fee of collecting
    the last of them, which goes against its cost. RK816 when no document is named.
    """
    if not targets:
        raise unfit(
            "a collection fee belongs to a document", "name the document that was collected"
        )
    paid, about = step.documents[0].document, targets[-1]
    text = f"Collection fee paid by customer, {about.number}"
    base, account = share(over, paid.base_amount, paid.amount), preferences.accounts.account(_COST)
    fee = document(
        paid.company, "dunning_fee", customer_id=paid.customer_id, branch=paid.branch,
        document_date=paid.document_date, due_date=paid.document_date, currency=paid.currency,
        amount=over, base_amount=base, account=paid.account,
    )  # fmt: skip
    posted = voucher(
        fee.company, on=fee.document_date, text=text, currency=fee.currency,
        moves=[
            Move(fee.account, "ar_trade", over, base, fee.customer_id, _FEE),
            Move(account, _COST, -over, -base),
        ],
    )  # fmt: skip
    link = DocumentLink(fee.company, 0, 0, "fee_of", about.id)
    made = charged(fee, text, account, (Taxed("", 0, over),), link)
    return replace(step, documents=(*step.documents, made), vouchers=(*step.vouchers, posted))


def _rest_step(
    reader: Reader, target: Document, rest: int, receipt: Receipt, preferences: Preferences
) -> PlannedStep:
    """The step that settles what the money left of a document: a write-off, or a credit note."""
    if receipt.short == "discount":
        text = f"Discount on {target.number}"
        granting = granting_by_note(reader, [target.id], preferences)
        step = discount_note_step(target, rest, granting, text, receipt.on, preferences)
        return replace(step, because="the rest is a discount, granted by hand")
    small = Small(receipt.on, reason_for("", credits_=False, preferences=preferences))
    account = account_of(small.reason, preferences)
    numbers = numbers_of(reader, [target.customer_id or 0])
    step = write_off_step(target, rest, small, account, numbers)
    written_off = (step.documents[0].document, target, rest)
    if problems := beyond_limits(reader, [written_off], preferences):
        raise ReskontraError(tuple(problems))
    return step


def _currency(targets: Sequence[Document], preferences: Preferences) -> str:
    """The currency of all that is paid, each document once; RK816 for several."""
    seen: set[int] = set()
    for target in targets:
        first = targets[0]
        if target.id in seen:
            raise unfit(f"{named(target)} is named twice", "name it once, with the whole amount")
        if target.currency != first.currency:
            raise unfit(
                f"{named(first)} is in {first.currency}, {named(target)} in {target.currency}",
                "enter a payment for each currency",
            )
        seen.add(target.id)
    return targets[0].currency if targets else preferences.company.currency


def _part(item: Open, text: str) -> int:
    """How much of a document is paid: what is written, else all that is open; RK817."""
    amount = minor(text, item.document.currency) if text else item.amount
    if not 0 < amount <= item.amount:
        raise too_much(f"{text or 'nothing'} cannot be paid: {has_open(item)}", item.document)
    return amount


def _payer(reader: Reader, receipt: Receipt, targets: Sequence[Document]) -> str:
    """The number of who paid; RK822 when nobody is named."""
    if receipt.customer:
        return receipt.customer
    for target in targets[:1]:
        for number in numbers_of(reader, [target.customer_id or 0]).values():
            return number
    raise _unsaid("it is not said who paid", "name a document, or the payer with --customer")


def _unsaid(message: str, remedy: str) -> ReskontraError:
    return ReskontraError.of("RK822", message, help=remedy, exit_code=Exit.USAGE)


def _uses(
    items: Mapping[int, Open], parts: Sequence[tuple[Document, int]], discounts: Discounts
) -> Iterator[Application]:
    """What the money pays, until it is used up; RK817 when nothing is left for a document."""
    money, left = items[_MONEY]
    for target, part in parts:
        amount = min(part, left)
        if not amount:
            raise too_much(
                f"{exact(items[_MONEY].amount, money.currency)} {money.currency} came in, nothing "
                f"of it is left for {named(target)}",
                target,
            )
        discount = discounts.with_payment(_MONEY, target.id, items[target.id].amount, amount)
        left -= amount
        yield application(
            money.company, _MONEY, target.id, amount, on=money.document_date, discount=discount
        )


def _decimal(text: str, currency: str) -> Decimal | None:
    return Decimal(exact(minor(text, currency), currency)) if text else None


def _completed(
    reader: Reader,
    receipt: Receipt,
    customer: str,
    amount: int,
    currency: str,
    preferences: Preferences,
) -> Completed:
    """The payment as a draft would be completed; every problem at once."""
    whole, base_currency = Decimal(exact(amount, currency)), preferences.company.currency
    received = minor(receipt.received, base_currency) if receipt.received else None
    rate = None if received is None else Decimal(exact(received, base_currency)) / whole
    entry = Entry(
        kind="payment", customer=customer, date=receipt.on, amount=whole, total=whole,
        currency=currency, rate=rate, payment_reference=receipt.reference,
        description=receipt.text, cash_account=receipt.cash_account, netted=receipt.netted or None,
        bank_fee=_decimal(receipt.fee, currency), commission=_decimal(receipt.commission, currency),
    )  # fmt: skip
    done = completed(reader, entry, preferences)
    return done if received is None else replace(done, base_amount=received)
