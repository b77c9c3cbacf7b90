"""What every run is made under; apart from ``match``, so that a command that matches nothing need
not load the kernel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reskontra.engine.ports import Decider
from reskontra.engine.preferences import Preferences


@dataclass(frozen=True, slots=True)
class Setting:
    """Under what a run is made: preferences, rules, and how they are identified."""

    preferences: Preferences
    decider: Decider
    pack_hash: str
    """Over configuration and rules together."""
    texts: dict[str, str]
    engine_version: str
    overrides: Sequence[str] = ()
