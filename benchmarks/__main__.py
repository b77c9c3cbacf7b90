"""``python -m benchmarks`` (``make bench``): speed and accuracy of the product, printed as tables.

``docs/benchmarks.md`` defines every number.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.generator import MIXES
from benchmarks.measure import ROOT, SEED, Measured, help_seconds, measure
from benchmarks.report import report

PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, and write the page if asked to."""
    given = _parser().parse_args(arguments)
    mixes: list[str] = given.mix or list(MIXES)
    lines = given.lines or (10_000 if given.quick else 100_000)
    with tempfile.TemporaryDirectory(prefix="reskontra-bench-") as temporary:
        folder = Path(given.folder or temporary)
        small = None
        if lines >= 100_000:
            _say(f"{mixes[0]}, {lines // 10} lines")
            small = measure(mixes[0], lines // 10, folder, repeat=max(3, given.repeat))
        measured = []
        for number, mix in enumerate(mixes):
            _say(f"{mix}, {lines} lines")
            repeat = 1 if number else given.repeat
            measured.append(measure(mix, lines, folder, repeat=repeat, prove=not number))
    text = _heading(measured) + report(measured, small, help_seconds())
    print(text)
    if given.write:
        write_page(PAGE, text)


def write_page(page: Path, text: str) -> None:
    """Put ``text`` between the markers of the page."""
    before, rest = page.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}", encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10 000 lines instead of 100 000")
    parser.add_argument("--lines", type=int, default=0, help="another number of lines")
    parser.add_argument("--repeat", type=int, default=1, help="runs of the first mix; medians")
    parser.add_argument(
        "--mix", action="append", choices=list(MIXES), help="only this mix (may be repeated)"
    )
    parser.add_argument("--folder", help="keep worlds and results here, and use those that are")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    return parser


def _heading(measured: Sequence[Measured]) -> str:
    """Where this was measured; the program behind it is the checkout's."""
    return (
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} processors; SQLite; seed {SEED}; "
        f"{', '.join(run.mix for run in measured)}.\n\n"
    )


def _say(text: str) -> None:
    print(f"… {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
