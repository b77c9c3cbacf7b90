"""Number series from YAML: the short form expanded, and what CS201010 demands of a series.

Same text around the digits in start, end and warning number; start not after end; step at least 1;
no two rows for the same branch and start date (RK123), no number in two rows (RK314). Numbers are
given elsewhere (the ledger).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from reskontra.config.layers import LAYERS, Effective, Key
from reskontra.config.validation import did_you_mean
from reskontra.engine.errors import Problem
from reskontra.engine.preferences.numbering import NumberingPreferences, Series, Subsequence

_PLACEHOLDER = re.compile(r"\{n(?::0([1-9]|1[0-8]))?\}")
_MASK = re.compile(r"(.*?)([0-9]+)([^0-9]*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Mask:
    """A number taken apart at its right-most run of digits."""

    prefix: str
    digits: str
    suffix: str

    @property
    def value(self) -> int:
        """The digits as a number."""
        return int(self.digits)

    @property
    def fixed(self) -> bool:
        """Whether leading zeros fix the width."""
        return len(self.digits) > 1 and self.digits.startswith("0")


def mask(number: str) -> Mask | None:
    """Take a number apart; ``None`` without a digit.

    >>> mask("INV-0099A")
    Mask(prefix='INV-', digits='0099', suffix='A')
    """
    found = _MASK.fullmatch(number)
    return Mask(*found.groups()) if found else None


def expand(pattern: str, start: int, end: int | None) -> tuple[str, str]:
    """Start and end number of a pattern; ``ValueError`` when it is not one.

    >>> expand("P{n:07}", 1, None), expand("{n}", 1000, None)
    (('P0000001', 'P9999999'), ('1000', ''))
    """
    parts = _PLACEHOLDER.split(pattern)
    if len(parts) != 3 or "{" in parts[0] + parts[2] or "}" in parts[0] + parts[2]:
        raise ValueError(
            f"'{pattern}' must hold {{n}} or {{n:07}} exactly once and no other braces"
        )
    before, width_text, after = parts
    if not width_text and before[-1:].isdigit():
        raise ValueError(f"'{pattern}': digits before {{n}} would count on; give a width: {{n:05}}")
    if re.search("[0-9]", after):
        raise ValueError(f"'{pattern}' must not have digits after the number")
    width = int(width_text or 0)
    last = 10**width - 1 if width and end is None else end
    if width and max(start, last or 0) >= 10**width:
        raise ValueError(f"{max(start, last or 0)} does not fit {width} digits")

    def number(value: int) -> str:
        return f"{before}{value:0{width}d}{after}" if width else f"{before}{value}{after}"

    return number(start), "" if last is None else number(last)


def build(effective: Effective, problems: list[Problem]) -> NumberingPreferences:
    """The series of a company; problems are appended."""
    series = []
    for key, ident, item in effective.items(("numbering", "series")):
        rows = tuple(_rows(effective, key, item, problems))
        series.append(Series(ident, item["description"], rows, item["manual"], item["number_at"]))
    use = effective.get(("numbering", "use")) or {}
    # Customers' numbers are a world of their own: an invoice may have the number of a customer.
    documents = {ident for slot, ident in use.items() if slot != "customer"}
    problems += _overlaps(effective, series, documents)
    known = {one.id for one in series}
    for slot, ident in use.items():
        if ident is not None and ident not in known:
            message = f"numbering.use.{slot} names series '{ident}', which is not defined"
            message += did_you_mean(str(ident), sorted(known))
            help_ = f"series of this company: {', '.join(sorted(known)) or 'none'}"
            problems.append(effective.problem("RK200", message, ("numbering", "use", slot), help_))
    return NumberingPreferences(tuple(series), {k: v for k, v in use.items() if v is not None})


def _rows(
    effective: Effective, key: Key, item: dict[str, Any], problems: list[Problem]
) -> Iterator[Subsequence]:
    """The rows of one series, sorted by branch and start date."""
    pattern, rows = item.get("pattern"), item.get("rows")
    if pattern is not None and rows is not None:
        # The stronger layer says which form counts; what it replaces may lie in any layer above.
        layers = [_strength(effective, (*key, name)) for name in ("pattern", "rows")]
        pattern, rows = (pattern, None) if layers[0] > layers[1] else (None, rows)
        if layers[0] == layers[1]:
            rows = None
    if pattern is None and rows is None:
        message = f"series '{key[-1]}' needs a pattern or rows, and not both in one file"
        problems.append(effective.problem("RK123", message, key))
        return
    if pattern is not None:
        start = item["start"] if item.get("start") is not None else 1
        try:
            first, last = expand(pattern, start, item.get("end"))
        except ValueError as error:
            problems.append(effective.problem("RK123", str(error), (*key, "pattern")))
            return
        rows = [{"start_number": first, "end_number": last}]
    built = []
    for index, row in enumerate(rows or []):
        try:
            built.append(_row(row))
        except ValueError as error:
            message = f"series '{key[-1]}': {error}"
            problems.append(effective.problem("RK123", message, (*key, "rows", str(index))))
    yield from sorted(built, key=lambda row: (row.branch, row.start_date or date.min))


def _strength(effective: Effective, key: Key) -> int:
    """How strong the layer is that wrote ``key``."""
    origin = effective.origins.get(key)
    return LAYERS.index(origin.layer) if origin else -1


def _row(row: dict[str, Any]) -> Subsequence:
    """One row, checked; ``ValueError`` says what is wrong with it."""
    start, end = str(row["start_number"]), str(row.get("end_number", ""))
    warning = str(row.get("warning_number", ""))
    first = mask(start)
    if first is None:
        raise ValueError(f"start number '{start}' has no digits")
    for name, text in (("end", end), ("warning", warning)):
        other = mask(text)
        if not text:
            continue
        if other is None or (first.prefix, first.suffix) != (other.prefix, other.suffix):
            raise ValueError(
                f"{name} number '{text}' differs from '{start}' in more than its digits"
            )
        if first.fixed and len(other.digits) != len(first.digits):
            raise ValueError(f"{name} number '{text}' is not as wide as '{start}'")
        if other.value < first.value:
            raise ValueError(f"{name} number '{text}' lies before start number '{start}'")
    if end and warning and _value(warning) > _value(end):
        raise ValueError(f"warning number '{warning}' lies after end number '{end}'")
    day = row.get("start_date")
    try:
        start_date = date.fromisoformat(day) if day else None
    except ValueError:
        raise ValueError(f"start date '{day}' is not a day of the calendar") from None
    return Subsequence(row.get("branch", ""), start, end, start_date, warning, row.get("step", 1))


def _value(number: str) -> int:
    """The digits of a number that is known to have some."""
    found = mask(number)
    assert found is not None
    return found.value


def _overlaps(effective: Effective, series: list[Series], used: set[str]) -> Iterator[Problem]:
    """Two rows for the same branch and date (RK123); one number from two rows in use (RK314)."""
    seen: list[tuple[Mask, int | None, Series, Subsequence]] = []
    for one in series:
        key = ("numbering", "series", one.id)
        for row in one.rows:
            first = mask(row.start_number)
            assert first is not None
            last = _value(row.end_number) if row.end_number else None
            for other_first, other_last, other, other_row in seen:
                same_row = (row.branch, row.start_date) == (other_row.branch, other_row.start_date)
                if other is one and same_row:
                    message = f"series '{one.id}' has two rows for branch '{row.branch}'"
                    message += f" from {row.start_date or 'the beginning'}"
                    yield effective.problem("RK123", message, (*key, "rows"))
                elif {one.id, other.id} <= used and _share(first, last, other_first, other_last):
                    message = f"series '{one.id}' ({row.start_number} on) and"
                    message += f" '{other.id}' ({other_row.start_number} on) share numbers"
                    help_ = "give one a prefix of its own, or end it before the other begins"
                    yield effective.problem("RK314", message, key, help_)
            seen.append((first, last, one, row))


def _share(first: Mask, last: int | None, other: Mask, other_last: int | None) -> bool:
    """Whether two rows can give the same number."""
    if (first.prefix, first.suffix) != (other.prefix, other.suffix):
        return False
    if (first.fixed or other.fixed) and len(first.digits) != len(other.digits):
        return False
    starts_before_end = other_last is None or first.value <= other_last
    return starts_before_end and (last is None or other.value <= last)
