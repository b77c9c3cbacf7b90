"""The options that every command shares, and the application they open on first use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from reskontra.adapters.wiring import Application
    from reskontra.config.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Session:
    """What was said before the command: ``reskontra -C DIR --company ID ...``."""

    directory: Path
    company: str
    branch: str
    database: str
    command: str = ""
    """The command that runs, as it is typed: ``customers edit``."""
    books: bool = False
    """Whether ``--apply`` lets a command book at once what it else only shows."""

    def must_exist(self, directory: Path | None = None) -> None:
        """RK118 for a company or branch that was named and is not in the workspace.

        Outside a workspace nothing can be asked: only commands that need none run there.
        """
        if not self.company and not self.branch:
            return
        from reskontra.config.company import must_exist
        from reskontra.config.workspace import choose_company, enclosing, read_workspace

        root = enclosing(directory or self.directory)
        if root is not None:
            workspace, _ = read_workspace(root)
            must_exist(workspace, choose_company(workspace, self.company), self.branch)

    def open(self, overrides: Sequence[str] = (), as_of: str = "") -> Application:
        """The application of the chosen company; dated configuration holds as on ``as_of``.

        RK701, RK910 when ``--apply`` stands there and it is not the user's to book.
        """
        from reskontra.adapters.wiring import open_application

        application = open_application(
            self.directory,
            company=self.company,
            branch=self.branch,
            overrides=overrides,
            database=self.database,
            as_of=as_of,
            deed=self.command,
        )
        if self.books:
            application.permit()
        return application

    def to_change(self, directory: Path | None = None, option: str = "") -> Workspace:
        """The workspace, for a command (or its ``option``) that writes configuration; RK701, RK910
        for who may not.
        """
        from reskontra.adapters.wiring import permit_change
        from reskontra.config.workspace import load_workspace

        workspace = load_workspace(directory or self.directory)
        permit_change(workspace, f"{self.command} {option}".strip())
        return workspace


def session(context: typer.Context) -> Session:
    """The session of a running command."""
    found = context.find_object(Session)
    assert found is not None, "the main callback makes it"
    command = context.command_path.partition(" ")[2]
    return replace(found, command=command, books=context.params.get("apply") is True)


def note(text: str) -> None:
    """Tell the person something beside the data: standard error, so that pipes stay clean."""
    typer.echo(text, err=True)
