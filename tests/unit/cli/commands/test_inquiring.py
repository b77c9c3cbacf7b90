"""Inquiries about customers on the command line: tables for people, the same rows for machines."""

from __future__ import annotations

import pytest
from tests.acceptance.company import DAY, Company


@pytest.mark.parametrize(
    "command",
    [
        ("balance", "1011"), ("history", "1011"), ("applications", "--customer", "1011"),
        ("statement-of-account", "1011", "--from", "2026-01-01", "--to", DAY),
        ("confirmations", "--as-of", DAY), ("received-after", "2026-11-01"),
    ],
)  # fmt: skip
def test_every_list_is_a_table_and_rows(booked: Company, command: tuple[str, ...]) -> None:
    rows = booked.cli("show", *command, "--format", "csv").table()
    assert rows
    table = booked.cli("show", *command).out
    assert all(row["currency"] in table for row in rows)
    assert booked.cli("show", *command, "--format", "json").json()


def test_a_statement_is_brought_forward_in_the_language_of_the_customer(booked: Company) -> None:
    booked.cli("customers", "edit", "1011", "--set", "language=sv")
    asked = ("show", "statement-of-account", "1011", "--type", "brought_forward", "--to", DAY)
    assert "Saldo före 2026-10-01" in booked.cli(*asked, "--from", "2026-10-01").out
    (found,) = booked.cli(*asked, "--from", "2026-01-01", "--format", "json").json()
    (owed,) = booked.cli("show", "balance", "1011", "--as-of", DAY, "--format", "json").json()
    assert found["closing"] == {"SEK": owed["balance"]}
    assert found["rows"][-1]["balance"] == owed["balance"]


def test_the_telephone_screen_tells_what_the_balance_tells(booked: Company) -> None:
    (owed,) = booked.cli("show", "balance", "1011", "--format", "json").json()
    card = booked.cli("show", "customer", "1011", "--format", "json").json()
    assert card["balance"] == {"SEK": owed["balance"]}
    assert "Open documents" in booked.cli("show", "customer", "1011").out
    booked.cli("customers", "rename", "1011", "20011")
    assert booked.cli("show", "customer", "1011").out.startswith("20011 ")
    for found in (
        ("show", "documents", "--customer", "1011"),
        ("documents", "list", "--customer", "1011"),
        ("customers", "list", "--parent", "1011"),
    ):
        assert booked.cli(*found, "--format", "csv").table(), found


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (("customer", "none"), 65, "RK830"), (("history", "none"), 65, "RK830"),
        (("applications", "none"), 64, "RK815"), (("received-after", "soon"), 64, "RK702"),
        (("statement-of-account", "1011", "--from", "2027-01-01", "--to", DAY), 64, "after --to"),
    ],
)  # fmt: skip
def test_wrong_input_is_answered(
    booked: Company, command: tuple[str, ...], code: int, said: str
) -> None:
    assert said in booked.cli("show", *command, expect=code).err
