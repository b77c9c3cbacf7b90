"""What a payer says about a payment: structured references with part amounts, and free text.

Credit notes are negative. Numbers are trimmed but otherwise left as written; nothing is dropped
because a check digit fails.
"""

from __future__ import annotations

from collections.abc import Iterator

from stdnum import iso11649

from reskontra.adapters.formats.camt.stream import Node
from reskontra.adapters.formats.camt.values import ElementFindings, amount
from reskontra.engine.bank_file import Reference, ReferenceKind

NO_ID = ("NOTPROVIDED", "NOT PROVIDED")
"""What banks write when there is no end-to-end id."""


def references(details: Node, currency: str, findings: ElementFindings) -> tuple[Reference, ...]:
    """Structured references of a transaction, in file order."""
    return tuple(
        reference
        for structured in details.all("RmtInf", "Strd")
        for reference in _structured(structured, currency, findings)
    )


def _structured(node: Node, currency: str, findings: ElementFindings) -> Iterator[Reference]:
    part = _part_amount(node, currency, findings)
    value = node.value(("CdtrRefInf", "Ref"), ("CdtrRefInf", "CdtrRef"))
    if value:
        _check_rf(node, value, findings)
        yield Reference(value, "payment_reference", part)
        part = None
    for document in node.all("RfrdDocInf"):
        number = document.value(("Nb",), ("RfrdDocNb",))
        if number:
            yield Reference(number, _kind(document), part)
            part = None


def _kind(document: Node) -> ReferenceKind:
    code = document.value(
        ("Tp", "CdOrPrtry", "Cd"), ("Tp", "Cd"), ("RfrdDocTp", "Cd"), ("Tp", "CdOrPrtry", "Prtry")
    )
    return "credit_note" if code == "CREN" else "invoice"


def _part_amount(node: Node, currency: str, findings: ElementFindings) -> int | None:
    """Remitted less credited amount of one structured remittance; ``None`` = not stated."""
    found: int | None = None
    for name, sign in (("RmtdAmt", 1), ("CdtNoteAmt", -1)):
        for element in node.all("RfrdDocAmt", name):
            value = amount(element, findings)
            if value is not None and value[1] == currency:
                found = (found or 0) + sign * value[0]
    return found


def _check_rf(node: Node, value: str, findings: ElementFindings) -> None:
    compact = value.replace(" ", "").upper()
    if compact[:2] == "RF" and compact[2:4].isdigit() and not iso11649.is_valid(compact):
        findings.remark("RK536", node, f"the check digits of reference {value!r} do not fit")


def text(details: Node | None, entry: Node) -> tuple[str, ...]:
    """Free text of a transaction, one string per text that the file holds."""
    lines: list[str] = []
    if details is not None:
        lines += [element.text for element in details.all("RmtInf", "Ustrd")]
        lines += [element.text for element in details.all("RmtInf", "Strd", "AddtlRmtInf")]
        lines += [element.text for element in details.all("AddtlTxInf")]
    lines = [line.strip() for line in lines if line.strip()]
    return tuple(lines) or tuple(
        element.text.strip() for element in entry.all("AddtlNtryInf") if element.text.strip()
    )


def end_to_end_id(details: Node) -> str:
    """The payer's own id of the payment, where there is one."""
    value = details.value(("Refs", "EndToEndId"))
    return "" if value.upper() in NO_ID else value


def check_parts(
    node: Node, total: int, found: tuple[Reference, ...], findings: ElementFindings
) -> None:
    """Part amounts, when every reference has one, add up to the transaction."""
    parts = [reference.amount for reference in found if reference.amount is not None]
    if parts and sum(parts) != total:
        findings.remark(
            "RK539",
            node,
            f"the part amounts come to {sum(parts)}, the payment is {total} (minor units)",
        )
