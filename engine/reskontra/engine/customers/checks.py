"""What is wrong with a customer: identifiers, postcodes, accounts, and fields that need others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from reskontra.engine.customers.fields import ONE_DEFAULT, is_default_mark
from reskontra.engine.identifiers import check_account, check_party
from reskontra.engine.identifiers.postcodes import postcode_fault
from reskontra.engine.identifiers.verdict import Verdict
from reskontra.engine.money import parse_amount
from reskontra.engine.preferences.customers import Fields


class Finding(NamedTuple):
    """One thing that is wrong, and the field to look at."""

    code: str
    key: str
    message: str
    help: str = ""


ORGANISATIONS = {
    "SE": ("se_orgnr", "se_personnummer"), "NO": ("no_orgnr", "no_fodselsnummer"),
    "DK": ("dk_cvr", "dk_cpr"), "FI": ("fi_ytunnus", "fi_hetu"), "IS": ("is_kennitala",),
}  # fmt: skip
"""Country -> numbers that identify its companies and persons; others are not checked."""
_ACCOUNTS = {"bankgiro": "se_bankgiro", "plusgiro": "se_plusgiro"}
_FAULTS = {
    "INVALID_CHECKSUM": "its check digit is wrong", "INVALID_LENGTH": "its length is wrong",
    "INVALID_FORMAT": "it holds characters that do not belong there",
    "INVALID_COMPONENT": "a part of it does not exist",
}  # fmt: skip
_AMOUNTS = ("write_off_limit", "credit.limit")
_NATIONAL = {
    "e_invoice.b2c": "NO", "e_invoice.print": "SE", "finvoice.": "FI", "direct_debit.": "NL",
}  # fmt: skip
"""Fields that only customers of one country have."""


def findings(whole: Fields) -> Iterator[Finding]:
    """Everything wrong with a customer's effective fields.

    RK580 to RK588 a number, RK831 no name, RK833 a postcode, RK834 an amount, RK835 defaults of
    lists, RK836 a field that needs another, RK837 a required attribute without value.
    """
    if not str(whole.get("name", "")).strip():
        yield Finding("RK831", "name", "the customer has no name", "set name")
    for check in (_identifiers, _postcodes, _accounts, _amounts, _lists, _same_as_main, _needs):
        yield from check(whole)


def _said(whole: Fields, key: str) -> str:
    return str(whole.get(key, "")).strip()


def _places(whole: Fields) -> Iterator[str]:
    """The customer itself and each of its locations, as the beginning of keys."""
    yield ""
    ids = dict.fromkeys(key.split(".")[1] for key in whole if key.startswith("locations."))
    yield from (f"locations.{location}." for location in ids)


def _identifiers(whole: Fields) -> Iterator[Finding]:
    for place in _places(whole):
        country = _said(whole, f"{place}country") or _said(whole, "country")
        national = f"correct it, or the country, which is {country}"
        checks: tuple[tuple[str, Callable[[str], Verdict | None], str], ...] = (
            ("org_number", lambda text, c=country: _organisation(c, text), national),  # type: ignore[misc]
            ("vat_number", lambda text, c=country: _vat(c, text), national),  # type: ignore[misc]
            ("gln", lambda text: check_party("gln", text), "13 digits, the last one checks"),
            ("edi_code", _electronic, "a Peppol id: the scheme, a colon, the number"),
        )
        for name, check, by in checks:
            number = _said(whole, place + name)
            verdict = check(number) if number else None
            if verdict is not None and not verdict.valid:
                yield _wrong_number(place + name, number, verdict, by)


def _wrong_number(key: str, number: str, verdict: Verdict, help_: str) -> Finding:
    fault = _FAULTS.get(verdict.error, "it is not valid")
    return Finding(verdict.code, key, f"{key} '{number}': {fault}", help_)


def _organisation(country: str, number: str) -> Verdict | None:
    verdicts = [check_party(kind, number) for kind in ORGANISATIONS.get(country, ())]
    return next((v for v in verdicts if v.valid), verdicts[0] if verdicts else None)


def _vat(country: str, number: str) -> Verdict | None:
    """By the country that the number names, else by the customer's."""
    prefix = number[:2].upper()
    by = {"EL": "gr"}.get(prefix, prefix.lower()) if prefix.isalpha() else country.lower()
    try:
        return check_party(f"{by}_vat", number)
    except KeyError:
        return None


def _electronic(code: str) -> Verdict | None:
    named = code[:4].isdigit() and code[4:5] == ":"
    return check_party("peppol_id", code) if named else None


def _postcodes(whole: Fields) -> Iterator[Finding]:
    home = _said(whole, "country")
    for key in whole:
        if key.endswith("postcode") and _said(whole, key):
            country = _said(whole, f"{key.removesuffix('postcode')}country") or home
            fault = postcode_fault(country, _said(whole, key))
            if fault:
                yield Finding("RK833", key, fault, "correct it, or the country of the address")


def _accounts(whole: Fields) -> Iterator[Finding]:
    kinds = {
        key: _said(whole, f"{key}_type")
        for key in whole
        if key.startswith("payment_methods.") and key.endswith(".account")
    }
    for key, kind in (kinds | {"direct_debit.iban": "iban"}).items():
        number = _said(whole, key)
        if number and kind not in ("", "other"):
            verdict = check_account(_ACCOUNTS.get(kind, kind), number)
            if not verdict.valid:
                yield _wrong_number(key, number, verdict, f"checked by: {kind}")


def _amounts(whole: Fields) -> Iterator[Finding]:
    for key in _AMOUNTS:
        try:
            parse_amount(_said(whole, key) or "0", _said(whole, "currency"))
        except ValueError as error:
            yield Finding("RK834", key, f"{key}: {error}", "amounts are in the customer's currency")


def _lists(whole: Fields) -> Iterator[Finding]:
    """One default at most, exactly one of locations, and none that cannot be chosen."""
    for name in ONE_DEFAULT:
        marks = [k for k in whole if k.startswith(f"{name}.") and is_default_mark(k)]
        marked = [key.split(".")[1] for key in marks if whole[key] is True]
        if len(marked) > 1 or (name == "locations" and not marked):
            told = " and ".join(marked) or "none"
            wanted = "exactly one" if name == "locations" else "at most one"
            yield Finding(
                "RK835", name, f"default of {name}: {told}, but {wanted} is",
                f"set {name}.ID.default to true for one of them",
            )  # fmt: skip
        for one in marked:
            if whole.get(f"{name}.{one}.active") is False:
                yield Finding(
                    "RK835", f"{name}.{one}.active", f"{one} is the default and not active",
                    "make another the default first",
                )  # fmt: skip


def _same_as_main(whole: Fields) -> Iterator[Finding]:
    for same in [key for key, value in whole.items() if key.endswith(".same_as_main") and value]:
        beginning = same.removesuffix("same_as_main")
        for key in whole:
            if key.startswith(beginning) and key != same and _said(whole, key):
                yield Finding(
                    "RK836", key, f"{key} stands beside {same}, which takes it from the main one",
                    f"set {same} to false first",
                )  # fmt: skip


def _needs(whole: Fields) -> Iterator[Finding]:
    on = {key for key, value in whole.items() if value is True}
    peppol, service = "e_invoice.peppol" in on, "e_invoice.autoinvoice" in on
    b2c = "e_invoice.b2c" in on
    needs = (
        ("e_invoice.print", peppol and service, "e_invoice.peppol and e_invoice.autoinvoice"),
        ("e_invoice.exclude_pdf", peppol and (service or b2c),
         "e_invoice.peppol, and e_invoice.autoinvoice or e_invoice.b2c"),
        ("e_invoice.first_attachment", "e_invoice.exclude_pdf" in on, "e_invoice.exclude_pdf"),
        ("share_credit", "consolidate_balance" in on, "consolidate_balance"),
        ("dunning.blocked", bool(_said(whole, "dunning.reason")), "dunning.reason"),
    )  # fmt: skip
    for key, met, needed in needs:
        if key in on and not met:
            yield Finding("RK836", key, f"{key} needs {needed}", f"set {needed} too")
    yield from _national(whole)
    for key in whole:
        name = key.removeprefix("attributes.").removesuffix(".required")
        required = key == f"attributes.{name}.required" and whole[key] is True
        if required and f"attributes.{name}.value" not in whole:
            yield Finding(
                "RK837", f"attributes.{name}.value", f"the class wants the attribute {name}",
                f"set attributes.{name}.value",
            )  # fmt: skip


def _national(whole: Fields) -> Iterator[Finding]:
    home = _said(whole, "country")
    for key, value in whole.items():
        for beginning, country in _NATIONAL.items():
            if key.startswith(beginning) and value not in ("", False) and country != home:
                yield Finding(
                    "RK836", key, f"{key} is only for customers in {country}",
                    "take it back, or correct the country",
                )  # fmt: skip
