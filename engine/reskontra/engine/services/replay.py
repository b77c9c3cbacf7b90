"""Replay: decide the lines of a run again, on the books as they stood, under what held then.

Nothing is written. A run whose decisions come out byte for byte proves that they followed from what
was known then; else the first difference is named.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from reskontra.engine.errors import Exit, ReskontraError
from reskontra.engine.ledger.records import Decision, PackText, Run
from reskontra.engine.ports import Books, Reader
from reskontra.engine.services.match import decide, prepare
from reskontra.engine.services.past import Past
from reskontra.engine.services.runs import run_of
from reskontra.engine.services.setting import Setting

Restore = Callable[[Mapping[str, str]], Setting]
"""From the texts that were kept with a run to preferences and rules at work."""


class Difference(NamedTuple):
    """Where a decision comes out differently."""

    line: int
    key: str
    """Way in the decision record, e.g. ``allocations.0.paid``."""
    then: Any
    now: Any


class Replayed(NamedTuple):
    """How a replay ended."""

    run: Run
    lines: int
    different: int
    first: Difference | None
    """``None`` = every decision is identical."""
    masters_moved: bool
    """Customers were imported or changed since; they are kept only as they are today."""


def replay(books: Books, run_id: int, restore: Restore) -> Replayed:
    """Decide run ``run_id`` again and compare.

    Raises ``ReskontraError`` RK736 (no such run), RK745 (a person's choice or an undo, or its
    configuration was not kept).
    """
    with books.read() as reader:
        run = decided_run(reader, run_id)
        past = Past(reader, run_id)
        setting = restore(kept_texts(reader, run))
        records, columns = decide(prepare(past, setting.preferences, run.as_of), setting)
        stored = reader.frame(Decision, ("bank_line_id", "record"), run_id=run_id)
    again = pl.DataFrame({"bank_line_id": columns.lines["line"], "now": records})
    both = stored.join(again, on="bank_line_id", how="left", maintain_order="left")
    changed = both.filter(pl.col("record").ne_missing(pl.col("now")))
    first = next((first_difference(*row) for row in changed.sort("bank_line_id").iter_rows()), None)
    return Replayed(run, stored.height, changed.height, first, past.masters_moved)


_DECIDED_BY = {"match": "the rules", "resolve": "the choice of a person", "undo": "an undo"}


def decided_run(reader: Reader, run_id: int, kinds: Sequence[str] = ("match",)) -> Run:
    """A run of one of these kinds, by default one that rules decided; raises RK736 or RK745."""
    run = run_of(reader, run_id)
    if run.kind not in kinds:
        what = _DECIDED_BY.get(run.kind, "a work of the ledger")
        raise ReskontraError.of(
            "RK745",
            f"run:{run_id} is {what}: nothing to judge again",
            help=f"`reskontra show runs` lists the runs of kind {' and '.join(kinds)}",
            exit_code=Exit.USAGE,
        )
    return run


def kept_texts(reader: Reader, run: Run) -> dict[str, str]:
    """Configuration and rules that were kept with a run; raises RK745."""
    for kept in reader.records(PackText, pack_hash=run.pack_hash):
        texts: dict[str, str] = json.loads(kept.content)
        return texts
    raise ReskontraError.of(
        "RK745",
        f"the books do not hold the configuration {run.pack_hash[:12]} of run:{run.id}",
        exit_code=Exit.USAGE,
    )


def first_difference(line: int, then: str, now: str | None) -> Difference:
    """The first place, keys in their order, at which two decision records differ."""
    if now is None:
        return Difference(line, "line", "decided", "not undecided before the run")
    told, tells = json.loads(then), json.loads(now)
    return Difference(line, *next(_differences("", told, tells), ("", then, now)))


def _differences(key: str, then: Any, now: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(then, list) and isinstance(now, list):
        then, now = dict(enumerate(then)), dict(enumerate(now))
    if isinstance(then, dict) and isinstance(now, dict):
        for name in then | now:
            below = f"{key}.{name}" if key else str(name)
            yield from _differences(below, then.get(name), now.get(name))
    elif then != now:
        yield key, then, now
