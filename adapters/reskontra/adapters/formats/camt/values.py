"""Amounts, dates and parties of camt files, by local names, whatever the version."""

from __future__ import annotations

import re
from datetime import date

from reskontra.adapters.formats.camt.stream import Node
from reskontra.adapters.formats.findings import Findings
from reskontra.engine import money
from reskontra.engine.bank_file import Account, AccountScheme, Party

_DECIMAL = re.compile(r"\+?(\d*)(?:\.(\d*))?")
MAX_DIGITS = 18


class ElementFindings(Findings):
    """Findings placed at XML elements."""

    __slots__ = ()

    def refuse(self, code: str, node: Node, message: str, advice: str = "") -> None:
        """The file cannot be trusted."""
        self.error(code, message, node.line, column=node.column, help=advice)

    def remark(self, code: str, node: Node, message: str, advice: str = "") -> None:
        """Worth a look; the receipt shows it."""
        self.warn(code, message, node.line, help=advice)


def amount(node: Node, findings: ElementFindings) -> tuple[int, str] | None:
    """(minor units, currency) of an ``Amt`` element; ``None`` after reporting RK525 or RK526."""
    currency = node.attributes.get("Ccy", "")
    if not money.is_currency(currency):
        findings.refuse("RK525", node, f"amount without a currency (Ccy is {currency!r})")
        return None
    text = node.text.strip()
    match = _DECIMAL.fullmatch(text)
    if match is None or not (match.group(1) or match.group(2)):
        findings.refuse("RK526", node, f"{text!r} is not an amount", "expected digits and a point")
        return None
    whole, fraction = match.group(1) or "0", match.group(2) or ""
    places = money.exponent(currency)
    if len(whole.lstrip("0")) + len(fraction) > MAX_DIGITS or fraction[places:].strip("0"):
        findings.refuse(
            "RK526",
            node,
            f"{text} has more digits than an amount in {currency} can have",
            f"expected at most {MAX_DIGITS} digits, {places} of them decimals",
        )
        return None
    return int(whole + fraction[:places].ljust(places, "0")), currency


def signed(
    node: Node, findings: ElementFindings, *, indicator: Node | None
) -> tuple[int, str] | None:
    """The amount with the sign of a ``CdtDbtInd`` element (CRDT = in)."""
    found = amount(node, findings)
    if found is None or indicator is None:
        return found
    return (-found[0], found[1]) if indicator.text.strip() == "DBIT" else found


def day(node: Node, *names: str) -> date | None:
    """The date of the first of ``names`` (choice of Dt and DtTm), as the file writes it."""
    for name in names:
        text = node.value((name, "Dt"), (name, "DtTm"), (name,))
        if text:
            try:
                return date.fromisoformat(text[:10])
            except ValueError:
                return None
    return None


def account(node: Node | None) -> Account | None:
    """An account of any version: IBAN, ``Othr`` with its scheme, or the older kinds."""
    if node is None:
        return None
    iban = node.value(("Id", "IBAN"))
    if iban:
        return Account(_compact(iban), "iban")
    number = node.value(
        ("Id", "Othr", "Id"), ("Id", "BBAN"), ("Id", "PrtryAcct", "Id"), ("Id", "UPIC")
    )
    if not number:
        return None
    scheme = node.value(("Id", "Othr", "SchmeNm", "Prtry"), ("Id", "Othr", "SchmeNm", "Cd"))
    return Account(_compact(number), _scheme(scheme, node))


def _scheme(name: str, node: Node) -> AccountScheme:
    known: dict[str, AccountScheme] = {"BGNR": "bankgiro", "PGNR": "plusgiro", "BBAN": "bban"}
    if name.upper() in known:
        return known[name.upper()]
    return "bban" if node.value(("Id", "BBAN")) else "other"


def _compact(text: str) -> str:
    return re.sub(r"[\s-]", "", text).upper()


def party(details: Node, role: str) -> Party:
    """The party in ``role`` (``Dbtr`` or ``Cdtr``) of a transaction's related parties."""
    parties = details.first(("RltdPties",))
    if parties is None:
        return Party()
    person = parties.first((role, "Pty"), (role,))
    name = parties.value((role, "Pty", "Nm"), (role, "Nm"), (role, "Agt", "FinInstnId", "Nm"))
    ultimate = f"Ultmt{role}"
    name = name or parties.value((ultimate, "Pty", "Nm"), (ultimate, "Nm"))
    return Party(
        name=name,
        account=account(parties.first((f"{role}Acct",))),
        org_number=_org_number(person),
        address=_address(person),
        country=person.value(("PstlAdr", "Ctry")) if person else "",
    )


def _org_number(person: Node | None) -> str:
    if person is None:
        return ""
    return person.value(
        ("Id", "OrgId", "Othr", "Id"),
        ("Id", "OrgId", "PrtryId", "Id"),
        ("Id", "OrgId", "BkPtyId"),
        ("Id", "OrgId", "TaxIdNb"),
    )


def _address(person: Node | None) -> str:
    address = person.first(("PstlAdr",)) if person else None
    if address is None:
        return ""
    lines = [line.text.strip() for line in address.all("AdrLine")]
    street = " ".join(filter(None, (address.value(("StrtNm",)), address.value(("BldgNb",)))))
    town = " ".join(filter(None, (address.value(("PstCd",)), address.value(("TwnNm",)))))
    return ", ".join(filter(None, (*lines, street, town)))
