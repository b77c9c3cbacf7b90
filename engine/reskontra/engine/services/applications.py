"""Credits used on debits by a person, and taken off them again (AR302000 *Dokument att tillämpa*).

Both are works of one step: what is open on either side changes, and nothing else. A use that was
decided for a bank line is taken back with that line, never by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from reskontra.engine.errors import Exit, ReskontraError
from reskontra.engine.ledger.balance import sign
from reskontra.engine.ledger.naming import named
from reskontra.engine.ledger.records import (
    Application,
    Customer,
    Document,
    Step,
)
from reskontra.engine.ledger.settlement import Open, before, settlement_vouchers
from reskontra.engine.ledger.standing import open_amounts
from reskontra.engine.ledger.works import PlannedStep, Voucher, application
from reskontra.engine.ledger.write_off_limits import BALANCE, CREDIT
from reskontra.engine.money import exact, parse_amount
from reskontra.engine.ports import Reader
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.discounts import Discounts, discount_vouchers, granting_of
from reskontra.engine.services.document_names import find_document
from reskontra.engine.services.taken_back import uses_of


def open_of(reader: Reader, documents: Iterable[Document]) -> dict[int, Open]:
    """By id: the documents and what is open of them."""
    known = {document.id: document for document in documents}
    left = open_amounts(reader, sorted(known))
    return {identifier: Open(known[identifier], left.get(identifier, 0)) for identifier in known}


def use_vouchers(
    reader: Reader,
    items: Mapping[int, Open],
    uses: Sequence[Application],
    on: str,
    preferences: Preferences,
) -> tuple[Voucher, ...]:
    """What the use of credits posts, or taking them off: see ``settlement_vouchers``; and the cash
    discounts that come with it. ``items`` tells by id what is open before.
    """
    discounted = sorted({use.target_id for use in uses if use.discount})
    granting = granting_of(reader, discounted, preferences)
    return (
        *settlement_vouchers(items, uses, on, preferences),
        *discount_vouchers(items, uses, granting, on, preferences),
    )


def day_of(reader: Reader, on: str, earliest: str) -> str:
    """The day of a booking: ``on``, else the newest imported booking date, or ``earliest`` where
    that is later. RK816 when ``on`` is before ``earliest``.
    """
    if on and on < earliest:
        raise unfit(
            f"{on} is before {earliest}, when the last of what is concerned was there",
            f"name a day from {earliest} on, or none",
        )
    return on or max(reader.newest_booking(), earliest)


def plan_application(
    reader: Reader, source: str, target: str, amount: str, on: str, preferences: Preferences
) -> PlannedStep:
    """The step that uses an open credit on an open debit: ``amount``, or as much as both have. What
    then is missing for a cash discount that a payment came in time for is granted.

    Raises ``ReskontraError`` RK815 (no such document), RK816 (the two do not fit), RK817 (nothing
    or less is open).
    """
    credit, debit = find_document(reader, source), find_document(reader, target)
    require_fitting(reader, credit, debit)
    items = open_of(reader, (credit, debit))
    taken = _amount(amount, items[credit.id], items[debit.id])
    day = day_of(reader, on, max(credit.document_date, debit.document_date))
    discounts = Discounts.of(reader, list(items.values()), preferences)
    discount = discounts.with_payment(credit.id, debit.id, items[debit.id].amount, taken)
    use = application(reader.company, credit.id, debit.id, taken, on=day, discount=discount)
    return PlannedStep(
        f"document:{credit.id}",
        "used by hand",
        applications=(use,),
        vouchers=use_vouchers(reader, items, [use], day, preferences),
        before=before(items),
        facts={"tolerance": discounts.tolerated([debit.id] if discount else [])},
    )


def require_fitting(reader: Reader, credit: Document, debit: Document) -> None:
    """RK816 unless a credit meets a debit of its currency that its payer may pay."""
    if not sign(credit.kind) < 0 < sign(debit.kind):
        raise unfit(
            f"{named(credit)} cannot settle {named(debit)}",
            "name first the credit (payment, prepayment, credit note), then what it pays",
        )
    if credit.currency != debit.currency:
        raise unfit(
            f"{named(credit)} is in {credit.currency}, {named(debit)} in {debit.currency}",
            "a credit settles documents of its own currency only",
        )
    if credit.customer_id not in (None, debit.customer_id, _parent(reader, debit)):
        raise unfit(
            f"{named(credit)} and {named(debit)} belong to different customers",
            "a customer pays for itself and for those whose parent it is",
        )


def _parent(reader: Reader, debit: Document) -> int | None:
    return next((c.parent_id for c in reader.records(Customer, id=debit.customer_id)), None)


def unfit(message: str, remedy: str) -> ReskontraError:
    """RK816: what is named does not belong together."""
    return ReskontraError.of("RK816", message, help=remedy, exit_code=Exit.USAGE)


def _amount(text: str, credit: Open, debit: Open) -> int:
    """How much is used, minor units; RK817 when either side has less open."""
    currency = credit.document.currency
    most = min(credit.amount, debit.amount)
    amount = minor(text, currency) if text else most
    if 0 < amount <= most:
        return amount
    asked = f"{exact(amount, currency)} cannot be used" if text else "nothing can be used"
    raise too_much(f"{asked}: {has_open(credit)} and {has_open(debit)}", debit.document)


def minor(text: str, currency: str) -> int:
    """Minor units of an amount that a person wrote; RK817 when it is none."""
    try:
        return parse_amount(text, currency)
    except ValueError as error:
        raise ReskontraError.of(
            "RK817", str(error), help="write it like 500.00", exit_code=Exit.USAGE
        ) from error


def has_open(item: Open) -> str:
    """What people are told is open of a document."""
    currency = item.document.currency
    return f"{named(item.document)} has {exact(item.amount, currency)} {currency} open"


def too_much(message: str, debit: Document) -> ReskontraError:
    """RK817: more is used than there is."""
    return ReskontraError.of(
        "RK817", message,
        help="without an amount as much is used as there is; `reskontra explain "
        f"document:{debit.number}` tells what settled it",
        exit_code=Exit.USAGE,
    )  # fmt: skip


def plan_unapplication(
    reader: Reader, source: str, target: str, on: str, preferences: Preferences
) -> PlannedStep:
    """The step that takes a credit off a debit again: both are open as before.

    Raises ``ReskontraError`` RK815 (no such document), RK816 (a day before the use), RK818 (nothing
    that a person may take off).
    """
    credit, debit = find_document(reader, source), find_document(reader, target)
    uses = [use for use in uses_of(reader, [credit]) if use.target_id == debit.id]
    _require_by_hand(reader, credit, debit, uses)
    day = day_of(reader, on, max(use.applied_on for use in uses))
    items = open_of(reader, (credit, debit))
    back = tuple(taken_off(use, day) for use in uses)
    return PlannedStep(
        f"document:{credit.id}",
        "taken off by hand",
        applications=back,
        vouchers=use_vouchers(reader, items, back, day, preferences),
        before=before(items),
    )


def _require_by_hand(
    reader: Reader, credit: Document, debit: Document, uses: Sequence[Application]
) -> None:
    """RK818 unless there is a use, and all of it was made by works that may be taken off in part.

    What a bank line decided, a write-off, and what takes back the other stay together.
    """
    if not uses:
        raise _bound(
            f"{named(credit)} settles nothing of {named(debit)}",
            f"`reskontra explain document:{debit.number}` tells what settled it",
        )
    for use in uses:
        if not reader.count(Step, step_id=use.decision_id):
            raise _bound(
                f"{named(credit)} settles {named(debit)} by the decision about a bank line, in "
                f"run:{use.run_id}",
                "`reskontra undo` takes that line back, then `reskontra resolve` decides anew",
            )
    if credit.kind == BALANCE or debit.kind == CREDIT:
        written_off = credit if credit.kind == BALANCE else debit
        raise _bound(
            f"{named(written_off)} is nothing without what it writes off",
            f"`reskontra documents void {written_off.number}` takes it back",
        )
    if credit.id == debit.reverses_id or debit.id == credit.reverses_id:
        raise _bound(
            f"{named(credit)} and {named(debit)} take back one another",
            "enter anew what should stand",
        )


def _bound(message: str, remedy: str) -> ReskontraError:
    return ReskontraError.of("RK818", message, help=remedy, exit_code=Exit.USAGE)


def taken_off(use: Application, on: str) -> Application:
    """The application that takes ``use`` back on a day."""
    return use._replace(
        id=0, amount=-use.amount, discount=-use.discount, applied_on=on, reverses_id=use.id
    )
