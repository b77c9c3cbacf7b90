"""The documents and vouchers that a completed entry becomes.

A claim debits what the customer owes and credits sales, VAT and rounding; a credit note mirrors it;
money debits the cash account and credits what the customer owes, a refund the other way round. A
cash sale is a claim that a payment of its own settles at once. In another currency the voucher
stands in base currency too, and its last line takes what rounding leaves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reskontra.engine.documents.completing import Completed
from reskontra.engine.documents.entry import PAID_BY
from reskontra.engine.documents.totals import percent
from reskontra.engine.ledger.balance import sign
from reskontra.engine.ledger.base_amounts import in_base
from reskontra.engine.ledger.records import (
    DocumentDetail,
    DocumentLine,
    DocumentLink,
    DocumentVat,
)
from reskontra.engine.ledger.works import (
    Move,
    NewDocument,
    PlannedStep,
    Reference,
    Voucher,
    application,
    document,
    voucher,
)
from reskontra.engine.preferences import Preferences

_MADE, _MONEY = -1, -2
"""What a step makes, in its own links, applications and vouchers: the document, and the money that
settles it at once."""


def release_step(subject: str, done: Completed, preferences: Preferences) -> PlannedStep:
    """The step that makes a completed document, with its voucher."""
    entry, customer, totals = done.entry, done.customer, done.totals
    told = f"{entry.kind.replace('_', ' ')} for {customer.number} {customer.name}"
    if done.terms:
        told += f", terms {done.terms}, due {done.due_date}"
    documents = [_document(done, preferences)]
    vouchers = [_voucher(done, preferences)]
    applications = []
    if entry.kind in PAID_BY:
        documents.append(_money(done, preferences))
        vouchers.append(_money_voucher(done, preferences))
        sides = (_MONEY, _MADE) if sign(entry.kind) > 0 else (_MADE, _MONEY)
        applications.append(
            application(preferences.company.id, *sides, totals.amount, on=entry.date)
        )
    if preferences.ledger.posting.migration_mode:
        told, vouchers = f"{told}; migration mode: the old system has the voucher", []
    return PlannedStep(
        subject, told, tuple(documents), tuple(applications), tuple(vouchers),
        facts={"customer": customer.number, "net": totals.net, "vat": totals.vat,
               "rounding": totals.rounding},
    )  # fmt: skip


def _document(done: Completed, preferences: Preferences) -> NewDocument:
    """The document with its lines, VAT and links; it has no number yet."""
    entry, company, totals = done.entry, preferences.company, done.totals
    references = [
        Reference("order", entry.order_number), Reference("external", entry.external_number)
    ]  # fmt: skip
    if entry.kind not in PAID_BY:
        references.append(Reference("payment_reference", entry.payment_reference))
    return NewDocument(
        document=document(
            company.id, entry.kind, customer_id=done.customer.id,
            branch=company.branch, document_date=entry.date,
            due_date=done.due_date, currency=done.currency, amount=totals.amount,
            base_amount=done.base_amount, account=done.account, order_number=entry.order_number,
            external_number=entry.external_number, discount_date=done.discount_date,
            discount_amount=done.discount_amount,
            migrated=preferences.ledger.posting.migration_mode,
        ),
        references=tuple(one for one in references if one.value),
        details=(
            DocumentDetail(
                company.id, 0, 0, entry.description, entry.customer_reference, done.terms,
                str(done.rate) if done.currency != company.currency else "", entry.location,
                entry.subaccount, entry.reason_code, done.overdue_charges, totals.net,
                totals.vat, totals.rounding,
            ),
        ),
        lines=tuple(
            DocumentLine(
                company.id, 0, 0, number, line.entered.text, str(line.entered.quantity),
                str(line.entered.price), line.net, line.vat.id if line.vat else "", line.account,
                line.entered.subaccount or entry.subaccount,
            )
            for number, line in enumerate(done.lines, 1)
        ),
        vat=tuple(
            DocumentVat(
                company.id, 0, 0, one.code.id, percent(one.code.rate), one.net, one.vat,
                _vat_account(one.code.account, preferences),
            )
            for one in totals.vats
            if one.net or one.vat
        ),
        links=tuple(
            DocumentLink(company.id, 0, 0, kind, other.id)
            for kind, others in (
                ("corrects", done.corrects), ("advance", [one.document for one in done.deducts])
            )
            for other in others
        ),
    )  # fmt: skip


def _money(done: Completed, preferences: Preferences) -> NewDocument:
    """The payment of a cash sale, or the refund of a cash return."""
    entry, company = done.entry, preferences.company
    reference = Reference("payment_reference", entry.payment_reference)
    return NewDocument(
        document(
            company.id, PAID_BY[entry.kind], customer_id=done.customer.id,
            branch=company.branch, document_date=entry.date,
            currency=done.currency, amount=done.totals.amount, base_amount=done.base_amount,
            account=done.account, migrated=preferences.ledger.posting.migration_mode,
        ),
        references=(reference,) if reference.value else (),
    )  # fmt: skip


def _vat_account(account: str, preferences: Preferences) -> str:
    """Where VAT of a code is booked."""
    return account or preferences.accounts.account("vat_out")


def _voucher(done: Completed, preferences: Preferences) -> Voucher:
    """The voucher of the document."""
    side = sign(done.entry.kind)
    balance = Move(
        done.account, done.role, side * done.totals.amount, side * done.base_amount,
        done.customer.id, _MADE,
    )  # fmt: skip
    others = list(_others(done, preferences, -side))
    if preferences.ledger.posting.summarised:
        others = summarised(others)
    moves = [balance, *_even(others, -balance.base_amount)]
    return _posted(done, preferences, done.entry.kind, moves)


def _money_voucher(done: Completed, preferences: Preferences) -> Voucher:
    """The voucher of the money that settles a document at once."""
    assert done.cash is not None, "a cash sale has a cash account"
    side, amount, base = sign(done.entry.kind), done.totals.amount, done.base_amount
    moves = [
        Move(done.cash.account, "bank", side * amount, side * base, done.customer.id, _MONEY),
        Move(done.account, done.role, -side * amount, -side * base, done.customer.id, _MONEY),
    ]
    return _posted(done, preferences, PAID_BY[done.entry.kind], moves)


def _posted(done: Completed, preferences: Preferences, kind: str, moves: Sequence[Move]) -> Voucher:
    return voucher(
        preferences.company.id, on=done.entry.date, currency=done.currency, moves=moves,
        text=f"{kind.replace('_', ' ').capitalize()} {done.customer.name}",
    )  # fmt: skip


def _others(done: Completed, preferences: Preferences, side: int) -> Iterator[Move]:
    """What stands against the balance."""
    totals, base_currency = done.totals, preferences.company.currency

    def move(account: str, role: str, amount: int) -> Move:
        base = in_base(amount, done.currency, done.rate, base_currency)
        return Move(account, role, side * amount, side * base, done.customer.id, _MADE)

    for account, role, amount in done.money:
        yield move(account, role, amount)
    for line in done.lines:
        yield move(line.account, line.role, line.net)
    for one in totals.vats:
        yield move(_vat_account(one.code.account, preferences), "vat_out", one.vat)
    if totals.rounding:
        yield move(preferences.accounts.account("rounding"), "rounding", totals.rounding)


def _even(moves: Sequence[Move], base: int) -> list[Move]:
    """The moves with ``base`` as the sum of their base amounts: the last takes the rest."""
    rest = base - sum(move.base_amount for move in moves)
    last = moves[-1]
    return [*moves[:-1], last._replace(base_amount=last.base_amount + rest)]


def summarised(moves: Sequence[Move]) -> list[Move]:
    """Moves of one account, role and side become one: debits and credits stay apart."""
    sums: dict[tuple[str, str, bool], Move] = {}
    for move in moves:
        key = (move.account, move.role, move.amount < 0)
        before = sums.get(key)
        sums[key] = move if before is None else move._replace(
            amount=before.amount + move.amount, base_amount=before.base_amount + move.base_amount
        )  # fmt: skip
    return list(sums.values())
