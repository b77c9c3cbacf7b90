"""The measurements as Markdown tables, with the bars beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.measure import MATCH, WAY, Measured, exponent
from benchmarks.quality import Quality

MATCH_BAR, WAY_BAR, GROWTH_BAR, HELP_BAR = 20_000, 5_000, 1.2, 0.3
"""Lines/s of the match service, lines/s from file to books, exponent, seconds."""

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


def report(measured: Sequence[Measured], small: Measured | None, help_seconds: float) -> str:
    """Everything, in Markdown; ``small`` is the same mix as the first, smaller."""
    parts = [
        _bars(measured[0], small, help_seconds),
        _stages(measured[0], small),
        _size(measured[0]),
        _quality(measured),
        _tiers(measured),
    ]
    return "\n\n".join(parts) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the first column is text, the others are numbers."""
    marks = ["---"] + ["---:"] * (len(head) - 1)
    lines = [head, marks, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _count(value: float) -> str:
    return f"{value:,.0f}".replace(",", " ")


def _percent(value: float) -> str:
    return f"{value * 100:.2f} %"


def _bars(large: Measured, small: Measured | None, help_seconds: float) -> str:
    rows = [
        _rate_row("match, lines/s", large, MATCH, MATCH_BAR),
        _rate_row("import → match → apply, lines/s", large, WAY, WAY_BAR),
    ]
    if small is not None:
        sizes = f"{_count(small.result.lines)} → {_count(large.result.lines)}"
        for name, stages in (("match", MATCH), ("whole way", WAY)):
            grown = exponent(small, large, stages)
            rows.append(
                (f"growth of {name}, {sizes}", "–", f"{grown:.2f}", f"≤ {GROWTH_BAR}",
                 _met(grown <= GROWTH_BAR))
            )  # fmt: skip
    rows.append(
        ("`reskontra --help`, s", f"{help_seconds:.2f}", "–", f"≤ {HELP_BAR}",
         _met(help_seconds <= HELP_BAR))
    )  # fmt: skip
    head = (f"{large.mix}, {_count(large.result.lines)} lines × {_count(large.result.items)} items",
            "wall", "processor", "bar", "met (processor)")  # fmt: skip
    return f"### Bars\n\n{table(head, rows)}"


def _rate_row(name: str, run: Measured, stages: Sequence[str], bar: int) -> tuple[str, ...]:
    wall, cpu = run.rate(stages), run.rate(stages, cpu=True)
    return name, _count(wall), _count(cpu), f"≥ {_count(bar)}", _met(cpu >= bar)


def _met(yes: bool) -> str:
    return "yes" if yes else "**no**"


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


def _quality(measured: Sequence[Measured]) -> str:
    head = ("mix", "way", "coverage", "precision", "strict", "automatic", "wrong",
            "second payments applied", "no receivable, booked", "not conserved")  # fmt: skip
    rows = [
        _quality_row(run.mix, quality)
        for run in measured
        for quality in (run.quality, *run.naive)
    ]  # fmt: skip
    return f"### How right\n\n{table(head, rows)}"


def _quality_row(mix: str, q: Quality) -> tuple[str, ...]:
    return (
        mix, q.name, _percent(q.coverage), _percent_fine(q.precision), _percent(q.strict_precision),
        _count(q.automatic), _count(q.automatic - q.equivalent),
        f"{q.seconds_applied} of {_count(q.seconds)}",
        f"{q.foreign_booked} of {_count(q.foreign)}", _count(q.unconserved),
    )  # fmt: skip


def _percent_fine(value: float) -> str:
    return f"{value * 100:.3f} %"


def _tiers(measured: Sequence[Measured]) -> str:
    rows = [
        (run.mix, tier.tier or "–", _count(tier.automatic),
         _percent_fine(tier.equivalent / tier.automatic), _percent(tier.strict / tier.automatic))
        for run in measured
        for tier in run.tiers
    ]  # fmt: skip
    head = ("mix", "evidence", "automatic", "precision", "strict")
    return f"### By kind of evidence\n\n{table(head, rows)}"
