"""A decision laid out: what came in, what it was applied to and why, with the file and line of
each weight.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from reskontra.cli.render.amounts import local, localised
from reskontra.cli.render.words import say
from reskontra.rules.explaining import days
from reskontra.rules.merging import where

if TYPE_CHECKING:
    from reskontra.adapters.why_not import Apart
    from reskontra.engine.plan.model import PlannedLine
    from reskontra.engine.services.explain import Explanation
    from reskontra.rules.language import Rule


_WAITING = ("new", "review", "hold", "taken_back", "hidden")
"""States of bank lines that a person can decide."""
_NAMED = 5
"""How many other bank lines are named that a change would decide otherwise."""


def print_explanation(
    found: Explanation,
    out_of_force: Sequence[Rule],
    *,
    country: str,
    origins: Mapping[str, Any],
    output_format: str,
) -> None:
    """Print an explanation for people, or its record as JSON, with the rules that were not in force
    on the day of the payment and may have decided otherwise.
    """
    if output_format == "json":
        record = {
            "format_version": 1,
            "decision_id": found.decision_id,
            "state": found.state,
            "run": asdict_run(found),
            "documents": list(found.documents),
            "today": found.today,
            "earlier": [earlier._asdict() for earlier in found.earlier],
            "record": asdict(found.line),
            "not_in_force": [{"rule": r.id, "place": where(r), "days": days(r)}
                             for r in out_of_force],
        }  # fmt: skip
        sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
        return
    for text in _explain(found, out_of_force, country, origins):
        typer.echo(text)


def asdict_run(found: Explanation) -> dict[str, Any] | None:
    """The run as plain data, without its clock time."""
    return None if found.run is None else found.run._asdict()


def _explain(
    found: Explanation, out_of_force: Sequence[Rule], country: str, origins: Mapping[str, Any]
) -> Iterator[str]:
    line = found.line
    money = local(line.amount, line.currency, country)
    yield f"line:{line.line}  {line.booking_date}  {money} {line.currency}  {line.payer}"
    if line.reference:
        yield _fact("reference", line.reference)
    if line.text:
        yield _fact("text", " / ".join(line.text.splitlines()))
    verdict = _verdict(line, country)
    if found.today:
        became, _, by = found.today.rpartition(" ")
        yield say("→ {became} {by} (was: {verdict})", became=say(became), by=by, verdict=verdict)
    else:
        yield f"→ {verdict}"
    where = f"  ({line.rule_at})" if line.rule_at else ""
    yield _fact("rule", (line.rule or say("none fired")) + where)
    if line.because:
        yield _fact("because", localised(line.because, country))
    yield from map(_other_days, out_of_force)
    yield from _precision(line)
    if line.tier:
        margin = say(
            "tier {tier}, relevance {relevance}, runner-up {second}",
            tier=say(line.tier),
            relevance=_ratio(line.relevance),
            second=_ratio(line.runner_up),
        )
        yield _fact("evidence", margin)
    yield from _evidence(line)
    yield from allocation_lines(line, country)
    yield from contribution_lines(line, origins)
    yield from posting_lines(line, country)
    for earlier in found.earlier:
        same, _, value = earlier.by.partition(" ")
        told = say(
            "line:{line} of {day}, {money} with {same}, is {state}",
            line=earlier.line,
            day=earlier.booking_date,
            money=f"{money} {line.currency}",
            same=f"{say(same)} {value}",
            state=say(earlier.state),
        )
        yield _fact("earlier", told)
    yield from _books(found)
    waits = bool(line.blocked) or line.outcome in {"hold", "review"}
    if found.state in _WAITING if found.run else waits:
        yield from _next_step(line, found.state)


def _fact(name: str, told: str) -> str:
    """One line about a decision: its name, then what is said about it."""
    return f"  {say(name):<10} {told}"


def _other_days(rule: Rule) -> str:
    """A rule that may have decided on another day."""
    told = {"gte": say("in force from {day}"), "lte": say("in force up to {day}")}
    when = ", ".join(told[day.op].format(day=day.value) for day in rule.period)
    return _fact("other days", f"{say('rule')} {rule.id} ({where(rule)}), {when}")


def _precision(line: PlannedLine) -> Iterator[str]:
    """How often such evidence was right, as far as that is proven."""
    if line.tier != "manual" and (share := line.facts.get("precision")) is not None:
        wrong, cases = line.facts["measured_wrong"], line.facts["measured_cases"]
        told = say(
            "{kind}: at least {share} % right ({wrong} of {cases} measured were wrong)",
            kind=f"{say(line.tier)}, {line.facts['shape']}",
            share=f"{share / 100:.2f}",
            wrong=wrong,
            cases=cases,
        )
        yield _fact("precision", told)


def _verdict(line: PlannedLine, country: str) -> str:
    if line.blocked:
        return say("cannot be booked: {reason}", reason=localised(line.blocked, country))
    if line.outcome == "apply":
        applied = say(
            "applied to {documents}", documents=", ".join(a.number for a in line.allocations)
        )
        if not line.unapplied:
            return applied
        rest = local(line.unapplied, line.document_currency, country)
        return applied + say("; {money} stays an open payment", money=rest)
    if (line.tier, line.outcome) == ("manual", "review"):
        return say("released to the next run")
    words = {
        "open_payment": say("open payment of {whose}", whose=_whose(line)),
        "cash_entry": say("booked to account {account}", account=line.account),
        "hide": say("hidden: not for the ledger"),
        "hold": say("held, not booked"),
        "review": say("a person chooses"),
    }
    return words.get(line.outcome, line.outcome)


def _whose(line: PlannedLine) -> str:
    return line.customer or say("an unidentified payer")


def _ratio(value: int) -> str:
    return f"{value // 10000}.{value % 10000:04d}"


def _evidence(line: PlannedLine) -> Iterator[str]:
    own = {"account": line.facts.get("payer_account"), "name": line.payer}
    valid_or_not = {None: "", True: f" {say('valid')}", False: f" {say('not valid')}"}
    for row in line.evidence:
        valid = valid_or_not[row.get("valid")]
        target = f" → {row['document']}" if row.get("document") else ""
        value = row.get("value") or own.get(row["kind"]) or ""
        yield f"    {say(row['kind']):<20} {value}{valid} ({row.get('field', '')}){target}"


def allocation_lines(line: PlannedLine, country: str) -> Iterator[str]:
    """What each document gets of the payment, and what is left of it."""
    for a in line.allocations:
        parts = [
            f"{say(name)} {local(value, line.document_currency, country)}"
            for name, value in (
                ("open", a.before), ("paid", a.paid), ("discount", a.discount),
                ("written off", a.write_off), ("left", a.after),
            )
            if value or name in ("open", "paid", "left")
        ]  # fmt: skip
        document = f"{say(a.kind)} {a.number}"
        currency = f" {line.paid_currency}" if line.paid_currency else ""
        told = say("{document} of {customer}", document=document, customer=a.customer)
        yield f"    {told}: {', '.join(parts)}{currency}"


def contribution_lines(line: PlannedLine, origins: Mapping[str, Any]) -> Iterator[str]:
    """What each factor adds to the relevance of each document."""
    if not line.trace:
        return
    factor, document = say("contribution"), say("document")
    weight, score, points = say("weight"), say("score"), say("points")
    yield f"  {factor:<12} {document:<12} {weight:>6} {score:>7} {points:>7}"
    for row in line.trace:
        place = _place(origins, f"matching.invoice.weights.{row['factor']}")
        compared = f"{row.get('a', '')} ~ {row.get('b', '')}"
        yield (
            f"  {say(row['factor']):<12} {row['document']:<12} {row['weight']:>6} "
            f"{_ratio(row['score']):>7} {_ratio(row['contribution']):>7}  {compared}  {place}"
        )


def _place(origins: Mapping[str, Any], key: str) -> str:
    origin = origins.get(key)
    return str(origin.place) if origin is not None else ""


def posting_lines(line: PlannedLine, country: str) -> Iterator[str]:
    """The voucher of a booked line."""
    if line.is_booked:
        yield f"  {say('voucher')}"
        for posting in line.postings:
            amount = local(posting.amount, line.document_currency, country)
            told = f"    {posting.account:<8}{say(posting.role):<24}{amount:>18}"
            if posting.base_currency:
                worth = local(posting.base_amount or 0, posting.base_currency, country)
                told += f" {line.document_currency}{worth:>18} {posting.base_currency}"
            yield f"{told}  {posting.customer}"


def _next_step(line: PlannedLine, state: str) -> Iterator[str]:
    """The commands that decide a waiting line."""
    if line.suggestions:
        accept = f"reskontra resolve line:{line.line} --accept RANK"
        yield f"  {say('suggestions (accept one with: {command})', command=accept)}"
        for row in line.suggestions:
            documents = ", ".join(row["documents"])
            told = say(
                "tier {tier}  relevance {relevance}",
                tier=say(row["tier"]),
                relevance=_ratio(row["relevance"] or 0),
            )
            yield f"    {row['rank']}. {documents}  {told}"
    resolve, whose = f"reskontra resolve line:{line.line}", ""
    if line.customer:
        whose = f" --customer {line.customer}"
    yield f"  {say('to decide, one of')}"
    if state in {"taken_back", "hold", "hidden"}:
        yield f"    {resolve} --release    ({say('to the next run')})"
    yield f"    {resolve} --documents NUMBER=AMOUNT,..."
    yield f"    {resolve} --open-payment{whose}"
    yield from (
        f"    {resolve} --{flag}"
        for flag, already in (("hide", "hidden"), ("hold", "hold"))
        if state != already
    )


def _books(found: Explanation) -> Iterable[str]:
    if found.run is None:
        yield f"  {say('only planned, nothing is booked')}"
        return
    told = say(
        "decision {decision} in run:{run} by {actor}, rules {rules}, the line is {state}",
        decision=found.decision_id,
        run=found.run.id,
        actor=found.run.actor,
        rules=found.run.pack_hash[:8],
        state=say(found.state),
    )
    yield f"  {told}"
    for document in found.documents:
        kind, _, number = document.partition(" ")
        yield f"  {say('made {document}', document=f'{say(kind)} {number}')}"
    for run, outcome, rule in found.history:
        told = say(
            "before: run:{run} {outcome} by {rule}",
            run=run, outcome=say(outcome), rule=rule or say("no rule"),
        )  # fmt: skip
        yield f"  {told}"


def print_apart(
    found: Apart, *, country: str, origins: Mapping[str, Any], output_format: str
) -> None:
    """Print why a payment and a document were not joined, or its record as JSON."""
    if output_format == "json":
        record = {
            "format_version": 1,
            "run": found.run,
            "decision": asdict(found.decision),
            "document": found.document._asdict(),
            "open_amount": found.open_amount,
            "taken_by": list(found.taken_by),
            "alone": asdict(found.alone),
            "joining": [asdict(one) for one in found.joining],
        }
        sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
        return
    for text in _apart(found, country, origins):
        typer.echo(text)


def _apart(found: Apart, country: str, origins: Mapping[str, Any]) -> Iterator[str]:
    line, document = found.decision, found.document
    money, left = (
        local(amount, line.currency, country) for amount in (line.amount, found.open_amount)
    )
    yield f"line:{line.line}  {line.booking_date}  {money} {line.currency}  {line.payer}"
    before = say("open {money} before run:{run}", money=left, run=found.run)
    yield f"{say(document.kind)} {document.number}: {before}"
    yield f"→ {_verdict(line, country)}  ({line.rule or say('no rule')})"
    for taker in found.taken_by:
        yield f"  {say('the document went to line:{line} of the same run', line=taker)}"
    alone = say("the two alone: {verdict}", verdict=_verdict(found.alone, country))
    yield f"  {alone}  ({found.alone.rule or say('no rule')})"
    yield f"    {localised(found.alone.because, country)}"
    yield from contribution_lines(found.alone, origins)
    if not found.joining:
        yield f"  {say('no single change of a tier, threshold, tolerance or window joins them')}"
    for one in found.joining:
        others = ", ".join(f"line:{other}" for other in one.others[:_NAMED])
        if len(one.others) > _NAMED:
            others += say(" and {number} more", number=len(one.others) - _NAMED)
        yield f"  {say('would join them')}  --set '{one.change}'"
        told = say("and decides otherwise: {lines}", lines=others or say("nothing else"))
        yield f"    {told}"
