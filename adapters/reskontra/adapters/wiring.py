"""The only place that builds an application: workspace, company, books, rules and clock come
together here.

Nothing is cached between calls; what is opened here is handed on as arguments, so that no other
module reads files, the
environment or the clock by itself.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reskontra.config.company import LoadedCompany, read_company
from reskontra.config.permissions import require
from reskontra.config.workspace import Actor as User
from reskontra.config.workspace import (
    Workspace,
    choose_company,
    load_workspace,
    resolve_actor,
)
from reskontra.engine.errors import Exit, ReskontraError
from reskontra.engine.ledger.auditing import Actor
from reskontra.engine.ports import Books
from reskontra.engine.preferences import Preferences, features
from reskontra.engine.services.setting import Setting

if TYPE_CHECKING:
    from reskontra.adapters.configuration import Configuration


@dataclass(frozen=True, slots=True)
class Application:
    """One company, ready for work."""

    workspace: Workspace
    company: LoadedCompany
    books: Books
    user: User
    deed: str = "run"
    """What is done, as it is typed: who may is told by ``config.permissions``."""
    faults: list[dict[str, Any]] = field(default_factory=list)
    """Activations on which the two deciders of the rules did not agree."""

    @property
    def preferences(self) -> Preferences:
        """The company's effective preferences."""
        return self.company.preferences

    def permit(self, deed: str = "") -> None:
        """RK701, RK910 when what is typed, or ``deed``, is not the user's to do."""
        require(self.workspace, self.user, deed or self.deed)

    def actor(self, reason: str = "", deed: str = "") -> Actor:
        """Who acts now, for the audit trail, or RK701, RK910 when it is not theirs to do.

        ``deed`` is what is done instead of what the command is for, in ``permissions.MAY``.
        """
        self.permit(deed)
        return Actor(self.user.login, reason, now(), self.user.roles)

    def setting(self, overrides: Sequence[str] = ()) -> Setting:
        """Preferences and rules under one pack hash: what a run is made under.

        Raises ``ReskontraError`` RK330 when a locked preference changed after its first use.
        """
        setting = self.configuration().setting(overrides, self.faults.append)
        self._require_locks(setting.pack_hash)
        return setting

    def _require_locks(self, pack_hash: str) -> None:
        from reskontra.adapters.locks import locked_changes

        company = self.company
        with self.books.read() as reader:
            problems = tuple(locked_changes(reader, company.values, company.origins, pack_hash))
        if problems:
            raise ReskontraError(problems)

    def configuration(self) -> Configuration:
        """The company's values and rules."""
        from reskontra.adapters.configuration import Configuration

        return Configuration.of_company(self.company, engine_version())

    def kept_configuration(self, texts: Mapping[str, str]) -> Configuration:
        """What was kept in the books with a run."""
        from reskontra.adapters.configuration import Configuration

        return Configuration.of_texts(texts, self.books.company, engine_version())

    def report_faults(self) -> None:
        """Keep what the deciders disagreed on, for whoever mends it, and raise RK420 (exit 70)."""
        if not self.faults:
            return
        text = json.dumps(self.faults, ensure_ascii=False, indent=2, sort_keys=True, default=str)
        name = hashlib.sha256(text.encode()).hexdigest()[:12]
        path = self.workspace.path / ".reskontra" / "faults" / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
        raise ReskontraError.of(
            "RK420",
            f"the two deciders of the rules disagree on {len(self.faults)} combinations of facts: "
            "those payments went to a person",
            help=f"report the file {path}",
            exit_code=Exit.OUR_FAULT,
        )


def open_application(
    directory: Path,
    *,
    company: str = "",
    branch: str = "",
    overrides: Sequence[str] = (),
    database: str = "",
    as_of: str = "",
    deed: str = "run",
) -> Application:
    """Open a company of the workspace at ``directory`` for its actor.

    Dated configuration holds as on ``as_of`` (ISO), by default the newest imported booking date.
    The actor is the database role (PostgreSQL) or the operating-system user (SQLite).

    Raises ``ReskontraError`` with every problem of the configuration.
    """
    from reskontra.adapters.storage.opening import open_books

    workspace = load_workspace(directory)
    name = choose_company(workspace, company)
    read = partial(read_company, workspace, name, branch=branch, overrides=overrides)
    reading = read(on=as_of)
    dated = bool(reading.effective.changes) and not as_of
    company_now = None if dated else reading.loaded()
    url = database or workspace.database_url
    _make_sqlite(url)
    books = open_books(url, name)
    if company_now is None:
        with books.read() as reader:
            company_now = read(on=reader.newest_booking()).loaded()
    if branch:
        features.require(company_now.preferences.ledger.features, "multi_branch", "--branch")
    user = resolve_actor(workspace, books.role() or login_name(), name)
    return Application(workspace, company_now, books, user, deed)


def permit_change(workspace: Workspace, deed: str) -> None:
    """RK701, RK910 when a deed that opens no books is not the operating-system user's to do."""
    require(workspace, resolve_actor(workspace, login_name(), ""), deed)


def _make_sqlite(url: str) -> None:
    """The first command of a workspace makes its SQLite file; servers are upgraded on purpose."""
    path = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite:///") and not path.exists():
        from reskontra.adapters.storage.upgrading import upgrade

        path.parent.mkdir(parents=True, exist_ok=True)
        upgrade(url)


def login_name() -> str:
    """Who is logged in, from the operating system; variables like ``LOGNAME`` do not count."""
    try:
        from pwd import getpwuid
    except ImportError:  # Windows
        return getpass.getuser()
    try:
        return getpwuid(os.getuid()).pw_name
    except KeyError:  # a container's user without a name
        return str(os.getuid())


def now() -> str:
    """The clock: UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def engine_version() -> str:
    """Version of the installed program."""
    try:
        return version("reskontra")
    except PackageNotFoundError:
        return "source"
