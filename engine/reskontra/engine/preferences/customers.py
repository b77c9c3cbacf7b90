"""What holds for a customer who says nothing else: the program's defaults and those of its class
(AR201000; Swedish: *kundklass*).

A field is named as in ``customers.yaml``: ``address.main.city``, ``locations.STORE.name``. Amounts
and other numbers with decimals are text, so that 500.00 stays what it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

Value = str | int | bool
Fields = Mapping[str, Value]

ANY = "*"
"""Stands for every id in a key of ``CustomerDefaults.fields``: ``locations.*.active``."""


@dataclass(frozen=True)
class CustomerDefaults:
    """The defaults of a company's customers."""

    fields: Fields = field(default_factory=dict)
    """What the program says, by key."""
    classes: Mapping[str, Fields] = field(default_factory=dict)
    """What each class says, by its id."""
    default_class: str = ""
    """Class of a customer who names none; empty = there are no classes."""

    @cached_property
    def plain(self) -> Fields:
        """The fields that stand in no list."""
        return {key: value for key, value in self.fields.items() if ANY not in key}

    @cached_property
    def of_each(self) -> Mapping[str, Sequence[tuple[Sequence[str], Value]]]:
        """What the program says of each thing in a list, by the list: parts of the key, value."""
        found: dict[str, list[tuple[Sequence[str], Value]]] = defaultdict(list)
        for key, value in self.fields.items():
            if ANY in key:
                parts = key.split(".")
                found[parts[0]].append((parts, value))
        return dict(found)
