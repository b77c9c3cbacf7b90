"""Drafts laid out: what was entered, and what it comes to."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import typer

from reskontra.cli.render.amounts import local
from reskontra.cli.render.words import counted, say
from reskontra.engine.documents.totals import percent
from reskontra.engine.wording import worded

if TYPE_CHECKING:
    from reskontra.engine.services.drafts import Drafted


_SHOWN = 20
"""Drafts that a person is shown; the rest is counted."""


def print_drafts(drafted: Sequence[Drafted], country: str, output_format: str) -> None:
    """Print drafts for people, or as JSON."""
    if output_format == "json":
        record = {"format_version": 1, "drafts": [_record(one) for one in drafted]}
        sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
        return
    for one in drafted[:_SHOWN]:
        for text in _told(one, country):
            typer.echo(text)
    if len(drafted) > _SHOWN:
        typer.echo(f"  ... {counted(len(drafted) - _SHOWN, 'more draft')}")


def _record(one: Drafted) -> dict[str, object]:
    from reskontra.engine.money import exact

    draft, totals = one.draft, one.done.totals
    return {
        "draft": draft.id, "number": draft.number, "status": draft.status, "kind": draft.kind,
        "customer": one.done.customer.number, "date": draft.document_date,
        "due": draft.due_date or "", "currency": draft.currency,
        "entered": json.loads(draft.content),
        **{
            name: exact(getattr(totals, name), draft.currency)
            for name in ("net", "vat", "rounding", "amount")
        },
    }  # fmt: skip


def _told(one: Drafted, country: str) -> Iterator[str]:
    draft, done = one.draft, one.done
    totals, currency = done.totals, draft.currency
    number = f" {draft.number}" if draft.number else ""
    due = "  " + say("due {day}", day=draft.due_date) if draft.due_date else ""
    terms = f" ({done.terms})" if done.terms else ""
    yield (
        f"draft:{draft.id}  {say(worded(draft.kind))}{number}  {say(worded(draft.status))}  "
        f"{done.customer.number} {done.customer.name}  {draft.document_date}{due}{terms}"
    )
    rows = [(line.entered.text, line.vat.id if line.vat else "", line.net)
            for line in done.lines]  # fmt: skip
    rows += [
        (f"{say('VAT')} {percent(one.code.rate)} %", one.code.id, one.vat) for one in totals.vats
    ]
    rows += [(say("Rounding"), "", totals.rounding)] * bool(totals.rounding)
    rows.append((say("To pay") if done.lines else say("Amount"), "", totals.amount))
    for text, code, amount in rows:
        yield f"    {text[:40]:<40} {code:>6} {local(amount, currency, country):>16} {currency}"
    if done.discount_date:
        money = f"{local(done.discount_amount, currency, country)} {currency}"
        told = "cash discount {money} until {day}"
        yield f"    {say(told, money=money, day=done.discount_date)}"
