"""Measurements: worlds made, each run through the product in a process of its own, then judged."""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from benchmarks import village_files
from benchmarks.accuracy_report import Accuracy
from benchmarks.generator import world, write_csv
from benchmarks.pipeline import Result
from benchmarks.quality import baselines, judged

ROOT = Path(__file__).resolve().parents[1]
COMMAND_LINE = ("-c", "from reskontra.cli.main import main; main()")
"""What the interpreter is given to do what ``reskontra`` does."""
GENERATORS = ("first", "second")
ITEMS_PER_LINE = 3
SEED = 1
"""Of the world that speed is measured on."""
HELD_OUT = 2001
"""First seed for accuracy: nothing was tuned on these worlds, and the shipped table of precision
(``benchmarks.precision``, other seeds) does not count them."""

IMPORT = ("import bank",)
MATCH = ("match",)
"""The bar of the match service: read the books, propose, rules, plan."""
WAY = ("import bank", "match", "write plan", "read plan", "apply")
"""The bar of the whole way: stages that do not overlap."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one world cost."""

    mix: str
    result: Result
    """Every time is the median of the repetitions."""
    limit_cpu: float
    """Processor seconds of the limit on the same files."""
    limit_wall: float

    def seconds(self, stages: Sequence[str], *, cpu: bool = False) -> float:
        """Time of these stages."""
        times = self.result.cpu if cpu else self.result.wall
        return sum(times[stage] for stage in stages)

    def rate(self, stages: Sequence[str], *, cpu: bool = False) -> float:
        """Lines per second through these stages."""
        return self.result.lines / self.seconds(stages, cpu=cpu)


def measure(
    mix: str, lines: int, folder: Path, *, repeat: int = 1, prove: bool = False
) -> Measured:
    """Run the first generator's world of ``mix`` through the product, under a clock."""
    place = made(folder, "first", mix, lines, SEED)
    results = [_run(place, prove=prove and not n) for n in range(repeat)]
    limits = [_limit(place) for _ in range(max(3, repeat))]
    return Measured(
        mix=mix,
        result=_median(results),
        limit_wall=statistics.median(wall for wall, _ in limits),
        limit_cpu=statistics.median(cpu for _, cpu in limits),
    )


def accuracy(generator: str, mix: str, lines: int, folder: Path, *, seeds: int) -> Accuracy:
    """What the product decides about worlds of one mix, pooled over ``seeds``."""
    rows, naive = [], []
    for seed in range(HELD_OUT, HELD_OUT + seeds):
        place = made(folder, generator, mix, lines, seed)
        if not (place / "decided.parquet").exists():
            _python("benchmarks.accuracy", str(place))
        rows.append(judged(place))
        naive.append(baselines(place))
    pooled = {name: pl.concat([frames[name] for frames in naive]) for name in naive[0]}
    return Accuracy(generator, mix, seeds, pl.concat(rows), pooled)


def made(folder: Path, generator: str, mix: str, lines: int, seed: int) -> Path:
    """Where a world lies; it is made unless it is there."""
    place = folder / f"{generator}-{mix}-{lines}-{seed}"
    if not (place / "truth.csv").exists():
        items = ITEMS_PER_LINE * lines
        if generator == "first":
            write_csv(world(mix, lines=lines, items=items, seed=seed), place)
        else:
            village_files.write(place, mix, lines=lines, items=items, seed=seed)
    return place


def exponent(small: Measured, large: Measured, stages: Sequence[str]) -> float:
    """How processor time grows with the number of lines: 1 = in proportion."""
    grown = large.seconds(stages, cpu=True) / small.seconds(stages, cpu=True)
    return math.log(grown) / math.log(large.result.lines / small.result.lines)


def help_seconds(repeat: int = 5) -> float:
    """Median wall time of ``reskontra --help``, the interpreter's start included."""
    command = [sys.executable, *COMMAND_LINE, "--help"]
    times = []
    for _ in range(repeat):
        begun = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT, env=environment())
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def _run(place: Path, *, prove: bool) -> Result:
    _python("benchmarks.pipeline", str(place), *(["--prove"] if prove else []))
    values: dict[str, Any] = json.loads((place / "result.json").read_text(encoding="utf-8"))
    return Result(**values)


def _limit(place: Path) -> tuple[float, float]:
    wall, cpu = _python("benchmarks.limit", str(place)).split()
    return float(wall), float(cpu)


def _python(module: str, *arguments: str) -> str:
    """Output of a module run by itself."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment(),
    )  # fmt: skip
    return done.stdout


def environment() -> dict[str, str]:
    """For a process that imports ``benchmarks`` from the checkout."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def _median(results: Sequence[Result]) -> Result:
    """The first result with the median of every time and of the memory."""
    first = results[0]
    values = {name: getattr(first, name) for name in Result.__slots__}
    for times in ("wall", "cpu"):
        values[times] = {
            stage: statistics.median(getattr(result, times)[stage] for result in results)
            for stage in getattr(first, times)
        }
    values["peak_bytes"] = int(statistics.median(result.peak_bytes for result in results))
    return Result(**values)
