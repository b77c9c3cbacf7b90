"""The accounts that the countries ship are those of the published roles and bookings."""

from __future__ import annotations

import pytest
from tests.published import rows

from reskontra.config import files
from reskontra.config.schemas import account_roles
from reskontra.engine.money import parse_amount

COUNTRIES = ("SE", "NO", "FI", "DK")


def shipped(country: str) -> dict[str, str]:
    (data,) = (file.data for file in files.country(country) if "accounts" in file.data)
    return {role: str(number) for role, number in data["accounts"]["roles"].items()}


@pytest.mark.parametrize("country", COUNTRIES)
def test_roles_have_the_published_accounts(country: str) -> None:
    assert shipped(country) == {row["role"]: row[country] for row in rows("account_roles")}
    assert set(account_roles()) == shipped(country).keys()


def test_every_published_booking_balances_on_the_shipped_accounts() -> None:
    sums: dict[str, int] = {}
    for row in rows("postings"):
        moved = parse_amount(row["debit"], "SEK") - parse_amount(row["credit"], "SEK")
        sums[row["event"]] = sums.get(row["event"], 0) + moved
        for country in COUNTRIES:
            assert shipped(country)[row["role"]] == row[f"account_{country}"], row["event"]
    assert len(sums) == 36
    assert set(sums.values()) == {0}
