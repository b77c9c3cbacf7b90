"""The arithmetic of a planned line: every case of the differences table, to the minor unit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bank_files import preferences

from reskontra.engine.documents.vat_shares import Taxed
from reskontra.engine.plan.build import book
from reskontra.engine.plan.model import Allocation, PlannedLine
from reskontra.engine.plan.postings import Granting
from reskontra.engine.plan.settling import WriteOffRoom
from reskontra.engine.preferences import Preferences
from reskontra.engine.preferences.accounts import Accounts

PREFERENCES = replace(
    preferences(),
    accounts=Accounts(
        {
            "ar_trade": "1510",
            "rounding": "3740",
            "cash_discount": "3731",
            "unidentified_receipts": "2990",
        }
    ),
)
NO_ROOM = WriteOffRoom(company={}, customer={}, used={})
ROOM = WriteOffRoom(company={"SEK": 100}, customer={}, used={})


def settle(
    amount: int,
    *proposed: Allocation,
    treat: str = "",
    room: WriteOffRoom = NO_ROOM,
    granting: Granting | None = None,
    preferences: Preferences = PREFERENCES,
) -> PlannedLine:
    """A receipt that is applied to these documents."""
    line = PlannedLine(
        line=1, source_id="B1", cash_account="bank", booking_date="2026-11-24", amount=amount,
        currency="SEK", payer="", text="", reference="", outcome="apply", treat=treat, tier="",
        rule="r", rule_at="", because="", relevance=0, runner_up=0, customer="C1", account="",
        role="",
    )  # fmt: skip
    return book(line, proposed, room=room, preferences=preferences, granting=granting)


def invoice(
    before: int, *, document: int = 1, discount: int = 0, customer: str = "C1"
) -> Allocation:
    wanted = before - discount
    return Allocation(
        document, f"{document}", "invoice", customer, "1510", 1, before, wanted, discount
    )


def credit_note(before: int, *, document: int = 9) -> Allocation:
    return Allocation(document, f"{document}", "credit_note", "C1", "1510", -1, before, before)


def vouchers(
    amount: int,
    *allocations: Allocation,
    treat: str = "",
    room: WriteOffRoom = NO_ROOM,
    granting: Granting | None = None,
) -> dict[str, int]:
    """What the voucher of a receipt moves, by account."""
    settled = settle(amount, *allocations, treat=treat, room=room, granting=granting)
    assert not settled.blocked
    sums: dict[str, int] = {}
    for posting in settled.postings:
        sums[posting.account] = sums.get(posting.account, 0) + posting.amount
    return sums


def test_payment_in_full() -> None:
    assert vouchers(1250000, invoice(1250000)) == {"1930": 1250000, "1510": -1250000}


def test_partial_payment_leaves_the_rest_open() -> None:
    settlement = settle(500000, invoice(1250000), treat="keep_open", room=NO_ROOM)
    assert settlement.allocations[0].after == 750000


def test_short_by_rounding_is_written_off() -> None:
    postings = vouchers(1249960, invoice(1250000), treat="write_off", room=ROOM)
    assert postings == {"1930": 1249960, "1510": -1250000, "3740": 40}


def test_over_by_rounding_is_written_off() -> None:
    postings = vouchers(1250040, invoice(1250000), treat="write_off", room=ROOM)
    assert postings == {"1930": 1250040, "1510": -1250000, "3740": -40}


def test_surplus_stays_an_open_payment() -> None:
    settlement = settle(1280000, invoice(1250000), treat="open_payment", room=NO_ROOM)
    assert settlement.unapplied == 30000


def test_cash_discount_in_time() -> None:
    postings = vouchers(1225000, invoice(1250000, discount=25000))
    assert postings == {"1930": 1225000, "1510": -1250000, "3731": 25000}


def test_vat_of_a_discount_goes_back_to_the_account_of_its_code() -> None:
    vat = {1: [Taxed("high", 2500, 1_250_00, "2611"), Taxed("low", 600, 1_060_00, "2631")]}
    discounted = invoice(2_310_00, discount=46_20)
    postings = vouchers(2_263_80, discounted, granting=Granting(vat))
    assert postings == {
        "1930": 2_263_80, "1510": -2_310_00, "2611": 5_00, "2631": 1_20, "3731": 40_00,
    }  # fmt: skip


def test_a_discount_is_booked_to_the_account_that_its_customer_names() -> None:
    """Net of VAT, and beside that of another customer; who names one needs none of the role."""
    granting = Granting({1: [Taxed("high", 2500, 1_250_00, "2611")]}, {1: "3732"})
    own, other = invoice(1_250_00, discount=25_00), invoice(100_00, document=2, discount=2_00)
    assert vouchers(1_323_00, own, other, granting=granting) == {
        "1930": 1_323_00, "1510": -1_350_00, "3732": 20_00, "2611": 5_00, "3731": 2_00,
    }  # fmt: skip
    roles = {role: to for role, to in PREFERENCES.accounts.roles.items() if role != "cash_discount"}
    bare = replace(PREFERENCES, accounts=Accounts(roles))
    assert not settle(1_225_00, own, granting=granting, preferences=bare).blocked
    blocked = settle(1_323_00, own, other, granting=granting, preferences=bare).blocked
    assert blocked.startswith("RK726 the company has no account for role 'cash_discount'")


def test_a_discount_that_a_credit_note_will_correct_stays_open() -> None:
    ledger = PREFERENCES.ledger
    later = replace(ledger.vat_on_discount, mechanism="credit_note")
    preferences = replace(PREFERENCES, ledger=replace(ledger, vat_on_discount=later))
    settled = settle(1225000, invoice(1250000, discount=25000), preferences=preferences)
    assert [(a.paid, a.discount, a.after) for a in settled.allocations] == [(1225000, 0, 25000)]
    assert {p.account: p.amount for p in settled.postings} == {"1930": 1225000, "1510": -1225000}


def test_a_discount_is_granted_only_when_the_rest_is_paid() -> None:
    settlement = settle(1000000, invoice(1250000, discount=25000), treat="keep_open")
    assert settlement.allocations[0].discount == 0
    assert settlement.allocations[0].after == 250000


def test_a_part_that_the_payer_named_is_all_that_is_paid() -> None:
    named = [replace(invoice(1000), paid=300), replace(invoice(500, document=2), paid=200)]
    settlement = settle(500, *named)
    assert [a.after for a in settlement.allocations] == [700, 300]


def test_documents_that_get_nothing_are_not_touched() -> None:
    proposed = [invoice(500), invoice(500, document=2)]
    settlement = settle(500, *proposed, treat="keep_open")
    assert [a.document for a in settlement.allocations] == [1]


def test_netted_credit_note_needs_no_voucher_of_its_own() -> None:
    assert vouchers(80000, invoice(100000), credit_note(20000)) == {"1930": 80000, "1510": -80000}


def test_a_credit_note_is_not_netted_without_need() -> None:
    refused = settle(100000, invoice(100000), credit_note(20000), treat="open_payment")
    assert refused.blocked.startswith("RK723 ")
    assert (refused.allocations, refused.postings, refused.unapplied) == ((), (), 0)


@pytest.mark.parametrize("treat", ["", "keep_open"])
def test_a_surplus_without_treatment_is_refused(treat: str) -> None:
    assert settle(110, invoice(100), treat=treat, room=ROOM).blocked.startswith("RK722 ")


def test_a_surplus_beyond_the_room_is_refused_with_both_amounts() -> None:
    refused = settle(1101, invoice(1000), treat="write_off", room=ROOM)
    assert refused.blocked == (
        "RK724 the surplus of 1.01 SEK is larger than the write-off limit allows: 1.00 SEK"
    )


def test_nothing_proposed_and_money_out_are_refused() -> None:
    assert settle(100).blocked.startswith("RK727 ")
    assert settle(-100, invoice(100)).blocked.startswith("RK725 ")


def test_a_role_without_account_is_named() -> None:
    bare = replace(PREFERENCES, accounts=Accounts({"ar_trade": "1510"}))
    line = replace(settle(1249960, invoice(1250000)), treat="write_off")
    told = book(line, [invoice(1250000)], room=ROOM, preferences=bare).blocked
    assert told == "RK726 the company has no account for role 'rounding'"


@pytest.mark.parametrize(
    ("room", "short"),
    [
        (WriteOffRoom(company={"SEK": 10}, customer={}, used={}), 11),
        (WriteOffRoom(company={"EUR": 100}, customer={}, used={}), 1),
        (WriteOffRoom(company={"SEK": 100}, customer={"C1": 10}, used={}), 11),
        (WriteOffRoom(company={"SEK": 100}, customer={"C1": 0}, used={}), 1),
        (WriteOffRoom(company={"SEK": 100}, customer={}, used={1: 95}), 6),
    ],
    ids=["company", "other currency", "customer", "customer flag off", "cumulative"],
)
def test_limit_is_checked_on_the_residual_in_the_kernel(room: WriteOffRoom, short: int) -> None:
    refused = settle(1000 - short, invoice(1000), treat="write_off", room=room)
    assert refused.blocked.startswith("RK724 the write-off of ")
    fits = settle(1000 - short + 1, invoice(1000), treat="write_off", room=room)
    assert not fits.blocked
    assert sum(a.write_off for a in fits.allocations) == short - 1


amounts = st.integers(min_value=1, max_value=10**12)


@settings(deadline=None)
@given(
    amount=amounts,
    opens=st.lists(amounts, min_size=1, max_size=6),
    credit=st.none() | amounts,
    treat=st.sampled_from(["keep_open", "open_payment", "write_off"]),
    limit=st.integers(min_value=0, max_value=10**12),
)
def test_money_is_conserved_whatever_the_case(
    amount: int, opens: list[int], credit: int | None, treat: str, limit: int
) -> None:
    proposed = [invoice(value, document=n) for n, value in enumerate(opens)]
    if credit is not None:
        proposed.append(credit_note(credit, document=99))
    room = WriteOffRoom(company={"SEK": limit}, customer={}, used={})
    settled = settle(amount, *proposed, treat=treat, room=room)
    if settled.blocked:
        return
    applied = sum(a.sign * a.paid for a in settled.allocations)
    assert applied + settled.unapplied + settled.written_off == amount
    assert settled.unapplied >= 0
    assert all(a.after >= 0 and a.write_off <= limit for a in settled.allocations)
    assert settled.written_off <= limit
    assert sum(posting.amount for posting in settled.postings) == 0
