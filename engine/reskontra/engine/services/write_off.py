"""Write-offs (AR505000 *Skriv av saldon och krediter*): small rests of invoices, and small credits.

A rest is settled by a document of its own with a number of the write-off series, booked to the
account of a reason code. Whoever plans it, the limits are checked again when it is booked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reskontra.engine.errors import Exit, ReskontraError
from reskontra.engine.ledger.balance import sign
from reskontra.engine.ledger.base_amounts import open_base
from reskontra.engine.ledger.records import Document, OpenItem
from reskontra.engine.ledger.standing import in_dispute
from reskontra.engine.ledger.works import (
    Move,
    NewDocument,
    PlannedStep,
    application,
    document,
    voucher,
)
from reskontra.engine.ledger.write_off_limits import BALANCE, CREDIT, write_off_rooms
from reskontra.engine.ports import Reader
from reskontra.engine.preferences import Preferences
from reskontra.engine.preferences.ledger import ReasonCode
from reskontra.engine.services.customer_numbers import numbers_of


@dataclass(frozen=True, slots=True)
class Small:
    """What counts as small, and where it goes."""

    on: str
    """ISO date of the write-off."""
    reason: ReasonCode
    customers: frozenset[str] = frozenset()
    """Numbers; empty = all."""
    up_to: int | None = None
    """Largest rest in minor units; ``None`` = as much as the limits allow."""

    @property
    def credits(self) -> bool:
        """Small credits instead of small debts."""
        return self.reason.kind == "credit_write_off"


def reason_for(ident: str, *, credits_: bool, preferences: Preferences) -> ReasonCode:
    """The reason code of a write-off, the company's for its kind when none is named.

    Raises ``ReskontraError`` RK329: there is none with this id, or it is of another kind.
    """
    ledger = preferences.ledger
    kind = "credit_write_off" if credits_ else "balance_write_off"
    fitting = {code.id: code for code in ledger.reason_codes if code.kind == kind}
    wanted = ident or (ledger.credit_reason if credits_ else ledger.balance_reason)
    if wanted not in fitting:
        raise ReskontraError.of(
            "RK329",
            f"there is no reason code '{wanted}' of the kind {kind}",
            help=f"ledger.reason_codes has: {', '.join(fitting) or 'none'}",
            exit_code=Exit.USAGE,
        )
    return fitting[wanted]


def account_of(reason: ReasonCode, preferences: Preferences) -> str:
    """Where a write-off for this reason is booked."""
    return reason.account or preferences.accounts.account(reason.role)


def plan_write_offs(reader: Reader, small: Small, preferences: Preferences) -> list[PlannedStep]:
    """One step per document whose whole rest is small enough, ordered by document.

    Documents in dispute are left alone.
    """
    numbers = numbers_of(reader)
    wanted = [i for i, number in numbers.items() if number in small.customers]
    items = reader.records(OpenItem, **({"customer_id": wanted} if small.customers else {}))
    most = max(preferences.differences.write_off_limit.values(), default=0)
    cap = most if small.up_to is None else min(most, small.up_to)
    amounts = {
        item.document_id: item.open_amount
        for item in items
        if item.open_amount <= cap and (sign(item.kind) < 0) == small.credits
    }
    small_ones = list(reader.records(Document, id=sorted(amounts)))
    disputed = in_dispute(reader, small_ones)
    documents = [d for d in small_ones if d.id not in disputed and d.document_date <= small.on]
    rooms = write_off_rooms(reader, documents, preferences)
    account = account_of(small.reason, preferences)
    return [
        write_off_step(found, amounts[found.id], small, account, numbers)
        for found in documents
        if amounts[found.id] <= rooms[found.id]
    ]


def write_off_step(
    found: Document, amount: int, small: Small, account: str, numbers: Mapping[int, str]
) -> PlannedStep:
    """Settle ``amount``, all that is open of a document, by a write-off; ``numbers``: of customers
    by id.
    """
    base = open_base(found, amount)
    side = sign(found.kind)
    new = document(
        found.company, CREDIT if small.credits else BALANCE, customer_id=found.customer_id,
        branch=found.branch, document_date=small.on, currency=found.currency, amount=amount,
        base_amount=base, account=found.account,
    )  # fmt: skip
    source, target = (-1, found.id) if side > 0 else (found.id, -1)
    posted = voucher(
        found.company, on=small.on, text=f"{small.reason.description} {found.number}",
        currency=found.currency,
        moves=[
            Move(account, small.reason.role, side * amount, side * base),
            Move(found.account, "ar_trade", -side * amount, -side * base, found.customer_id, -1),
        ],
    )  # fmt: skip
    return PlannedStep(
        f"document:{found.id}",
        "the rest is small enough to write off",
        (NewDocument(new),),
        (application(found.company, source, target, amount, on=small.on),),
        (posted,),
        ((found.id, amount),),
        {
            "document": found.number,
            "customer": numbers.get(found.customer_id or 0, ""),
            "reason_code": small.reason.id,
        },
    )
