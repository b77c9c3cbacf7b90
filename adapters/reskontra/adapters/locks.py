"""Locked preferences that changed since the newest run: what the files say against what it kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from reskontra.adapters.configuration import kept_values
from reskontra.config.layers import Key
from reskontra.config.locks import changed_locks, of_branches
from reskontra.config.recorded import Tree, value_at
from reskontra.config.strict_yaml import written
from reskontra.engine.errors import Place, Problem
from reskontra.engine.ports import Reader
from reskontra.engine.services.locks import is_unlocked, is_used, last_configured
from reskontra.engine.services.replay import kept_texts


def locked_changes(
    reader: Reader,
    values: Tree,
    place_of: Callable[[Key], Place | None],
    *,
    pack_hash: str = "",
    branches: bool = False,
) -> Iterator[Problem]:
    """RK330 for every locked key that was used and has another value now.

    ``pack_hash`` of ``values``, where it is known: equal to that of the newest run, nothing is
    read. With ``branches`` keys that a branch may set are left alone: each has its own.
    """
    run = last_configured(reader)
    if run is None or run.pack_hash == pack_hash:
        return
    before = kept_values(kept_texts(reader, run))
    for key in changed_locks(before, values):
        was, name = value_at(before, key), ".".join(key)
        if (branches and of_branches(key)) or not is_used(reader, key, was):
            continue
        if not is_unlocked(reader, key, run):
            now = value_at(values, key)
            yield Problem(
                "RK330",
                f"{name} is locked: run:{run.id} was made when it was {_told(was)}, "
                f"now it is {_told(now)}",
                place_of(key),
                f"put it back, or: reskontra config unlock {name} --reason TEXT",
            )


def _told(value: object) -> str:
    return "absent" if value is None else written(value)
