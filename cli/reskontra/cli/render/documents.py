"""A document explained: what it says, who made it, what was applied to it, and what is open."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import typer

from reskontra.cli.render.amounts import local
from reskontra.cli.render.words import say
from reskontra.engine.wording import worded

if TYPE_CHECKING:
    from reskontra.engine.services.explain_document import DocumentExplained, Use


def print_documents(
    found: Sequence[DocumentExplained], *, country: str, output_format: str
) -> None:
    """Print explained documents for people, or as JSON."""
    if output_format == "json":
        listed = [
            {
                "document": one.document._asdict(),
                "customer": one.customer,
                "open_minor": one.open_amount,
                "applied": [use._asdict() for use in one.uses],
                "run": one.run and one.run._asdict(),
                "detail": one.detail and one.detail._asdict(),
                "lines": [line._asdict() for line in one.lines],
                "vat": [vat._asdict() for vat in one.vat],
                "references": [[key.kind, key.value] for key in one.references],
                "corrects": one.corrects,
            }
            for one in found
        ]
        record = {"format_version": 1, "documents": listed}
        sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
        return
    for one in found:
        for text in _told(one, country):
            typer.echo(text)


def _told(found: DocumentExplained, country: str) -> Iterator[str]:
    document = found.document
    currency = document.currency
    due = "  " + say("due {day}", day=document.due_date) if document.due_date else ""
    kind = f"{_words(document.kind)} {document.number}"
    yield say("{document} of {customer}", document=kind, customer=found.customer)
    terms = f" ({found.detail.terms})" if found.detail and found.detail.terms else ""
    yield f"  {say('dated {day}', day=document.document_date)}{due}{terms}"
    yield from _says(found, country)
    yield f"  {say('amount')} {local(document.amount, currency, country)} {currency}"
    if document.initial_open != document.amount:
        imported = local(document.initial_open, currency, country)
        yield f"  {say('open when it was imported')} {imported}"
    for use in found.uses:
        verb = say("taken back" if use.reverses else "applied")
        amount = f"{local(use.amount, currency, country):>14}"
        yield f"  {use.date}  {amount}  {verb}: {_use(use, currency, country)}"
    if not found.uses:
        yield f"  {say('nothing was applied to it')}"
    if found.open_amount:
        yield f"→ {say('open')} {local(found.open_amount, currency, country)} {currency}"
    else:
        yield f"→ {say('settled, nothing is open')}"


def _says(found: DocumentExplained, country: str) -> Iterator[str]:
    """What was entered: lines, VAT, rounding; then references, what it corrects, who made it."""
    currency, detail = found.document.currency, found.detail
    rows = [
        (line.description, f"{line.quantity} x {line.unit_price}", line.vat_code, line.net)
        for line in found.lines
    ]
    rows += [(f"{say('VAT')} {one.rate} %", "", one.vat_code, one.vat) for one in found.vat]
    if detail and detail.rounding:
        rows.append((say("rounding"), "", "", detail.rounding))
    for text, quantity, code, amount in rows:
        money = local(amount, currency, country)
        yield f"  {text[:36]:<36} {quantity:>16} {code:>10} {money:>16} {currency}"
    if detail and detail.rate:
        yield f"  {say('exchange rate')} {detail.rate}"
    for reference in found.references:
        yield f"  {_words(reference.kind)} {reference.value}"
    for other in found.corrects:
        kind, _, number = other.partition(" ")
        yield f"  {say('corrects {document}', document=f'{_words(kind)} {number}')}"
    if run := found.run:
        why = f": {run.reason}" if run.reason else ""
        yield f"  {say('made in run:{run} by {actor}', run=run.id, actor=run.actor)}{why}"


def _use(use: Use, currency: str, country: str) -> str:
    """What was applied to the document, in which run, by whom, by which rule."""
    discount = ""
    if use.discount:
        discount = f", {say('discount')} {local(use.discount, currency, country)}"
    kind, _, number = use.other.partition(" ")
    by = say("run:{run} by {actor}", run=use.run, actor=use.actor)
    line = f", line:{use.bank_line}" if use.bank_line else ""
    rule = f", {use.rule}" if use.rule else ""
    return f"{_words(kind)} {number}{discount}, {by}{rule}{line}"


def _words(kind: str) -> str:
    return say(worded(kind))
