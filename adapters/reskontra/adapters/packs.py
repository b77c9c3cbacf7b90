"""Taking partner packs in: from a folder or a git repository into the workspace and its lock file.

The files are copied, so that a workspace works offline and a change shows in its own history.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from reskontra.adapters import git
from reskontra.config.changing import would_say, write
from reskontra.config.editing import with_value
from reskontra.config.files import text_of
from reskontra.config.lint import Check
from reskontra.config.packs import (
    LOCK,
    Pack,
    folder_of,
    lock_text,
    no_pack,
    pack_files,
    read_lock,
    read_pack,
)
from reskontra.config.schemas import schema
from reskontra.config.workspace import MARKER, PackUse, Workspace
from reskontra.engine.errors import Exit, Place, Problem, ReskontraError

_REVISION = re.compile(r"(.+)@([^@/:]+)")


def named(source: str, companies: Sequence[str] = ()) -> PackUse:
    """``SOURCE`` or ``SOURCE@REVISION`` as the user writes it; the id follows from the pack."""
    found = _REVISION.fullmatch(source)
    address, revision = found.groups() if found else (source, "")
    return PackUse("", address, revision, tuple(companies), Place(MARKER))


def take_in(
    workspace: Workspace, use: PackUse, checks: Sequence[Check] = ()
) -> tuple[Pack, tuple[Problem, ...]]:
    """Copy a pack into the workspace, name it in ``reskontra.yaml``, lock it.

    Gives the pack and what lint newly warns of. Raises as ``obtained`` does; then nothing was
    changed.
    """
    with obtained(workspace, use, checks) as (source, pack, known, warnings):
        install(workspace.path, source, pack, known)
    return pack, warnings


@contextmanager
def obtained(
    workspace: Workspace, use: PackUse, checks: Sequence[Check] = ()
) -> Iterator[tuple[Path, Pack, PackUse, tuple[Problem, ...]]]:
    """The folder of a pack, the pack, its use under its own name, and what lint would warn of.

    Raises RK220 (git), RK226 (no pack, or one of another name), and every error that lint would
    newly find in a workspace that has it.
    """
    with tempfile.TemporaryDirectory() as folder:
        source = _fetched(use, workspace.path, Path(folder))
        pack, problems = read_pack(source, f"{use.source}/")
        if pack is None:
            raise no_pack(use.source, problems)
        if use.id and pack.name != use.id:
            message = f"'{use.source}' holds pack '{pack.name}', not '{use.id}'"
            raise ReskontraError.of("RK226", message, place=use.place, help="correct source or id")
        known = replace(use, id=pack.name)
        yield (
            source,
            pack,
            known,
            would_say(workspace.path, lambda root: install(root, source, pack, known), checks),
        )


def _fetched(use: PackUse, root: Path, into: Path) -> Path:
    """The folder that holds the files of a pack."""
    local = root / use.source
    if local.is_dir() and not use.revision:
        return local
    if not local.exists() and not re.search(r"://|^[^/]+@[^/]+:", use.source):
        raise ReskontraError.of(
            "RK226",
            f"'{use.source}' is neither a folder nor the address of a git repository",
            place=use.place,
            help="folders are relative to the workspace",
            exit_code=Exit.USAGE,
        )
    git.clone(str(local) if local.exists() else use.source, into / "repository")
    (into / "pack").mkdir()
    git.export(into / "repository", use.revision or "HEAD", into / "pack")
    return into / "pack"


def install(root: Path, source: Path, pack: Pack, use: PackUse, since: str | None = None) -> None:
    """Files, entry and lock in the workspace at ``root``; it holds from ``since`` (ISO; empty =
    always, ``None`` = from when it did).
    """
    copy_pack(source, folder_of(root, pack.name))
    locked, _ = read_lock(root)
    was = locked.get(pack.name)
    text = text_of(root / MARKER, MARKER)
    if was and was.revision and not use.revision:
        whole = ", ".join(f"{name}: {value}" for name, value in _entry(use))
        text = with_value(text, MARKER, ("packs", pack.name), f"{{{whole}}}", schema("workspace"))
    for name, value in _entry(use):
        text = with_value(text, MARKER, ("packs", pack.name, name), value, schema("workspace"))
    write(root / MARKER, text)
    if since is None:
        since = was.since if was else ""
    kept = replace(pack, source=use.source, revision=use.revision, since=since)
    write(root / LOCK, lock_text(locked | {pack.name: kept}))


def copy_pack(source: Path, target: Path) -> None:
    """The files of the pack in ``source``, and no others, in ``target``."""
    shutil.rmtree(target, ignore_errors=True)
    for path in pack_files(source):
        copied = target / path.relative_to(source)
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copied)


def _entry(use: PackUse) -> list[tuple[str, str]]:
    """The keys of a pack in ``reskontra.yaml``."""
    entry = [("source", f'"{use.source}"')]
    if use.revision:
        entry.append(("revision", f'"{use.revision}"'))
    if use.companies:
        entry.append(("companies", f"[{', '.join(use.companies)}]"))
    return entry
