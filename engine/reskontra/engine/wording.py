"""How people read what the program calls by an id."""

from __future__ import annotations


def worded(identifier: str) -> str:
    """The words of an id.

    >>> worded("credit_note")
    'credit note'
    """
    return identifier.replace("_", " ")
