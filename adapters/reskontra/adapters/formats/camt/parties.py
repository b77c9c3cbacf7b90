"""Who paid or was paid, and the accounts of both: of any version, by local names.

A bankgiro or plusgiro number stands as another account with a scheme (BGNR, PGNR). Names are never
guessed: an agent (bank) counts as the party only where the file names it as the debtor or creditor.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from reskontra.adapters.formats.camt.stream import Node
from reskontra.engine.bank_file import Account, AccountScheme, Party

_SCHEMES: dict[str, AccountScheme] = {"BGNR": "bankgiro", "PGNR": "plusgiro", "BBAN": "bban"}
_ORGANISATION_SCHEMES = ("COID", "TXID")
"""Codes of numbers that an authority gave; a bank's own customer number comes after them."""

_NOBODY = Party()


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
    if node.value(("Id", "BBAN")):
        scheme = "BBAN"
    return Account(_compact(number), _SCHEMES.get(scheme.upper(), "other"))


def _compact(text: str) -> str:
    return re.sub(r"[\s-]", "", text).upper()


def counterparty(details: Node, role: str) -> tuple[Party, str]:
    """The party in ``role`` (``Dbtr`` or ``Cdtr``) of a transaction's related parties, and the name
    of the ultimate party where another one paid (or was paid) for it.

    What the party does not say is taken from the ultimate party of the same side.
    """
    parties = details.first(("RltdPties",))
    if parties is None:
        return _NOBODY, ""
    people = [
        person
        for person in (_person(parties, role), _person(parties, f"Ultmt{role}"))
        if person is not None
    ]
    held = parties.first((f"{role}Acct",))
    names = [person.value(("Nm",)) for person in people]
    name = next(filter(None, names), "") or (held.value(("Nm",)) if held else "")
    party = Party(
        name=name,
        account=account(held),
        org_number=_stated(_org_number, people),
        address=_stated(_address, people),
        country=_stated(_country, people),
    )
    ultimate = names[1] if len(names) > 1 else ""
    return party, "" if ultimate == name else ultimate


def _stated(what: Callable[[Node], str], people: Sequence[Node]) -> str:
    """What the first of ``people`` to state it states."""
    return next(filter(None, map(what, people)), "")


def _person(parties: Node, role: str) -> Node | None:
    """The party itself, or the bank that is party (the choices of version 08), or the element."""
    return parties.first((role, "Pty"), (role, "Agt", "FinInstnId"), (role,))


def _country(person: Node) -> str:
    return person.value(("PstlAdr", "Ctry"), ("CtryOfRes",))


def _org_number(person: Node) -> str:
    if person.first(("Id",)) is None:
        return ""
    others = person.all("Id", "OrgId", "Othr")
    for code in _ORGANISATION_SCHEMES:
        for other in others:
            if other.value(("SchmeNm", "Cd")) == code and (number := other.value(("Id",))):
                return number
    return person.value(
        ("Id", "OrgId", "Othr", "Id"),
        ("Id", "OrgId", "PrtryId", "Id"),
        ("Id", "OrgId", "BkPtyId"),
        ("Id", "OrgId", "TaxIdNb"),
    )


def _address(person: Node) -> str:
    address = person.first(("PstlAdr",))
    if address is None:
        return ""
    lines = [line.text.strip() for line in address.all("AdrLine")]
    street = " ".join(filter(None, (address.value(("StrtNm",)), address.value(("BldgNb",)))))
    town = " ".join(filter(None, (address.value(("PstCd",)), address.value(("TwnNm",)))))
    return ", ".join(filter(None, (*lines, street, town)))
