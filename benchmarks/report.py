"""The measurements as Markdown tables, with the bars beside them."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.accuracy_report import met, table
from benchmarks.measure import MATCH, WAY, Measured, exponent

MATCH_BAR, MILLION_BAR, WAY_BAR = 80_000, 60_000, 15_000
"""Lines/s: the match service, the same from a million lines, from file to books."""
GROWTH_BAR, LIMIT_BAR, MEMORY_BAR, HELP_BAR = 1.1, 5, 2048, 0.3
"""Exponent; times the limit's processor time; MiB; seconds."""
MILLION = 1_000_000

STAGES = {
    "import customers": "import customers",
    "import open items": "import open items",
    "import bank": "**import bank**",
    "rules: compile": "compile rules",
    "match": "**match**",
    "match: read": "– read the books",
    "match: propose": "– propose",
    "match: rules": "– rules, both deciders",
    "match: plan": "– plan and postings",
    "write plan": "**write plan**",
    "read plan": "**read plan**",
    "apply": "**apply**",
}
"""Stages in order, and what they are called; those in bold make up the whole way."""


def report(measured: Measured, small: Measured | None, help_seconds: float) -> str:
    """Speed and size, in Markdown; ``small`` is the same mix, smaller."""
    parts = [_bars(measured, small, help_seconds), _stages(measured, small), _size(measured)]
    return "\n\n".join(parts) + "\n"


def _count(value: float) -> str:
    return f"{value:,.0f}".replace(",", " ")


def _bars(large: Measured, small: Measured | None, help_seconds: float) -> str:
    match_bar = MILLION_BAR if large.result.lines >= MILLION else MATCH_BAR
    rows = [
        _rate_row("match, lines/s", large, MATCH, match_bar),
        _rate_row("import → match → apply, lines/s", large, WAY, WAY_BAR),
    ]
    if small is not None:
        sizes = f"{_count(small.result.lines)} → {_count(large.result.lines)}"
        rows += [
            _row(f"growth of {name}, {sizes}", "–", exponent(small, large, stages), GROWTH_BAR, 2)
            for name, stages in (("match", MATCH), ("whole way", WAY))
        ]
    ratio = large.seconds(MATCH) / large.limit_wall
    ratio_cpu = large.seconds(MATCH, cpu=True) / large.limit_cpu
    memory = large.result.peak_bytes / 2**20
    rows += [
        _row("match ÷ limit", f"{ratio:.1f}", ratio_cpu, LIMIT_BAR, 1),
        _row("peak memory, MiB", "–", memory, MEMORY_BAR, 0),
        _row("`reskontra --help`, s", "–", help_seconds, HELP_BAR, 2),
    ]
    head = (f"{large.mix}, {_count(large.result.lines)} lines × {_count(large.result.items)} items",
            "wall", "processor", "bar", "met (processor)")  # fmt: skip
    return f"### Speed: the bars\n\n{table(head, rows)}"


def _rate_row(name: str, run: Measured, stages: Sequence[str], bar: int) -> tuple[str, ...]:
    wall, cpu = run.rate(stages), run.rate(stages, cpu=True)
    return name, _count(wall), _count(cpu), f"≥ {_count(bar)}", met(cpu >= bar)


def _row(name: str, wall: str, value: float, bar: float, digits: int) -> tuple[str, ...]:
    return name, wall, f"{value:.{digits}f}", f"≤ {bar:g}", met(value <= bar)


def _stages(large: Measured, small: Measured | None) -> str:
    rows = []
    for stage, name in STAGES.items():
        wall, cpu = large.result.wall[stage], large.result.cpu[stage]
        before = f"{small.result.cpu[stage]:.2f}" if small else "–"
        rows.append(
            (name, f"{wall:.2f}", f"{cpu:.2f}", f"{cpu / large.result.lines * 1e6:.1f}", before)
        )
    small_head = f"processor s, {_count(small.result.lines)} lines" if small else "–"
    head = ("stage", "wall s", "processor s", "µs per line", small_head)
    return f"### Where the time goes\n\n{table(head, rows)}"


def _size(run: Measured) -> str:
    result = run.result
    ratio = run.seconds(MATCH, cpu=True) / run.limit_cpu
    whole = run.seconds(WAY, cpu=True) / run.limit_cpu
    rows = [
        ("peak memory", f"{result.peak_bytes / 2**20:.0f} MiB"),
        ("limit: polars reads both files, one exact join, writes", f"{run.limit_cpu:.2f} s"),
        ("match / limit (processor)", f"{ratio:.1f}"),
        ("whole way / limit (processor)", f"{whole:.1f}"),
        ("decision records stored", _count(result.records)),
        ("bytes per decision record", _count(result.record_bytes / max(1, result.records))),
        ("plan file", f"{result.plan_bytes / 2**20:.0f} MiB"),
        ("database", f"{result.database_bytes / 2**20:.0f} MiB"),
        ("payments and write-offs made", _count(result.documents)),
        ("vouchers", _count(result.entries)),
        ("waiting for a person", _count(result.waiting)),
        ("deciders", result.deciders),
    ]
    proved = "" if result.problems is None else f"\n\n`check` found {result.problems} broken laws."
    explained = f"A random line, explained from its stored record: {result.explained}"
    return f"### Size\n\n{table(('', 'value'), rows)}\n\n{explained}{proved}"
