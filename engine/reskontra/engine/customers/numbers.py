"""The number of a new customer: typed, or the next of the series of slot ``customer``."""

from __future__ import annotations

from collections.abc import Iterable

from reskontra.engine.errors import ReskontraError
from reskontra.engine.ledger.series import (
    applicable,
    exhausted,
    has_fixed_width,
    ordinal,
    parts,
    run_of,
)
from reskontra.engine.preferences.numbering import NumberingPreferences

SLOT = "customer"


def next_numbers(
    numbering: NumberingPreferences, branch: str, on: str, used: Iterable[str], count: int
) -> list[str]:
    """The ``count`` numbers after the highest one of the series' form that anybody has or had.

    Raises ``ReskontraError``: RK842 no series is named for customers, RK740, RK741 exhausted.
    """
    if SLOT not in numbering.use:
        raise ReskontraError.of(
            "RK842", "no series gives customers their numbers",
            help="type a number, or name a series in numbering.yaml: use.customer",
        )  # fmt: skip
    series = numbering.series_for(SLOT)
    row = applicable(series, branch, on)
    start, fixed = row.start_number, has_fixed_width(row)
    before, _, after = parts(start)
    highest = max(
        (
            int(n[len(before) : len(n) - len(after)])
            for n in used
            if n.startswith(before) and n.endswith(after)
            and n[len(before) : len(n) - len(after)].isdecimal()
        ),
        default=-1,
    )  # fmt: skip
    steps = max(0, (highest - ordinal(start)) // row.step + 1)
    try:
        numbers = run_of(start, steps, count, row.step, fixed=fixed)
    except OverflowError as error:
        raise exhausted(series, row) from error
    if row.end_number and ordinal(numbers[-1]) > ordinal(row.end_number):
        raise exhausted(series, row)
    return numbers
