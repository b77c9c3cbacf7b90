"""Whose lines a CSV file holds: the company's only account, or the one that was named."""

from __future__ import annotations

from pathlib import Path

import pytest

from reskontra.adapters.imports import own_account
from reskontra.config.company import load_company
from reskontra.config.scaffold import create
from reskontra.config.workspace import load_workspace
from reskontra.engine.preferences import Preferences

ACCOUNTS = """\
cash_accounts:
  - {id: main, account: 1930, currency: SEK, feed: details, identifiers: {bankgiro: 991-2346}}
"""
SECOND = (
    "  - {id: euro, account: 1931, currency: EUR, feed: details, identifiers: {plusgiro: 1-8}}\n"
)


def preferences(folder: Path, accounts: str) -> Preferences:
    create(folder, country="se", company="nord", name="Nord AB", login="anna")
    path = folder / "companies" / "nord" / "cash_accounts.yaml"
    path.write_text(accounts, encoding="utf-8")
    return load_company(load_workspace(folder), "nord").preferences


@pytest.mark.parametrize(
    ("accounts", "named", "number"),
    [
        (ACCOUNTS, "", "9912346"),
        (ACCOUNTS, "main", "9912346"),
        (ACCOUNTS, "5050-1055", "5050-1055"),
        (ACCOUNTS + SECOND, "euro", "18"),
        (ACCOUNTS + SECOND, "", ""),
    ],
)
def test_whose_lines_a_csv_file_holds(
    tmp_path: Path, accounts: str, named: str, number: str
) -> None:
    assert own_account(preferences(tmp_path, accounts), named) == number
