"""Number series: growth, fixed widths, rows by branch and date, exhaustion."""

from __future__ import annotations

from datetime import date

import pytest

from reskontra.engine.errors import ReskontraError
from reskontra.engine.ledger.series import Numberer, run_of
from reskontra.engine.preferences.numbering import NumberingPreferences, Series, Subsequence


def row(
    start: str,
    *,
    end: str = "",
    branch: str = "",
    since: date | None = None,
    warning: str = "",
    step: int = 1,
) -> Subsequence:
    return Subsequence(branch, start, end, since, warning, step)


def numberer(*rows: Subsequence, branch: str = "") -> Numberer:
    series = Series("payments", "", rows)
    return Numberer.over(
        "nord", NumberingPreferences((series,), {"payment": "payments"}), [], branch
    )


def test_numbers_follow_each_other() -> None:
    numbers = numberer(row("P0001"))
    assert [numbers.next("payment", "2026-11-20") for _ in range(3)] == ["P0001", "P0002", "P0003"]


def test_the_step_and_the_suffix_are_kept() -> None:
    assert run_of("A-07-x", 1, 2, 5, fixed=True) == ["A-12-x", "A-17-x"]


def test_a_number_without_leading_zeros_grows() -> None:
    numbers = numberer(row("99"))
    assert [numbers.next("payment", "2026-11-20") for _ in range(2)] == ["99", "100"]


def test_a_fixed_width_is_never_widened() -> None:
    numbers = numberer(row("098"))
    assert [numbers.next("payment", "2026-11-20") for _ in range(902)][-1] == "999"
    with pytest.raises(ReskontraError, match="RK741"):
        numbers.next("payment", "2026-11-20")


def test_the_end_number_ends_the_series() -> None:
    numbers = numberer(row("1", end="2"))
    assert [numbers.next("payment", "2026-11-20") for _ in range(2)] == ["1", "2"]
    with pytest.raises(ReskontraError, match="exhausted"):
        numbers.next("payment", "2026-11-20")


def test_every_number_from_the_warning_number_warns() -> None:
    numbers = numberer(row("1", end="9", warning="2"))
    for _ in range(3):
        numbers.next("payment", "2026-11-20")
    assert len(numbers.warnings) == 2


def test_the_latest_row_of_the_branch_is_used() -> None:
    rows = (
        row("A1"),
        row("B1", since=date(2027, 1, 1)),
        row("G1", branch="gbg"),
    )
    assert numberer(*rows).next("payment", "2026-12-31") == "A1"
    assert numberer(*rows).next("payment", "2027-01-01") == "B1"
    assert numberer(*rows, branch="gbg").next("payment", "2027-01-01") == "G1"
    assert numberer(*rows, branch="sthlm").next("payment", "2026-01-01") == "A1"


def test_no_row_for_the_date_is_an_error() -> None:
    with pytest.raises(ReskontraError, match="RK740"):
        numberer(row("1", since=date(2027, 1, 1))).next("payment", "2026-12-31")
