"""Fills the ``because`` of a rule with what the line says; what is missing becomes a dash."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_NAME = re.compile(r"\{([a-z_]+)\}")


def fill(template: str, values: Mapping[str, Any]) -> str:
    """``template`` with ``{name}`` replaced by its value.

    >>> fill("{reference} points at {document}, {amount}", {"reference": "12351", "document":
    "123"})
    '12351 points at 123, -'
    """

    def value(match: re.Match[str]) -> str:
        found = values.get(match.group(1))
        return "-" if found is None or found == "" else str(found)

    return _NAME.sub(value, template)
