"""Swedish bank accounts (bankkonto): clearing number and account, and their form as IBAN.

Bankgirot's two account types with their comments decide which digits the check digit covers. For
Swedbank 8xxx and Plusgirot accounts exist that no check digit confirms: those get a warning, not an
error. Swedbank's fifth clearing digit is itself a check digit and is left out in bank files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from reskontra.engine.identifiers.se_clearing import Clearing, clearing
from reskontra.engine.identifiers.text import grouped_from_right, without
from reskontra.engine.identifiers.verdict import Verdict, wrong
from reskontra.engine.references.check_digits import ACCOUNT_WEIGHTS, CheckRule

_LUHN = CheckRule("luhn10")
_MOD11 = CheckRule("mod11", ACCOUNT_WEIGHTS, remainder10="reject")
_FIVE = re.compile(r"\s*(8\d{3})[-\s]?(\d)[\s,]+(.*)", re.DOTALL)
_FIVE_DASHED = re.compile(r"\s*(8\d{3})-(\d)[-\s,]*(.*)", re.DOTALL)
UNCONFIRMED = "the check digit does not agree; a few accounts of this bank have none"


@dataclass(frozen=True, slots=True)
class SeAccount:
    """The parts of an account."""

    clearing: str
    """Four digits."""
    fifth: str
    """Swedbank's check digit of the clearing number; empty elsewhere or when it was left out."""
    number: str
    entry: Clearing

    @property
    def normalized(self) -> str:
        """Digits only for type 1; type 2 keeps a blank between the parts."""
        if self.entry.account_type == 1:
            return self.clearing + self.number
        return " ".join(filter(None, (self.clearing, self.fifth, self.number)))

    @property
    def formatted(self) -> str:
        """The print form."""
        if not self.fifth:
            return f"{self.clearing}-{self.number}"
        body = grouped_from_right(self.number[:-1], 3)
        return f"{self.clearing}-{self.fifth}, {body}-{self.number[-1]}"


def se_account(text: str) -> Verdict:
    """A Swedish bank account with its clearing number.

    >>> se_account("8214-9 923472612-4").formatted
    '8214-9, 923 472 612-4'
    """
    account = read_se_account(text)
    if isinstance(account, str):
        return wrong(account)
    bank = account.entry.bank
    if account.fifth and not _LUHN.holds(account.clearing, account.fifth):
        return wrong("INVALID_CHECKSUM", bank)
    warning = ""
    if not _confirmed(account):
        if account.entry.account_type == 1 or account.entry.comment != 3:
            return wrong("INVALID_CHECKSUM", bank)
        warning = UNCONFIRMED
    return Verdict(
        valid=True,
        normalized=account.normalized,
        formatted=account.formatted,
        bank=bank,
        warning=warning,
    )


def read_se_account(text: str) -> SeAccount | str:
    """The parts without testing check digits, or the label of what is wrong."""
    digits = without(text, "-.,")
    if digits and not (digits.isascii() and digits.isdigit()):
        return "INVALID_FORMAT"
    if len(digits) < 6:
        return "INVALID_LENGTH"
    entry = clearing(int(digits[:4]))
    if entry is None:
        return "INVALID_COMPONENT"
    fifth, number = _fifth(text, digits) if entry.bank == "Swedbank" else ("", digits[4:])
    if entry.account_type == 2 and entry.comment == 2:
        number = number.zfill(9) if len(number) == 8 else number
    account = SeAccount(digits[:4], fifth if _has_fifth(entry) else "", number, entry)
    return account if len(account.number) in _lengths(entry) else "INVALID_LENGTH"


def se_iban(account: SeAccount) -> str | None:
    """The account part of the IBAN: bank code and 17 digits; None where no rule is published."""
    entry = account.entry
    if not entry.iban_code:
        return None
    if _has_fifth(entry):
        number = account.clearing + _LUHN.digits(account.clearing) + account.number.zfill(10)
    elif entry.account_type == 1 or entry.bank == "Sparbanken Syd":
        number = account.clearing + account.number
    else:
        number = account.number
    return entry.iban_code + number.zfill(17)


def _has_fifth(entry: Clearing) -> bool:
    return 8000 <= entry.first <= 8999


def _lengths(entry: Clearing) -> range:
    if entry.account_type == 1:
        return range(7, 8)
    return {1: range(10, 11), 2: range(9, 10)}.get(entry.comment, range(2, 11))


def _fifth(text: str, digits: str) -> tuple[str, str]:
    """The fifth clearing digit and the account; written signs decide, else the check digits."""
    if digits[0] != "8":
        return "", digits[4:]
    written = _FIVE_DASHED.fullmatch(text) or _FIVE.fullmatch(text)
    five, four = (digits[4], digits[5:]), ("", digits[4:])
    if (written and without(written[3], "-.,")) or len(digits) > 14:
        return five
    if len(digits) == 14 and _LUHN.holds(digits[4:-1], digits[-1]):
        return four
    five_fits = _LUHN.holds(digits[:4], digits[4]) and _LUHN.holds(digits[5:-1], digits[-1])
    return five if five_fits else four


def _confirmed(account: SeAccount) -> bool:
    entry = account.entry
    if entry.account_type == 1:
        covered = account.clearing[1 if entry.comment == 1 else 0 :] + account.number
        return _MOD11.holds(covered[:-1], covered[-1])
    rule = _MOD11 if entry.comment == 2 else _LUHN
    return rule.holds(account.number[:-1], account.number[-1])
