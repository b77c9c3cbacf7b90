"""How the worlds look at their books: each kind of record once, while nobody writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from reskontra.adapters.storage.books import SqlBooks
from reskontra.adapters.storage.reader import SqlReader


@dataclass(slots=True)
class Looking:
    """Books, and what a look at them has read so far."""

    books: SqlBooks
    _reader: SqlReader | None = field(default=None, init=False)
    _read: dict[type[Any], list[Any]] = field(default_factory=dict, init=False)

    @contextmanager
    def look(self) -> Iterator[None]:
        """One snapshot for all that is asked inside; nothing is written meanwhile."""
        if self._reader is not None:
            yield
            return
        with self.books.read() as reader:
            self._reader = reader
            try:
                yield
            finally:
                self._reader = None
                self._read.clear()

    def records(self, kind: type[Any]) -> list[Any]:
        """All records of a kind."""
        with self.look():
            assert self._reader is not None
            if kind not in self._read:
                self._read[kind] = list(self._reader.records(kind))
            return self._read[kind]
