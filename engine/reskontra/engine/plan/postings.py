"""The arithmetic of a planned line: who gets the money, and which accounts move.

The two identities hold by construction and are asserted before anything leaves this module:

* payment side: applied cash + unapplied + credit written off = amount of the bank line,
* document side: after = before - paid - discount - write-off, never below zero.

Postings follow the events of customer ledgers: payment in full, in part, short by rounding, too
much, cash discount,
unidentified receipt, credit note netted (no voucher while both documents sit on the same account).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reskontra.engine.plan.model import Allocation, Posting
from reskontra.engine.preferences.accounts import Accounts


class CannotBookError(Exception):
    """This line cannot be booked as decided; carries the ``RKnnn`` text that the plan shows."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """How the amount of one bank line is used (minor units)."""

    allocations: tuple[Allocation, ...]
    unapplied: int
    written_off: int


@dataclass(frozen=True, slots=True)
class WriteOffRoom:
    """How much may still be written off, enforced here and nowhere else."""

    company: int
    """Company's limit per document in the line's currency."""
    customer: Mapping[str, int]
    """Customer number -> its own limit (0 = flag off); absent = the company's limit."""
    used: Mapping[int, int]
    """Document id -> written off earlier: the limit is cumulative."""

    def left(self, customer: str, document: int) -> int:
        """Minor units that may still be written off on this document."""
        limit = min(self.company, self.customer.get(customer, self.company))
        return max(0, limit - self.used.get(document, 0))


def settle(
    amount: int, proposed: Sequence[Allocation], *, treat: str, room: WriteOffRoom
) -> Settlement:
    """Use ``amount`` (> 0) on the proposed documents in their order.

    ``paid`` of a proposed allocation is what it wants: all that is open less a discount, or the
    part that the payer named. ``treat`` says what happens to a difference: ``keep_open``,
    ``open_payment`` or ``write_off``. Raises ``CannotBookError``.
    """
    credit_notes = [a for a in proposed if a.sign < 0]
    money = amount + sum(credit.paid for credit in credit_notes)
    settled: list[Allocation] = []
    for wanted in (a for a in proposed if a.sign > 0):
        paid = min(money, wanted.paid)
        money -= paid
        missing = wanted.paid - paid
        write_off = _write_off(wanted, missing, room) if treat == "write_off" and missing else 0
        discount = wanted.discount if not missing else 0
        settled.append(_settled(wanted, paid, discount, write_off))
    written_off = 0
    if treat == "write_off" and money:
        written_off = _write_off_credit(money, settled, room)
        money -= written_off
    if money and treat != "open_payment":
        raise CannotBookError("RK722 more was paid than the documents need")
    if credit_notes and money:
        raise CannotBookError("RK723 a credit note is netted although nothing is short")
    touched = [a for a in settled if a.paid or a.discount or a.write_off]
    result = Settlement((*touched, *credit_notes), money, written_off)
    _assert_conserved(amount, result)
    return result


def _settled(wanted: Allocation, paid: int, discount: int, write_off: int) -> Allocation:
    """What was proposed, mostly as it is."""
    if paid == wanted.paid and discount == wanted.discount and write_off == wanted.write_off:
        return wanted
    return replace(wanted, paid=paid, discount=discount, write_off=write_off)


def _write_off(allocation: Allocation, missing: int, room: WriteOffRoom) -> int:
    if missing > room.left(allocation.customer, allocation.document):
        raise CannotBookError(
            f"RK724 the write-off on {allocation.number} is larger than its limit allows"
        )
    return missing


def _write_off_credit(money: int, settled: Sequence[Allocation], room: WriteOffRoom) -> int:
    first = settled[0] if settled else None
    if first is None or money > room.left(first.customer, first.document):
        raise CannotBookError("RK724 the surplus is larger than the write-off limit allows")
    return money


def _assert_conserved(amount: int, settlement: Settlement) -> None:
    cash = sum(a.sign * a.paid for a in settlement.allocations)
    assert cash + settlement.unapplied + settlement.written_off == amount, "payment side"
    assert all(a.after >= 0 for a in settlement.allocations), "document side"
    assert settlement.unapplied >= 0, "never more applied than paid"


def settlement_postings(
    bank: str, amount: int, settlement: Settlement, *, surplus: Posting, accounts: Accounts
) -> tuple[Posting, ...]:
    """The voucher of an applied or open payment: bank against receivables, differences to roles.

    ``surplus`` carries what stays unapplied (its amount may be 0).
    """
    moves: list[Posting] = [Posting(bank, "bank", amount)]
    for a in settlement.allocations:
        relieved = a.sign * (a.paid + a.discount + a.write_off)
        moves.append(Posting(a.account, "ar_trade", -relieved, a.customer))
        if a.discount:
            moves.append(Posting(accounts.account("cash_discount"), "cash_discount", a.discount))
        if a.write_off:
            moves.append(Posting(accounts.account("rounding"), "rounding", a.write_off))
    if settlement.written_off:
        moves.append(Posting(accounts.account("rounding"), "rounding", -settlement.written_off))
    return balanced((*moves, surplus))


def balanced(moves: Sequence[Posting]) -> tuple[Posting, ...]:
    """Merge postings of one account, role and customer, drop zeros, and prove that they balance."""
    sums: dict[tuple[str, str, str], int] = {}
    for move in moves:
        key = (move.account, move.role, move.customer)
        sums[key] = sums.get(key, 0) + move.amount
    result = tuple(
        Posting(account, role, amount, customer)
        for (account, role, customer), amount in sums.items()
        if amount
    )
    assert sum(posting.amount for posting in result) == 0, "a voucher must balance"
    return result
