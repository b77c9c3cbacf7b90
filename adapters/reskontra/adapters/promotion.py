"""Promoting a candidate from a day on, and taking that back; both are recorded beside the lock.

What a promoted pack replaces stays in ``partner/packs/<pack>.before``: it holds until that day, and
a rollback needs no source.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from reskontra.adapters.candidates import Candidate, diffs, drop
from reskontra.adapters.packs import copy_pack, install
from reskontra.adapters.wiring import login_name, now
from reskontra.config.changing import would_say, write
from reskontra.config.lint import Check
from reskontra.config.packs import LOCK, Pack, earlier, folder_of, lock_text, read_lock
from reskontra.config.workspace import Workspace, resolve_actor
from reskontra.engine.errors import Exit, Place, Problem, ReskontraError

RECORD = "reskontra.promotions.md"


def promote(
    workspace: Workspace, candidate: Candidate, day: str, reason: str, checks: Sequence[Check] = ()
) -> tuple[Problem, ...]:
    """Make the candidate active from ``day`` (ISO); gives what lint newly warns of.

    Raises RK771 without a diff, RK773 when an earlier promotion begins no sooner, and what lint
    would newly call an error; then nothing was changed.
    """
    name = candidate.pack.name
    kept = diffs(candidate)
    was = read_lock(workspace.path)[0].get(name)
    if not kept:
        raise ReskontraError.of(
            "RK771",
            f"candidate '{candidate.told}' decided nothing yet as it is now",
            help="let it decide new files first: reskontra match; then: reskontra packs diff",
        )
    if was and was.since >= day:
        raise ReskontraError.of(
            "RK773",
            f"'{name} {was.version}' holds only from {was.since}; {day} is not after that",
            place=Place(LOCK),
            help=f"say a later day, or take it back first: reskontra packs rollback {name}",
            exit_code=Exit.USAGE,
        )

    def edit(root: Path) -> None:
        if was:
            _set_aside(root, workspace, was)
        install(root, candidate.files, candidate.pack, candidate.use, since=day)

    warnings = would_say(workspace.path, edit, checks)
    diff = "\n".join(f"{each.title}\n{each.text}" for each in kept)
    change = f"{name} {was.version if was else 'new'} → {candidate.pack.version}, from {day}"
    entry = _entry(workspace, change, reason, candidate.pack)
    edit(workspace.path)
    _record(workspace, f"{entry}\n```\n{diff}\n```\n")
    drop(candidate)
    return warnings


def roll_back(
    workspace: Workspace, name: str, reason: str, checks: Sequence[Check] = ()
) -> tuple[Pack, tuple[Problem, ...]]:
    """Bring back what the last promotion of a pack replaced, for every day.

    Raises RK772 when there is nothing, and what lint would newly call an error.
    """
    locked, _ = read_lock(workspace.path)
    use = next((use for use in workspace.packs if use.id == name), None)
    before = locked.get(earlier(name))
    if use is None or before is None:
        promoted = [use.id for use in workspace.packs if earlier(use.id) in locked]
        raise ReskontraError.of(
            "RK772",
            f"no promotion of a pack '{name}' can be taken back",
            help=f"packs that replaced another revision: {', '.join(promoted) or 'none'}",
            exit_code=Exit.USAGE,
        )
    again = replace(before, name=name)
    then = replace(use, source=before.source, revision=before.revision)

    def edit(root: Path) -> None:
        aside = folder_of(root, earlier(name))
        install(root, aside, again, then, since="")
        shutil.rmtree(aside)
        left = {key: pack for key, pack in read_lock(root)[0].items() if key != earlier(name)}
        write(root / LOCK, lock_text(left))

    warnings = would_say(workspace.path, edit, checks)
    change = f"{name} {locked[name].version} → {again.version}, rolled back"
    entry = _entry(workspace, change, reason, again)
    edit(workspace.path)
    _record(workspace, entry)
    return again, warnings


def _set_aside(root: Path, workspace: Workspace, was: Pack) -> None:
    """Keep what a promotion replaces: its files, and in the lock file where they came from."""
    copy_pack(folder_of(root, was.name), folder_of(root, earlier(was.name)))
    use = next(use for use in workspace.packs if use.id == was.name)
    aside = replace(was, source=use.source, revision=use.revision, since="")
    write(root / LOCK, lock_text(read_lock(root)[0] | {earlier(was.name): aside}))


def _entry(workspace: Workspace, change: str, reason: str, pack: Pack) -> str:
    """What was done, by whom, when and why. Raises RK206 for who is not listed in users.yaml."""
    login = resolve_actor(workspace, login_name(), "").login
    why = f": {reason}" if reason else ""
    return f"## {change}\n{now()}, {login}{why}\n\nsha256 {pack.sha256}\n"


def _record(workspace: Workspace, entry: str) -> None:
    path = workspace.path / RECORD
    text = path.read_text("utf-8") if path.exists() else "# Promotions of packs\n"
    write(path, f"{text}\n{entry}")
