"""Partner packs: folders of configuration and rules that a workspace took in, held to a lock file.

``reskontra.yaml`` names the packs, ``partner/packs/<id>`` holds their files (``pack.yaml``, files
of the layers, ``rules/``), ``reskontra.lock`` what each was when it was taken in. Reads files only;
taking in is ``adapters.packs``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from pathlib import Path
from typing import Any

from reskontra.config import files
from reskontra.config.layers import has_ids
from reskontra.config.schemas import MERGE_WORDS, SECTIONS, Schema
from reskontra.config.strict_yaml import Loaded, load
from reskontra.config.strict_yaml import Path as Way
from reskontra.config.validation import validate_with
from reskontra.config.workspace import MARKER, PackUse, Workspace
from reskontra.engine.errors import Place, Problem, ReskontraError

MANIFEST = "pack.yaml"
LOCK = "reskontra.lock"
UPDATE = "reskontra packs update"

_LOCK_SCHEMA: Schema = {
    "type": ["object", "null"],
    "additionalProperties": False,
    "properties": {
        "packs": {
            "type": ["array", "null"],
            "items": {
                "type": "object",
                "required": ["id", "version", "sha256", "owns"],
                "properties": {
                    "id": {"type": "string"},
                    "version": {"type": "string"},
                    "sha256": {"type": "string"},
                    "owns": {"type": "array", "items": {"type": "string"}},
                    "source": {"type": "string"},
                    "revision": {"type": "string"},
                    "from": {"type": "string", "format": "date"},
                },
            },
        }
    },
}


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as it lies in its folder."""

    name: str
    version: str
    owns: tuple[str, ...]
    """Keys that no other pack of the same company may own."""
    sha256: str
    """Of all its YAML files, names and contents."""
    source: str = ""
    """In the lock file: where it came from, with ``revision`` (empty for a folder)."""
    revision: str = ""
    since: str = ""
    """In the lock file: holds from this day (ISO; empty = always), till then what was before."""


Used = tuple[PackUse, Pack]
"""How the workspace names a pack, and what lies in its folder."""


def earlier(pack_id: str) -> str:
    """Name of the folder and the lock entry of what a promoted pack replaced."""
    return f"{pack_id}.before"


def folder_of(root: Path, pack_id: str) -> Path:
    """Where the files of a pack lie in the workspace."""
    return root / "partner" / "packs" / pack_id


def pack_files(folder: Path) -> list[Path]:
    """The files that make a pack, sorted by name: all its YAML, nothing hidden."""
    found = (path for path in folder.rglob("*.yaml") if path.is_file())
    return sorted(
        path
        for path in found
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def read_pack(folder: Path, label: str) -> tuple[Pack | None, list[Problem]]:
    """The pack in ``folder`` and the problems of its ``pack.yaml``."""
    loaded, problems = files.read(folder / MANIFEST, f"{label}{MANIFEST}", "pack", "workspace")
    if loaded is None or problems or not loaded.data:
        return None, problems
    digest = hashlib.sha256()
    for path in pack_files(folder):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{content} {path.relative_to(folder).as_posix()}\n".encode())
    data: dict[str, Any] = loaded.data
    owns = tuple(data.get("owns", ()))
    return Pack(data["name"], str(data["version"]), owns, digest.hexdigest()), problems


def read_packs(workspace: Workspace, on: str | None = None) -> tuple[list[Used], list[Problem]]:
    """The packs of the workspace as they hold on a day (ISO; empty = before every promotion,
    ``None`` = after all), and RK221, RK222, RK224 and RK225 against them.
    """
    locked, problems = read_lock(workspace.path)
    packs: list[Used] = []
    for use in workspace.packs:
        problems += _unknown_companies(use, workspace)
        since = locked[use.id].since if use.id in locked else ""
        if on is not None and on < since:
            use = replace(use, id=earlier(use.id))  # noqa: PLW2901
            if use.id not in locked:
                continue
        folder = folder_of(workspace.path, use.id)
        if not (folder / MANIFEST).is_file():
            message = f"pack '{use.id}' has no {workspace.label(folder)}/{MANIFEST}"
            problems.append(Problem("RK221", message, use.place, f"take it in: {UPDATE} {use.id}"))
            continue
        pack, found = read_pack(folder, f"{workspace.label(folder)}/")
        problems += found
        if pack is not None:
            problems += _not_as_locked(pack, use, locked.get(use.id))
            packs.append((use, pack))
    return packs, problems + list(_owned_twice(packs))


def promotions(workspace: Workspace) -> set[str]:
    """The days from which promoted packs hold."""
    locked, _ = read_lock(workspace.path)
    return {pack.since for pack in locked.values() if pack.since}


def _unknown_companies(use: PackUse, workspace: Workspace) -> Iterator[Problem]:
    """RK225: a pack is given to a company that has no folder."""
    for company in use.companies:
        if company not in workspace.companies:
            message = f"pack '{use.id}' is given to company '{company}', which has no folder"
            help_ = f"companies here: {', '.join(workspace.companies) or 'none'}"
            yield Problem("RK225", message, use.place, help_)


def _not_as_locked(pack: Pack, use: PackUse, locked: Pack | None) -> Iterator[Problem]:
    """RK224: the files are not those that were taken in."""
    if locked is None:
        message = f"pack '{use.id}' is not in {LOCK}"
        yield Problem("RK224", message, use.place, f"take it in: {UPDATE} {use.id}")
    elif locked.sha256 != pack.sha256:
        message = f"the files of pack '{use.id}' are not those of {LOCK}"
        message += f": sha256 {pack.sha256[:16]}, locked {locked.sha256[:16]} ({locked.version})"
        help_ = f"take in what its source says now: {UPDATE} {use.id}; or undo the edit"
        yield Problem("RK224", message, use.place, help_)


def _owned_twice(packs: Sequence[Used]) -> Iterator[Problem]:
    """RK222: two packs of one company own the same key, or one a part of the other's."""
    for (first, earlier), (second, later) in combinations(packs, 2):
        everywhere = not first.companies or not second.companies
        if not everywhere and not set(first.companies) & set(second.companies):
            continue
        for other, key in product(earlier.owns, later.owns):
            if f"{key}.".startswith(f"{other}.") or f"{other}.".startswith(f"{key}."):
                message = f"packs '{first.id}' ({other}) and '{second.id}' ({key}) own one key"
                help_ = "take one of them away, or give them to different companies"
                yield Problem("RK222", message, second.place, help_)


def layer_of(workspace: Workspace, used: Used) -> tuple[list[Loaded], list[Problem]]:
    """The files of a pack for the partner layer; RK223 for a key that it does not own."""
    use, pack = used
    folder = folder_of(workspace.path, use.id)
    label = f"{workspace.label(folder)}/"
    good, problems = files.layer_files(folder, label, "partner", (*SECTIONS, "pack"))
    good = [loaded for loaded in good if loaded.file != f"{label}{MANIFEST}"]
    for loaded in good:
        problems += _not_owned(loaded, pack, loaded.data or {}, "", ())
    return good, problems


def _not_owned(
    loaded: Loaded, pack: Pack, data: dict[str, Any], above: str, way: Way
) -> Iterator[Problem]:
    """RK223 for each value outside the keys that the pack owns."""
    for name, value in data.items():
        key, at = f"{above}{name}", (*way, name)
        if name in MERGE_WORDS or any(f"{key}.".startswith(f"{own}.") for own in pack.owns):
            continue
        if isinstance(value, dict):
            yield from _not_owned(loaded, pack, value, f"{key}.", at)
        elif has_ids(value):
            for index, item in enumerate(value):
                rest = {part: below for part, below in item.items() if part != "id"}
                prefix = f"{key}.{item['id']}."
                yield from _not_owned(loaded, pack, rest, prefix, (*at, index))
        else:
            message = f"pack '{pack.name}' sets '{key}', which it does not own"
            help_ = f"add it to owns in {MANIFEST}; owned: {', '.join(pack.owns) or 'nothing'}"
            yield loaded.problem("RK223", message, at, key=True, help=help_)


def read_lock(root: Path) -> tuple[dict[str, Pack], list[Problem]]:
    """What each pack was when it was taken in, by id."""
    path = root / LOCK
    if not path.is_file():
        return {}, []
    try:
        loaded = load(files.text_of(path, LOCK), LOCK)
    except ReskontraError as error:
        return {}, list(error.problems)
    problems = validate_with(loaded, _LOCK_SCHEMA, "")
    if problems:
        return {}, problems
    entries = (loaded.data or {}).get("packs") or []
    return {
        entry["id"]: Pack(
            entry["id"], entry["version"], tuple(entry["owns"]), entry["sha256"],
            entry.get("source", ""), entry.get("revision", ""), entry.get("from", ""),
        )
        for entry in entries
    }, []  # fmt: skip


def lock_text(packs: Mapping[str, Pack]) -> str:
    """The text of the lock file."""
    lines = ["# Written by `reskontra packs`: what each pack was when it was taken in."]
    lines.append("packs:" if packs else "packs: []")
    for name, pack in sorted(packs.items()):
        lines += [
            f"  - id: {name}",
            f"    version: {json.dumps(pack.version)}",
            f'    sha256: "{pack.sha256}"',
            f"    owns: [{', '.join(pack.owns)}]",
        ]
        further = {"source": pack.source, "revision": pack.revision, "from": pack.since}
        lines += [f"    {key}: {json.dumps(text)}" for key, text in further.items() if text]
    return "\n".join(lines) + "\n"


def no_pack(source: str, problems: Sequence[Problem] = ()) -> ReskontraError:
    """RK226: ``source`` holds no pack."""
    found = Problem("RK226", f"'{source}' holds no pack", Place(MARKER), f"a pack has a {MANIFEST}")
    return ReskontraError((*problems, found))
