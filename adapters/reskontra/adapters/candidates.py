"""Candidates: packs that decide beside the active configuration, and book nothing.

Each lies in ``.reskontra/candidates/<pack>``: ``candidate.json`` (where it comes from), ``pack/``
(its files) and ``diffs/`` (what it would have decided otherwise, run by run). The configuration
does not read them: taking one in is ``promotion``.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from reskontra.adapters.packs import copy_pack, install, named, obtained
from reskontra.adapters.simulation import candidate as as_candidate
from reskontra.adapters.simulation import simulate_plan
from reskontra.adapters.wiring import Application
from reskontra.config.changing import copied, write
from reskontra.config.lint import Check
from reskontra.config.packs import Pack, no_pack, read_pack
from reskontra.config.workspace import MARKER, PackUse, Workspace, load_workspace
from reskontra.engine.errors import Exit, Place, Problem, ReskontraError
from reskontra.engine.plan.model import Plan
from reskontra.engine.services.simulate import Simulated


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pack on trial."""

    folder: Path
    use: PackUse
    pack: Pack

    @property
    def files(self) -> Path:
        """The folder of the pack."""
        return self.folder / "pack"

    @property
    def told(self) -> str:
        """``se-standard 1.3``."""
        return f"{self.pack.name} {self.pack.version}"


@dataclass(frozen=True, slots=True)
class Diff:
    """What a candidate would have decided otherwise in one run."""

    company: str
    as_of: str
    text: str
    """As ``simulate`` tells it."""
    document: dict[str, Any]
    """The same as ``simulate --format json`` gives it."""

    @property
    def title(self) -> str:
        """``nordic, books as of 2026-11-20``."""
        return f"{self.company}, books as of {self.as_of}"


def try_out(
    workspace: Workspace, text: str, checks: Sequence[Check] = ()
) -> tuple[Candidate, tuple[Problem, ...]]:
    """Make the pack that ``text`` means (source or pack of the workspace, a revision after an @)
    the candidate of its name; with what lint would warn of. Raises as ``obtained`` does.
    """
    use = named(text)
    active = {known.id: known for known in workspace.packs}
    if use.source in active:
        use = replace(active[use.source], revision=use.revision or active[use.source].revision)
    with obtained(workspace, use, checks) as (source, pack, known, warnings):
        companies = active[pack.name].companies if pack.name in active else ()
        folder = _folder(workspace) / pack.name
        found = Candidate(folder, replace(known, companies=companies), pack)
        copy_pack(source, found.files)
    entry = {"source": known.source, "revision": known.revision, "companies": list(companies)}
    write(folder / "candidate.json", json.dumps(entry, ensure_ascii=False, indent=2) + "\n")
    return found, warnings


def candidates(workspace: Workspace) -> list[Candidate]:
    """All candidates of the workspace, by name."""
    return [_read(path.parent) for path in sorted(_folder(workspace).glob("*/candidate.json"))]


def chosen(workspace: Workspace, name: str) -> Candidate:
    """The candidate called ``name``; empty = the only one. RK770 when that is none."""
    found = candidates(workspace)
    fitting = [each for each in found if name in ("", each.pack.name)]
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(each.pack.name for each in found) or "none"
    raise ReskontraError.of(
        "RK770",
        f"no candidate '{name}'" if name else f"which candidate? There are {len(found)}",
        help=f"candidates: {names}; make one: reskontra packs try SOURCE",
        exit_code=Exit.USAGE,
    )


def drop(candidate: Candidate) -> None:
    """Forget a candidate and its diffs."""
    shutil.rmtree(candidate.folder)


def decide_beside(
    application: Application, candidate: Candidate, plan: Plan, overrides: Sequence[str]
) -> Simulated:
    """What the candidate makes of the payments of a plan. Raises where its files contradict those
    of the workspace as they are now.
    """
    with _workspace_with(application.workspace, candidate) as workspace:
        on = as_candidate(
            workspace, application.books.company,
            branch=application.preferences.company.branch, overrides=overrides,
        )  # fmt: skip
        return simulate_plan(application, on, plan)


def keep(candidate: Candidate, plan: Plan, text: str, document: dict[str, Any]) -> None:
    """Keep a diff; the same books decided again take its place."""
    basis = plan.basis
    name = f"{candidate.pack.sha256[:12]}-{basis.company}-{basis.revision}"
    diff = Diff(basis.company, basis.as_of, text, document)
    write(candidate.folder / "diffs" / f"{name}.txt", f"{candidate.told}  {diff.title}\n{text}\n")
    kept = json.dumps(asdict(diff), ensure_ascii=False, indent=2)
    write(candidate.folder / "diffs" / f"{name}.json", f"{kept}\n")


def diffs(candidate: Candidate) -> list[Diff]:
    """The diffs of the candidate as its files are now, in the order of the books."""
    found = (candidate.folder / "diffs").glob(f"{candidate.pack.sha256[:12]}-*.json")
    kept = [Diff(**json.loads(path.read_text("utf-8"))) for path in sorted(found)]
    return sorted(kept, key=lambda diff: (diff.company, diff.as_of))


@contextmanager
def _workspace_with(workspace: Workspace, candidate: Candidate) -> Iterator[Workspace]:
    """A copy of the workspace in which the candidate is active."""
    with tempfile.TemporaryDirectory() as folder:
        copy = copied(workspace.path, Path(folder))
        install(copy, candidate.files, candidate.pack, candidate.use, since="")
        yield load_workspace(copy)


def _folder(workspace: Workspace) -> Path:
    return workspace.path / ".reskontra" / "candidates"


def _read(folder: Path) -> Candidate:
    """Raises RK226 when its files are no pack any more."""
    entry = json.loads((folder / "candidate.json").read_text("utf-8"))
    pack, problems = read_pack(folder / "pack", f".reskontra/candidates/{folder.name}/pack/")
    if pack is None:
        raise no_pack(str(folder), problems)
    companies = tuple(entry["companies"])
    use = PackUse(pack.name, entry["source"], entry["revision"], companies, Place(MARKER))
    return Candidate(folder, use, pack)
