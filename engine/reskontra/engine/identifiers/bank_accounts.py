"""Bank accounts of the Nordic countries, IBAN, and the one form in which accounts are compared.

Check digits follow ISO 13616 and the national rules; whether an account exists only its bank knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from stdnum import iban as stdnum_iban
from stdnum.exceptions import ValidationError

from reskontra.engine.errors import ReskontraError
from reskontra.engine.identifiers.giro import bankgiro, plusgiro
from reskontra.engine.identifiers.se_account import read_se_account, se_account, se_iban
from reskontra.engine.identifiers.text import digits_error, grouped, without
from reskontra.engine.identifiers.verdict import Verdict, wrong
from reskontra.engine.references.check_digits import KID_WEIGHTS, CheckRule
from reskontra.engine.references.verdict import LABELS
from reskontra.engine.text import account_key

_NO_RULE = CheckRule("mod11", KID_WEIGHTS, remainder10="reject")
_LUHN = CheckRule("luhn10")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]+")
_DK_PARTS = re.compile(r"\s*([0-9A-Za-z]+)[-\s]+(.+)", re.DOTALL)
_PREFIXES = re.compile(r"^(BG|BANKGIRO|PG|PLUSGIRO)[:\s.]*", re.IGNORECASE)

IBAN_LENGTHS: dict[str, int] = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22,
    "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28,
    "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23,
    "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26,
    "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20,
    "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30,
    "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22,
    "SA": 24, "SC": 31, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23,
    "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}  # fmt: skip
"""Country -> characters of the whole IBAN (ISO 13616 registry)."""


def iban(text: str) -> Verdict:
    """An IBAN of a country in the registry, with canonical check digits.

    >>> iban("BE68 5390 0754 7034").normalized
    'BE68539007547034'
    """
    number = without(text, "-.").upper().removeprefix("IBAN:").removeprefix("IBAN")
    error = _iban_error(number)
    if error:
        return wrong(error)
    return Verdict(valid=True, normalized=number, formatted=grouped(number))


def _iban_error(number: str) -> str:
    if number and not _IBAN.fullmatch(number):
        return "INVALID_FORMAT"
    if number and number[:2] not in IBAN_LENGTHS:
        return "INVALID_COMPONENT"
    if not number or len(number) != IBAN_LENGTHS[number[:2]]:
        return "INVALID_LENGTH"
    try:
        # Belgium's own module refuses bank codes that the registry itself prints.
        stdnum_iban.validate(number, check_country=False)
    except ValidationError:
        return "INVALID_CHECKSUM"
    # 00, 01 and 99 are congruent to 97, 98 and 02: only 02 to 98 are canonical.
    return "INVALID_CHECKSUM" if number[2:4] in {"00", "01", "99"} else ""


def no_account(text: str) -> Verdict:
    """A Norwegian account of 11 digits.

    >>> no_account("86011117947").formatted
    '8601.11.17947'

    Where digits five and six are 00 the check digit may cover the last five digits only, and banks
    are not agreed; neither agreeing is a warning.
    """
    number = without(text, ".-")
    error = digits_error(number, range(11, 12))
    if error:
        return wrong(error)
    warning = ""
    if not _NO_RULE.holds(number[:-1], number[-1]):
        if number[4:6] != "00":
            return wrong("INVALID_CHECKSUM")
        if not _NO_RULE.holds(number[6:-1], number[-1]):
            warning = "the check digit agrees neither with all digits nor with the last five"
    shown = f"{number[:4]}.{number[4:6]}.{number[6:]}"
    return Verdict(valid=True, normalized=number, formatted=shown, warning=warning)


def dk_account(text: str) -> Verdict:
    """A Danish account: registration number of 4 digits and up to 10 digits, zero-filled.

    >>> dk_account("3000-12345678").formatted
    '3000 0012345678'
    """
    number = without(text, "-.")
    error = digits_error(number, range(5, 15))
    if error:
        return wrong(error)
    parts = _DK_PARTS.fullmatch(text)
    if parts and len(parts[1]) != 4:
        return wrong("INVALID_LENGTH")
    bank, account = number[:4], number[4:].zfill(10)
    return Verdict(valid=True, normalized=bank + account, formatted=f"{bank} {account}")


def fi_bban(text: str) -> Verdict:
    """A Finnish account in the old form, ``123456-785``, made to the 14 digits of the IBAN.

    >>> fi_bban("123456-785").normalized
    '12345600000785'

    Banks whose number begins with 4 or 5 put the filling zeros after the seventh digit.
    """
    number = without(text, "-.")
    error = digits_error(number, range(8, 15))
    if error:
        return wrong(error)
    head = 7 if number[0] in "45" else 6
    machine = number[:head] + number[head:].zfill(14 - head)
    if not _LUHN.holds(machine[:-1], machine[-1]):
        return wrong("INVALID_CHECKSUM")
    shown = f"{machine[:6]}-{machine[6:]}"
    return Verdict(valid=True, normalized=machine, formatted=shown)


ACCOUNT_KINDS: dict[str, Callable[[str], Verdict]] = {
    "se_bankgiro": bankgiro,
    "se_plusgiro": plusgiro,
    "se_account": se_account,
    "no_account": no_account,
    "dk_account": dk_account,
    "fi_bban": fi_bban,
    "iban": iban,
}
"""Kind of account -> its check."""


def check_account(kind: str, text: str) -> Verdict:
    """Check an account of a kind; ``KeyError`` for an unknown kind."""
    return ACCOUNT_KINDS[kind](text)


def bban_of(kind: str, national: str) -> str:
    """The national part of the IBAN; check the account first, here only its form matters.

    Raises ``ReskontraError`` (RK580 to RK583).
    """
    if kind == "se_account":
        account = read_se_account(national)
        if isinstance(account, str):
            raise _refused(account, f"'{national}' is not a Swedish account")
        bban = se_iban(account)
        if bban is None:
            raise _refused("INVALID_COMPONENT", f"no IBAN rule is known for {account.entry.bank}")
        return bban
    verdict = check_account(kind, national)
    if not verdict.valid:
        raise _refused(verdict.error, f"{kind} '{national}' is not valid")
    return verdict.normalized


def bban_to_iban(kind: str, national: str) -> str:
    """The IBAN of a national account.

    >>> bban_to_iban("no_account", "8601 11 17947")
    'NO9386011117947'

    Raises ``ReskontraError`` (RK580 to RK583), also for kinds that have no IBAN (giro numbers).
    """
    country = {"se_account": "SE", "no_account": "NO", "dk_account": "DK", "fi_bban": "FI"}.get(
        kind
    )
    if country is None:
        raise _refused("INVALID_COMPONENT", f"{kind} has no IBAN")
    bban = bban_of(kind, national)
    return country + stdnum_iban.calc_check_digits(f"{country}00{bban}") + bban


def compact_account(text: str) -> tuple[str, str]:
    """An account as payers write it -> what is compared and its kind; equal accounts, equal pairs.

    >>> compact_account("BG 991-2346"), compact_account("SE45 5000 0000 0583 9825 7466")
    (('9912346', 'se_bankgiro'), ('SE4550000000058398257466', 'iban'))
    >>> compact_account("012-34")
    ('01234', '')

    A national number without its country names no kind: the second part is then empty. Nothing is
    refused here, and no leading zero is dropped.
    """
    named = _PREFIXES.match(text.strip())
    number = account_key(text.strip()[named.end() :] if named else text)
    if named:
        return number, "se_bankgiro" if named[1][0] in "Bb" else "se_plusgiro"
    as_iban = iban(text)
    return (as_iban.normalized, "iban") if as_iban.valid else (number, "")


def _refused(label: str, message: str) -> ReskontraError:
    return ReskontraError.of(LABELS[label], message)
