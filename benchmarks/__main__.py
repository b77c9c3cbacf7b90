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

from benchmarks.accuracy_report import accuracy_report
from benchmarks.generator import MIXES
from benchmarks.measure import GENERATORS, ROOT, accuracy, help_seconds, measure
from benchmarks.report import MILLION, report

PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- {part}: begin -->", "<!-- {part}: end -->"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, and write the page if asked to."""
    given = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="reskontra-bench-") as temporary:
        folder = Path(given.folder or temporary)
        parts = [_heading(given)]
        if given.only != "accuracy":
            parts.append(_speed(given, folder))
        if given.only != "speed":
            parts.append(_accuracy(given, folder))
    text = "\n\n".join(parts)
    print(text)
    if given.write:
        write_page(PAGE, text)


def write_page(page: Path, text: str, part: str = "results") -> None:
    """Put ``text`` between the markers of a part of the page."""
    begin, end = BEGIN.format(part=part), END.format(part=part)
    before, rest = page.read_text(encoding="utf-8").split(begin)
    after = rest.split(end)[1]
    page.write_text(f"{before}{begin}\n\n{text}\n{end}{after}", encoding="utf-8")


def _speed(given: argparse.Namespace, folder: Path) -> str:
    """One mix through the whole product, beside a tenth of it."""
    mix, lines = _mixes(given)[0], given.lines
    small = None
    if lines >= 100_000:
        _say(f"speed: {mix}, {lines // 10} lines")
        small = measure(mix, lines // 10, folder, repeat=max(3, given.repeat))
    _say(f"speed: {mix}, {lines} lines")
    large = measure(mix, lines, folder, repeat=given.repeat, prove=lines < MILLION)
    return report(large, small, help_seconds())


def _accuracy(given: argparse.Namespace, folder: Path) -> str:
    """Every mix of every generator, pooled over the seeds."""
    found = []
    for generator in given.generator or GENERATORS:
        for mix in _mixes(given):
            _say(f"accuracy: {generator} generator, {mix}, {given.seeds} x {given.sample} lines")
            found.append(accuracy(generator, mix, given.sample, folder, seeds=given.seeds))
    return accuracy_report(found)


def _mixes(given: argparse.Namespace) -> list[str]:
    return given.mix or list(MIXES)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    add = parser.add_argument
    add("--lines", type=int, default=100_000, help="bank lines when speed is measured")
    add("--million", dest="lines", action="store_const", const=MILLION,
        help="speed with a million lines")  # fmt: skip
    add("--repeat", type=int, default=1, help="runs when speed is measured; medians")
    add("--sample", type=int, default=20_000, help="bank lines of a world for accuracy")
    add("--seeds", type=int, default=2, help="worlds per mix for accuracy, pooled")
    add("--generator", action="append", choices=GENERATORS, help="only this one's worlds")
    add("--mix", action="append", choices=list(MIXES), help="only this mix (may be repeated)")
    add("--only", choices=("speed", "accuracy"), help="leave the other out")
    add("--folder", help="keep worlds and outcomes here, and use those that are there")
    add("--write", action="store_true", help="write docs/benchmarks.md")
    return parser


def _heading(given: argparse.Namespace) -> str:
    """Where this was measured; the program behind it is the checkout's."""
    return (
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} processors; SQLite. Speed: {given.lines} lines of the first generator, "
        f"seed 1. Accuracy: {given.seeds} worlds of {given.sample} lines per mix and generator."
    )


def _say(text: str) -> None:
    print(f"… {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
