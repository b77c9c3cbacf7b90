"""Every row of the published tables of bank accounts, IBANs and party identifiers."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from tests.published import rows

from reskontra.engine.identifiers import bban_of, bban_to_iban, check_account, check_party
from reskontra.engine.identifiers.se_clearing import RANGES


def named(name: str) -> list[Any]:
    return [pytest.param(row, id=row["id"]) for row in rows(name)]


@pytest.mark.parametrize("row", named("bank_account"))
def test_bank_account(row: dict[str, str]) -> None:
    verdict = check_account(row["kind"], row["input"])
    found = (verdict.valid, verdict.normalized, verdict.formatted, verdict.error)
    assert found == (row["valid"] == "true", row["normalized"], row["formatted"], row["error"])
    assert verdict.bank == row["bank"] or not row["bank"]
    assert verdict.warning == ""
    if verdict.valid:
        for same in (verdict.normalized, verdict.formatted):
            assert check_account(row["kind"], same) == verdict


@pytest.mark.parametrize("row", named("bban_to_iban"))
def test_iban_of_a_national_account(row: dict[str, str]) -> None:
    assert bban_of(row["kind"], row["national"]) == row["bban"]
    assert bban_to_iban(row["kind"], row["national"]) == row["iban"]
    assert check_account("iban", row["iban"]).valid


@pytest.mark.parametrize("row", named("party_identifier"))
def test_party_identifier(row: dict[str, str]) -> None:
    verdict = check_party(row["kind"], row["input"])
    assert (verdict.valid, verdict.error) == (row["valid"] == "true", row["error"])
    # Foreign VAT numbers and Peppol ids are published without a stored or a printed form.
    assert verdict.normalized == row["normalized"] or not row["normalized"]
    assert verdict.formatted == row["formatted"] or not row["formatted"]
    if not verdict.valid:
        assert (verdict.normalized, verdict.formatted) == ("", "")


def test_clearing_ranges_are_the_published_ones() -> None:
    published = [
        (int(r["from"]), int(r["to"]), int(r["account_type"]), int(r["comment"]))
        for r in rows("se_clearing_ranges")
    ]
    ours = [(r.first, r.last, r.account_type, r.comment) for r in RANGES]
    assert ours == published
    assert all(a.last < b.first for a, b in pairwise(RANGES))
