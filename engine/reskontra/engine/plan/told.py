"""Details of a decision as the text in which they are stored: read only when somebody looks.

A decision record is mostly evidence and factors. Booking needs none of them, a person looks at a
few; so they travel as canonical JSON and become data on first use.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, overload


class ToldFacts(Mapping[str, Any]):
    """A JSON object that is read when it is looked at; equals the mapping that it tells."""

    __slots__ = ("_data", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._data: dict[str, Any] | None = None

    def _read(self) -> dict[str, Any]:
        if self._data is None:
            self._data = json.loads(self.text)
        return self._data

    def __getitem__(self, name: str) -> Any:
        return self._read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())


class ToldRows(Sequence[Mapping[str, Any]]):
    """A JSON list of objects, likewise; equals the tuple of what it tells."""

    __slots__ = ("_rows", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._rows: tuple[Mapping[str, Any], ...] | None = None

    def _read(self) -> tuple[Mapping[str, Any], ...]:
        if self._rows is None:
            self._rows = tuple(json.loads(self.text))
        return self._rows

    @overload
    def __getitem__(self, index: int) -> Mapping[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Mapping[str, Any]]: ...
    def __getitem__(self, index: int | slice) -> Any:
        return self._read()[index]

    def __len__(self) -> int:
        return len(self._read())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ToldRows | tuple) and self._read() == tuple(other)

    def __hash__(self) -> int:
        return hash(self.text)
