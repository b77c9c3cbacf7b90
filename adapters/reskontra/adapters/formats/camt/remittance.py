"""What a payer says about a payment: structured references with part amounts, and free text.

Credit notes are negative. Numbers are trimmed but otherwise left as written; nothing is dropped
because a check digit fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stdnum import iso11649

from reskontra.adapters.formats.camt.stream import Node
from reskontra.adapters.formats.camt.values import ElementFindings, side_amount
from reskontra.engine.bank_file import Reference, ReferenceKind
from reskontra.engine.money import exact

_NO_ID = ("NOTPROVIDED", "NOT PROVIDED")
"""What banks write when there is no id."""
_CREDITS = ("CREN", "CNFA")
_NO_DOCUMENTS = ("PUOR", "DISP", "BOLD", "VCHR", "SOAC", "RADM", "RPIN", "FXDR")
"""Orders, deliveries, vouchers, remittance advices: a number, but of nothing that is owed."""
_AMOUNTS = (("RmtdAmt", "REMI", 1), ("CdtNoteAmt", "CREN", -1), ("DuePyblAmt", "DUPA", 1))
"""Element, code of versions 11 and later, sign: what was remitted, credited, due."""
_TYPES = (
    ("Tp", "CdOrPrtry", "Cd"), ("Tp", "Cd"), ("RfrdDocTp", "Cd"), ("CdtrRefTp", "Cd"),
)  # fmt: skip


_TEXTS = (("RmtInf", "Strd", "AddtlRmtInf"), ("RmtInf", "Ustrd"), ("AddtlTxInf",))


def references(details: Node, currency: str, findings: ElementFindings) -> tuple[Reference, ...]:
    """Structured references of a transaction, in file order."""
    return tuple(
        reference
        for structured in details.all("RmtInf", "Strd")
        for reference in _structured(structured, currency, findings)
    )


def _structured(node: Node, currency: str, findings: ElementFindings) -> Iterator[Reference]:
    """References of one ``Strd``. Its amount belongs to the payment reference, else to the only
    document; with several documents it says nothing about each.
    """
    reference = node.first(("CdtrRefInf",))
    documents = [
        (number, _document_kind(document.value(*_TYPES)))
        for document in node.all("RfrdDocInf")
        if (number := document.value(("Nb",), ("RfrdDocNb",)))
    ]
    credit = bool(documents) and all(kind == "credit_note" for _, kind in documents)
    part = _part_amount(node, currency, findings, credit=credit)
    value = reference.value(("Ref",), ("CdtrRef",)) if reference else ""
    if reference and value:
        _check_rf(reference, value, findings)
        code = reference.value(*_TYPES)
        yield Reference(value, "free" if code in _NO_DOCUMENTS else "payment_reference", part)
    own = part if len(documents) == 1 and not value else None
    for number, kind in documents:
        yield Reference(number, kind, own)


def _document_kind(code: str) -> ReferenceKind:
    if code in _CREDITS:
        return "credit_note"
    return "free" if code in _NO_DOCUMENTS else "invoice"


def _part_amount(
    node: Node, currency: str, findings: ElementFindings, *, credit: bool
) -> int | None:
    """Remitted less credited amount of one ``Strd``, else the amount due; ``None`` = not stated."""
    if node.first(("RfrdDocAmt",)) is None:
        return None
    found: dict[str, int] = {}
    for name, code, sign in _AMOUNTS:
        elements = node.all("RfrdDocAmt", name) + [
            typed.children["Amt"][0]
            for typed in node.all("RfrdDocAmt", "RmtAmtAndTp")
            if typed.value(("Tp", "Cd")) == code and typed.children and "Amt" in typed.children
        ]
        for element in elements:
            value = side_amount(element, findings)
            if value is not None and value[1] == currency:
                found[name] = found.get(name, 0) + sign * value[0]
    due = found.pop("DuePyblAmt", None)
    part = sum(found.values()) if found else due
    return -abs(part) if credit and part is not None else part


def _check_rf(node: Node, value: str, findings: ElementFindings) -> None:
    compact = value.replace(" ", "").upper()
    if compact[:2] == "RF" and compact[2:4].isdigit() and not iso11649.is_valid(compact):
        findings.remark("RK536", node, f"the check digits of reference {value!r} do not fit")


def text(details: Node | None, entry: Node) -> tuple[str, ...]:
    """Free text of a transaction, one string per text that the file holds."""
    lines: list[str] = []
    if details is not None:
        for path in _TEXTS:
            lines += [line for element in details.all(*path) if (line := element.text.strip())]
    if not lines:
        lines = [line for each in entry.all("AddtlNtryInf") if (line := each.text.strip())]
    return tuple(lines)


def own_id(node: Node, *paths: tuple[str, ...]) -> str:
    """An id along the first path that has one; words that stand for "none" are none."""
    for path in paths:
        value = node.value(path)
        if value and value.upper() not in _NO_ID:
            return value
    return ""


def check_parts(
    node: Node,
    total: int,
    currency: str,
    found: Sequence[Reference],
    findings: ElementFindings,
) -> None:
    """Part amounts, when every reference has one, add up to the transaction (RK539)."""
    parts = [reference.amount for reference in found if reference.amount is not None]
    if parts and len(parts) == len(found) and sum(parts) != total:
        findings.remark(
            "RK539",
            node,
            f"the part amounts come to {exact(sum(parts), currency)}, the payment is "
            f"{exact(total, currency)} {currency}",
            "the parts are hints; the payment counts with its own amount",
        )
