"""The limit of the machine in the same run: read both files, one exact join, write the result.

    python -m benchmarks.limit FOLDER

prints wall and processor seconds. Nobody can match faster than this with the same library; the
product does the rest of the work in the difference.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import polars as pl


def limit(folder: Path) -> tuple[float, float]:
    """(wall, processor) seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    items = pl.read_csv(folder / "open_items.csv", schema_overrides={"references": pl.String})
    lines = pl.read_csv(folder / "bank.csv", schema_overrides={"reference": pl.String})
    joined = lines.join(items, left_on="reference", right_on="references", how="inner")
    joined.write_csv(folder / "limit.csv")
    return time.perf_counter() - wall, time.process_time() - cpu


if __name__ == "__main__":
    print(*limit(Path(sys.argv[1])))
