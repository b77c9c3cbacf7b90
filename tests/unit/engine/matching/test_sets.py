"""Payments for several documents: lists that were cut, credit notes netted, and what is offered."""

from __future__ import annotations

import pytest
from tests.unit.engine.matching.small_world import SmallWorld


@pytest.fixture
def world() -> SmallWorld:
    made = SmallWorld()
    made.customer("C1", "Ek AB", account="SE11")
    for number, amount, due in (
        ("481722", 99_001, "2026-09-10"), ("482013", 926_428, "2026-09-14"),
        ("484150", 251_805, "2026-09-20"), ("489900", 370_033, "2026-09-25"),
    ):  # fmt: skip
        made.item(number, amount, "C1", due=due)
    return made


def test_a_number_that_was_cut_off_says_which_document_is_meant(world: SmallWorld) -> None:
    """Two documents have the missing amount; one begins as the text ends."""
    world.item("485555", 99_001, "C1", due="2026-09-12")
    world.line("a", 251_805 + 99_001, text="484150 + 4817", account="SE11")
    world.line("b", 926_428 + 99_001, text="482013 m.fl.", account="SE11")
    result = world.run()
    assert sorted(result.allocated("a")) == [("481722", 99_001), ("484150", 251_805)]
    assert result.fact("a")["tier"] == "combination"


def test_the_rest_of_a_cut_list(world: SmallWorld) -> None:
    world.line("a", 251_805 + 99_001 + 926_428, text="484150, 4817", account="SE11")
    assert sorted(n for n, _ in world.run().allocated("a")) == ["481722", "482013", "484150"]


@pytest.mark.parametrize("surplus", [10_000, 49_900])
def test_a_surplus_that_many_documents_have_completes_no_list(
    world: SmallWorld, surplus: int
) -> None:
    """100.00 too much is no payment of another invoice of 100.00; neither is a popular price."""
    world.item("485555", surplus, "C1", due="2026-09-12")
    world.customer("C2", "Al AB")
    world.item("490001", 49_900, "C2")
    world.item("490002", 49_900, "C2")
    world.line("a", 251_805 + surplus, text="484150 tack", account="SE11")
    result = world.run()
    assert result.allocated("a") == [("484150", 251_805)]
    assert result.fact("a")["difference"] == surplus
    assert ["484150", "485555"] in result.suggested("a")


def test_a_credit_note_is_netted_without_a_word(world: SmallWorld) -> None:
    world.item("900001", 30_011, "C1", kind="credit_note")
    world.line("a", 370_033 - 30_011, account="SE11")
    result = world.run()
    assert result.allocated("a") == [("489900", 370_033), ("900001", -30_011)]
    fact = result.fact("a")
    assert (fact["tier"], fact["netted"], fact["difference"]) == ("combination", True, 0)
    world.item("489901", 370_033, "C1", due="2026-09-26")
    assert world.run().allocated("a") == []
    assert world.run(netting=False).fact("a")["tier"] is None


def test_what_a_silent_payment_may_mean_is_offered_in_order(world: SmallWorld) -> None:
    world.line("rounded", 370_000, account="SE11", day="2026-09-25")
    world.line("part", 500_000, account="SE11", day="2026-09-15")
    result = world.run()
    assert result.suggested("rounded")[0] == ["489900"]
    assert result.suggested("part")[0] == ["482013"]
    assert result.proposals.allocations.is_empty()


def test_a_set_that_may_be_chance_is_offered_and_not_taken() -> None:
    world = SmallWorld()
    world.customer("C1", "Ek AB", account="SE11")
    for index, amount in enumerate((10_000, 20_000, 30_000, 45_000), 1):
        world.item(f"10012{index}", amount, "C1", due=f"2026-09-0{index}")
    world.line("a", 50_000, account="SE11")
    result = world.run()
    assert result.allocated("a") == []
    assert result.suggested("a")[0] == ["100122", "100123"]
