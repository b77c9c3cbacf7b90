"""The options that every command shares, and the application they open on first use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from reskontra.adapters.wiring import Application


@dataclass(frozen=True, slots=True)
class Session:
    """What was said before the command: ``reskontra -C DIR --company ID ...``."""

    directory: Path
    company: str
    branch: str
    database: str

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
        """The application of the chosen company; dated configuration holds as on ``as_of``."""
        from reskontra.adapters.wiring import open_application

        return open_application(
            self.directory,
            company=self.company,
            branch=self.branch,
            overrides=overrides,
            database=self.database,
            as_of=as_of,
        )


def session(context: typer.Context) -> Session:
    """The session of a running command."""
    found = context.find_object(Session)
    assert found is not None, "the main callback makes it"
    return found


def note(text: str) -> None:
    """Tell the person something beside the data: standard error, so that pipes stay clean."""
    typer.echo(text, err=True)
