"""A candidate configuration from a folder or a git revision, tried on history or on bank files."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

from reskontra.adapters.configuration import Change, Configuration
from reskontra.adapters.git import export
from reskontra.adapters.imports import import_bank_file
from reskontra.adapters.rehearsal import rehearsal
from reskontra.adapters.wiring import Application, engine_version
from reskontra.config.company import load_company
from reskontra.config.workspace import Workspace, load_workspace
from reskontra.engine.errors import ReskontraError
from reskontra.engine.ledger.records import BankLine, Run
from reskontra.engine.plan.model import Plan
from reskontra.engine.ports import Reader
from reskontra.engine.services.match import decide, prepare
from reskontra.engine.services.past import Past
from reskontra.engine.services.replay import kept_texts
from reskontra.engine.services.setting import Setting
from reskontra.engine.services.simulate import (
    ELSEWHERE,
    Cause,
    Scene,
    Simulated,
    decided,
    history,
    simulate,
)

OnDay = Callable[[str], Configuration]
"""The candidate as it holds on a day."""


@contextmanager
def workspace_of(workspace: Workspace, named: str) -> Iterator[Workspace]:
    """The workspace that ``named`` means: a folder, else a git revision; empty = this one."""
    if not named or Path(named).is_dir():
        yield load_workspace(Path(named)) if named else workspace
        return
    with tempfile.TemporaryDirectory() as folder:
        export(workspace.path, named, Path(folder))
        yield load_workspace(Path(folder))


def candidate(
    workspace: Workspace, company: str, *, branch: str, overrides: Sequence[str]
) -> OnDay:
    """What the files of ``workspace`` say; errors are raised when a day is asked for."""

    @cache
    def on(day: str) -> Configuration:
        loaded = load_company(workspace, company, branch=branch, overrides=overrides, on=day)
        return Configuration.of_company(loaded, engine_version())

    return on


def simulate_history(
    application: Application, on: OnDay, *, first: str = "", last: str = ""
) -> Simulated:
    """Decide again what rules decided about payments booked from ``first`` to ``last``."""
    with application.books.read() as reader:
        runs = {run.id: run for run in reader.records(Run)}
        return simulate(
            history(reader, tuple(runs.values()), first, last),
            lambda scene: on(scene.as_of).setting(),
            lambda scene: _recorded_alone(application, reader, runs[scene.run], scene, on),
        )


def simulate_files(application: Application, on: OnDay, files: Sequence[Path]) -> Simulated:
    """Decide the payments of bank files under today's configuration and under the candidate; the
    files are not imported.
    """
    base = application.configuration()
    with rehearsal(application.books) as books:
        tried = replace(application, books=books)
        receipts = [import_bank_file(tried, file) for file in files]
        with books.read() as reader:
            _, columns = decide(prepare(reader, base.preferences, ""), base.setting())
            lines = reader.frame(BankLine, ("id",), import_id=[r.import_id for r in receipts])
            then = decided(columns).join(lines, left_on="line", right_on="id", how="semi")
            scene = Scene(0, reader, reader.newest_booking(), then)
            return _beside(base, on, scene)


def simulate_plan(application: Application, on: OnDay, plan: Plan) -> Simulated:
    """Decide the payments of a plan, which is not applied yet, under the candidate as well."""
    base = application.configuration()
    with application.books.read() as reader:
        scene = Scene(0, reader, plan.basis.as_of, decided(plan.columns))
        return _beside(base, on, scene)


def _beside(base: Configuration, on: OnDay, scene: Scene) -> Simulated:
    """One scene that was decided under ``base``, under the candidate."""
    return simulate(
        iter([scene]), lambda each: on(each.as_of).setting(),
        lambda each: _alone(base, on(each.as_of)),
    )  # fmt: skip


def _recorded_alone(
    application: Application, reader: Reader, run: Run, scene: Scene, on: OnDay
) -> list[tuple[Cause, Setting | None]]:
    """Each change since the run; before them none, where the rest of the world moved as well."""
    base = application.kept_configuration(kept_texts(reader, run))
    assert isinstance(scene.reader, Past), "history is decided on the past"
    moved = scene.reader.masters_moved or run.engine_version != base.engine_version
    found = _alone(base, on(scene.as_of))
    return [(ELSEWHERE, base.setting()), *found] if moved else found


def _alone(base: Configuration, wanted: Configuration) -> list[tuple[Cause, Setting | None]]:
    """``base`` with each change alone."""
    return [(change.cause, _with(base, wanted, change)) for change in base.changes_to(wanted)]


def _with(base: Configuration, wanted: Configuration, change: Change) -> Setting | None:
    """``None`` where the change contradicts what it stands in alone."""
    try:
        return base.with_change(wanted, change).setting()
    except ReskontraError:
        return None
