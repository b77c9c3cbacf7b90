"""Amounts that may agree by chance are a kind of evidence of their own."""

import pytest
from tests.unit.engine.matching.small_world import SmallWorld

REF = "1001238"


@pytest.fixture
def world() -> SmallWorld:
    world = SmallWorld()
    world.customer("C1", "Storkund AB", account="SE11")
    return world


def _crowd(world: SmallWorld, first: int, step: int, kind: str = "invoice") -> None:
    """Forty documents with amounts from ``first``, due within four weeks."""
    for k in range(40):
        world.item(f"2001{k:02}", first + k * step, "C1", due=f"2026-10-{k % 28 + 1:02}", kind=kind)


def test_one_of_many_round_amounts_proves_little_unless_it_is_due_that_day(
    world: SmallWorld,
) -> None:
    _crowd(world, 60_100, 200)
    world.item("300001", 60_200, "C1", due="2026-10-01")
    world.line("far", 60_200, account="SE11", day="2026-10-25")
    world.line("due", 60_300, account="SE11", day="2026-10-02")
    result = world.run()
    assert [result.allocated(x) for x in ("far", "due")] == [
        [("300001", 60_200)], [("200101", 60_300)],
    ]  # fmt: skip
    assert [result.fact(x)["shape"] for x in ("far", "due")] == ["by_chance", "exact"]


def test_amounts_to_the_minor_unit_are_too_many_for_chance(world: SmallWorld) -> None:
    _crowd(world, 60_101, 2)
    world.line("a", 60_103, account="SE11", day="2026-10-25")
    assert world.run().fact("a")["shape"] == "exact"


def test_equal_documents_are_as_good_and_no_crowd(world: SmallWorld) -> None:
    for number in ("300001", "300002", "300003"):
        world.item(number, 60_200, "C1", due="2026-10-01")
    world.line("a", 60_200, account="SE11", day="2026-10-25")
    fact = world.run().fact("a")
    assert (fact["shape"], fact["interchangeable"]) == ("exact", True)


@pytest.mark.parametrize(
    ("note", "shape"), [(7_500, "by_chance"), (15_123, "netted"), (75_000, "netted")]
)
def test_a_credit_note_of_a_few_round_kronor_may_be_a_fee(
    world: SmallWorld, note: int, shape: str
) -> None:
    world.item("100123", 125_000, "C1", reference=REF)
    world.item("K-1", note, "C1", kind="credit_note")
    world.line("a", 125_000 - note, REF)
    fact = world.run().fact("a")
    assert (fact["shape"], fact["netted"]) == (shape, True)


def test_several_credit_notes_together_are_found_by_trying(world: SmallWorld) -> None:
    world.item("100123", 125_000, "C1", reference=REF)
    world.item("K-1", 15_123, "C1", kind="credit_note")
    world.item("K-2", 20_419, "C1", kind="credit_note")
    world.line("a", 125_000 - 15_123 - 20_419, REF)
    fact = world.run().fact("a")
    assert (fact["shape"], fact["netted"]) == ("by_chance", True)


def test_a_reference_one_slip_away_with_the_exact_amount_contradicts(world: SmallWorld) -> None:
    """The number names another customer's open document: a person sees both."""
    world.customer("C2", "Annan AB")
    world.item("526815", 107_199, "C1", issued="2026-09-02")
    world.item("521681", 34_584, "C2", reference="5216815", issued="2026-09-02")
    world.line("a", 34_584, "526815", payer="", day="2026-10-02")
    result = world.run()
    assert result.allocated("a") == []
    assert result.suggested("a") == [["521681"], ["526815"]]
