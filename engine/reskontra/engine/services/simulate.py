"""Simulate: what another configuration would have decided, and which change of it is the cause.

Payments are decided again on the books as they stood, each run by itself, and compared in columns:
what is booked, to which documents, for how much. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

from reskontra.engine.ledger.records import Decision, Run
from reskontra.engine.matching.propose import GUESSED, MAY_BE_GUESSED, settle_alike
from reskontra.engine.plan.columns import Columns, columns_of
from reskontra.engine.plan.model import is_booked
from reskontra.engine.ports import Reader
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.match import (
    Prepared,
    decide_in_columns,
    prepare,
    prepare_again,
    with_guesses,
)
from reskontra.engine.services.past import Past
from reskontra.engine.services.setting import Setting


class Cause(NamedTuple):
    """A change of the configuration."""

    name: str
    """``matching.invoice.weights.ref`` or ``rule fee-1``."""
    place: str
    """``file:line:column``."""
    before: str
    after: str


TOGETHER = Cause("several changes together", "", "", "")
ELSEWHERE = Cause("not the configuration: customers or the program changed since", "", "", "")

KINDS = ("now automatic", "no longer automatic", "different allocation", "waits otherwise")
"""How a decision changes; the third moves money that is booked either way."""
_SAID = ("outcome", "documents", "written_off", "unapplied", "account", "customer")
"""What makes two decisions different; a reason or a relevance alone does not."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Payments that are decided again, on books as they stood."""

    run: int
    """0 = payments of a file that is not decided yet."""
    reader: Reader
    as_of: str
    then: pl.DataFrame
    """``decided`` of what was decided."""


Alone = Callable[[Scene], Sequence[tuple[Cause, Setting | None]]]
"""For a scene: what it was decided under with each change of the candidate alone (``None`` = it
cannot stand alone); first under ``ELSEWHERE`` without any, where that could come out differently
today."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """Every payment of the scenes, then and now."""

    rows: pl.DataFrame
    """run, line, date, payer, currency, amount; ``_SAID``, rule and tier, and each of them again
    with ``_now``; kind and cause (index into ``causes``), null = unchanged."""
    causes: tuple[tuple[Cause, ...], ...] = field(default=())
    """Groups of causes: each alone would bring the change."""

    @property
    def changed(self) -> pl.DataFrame:
        """The rows that changed."""
        return self.rows.filter(pl.col("kind").is_not_null()) if self.rows.width else self.rows


def history(reader: Reader, runs: Sequence[Run], first: str, last: str) -> Iterator[Scene]:
    """The runs that rules decided, with their decisions booked from ``first`` to ``last`` (ISO
    dates; empty = no limit). A payment that several runs decided counts once, as in the last.
    """
    ruled = [run for run in runs if run.kind == "match"]
    newest = (
        reader.frame(Decision, ("bank_line_id", "run_id"), run_id=[run.id for run in ruled])
        .group_by(line="bank_line_id")
        .agg(pl.col("run_id").max())
    )
    for run in ruled:
        records = reader.frame(Decision, ("record",), run_id=run.id)["record"]
        counted = newest.filter(pl.col("run_id") == run.id)
        then = decided(columns_of(records)).join(
            counted, on="line", how="semi", maintain_order="left"
        )
        if first:
            then = then.filter(pl.col("date") >= first)
        if last:
            then = then.filter(pl.col("date") <= last)
        if then.height:
            yield Scene(run.id, Past(reader, run.id), run.as_of, then)


def decided(columns: Columns) -> pl.DataFrame:
    """Line by line what was decided: line, date, payer, currency, amount, ``_SAID``, rule, tier.

    A line that cannot be booked waits, as ``review``. ``documents`` reads
    ``310308=691180/0``: paid and discount in minor units, by number.
    """
    share = pl.concat_str(
        "number", pl.lit("="), pl.col("sign") * pl.col("paid"), pl.lit("/"), "discount"
    )
    shares = (
        columns.allocations.sort("n", "number")
        .group_by("n", maintain_order=True)
        .agg(share.str.join(" ").alias("documents"), pl.col("write_off").sum().alias("remitted"))
    )
    booked = is_booked()
    waits = pl.col("blocked") != ""
    return columns.lines.join(shares, on="n", how="left", maintain_order="left").select(
        "line", pl.col("booking_date").alias("date"), "payer", "currency", "amount",
        pl.when(waits).then(pl.lit("review")).otherwise("outcome").alias("outcome"),
        pl.when(booked).then("documents").fill_null("").alias("documents"),
        pl.when(booked).then(pl.col("written_off") + pl.col("remitted").fill_null(0))
        .otherwise(0).alias("written_off"),
        pl.when(booked).then("unapplied").otherwise(0).alias("unapplied"),
        pl.when(booked).then("account").otherwise(pl.lit("")).alias("account"),
        pl.when(booked).then("customer").otherwise(pl.lit("")).alias("customer"),
        "rule", "tier",
    )  # fmt: skip


def simulate(
    scenes: Iterator[Scene], candidate: Callable[[Scene], Setting], alone: Alone
) -> Simulated:
    """Decide every scene under ``candidate``, and find the causes of what comes out differently."""
    groups: dict[tuple[Cause, ...], int] = {}
    parts = [_scene(scene, candidate(scene), alone, groups) for scene in scenes]
    return Simulated(pl.concat(parts) if parts else pl.DataFrame(), tuple(groups))


def _scene(
    scene: Scene, candidate: Setting, alone: Alone, groups: dict[tuple[Cause, ...], int]
) -> pl.DataFrame:
    bench = _Bench(scene)
    rows = _compared(scene, bench.decided(candidate))
    changed = rows.filter(pl.col("kind").is_not_null())
    tried = alone(scene) if changed.height else ()
    causes = _causes(bench, changed, tried)
    other = (TOGETHER if tried else ELSEWHERE,)
    found = [groups.setdefault(causes.get(line, other), len(groups)) for line in changed["line"]]
    told = pl.DataFrame(
        {"line": changed["line"], "cause": found}, schema={"line": pl.Int64, "cause": pl.Int64}
    )
    return rows.join(told, on="line", how="left", maintain_order="left")


def _causes(
    bench: _Bench, changed: pl.DataFrame, tried: Sequence[tuple[Cause, Setting | None]]
) -> dict[int, tuple[Cause, ...]]:
    """Line to the changes that each alone bring what the candidate brings."""
    said = {line: tuple(now) for line, *now in _said(changed, "_now").iter_rows()}
    if len(tried) == 1 and tried[0][0] != ELSEWHERE:
        return dict.fromkeys(said, (tried[0][0],))
    causes: dict[int, tuple[Cause, ...]] = {}
    for cause, setting in tried:
        if setting is None:
            continue
        for line, *now in _said(bench.decided(setting)).iter_rows():
            if said.get(line) == tuple(now) and causes.get(line) != (ELSEWHERE,):
                causes[line] = (*causes.get(line, ()), cause)
    return causes


def _said(decisions: pl.DataFrame, suffix: str = "") -> pl.DataFrame:
    return decisions.select("line", *(f"{name}{suffix}" for name in _SAID))


class _Bench:
    """One scene, whose lines are settled once for all settings that ``settle_alike``.

    What is only offered to people is worked out where rules weigh it: it costs a third.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._prepared: list[tuple[Preferences, Prepared]] = []

    def decided(self, setting: Setting) -> pl.DataFrame:
        """``decided`` under a setting."""
        prepared = self._prepare(setting.preferences)
        open_ = prepared.facts.filter(MAY_BE_GUESSED)
        if not prepared.settled.guessed and setting.decider.weighs(open_, GUESSED):
            prepared = with_guesses(prepared)
            self._prepared.insert(0, (setting.preferences, prepared))
        return decided(decide_in_columns(prepared, setting))

    def _prepare(self, wanted: Preferences) -> Prepared:
        reader = self._scene.reader
        for known, prepared in self._prepared:
            if known == wanted:
                return prepared
        for known, prepared in self._prepared:
            alike = settle_alike(known.matching, wanted.matching)
            if alike and known.references == wanted.references:
                again = prepare_again(reader, prepared, wanted)
                break
        else:
            again = prepare(reader, wanted, self._scene.as_of, guesses=False)
        self._prepared.append((wanted, again))
        return again


def _compared(scene: Scene, now: pl.DataFrame) -> pl.DataFrame:
    """Then beside now, and the kind of change."""
    again = now.select("line", *(pl.col(name).alias(f"{name}_now")
                                 for name in (*_SAID, "rule", "tier")))  # fmt: skip
    rows = scene.then.join(again, on="line", how="left", maintain_order="left")
    changed = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_now")) for name in _SAID)
    before, after = (~pl.col(name).is_in(["review", "hold"]) for name in ("outcome", "outcome_now"))
    automatic, by_hand, differs, waits = (pl.lit(kind) for kind in KINDS)
    kind = (
        pl.when(~before & after).then(automatic)
        .when(before & ~after.fill_null(value=False)).then(by_hand)
        .when(before).then(differs)
        .otherwise(waits)
    )  # fmt: skip
    run = pl.lit(scene.run, pl.Int64).alias("run")
    return rows.select(run, pl.all(), pl.when(changed).then(kind).alias("kind"))
