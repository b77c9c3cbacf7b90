"""Numbers of things in words."""

from __future__ import annotations

_PLURALS = {"company": "companies"}


def counted(number: int, thing: str) -> str:
    """``1 payment``, ``2 payments``.

    >>> counted(1, "payment"), counted(0, "open document"), counted(2, "company")
    ('1 payment', '0 open documents', '2 companies')
    """
    return f"{number} {thing if number == 1 else _PLURALS.get(thing, thing + 's')}"
