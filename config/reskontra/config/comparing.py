"""What two configurations of a company (or two companies) do not have in common, key by key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reskontra.config.company import LoadedCompany
from reskontra.config.layers import Origin


@dataclass(frozen=True, slots=True)
class Difference:
    """One key whose effective values differ."""

    key: str
    before: Origin | None
    """``None`` when only the second configuration has the key."""
    after: Origin | None


def differences(before: LoadedCompany, after: LoadedCompany) -> Iterator[Difference]:
    """The keys that differ, sorted; where a value was written does not matter."""
    for key in sorted({*before.origins, *after.origins}):
        old, new = before.origins.get(key), after.origins.get(key)
        if old is None or new is None or old.value != new.value:
            yield Difference(key, old, new)
