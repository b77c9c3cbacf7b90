"""How right each kind of evidence was on lines with known truth: the table that is shipped.

Written by ``python -m benchmarks.precision`` from generated worlds of every mix; read like any
other default.
"""

from __future__ import annotations

import csv
from functools import lru_cache

from reskontra.config.schemas import ROOM
from reskontra.engine.preferences.matching import Counts

FILE = ROOM / "defaults" / "precision.csv"
COLUMNS = ("tier", "shape", "right", "wrong")


@lru_cache(maxsize=1)
def measured() -> dict[tuple[str, str], Counts]:
    """Tier and shape -> right and wrong lines."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {
            (row["tier"], row["shape"]): (int(row["right"]), int(row["wrong"]))
            for row in csv.DictReader(file)
        }
