"""Confirmed credit losses: what a customer owes and will never pay.

The loss is settled by a document with a number of the write-off series. With evidence that the
claim is lost, the VAT in it comes back; without, all of it is a cost. No limit of write-offs
holds: somebody names the document and the amount.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reskontra.engine.documents.totals import percent
from reskontra.engine.documents.vat_shares import Taxed, split, taxed_parts
from reskontra.engine.errors import Exit, ReskontraError
from reskontra.engine.ledger.balance import sign
from reskontra.engine.ledger.base_amounts import relieved
from reskontra.engine.ledger.naming import named
from reskontra.engine.ledger.records import Document, DocumentVat
from reskontra.engine.ledger.standing import open_amounts
from reskontra.engine.ledger.works import (
    Move,
    NewDocument,
    PlannedStep,
    application,
    document,
    voucher,
)
from reskontra.engine.ledger.write_off_limits import BALANCE
from reskontra.engine.money import exact, share
from reskontra.engine.ports import Reader
from reskontra.engine.preferences import Preferences


@dataclass(frozen=True, slots=True)
class Loss:
    """What is lost, and how that is known."""

    document: Document
    on: str
    """ISO date of the booking."""
    amount: int | None = None
    """Minor units with VAT; ``None`` = all that is open."""
    evidence: str = ""
    """Why the claim is lost for certain: VAT comes back; empty = it does not."""
    vat_code: str = ""
    """VAT of a document that does not tell it, because it was imported."""


def plan_credit_loss(reader: Reader, loss: Loss, preferences: Preferences) -> list[PlannedStep]:
    """The one step that books the loss.

    Raises ``ReskontraError``: RK785 less is open, RK898 VAT that nothing tells, or that is told
    twice, RK899 nobody owes the document, or not yet.
    """
    lost = loss.document
    left = open_amounts(reader, [lost.id]).get(lost.id, 0)
    amount = left if loss.amount is None else loss.amount
    _require_owed(loss, amount, left)
    base = relieved(lost, left, left - amount)
    taxed = split(amount, _parts(reader, loss, preferences))
    new = document(
        lost.company, BALANCE, customer_id=lost.customer_id, branch=lost.branch,
        document_date=loss.on, currency=lost.currency, amount=amount, base_amount=base,
        account=lost.account,
    )  # fmt: skip
    vat_rows = tuple(
        DocumentVat(lost.company, 0, 0, p.code, percent(p.rate), p.net, p.vat, p.account)
        for p in taxed
        if p.rate
    )
    posted = voucher(
        lost.company, on=loss.on, text=f"Credit loss on {lost.number}", currency=lost.currency,
        moves=[
            *_moves(taxed, amount, base, preferences),
            Move(lost.account, "ar_trade", -amount, -base, lost.customer_id, -1),
        ],
    )  # fmt: skip
    vat = sum(part.vat for part in taxed)
    told = f"lost, {exact(vat, lost.currency)} {lost.currency} of it VAT that comes back"
    return [
        PlannedStep(
            f"document:{lost.id}",
            f"{told}: {loss.evidence}" if loss.evidence else "lost, without evidence: no VAT back",
            (NewDocument(new, vat=vat_rows),),
            (application(lost.company, -1, lost.id, amount, on=loss.on),),
            (posted,),
            ((lost.id, left),),
            {"document": lost.number, "evidence": loss.evidence, "vat": vat},
        )
    ]


def _require_owed(loss: Loss, amount: int, left: int) -> None:
    lost = loss.document
    name = named(lost)
    if sign(lost.kind) < 0:
        raise ReskontraError.of(
            "RK899",
            f"{name} is nothing that a customer owes, so it cannot be lost",
            help="`reskontra settle write-offs --credits` writes off small credits",
            exit_code=Exit.USAGE,
        )
    if loss.on < lost.document_date:
        raise ReskontraError.of(
            "RK899",
            f"{name} is dated {lost.document_date}: on {loss.on} nobody owed it",
            help=f"--on {lost.document_date} or later",
            exit_code=Exit.USAGE,
        )
    if not 0 < amount <= left:
        raise ReskontraError.of(
            "RK785",
            f"{name} has {exact(left, lost.currency)} {lost.currency} open, not "
            f"{exact(amount, lost.currency)}",
            help=f"`reskontra explain document:{lost.number}` tells what settled it",
        )


def _parts(reader: Reader, loss: Loss, preferences: Preferences) -> Sequence[Taxed]:
    """The VAT in the document, as far as it comes back."""
    known = taxed_parts(reader, [loss.document.id]).get(loss.document.id)
    codes = {code.id: code for code in preferences.vat.codes}
    if not loss.vat_code:
        if not loss.evidence:
            return ()
        if known is not None:
            return known
        message = f"{loss.document.number} was imported and does not tell its VAT"
        help_ = f"say it with --vat-code: {', '.join(codes)}"
    elif not loss.evidence:
        message = "VAT comes back only for a loss that is proved"
        help_ = "say how it is known: --evidence 'bankruptcy K 1234-26'; or leave --vat-code out"
    elif known is not None:
        message, help_ = f"{loss.document.number} tells its VAT itself", "leave --vat-code out"
    elif loss.vat_code not in codes:
        message = f"there is no VAT code '{loss.vat_code}'"
        help_ = f"here: {', '.join(codes)}"
    else:
        code = codes[loss.vat_code]
        account = code.account or preferences.accounts.account("vat_out")
        return (Taxed(code.id, code.rate, 1, account),)
    raise ReskontraError.of("RK898", message, help=help_, exit_code=Exit.USAGE)


def _moves(
    taxed: Sequence[Taxed], amount: int, base: int, preferences: Preferences
) -> Iterator[Move]:
    """Loss and VAT, debited, in the document's currency and, at its rate, in base currency."""
    vats = [
        Move(part.account, "vat_out", part.vat, share(part.vat, base, amount)) for part in taxed
    ]
    yield Move(
        preferences.accounts.account("loss_confirmed"), "loss_confirmed",
        amount - sum(vat.amount for vat in vats), base - sum(vat.base_amount for vat in vats),
    )  # fmt: skip
    yield from vats
