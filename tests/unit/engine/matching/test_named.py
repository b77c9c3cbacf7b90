"""Lines that name documents: references, numbers, lists and free text."""

from __future__ import annotations

import pytest
from tests.unit.engine.matching.small_world import SmallWorld

REF = "1234566"  # Luhn of 123456 is 6
OTHER = "2345672"


@pytest.fixture
def world() -> SmallWorld:
    made = SmallWorld()
    made.customer("C1", "Åkerströms Åkeri AB", account="SE11")
    made.customer("C2", "Nordisk Bygg AB", account="SE22")
    made.item("100123", 125000, "C1", reference=REF)
    made.item("100124", 40000, "C2", reference=OTHER)
    return made


def test_reference_and_amount(world: SmallWorld) -> None:
    world.line("a", 125000, "00123 4566")
    result = world.run()
    fact = result.fact("a")
    assert result.allocated("a") == [("100123", 125000)]
    assert (fact["tier"], fact["difference"], fact["candidates"]) == ("reference", 0, 1)
    assert fact["reference"] == "00123 4566"
    assert fact["reference_valid"] is True
    assert fact["customer"] == "C1"
    assert fact["tier_automatic"] is True
    assert fact["relevance"] > 0


def test_a_reference_beats_a_learned_account(world: SmallWorld) -> None:
    world.item("100200", 125000, "C2")
    world.line("a", 125000, REF, account="SE22")
    result = world.run()
    assert result.allocated("a") == [("100123", 125000)]
    assert result.fact("a")["payer_agrees"] is False


def test_part_of_a_longer_number_is_nothing(world: SmallWorld) -> None:
    world.line("longer", 125000, "91234566")
    world.line("inside", 125000, text="kund 7710012388 tack")
    result = world.run()
    assert result.fact("longer")["tier"] is None
    assert result.fact("inside")["tier"] is None


def test_a_mistyped_reference_never_applies_by_itself(world: SmallWorld) -> None:
    world.line("a", 125000, "1234567")
    fact = world.run().fact("a")
    assert fact["tier"] is None
    assert fact["reference_valid"] is False


def test_bank_says_invalid_is_weak_evidence(world: SmallWorld) -> None:
    world.line("a", 125000, (REF, "payment_reference", None, "invalid"))
    fact = world.run().fact("a")
    assert (fact["tier"], fact["reference_valid"]) == ("text", False)


def test_short_and_over_keep_the_difference(world: SmallWorld) -> None:
    world.line("short", 124950, REF)
    world.line("over", 41000, OTHER, account="SE22")
    result = world.run()
    short, over = result.fact("short"), result.fact("over")
    assert (short["difference"], short["within_rounding"]) == (-50, True)
    assert (over["difference"], over["within_rounding"]) == (1000, False)
    assert over["payer_agrees"] is True
    assert result.allocated("over") == [("100124", 40000)]


def test_the_customers_flag_caps_rounding() -> None:
    world = SmallWorld()
    world.customer("C1", "Alfa", write_off=False)
    world.customer("C2", "Beta", limit=30)
    world.item("100123", 125000, "C1", reference=REF)
    world.item("100124", 40000, "C2", reference=OTHER)
    world.line("off", 124950, REF)
    world.line("limited", 39950, OTHER)
    result = world.run()
    assert [result.fact(x)["within_rounding"] for x in ("off", "limited")] == [False, False]
    assert [result.fact(x)["write_off_allowed"] for x in ("off", "limited")] == [False, True]


def test_fee_is_paid_with_its_document(world: SmallWorld) -> None:
    world.item("R-1", 7000, "C1", kind="dunning_fee", order="100123")
    world.item("R-2", 6000, "C2", kind="dunning_fee", order="100123")  # not this customer's
    world.line("a", 132000, REF)
    result = world.run()
    assert result.allocated("a") == [("100123", 125000), ("R-1", 7000)]
    assert (result.fact("a")["tier"], result.fact("a")["fee"]) == ("reference_fee", True)


def test_document_alone_leaves_the_fee_open(world: SmallWorld) -> None:
    world.item("R-1", 7000, "C1", kind="dunning_fee", order="100123")
    world.line("a", 125000, REF)
    assert world.run().allocated("a") == [("100123", 125000)]


def test_two_documents_under_one_reference() -> None:
    world = SmallWorld()
    world.customer("C1", "Alfa")
    world.item("100001", 10000, "C1", reference=REF, due="2026-09-10")
    world.item("100002", 25000, "C1", reference=REF, due="2026-09-20")
    world.line("exact", 25000, REF)
    assert world.run().allocated("exact") == [("100002", 25000)]
    world.lines.clear()
    world.labels.clear()
    world.line("all", 35000, REF)
    assert world.run().allocated("all") == [("100001", 10000), ("100002", 25000)]
    world.lines.clear()
    world.labels.clear()
    world.line("neither", 17000, REF)
    result = world.run()
    assert result.allocated("neither") == []
    assert result.fact("neither")["candidates"] == 2
    assert result.suggested("neither")[0] == ["100001"]


def test_cash_discount_in_time_and_too_late(world: SmallWorld) -> None:
    for number, reference in (("100300", "3456782"), ("100301", "4567890")):
        world.item(number, 100000, "C1", reference=reference, discount=2000,
                   discount_date="2026-09-10")  # fmt: skip
    world.line("in time", 98000, "3456782", day="2026-09-10")
    world.line("late", 98000, "4567890", day="2026-09-11")
    result = world.run()
    assert (result.fact("in time")["difference"], result.fact("in time")["discount"]) == (0, True)
    assert (result.fact("late")["difference"], result.fact("late")["discount"]) == (-2000, False)


def test_a_list_and_its_part_amounts(world: SmallWorld) -> None:
    world.line("whole", 165000, REF, ("100124", "invoice"))
    result = world.run()
    assert result.fact("whole")["tier"] == "list"
    assert result.fact("whole")["several_customers"] is True
    world.lines.clear()
    world.labels.clear()
    world.line("parts", 110000, (REF, "payment_reference", 80000), (OTHER, "invoice", 30000))
    result = world.run()
    assert sorted(result.allocated("parts")) == [("100123", 80000), ("100124", 30000)]


def test_one_of_several_stated_documents_is_not_chosen_by_its_amount(world: SmallWorld) -> None:
    """Both are stated, the money settles one: the other is unexplained, so a person chooses."""
    world.line("a", 125000, REF, ("100124", "invoice"))
    result = world.run()
    assert result.allocated("a") == []
    assert result.fact("a")["candidates"] == 2


def test_part_amounts_are_wanted() -> None:
    world = SmallWorld()
    world.customer("C1", "Alfa")
    world.item("100123", 125000, "C1", reference=REF)
    world.item("100124", 40000, "C1", reference=OTHER, due="2026-10-30")
    world.item("100125", 5000, "C1", kind="credit_note")
    world.line(
        "a", 105000, (REF, "payment_reference", 80000), (OTHER, "payment_reference", 30000),
        ("100125", "credit_note", -5000),
    )  # fmt: skip
    result = world.run()
    assert sorted(result.allocated("a")) == [
        ("100123", 80000),
        ("100124", 30000),
        ("100125", -5000),
    ]
    assert (result.fact("a")["tier"], result.fact("a")["difference"]) == ("list", 0)


def test_text_names_a_document(world: SmallWorld) -> None:
    world.line("number", 125000, text="Avser faktura 100123, tack")
    world.line("blocks", 40000, text="OCR 234 5672")
    result = world.run()
    assert result.allocated("number") == [("100123", 125000)]
    assert result.fact("number")["tier"] == "text"
    assert result.allocated("blocks") == [("100124", 40000)]


def test_four_digits_need_the_amount() -> None:
    world = SmallWorld()
    world.customer("C1", "Alfa", account="SE11")
    world.item("4711", 125000, "C1")
    world.line("agrees", 125000, text="4711")
    assert world.run().allocated("agrees") == [("4711", 125000)]
    world.lines.clear()
    world.labels.clear()
    world.line("differs", 60000, text="4711", account="SE11")
    assert world.run().fact("differs")["tier"] is None


def test_a_number_that_is_an_amount_names_nothing() -> None:
    world = SmallWorld()
    world.customer("C1", "Alfa")
    world.item("12345", 1234500, "C1")
    world.line("a", 1234500, text="belopp 12345,00 kr")
    assert world.run().fact("a")["tier"] is None


def test_a_number_of_somebody_else_needs_the_amount(world: SmallWorld) -> None:
    world.line("a", 77700, text="100124", account="SE11")
    world.line("b", 40000, text="faktura 100124", account="SE11")
    result = world.run()
    assert result.fact("a")["tier"] is None
    assert result.allocated("b") == [("100124", 40000)]


def test_prefixes_that_payers_leave_out() -> None:
    world = SmallWorld()
    world.customer("C1", "Alfa")
    world.item("INV-55123", 125000, "C1")
    world.line("bare", 125000, ("55123", "invoice"))
    assert world.run().fact("bare")["tier"] is None
    result = world.run(document_prefixes=("INV",))
    assert result.allocated("bare") == [("INV-55123", 125000)]
    assert result.fact("bare")["tier"] == "invoice_number"


def test_other_currency_is_found_and_not_allocated() -> None:
    world = SmallWorld()
    world.customer("C1", "Alfa")
    world.item("100123", 125000, "C1", reference=REF, currency="EUR")
    world.line("a", 125000, REF)
    result = world.run()
    assert result.fact("a")["currency_differs"] is True
    assert result.allocated("a") == []
    assert result.suggested("a") == [["100123"]]


def test_a_disputed_document_only_by_its_reference() -> None:
    world = SmallWorld()
    world.customer("C1", "Alfa", account="SE11")
    world.item("100123", 125000, "C1", reference=REF, disputed=True)
    world.line("named", 125000, REF)
    assert world.run().allocated("named") == [("100123", 125000)]
    world.lines.clear()
    world.labels.clear()
    world.line("amount", 125000, account="SE11")
    assert world.run().fact("amount")["tier"] is None


def test_reference_and_amount_that_contradict_each_other(world: SmallWorld) -> None:
    """A valid reference of one item with the exact amount of another: a person sees both, the equal
    amount first.
    """
    world.item("100150", 33300, "C1")
    world.line("a", 33300, REF)
    result = world.run()
    assert result.allocated("a") == []
    assert result.fact("a")["candidates"] == 2
    assert result.suggested("a") == [["100150"], ["100123"]]


def test_a_reference_that_names_a_customer_only(world: SmallWorld) -> None:
    world.customer("70001", "Gamma")
    world.line("a", 55500, "70001")
    fact = world.run().fact("a")
    assert (fact["reference_customer"], fact["customer"]) == (True, "70001")


def test_a_credit_note_explains_a_short_payment(world: SmallWorld) -> None:
    world.item("K-1", 15000, "C1", kind="credit_note")
    world.line("a", 110000, REF)
    result = world.run()
    assert result.allocated("a") == [("100123", 125000), ("K-1", -15000)]
    assert (result.fact("a")["netted"], result.fact("a")["difference"]) == (True, 0)
    assert world.run(netting=False).fact("a")["difference"] == -15000


def test_a_credit_note_that_two_payments_could_use_is_used_by_neither() -> None:
    world = SmallWorld()
    world.customer("C1", "Alfa")
    world.item("100123", 125000, "C1", reference=REF)
    world.item("100124", 65000, "C1", reference=OTHER)
    world.item("K-1", 15000, "C1", kind="credit_note")
    world.line("a", 110000, REF)
    world.line("b", 50000, OTHER)
    result = world.run()
    assert [result.fact(x)["contested"] for x in "ab"] == [True, True]
    assert result.proposals.allocations.is_empty()
    assert result.suggested("a") == [["100123", "K-1"], ["100123"]]


def test_instalments_are_served_by_date(world: SmallWorld) -> None:
    world.line("second", 65000, REF, day="2026-09-20")
    world.line("first", 60000, REF, day="2026-09-10")
    result = world.run()
    rows = result.proposals.allocations.sort("open_before", descending=True)
    assert rows["open_before"].to_list() == [125000, 65000]
    assert [result.fact(x)["duplicate"] for x in ("first", "second")] == [False, False]
    assert result.fact("second")["difference"] == 0


def test_equal_instalments_that_add_up_are_no_duplicates(world: SmallWorld) -> None:
    world.line("first", 62500, REF, day="2026-09-10")
    world.line("second", 62500, REF, day="2026-09-12")
    result = world.run()
    assert [result.fact(x)["duplicate"] for x in ("first", "second")] == [False, False]


def test_the_same_payment_twice(world: SmallWorld) -> None:
    world.line("late", 125000, REF, day="2026-09-12")
    world.line("early", 125000, REF, day="2026-09-10")
    result = world.run()
    assert result.allocated("early") == [("100123", 125000)]
    assert result.allocated("late") == []
    late = result.fact("late")
    assert (late["duplicate"], late["document_closed"]) == (True, True)


def test_a_part_payment_repeated_is_held(world: SmallWorld) -> None:
    world.line("early", 30000, REF, day="2026-09-10")
    world.line("late", 30000, REF, day="2026-09-12")
    result = world.run()
    assert result.fact("early")["duplicate"] is False
    assert result.fact("late")["duplicate"] is True
    assert result.allocated("late") == []


def test_a_closed_document_and_an_earlier_payment(world: SmallWorld) -> None:
    world.item("100001", 50000, "C1", reference="5678909", closed=True)
    world.item("100002", 60000, "C1", reference="6789018", closed=True)
    world.line("earlier", 50000, "5678909", past=True, day="2026-09-20")
    world.line("again", 50000, "5678909")
    world.line("late", 60000, "6789018")
    world.item("100003", 60000, "C1")
    result = world.run()
    assert result.fact("again")["document_closed"] is True
    assert result.fact("again")["duplicate"] is True
    late = result.fact("late")
    assert (late["document_closed"], late["duplicate"]) == (True, False)
    assert result.allocated("late") == []


def test_extra_numbers_in_text_do_no_harm(world: SmallWorld) -> None:
    world.item("202609", 99999, "C2")
    world.line("a", 125000, text="faktura 100123 period 202609", account="SE11")
    assert world.run().allocated("a") == [("100123", 125000)]


def test_a_batch_with_a_cut_list_is_completed() -> None:
    world = SmallWorld()
    world.customer("C1", "Alfa", account="SE11")
    for index, amount in enumerate((123_411, 98_766, 454_321, 77_889), 1):
        world.item(f"10000{index}", amount, "C1", due=f"2026-09-0{index}")
    world.line("a", 123_411 + 98_766 + 454_321, text="faktura 100001, 100002, 1000")
    result = world.run()
    assert sorted(result.allocated("a")) == [
        ("100001", 123_411), ("100002", 98_766), ("100003", 454_321),
    ]  # fmt: skip
    assert result.fact("a")["tier"] == "combination"


def test_text_cannot_take_what_a_reference_has_taken(world: SmallWorld) -> None:
    """A part paid by reference on the same document: the text line gets the rest, not the whole."""
    world.line("named", 5000, REF)
    world.line("text", 125000, text="faktura 100123")
    result = world.run()
    assert result.allocated("named") == [("100123", 125000)]
    assert result.allocated("text") == [("100123", 120000)]
    assert result.fact("text")["difference"] == 5000
