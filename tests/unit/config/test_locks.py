"""Which changes of locked keys are found: changed and taken away, never added."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from reskontra.config.company import load_company
from reskontra.config.locks import changed_locks, is_locked
from reskontra.config.scaffold import create
from reskontra.config.workspace import load_workspace


@pytest.fixture(scope="module")
def values(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("workspace") / "workspace"
    create(folder, country="se", company="nord", name="Nord AB", login="anna")
    return load_company(load_workspace(folder), "nord").values


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("company.currency=EUR", ["company.currency"]),
        ("company.name=Syd AB", []),
        ("ledger.fiscal_year_start=5", ["ledger.fiscal_year_start"]),
        ("ledger.vat_on_cash_discount.mechanism=none", ["ledger.vat_on_cash_discount.mechanism"]),
        ("ledger.balance_reason=BADDEBT", []),
        ("numbering.use.invoice=PAY", ["numbering.use.invoice"]),
    ],
)
def test_a_changed_key_is_found(values: dict[str, Any], change: str, found: list[str]) -> None:
    key, _, value = change.partition("=")
    changed = deepcopy(values)
    node = changed
    *above, last = key.split(".")
    for part in above:
        node = node[part]
    node[last] = value
    assert [".".join(key) for key in changed_locks(values, changed)] == found


def test_what_is_added_is_free_and_what_is_gone_is_not(values: dict[str, Any]) -> None:
    series = values["numbering"]["series"]
    assert series, "the scaffold has series"
    name = next(iter(series))
    more, less, rows, ended = (deepcopy(values) for _ in range(4))
    more["numbering"]["series"]["X"] = {"pattern": "X-{0}"}
    assert list(changed_locks(values, more)) == []
    del less["numbering"]["series"][name]
    assert list(changed_locks(values, less)) == [("numbering", "series", name)]
    year = {"start_number": "1", "start_date": "2026-01-01", "end_number": "", "warning_number": ""}
    before = deepcopy(values)
    for tree, own in (
        (before, [year]), (rows, [year, year | {"start_date": "2027-01-01"}]),
        (ended, [year | {"end_number": "900", "warning_number": "800"}]),
        (less, [year | {"start_number": "2"}]),
    ):  # fmt: skip
        tree["numbering"]["series"][name] = {"rows": own}
    assert list(changed_locks(before, rows)) == []
    assert list(changed_locks(before, ended)) == []
    changed = ("numbering", "series", name, "rows", "start_number")
    assert list(changed_locks(before, less)) == [changed]
    assert list(changed_locks(rows, before)) == [changed[:-1]]


def test_which_keys_are_locked() -> None:
    locked = ("company.currency", "numbering.use", "numbering.series.INV.rows", "cash_accounts.a")
    free = ("company.name", "numbering.use.nothing", "matching", "nowhere", "ledger.entry.hold")
    assert [is_locked(tuple(key.split("."))) for key in (*locked, *free)] == [True] * 4 + [
        False
    ] * 5
