"""Locked preferences that changed since they were used: what the files say against what the books
kept with the newest run under the same layers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reskontra.adapters.configuration import kept_places, kept_values
from reskontra.config.layers import Origin
from reskontra.config.locks import branch_of, changed_locks
from reskontra.config.recorded import Tree, value_at
from reskontra.config.strict_yaml import written
from reskontra.engine.errors import Problem
from reskontra.engine.ledger.records import Run
from reskontra.engine.ports import Reader
from reskontra.engine.services.locks import configured_runs, is_unlocked, is_used
from reskontra.engine.services.replay import kept_texts


def locked_changes(
    reader: Reader, values: Tree, origins: Mapping[str, Origin], pack_hash: str = ""
) -> Iterator[Problem]:
    """RK330 for every locked key that was used and has another value now.

    ``origins`` tell by key who wrote ``values``; what a branch says is compared with the runs that
    were made under that branch's own values. ``pack_hash`` of ``values``, where it is known: equal
    to that of the newest run, nothing is read.
    """
    branch = branch_of(origin.place.file for origin in origins.values())
    run = _newest(reader, branch, pack_hash)
    if run is None:
        return
    before = kept_values(kept_texts(reader, run))
    for key in changed_locks(before, values):
        was, name = value_at(before, key), ".".join(key)
        if is_used(reader, key, was) and not is_unlocked(reader, key, run):
            now, origin = value_at(values, key), origins.get(name)
            yield Problem(
                "RK330",
                f"{name} is locked: run:{run.id} was made when it was {_told(was)}, "
                f"now it is {_told(now)}",
                origin.place if origin else None,
                f"put it back, or: reskontra config unlock {name} --reason TEXT",
            )


def _newest(reader: Reader, branch: str, pack_hash: str) -> Run | None:
    """The newest run under the values of a branch (empty = of the company); ``None`` when there is
    none, or it was made under ``pack_hash``.
    """
    for run in configured_runs(reader):
        if run.pack_hash == pack_hash:
            return None
        if branch_of(kept_places(kept_texts(reader, run)).values()) == branch:
            return run
    return None


def _told(value: object) -> str:
    return "absent" if value is None else written(value)
