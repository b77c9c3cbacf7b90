"""What credits used on debits move in the general ledger (ruling 7).

Nothing, while both sides stand on one account at one rate. Else a voucher carries the amount from
one account to the other, and what the two sides are worth apart is a realised exchange difference.
The base value of a document is a function of what is open of it, so that whatever is used and taken
off again, in any order, nothing is left: taking off is the same arithmetic with negative amounts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import NamedTuple

from reskontra.engine.ledger.balance import sign
from reskontra.engine.ledger.base_amounts import open_base, relieved
from reskontra.engine.ledger.records import Application, Document, JournalLine
from reskontra.engine.ledger.works import Move, Voucher, voucher
from reskontra.engine.preferences import Preferences
from reskontra.engine.preferences.accounts import Accounts

_ROLES = frozenset(
    {"ar_trade", "prepayment", "customer_overpaid", "unidentified_receipts", "fx_gain", "fx_loss"}
)
"""Roles that the vouchers of this module move, and no others."""


class Open(NamedTuple):
    """A document and what is open of it."""

    document: Document
    amount: int


def receivable_role(document: Document, accounts: Accounts) -> str:
    """Role of the account that carries a document's balance."""
    if document.customer_id is None:
        return "unidentified_receipts"
    if document.kind == "payment" and document.account == accounts.roles.get("customer_overpaid"):
        return "customer_overpaid"
    return "prepayment" if document.kind == "prepayment" else "ar_trade"


def settlement_vouchers(
    items: Mapping[int, Open],
    applications: Sequence[Application],
    on: str,
    preferences: Preferences,
) -> tuple[Voucher, ...]:
    """The voucher of these applications of one currency, or none.

    ``items`` tells by id what is open before them. Gain = base value of the credits - base value of
    the debits that they settle. A cash discount is posted by whoever grants it.
    """
    moves = _moves(items, applications, preferences.accounts)
    accounts: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for (account, _, _), (amount, base) in moves.items():
        accounts[account] = (accounts[account][0] + amount, accounts[account][1] + base)
    if not any(amount or base for amount, base in accounts.values()):
        return ()
    receivables = [
        Move(account, role, amount, base, customer)
        for (account, role, customer), (amount, base) in moves.items()
    ]
    gain = sum(base for _, base in moves.values())
    text = "Realised exchange difference" if gain else "Settlement between accounts"
    back = applications[0].amount < 0
    first = items[applications[0].source_id].document
    made = voucher(
        first.company, on=on, text=text, currency=first.currency,
        moves=[*receivables, *_difference(gain, back, preferences)],
    )  # fmt: skip
    return (made,)


def _difference(gain: int, back: bool, preferences: Preferences) -> tuple[Move, ...]:
    """The realised exchange difference, minor units of base currency; what is taken back goes where
    it came from.
    """
    if not gain:
        return ()
    role = "fx_gain" if (gain > 0) != back else "fx_loss"
    return (Move(preferences.accounts.account(role), role, 0, -gain),)


def mirrored_rest(
    items: Mapping[int, Open],
    uses: Sequence[Application],
    made: Set[int],
    mirrored: Iterable[JournalLine],
    preferences: Preferences,
) -> tuple[Voucher, ...]:
    """What a bank line that is taken back line by line leaves over in base currency, or none.

    Shares of an open amount are rounded: what a payment relieved is not to the minor unit what its
    documents are worth more without it, once another payment came in between. ``items`` tells what
    is open before the (negative) ``uses``, ``made`` the documents that are voided.
    """
    rest: dict[tuple[str, int | None], int] = defaultdict(int)
    roles: dict[tuple[str, int | None], str] = {}
    left = after(items, uses)
    for identifier in sorted({one for use in uses for one in (use.source_id, use.target_id)}):
        document, now = items[identifier]
        then = 0 if identifier in made else left[identifier].amount
        key = (document.account, document.customer_id)
        roles[key] = receivable_role(document, preferences.accounts)
        rest[key] += sign(document.kind) * (open_base(document, then) - open_base(document, now))
    for line in mirrored:
        key = (line.account, line.customer_id)
        if key in rest:
            rest[key] -= line.base_amount
    moves = [Move(key[0], roles[key], 0, base, key[1]) for key, base in rest.items()]
    gain = sum(rest.values())
    if not any(rest.values()):
        return ()
    first = items[uses[0].source_id].document
    made_up = voucher(
        first.company, on=uses[0].applied_on, text="Realised exchange difference",
        currency=first.currency, moves=[*moves, *_difference(gain, True, preferences)],
    )  # fmt: skip
    return (made_up,)


def is_settlement(lines: Sequence[JournalLine]) -> bool:
    """Whether a voucher of a step that uses credits has these lines for that use alone: it carries
    amounts between receivables, or grants a cash discount.
    """
    roles = {line.role for line in lines}
    return roles <= _ROLES or "cash_discount" in roles


def before(items: Mapping[int, Open]) -> tuple[tuple[int, int], ...]:
    """What is open of them, as a step says what it was planned on."""
    return tuple((identifier, items[identifier].amount) for identifier in sorted(items))


def after(items: Mapping[int, Open], applications: Iterable[Application]) -> dict[int, Open]:
    """What is open once these applications are made."""
    left = dict(items)
    for use in applications:
        _take(left, use)
    return left


def _take(left: dict[int, Open], use: Application) -> None:
    for identifier, taken in (
        (use.source_id, use.amount), (use.target_id, use.amount + use.discount),
    ):  # fmt: skip
        document, before = left[identifier]
        left[identifier] = Open(document, before - taken)


def _moves(
    items: Mapping[int, Open], applications: Sequence[Application], accounts: Accounts
) -> dict[tuple[str, str, int | None], tuple[int, int]]:
    """(account, role, customer) -> amount and base amount, debit positive, in the order met."""
    left = dict(items)
    moves: dict[tuple[str, str, int | None], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for use in applications:
        for identifier in (use.source_id, use.target_id):
            document, before = left[identifier]
            side, base = -sign(document.kind), relieved(document, before, before - use.amount)
            key = (document.account, receivable_role(document, accounts), document.customer_id)
            amount_so_far, base_so_far = moves[key]
            moves[key] = (amount_so_far + side * use.amount, base_so_far + side * base)
        _take(left, use)
    return moves
