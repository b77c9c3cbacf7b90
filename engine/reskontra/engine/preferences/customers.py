"""What holds for a customer who says nothing else: the program's defaults and those of its class
(AR201000; Swedish: *kundklass*).

A field is named as in ``customers.yaml``: ``address.main.city``, ``locations.STORE.name``. Amounts
and other numbers with decimals are text, so that 500.00 stays what it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Value = str | int | bool
Fields = Mapping[str, Value]

ANY = "*"
"""Stands for every id in a key of ``CustomerDefaults.fields``: ``locations.*.active``."""


@dataclass(frozen=True, slots=True)
class CustomerDefaults:
    """The defaults of a company's customers."""

    fields: Fields = field(default_factory=dict)
    """What the program says, by key."""
    classes: Mapping[str, Fields] = field(default_factory=dict)
    """What each class says, by its id."""
    default_class: str = ""
    """Class of a customer who names none; empty = there are no classes."""
