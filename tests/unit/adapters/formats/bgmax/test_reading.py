"""BgMax: the values of every record kind, and the shapes in which files arrive."""

from __future__ import annotations

import time
from datetime import date

import pytest
from tests.bgmax_files import START, Extra, Paid, data, records, section

from reskontra.adapters.formats import bgmax
from reskontra.engine.bank_file import Account, BankFile, Reference

ROWS = records(
    section(
        Paid(
            180000, code="0", channel="2", serial=18, org_number="005500001234",
            extras=(Extra("665760"), Extra("665869", 150000), Extra("74450", 5000, "0", True)),
            texts=("Betalning 665760", " Faktura"), name="Kalles Plåt AB", extra_name="c/o Olle",
            street="Storgatan 2", post_code="12345", town="Storåker", country="NORGE",
            country_code="NO",
        ),
        Paid(50000, "89853", code="3", deduction="0", serial=19),
    ),
)  # fmt: skip


def read(rows: list[str], **shape: str) -> BankFile:
    return bgmax.read(data(rows, **shape), file="bg.txt")


def codes(file: BankFile) -> list[str]:
    return [problem.code for problem in file.warnings]


def test_the_file_and_its_section() -> None:
    file = read(ROWS)
    assert (file.format, file.message_id) == ("bgmax", "20261120183000000000")
    assert (file.created, file.test) == ("2026-11-20T18:30:00.000000", False)
    (statement,) = file.statements
    assert statement.account == Account("9912346", "bankgiro")
    assert (statement.kind, statement.id, statement.currency) == (
        "details", "2026-11-20/00056", "SEK",
    )  # fmt: skip
    assert (statement.line, statement.bank_total) == (2, 130000)
    assert statement.booking_date == date(2026, 11, 20)


def test_a_payment_with_everything() -> None:
    line = read(ROWS).statements[0].transactions[0]
    assert (line.line, line.amount, line.currency) == (3, 180000, "SEK")
    assert (line.bank_reference, line.batch_id, line.bank_code) == ("000000000018", "00056", "2")
    assert line.references == (
        Reference("665760", "payment_reference", None, "valid"),
        Reference("665869", "payment_reference", 150000, "valid"),
        Reference("74450", "credit_note", -5000, "unchecked"),
    )
    assert line.text == ("Betalning 665760", "Faktura")
    party = line.counterparty
    assert (party.name, party.org_number) == ("Kalles Plåt AB c/o Olle", "5500001234")
    assert (party.address, party.country) == ("Storgatan 2, 12345 Storåker, NORGE", "NO")
    assert party.account == Account("3783511", "bankgiro")


def test_a_deduction_is_money_out() -> None:
    line = read(ROWS).statements[0].transactions[1]
    assert (line.amount, line.bank_code) == (-50000, "1/D0")
    assert line.references == (Reference("89853", "free"),)


@pytest.mark.parametrize(
    ("code", "kind", "verdict"),
    [
        ("0", "free", "unchecked"),
        ("1", "free", "unchecked"),
        ("2", "payment_reference", "valid"),
        ("3", "free", "unchecked"),
        ("4", "payment_reference", "unchecked"),
        ("5", "payment_reference", "invalid"),
        ("7", "free", "unchecked"),
    ],
)
def test_reference_codes(code: str, kind: str, verdict: str) -> None:
    file = read(records(section(Paid(100, "39859", code))))
    (found,) = file.statements[0].transactions[0].references
    assert (found.kind, found.bank_verdict) == (kind, verdict)
    assert ("RK565" in codes(file)) == (code == "7")


def test_a_list_in_the_reference_field_is_several_references() -> None:
    paid = Paid(3000, "8012577,8013575", "3")
    found = read(records(section(paid))).statements[0].transactions[0].references
    assert [reference.value for reference in found] == ["8012577", "8013575"]


def test_a_list_that_extra_records_repeat_is_left_to_them() -> None:
    paid = Paid(3000, "8012577 8013575", "3", extras=(Extra("8012577"), Extra("8013575")))
    found = read(records(section(paid))).statements[0].transactions[0].references
    assert [(r.value, r.bank_verdict) for r in found] == [
        ("8012577", "valid"),
        ("8013575", "valid"),
    ]


@pytest.mark.parametrize(
    "shape",
    [
        {"end": "\n"},
        {"end": "\r"},
        {"end": ""},
        {"encoding": "utf-8"},
        {"encoding": "utf-8-sig"},
        {"end": "", "encoding": "utf-8"},
    ],
)
def test_every_shape_says_the_same(shape: dict[str, str]) -> None:
    assert read(ROWS, **shape) == read(ROWS)


def test_blanks_at_the_end_of_records_may_be_gone() -> None:
    assert read([row.rstrip() for row in ROWS]) == read(ROWS)
    assert bgmax.read(data(ROWS) + b"\r\n\x1a", file="bg.txt") == read(ROWS)


def test_plusgiro_where_the_bankgiro_is_zero_and_only_there() -> None:
    only = read(records(section(Paid(1), bankgiro="0", plusgiro="0000123453")))
    both = read(records(section(Paid(1), plusgiro="0000123453")))
    assert only.statements[0].account == Account("123453", "plusgiro")
    assert both.statements[0].account == Account("9912346", "bankgiro")


def test_an_unknown_payer_has_no_account() -> None:
    party = read(records(section(Paid(1, bankgiro="0")))).statements[0].transactions[0].counterparty
    assert party.account is None


def test_a_file_without_sections_is_a_day_without_payments() -> None:
    assert read(records()).statements == ()


def test_the_test_flag() -> None:
    file = read(records(section(Paid(1)), start=START[:-1] + "T"))
    assert file.test
    assert "RK508" in codes(file)


@pytest.mark.parametrize(
    ("rows", "code", "line"),
    [
        (records(section(Paid(1, "39853"))), "RK562", 3),
        (records(section(Paid(1, org_number="00550000432"))), "RK563", 4),
        (records(section(Paid(5, code="0", extras=(Extra("39859", 4),)))), "RK564", 3),
        (records(section(Paid(1, channel="9"))), "RK565", 3),
        (records(section(Paid(1, deduction="7"), Paid(5))), "RK565", 3),
        (records(section(Paid(1)), ["24x"]), "RK561", 5),
    ],
)
def test_warnings_name_their_line(rows: list[str], code: str, line: int) -> None:
    found = [p for p in read(rows).warnings if p.code == code]
    assert [p.place.line for p in found if p.place] == [line]


@pytest.mark.parametrize(
    "paid",
    [
        Paid(5, "39853", channel="4"),
        Paid(140000, code="0", extras=(Extra("39859", 190000), Extra("7", 50000, "0", True))),
        Paid(5, code="0", extras=(Extra("39859"), Extra("26", 4, "3"))),
        Paid(5, org_number="5500001234"),
    ],
    ids=["autogiro", "credit note", "a part is unknown", "ten digits"],
)
def test_nothing_to_warn_about(paid: Paid) -> None:
    assert codes(read(records(section(paid)))) == ["RK600"]


def test_damaged_letters_are_reported_once() -> None:
    rows = records(section(Paid(1, name="Kalles Pl�t"), Paid(1, name="f�rg")))
    assert codes(read(rows, encoding="utf-8")).count("RK505") == 1
    double = data(records(section(Paid(1, name="Plåt"))), encoding="utf-8").decode("latin-1")
    assert "RK505" in codes(bgmax.read(double.encode("utf-8"), file="bg.txt"))


def test_a_thousand_equal_warnings_stay_readable() -> None:
    file = read(records(section(*(Paid(1, "39853") for _ in range(1000)))))
    found = [p for p in file.warnings if p.code == "RK562"]
    assert len(found) == 21
    assert found[-1].message.startswith("980 more")


def test_work_grows_with_the_file_and_no_faster() -> None:
    def seconds(payments: int) -> float:
        content = data(records(section(*[Paid(1, "39859", name="Kalle")] * payments)))
        times = []
        for _ in range(3):
            start = time.process_time()
            bgmax.read(content, file="bg.txt")
            times.append(time.process_time() - start)
        return min(times)

    assert seconds(8000) < 8 * max(seconds(2000), 0.01)
