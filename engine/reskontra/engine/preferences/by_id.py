"""Finding one of several things that have an id."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar


class HasId(Protocol):
    """Something that configuration calls by an id."""

    @property
    def id(self) -> str:
        """The id, as it stands in the file."""


T = TypeVar("T", bound=HasId)


def by_id(things: Iterable[T], ident: str) -> T:
    """The thing with this id; ``KeyError`` when there is none."""
    for thing in things:
        if thing.id == ident:
            return thing
    raise KeyError(ident)
