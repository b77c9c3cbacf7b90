"""One entry (``Ntry``) of a statement and the transactions that it details.

The amount is the entry's own, in the account's currency; instructed amounts are information. A
batch whose details do not
add up to the entry stays one transaction, with a warning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from reskontra.adapters.formats.camt import remittance
from reskontra.adapters.formats.camt.stream import Node
from reskontra.adapters.formats.camt.values import ElementFindings, amount, day, party, signed
from reskontra.engine.bank_file import EntryStatus, StatementKind, Transaction

_STATUS: dict[str, EntryStatus] = {
    "BOOK": "booked", "PDNG": "pending", "INFO": "information", "FUTR": "pending",
}  # fmt: skip


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
    reference: str
    code: str


def transactions(
    node: Node, kind: StatementKind, statement_date: date | None, findings: ElementFindings
) -> Iterator[Transaction]:
    """The transactions of one entry; problems go into ``findings``."""
    entry = _entry(node, kind, statement_date, findings)
    if entry is None:
        return
    details = [*node.all("NtryDtls", "TxDtls"), *node.all("TxDtls")]
    _check_batch(node, details, entry, findings)
    if len(details) < 2:
        only = details[0] if details else None
        _check_sign(only, entry, findings)
        yield _transaction(entry, only, entry.amount, findings)
        return
    amounts = [_detail_amount(detail, entry, findings) for detail in details]
    if None in amounts or sum(a for a in amounts if a is not None) != entry.amount:
        findings.remark(
            "RK534",
            node,
            f"the details of this entry do not add up to its amount {entry.amount} (minor units)",
            "the entry stays one payment; a person can split it",
        )
        yield _whole(entry, details, findings)
        return
    for detail, part in zip(details, amounts, strict=True):
        assert part is not None, "checked above"
        yield _transaction(entry, detail, part, findings)


def _entry(
    node: Node, kind: StatementKind, statement_date: date | None, findings: ElementFindings
) -> _Entry | None:
    amount_node, indicator = node.first(("Amt",)), node.first(("CdtDbtInd",))
    if amount_node is None or indicator is None:
        missing = "Amt" if amount_node is None else "CdtDbtInd"
        findings.refuse("RK525", node, f"entry without {missing}")
        return None
    if indicator.text.strip() not in ("CRDT", "DBIT"):
        findings.refuse("RK525", indicator, f"CdtDbtInd is {indicator.text.strip()!r}")
        return None
    found = signed(amount_node, findings, indicator=indicator)
    status = _status(node, kind, findings)
    booked = _booked(node, statement_date, findings)
    if found is None or status is None or booked is None:
        return None
    return _Entry(
        node=node, amount=found[0], currency=found[1], status=status, booked=booked,
        valued=day(node, "ValDt"), reversal=node.value(("RvslInd",)) in ("true", "1"),
        reference=node.value(("AcctSvcrRef",), ("NtryRef",)), code=_code(node),
    )  # fmt: skip


def _status(node: Node, kind: StatementKind, findings: ElementFindings) -> EntryStatus | None:
    code = node.value(("Sts", "Cd"), ("Sts", "Prtry"), ("Sts",))
    if code in _STATUS:
        return _STATUS[code]
    if code:
        findings.refuse(
            "RK532", node, f"unknown entry status {code!r}", "expected BOOK, PDNG, INFO"
        )
        return None
    if kind == "statement":
        findings.remark(
            "RK538", node, "entry without a status: a statement's entry counts as booked"
        )
        return "booked"
    findings.refuse("RK531", node, "entry without a status", "only a statement may leave it out")
    return None


def _booked(node: Node, statement_date: date | None, findings: ElementFindings) -> date | None:
    stated = node.value(("BookgDt", "Dt"), ("BookgDt", "DtTm"))
    if stated:
        found = day(node, "BookgDt")
        if found is None:
            findings.refuse("RK527", node, f"booking date {stated!r} is not a date")
        return found
    found = day(node, "ValDt") or statement_date
    if found is None:
        findings.refuse("RK527", node, "entry without a booking date")
    else:
        findings.remark("RK541", node, f"entry without a booking date: {found} is taken")
    return found


def _code(node: Node) -> str:
    domain = (
        node.value(("BkTxCd", "Domn", "Cd")),
        node.value(("BkTxCd", "Domn", "Fmly", "Cd")),
        node.value(("BkTxCd", "Domn", "Fmly", "SubFmlyCd")),
    )
    return "/".join(part for part in domain if part) or node.value(("BkTxCd", "Prtry", "Cd"))


def _detail_amount(detail: Node, entry: _Entry, findings: ElementFindings) -> int | None:
    """Signed part of a batch in the account's currency; ``None`` when the file does not say."""
    indicator = detail.first(("CdtDbtInd",))
    for path in (("Amt",), ("AmtDtls", "TxAmt", "Amt")):
        node = detail.first(path)
        if node is None:
            continue
        found = amount(node, findings)
        if found is not None and found[1] == entry.currency:
            negative = indicator.text.strip() == "DBIT" if indicator else entry.amount < 0
            return -found[0] if negative else found[0]
    return None


def _check_sign(detail: Node | None, entry: _Entry, findings: ElementFindings) -> None:
    indicator = detail.first(("CdtDbtInd",)) if detail else None
    if indicator and (indicator.text.strip() == "DBIT") != (entry.amount < 0) and entry.amount:
        findings.remark(
            "RK537", indicator, "the detail's sign differs from its entry's: the entry's is used"
        )


def _check_batch(node: Node, details: list[Node], entry: _Entry, findings: ElementFindings) -> None:
    """``Btch`` states a number of transactions and a total: both must fit what follows."""
    batch = node.first(("NtryDtls", "Btch"))
    if batch is None:
        return
    count = batch.value(("NbOfTxs",))
    if details and count.isdigit() and int(count) != len(details):
        findings.remark(
            "RK535", batch, f"the batch states {count} transactions, {len(details)} are detailed"
        )
    total_node = batch.first(("TtlAmt",))
    total = amount(total_node, findings) if total_node else None
    if total and total[1] == entry.currency and total[0] != abs(entry.amount):
        findings.remark(
            "RK535",
            batch,
            f"the batch states {total[0]}, its entry is {abs(entry.amount)} (minor units)",
        )


def _transaction(
    entry: _Entry, detail: Node | None, part: int, findings: ElementFindings
) -> Transaction:
    source = detail or entry.node
    found = remittance.references(source, entry.currency, findings)
    remittance.check_parts(source, abs(part), found, findings)
    role = "Dbtr" if (part > 0) != entry.reversal else "Cdtr"
    foreign = _foreign(source, entry, findings)
    return Transaction(
        line=source.line,
        booking_date=entry.booked,
        value_date=entry.valued,
        amount=part,
        currency=entry.currency,
        status=entry.status,
        reversal=entry.reversal,
        bank_reference=source.value(("Refs", "AcctSvcrRef")) or entry.reference,
        end_to_end_id=remittance.end_to_end_id(source),
        batch_id=entry.reference,
        bank_code=entry.code or _code(source),
        counterparty=party(source, role),
        references=found,
        text=remittance.text(detail, entry.node),
        foreign_amount=foreign[0] if foreign else None,
        foreign_currency=foreign[1] if foreign else "",
    )


def _whole(entry: _Entry, details: list[Node], findings: ElementFindings) -> Transaction:
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
        reversal=entry.reversal, bank_reference=entry.reference, batch_id=entry.reference,
        bank_code=entry.code, references=found, text=tuple(dict.fromkeys(lines)),
    )  # fmt: skip


def _foreign(source: Node, entry: _Entry, findings: ElementFindings) -> tuple[int, str] | None:
    """The instructed amount in another currency: information, never booked."""
    node = source.first(("AmtDtls", "InstdAmt", "Amt"))
    if node is None or node.attributes.get("Ccy") == entry.currency:
        return None
    return amount(node, findings)
