"""What the published tables leave out: other banks, other lengths, other ways of writing."""

from __future__ import annotations

import pytest

from reskontra.engine.errors import ReskontraError
from reskontra.engine.identifiers import (
    bban_to_iban,
    check_account,
    check_party,
    compact_account,
)
from reskontra.engine.identifiers.se_clearing import RANGES, Clearing, clearing
from reskontra.engine.references.check_digits import ACCOUNT_WEIGHTS, CheckRule

MOD11 = CheckRule("mod11", ACCOUNT_WEIGHTS, remainder10="reject")
LUHN = CheckRule("luhn10")


def account_of(entry: Clearing) -> str:
    """An account of this bank with a right check digit."""
    number = str(entry.first)
    for serial in range(123456, 123476):
        if entry.account_type == 1:
            covered = number[1:] if entry.comment == 1 else number
            rule, body, base = MOD11, f"{serial:06}", f"{covered}{serial:06}"
        else:
            body = f"{serial:08}" if entry.comment == 2 else f"{serial:09}"
            rule, base = (MOD11 if entry.comment == 2 else LUHN), body
        try:
            return number + body + rule.digits(base)
        except ValueError:
            continue
    raise AssertionError(entry)


@pytest.mark.parametrize("entry", RANGES, ids=lambda entry: str(entry.first))
def test_accounts_of_every_bank(entry: Clearing) -> None:
    good = account_of(entry)
    verdict = check_account("se_account", good)
    assert (verdict.valid, verdict.bank, verdict.warning) == (True, entry.bank, "")
    wrong = good[:-1] + str((int(good[-1]) + 1) % 10)
    bad = check_account("se_account", wrong)
    if entry.account_type == 2 and entry.comment == 3:
        assert bad.valid
        assert bad.warning
    else:
        assert (bad.valid, bad.error) == (False, "INVALID_CHECKSUM")
    if entry.iban_code:
        iban = bban_to_iban("se_account", good)
        assert check_account("iban", iban).valid
        assert iban[4:7] == entry.iban_code


def test_clearing_numbers_between_the_ranges_belong_to_nobody() -> None:
    assert [clearing(n) for n in (1000, 2200, 9999)] == [None, None, None]


def test_clearing_3410_is_nordea() -> None:
    """Peer: a library gives the whole of 3400 to 3499 to Länsförsäkringar."""
    found = clearing(3410)
    assert found
    assert found.bank == "Nordea"


@pytest.mark.parametrize(
    "text", ["8351-9,392 242 224-5", "8351-93922422245", "835193922422245", "8351 9 3922422245"]
)
def test_swedbank_with_its_fifth_digit(text: str) -> None:
    assert check_account("se_account", text).normalized == "8351 9 3922422245"


def test_swedbank_as_bank_files_write_it() -> None:
    verdict = check_account("se_account", "83513922422245")
    assert (verdict.valid, verdict.formatted) == (True, "8351-3922422245")
    assert bban_to_iban("se_account", "83513922422245") == bban_to_iban(
        "se_account", "8351-9,392 242 224-5"
    )


def test_swedbank_prints_a_wrong_iban() -> None:
    """Peer: the bank's own example fails modulus 97."""
    assert check_account("iban", "SE28 8000 0832 7900 0001 2345").error == "INVALID_CHECKSUM"


@pytest.mark.parametrize("text", ["9999 00 00006", "8601 00 17946", "8601 00 00000"])
def test_norwegian_account_with_two_zeros_is_never_an_error(text: str) -> None:
    verdict = check_account("no_account", text)
    assert verdict.valid
    assert (verdict.warning == "") == (text in {"9999 00 00006", "8601 00 00000"})


@pytest.mark.parametrize(
    ("kind", "text", "error"),
    [
        ("iban", "", "INVALID_LENGTH"),
        ("iban", "SE", "INVALID_FORMAT"),
        ("iban", "SE45-5000!", "INVALID_FORMAT"),
        ("se_bankgiro", "", "INVALID_LENGTH"),
        ("se_bankgiro", "123456789", "INVALID_LENGTH"),
        ("se_plusgiro", "000", "INVALID_COMPONENT"),
        ("se_account", "", "INVALID_LENGTH"),
        ("se_account", "33001212", "INVALID_LENGTH"),
        ("dk_account", "", "INVALID_LENGTH"),
        ("dk_account", "0040 12345678901", "INVALID_LENGTH"),
        ("fi_bban", "123456-786", "INVALID_CHECKSUM"),
        ("fi_bban", "12-3", "INVALID_LENGTH"),
    ],
)
def test_wrong_accounts(kind: str, text: str, error: str) -> None:
    assert check_account(kind, text).error == error


def test_finnish_banks_that_fill_after_the_seventh_digit() -> None:
    body = "4050001234567"
    machine = body + LUHN.digits(body)
    assert check_account("fi_bban", f"{machine[:6]}-{machine[6:]}").normalized == machine
    short = check_account("fi_bban", "405000-12347")
    assert short.normalized[:7] == "4050001" or not short.valid


def test_what_has_no_iban() -> None:
    with pytest.raises(ReskontraError, match="RK583"):
        bban_to_iban("se_bankgiro", "991-2346")
    with pytest.raises(ReskontraError, match="RK583"):
        bban_to_iban("se_account", account_of(RANGES[-2]))
    with pytest.raises(KeyError):
        check_account("se_iban", "1")


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("991-2346", "9912346"),
        ("BG: 991-2346", "bankgiro 9912346"),
        ("8601.11.17947", "8601 11 17947"),
        ("no93 8601 1117 947", "NO9386011117947"),
        ("0040 0440116243", "0040-0440116243"),
    ],
)
def test_equal_accounts_compare_equal(text: str, same: str) -> None:
    assert compact_account(text) == compact_account(same)


def test_accounts_of_different_kinds_differ() -> None:
    assert compact_account("BG 9912346") != compact_account("PG 9912346")
    assert compact_account("01234") != compact_account("1234")


@pytest.mark.parametrize(
    ("kind", "text", "normalized"),
    [
        ("se_orgnr", "16 556047-3521", "5560473521"),
        ("se_orgnr", "01-556047-3521", "5560473521"),
        ("no_vat", "988077917MVA", "988077917MVA"),
        ("de_vat", "DE 136 695 976", "DE136695976"),
        ("be_vat", "BE 0428759497", "BE0428759497"),
        ("fi_vat", "FI 20774740", "FI20774740"),
        ("fi_ovt", "003720774740", "003720774740"),
        ("ch_vat", "CHE-107.787.577 MWST", "CHE107787577MWST"),
        ("gln", "73 00010 00000 1", "7300010000001"),
        ("peppol_id", "0096:1234567890", "0096:1234567890"),
        ("peppol_id", "9955:SE556047352101", "9955:SE556047352101"),
        ("peppol_id", "0209:13-79", "0209:13-79"),
    ],
)
def test_parties(kind: str, text: str, normalized: str) -> None:
    verdict = check_party(kind, text)
    assert (verdict.valid, verdict.normalized) == (True, normalized)


@pytest.mark.parametrize(
    ("kind", "text", "error"),
    [
        ("fi_ovt", "0036207747401", "INVALID_COMPONENT"),
        ("fi_ovt", "0037A0774740", "INVALID_FORMAT"),
        ("fi_ovt", "", "INVALID_LENGTH"),
        ("gln", "", "INVALID_LENGTH"),
        ("se_vat", "", "INVALID_LENGTH"),
        ("is_kennitala", "450401-3151", "INVALID_FORMAT"),
        ("peppol_id", "7300010000001", "INVALID"),
        ("peppol_id", "0192:987654321", "INVALID"),
        ("peppol_id", "0096:12345", "INVALID"),
        ("peppol_id", "0007:5560 473521", "INVALID"),
    ],
)
def test_wrong_parties(kind: str, text: str, error: str) -> None:
    verdict = check_party(kind, text)
    assert (verdict.error, verdict.code != "") == (error, True)


def test_a_wrong_participant_has_a_code_of_its_own() -> None:
    assert check_party("peppol_id", "0007:5560473522").code == "RK588"
    assert not check_party("peppol_id", "0007:5560473521").code


def test_a_number_of_a_natural_person_is_a_warning() -> None:
    assert check_party("se_orgnr", "121212123" + LUHN.digits("121212123")).warning
    assert not check_party("se_orgnr", "556047-3521").warning


def test_unknown_kinds_are_our_fault() -> None:
    for kind in ("xx_vat", "se_shoe_size", "vat"):
        with pytest.raises(KeyError):
            check_party(kind, "1")
