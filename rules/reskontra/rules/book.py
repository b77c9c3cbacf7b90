"""All stages of a company's rules, one after the other: facts in, decisions out.

``classify``, ``match`` and ``create`` look at payments that nobody decided yet, ``differences`` at
those that were. What no rule decides, or what the deciders do not agree on, a person decides.
Carries nothing out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from reskontra.engine.errors import ReskontraError
from reskontra.engine.preferences import Preferences
from reskontra.rules.compiling import CompiledStage, compile_merged
from reskontra.rules.deciding import Decisions, Engine, Verdict, decide
from reskontra.rules.explaining import TraceStep, rendered, trace
from reskontra.rules.facts import TAG_SEPARATOR
from reskontra.rules.language import All, Condition, Pack, atoms
from reskontra.rules.merging import merge, unused_parameters
from reskontra.rules.names import unknown_names
from reskontra.rules.predicates import prepared, truths
from reskontra.rules.vocabulary import DECIDED_BEFORE, REVIEW

FAULT = "RK420 The two deciders of the rules do not agree on this payment: a person decides."
CONFLICT = "RK421 Several rules decide this payment, and the pack says decide: unique."
NOTHING = "No rule decides this payment: a person does."

_EFFECTS = ("outcome", "treat", "role", "account", "customer", "text", "reason")
JOIN = " + "


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The compiled stages; fulfils ``reskontra.engine.ports.Decider``."""

    stages: tuple[CompiledStage, ...]
    engine: Engine = "both"
    on_fault: Callable[[dict[str, Any]], None] | None = None
    """Gets every vector on which the deciders disagree, as plain data."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Other deciders, for tests: ``native``, ``durable_rules``."""

    def decide(self, facts: pl.DataFrame) -> pl.DataFrame:
        """One row per row of ``facts`` (columns of ``facts.schema`` but ``outcome``; ``tag`` may be
        absent), in its order.

        Columns: line_id Int64; outcome, treat, role, account, customer, text, reason, tag, rule,
        rule_at, because String (null = nothing said; outcome, rule_at and because never null);
        faulted Boolean.
        """
        outcome = pl.repeat(None, facts.height, dtype=pl.String, eager=True).alias("outcome")
        tag = facts["tag"] if "tag" in facts.columns else outcome.alias("tag")
        open_ = pl.repeat(value=True, n=facts.height, eager=True)
        ways = pl.DataFrame({"line_id": facts["line_id"]})
        made: list[Decisions] = []
        for stage in self.stages:
            asked = open_ & (outcome.is_not_null() == DECIDED_BEFORE[stage.stage])
            part = facts.with_columns(outcome, tag).select(stage.fields).filter(asked)
            decisions = decide(
                stage, part, engine=self.engine, on_fault=self.on_fault, **self.options
            )
            made.append(decisions)
            way = _spread(decisions.vector, asked)
            ways = ways.with_columns(way.alias(stage.stage))
            said = [v.effects.get("outcome") if v.effects else None for v in decisions.verdicts]
            outcome = outcome.fill_null(pl.Series(said, dtype=pl.String).gather(way))
            doubt = [v.faulted or v.conflict for v in decisions.verdicts]
            open_ &= ~pl.Series(doubt, dtype=pl.Boolean).gather(way).fill_null(value=False)
            tag = _with_tags(tag, decisions, way)
        return self._final(facts.with_columns(tag), ways, made)

    def weighs(self, facts: pl.DataFrame, names: Collection[str]) -> bool:
        """Whether the columns ``names`` may make a difference to how rows of ``facts`` are decided:
        a rule that reads them holds on a row as far as its other conditions say.
        """
        unknown = {*names, "outcome", "tag"}
        others = [
            All(tuple(part for part in rule.when.parts if unknown.isdisjoint(_read(part))))
            for stage in self.stages
            for rule in stage.rules
            if not _read(rule.when).isdisjoint(names)
        ]
        rows = prepared(facts, sorted({"currency", *_read(All(tuple(others)))}))
        return any(holds.any() for holds in truths(others, rows))

    def trace(self, facts_row: Mapping[str, Any]) -> dict[str, list[TraceStep]]:
        """Stage to its trace, for the stages that look at a payment with these facts.

        ``facts_row`` holds stored values of one row; ``outcome`` and ``tag`` are worked out.
        """
        row = dict(facts_row)
        result: dict[str, list[TraceStep]] = {}
        outcome: str | None = None
        for stage in self.stages:
            if (outcome is not None) != DECIDED_BEFORE[stage.stage]:
                continue
            row["outcome"] = outcome
            steps = trace(stage, row)
            result[stage.stage] = steps
            fired = {step.rule for step in steps if step.result == "fired"}
            for rule in stage.rules:
                if rule.id in fired:
                    outcome = outcome or rule.then.get("outcome")
                    tags = [row.get("tag"), rule.then.get("tag")]
                    row["tag"] = TAG_SEPARATOR.join(filter(None, tags)) or None
        return result

    def _final(
        self, facts: pl.DataFrame, ways: pl.DataFrame, made: Sequence[Decisions]
    ) -> pl.DataFrame:
        """Every distinct way through the stages is summed up once, then spread to its rows."""
        names = [stage.stage for stage in self.stages]
        distinct = ways.select(names).unique(maintain_order=True).with_row_index("\x00way")
        index = ways.join(distinct, on=names, how="left", maintain_order="left", nulls_equal=True)[
            "\x00way"
        ]
        sums = [
            self._sum([None if n is None else made[s].verdicts[n] for s, n in enumerate(row[1:])])
            for row in distinct.iter_rows()
        ]
        columns = [
            pl.Series(name, [s.get(name) for s in sums], dtype=pl.String).gather(index)
            for name in (*_EFFECTS, "rule", "rule_at")
        ]
        faulted = pl.Series("faulted", [s["faulted"] for s in sums], dtype=pl.Boolean)
        because = _because(facts, index, [s["because"] for s in sums])
        return pl.DataFrame(
            [facts["line_id"], *columns, facts["tag"], because, faulted.gather(index)]
        )

    def _sum(self, verdicts: Sequence[Verdict | None]) -> dict[str, Any]:
        """One way through the stages: effects, rules, and the sentences that say why."""
        total: dict[str, Any] = {}
        rules: list[str] = []
        places: list[str] = []
        because: list[str] = []
        faulted = False
        for stage, verdict in zip(self.stages, verdicts, strict=True):
            if verdict is None:
                continue
            if verdict.faulted or verdict.conflict:
                faulted |= verdict.faulted
                because = [FAULT if verdict.faulted else CONFLICT]
                rules, places, total = [], [], {"outcome": REVIEW}
                break
            for key, value in (verdict.effects or {}).items():
                total.setdefault(key, value)
            if verdict.rule >= 0:
                rule = stage.rules[verdict.rule]
                rules.append(rule.id)
                places.append(rule.place)
                because.append(rule.because)
        if total.get("treat") == REVIEW:
            total["outcome"] = REVIEW
        total.setdefault("outcome", REVIEW)
        total["rule"] = JOIN.join(rules)
        total["rule_at"] = JOIN.join(places)
        total["because"] = " ".join(because) or NOTHING
        return total | {"faulted": faulted}


def _spread(vector: pl.Series, asked: pl.Series) -> pl.Series:
    """Verdict numbers of the rows that were asked; null elsewhere."""
    if not len(vector):
        return pl.Series([None] * len(asked), dtype=pl.UInt32)
    position = pl.select(pl.when(asked).then(asked.cum_sum().cast(pl.UInt32) - 1)).to_series()
    return vector.gather(position)


def _read(condition: Condition) -> set[str]:
    """The facts that a condition tests."""
    return {atom.fact for atom in atoms(condition)}


def _with_tags(tag: pl.Series, decisions: Decisions, way: pl.Series) -> pl.Series:
    """Tags of earlier stages and those set now."""
    if not any(verdict.tags for verdict in decisions.verdicts):
        return tag
    texts = [TAG_SEPARATOR.join(v.tags) or None for v in decisions.verdicts]
    new = pl.Series("new", texts, dtype=pl.String).gather(way)
    joined = pl.concat_str(["tag", "new"], separator=TAG_SEPARATOR, ignore_nulls=True)
    text = pl.DataFrame([tag, new]).select(
        pl.when(pl.col("tag").is_not_null() | pl.col("new").is_not_null()).then(joined).alias("tag")
    )
    return text["tag"]


def _because(facts: pl.DataFrame, index: pl.Series, templates: Sequence[str]) -> pl.Series:
    """The sentences, rendered text by text and put back into the order of the rows."""
    different = list(dict.fromkeys(templates))
    numbers = pl.Series([different.index(text) for text in templates], dtype=pl.UInt32)
    rows = pl.DataFrame(
        {"row": pl.int_range(len(index), eager=True), "text": numbers.gather(index)}
    )
    parts = [
        pl.DataFrame([part["row"], rendered(different[number], facts[part["row"]])])
        for (number,), part in rows.partition_by("text", as_dict=True, maintain_order=True).items()
    ]
    if not parts:
        return pl.Series("because", [], dtype=pl.String)
    return pl.concat(parts).sort("row")["because"]


def preferred(preferences: Preferences) -> dict[str, Any]:
    """The preferences that rules refer to as ``{param: name}``; a company's pack wins over them."""
    differences, matching = preferences.differences, preferences.matching
    return {
        "short": differences.short,
        "over": differences.over,
        "known_payer": matching.known_payer,
        "unknown_payer": matching.unknown_payer,
        "duplicates": matching.duplicates,
    }


def rule_book(
    company: Sequence[Pack],
    shipped: Sequence[Pack],
    *,
    preferences: Preferences | None = None,
    engine: Engine = "both",
    on_fault: Callable[[dict[str, Any]], None] | None = None,
) -> RuleBook:
    """Merge and compile; rules may refer to ``preferences`` and to what these name.

    Raises ``ReskontraError`` with every problem of the packs.
    """
    problems = unused_parameters(company, shipped)
    stages: list[CompiledStage] = []
    params = preferred(preferences) if preferences else None
    try:
        merged = merge(company, shipped, preferences=params)
        problems += unknown_names(merged, preferences)
        for stage in merged.values():
            try:
                stages.append(compile_merged(stage))
            except ReskontraError as error:
                problems += error.problems
    except ReskontraError as error:
        problems += error.problems
    if problems:
        raise ReskontraError(tuple(problems))
    return RuleBook(tuple(stages), engine=engine, on_fault=on_fault)
