"""Sentences of two stages do not repeat themselves; options that stand first say so."""

from __future__ import annotations

import pytest
from tests.acceptance.company import Company


@pytest.mark.parametrize(
    ("line", "sentence", "amount"),
    [
        (
            "line:11",
            "points at the document; it is paid in part. 1 166,87 SEK is missing.",
            "1 166,87",
        ),
        (
            "line:12",
            "the payer is its customer, but more was paid than is open. 300,00 SEK is too much.",
            "300,00",
        ),
        (
            "line:13",
            "the difference is within rounding. The difference of -0,40 SEK is written off",
            "-0,40",
        ),
    ],
)
def test_why_is_said_once(booked: Company, line: str, sentence: str, amount: str) -> None:
    told = booked.cli("explain", line).out.replace("\xa0", " ").replace("\u2212", "-")
    assert sentence in told
    assert told.split("because")[1].splitlines()[0].count(amount) == 1


@pytest.mark.parametrize(
    ("command", "option"),
    [
        (("import", "customers", "customers.csv"), "--company"),
        (("show", "payments"), "--branch"),
        (("match",), "--db"),
    ],
)
def test_an_option_of_every_command_says_where_it_stands(
    filled: Company, command: tuple[str, ...], option: str
) -> None:
    refused = filled.cli(*command, option, "oslo", expect=64)
    assert f"put {option} before the command: reskontra {option} ..." in refused.err


def test_one_thing_is_singular(filled: Company) -> None:
    with (filled.path / "one.csv").open("w", encoding="utf-8") as file:
        lines = (filled.path / "customers.csv").read_text("utf-8").splitlines(keepends=True)
        file.writelines([lines[0], lines[1].replace("1001", "2001").replace("5000009", "5000017")])
    told = filled.cli("import", "customers", "one.csv").out
    assert "1 customer: 1 new" in told
    assert filled.cli("config", "why", "matching.duplicate_days").err == "1 key\n"
    assert "in 1 company (" in filled.cli("lint").err
