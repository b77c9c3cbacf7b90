"""What a rule may not book: the plan says so, and applying it never fails half-way."""

from __future__ import annotations

import pytest
from tests.bank_files import preferences

from reskontra.engine.plan.build import book
from reskontra.engine.plan.model import PlannedLine
from reskontra.engine.plan.settling import WriteOffRoom

NO_ROOM = WriteOffRoom(company={}, customer={}, used={})


def cash_entry(role: str = "", account: str = "") -> PlannedLine:
    line = PlannedLine(
        line=1, source_id="B1", cash_account="bank", booking_date="2026-11-24", amount=500,
        currency="SEK", payer="", text="", reference="", outcome="cash_entry", treat="", tier="",
        rule="r", rule_at="", because="", relevance=0, runner_up=0, customer="", account=account,
        role=role,
    )  # fmt: skip
    return book(line, (), room=NO_ROOM, preferences=preferences())


@pytest.mark.parametrize(
    ("role", "account"),
    [("ar_trade", ""), ("unidentified_receipts", ""), ("interest", "1510"), ("interest", "2420")],
)
def test_no_cash_entry_on_the_accounts_of_documents(role: str, account: str) -> None:
    line = cash_entry(role, account)
    assert line.blocked.startswith("RK729 account ")
    assert (line.is_booked, line.postings) == (False, ())


def test_a_cash_entry_elsewhere_is_booked() -> None:
    line = cash_entry("interest", "8311")
    assert not line.blocked
    assert [(p.account, p.amount) for p in line.postings] == [("1930", 500), ("8311", -500)]
