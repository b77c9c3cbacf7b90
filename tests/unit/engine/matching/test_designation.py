"""What a payer states and the books do not know, and what is paid a second time."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.engine.matching.small_world import SmallWorld

from reskontra.engine.matching.designation import is_slip


@pytest.fixture
def world() -> SmallWorld:
    made = SmallWorld()
    made.customer("C1", "Åkerströms Åkeri AB", account="SE11")
    made.customer("C2", "Nordisk Bygg AB", account="SE22")
    made.item("200123", 50000, "C1", reference="100377900001", due="2026-09-30")
    return made


@pytest.mark.parametrize("stated", ["100377900019", "100377900027"])
def test_a_reference_of_nothing_in_the_books_is_not_settled_by_amount(
    world: SmallWorld, stated: str
) -> None:
    """The document is paid and gone; an equal invoice of the same payer is another matter."""
    world.line("a", 50000, (stated, "payment_reference", None, "valid"), account="SE11")
    result = world.run()
    assert result.allocated("a") == []
    assert result.fact("a")["reference_unknown"] is True
    assert result.suggested("a") == [["200123"]]


def test_a_number_like_ours_in_the_text_counts_as_stated(world: SmallWorld) -> None:
    world.line("a", 50000, text="Faktura 200987", account="SE11")
    world.line("b", 50000, text="Vår order 77-4711-99", account="SE11", day="2026-10-20")
    result = world.run()
    assert (result.allocated("a"), result.fact("a")["reference_unknown"]) == ([], True)
    assert result.allocated("b") == [("200123", 50000)]


@pytest.mark.parametrize("slip", ["100377900002", "10377900001", "100377900010", "100373900001"])
def test_a_slip_of_the_hand_supports_the_document(world: SmallWorld, slip: str) -> None:
    world.item("200124", 50000, "C1", due="2026-09-20", kind="debit_note")
    world.line("a", 50000, slip, account="SE11")
    result = world.run()
    assert result.allocated("a") == [("200123", 50000)]
    assert result.fact("a")["tier"] == "account_amount"


@pytest.mark.parametrize(
    ("token", "near"),
    [
        ("1003770", True), ("100377", True), ("10037799", True), ("0103779", True),
        ("1073309", False), ("1003997", False), ("3779", False),
    ],
)  # fmt: skip
def test_errors_of_typing(token: str, near: bool) -> None:
    assert is_slip(token, "1003779") is near


def test_twins_and_jumps_are_slips() -> None:
    assert is_slip("2255", "2277")
    assert is_slip("123894", "123498")
    assert not is_slip("193428", "123498")
    assert not is_slip("2256", "2277")


def test_the_same_amount_again_is_not_next_months_invoice(world: SmallWorld) -> None:
    world.item("200124", 50000, "C1", due="2026-10-31")
    world.line("first", 50000, account="SE11", day="2026-09-30")
    world.line("again", 50000, account="SE11", day="2026-10-05")
    world.line("next", 50000, account="SE11", day="2026-10-30")
    result = world.run()
    assert result.allocated("first") == [("200123", 50000)]
    assert (result.allocated("again"), result.fact("again")["duplicate"]) == ([], True)
    assert result.allocated("next") == [("200124", 50000)]


def test_two_invoices_that_are_due_are_paid_in_two_payments(world: SmallWorld) -> None:
    world.item("200124", 50000, "C1", due="2026-10-07")
    world.line("first", 50000, account="SE11", day="2026-09-30")
    world.line("second", 50000, account="SE11", day="2026-10-05")
    result = world.run()
    assert result.allocated("second") == [("200124", 50000)]


@pytest.mark.parametrize(
    "again", [{"account": "SE11"}, {"payer": "AKERSTROMS AKERI"}, {"account": "SE 11"}]
)
def test_a_payment_of_an_earlier_run_counts(world: SmallWorld, again: dict[str, Any]) -> None:
    world.item("200124", 50000, "C1", due="2026-10-31")
    world.items.pop(0)
    world.line("paid", 50000, past=True, day="2026-09-30", account="SE11", payer="Åkerströms Åkeri")
    world.line("again", 50000, day="2026-10-05", **again)
    assert world.run().allocated("again") == []


def test_a_silent_payment_after_one_with_a_reference_is_a_second_one(world: SmallWorld) -> None:
    world.line("named", 50000, "100377900001", account="SE11", day="2026-09-28")
    world.line("silent", 50000, account="SE11", day="2026-10-02")
    world.line("late", 50000, account="SE11", day="2026-11-20")
    result = world.run()
    assert [result.fact(x)["duplicate"] for x in ("named", "silent", "late")] == [
        False, True, False,
    ]  # fmt: skip


def test_a_customers_fixed_reference_paid_twice_is_not_next_months_invoice() -> None:
    world = SmallWorld()
    world.customer("C1", "Alfa AB", account="SE11")
    world.item("1", 50000, "C1", reference="7000015", due="2026-09-30")
    world.item("2", 50000, "C1", reference="7000015", due="2026-10-31")
    world.line("first", 50000, "7000015", day="2026-09-30")
    world.line("again", 50000, "7000015", day="2026-10-02")
    world.line("next", 50000, "7000015", day="2026-10-29")
    result = world.run()
    assert result.allocated("first") == [("1", 50000)]
    assert (result.allocated("again"), result.fact("again")["duplicate"]) == ([], True)
    assert result.allocated("next") == [("2", 50000)]


@pytest.mark.parametrize("payer", [{"account": "SE22"}, {"payer": "Nordisk Byg"}])
def test_a_wrong_reference_of_somebody_else(world: SmallWorld, payer: dict[str, Any]) -> None:
    """The payer has a document of exactly this amount, and states one of another customer."""
    world.item("200300", 33300, "C2")
    world.line("a", 33300, "100377900001", **payer)
    result = world.run()
    assert result.allocated("a") == []
    assert result.suggested("a")[0] == ["200300"]


@pytest.fixture
def namesakes() -> SmallWorld:
    """Two customers of one name and one account, each with an invoice of the same amount."""
    made = SmallWorld()
    for number in ("20193", "32796"):
        made.customer(number, "Björnstad Kari", account="SE33")
    made.item("300001", 50000, "20193")
    made.item("300002", 60000, "32796")
    return made


def test_a_customer_number_in_the_text_chooses_the_customer(namesakes: SmallWorld) -> None:
    namesakes.item("300003", 50000, "32796")
    namesakes.line("a", 50000, text="kund 32796", account="SE33")
    namesakes.line("b", 50000, text="kund 32796", payer="Okänd", day="2026-11-20")
    result = namesakes.run()
    assert result.allocated("a") == [("300003", 50000)]
    assert result.allocated("b") == []


def test_a_customer_number_contradicts_another_customer(namesakes: SmallWorld) -> None:
    namesakes.line("a", 50000, text="kund 32796", account="SE33")
    namesakes.line("b", 60000, text="kundnr 32796", payer="Okänd Firma")
    result = namesakes.run()
    assert result.allocated("a") == []
    assert result.allocated("b") == [("300002", 60000)]
    assert result.fact("b")["tier"] == "name_amount"


def test_a_bare_number_is_no_customer(namesakes: SmallWorld) -> None:
    """The batch number of a card company is by chance the number of a customer."""
    namesakes.line("a", 60000, text="KORT 32796 INLÖSEN", payer="Kortbolaget AB")
    assert namesakes.run().allocated("a") == []


def test_an_order_that_nobody_has_is_another_document(world: SmallWorld) -> None:
    world.item("200124", 70000, "C1", order="SO118201")
    world.line("a", 50000, text="Order SO116714", account="SE11")
    result = world.run()
    assert (result.allocated("a"), result.fact("a")["reference_unknown"]) == ([], True)


def test_a_closed_documents_number_in_the_text_is_a_second_payment(world: SmallWorld) -> None:
    world.item("200077", 50000, "C1", closed=True)
    world.line("a", 50000, text="Betalning 200077", payer="Åkerströms Åkeri AB")
    world.line("b", 50000, text="Betalning 200077", payer="Okänd", day="2026-10-20")
    result = world.run()
    assert [result.allocated(x) for x in "ab"] == [[], []]
    assert [result.fact(x)["document_closed"] for x in "ab"] == [True, True]


def test_two_payments_of_one_amount_in_short_time_are_a_shape_of_their_own(
    world: SmallWorld,
) -> None:
    world.item("200124", 50000, "C1", due="2026-10-07")
    world.line("first", 50000, account="SE11", day="2026-09-30")
    world.line("second", 50000, account="SE11", day="2026-10-05")
    result = world.run()
    assert [result.fact(x)["shape"] for x in ("first", "second")] == ["exact", "again"]
