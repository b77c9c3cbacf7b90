"""``match`` and ``run``: what waits outside the plan is said too, and days are days."""

from __future__ import annotations

import re

import pytest
from tests.acceptance.company import Company

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize("command", ["match", "run"])
def test_what_was_taken_back_or_held_is_told_below_the_plan(booked: Company, command: str) -> None:
    booked.cli("undo", "payment:P0000001")
    booked.cli("undo", "payment:P0000002")
    shown = booked.cli(command, expect=2).out
    assert (
        f"2 payments (2{NBSP}133,43 SEK) taken back wait for `reskontra resolve run:1 --release`"
    ) in shown
    assert f"1 payment (2{NBSP}733,84 SEK) held waits for a person" in shown


@pytest.mark.parametrize("command", ["match", "run"])
def test_a_held_payment_alone_is_pending(booked: Company, command: str) -> None:
    for line in booked.waiting("review"):
        booked.cli("resolve", line, "--hide")
    shown = booked.cli(command, expect=2).out
    assert "Nothing to do" not in shown
    assert "1 payment" in shown
    (held,) = booked.waiting("hold")
    booked.cli("resolve", held, "--hide")
    assert "Nothing to do." in booked.cli(command).out


def test_the_json_of_a_plan_holds_what_waits_outside(booked: Company) -> None:
    assert booked.cli("match", "--format", "json", expect=2).json()["set_aside"] == [
        {"state": "hold", "run": 0, "currency": "SEK", "payments": 1, "amount": "2733.84"}
    ]


@pytest.mark.parametrize("day", ["foo", "2026-02-30", "20261130", "2026-W48-1", "2026-1-5"])
@pytest.mark.parametrize("command", [("match",), ("run",), ("show", "ageing")])
def test_as_of_is_a_day(booked: Company, command: tuple[str, ...], day: str) -> None:
    refused = booked.cli(*command, "--as-of", day, expect=64)
    assert refused.codes == ["RK702"]
    assert f"'{day}' is not a day (YYYY-MM-DD)" in refused.err


def test_lines_stand_in_the_order_of_their_numbers(filled: Company) -> None:
    shown = filled.cli("match", "--lines", expect=2).out
    numbers = [int(found) for found in re.findall(r"(?m)^ +(\d+)   2026-", shown)]
    assert numbers == list(range(1, 38))


def test_a_reason_has_amounts_as_people_write_them_and_exact_in_json(filled: Company) -> None:
    shown = filled.cli("match", "--lines", expect=2).out
    exact = re.compile(r"\d+\.\d\d SEK")
    assert not exact.findall(shown)
    lines = filled.cli("match", "--format", "json", expect=2).json()["lines"]
    assert any(exact.search(line["because"]) for line in lines)


def test_a_plan_tells_why_a_line_cannot_be_booked_and_what_to_do(filled: Company) -> None:
    (filled.folder / "rules").mkdir(exist_ok=True)
    (filled.folder / "rules" / "own.yaml").write_text(
        "pack: own\nstage: differences\nrules:\n"
        "  - {id: generous, when: {difference: {lt: 0}}, then: {treat: write_off}, because: x}\n"
    )
    told = filled.cli("match", expect=2).out
    assert "  ! line:" in told
    assert "RK724 the write-off of" in told
    assert "    remedy: Leave the rest open, or raise `differences.write_off_limit`" in told
