"""Credit control on books: what counts, for whom, and who lets a draft through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.engine.services.test_drafts import (
    DAY,
    codes,
    customer,
    entry,
    ours,
    planned,
    release,
    saved,
)
from tests.unit.engine.services.test_work import ANNA, preferences

from reskontra.adapters.storage.books import SqlBooks
from reskontra.engine.customers.credit import Standing
from reskontra.engine.errors import ReskontraError
from reskontra.engine.ledger.records import Audit, Customer, CustomerProfile, Draft, ExchangeRate
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.approving import approve
from reskontra.engine.services.credit import credit_rows, standings
from reskontra.engine.services.drafts import edit, set_status

__all__ = ["ours", "preferences"]
LIMIT = CustomerProfile(
    "ACME", 1, "", "", False, True, "credit_limit", 10_000_00, None, False, False, False, "{}"
)
BO = replace(ANNA, login="bo", reason="paid by phone")


def agree(books: SqlBooks, **fields: Any) -> None:
    """What is agreed with a customer."""
    with books.write() as writer:
        writer.replace([LIMIT._replace(**fields)])


def parking(preferences: Preferences) -> Preferences:
    """Failed checks park."""
    asked = replace(preferences.ledger.entry, hold_on_failed_credit_check=True)
    return replace(preferences, ledger=replace(preferences.ledger, entry=asked))


def standing(books: SqlBooks, preferences: Preferences, id_: int = 1, on: str = DAY) -> Standing:
    with books.read() as reader:
        return standings(reader, [id_], preferences, on)[id_][1]


def sold(books: SqlBooks, preferences: Preferences, price: str, **data: Any) -> Draft:
    """A draft of one line with 25 % VAT."""
    line = {"text": "Work", "quantity": 1, "price": price}
    return saved(books, preferences, entry(lines=[line], **data))[0]


def statuses(books: SqlBooks) -> list[str]:
    with books.read() as reader:
        return [draft.status for draft in reader.records(Draft)]


def test_what_passes_takes_room_and_what_fails_is_parked(
    books: SqlBooks, ours: Preferences
) -> None:
    strict = parking(ours)
    customer(books)
    agree(books)
    assert sold(books, strict, "4000").status == "balanced"  # 5 000.00
    assert sold(books, strict, "4000.80").status == "credit_hold"  # 1.00 too much
    assert sold(books, strict, "4000").status == "balanced", "what is parked takes no room"
    assert standing(books, strict).room == 0
    release(books, strict, 1)
    credit = sold(books, strict, "800", kind="credit_note", corrects=["10001"])
    assert credit.status == "balanced", "a credit note is never parked"
    assert standing(books, strict).room == 0, "and gives no room before it is released"
    assert codes(lambda: planned(books, strict, 2)) == ["RK811"]
    release(books, strict, 3, 4)
    after = standing(books, strict)
    assert (after.balance, after.unreleased, after.room) == (9_000_00, 0, 1_000_00)
    assert edit(
        books, 2, {"lines": [{"text": "Less", "quantity": 1, "price": "800"}]},
        preferences=strict, actor=ANNA,
    ).draft.status == "credit_hold", "a person unholds it"  # fmt: skip
    set_status(books, [2], "balanced", preferences=strict, actor=ANNA)
    assert statuses(books)[1] == "balanced"


def test_without_parking_it_is_a_warning_and_release_goes_on(
    books: SqlBooks, ours: Preferences
) -> None:
    customer(books)
    agree(books, credit_limit=0)
    assert sold(books, ours, "1").status == "balanced"
    release(books, ours, 1)
    row = next(iter(rows(books, ours)))
    assert (row["remaining"], row["ok"]) == (-1_00, False)
    assert codes(lambda: planned(books, parking(ours), sold(books, ours, "1").id)) == ["RK850"]


def test_days_count_from_the_day_on_which_banks_work(books: SqlBooks, ours: Preferences) -> None:
    customer(books)
    agree(books, credit_rule="days_past_due", credit_limit=None, credit_days=10)
    sold(books, ours, "100", date="2026-10-01", due_date="2026-11-07")  # a Saturday
    release(books, ours, 1)
    late = standing(books, ours, on="2026-11-19")
    assert (late.late, late.verdict(1).ok, late.first_due) == (10, True, "2026-11-07")
    assert not standing(books, ours, on="2026-11-20").verdict(1).ok


def test_the_head_decides_for_members_that_share_its_policy(
    books: SqlBooks, ours: Preferences
) -> None:
    strict = parking(ours)
    customer(books)
    agree(books, credit_limit=3_000_00)
    with books.write() as writer:
        for id_, number in ((2, "2001"), (3, "3001")):
            writer.append([
                Customer("ACME", id_, number, "Shop AB", "SE", "SEK", "", 1, "", False, None,
                         "active", None)
            ])  # fmt: skip
    agree(books, customer_id=2, credit_limit=0, consolidate_balance=True, share_credit=True)
    agree(books, customer_id=3, credit_limit=500_00)
    assert sold(books, strict, "1600", customer=2001).status == "balanced"
    assert sold(books, strict, "801", customer=1042).status == "credit_hold"
    assert sold(books, strict, "400", customer=3001).status == "balanced", "its own policy"
    assert standing(books, strict, 2) == standing(books, strict, 1)
    assert [row["group"] for row in rows(books, strict)] == ["", "1042", ""]


def test_another_currency_counts_at_the_rate_of_the_day(books: SqlBooks, ours: Preferences) -> None:
    customer(books)
    agree(books)
    with books.write() as writer:
        writer.append([
            ExchangeRate("ACME", 1, "spot", "EUR", "2026-01-01", "11.30", "anna", "")
        ])  # fmt: skip
    sold(books, ours, "80", currency="EUR")
    assert standing(books, ours).unreleased == 1_130_00
    customer(books, currency="EUR")
    sold(books, ours, "904", currency="SEK")
    assert standing(books, ours).unreleased == 100_00 + 100_00


def test_an_approver_who_did_not_enter_it_lets_one_draft_through(
    books: SqlBooks, ours: Preferences
) -> None:
    strict = parking(ours)
    customer(books)
    agree(books, credit_limit=0)
    sold(books, strict, "100")
    sold(books, strict, "100")
    assert codes(lambda: approve(books, [1], "", replace(BO, reason=""), alone=False)) == ["RK851"]
    own = replace(ANNA, reason="I know them")
    assert codes(lambda: approve(books, [1, 2], "", own, alone=False)) == ["RK852", "RK852"]
    assert statuses(books) == ["credit_hold", "credit_hold"]
    (approved,) = approve(books, [1], "", BO, alone=False)
    assert approved.status == "balanced"
    with books.read() as reader:
        last = list(reader.records(Audit))[-1]
    assert (last.action, last.subject, last.reason) == ("approve draft", "draft:1", BO.reason)
    release(books, strict, 1)
    approve(books, [2], "", own, alone=True)
    more = [{"text": "More", "quantity": 1, "price": "101"}]
    edit(books, 2, {"lines": more}, preferences=strict, actor=ANNA)
    assert statuses(books)[1] == "credit_hold", "what was approved was another amount"


def rows(books: SqlBooks, preferences: Preferences) -> Sequence[dict[str, Any]]:
    with books.read() as reader:
        return list(credit_rows(reader, preferences, DAY))


def test_a_rate_that_is_missing_is_asked_for(books: SqlBooks, ours: Preferences) -> None:
    customer(books)
    agree(books)
    sold(books, ours, "80", currency="SEK")
    customer(books, currency="EUR")
    with pytest.raises(ReskontraError, match="RK892"):
        standing(books, ours)
