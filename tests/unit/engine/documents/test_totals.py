"""Totals of documents and their rounding, against the published vectors."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.published import rows

from reskontra.engine.documents.rounding import in_minor, rounded
from reskontra.engine.documents.totals import Totals, VatSum, totals_of
from reskontra.engine.ledger.base_amounts import in_base
from reskontra.engine.money import RoundingMode, parse_amount, round_to
from reskontra.engine.preferences.ledger import Rounding
from reskontra.engine.preferences.vat import VatCode


@dataclass(frozen=True)
class Line:
    net: int
    vat: VatCode | None


def minor(text: str) -> int:
    return parse_amount(text, "SEK")


def vat(percent: str) -> VatCode:
    return VatCode(percent, "", in_minor(Decimal(percent), "SEK"), "standard", "")


def test_totals_are_those_of_the_vectors() -> None:
    for row in rows("invoice_totals"):
        lines = [Line(minor(net), vat(rate)) for net, rate in json.loads(row["lines"])]
        step = row["rounding_step"]
        found = totals_of(lines, Rounding("nearest", minor(step)) if step else None)
        assert found.net == minor(row["net"]), row["name"]
        told = {one.code.id: one.vat for one in found.vats}
        assert told == {code: minor(amount) for code, amount in json.loads(row["vat"]).items()}
        assert found.net + found.vat == minor(row["total"]), row["name"]
        assert (found.rounding, found.amount) == (minor(row["rounding"]), minor(row["payable"]))


def test_vat_is_worked_out_on_the_sum_of_each_code() -> None:
    high, low = vat("25"), vat("6")
    lines = [Line(10_02, low), Line(2, high), Line(2, high), Line(2, high), Line(5_00, None)]
    found = totals_of(lines, None)
    assert found == Totals((VatSum(high, 6, 2), VatSum(low, 10_02, 60)), 15_08, 62, 0, 15_70)


def test_amounts_are_rounded_as_the_vectors_say() -> None:
    for row in rows("rounding"):
        amount, step = Decimal(row["amount"]), Decimal(row["step"])
        payable = round_to(amount, step)
        assert payable == Decimal(row["rounded"]), row["id"]
        assert in_minor(payable - amount, "SEK") == minor(row["difference"]), row["id"]
        whole = in_minor(amount, "SEK")
        assert rounded(whole, Rounding("nearest", minor(row["step"]))) == minor(row["rounded"])


@pytest.mark.parametrize(
    ("total", "precision", "rule", "payable"),
    [
        ("107.43", "1", "nearest", "107"),
        ("107.50", "1", "nearest", "108"),
        ("107.43", "1", "up", "108"),
        ("107.99", "1", "down", "107"),
        ("107.43", "0.05", "nearest", "107.45"),
        ("107.42", "0.05", "nearest", "107.40"),
        ("-107.50", "1", "nearest", "-108"),
        ("-107.43", "1", "up", "-108"),
        ("1234.50", "100", "nearest", "1200"),
        ("10.26", "0.5", "nearest", "10.50"),
    ],
)
def test_a_total_becomes_a_multiple_of_the_precision(
    total: str, precision: str, rule: RoundingMode, payable: str
) -> None:
    assert rounded(minor(total), Rounding(rule, minor(precision))) == minor(payable)


def test_what_is_not_rounded_stays() -> None:
    assert rounded(107_43, None) == 107_43


def test_base_amounts_know_the_decimals_of_both_currencies() -> None:
    assert in_base(1_000, "JPY", Decimal("0.0725"), "SEK") == 72_50
    assert in_base(100_00, "SEK", Decimal("13.8"), "JPY") == 1_380
    assert in_base(-10_05, "EUR", Decimal("11.5"), "SEK") == -115_58


@given(
    st.lists(st.tuples(st.integers(-(10**9), 10**9), st.sampled_from(["0", "6", "12", "25.5"]))),
    st.sampled_from([1, 5, 50, 100]),
)
def test_a_credit_note_mirrors_its_invoice(lines: list[tuple[int, str]], step: int) -> None:
    rounding = Rounding("nearest", step)
    found = totals_of([Line(net, vat(rate)) for net, rate in lines], rounding)
    mirrored = totals_of([Line(-net, vat(rate)) for net, rate in lines], rounding)
    assert found.net + found.vat + found.rounding == found.amount
    assert 2 * abs(found.rounding) <= step
    assert (mirrored.net, mirrored.vat, mirrored.amount) == (-found.net, -found.vat, -found.amount)
