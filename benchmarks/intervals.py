"""How sure a measured share is."""

from __future__ import annotations

import math

Z = 1.959964
"""95 % of a normal distribution lie within this many standard deviations."""


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """Wilson's interval of 95 % for a share; of no trials nothing is known: (0, 1)."""
    if not trials:
        return 0.0, 1.0
    share, spread = successes / trials, Z * Z / trials
    middle = share + spread / 2
    half = Z * math.sqrt(share * (1 - share) / trials + spread / (4 * trials))
    low, high = (middle - half) / (1 + spread), (middle + half) / (1 + spread)
    return (max(0.0, low) if successes else 0.0), (min(1.0, high) if successes < trials else 1.0)
