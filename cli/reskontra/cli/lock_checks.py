"""The part of ``lint`` that reads the books: locked preferences that changed since first used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from reskontra.cli.session import note
from reskontra.config.company import branches, dotted, read_company
from reskontra.config.layers import Effective
from reskontra.config.lint import Check, CompanyUnderLint
from reskontra.engine.errors import Problem, ReskontraError

_WAIT_SECONDS = 2.0
"""So long a database server may take to answer."""


def check_locks(url: str) -> Check:
    """The check, of a company and of each of its branches, against the books at this address.

    Where there are none yet it finds nothing; where they cannot be read, that is told once.
    """
    path = Path(url.removeprefix("sqlite:///"))
    reachable = not url.startswith("sqlite:///") or path.is_file()

    def check(subject: CompanyUnderLint) -> Iterator[Problem]:
        nonlocal reachable
        if subject.preferences is None or not reachable:
            return
        from reskontra.adapters.locks import locked_changes
        from reskontra.adapters.storage.opening import open_books

        try:
            books = open_books(url, subject.company_id, wait_seconds=_WAIT_SECONDS)
            with books.read() as reader:
                for effective in _layers(subject):
                    yield from locked_changes(reader, effective.tree, dotted(effective.origins))
        except ReskontraError as error:
            reachable = False
            note(f"locked keys are not compared with the books: {error.problems[0].message}")

    return check


def _layers(subject: CompanyUnderLint) -> Iterator[Effective]:
    """The values of the company, and of each branch with sound files."""
    yield subject.effective
    for branch in branches(subject.workspace, subject.company_id):
        reading = read_company(subject.workspace, subject.company_id, branch=branch)
        if reading.preferences is not None:
            yield reading.effective
