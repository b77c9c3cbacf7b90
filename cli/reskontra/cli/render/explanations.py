"""A decision laid out: what came in, what it was applied to and why, with the file and line of
each weight.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from reskontra.cli.render.amounts import local

if TYPE_CHECKING:
    from reskontra.adapters.why_not import Apart
    from reskontra.engine.plan.model import PlannedLine
    from reskontra.engine.services.explain import Explanation


_WAITING = ("new", "review", "hold", "taken_back", "hidden")
"""States of bank lines that a person can decide."""
_NAMED = 5
"""How many other bank lines are named that a change would decide otherwise."""


def print_explanation(
    found: Explanation, *, country: str, origins: Mapping[str, Any], output_format: str
) -> None:
    """Print an explanation for people, or its record as JSON."""
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
        }
        sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
        return
    for text in _explain(found, country, origins):
        typer.echo(text)


def asdict_run(found: Explanation) -> dict[str, Any] | None:
    """The run as plain data, without its clock time."""
    return None if found.run is None else found.run._asdict()


def _explain(found: Explanation, country: str, origins: Mapping[str, Any]) -> Iterator[str]:
    line = found.line
    money = local(line.amount, line.currency, country)
    yield f"line:{line.line}  {line.booking_date}  {money} {line.currency}  {line.payer}"
    if line.reference:
        yield f"  reference  {line.reference}"
    if line.text:
        yield f"  text       {' / '.join(line.text.splitlines())}"
    verdict = _verdict(line, country)
    yield f"→ {found.today} (was: {verdict})" if found.today else f"→ {verdict}"
    where = f"  ({line.rule_at})" if line.rule_at else ""
    yield f"  rule       {line.rule or 'none fired'}{where}"
    if line.because:
        yield f"  because    {line.because}"
    yield from _precision(line)
    if line.tier:
        margin = f"relevance {_ratio(line.relevance)}, runner-up {_ratio(line.runner_up)}"
        yield f"  evidence   tier {line.tier}, {margin}"
    yield from _evidence(line)
    yield from allocation_lines(line, country)
    yield from contribution_lines(line, origins)
    yield from posting_lines(line, country)
    for earlier in found.earlier:
        yield (
            f"  earlier    line:{earlier.line} of {earlier.booking_date}, {money} {line.currency} "
            f"with {earlier.by}, is {earlier.state}"
        )
    yield from _books(found)
    waits = bool(line.blocked) or line.outcome in {"hold", "review"}
    if found.state in _WAITING if found.run else waits:
        yield from _next_step(line, found.state)


def _precision(line: PlannedLine) -> Iterator[str]:
    """How often such evidence was right, as far as that is proven."""
    if (share := line.facts.get("precision")) is not None:
        wrong, cases = line.facts["measured_wrong"], line.facts["measured_cases"]
        yield (
            f"  precision  {line.tier}, {line.facts['shape']}: at least {share / 100:.2f} % right "
            f"({wrong} of {cases} measured were wrong)"
        )


def _verdict(line: PlannedLine, country: str) -> str:
    if line.blocked:
        return f"cannot be booked: {line.blocked}"
    if line.outcome == "apply":
        numbers = ", ".join(a.number for a in line.allocations)
        rest = ""
        if line.unapplied:
            rest = f"; {local(line.unapplied, line.currency, country)} stays an open payment"
        return f"applied to {numbers}{rest}"
    if (line.tier, line.outcome) == ("manual", "review"):
        return "released to the next run"
    words = {
        "open_payment": f"open payment of {line.customer or 'an unidentified payer'}",
        "cash_entry": f"booked to account {line.account}",
        "hide": "hidden: not for the ledger",
        "hold": "held, not booked",
        "review": "a person chooses",
    }
    return words.get(line.outcome, line.outcome)


def _ratio(value: int) -> str:
    return f"{value // 10000}.{value % 10000:04d}"


def _evidence(line: PlannedLine) -> Iterator[str]:
    own = {"account": line.facts.get("payer_account"), "name": line.payer}
    for row in line.evidence:
        valid = "" if row.get("valid") is None else (" valid" if row["valid"] else " not valid")
        target = f" → {row['document']}" if row.get("document") else ""
        value = row.get("value") or own.get(row["kind"]) or ""
        yield f"    {row['kind']:<20} {value}{valid} ({row.get('field', '')}){target}"


def allocation_lines(line: PlannedLine, country: str) -> Iterator[str]:
    """What each document gets of the payment, and what is left of it."""
    for a in line.allocations:
        parts = [
            f"{name} {local(value, line.currency, country)}"
            for name, value in (
                ("open", a.before), ("paid", a.paid), ("discount", a.discount),
                ("written off", a.write_off), ("left", a.after),
            )
            if value or name in ("open", "paid", "left")
        ]  # fmt: skip
        yield f"    {a.kind} {a.number} of {a.customer}: {', '.join(parts)}"


def contribution_lines(line: PlannedLine, origins: Mapping[str, Any]) -> Iterator[str]:
    """What each factor adds to the relevance of each document."""
    if not line.trace:
        return
    yield f"  {'contribution':<12} {'document':<12} {'weight':>6} {'score':>7} {'points':>7}"
    for row in line.trace:
        place = _place(origins, f"matching.invoice.weights.{row['factor']}")
        compared = f"{row.get('a', '')} ~ {row.get('b', '')}"
        yield (
            f"  {row['factor']:<12} {row['document']:<12} {row['weight']:>6} "
            f"{_ratio(row['score']):>7} {_ratio(row['contribution']):>7}  {compared}  {place}"
        )


def _place(origins: Mapping[str, Any], key: str) -> str:
    origin = origins.get(key)
    return str(origin.place) if origin is not None else ""


def posting_lines(line: PlannedLine, country: str) -> Iterator[str]:
    """The voucher of a booked line."""
    if line.is_booked:
        yield "  voucher"
        for posting in line.postings:
            amount = local(posting.amount, line.currency, country)
            yield f"    {posting.account:<8}{posting.role:<24}{amount:>18}  {posting.customer}"


def _next_step(line: PlannedLine, state: str) -> Iterator[str]:
    """The commands that decide a waiting line."""
    if line.suggestions:
        yield f"  suggestions (accept one with: reskontra resolve line:{line.line} --accept RANK)"
        for row in line.suggestions:
            documents = ", ".join(row["documents"])
            relevance = _ratio(row["relevance"] or 0)
            yield f"    {row['rank']}. {documents}  tier {row['tier']}  relevance {relevance}"
    resolve, whose = f"reskontra resolve line:{line.line}", ""
    if line.customer:
        whose = f" --customer {line.customer}"
    yield "  to decide, one of"
    if state in {"taken_back", "hold", "hidden"}:
        yield f"    {resolve} --release    (to the next run)"
    yield f"    {resolve} --documents NUMBER=AMOUNT,..."
    yield f"    {resolve} --open-payment{whose}"
    yield from (
        f"    {resolve} --{flag}"
        for flag, already in (("hide", "hidden"), ("hold", "hold"))
        if state != already
    )


def _books(found: Explanation) -> Iterable[str]:
    if found.run is None:
        yield "  only planned, nothing is booked"
        return
    yield (
        f"  decision {found.decision_id} in run:{found.run.id} by {found.run.actor}, "
        f"rules {found.run.pack_hash[:8]}, the line is {found.state}"
    )
    for document in found.documents:
        yield f"  made {document}"
    for run, outcome, rule in found.history:
        yield f"  before: run:{run} {outcome} by {rule or 'no rule'}"


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
    yield f"{document.kind} {document.number}: open {left} before run:{found.run}"
    yield f"→ {_verdict(line, country)}  ({line.rule or 'no rule'})"
    for taker in found.taken_by:
        yield f"  the document went to line:{taker} of the same run"
    yield f"  the two alone: {_verdict(found.alone, country)}  ({found.alone.rule or 'no rule'})"
    yield f"    {found.alone.because}"
    yield from contribution_lines(found.alone, origins)
    if not found.joining:
        yield "  no single change of a tier, threshold, tolerance or window joins them"
    for one in found.joining:
        others = ", ".join(f"line:{other}" for other in one.others[:_NAMED])
        more = f" and {len(one.others) - _NAMED} more" if len(one.others) > _NAMED else ""
        yield f"  would join them  --set '{one.change}'"
        yield f"    and decides otherwise: {others + more if others else 'nothing else'}"
