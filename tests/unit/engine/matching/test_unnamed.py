"""Lines that name nothing: account, name, combinations, relevance, and what happened before."""

from __future__ import annotations

import pytest
from tests.unit.engine.matching.small_world import PREFERENCES, SmallWorld

REF = "1234566"


@pytest.fixture
def world() -> SmallWorld:
    made = SmallWorld()
    made.customer("C1", "Åkerströms Åkeri AB", account="SE11")
    made.customer("C2", "Nordisk Bygg AB", account="SE22", alias="NB Gruppen")
    return made


def test_known_account_and_amount(world: SmallWorld) -> None:
    world.item("100123", 125000, "C1")
    world.line("a", 125000, account="SE 11")
    result = world.run()
    fact = result.fact("a")
    assert result.allocated("a") == [("100123", 125000)]
    assert (fact["tier"], fact["payer_known"], fact["tier_automatic"]) == (
        "account_amount", True, False,
    )  # fmt: skip


def test_a_parent_pays_for_its_child() -> None:
    world = SmallWorld()
    world.customer("P", "Koncern AB", account="SE11")
    world.customer("D", "Dotter AB", parent="P")
    world.item("100123", 125000, "D")
    world.line("a", 125000, account="SE11")
    result = world.run()
    assert result.allocated("a") == [("100123", 125000)]
    assert (result.fact("a")["customer"], result.fact("a")["payer_agrees"]) == ("D", True)


def test_an_account_of_two_customers_identifies_nobody(world: SmallWorld) -> None:
    world.accounts.append((2, "SE11"))
    world.item("100123", 125000, "C1")
    world.item("100124", 125000, "C2")
    world.line("a", 125000, account="SE11")
    result = world.run()
    assert (result.fact("a")["payer_known"], result.fact("a")["candidates"]) == (False, 2)
    assert result.allocated("a") == []


@pytest.mark.parametrize(
    "payer",
    ["AKERSTROMS AKERI", "Aakerstroems Aakeri AB", "AB ÅKERI ÅKERSTRÖMS", "Åkerstöms Åkeri"],
)
def test_names_in_other_spellings(world: SmallWorld, payer: str) -> None:
    world.item("100123", 125000, "C1")
    world.line("a", 125000, payer=payer)
    result = world.run()
    assert result.allocated("a") == [("100123", 125000)]
    assert result.fact("a")["tier"] == "name_amount"


def test_an_alias_is_a_name(world: SmallWorld) -> None:
    world.item("100123", 125000, "C2")
    world.line("a", 125000, payer="NB GRUPPEN")
    assert world.run().fact("a")["tier"] == "name_amount"


def test_amount_alone_only_suggests(world: SmallWorld) -> None:
    world.item("100123", 125000, "C1")
    world.line("a", 125000, payer="Helt Annan Firma")
    result = world.run()
    assert result.allocated("a") == []
    assert result.fact("a")["tier"] is None
    assert result.fact("a")["relevance_accepts"] is False
    assert result.suggested("a") == [["100123"]]


def test_the_first_of_equals_does_not_win(world: SmallWorld) -> None:
    """Five candidates, "impossible to know which comes first": not even one is taken."""
    for index, kind in enumerate(("invoice", "debit_note", "overdue_charge"), 1):
        world.item(f"10012{index}", 125000, "C1", kind=kind)
    world.line("a", 125000, account="SE11")
    result = world.run()
    assert (result.fact("a")["candidates"], result.allocated("a")) == (3, [])


def test_interchangeable_documents_go_oldest_due_first(world: SmallWorld) -> None:
    world.item("100900", 50000, "C1", due="2026-09-10")
    world.item("100100", 50000, "C1", due="2026-10-10")
    world.line("later", 50000, account="SE11", day="2026-10-09")
    world.line("first", 50000, account="SE11", day="2026-09-11")
    result = world.run()
    assert result.allocated("first") == [("100900", 50000)]
    assert result.allocated("later") == [("100100", 50000)]
    assert result.fact("first")["interchangeable"] is True
    asked = world.run(interchangeable="review")
    assert (asked.fact("first")["candidates"], asked.allocated("first")) == (2, [])


def test_two_payers_want_the_same_document() -> None:
    world = SmallWorld()
    world.customer("P", "Koncern AB", account="SE11")
    world.customer("D", "Dotter AB", parent="P", account="SE22")
    world.item("100123", 125000, "D")
    world.line("a", 125000, account="SE11", day="2026-09-28")
    world.line("b", 125000, account="SE22")
    result = world.run()
    assert [result.fact(x)["contested"] for x in "ab"] == [True, True]
    assert result.proposals.allocations.is_empty()


def test_one_payer_pays_twice_and_the_earliest_settles(world: SmallWorld) -> None:
    world.item("100123", 125000, "C1")
    world.line("late", 125000, account="SE11", day="2026-09-30")
    world.line("early", 125000, account="SE11", day="2026-09-29")
    result = world.run()
    assert result.allocated("early") == [("100123", 125000)]
    assert (result.allocated("late"), result.fact("late")["duplicate"]) == ([], True)


def test_stronger_evidence_elsewhere_takes_the_document_first(world: SmallWorld) -> None:
    world.item("100123", 125000, "C1", reference=REF)
    world.item("100124", 125000, "C1", due="2026-10-30", kind="debit_note")
    world.line("named", 125000, REF, day="2026-10-05")
    world.line("amount", 125000, account="SE11", day="2026-10-01")
    result = world.run()
    assert result.allocated("named") == [("100123", 125000)]
    assert result.allocated("amount") == [("100124", 125000)]


def test_documents_outside_the_window_are_not_meant(world: SmallWorld) -> None:
    world.item("100123", 125000, "C1", due="2025-09-30", issued="2025-09-01")
    world.item("100124", 77000, "C1", due="2026-10-30", issued="2026-10-01")  # not yet issued
    world.line("old", 125000, account="SE11")
    world.line("future", 77000, account="SE11")
    result = world.run()
    assert [result.fact(x)["tier"] for x in ("old", "future")] == [None, None]


def test_the_second_and_third_document_are_found(world: SmallWorld) -> None:
    """Taking as long as there is room would take 1 and 2 and miss that 2 and 3 fit."""
    for number, amount, due in (
        ("100121", 100_001, "2026-09-01"), ("100122", 250_003, "2026-09-02"),
        ("100123", 475_009, "2026-09-03"),
    ):  # fmt: skip
        world.item(number, amount, "C1", due=due)
    world.line("a", 725_012, account="SE11")
    result = world.run()
    assert result.allocated("a") == [("100122", 250_003), ("100123", 475_009)]
    assert result.fact("a")["tier"] == "combination"
    assert world.run(combination_pool=0).fact("a")["tier"] is None


def test_round_amounts_do_not_prove_a_combination(world: SmallWorld) -> None:
    for index, amount in enumerate((10000, 20000, 30000, 40000), 1):
        world.item(f"10012{index}", amount, "C1")
    world.line("a", 70000, account="SE11")
    assert world.run().fact("a")["tier"] is None


def test_combinations_that_overlap_are_used_by_neither(world: SmallWorld) -> None:
    amounts = (100_001, 250_003, 475_009)
    for index, amount in enumerate(amounts, 1):
        world.item(f"10012{index}", amount, "C1", due=f"2026-09-0{index}")
    world.line("a", amounts[0] + amounts[1], account="SE11")
    world.line("b", amounts[1] + amounts[2], account="SE11")
    assert world.run().proposals.allocations.is_empty()


def test_relevance_accepts_a_nearly_right_reference(world: SmallWorld) -> None:
    world.item("AB-12345-XYZ", 125000, "C1")
    world.line("a", 125000, ("AB12345XY", "free"), payer="Okänd")
    result = world.run()
    fact = result.fact("a")
    assert (fact["tier"], fact["relevance_accepts"]) == ("relevance", True)
    assert result.allocated("a") == [("AB-12345-XYZ", 125000)]


def test_neighbouring_numbers_are_not_nearly_right(world: SmallWorld) -> None:
    world.item("712219", 125000, "C1")
    world.line("a", 125000, ("712218", "invoice"))
    result = world.run()
    assert (result.fact("a")["tier"], result.allocated("a")) == (None, [])


def test_an_equal_score_is_a_tie(world: SmallWorld) -> None:
    world.item("AB-12345-XYZ", 125000, "C1")
    world.item("AB-12345-XYW", 125000, "C2")
    world.line("a", 125000, ("AB12345XY", "free"))
    result = world.run()
    assert (result.fact("a")["relevance_accepts"], result.allocated("a")) == (False, [])
    assert result.fact("a")["lead"] == 0
    assert len(result.suggested("a")) == 2


def test_a_payment_keyed_by_hand(world: SmallWorld) -> None:
    world.item("PMT-7", 125000, "C1", kind="payment", issued="2026-09-28", reference="9988776")
    world.item("PMT-8", 50000, "C2", kind="payment", issued="2026-09-29")
    world.item("PMT-9", 60000, "C2", kind="payment", issued="2026-09-01")
    world.line("named", 125000, "9988776")
    world.line("payer", 50000, account="SE22")
    world.line("too old", 60000, account="SE22")
    result = world.run()
    flags = {x: result.fact(x)["existing_payment"] for x in ("named", "payer", "too old")}
    assert flags == {"named": True, "payer": True, "too old": False}
    assert result.fact("payer")["tier"] == "payment"


def test_money_that_the_bank_takes_back(world: SmallWorld) -> None:
    world.line("receipt", 125000, past=True, bank_reference="B1", end_to_end="NOTPROVIDED")
    world.line("other", 5000, past=True, bank_reference="B9", end_to_end="NOTPROVIDED")
    world.line("back", -125000, bank_reference="B1")
    world.line("not back", -5000, bank_reference="B2", end_to_end="NOTPROVIDED")
    result = world.run()
    assert [result.fact(x)["reversal"] for x in ("back", "not back")] == [True, False]
    assert result.fact("back")["direction"] == "out"


def test_own_account(world: SmallWorld) -> None:
    world.line("a", 125000, account="SE 99")
    assert world.run().fact("a")["own_account"] is True


def test_refund_of_a_credit_note_only_when_allowed_and_named(world: SmallWorld) -> None:
    world.item("900001", 30000, "C1", kind="credit_note", reference="9988776")
    world.line("named", -30000, "9988776")
    world.line("amount", -30000, account="SE11")
    assert world.run().proposals.allocations.is_empty()
    allowed = PREFERENCES.disbursements.__class__(5, 0, allow_credit_note=True)
    result = world.run(disbursements=allowed)
    assert result.allocated("named") == [("900001", -30000)]
    assert result.allocated("amount") == []
    assert result.fact("named")["difference"] == 0


def test_a_run_of_nothing() -> None:
    result = SmallWorld().run()
    assert result.proposals.facts.is_empty()


def test_lines_without_any_document() -> None:
    world = SmallWorld()
    world.line("a", 100, "12", text="hej 12345", payer="X")
    world.line("b", -100)
    result = world.run()
    assert [result.fact(x)["tier"] for x in "ab"] == [None, None]


def test_an_account_learned_from_named_payments_is_a_lower_tier(world: SmallWorld) -> None:
    world.item("100123", 125000, "C1", reference=REF)
    world.item("100124", 77700, "C1")
    world.line("named", 125000, REF, account="SE77", payer="Inkassobolaget")
    world.line("silent", 77700, account="SE77")
    result = world.run()
    assert result.allocated("silent") == [("100124", 77700)]
    assert (result.fact("silent")["tier"], result.fact("silent")["shape"]) == (
        "name_amount", "learned",
    )  # fmt: skip


def test_an_account_that_paid_for_several_customers_teaches_nothing(world: SmallWorld) -> None:
    """A parent or a factor: what it pays without a word may be anybody's."""
    world.item("100123", 125000, "C1", reference=REF)
    world.item("100125", 99900, "C2", reference="9988776")
    world.item("100124", 77700, "C1")
    world.line("one", 125000, REF, account="SE77")
    world.line("other", 99900, "9988776", account="SE77")
    world.line("silent", 77700, account="SE77")
    result = world.run()
    assert result.allocated("silent") == []
