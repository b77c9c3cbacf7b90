"""Proposals learned from choices: evidence, effect and text to paste; contradictions after them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import typer

from reskontra.adapters.learning import Learned, Weighed
from reskontra.cli.render.amounts import local
from reskontra.cli.render.simulations import effect, effect_as_json
from reskontra.cli.render.words import counted
from reskontra.engine.money import exact
from reskontra.engine.services.learn import HIDE, Contradiction, Proposal

SAMPLES = 3
"""Payments that are shown per proposal, the newest."""


def print_learned(found: Learned, *, country: str, output_format: str) -> None:
    """Print everything for people, or as one JSON document."""
    if output_format == "json":
        typer.echo(json.dumps(_as_json(found), ensure_ascii=False))
        return
    total = counted(len(found.proposals), "proposal")
    typer.echo(f"{total}, {counted(len(found.contradictions), 'contradiction')}")
    for number, one in enumerate(found.proposals, 1):
        for text in _proposal(number, one, country):
            typer.echo(text)
    for contradiction in found.contradictions:
        typer.echo(f"\nnot proposed: {_contradiction(contradiction)}")


def _proposal(number: int, one: Weighed, country: str) -> Iterator[str]:
    seen = one.proposal.seen
    yield f"\n{number}  {said(one.proposal)}: chosen by hand for {counted(len(seen), 'payment')}"
    for each in seen[-SAMPLES:]:
        money = f"{local(each.amount, each.currency, country)} {each.currency}"
        yield f"     line:{each.line}  {each.date}  {money}  {each.payer or each.text}"
    yield "   would have done"
    for text in effect(one.effect, country):
        yield f"     {text}"
    yield f"   accept with: reskontra learn --accept {number}, or write\n"
    yield one.text.rstrip()


def said(proposal: Proposal) -> str:
    """``account 50011234 → customer 1042``."""
    what = "hide" if proposal.choice == HIDE else f"customer {proposal.choice}"
    return f"{proposal.kind} {proposal.value} → {what}"


def _contradiction(found: Contradiction) -> str:
    choices = (
        f"{choice} ({', '.join(f'line:{line}' for line in lines) or 'in the register'})"
        for choice, lines in found.choices.items()
    )
    return f"{found.kind} {found.value}: {', '.join(choices)}"


def _as_json(found: Learned) -> dict[str, Any]:
    return {
        "format_version": 1,
        "proposals": [
            {
                "number": number,
                "kind": one.proposal.kind,
                "value": one.proposal.value,
                "choice": one.proposal.choice,
                "seen": [
                    {"line": each.line, "date": each.date, "payer": each.payer,
                     "currency": each.currency, "amount": exact(each.amount, each.currency)}
                    for each in one.proposal.seen
                ],
                "effect": effect_as_json(one.effect),
                "text": one.text,
            }
            for number, one in enumerate(found.proposals, 1)
        ],
        "contradictions": [
            {"kind": each.kind, "value": each.value, "choices": each.choices}
            for each in found.contradictions
        ],
    }  # fmt: skip
