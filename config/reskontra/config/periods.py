"""Effective dating: entries of a list by id that hold ``from:`` a day or ``to:`` a day.

Both days belong to the period; one id may have an entry without a period and several with one. The
entry without a period is the ground, the one in effect lies over it, wherever they stand. Days are
ISO texts, so that they compare as text; the empty text is before every day. Reads no clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from reskontra.config.strict_yaml import Loaded, Path
from reskontra.engine.errors import Problem

Entry = dict[str, Any]
"""One entry of a list by id."""

_LAST = "9999-12-31"


def in_effect(entries: list[Entry], day: str) -> list[int]:
    """Indexes of the entries in effect on ``day``, those without a period first.

    >>> entries = [{"id": "a", "from": "2026-07-01"}, {"id": "a"}, {"id": "b", "to": "2026-06-30"}]
    >>> in_effect(entries, "2026-07-01"), in_effect(entries, "")
    ([1, 0], [1, 2])
    """
    found = [index for index, entry in enumerate(entries) if _first(entry) <= day <= _last(entry)]
    return sorted(found, key=lambda index: "from" in entries[index] or "to" in entries[index])


def changes(entries: list[Entry]) -> Iterator[str]:
    """The days on which another entry begins to hold than on the day before."""
    for entry in entries:
        if "from" in entry:
            yield entry["from"]
        if _last(entry) < _LAST:
            yield (date.fromisoformat(entry["to"]) + timedelta(days=1)).isoformat()


def check(loaded: Loaded, entries: list[Entry], path: Path) -> list[Problem]:
    """RK131 for what is no period, RK132 for periods of one id that overlap, RK211 for an id that
    stands twice without a period.
    """
    wrong = [
        problem
        for index, entry in enumerate(entries)
        for problem in _no_period(loaded, entry, (*path, index))
    ]
    return wrong or list(_together(loaded, entries, path))


def _no_period(loaded: Loaded, entry: Entry, path: Path) -> Iterator[Problem]:
    """RK131: a day that no calendar has, or a period that ends before it begins."""
    for word in ("from", "to"):
        try:
            date.fromisoformat(entry.get(word, _LAST))
        except ValueError:
            message = f"'{entry[word]}' is no day of the calendar"
            help_ = "write YYYY-MM-DD, e.g. 2026-07-01"
            yield loaded.problem("RK131", message, (*path, word), help=help_)
            return
    if _first(entry) > _last(entry):
        message = f"the period ends on {entry['to']}, before it begins on {entry['from']}"
        yield loaded.problem("RK131", message, (*path, "to"), help="both days belong to the period")


def _together(loaded: Loaded, entries: list[Entry], path: Path) -> Iterator[Problem]:
    """RK132 and RK211: two entries of one id that would hold on the same day."""
    name = ".".join(str(part) for part in path)
    for index, entry in enumerate(entries):
        for earlier in range(index):
            other = entries[earlier]
            if other["id"] != entry["id"]:
                continue
            line = loaded.position((*path, earlier, "id"))[0]
            dated, other_dated = "from" in entry or "to" in entry, "from" in other or "to" in other
            if not dated and not other_dated:
                message = f"{name}: the id '{entry['id']}' stands twice, first in line {line}"
                yield loaded.problem("RK211", message, (*path, index, "id"))
                break
            common = max(_first(entry), _first(other))
            if dated and other_dated and common <= min(_last(entry), _last(other)):
                message = (
                    f"{name}: two periods of '{entry['id']}' overlap, the other in line {line}"
                )
                help_ = f"both hold on {common or 'their first day'}; end one the day before"
                yield loaded.problem("RK132", message, (*path, index, "id"), help=help_)
                break


def _first(entry: Entry) -> str:
    return str(entry.get("from", ""))


def _last(entry: Entry) -> str:
    return str(entry.get("to", _LAST))
