"""The part of ``lint`` that reads the books: locked preferences that changed after their first use.

Looked up where the books lie in the workspace; commands that book look on every database.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from reskontra.config.company import branches
from reskontra.config.layers import Key
from reskontra.config.lint import Check, CompanyUnderLint
from reskontra.engine.errors import Place, Problem, ReskontraError


def check_locks(url: str) -> Check:
    """The check against the books at this address; without an SQLite file, or with books that
    cannot be read, it finds nothing: `reskontra doctor` tells.
    """
    path = Path(url.removeprefix("sqlite:///"))

    def check(subject: CompanyUnderLint) -> Iterator[Problem]:
        if subject.preferences is None or not path.is_file():
            return
        from reskontra.adapters.locks import locked_changes
        from reskontra.adapters.storage.opening import open_books

        def place_of(key: Key) -> Place | None:
            origin = subject.effective.origins.get(key)
            return origin.place if origin else None

        own = bool(branches(subject.workspace, subject.company_id))
        with suppress(ReskontraError), open_books(url, subject.company_id).read() as reader:
            yield from locked_changes(reader, subject.effective.tree, place_of, branches=own)

    return check
