"""Amounts, dates and numbers of camt files, whatever the version, and where a finding lies.

An amount has its currency beside it and no sign: the direction stands in ``CdtDbtInd``. Dates are
taken as the bank wrote them, with or without a time and a zone; nothing is converted.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from reskontra.adapters.formats.camt.stream import Node
from reskontra.adapters.formats.findings import Findings
from reskontra.engine import money
from reskontra.engine.errors import Place, Problem

_DECIMAL = re.compile(r"\+?([0-9]*)(?:\.([0-9]*))?")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ].*|Z|[+-][0-9]{2}:[0-9]{2})?", re.DOTALL)
_NUMBER = re.compile(r"[0-9]{1,9}")
_DEBIT = {"DBIT": True, "CRDT": False}
MAX_DIGITS = 18


class ElementFindings(Findings):
    """Findings placed at XML elements."""

    __slots__ = ()

    def refuse(self, code: str, node: Node, message: str, advice: str = "") -> None:
        """The file cannot be trusted."""
        self.error(code, message, node.line, column=node.column, help=advice)

    def remark(self, code: str, node: Node, message: str, advice: str = "") -> None:
        """Worth a look; the receipt shows it."""
        place = Place(self.file, node.line, node.column)
        self._add(Problem(code, message, place, advice, "warning"))


class UnusableError(Exception):
    """An amount that cannot be read exactly: code, what was met, what was expected."""

    def __init__(self, code: str, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.advice = code, message, advice


def exact_amount(node: Node) -> tuple[int, str]:
    """(minor units, currency) of an element with ``Ccy``; raises ``UnusableError``."""
    currency = node.attributes.get("Ccy", "")
    if not money.is_currency(currency):
        advice = 'expected three capital letters, as in Ccy="SEK"'
        if not currency:
            raise UnusableError("RK525", "amount without a currency (Ccy)", advice)
        raise UnusableError("RK509", f"{currency!r} is not a currency", advice)
    return minor_units(node, currency), currency


def minor_units(node: Node, currency: str) -> int:
    """Minor units of an element whose currency is known; raises ``UnusableError`` (RK507)."""
    text = node.text.strip()
    match = _DECIMAL.fullmatch(text)
    if match is None or not (match[1] or match[2]) or node.children:
        shown = f"{text!r} is not an amount" if text else "the amount is empty"
        raise UnusableError("RK507", shown, "expected digits and a decimal point, without sign")
    whole, fraction = match[1] or "0", match[2] or ""
    places = money.exponent(currency)
    if fraction[places:].strip("0") or len(whole.lstrip("0")) + len(fraction) > MAX_DIGITS:
        raise UnusableError(
            "RK507",
            f"{text[:40]} has more digits than an amount in {currency} can have",
            f"expected at most {MAX_DIGITS} digits, {places} of them decimals",
        )
    return int(whole + fraction[:places].ljust(places, "0"))


def amount(node: Node, findings: ElementFindings) -> tuple[int, str] | None:
    """(minor units, currency) of money that is booked; what is unusable refuses the file."""
    try:
        return exact_amount(node)
    except UnusableError as error:
        findings.refuse(error.code, node, error.message, error.advice)
        return None


def side_amount(node: Node | None, findings: ElementFindings) -> tuple[int, str] | None:
    """(minor units, currency) of what only informs; unusable ones are left out (RK543)."""
    if node is None:
        return None
    try:
        return exact_amount(node)
    except UnusableError as error:
        findings.remark("RK543", node, f"{node.name} is left out: {error.message}", error.advice)
        return None


def is_debit(node: Node) -> bool | None:
    """Whether ``CdtDbtInd`` of an element says debit; ``None`` where it says nothing usable."""
    return _DEBIT.get(node.value(("CdtDbtInd",)))


def day(node: Node | None, findings: ElementFindings | None = None) -> date | None:
    """The date of an element that chooses between ``Dt`` and ``DtTm``.

    With ``findings`` what is no date refuses the file (RK506); without them it counts as absent.
    """
    text = node.value(("Dt",), ("DtTm",), ()) if node else ""
    if node is None or not text:
        return None
    found = _date(text)
    if found is None and findings is not None:
        findings.refuse(
            "RK506", node, f"{node.name} {text[:40]!r} is not a date", "expected YYYY-MM-DD"
        )
    return found


@lru_cache(maxsize=64)
def _date(text: str) -> date | None:
    """A file names few days, many times."""
    match = _DAY.fullmatch(text)
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def number(text: str) -> int | None:
    """A count or page number of at most nine digits."""
    return int(text) if _NUMBER.fullmatch(text) else None
