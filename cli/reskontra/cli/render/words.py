"""Numbers of things in words."""

from __future__ import annotations

_PLURALS = {"entry": "entries"}


def counted(number: int, thing: str) -> str:
    """``1 payment``, ``2 payments``.

    >>> counted(1, "payment"), counted(0, "open document"), counted(2, "entry")
    ('1 payment', '0 open documents', '2 entries')
    """
    return f"{number} {thing if number == 1 else _PLURALS.get(thing, thing + 's')}"
