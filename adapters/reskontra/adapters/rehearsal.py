"""Books on which anything can be tried: what is written there is seen there, and never kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from reskontra.engine.errors import Problem
from reskontra.engine.ports import Books, Writer


class _ForgottenError(Exception):
    """Ends the transaction of a rehearsal."""


class Rehearsal:
    """Books inside one transaction that is rolled back."""

    def __init__(self, writer: Writer) -> None:
        self.company = writer.company
        self._writer = writer

    @contextmanager
    def read(self) -> Iterator[Writer]:
        """What was written so far."""
        yield self._writer

    @contextmanager
    def write(self, *, expected_revision: int | None = None) -> Iterator[Writer]:  # noqa: ARG002
        """A part of the one transaction."""
        yield self._writer

    def tampering(self) -> Iterable[Problem]:
        """Nothing is kept that could be changed."""
        return ()


@contextmanager
def rehearsal(books: Books) -> Iterator[Rehearsal]:
    """A rehearsal on ``books``; other writers wait until it ends."""
    with suppress(_ForgottenError), books.write() as writer:
        yield Rehearsal(writer)
        raise _ForgottenError
