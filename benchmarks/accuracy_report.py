"""Accuracy as Markdown tables, pooled over seeds, with the bars beside the figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from benchmarks.intervals import wilson
from benchmarks.quality import Quality, count

RIGHT_BAR = {"reference": 0.9999, "sepa": 0.9998, "messy": 0.9997}
SHARE_BAR = {"reference": 0.93, "sepa": 0.92, "messy": 0.88}
DECIDED_SHARE_BAR = {"reference": 0.97, "sepa": 0.955, "messy": 0.915}
DECIDED_RIGHT_BAR = {"reference": 0.999, "sepa": 0.999, "messy": 0.998}
OTHER_BAR, SECONDS_BAR, FLAGGED_BAR, FIRST_BAR, TOP_BAR = 0.0001, 0.005, 0.9, 0.6, 0.8
LARGEST = 12
"""Rows of a table of classes."""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """One generator's mix: judged lines of all seeds, and the naive ways on them."""

    generator: str
    mix: str
    seeds: int
    rows: pl.DataFrame
    naive: Mapping[str, pl.DataFrame]

    @property
    def name(self) -> str:
        """Generator and mix."""
        return f"{self.generator}, {self.mix}"


def accuracy_report(found: Sequence[Accuracy]) -> str:
    """Every table, in Markdown."""
    counted = [(a, count(a.rows)) for a in found]
    parts = [
        "### How right: the bars\n\n" + _bars(counted),
        "### How right: automatic, decided, naive\n\n" + _ways(counted),
        "### Other money, second payments, suggestions\n\n" + _rest(counted),
        "### By kind of evidence and by rule\n\n" + _classes(found, "tier", "rule"),
        "### Every tier open, by kind of evidence\n\n"
        + _classes(found, "decided_tier", prefix="decided"),
        "### Promised and kept\n\n" + _calibration(found),
        "### What went wrong, and what was left to a person\n\n" + _missed(found),
    ]
    return "\n\n".join(parts) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the first column is text, the others are numbers."""
    marks = ["---"] + ["---:"] * (len(head) - 1)
    lines = [head, marks, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def share(successes: int, trials: int, digits: int = 2) -> str:
    """``99.97 % (99.90-99.99)``: a share and its interval."""
    if not trials:
        return "–"
    low, high = wilson(successes, trials)
    return f"{successes / trials:.{digits}%} ({low * 100:.{digits}f}–{high * 100:.{digits}f})"


def met(yes: bool) -> str:
    """Whether a bar is reached."""
    return "yes" if yes else "**no**"


def _bars(counted: Sequence[tuple[Accuracy, Quality]]) -> str:
    head = ("world", "automatic: right", "bar", "met", "automatic: share", "bar", "met",
            "decided: share", "bar", "met", "decided: right", "bar", "met")  # fmt: skip
    rows = []
    for a, q in counted:
        cells: list[str] = []
        for good, of, bar in (
            (q.right, q.automatic, RIGHT_BAR[a.mix]),
            (q.covered, q.applicable, SHARE_BAR[a.mix]),
            (q.decided_covered, q.applicable, DECIDED_SHARE_BAR[a.mix]),
            (q.decided_right, q.decided, DECIDED_RIGHT_BAR[a.mix]),
        ):
            reached = bool(of) and good / of >= bar
            cells += [f"{good / max(1, of):.3%}", f"{bar * 100:g} %", met(reached)]
        rows.append((a.name, *cells))
    return table(head, rows)


def _ways(counted: Sequence[tuple[Accuracy, Quality]]) -> str:
    head = ("world", "way", "lines", "share of applicable", "right", "strict", "wrong")
    rows: list[Sequence[str]] = []
    for a, q in counted:
        rows.append(
            (a.name, "automatic", str(q.automatic), share(q.covered, q.applicable),
             share(q.right, q.automatic, 3), share(q.strict, q.automatic),
             str(q.automatic - q.right))
        )  # fmt: skip
        rows.append(
            (a.name, "decided", str(q.decided), share(q.decided_covered, q.applicable),
             share(q.decided_right, q.decided, 3), "", str(q.decided - q.decided_right))
        )  # fmt: skip
        rows += [_naive_row(a, name, frame, q) for name, frame in a.naive.items()]
    return table(head, rows)


def _naive_row(a: Accuracy, name: str, rows: pl.DataFrame, q: Quality) -> tuple[str, ...]:
    taken = rows.filter("automatic")
    right, strict = int(taken["right"].sum()), int(taken["strict"].sum())
    covered = int(taken["applicable"].sum())
    return (
        a.name, name, str(taken.height), share(covered, q.applicable),
        share(right, taken.height, 3), share(strict, taken.height), str(taken.height - right),
    )  # fmt: skip


def _rest(counted: Sequence[tuple[Accuracy, Quality]]) -> str:
    head = (
        "world", "no receivable, booked on a customer", "second payments applied",
        "second payments flagged", "on account though a document was paid",
        "first suggestion right", "one of three right", "not conserved", "bars met",
    )  # fmt: skip
    rows = []
    for a, q in counted:
        reached = (
            q.other_booked <= OTHER_BAR * q.other and q.seconds_applied <= SECONDS_BAR * q.seconds
            and q.seconds_flagged >= FLAGGED_BAR * q.seconds
            and q.rest_first >= FIRST_BAR * q.rest and q.rest_top >= TOP_BAR * q.rest
        )  # fmt: skip
        rows.append(
            (a.name, f"{q.other_booked} of {q.other}",
             f"{q.seconds_applied} of {q.seconds}", share(q.seconds_flagged, q.seconds, 1),
             str(q.on_account), share(q.rest_first, q.rest, 1), share(q.rest_top, q.rest, 1),
             str(q.unconserved), met(reached))
        )  # fmt: skip
    return table(head, rows)


def _classes(found: Sequence[Accuracy], *keys: str, prefix: str = "automatic") -> str:
    """Lines and share right by tier (and rule), all worlds of a generator together."""
    right = "right" if prefix == "automatic" else "decided_right"
    rows = []
    for generator in dict.fromkeys(a.generator for a in found):
        pooled = pl.concat([a.rows for a in found if a.generator == generator])
        counted = (
            pooled.filter(prefix)
            .group_by(*keys)
            .agg(pl.len(), pl.col(right).sum())
            .sort("len", *keys, descending=[True, *([False] * len(keys))])
        )
        for *names, lines, good in counted.iter_rows():
            rows.append((generator, *names, str(lines), share(good, lines, 3), str(lines - good)))
    names = [key.removeprefix("decided_") for key in keys]
    return table(("generator", *names, "lines", "right (95 %)", "wrong"), rows)


def _calibration(found: Sequence[Accuracy]) -> str:
    """The precision that the product states for evidence of a kind beside what was measured."""
    counted = (
        pl.concat([a.rows for a in found])
        .filter(pl.col("decided") & pl.col("stated").is_not_null())
        .group_by("decided_tier", "shape")
        .agg(pl.len(), pl.col("decided_right").sum(), pl.col("stated").min())
        .sort("len", "decided_tier", "shape", descending=[True, False, False])
    )
    rows = [
        (tier, shape, f"{stated / 100:.2f} %", str(lines), share(right, lines, 3),
         met(wilson(right, lines)[1] * 10_000 >= stated))
        for tier, shape, lines, right, stated in counted.iter_rows()
    ]  # fmt: skip
    if not rows:
        return "No precision is stated yet."
    return table(("tier", "shape", "stated", "lines", "measured (95 %)", "not refuted"), rows)


def _missed(found: Sequence[Accuracy]) -> str:
    """The largest classes of mistakes and of undecided lines, by what the payer truly did."""
    rows = []
    for a in found:
        wrong = a.rows.filter(pl.col("automatic") & ~pl.col("right"))
        left = a.rows.filter(pl.col("applicable") & ~pl.col("decided"))
        for name, frame in (("wrong", wrong), ("left to a person", left)):
            classes = frame.group_by("way").len().sort("len", "way", descending=[True, False])
            told = ", ".join(f"{way} {n}" for way, n in classes.head(LARGEST).iter_rows())
            rows.append((a.name, name, str(frame.height), told or "–"))
    return table(("world", "what", "lines", "what the payer did"), rows)
