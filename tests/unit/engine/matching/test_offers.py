"""What is offered to a person where nothing is proposed: usual ways of paying, rarest first."""

from __future__ import annotations

import pytest
from tests.unit.engine.matching.small_world import SmallWorld

AMOUNTS = (10_017, 20_129, 40_257, 80_513, 160_931, 321_877)


@pytest.fixture
def world() -> SmallWorld:
    """A customer with documents of which no sum is rare enough to be settled."""
    made = SmallWorld()
    made.customer("C1", "Storkund AB", account="SE11")
    for place, amount in enumerate(AMOUNTS):
        made.item(f"20010{place}", amount, "C1", due=f"2026-09-{10 + place}")
    return made


def _offered(world: SmallWorld, amount: int) -> list[list[str]]:
    world.line("a", amount, account="SE11", day="2026-09-12")
    result = world.run(combination_documents=0)
    assert result.allocated("a") == []
    return result.suggested("a")


@pytest.mark.parametrize(
    ("places", "difference"),
    [
        ((1, 2, 3), 0),  # neighbours
        ((0, 4), 0),  # any two
        ((0, 1, 5), 0),  # neighbours and one more
        ((0, 2, 3, 4), 0),  # neighbours but one
        ((0, 2, 4), 0),  # a few of a few
        ((3,), 13),  # rounded
        ((3,), -2_500),  # a fee was kept back
        ((3,), 50_000),  # a round surplus
    ],
)
def test_usual_ways_of_paying(world: SmallWorld, places: tuple[int, ...], difference: int) -> None:
    amount = sum(AMOUNTS[place] for place in places) + difference
    assert _offered(world, amount)[0] == [f"20010{place}" for place in places]


@pytest.mark.parametrize("places", [(2,), (2, 3), (1, 5), (0, 1, 4)])
def test_less_a_credit_note(world: SmallWorld, places: tuple[int, ...]) -> None:
    world.item("K-1", 7_309, "C1", kind="credit_note")
    amount = sum(AMOUNTS[place] for place in places) - 7_309
    assert _offered(world, amount)[0] == [*(f"20010{place}" for place in places), "K-1"]


def test_a_part_of_what_is_due_nearest(world: SmallWorld) -> None:
    assert _offered(world, 15_555)[0] == ["200102"]


def test_one_of_few_ways_comes_before_one_of_many(world: SmallWorld) -> None:
    """Three documents of which the amount may be a part, one from which a fee may be missing."""
    assert _offered(world, 80_513 - 2_500) == [["200103"], ["200104"], ["200105"]]


def test_documents_of_every_namesake_are_offered() -> None:
    world = SmallWorld()
    for customer, amount in (("C1", 90_113), ("C2", 70_227)):
        world.customer(customer, "Eva Berg")
        world.item(f"30{customer}", amount, customer)
    world.line("a", 90_100, payer="EVA BERG")
    assert world.run().suggested("a")[0] == ["30C1"]


def test_a_mistyped_name_is_enough_for_an_offer() -> None:
    world = SmallWorld()
    world.customer("C1", "Faluvall Regnskap AB")
    world.item("300001", 90_113, "C1")
    world.line("a", 90_100, payer="FALUVALL REGSKAP AB")
    result = world.run()
    assert (result.allocated("a"), result.suggested("a")) == ([], [["300001"]])


def test_a_second_payment_is_offered_what_else_has_the_amount_only(world: SmallWorld) -> None:
    world.item("200077", 50_019, "C1", closed=True)
    world.item("200078", 50_019, "C1")
    world.line("a", 50_019, "200077", account="SE11", day="2026-09-12")
    result = world.run()
    assert result.fact("a")["document_closed"]
    assert result.suggested("a") == [["200078"]]


def test_equal_documents_of_a_payer_are_one_answer(world: SmallWorld) -> None:
    """The one due nearest stands for them, so that other answers find a place."""
    for number, day in (("200200", "09-30"), ("200201", "09-12"), ("200202", "10-30")):
        world.item(number, 80_513, "C1", due=f"2026-{day}")
    offered = _offered(world, 80_513 + 13)
    assert offered[0] == ["200201"]
    assert not {"200103", "200200", "200202"} & {ds[0] for ds in offered if len(ds) == 1}
