"""One entry (``Ntry``) of a statement and the transactions that it details.

The amount is the entry's own, in the account's currency; instructed amounts are information. A
batch whose details do not add up to the entry stays one transaction, with a warning.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from reskontra.adapters.formats.camt import checks, remittance
from reskontra.adapters.formats.camt.parties import counterparty
from reskontra.adapters.formats.camt.stream import Node
from reskontra.adapters.formats.camt.values import (
    ElementFindings,
    amount,
    day,
    is_debit,
    side_amount,
)
from reskontra.engine.bank_file import EntryStatus, Party, StatementKind, Transaction

_STATUS: dict[str, EntryStatus] = {
    "BOOK": "booked", "PDNG": "pending", "FUTR": "pending", "INFO": "information",
}  # fmt: skip
_FOREIGN = ("InstdAmt", "TxAmt", "CntrValAmt")
_SUB_FAMILY = ("Fmly", "SubFmlyCd")
_OTHER_SIDE = {"Dbtr": "Cdtr", "Cdtr": "Dbtr"}


@dataclass(frozen=True, slots=True)
class _Entry:
    """What holds for every transaction of an entry."""

    node: Node
    amount: int
    currency: str
    status: EntryStatus
    booked: date
    valued: date | None
    reversal: bool
    bank_reference: str
    """The bank's id. ``NtryRef`` is none: banks count it anew in each statement."""
    batch_id: str
    code: str


def transactions(
    node: Node, kind: StatementKind, statement_date: date | None, findings: ElementFindings
) -> Iterator[Transaction]:
    """The transactions of one entry; problems go into ``findings``."""
    entry = _entry(node, kind, statement_date, findings)
    if entry is None:
        return
    details = [*node.all("NtryDtls", "TxDtls"), *node.all("TxDtls")]
    checks.batch(node, entry.amount, entry.currency, findings)
    amounts = [_detail_amount(detail, entry, findings) for detail in details]
    if len(details) == 1:
        checks.detail(details[0], amounts[0], entry.amount, entry.currency, findings)
    if len(details) < 2:
        yield _transaction(entry, details[0] if details else None, entry.amount, findings)
        return
    parts = [part for part in amounts if part is not None]
    if checks.parts(node, parts, len(details), entry.amount, entry.currency, findings):
        for detail, part in zip(details, parts, strict=True):
            yield _transaction(entry, detail, part, findings)
    else:
        yield _whole(entry, details, findings)


def _entry(
    node: Node, kind: StatementKind, statement_date: date | None, findings: ElementFindings
) -> _Entry | None:
    amount_node, debit = node.first(("Amt",)), is_debit(node)
    if amount_node is None:
        findings.refuse("RK525", node, "entry without Amt", "expected an amount with its currency")
    if debit is None:
        met = node.value(("CdtDbtInd",))
        message = f"CdtDbtInd is {met!r}" if met else "entry without CdtDbtInd"
        findings.refuse("RK525", node, message, "expected CRDT (in) or DBIT (out)")
    found = amount(amount_node, findings) if amount_node else None
    status = _status(node, kind, findings)
    valued = day(node.first(("ValDt",)), findings)
    booked = _booked(node, valued or statement_date, findings, status=status)
    if found is None or debit is None or status is None or booked is None:
        return None
    own = remittance.own_id(node, ("AcctSvcrRef",))
    return _Entry(
        node=node, amount=-found[0] if debit else found[0], currency=found[1], status=status,
        booked=booked, valued=valued, reversal=node.value(("RvslInd",)).lower() in ("true", "1"),
        bank_reference=own, batch_id=own or remittance.own_id(node, ("NtryRef",)),
        code=_code(node),
    )  # fmt: skip


def _status(node: Node, kind: StatementKind, findings: ElementFindings) -> EntryStatus | None:
    code = node.value(("Sts", "Cd"), ("Sts", "Prtry"), ("Sts",))
    if code in _STATUS:
        return _STATUS[code]
    if code:
        findings.refuse(
            "RK532", node, f"unknown entry status {code!r}", "expected BOOK, PDNG, INFO or FUTR"
        )
        return None
    if kind == "statement":
        findings.remark(
            "RK538", node, "entry without a status: a statement's entry counts as booked"
        )
        return "booked"
    findings.refuse("RK531", node, "entry without a status", "only a statement may leave it out")
    return None


def _booked(
    node: Node, instead: date | None, findings: ElementFindings, *, status: EntryStatus | None
) -> date | None:
    """The booking date; what is not booked yet has none, and takes another without a word."""
    stated = node.first(("BookgDt",))
    found = day(stated, findings)
    if found is not None or (stated is not None and stated.value(("Dt",), ("DtTm",), ())):
        return found
    if instead is None:
        findings.refuse("RK527", node, "entry without a booking date", "expected BookgDt")
    elif status == "booked":
        findings.remark("RK541", node, f"entry without a booking date: {instead} is taken")
    return instead


def _code(node: Node) -> str:
    code = node.first(("BkTxCd",))
    if code is None:
        return ""
    domain = code.first(("Domn",))
    if domain is None:
        return code.value(("Prtry", "Cd"))
    parts = (domain.value(("Cd",)), domain.value(("Fmly", "Cd")), domain.value(_SUB_FAMILY))
    return "/".join(filter(None, parts)) or code.value(("Prtry", "Cd"))


def _detail_amount(detail: Node, entry: _Entry, findings: ElementFindings) -> int | None:
    """Signed part of a batch in the account's currency; ``None`` when the file does not say."""
    own = detail.first(("Amt",))
    found = amount(own, findings) if own else None
    if found is None or found[1] != entry.currency:
        found = side_amount(detail.first(("AmtDtls", "TxAmt", "Amt")), findings)
    if found is None or found[1] != entry.currency:
        return None
    debit = is_debit(detail)
    if debit is None:
        debit = entry.amount < 0
    return -found[0] if debit else found[0]


def _transaction(
    entry: _Entry, detail: Node | None, part: int, findings: ElementFindings
) -> Transaction:
    source = detail or entry.node
    found = remittance.references(source, entry.currency, findings)
    remittance.check_parts(source, abs(part), entry.currency, found, findings)
    party, ultimate = _party(source, part, reversal=entry.reversal)
    foreign = _foreign(source, entry, findings)
    lines = remittance.text(detail, entry.node)
    return Transaction(
        line=source.line,
        booking_date=entry.booked,
        value_date=entry.valued,
        amount=part,
        currency=entry.currency,
        status=entry.status,
        reversal=entry.reversal,
        bank_reference=remittance.own_id(source, ("Refs", "AcctSvcrRef")) or entry.bank_reference,
        end_to_end_id=remittance.own_id(source, ("Refs", "EndToEndId")),
        batch_id=entry.batch_id,
        bank_code=entry.code or _code(source),
        counterparty=party,
        references=found,
        text=(*lines, ultimate) if ultimate else lines,
        foreign_amount=foreign[0] if foreign else None,
        foreign_currency=foreign[1] if foreign else "",
    )


def _party(source: Node, part: int, *, reversal: bool) -> tuple[Party, str]:
    """The other side, and the name of the one it paid for.

    A reversal keeps the roles of what it reverses: money that comes back was paid to a creditor.
    """
    role = "Dbtr" if (part >= 0) != reversal else "Cdtr"
    party, ultimate = counterparty(source, role)
    if reversal and not party.name and party.account is None:
        return counterparty(source, _OTHER_SIDE[role])
    return party, ultimate


def _whole(entry: _Entry, details: Sequence[Node], findings: ElementFindings) -> Transaction:
    """An entry whose details cannot be trusted: one payment with every reference and text."""
    found = tuple(
        reference
        for detail in details
        for reference in remittance.references(detail, entry.currency, findings)
    )
    lines = tuple(line for detail in details for line in remittance.text(detail, entry.node))
    return Transaction(
        line=entry.node.line, booking_date=entry.booked, value_date=entry.valued,
        amount=entry.amount, currency=entry.currency, status=entry.status,
        reversal=entry.reversal, bank_reference=entry.bank_reference, batch_id=entry.batch_id,
        bank_code=entry.code, references=found, text=tuple(dict.fromkeys(lines)),
    )  # fmt: skip


def _foreign(source: Node, entry: _Entry, findings: ElementFindings) -> tuple[int, str] | None:
    """The instructed amount in another currency: information, never booked."""
    if source.first(("AmtDtls",)) is None:
        return None
    for kind in _FOREIGN:
        node = source.first(("AmtDtls", kind, "Amt"))
        if node is not None and node.attributes.get("Ccy") != entry.currency:
            found = side_amount(node, findings)
            if found is not None and found[0]:
                return found
    return None
