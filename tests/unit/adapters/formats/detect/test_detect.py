"""Kinds of files from their content, and what stands in place of a payment file."""

from __future__ import annotations

import io
import zipfile

import pytest
from tests.bgmax_files import Extra, Paid, data, records, section

from reskontra.adapters.formats.csv_table import CANONICAL
from reskontra.adapters.formats.detect import KINDS, detect, read_bank_file
from reskontra.adapters.formats.show import summary
from reskontra.engine.errors import ReskontraError

CAMT = '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"/>'


def packed() -> bytes:
    """A zip file, the same bytes at any time: tests are named by their content."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as folder:
        folder.writestr(zipfile.ZipInfo("bgmax.txt"), "01BGMAX")
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (data(records()), "bgmax"),
        (b"\xef\xbb\xbf\r\n" + data(records(), encoding="utf-8"), "bgmax"),
        (CAMT.encode(), "camt.054"),
        (CAMT.encode("utf-16"), "camt.054"),
        (CAMT.replace('<?xml version="1.0"?>', "").encode("utf-16-le"), "camt.054"),
        (CAMT.replace("camt.054", "camt.053").encode(), "camt.053"),
        (CAMT.replace("camt.054", "camt.029").encode(), "iso20022"),
        (b'<e xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.01">' + CAMT.encode(), "camt.054"),
        (CAMT.replace("camt.054", "pain.001").encode(), "pain.001"),
        (CAMT.replace("camt.054", "pain.002").encode(), "pain.002"),
        (b'<?xml version="1.0"?><!-- x --><Finvoice Version="3.0">', "finvoice"),
        (b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">', "ubl"),
        (b"<other/>", "xml"),
        (b"<!DOCTYPE html><html>", "html"),
        (b"<HTML><body>Log in", "html"),
        (b"01AUTOGIRO", "autogiro"),
        (b"0120261124AUTOGIRO", "autogiro"),
        (b"00909897".ljust(64) + b"BANKGIROT", "bankgirot-ocr"),
        (b"110009912346261124LEVERANT\xd6RSBETALNINGAR", "bankgirot-lb"),
        (b"NY00001000008080", "nets-ocr"),
        (b"T00322100", "tito"),
        (b"0" + b"1" * 89 + b"\r\n", "ktl"),
        (b"UNA:+.? 'UNB", "edifact"),
        (b":20:START", "mt940"),
        (b"{1:F01BANK}", "mt940"),
        (b"ABNANL2A\r\n940\r\nABNANL2A\r\n:20:X", "mt940"),
        (b"01,122099999,", "bai2"),
        (b"OFXHEADER:100", "ofx"),
        (b"<OFX><SIGNON>", "ofx"),
        (b"#FLAGGA 0", "sie"),
        (b"%PDF-1.4", "pdf"),
        (packed(), "zip"),
        (b"MZ\x90\0\x03", "binary"),
        (b"a;b;c\r\n1;2;3", "csv"),
        (b"hello", "text"),
    ],
)
def test_kinds(content: bytes, kind: str) -> None:
    assert detect(content) == kind
    assert kind in KINDS


@pytest.mark.parametrize(
    ("content", "code", "word"),
    [
        (b"", "RK500", "empty"),
        (b"MZ\x90\0\x03", "RK503", "NUL"),
        (b"%PDF-1.4", "RK504", "PDF"),
        (b"<html>Log in", "RK504", "web page"),
        (packed(), "RK504", "bgmax.txt"),
        (packed()[:40], "RK504", "damaged"),
        (b":20:START", "RK501", "MT940"),
        (b"a;b\n", "RK501", "layout"),
        (b"hello", "RK501", "unknown"),
        (CAMT.replace("camt.054", "camt.029").encode(), "RK501", "ISO 20022"),
    ],
)
def test_what_cannot_be_read_says_what_it_is(content: bytes, code: str, word: str) -> None:
    with pytest.raises(ReskontraError) as caught:
        read_bank_file(content, file="in.txt")
    (problem,) = caught.value.problems
    assert problem.code == code
    assert word in problem.message


def test_a_dialect_makes_it_csv_but_never_hides_another_kind() -> None:
    table = b"booking_date,amount,currency\n2026-11-20,1,SEK\n"
    file = read_bank_file(table, file="in.csv", dialect=CANONICAL, account="9912346")
    assert file.format == "csv:canonical"
    assert read_bank_file(data(records()), file="x", dialect=CANONICAL).format == "bgmax"


def test_a_summary_is_exact_text() -> None:
    rows = records(
        section(Paid(150, code="0", extras=(Extra("39859", 200), Extra("7", 50, "0", True)))),
        section(Paid(7, deduction="0"), Paid(10), currency="EUR", deposit=57),
    )
    found = summary(read_bank_file(data(rows), file="bg.txt"))
    assert found["counts"] == {
        "statements": 2, "transactions": 3, "booked": 3, "pending": 0, "information": 0,
        "references": 2,
    }  # fmt: skip
    assert found["sums"] == [
        {"currency": "EUR", "in": "0.10", "out": "-0.07", "net": "0.03"},
        {"currency": "SEK", "in": "1.50", "out": "0.00", "net": "1.50"},
    ]
    (line,) = found["statements"][0]["transactions"]
    assert [r["amount"] for r in line["references"]] == ["2.00", "-0.50"]
    assert [w["code"] for w in found["warnings"]] == ["RK600"]


def test_the_canonical_csv_layout_is_known_by_its_header() -> None:
    data = b"id,booking_date,amount,currency\nX1,2026-11-24,499.00,SEK\n"
    (statement,) = read_bank_file(data, file="b.csv", account="9912346").statements
    assert [t.amount for t in statement.transactions] == [49900]
