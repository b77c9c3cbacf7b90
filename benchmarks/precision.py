"""Measures how right every kind of evidence is, and writes the table that is shipped.

    python -m benchmarks.precision --seeds 3 --lines 100000

Worlds of both generators and every mix go through the kernel and the shipped rules with every tier
allowed; a line counts where the rules apply it. Of the first generator, closed documents are in the
books for even seeds and not for odd ones (a cut-over); worlds of the second go through the files.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import polars as pl
from benchmarks import accuracy, village_files, workspace
from benchmarks.generator import MIXES, world
from benchmarks.generator_tables import World
from benchmarks.quality import judged

from reskontra.config.precision import COLUMNS, FILE
from reskontra.engine.matching.proposals import MatchingInputs
from reskontra.engine.matching.propose import propose
from reskontra.engine.preferences import Preferences
from reskontra.engine.preferences.matching import TIERS
from reskontra.engine.services.match import readable_facts
from reskontra.rules.book import rule_book
from reskontra.rules.shipped import shipped_packs

Kind = tuple[str, str, bool]
"""Tier, shape, whether it was right."""


def count(made: World, preferences: Preferences, *, closed: bool) -> Counter[Kind]:
    """Applied lines of a world by kind; ``closed``: the books know closed documents."""
    keys, documents = made.keys, made.closed
    if not closed:
        keys, documents = (
            frame.join(made.items, on="document_id", how="semi") for frame in (keys, documents)
        )
    auto = replace(preferences.matching.auto, tiers=TIERS, max_amount={})
    proposals = propose(
        MatchingInputs(
            made.lines, made.items, keys, documents, made.customers, made.accounts, made.aliases,
            made.lines.clear(), (), replace(preferences.matching, auto=auto),
            preferences.differences, preferences.references,
        )
    )  # fmt: skip
    decided = rule_book((), shipped_packs(), engine="native").decide(
        readable_facts(proposals, made.items)
    )
    applied = proposals.facts.filter(pl.col("documents") > 0).join(
        decided.filter(pl.col("outcome") == "apply"), on="line_id", how="semi"
    )
    rows = (
        applied.select("line_id", "tier", "shape")
        .join(_worth(made, proposals.allocations.select("line_id", "document_id")), on="line_id")
        .join(
            _worth(
                made,
                made.truth.select("line_id", document_id="document_ids").explode(
                    "document_id", empty_as_null=False
                ),
            ).rename({"worth": "true"}),
            on="line_id", how="left",
        )
        .with_columns(right=(pl.col("worth") == pl.col("true")).fill_null(value=False))
    )  # fmt: skip
    return Counter(rows.select("tier", "shape", "right").iter_rows())


def count_second(mix: str, *, lines: int, seed: int) -> Counter[Kind]:
    """Applied lines of a world of the second generator by kind."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        village_files.write(root, mix, lines=lines, items=3 * lines, seed=seed)
        accuracy.run(root)
        decided = judged(root).filter("decided")
        return Counter(decided.select("decided_tier", "shape", "decided_right").iter_rows())


def _worth(made: World, pairs: pl.DataFrame) -> pl.DataFrame:
    """line_id, worth: what its documents are worth, whatever their numbers."""
    groups = made.customers.select(
        customer_id="id", group=pl.coalesce("parent_id", "id").cast(pl.String)
    )
    worth = pl.concat_str("group", "kind", pl.col("open_amount").cast(pl.String), separator="/")
    items = made.items.join(groups, on="customer_id").select("document_id", worth=worth)
    return pairs.join(items, on="document_id").group_by("line_id").agg(pl.col("worth").sort())


def main() -> None:
    """Measure and write ``defaults/precision.csv``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--lines", type=int, default=100_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "workspace"
        workspace.make(root)
        preferences = workspace.opened(root).preferences
    total: Counter[Kind] = Counter()
    for seed in range(1, asked.seeds + 1):
        for mix in sorted(MIXES):
            made = world(mix, lines=asked.lines, items=3 * asked.lines, seed=seed)
            total += count(made, preferences, closed=seed % 2 == 0)
            total += count_second(mix, lines=asked.lines, seed=100 + seed)
    kinds = sorted(
        {(tier, shape) for tier, shape, _ in total}, key=lambda k: (TIERS.index(k[0]), k)
    )
    with FILE.open("w", encoding="utf-8", newline="\n") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows((*kind, total[*kind, True], total[*kind, False]) for kind in kinds)


if __name__ == "__main__":
    main()
