"""A document explained: what was applied to it, by whom, and what is open."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import typer

from reskontra.cli.render.amounts import local

if TYPE_CHECKING:
    from reskontra.engine.services.explain_document import DocumentExplained


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
    due = f"  due {document.due_date}" if document.due_date else ""
    yield f"{_words(document.kind)} {document.number} of {found.customer}"
    yield f"  dated {document.document_date}{due}"
    yield f"  amount {local(document.amount, currency, country)} {currency}"
    if document.initial_open != document.amount:
        yield f"  open when it was imported {local(document.initial_open, currency, country)}"
    for use in found.uses:
        verb = "taken back" if use.reverses else "applied"
        discount = f", discount {local(use.discount, currency, country)}" if use.discount else ""
        line = f", line:{use.bank_line}" if use.bank_line else ""
        rule = f", {use.rule}" if use.rule else ""
        yield (
            f"  {use.date}  {local(use.amount, currency, country):>14}  {verb}: "
            f"{_words(use.other)}{discount}, run:{use.run} by {use.actor}{rule}{line}"
        )
    if not found.uses:
        yield "  nothing was applied to it"
    if found.open_amount:
        yield f"→ open {local(found.open_amount, currency, country)} {currency}"
    else:
        yield "→ settled, nothing is open"


def _words(kind: str) -> str:
    return kind.replace("_", " ")
