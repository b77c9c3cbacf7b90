"""One payment of a BgMax file: the money, its references with the bank's verdict, and who paid.

The reference code of the bank comes first and our own check digit second: Autogiro references need
not be OCR numbers at all, and a reference that fails on its length can have a right check digit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from reskontra.adapters.formats.bgmax.records import Record
from reskontra.adapters.formats.findings import Findings
from reskontra.engine.bank_file import Account, Party, Reference, ReferenceKind, Transaction
from reskontra.engine.money import exact

Verdict = Literal["valid", "invalid", "unchecked"]

_MEANING: dict[str, tuple[ReferenceKind, Verdict]] = {
    "0": ("free", "unchecked"),
    "1": ("free", "unchecked"),
    "2": ("payment_reference", "valid"),
    "3": ("free", "unchecked"),
    "4": ("payment_reference", "unchecked"),
    "5": ("payment_reference", "invalid"),
}
"""Reference code: 0 references follow, 1 none readable, 2 right, 3 free text, 4 taken without an
OCR agreement, 5 wrong."""
_CHANNELS = frozenset("1234")
"""1 bank, 2 supplier payment, 3 paper form, 4 Autogiro."""
_AUTOGIRO = "4"
_DEDUCTIONS = frozenset("012")
"""0 whole, nothing left; 1 part, a rest remains; 2 last part."""
_DOUBLED = bytes.maketrans(b"0123456789", b"0246813579")
"""Twice the digit, its digits added up."""
_LIST = re.compile(r"[,;\s]+")
_UNKNOWN_BANKGIRO = "0000000000"
_NO_PARTY = Party()


@dataclass(slots=True)
class Draft:
    """A payment that is being read: its record 20 or 21 and the details behind it."""

    line: int
    fields: Sequence[str]
    extras: list[tuple[int, Sequence[str]]] = field(default_factory=list)
    """Fields of records 22 and 23 with their lines."""
    written: list[Record] = field(default_factory=list)
    """Records 25 to 29 as they are: texts, name, address, organisation number."""

    @property
    def amount(self) -> int:
        """Öre, negative for a deduction."""
        amount = int(self.fields[3])
        return amount if self.fields[0] == "20" else -amount


def transaction(
    draft: Draft, *, booking_date: date, currency: str, deposit: str, findings: Findings
) -> Transaction:
    """The finished record; warns about codes, check digits, part sums and organisation numbers."""
    _, _, _, _, code, channel, serial, _, _ = draft.fields
    _check_codes(draft.line, draft.fields, findings)
    bank_code = channel if draft.fields[0] == "20" else f"{channel}/D{draft.fields[8]}"
    extras = [_extra(line, parts, draft, findings) for line, parts in draft.extras]
    return Transaction(
        line=draft.line,
        booking_date=booking_date,
        value_date=None,
        amount=draft.amount,
        currency=currency,
        bank_reference=serial if serial.strip("0") else "",
        batch_id=deposit,
        bank_code=bank_code,
        counterparty=_party(draft, findings),
        references=(
            *_own_references(draft, code, channel, extras, findings),
            *_checked(draft, extras, currency, findings),
        ),
        text=tuple([text[2:52].strip() for _, text in draft.written if text[:2] == "25"]),
    )


def _own_references(
    draft: Draft, code: str, channel: str, extras: Sequence[Reference], findings: Findings
) -> list[Reference]:
    """The reference of record 20 itself; a list of free references becomes several.

    References that the extra records repeat are left to them: those carry amounts and verdicts.
    """
    value = draft.fields[2].strip()
    if not value:
        return []
    kind, verdict = _MEANING.get(code, ("free", "unchecked"))
    if kind == "payment_reference":
        _check_digit(value, draft.line, code, channel, findings)
        return [Reference(value, kind, None, verdict)]
    named = {extra.value for extra in extras}
    pieces = _LIST.split(value)
    if named.issuperset(pieces):
        return []
    if "," in value or ";" in value:
        return [Reference(p, "free") for p in dict.fromkeys(pieces) if p and p not in named]
    return [Reference(value, "free")]


def _extra(line: int, parts: Sequence[str], draft: Draft, findings: Findings) -> Reference:
    """Record 22 (plus) or 23 (minus: a credit note); amount 0 = not known."""
    _check_codes(line, parts, findings)
    value, code, channel = parts[2].strip(), parts[4], parts[5]
    kind, verdict = _MEANING.get(code, ("free", "unchecked"))
    minus = parts[0] == "23"
    if kind == "payment_reference" and value:
        _check_digit(value, line, code, channel, findings)
    elif minus:
        kind = "credit_note"
    amount = int(parts[3])
    if minus != (draft.fields[0] == "21"):
        amount = -amount
    return Reference(value, kind, amount or None, verdict)


def _checked(
    draft: Draft, extras: list[Reference], currency: str, findings: Findings
) -> list[Reference]:
    """Compare the part amounts with the payment where every part is known."""
    known = [extra.amount for extra in extras if extra.amount is not None]
    if known and len(known) == len(extras) and sum(known) != draft.amount:
        findings.warn(
            "RK564",
            f"the extra references add up to {exact(sum(known), currency)}, the payment is "
            f"{exact(draft.amount, currency)}",
            draft.line,
            help="the payer's list does not explain the amount; look at it before it is applied",
        )
    return [extra for extra in extras if extra.value]


def _check_digit(value: str, line: int, code: str, channel: str, findings: Findings) -> None:
    if code != "2" or channel == _AUTOGIRO:
        return
    if value.isascii() and value.isdigit() and _has_check_digit(value):
        return
    findings.warn(
        "RK562",
        f"the bank calls reference {value} right, but its check digit (modulus 10) is not",
        line,
        help="the bank's word counts; ask the bank when many references of a file are like this",
    )


def _has_check_digit(value: str) -> bool:
    """Modulus 10 over the codes of the digits: ten times as fast as the general rule, for files
    with a million payments.
    """
    digits = value.encode()
    total = sum(digits[-1::-2]) + sum(digits[-2::-2].translate(_DOUBLED))
    return (total - ord("0") * len(digits)) % 10 == 0


def _check_codes(line: int, parts: Sequence[str], findings: Findings) -> None:
    """Warn about code values that the manual reserves; the payment stays."""
    if parts[4] in _MEANING and parts[5] in _CHANNELS and parts[7] in "01" and parts[0] != "21":
        return
    faults = []
    if parts[4] not in _MEANING:
        faults.append(f"reference code {parts[4]} (expected 0-5)")
    if parts[5] not in _CHANNELS:
        faults.append(f"payment channel {parts[5]} (expected 1-4)")
    if parts[7] not in "01":
        faults.append(f"image flag {parts[7]} (expected 0 or 1)")
    if parts[0] == "21" and parts[8] not in _DEDUCTIONS:
        faults.append(f"deduction code {parts[8]!r} (expected 0-2)")
    for fault in faults:
        findings.warn(
            "RK565",
            f"reserved value in record {parts[0]}: {fault}",
            line,
            help="the payment was kept; its reference counts as free text unless the bank's code "
            "is known",
        )


def _party(draft: Draft, findings: Findings) -> Party:
    bankgiro = draft.fields[1]
    account = None
    if bankgiro != _UNKNOWN_BANKGIRO:
        number = bankgiro.lstrip("0")
        account = Account(number, "bankgiro" if 7 <= len(number) <= 8 else "other")
    if not draft.written:
        return Party(account=account) if account else _NO_PARTY
    name = street = place = land = country = org_number = ""
    for line, text in draft.written:
        kind = text[:2]
        if kind == "26":
            name = f"{text[2:37].strip()} {text[37:72].strip()}".strip()
        elif kind == "27":
            street, place = text[2:37].strip(), text[37:46].strip()
        elif kind == "28":
            place = f"{place} {text[2:37].strip()}".strip()
            land, country = text[37:72].strip(), text[72:74].strip()
        elif kind == "29":
            org_number = _org_number(text[2:14].strip(), line, findings)
    address = ", ".join(filter(None, (street, place, land)))
    return Party(name, account, org_number, address, country)


def _org_number(number: str, line: int, findings: Findings) -> str:
    """Ten digits where the field holds ``00`` and ten digits; kept as written when it is odd."""
    if not number:
        return ""
    if len(number) not in {10, 12} or not (number.isascii() and number.isdigit()):
        findings.warn(
            "RK563",
            f"organisation number {number!r} has {len(number)} characters, expected 10 or 12 "
            "digits",
            line,
            help="the number was kept as written and will not find a customer",
        )
        return number
    return number[2:] if len(number) == 12 and number.startswith("00") else number
