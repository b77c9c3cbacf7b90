"""BgMax: what refuses a file, each with its code and line, all at once; damage never crashes."""

from __future__ import annotations

from random import Random

import pytest
from tests.bgmax_files import START, Extra, Paid, data, records, section

from reskontra.adapters.formats import bgmax
from reskontra.engine.bank_file import BankFile
from reskontra.engine.errors import Problem, ReskontraError

GOOD = records(
    section(Paid(100, "39859", name="Åsa"), Paid(200, "26", extras=(Extra("18", 200),))),
    section(Paid(50, "18"), deposit=57),
)
"""Lines: 1 start · 2 05 · 3 20 · 4 26 · 5 20 · 6 22 · 7 15 · 8 05 · 9 20 · 10 15 · 11 70."""


def errors(content: bytes) -> list[Problem]:
    with pytest.raises(ReskontraError) as caught:
        bgmax.read(content, file="bg.txt")
    return [problem for problem in caught.value.problems if problem.is_error]


def refused(rows: list[str], **shape: str) -> list[tuple[str, int]]:
    found = errors(data(rows, **shape))
    return [(p.code, p.place.line if p.place else -1) for p in found]


def changed(line: int, text: str) -> list[str]:
    rows = list(GOOD)
    rows[line - 1] = text
    return rows


def put(line: int, column: int, text: str) -> list[str]:
    row = GOOD[line - 1]
    return changed(line, row[: column - 1] + text + row[column - 1 + len(text) :])


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (GOOD[1:], ("RK545", 1)),
        (put(1, 23, "02"), ("RK546", 1)),
        (put(1, 25, "20261340"), ("RK547", 1)),
        (put(1, 25, "99991231"), ("RK547", 1)),
        (put(1, 45, "X"), ("RK548", 1)),
        (GOOD[:-1], ("RK549", 10)),
        ([GOOD[0], GOOD[2], *GOOD[1:2], *GOOD[3:]], ("RK550", 2)),
        ([GOOD[0], GOOD[1], GOOD[3], *GOOD[2:]], ("RK551", 3)),
        ([GOOD[0], *GOOD[2:3], *GOOD[6:]], ("RK552", 3)),
        ([*GOOD[:6], *GOOD[7:]], ("RK553", 7)),
        ([*GOOD[:9], *GOOD[10:]], ("RK553", 10)),
        (changed(6, GOOD[5][:60]), ("RK554", 6)),
        (changed(6, GOOD[5][:69]), ("RK554", 6)),
        (changed(1, GOOD[0][:44]), ("RK554", 1)),
        (changed(2, GOOD[1][:11]), ("RK554", 2)),
        (changed(7, GOOD[6][:78]), ("RK554", 7)),
        (changed(11, GOOD[10][:33]), ("RK554", 11)),
        (changed(4, GOOD[3] + "x"), ("RK555", 4)),
        (put(3, 40, "O"), ("RK557", 3)),
        (put(3, 40, "²"), ("RK557", 3)),
        (put(2, 13, "12X"), ("RK557", 2)),
        (put(7, 68, "1"), ("RK558", 7)),
        (put(7, 79, "3"), ("RK559", 7)),
        (put(11, 10, "9"), ("RK560", 11)),
        (put(2, 3, "0000000000"), ("RK566", 2)),
        (put(7, 69, "EUR"), ("RK567", 7)),
        ([*GOOD[:7], START, *GOOD[7:]], ("RK568", 8)),
        ([*GOOD, GOOD[2]], ("RK569", 12)),
        (put(7, 38, "20260230"), ("RK506", 7)),
        (put(7, 38, "10100324"), ("RK506", 7)),
        (put(7, 38, "20280101"), ("RK506", 7)),
        (put(2, 23, "Kr."), ("RK509", 2)),
        (put(2, 23, "JPY"), ("RK509", 2)),
    ],
)
def test_each_fault_has_its_code_and_line(rows: list[str], expected: tuple[str, int]) -> None:
    assert expected in refused(rows)


def test_a_deduction_needs_its_code() -> None:
    rows = records(section(Paid(5), Paid(1, deduction="0")))
    rows[3] = rows[3][:70]
    assert ("RK554", 4) in refused(rows)


def test_sums_and_counts_say_both_numbers() -> None:
    rows = records(section(Paid(100), Paid(250, deduction="1"), total=151, number=3))
    messages = " ".join(p.message for p in errors(data(rows)))
    assert "1.51" in messages
    assert "-1.50" in messages
    assert "3 payments" in messages
    assert "holds 2" in messages
    counted = " ".join(p.message for p in errors(data(put(11, 10, "9"))))
    assert "states 9 payments (20), the file holds 3" in counted


def test_all_faults_are_told_at_once() -> None:
    rows = put(1, 23, "02")
    rows[6] = put(7, 79, "9")[6]
    rows[10] = put(11, 34, "7")[10]
    assert {code for code, _ in refused(rows)} == {"RK546", "RK559", "RK560"}


def test_a_lost_blank_never_becomes_money() -> None:
    """A reader by position takes 22 000 000.00 from a record that has lost ten blanks."""
    row = GOOD[5]
    squeezed = row[:12] + row[22:]
    assert refused(changed(6, squeezed.rstrip())) == [("RK554", 6)]
    assert ("RK557", 6) in refused(changed(6, squeezed.ljust(80)))


def test_a_block_must_be_a_multiple_of_eighty() -> None:
    assert refused([("".join(GOOD))[:-1]]) == [("RK556", 0)]
    rows = ["".join(GOOD)]
    assert isinstance(bgmax.read(data(rows), file="bg.txt"), BankFile)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "RK500"),
        (b" \r\n \n", "RK500"),
        (b"\x1a", "RK500"),
        ("\u00a0\r\n".encode("latin-1"), "RK500"),
        (data(GOOD).replace(b"BGMAX", b"BGM\0X"), "RK503"),
        (b"%PDF-1.4 whatever", "RK545"),
    ],
)
def test_what_is_no_bgmax_file(content: bytes, code: str) -> None:
    assert [p.code for p in errors(content)] == [code]


def test_damage_gives_an_error_or_a_file_and_nothing_else() -> None:
    random = Random(20261124)
    for shape in ({}, {"end": ""}, {"encoding": "utf-8"}):
        whole = data(GOOD, **shape)
        for at in range(0, len(whole), 7):
            _survives(whole[:at])
        for _ in range(400):
            broken = bytearray(whole)
            for _ in range(random.randrange(1, 4)):
                broken[random.randrange(len(broken))] = random.randrange(256)
            _survives(bytes(broken))


def _survives(content: bytes) -> None:
    problems: tuple[Problem, ...] = ()
    try:
        bgmax.read(content, file="bg.txt")
    except ReskontraError as error:
        problems = error.problems
    assert all(problem.code.startswith("RK5") for problem in problems)


def test_a_cut_file_is_always_refused() -> None:
    whole = data(GOOD).rstrip()
    for at in range(len(whole) - 1, 0, -13):
        with pytest.raises(ReskontraError):
            bgmax.read(whole[:at], file="bg.txt")
