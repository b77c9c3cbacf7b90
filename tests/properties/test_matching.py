"""Laws of the matching kernel on generated ledgers."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from tests.unit.engine.matching.small_world import Result, SmallWorld

from reskontra.engine.matching.proposals import Proposals
from reskontra.engine.matching.propose import propose

Row = tuple[Any, ...]
Ledger = tuple[list[Row], list[Row]]

CUSTOMERS = ("C1", "C2", "C3")
AMOUNTS = (10000, 25000, 25050, 35000, 60000)
NUMBERS = tuple(str(100101 + i) for i in range(8))

ITEM = st.tuples(
    st.sampled_from(AMOUNTS), st.sampled_from(CUSTOMERS), st.integers(1, 28),
    st.sampled_from(("invoice", "invoice", "invoice", "credit_note", "dunning_fee")),
)  # fmt: skip
LINE = st.tuples(
    st.sampled_from((*AMOUNTS, 35050, 50, 9950)),
    st.lists(st.sampled_from((*NUMBERS, "999999")), max_size=2),
    st.sampled_from(("", "structured", "text")),
    st.sampled_from(("", "SE1", "SE2", "SE3")),
    st.sampled_from(("", "Alfa", "Beta AB", "Gama")),
    st.integers(1, 28),
)
LEDGERS = st.tuples(st.lists(ITEM, max_size=8), st.lists(LINE, min_size=1, max_size=7))
COMMON = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def build(items: Iterable[Row], lines: Iterable[Row], order: int = 0) -> SmallWorld:
    """The ledger of these rows; ``order`` shuffles rows and database ids, not content."""
    world = SmallWorld()
    for index, (number, name) in enumerate(
        zip(CUSTOMERS, ("Alfa", "Beta AB", "Gamma"), strict=True), 1
    ):
        world.customer(number, name, account=f"SE{index}")
    numbered = list(zip(NUMBERS, items, strict=False))
    labelled = list(enumerate(lines))
    if order:
        random.Random(order).shuffle(numbered)
        random.Random(order + 1).shuffle(labelled)
    for number, (amount, customer, day, kind) in numbered:
        fee_of = NUMBERS[0] if kind == "dunning_fee" else ""
        world.item(number, amount, customer, due=f"2026-09-{day:02}", kind=kind, order=fee_of)
    for index, (amount, named, how, account, payer, day) in labelled:
        references = [(value, "invoice") for value in named] if how == "structured" else []
        text = " ".join(named) if how == "text" else ""
        world.line(
            f"L{index}", amount, *references, text=text, account=account, payer=payer,
            day=f"2026-09-{day:02}",
        )  # fmt: skip
    return world


def by_content(world: SmallWorld, result: Result) -> list[Row]:
    """Decisions by what the line says: identical twins may change places."""
    decided = result.decisions()
    return sorted(
        (repr(row[5:7] + row[7:8] + row[13:15] + row[16:18]), repr(decided[row[4]]))
        for row in world.lines
    )


@COMMON
@given(LEDGERS, st.integers(1, 10**6))
def test_order_of_input_never_matters(ledger: Ledger, order: int) -> None:
    straight, shuffled = build(*ledger), build(*ledger, order=order)
    assert by_content(straight, straight.run()) == by_content(shuffled, shuffled.run())


@COMMON
@given(LEDGERS, st.integers(0, 10**6))
def test_order_of_rows_never_changes_a_byte(ledger: Ledger, seed: int) -> None:
    """The same ids in another order: every frame of the proposals is the same."""
    inputs = build(*ledger).inputs()
    frames = {
        name: frame.sample(fraction=1, shuffle=True, seed=seed)
        for name in ("lines", "items", "keys", "closed", "customers", "accounts", "aliases")
        if (frame := getattr(inputs, name)).height
    }
    straight, shuffled = propose(inputs), propose(replace(inputs, **frames))
    for name in Proposals.__slots__:
        assert_frame_equal(getattr(straight, name), getattr(shuffled, name))


@COMMON
@given(LEDGERS)
def test_no_document_is_allocated_beyond_what_is_open(ledger: Ledger) -> None:
    world = build(*ledger)
    result = world.run()
    used: dict[int, int] = {}
    opened = {row[0]: row[5] for row in world.items}
    amounts = {row[0]: row[7] for row in world.lines}
    for line, rows in result.proposals.allocations.group_by("line_id", maintain_order=True):
        money = amounts[line[0]] + rows.filter(pl.col("sign") < 0)["wanted"].sum()
        for d, before, wanted, discount, sign in rows.select(
            "document_id", "open_before", "wanted", "discount", "sign"
        ).iter_rows():
            paid = wanted if sign < 0 else min(money, wanted)
            money -= paid if sign > 0 else 0
            assert 0 < wanted + discount <= before
            assert before <= opened[d]
            used[d] = used.get(d, 0) + paid
    assert all(total <= opened[d] for d, total in used.items())


@COMMON
@given(LEDGERS)
def test_difference_is_what_the_allocations_leave(ledger: Ledger) -> None:
    result = build(*ledger).run()
    for label in result.labels.values():
        fact, allocated = result.fact(label), result.allocated(label)
        if allocated:
            assert fact["difference"] == fact["amount"] - sum(amount for _, amount in allocated)
            assert fact["documents"] == len(allocated)
            assert fact["candidates"] == 1


@COMMON
@given(LEDGERS, st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.booleans()), max_size=5))
def test_what_is_unrelated_changes_nothing(ledger: Ledger, others: list[Row]) -> None:
    """Another customer's documents and payments, other amounts and numbers: paid or not."""
    world = build(*ledger)
    before = world.run().decisions()
    world.customer("Z9", "Zeta Unlimited", account="SE777")
    world.line("unrelated", 3_333_333, text="888", account="SE777")
    for n, (price, paid, named) in enumerate(others):
        world.item(f"88888{n}", 7_777_777 + price, "Z9")
        if paid:
            text = f"88888{n}" if named else ""
            world.line(f"unrelated {n}", 7_777_777 + price, text=text, account="SE777")
    after = world.run().decisions()
    assert {label: row for label, row in after.items() if "unrelated" not in label} == before


@COMMON
@given(LEDGERS, st.sampled_from(AMOUNTS))
def test_a_lower_tier_never_overrides_a_higher(ledger: Ledger, amount: int) -> None:
    """A line that names a document of exactly its amount gets it, whoever else has that amount."""
    items, lines = ledger
    world = build(items, [])
    world.item("777001", amount, "C1", reference="5550012")
    world.line("named", amount, "5550012", account="SE2", payer="Gamma", day="2026-09-28")
    for index, (value, _, _, account, payer, day) in enumerate(lines):
        world.line(f"L{index}", value, account=account, payer=payer, day=f"2026-09-{day:02}")
    result = world.run()
    assert result.allocated("named") == [("777001", amount)]
    assert result.fact("named")["tier"] == "reference"
