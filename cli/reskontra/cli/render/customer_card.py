"""A customer on one screen: for people in their language, or as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import typer

from reskontra.cli.render.amounts import local
from reskontra.cli.render.customers import machine, machine_balance, told_balance
from reskontra.cli.render.words import counted, say
from reskontra.engine.money import exact, parse_amount
from reskontra.engine.preferences.customers import Fields
from reskontra.engine.services.customer_card import Card, Row

SHOWN = 10
"""So many open documents are listed; JSON holds them all."""
_AMOUNTS = ("amount", "open", "unallocated")


def print_card(card: Card, *, country: str, output_format: str) -> None:
    """Print everything about a customer."""
    if output_format == "json":
        sys.stdout.write(json.dumps(_whole(card), ensure_ascii=False, indent=2) + "\n")
        return
    for part in (_head(card, country), _owed(card, country), _said(card, country)):
        for line in part:
            typer.echo(line)


def _whole(card: Card) -> dict[str, Any]:
    return {
        "format_version": 1,
        "customer": card.view.customer.number,
        "name": card.view.customer.name,
        "fields": card.view.whole,
        "parent": card.view.parent,
        "members": card.view.members,
        "former_numbers": card.view.former_numbers,
        **machine_balance(card.view.owed),
        "buckets": {
            currency: {name: exact(amount, currency) for name, amount in held.items()}
            for currency, held in card.buckets.items()
        },
        "unallocated": machine(card.unallocated),
        "items": [_exact(row) for row in card.items],
        "payments": [_exact(row) for row in card.payments],
        "drafts": [_exact(row) for row in card.drafts],
        "marks": [_exact(row) for row in card.marks],
        "notes": list(card.notes),
    }


def _exact(row: Row) -> Row:
    currency = row["currency"]
    return row | {name: exact(row[name], currency) for name in _AMOUNTS if name in row}


def _head(card: Card, country: str) -> Iterator[str]:
    """Who the customer is, and what was agreed."""
    view, whole = card.view, card.view.whole
    customer = view.customer
    contact = ("attention", "phone1", "phone2", "email")
    street = _fields(whole, "address.main", "line1", "line2", "line3")
    town = " ".join(_fields(whole, "address.main", "postcode", "city"))
    yield f"{customer.number}  {customer.name}  {say(customer.status)}"
    yield from _fact("contact", *_fields(whole, "contact.main", *contact))
    yield from _fact("address", *street, town, customer.country)
    yield from _fact("organisation", customer.org_number, *_fields(whole, "", "vat_number"))
    yield from _fact("earlier numbers", *view.former_numbers)
    yield from _fact("parent", view.parent)
    yield from _fact("members", *view.members)
    yield from _fact("class", view.customer_class)
    yield from _fact("terms", customer.terms)
    yield from _fact("credit", *_credit(whole, customer.currency, country))


def _fact(name: str, *told: str) -> Iterator[str]:
    """A line, unless there is nothing to tell."""
    if text := _listed(told):
        yield f"  {say(name):<18} {text}"


def _listed(told: Iterable[str], between: str = ", ") -> str:
    return between.join(part for part in told if part)


def _fields(whole: Fields, group: str, *names: str) -> list[str]:
    keys = [f"{group}.{name}".removeprefix(".") for name in names]
    return [str(whole[key]) for key in keys if key in whole]


def _credit(whole: Fields, currency: str, country: str) -> Iterator[str]:
    rule = str(whole.get("credit.rule", "disabled"))
    if rule == "disabled":
        return
    yield say(rule)
    if "credit.limit" in whole:
        limit = parse_amount(str(whole["credit.limit"]), currency)
        yield f"{local(limit, currency, country)} {currency}"
    if "credit.days" in whole:
        yield counted(int(whole["credit.days"]), "day")


def _owed(card: Card, country: str) -> Iterator[str]:
    """What is owed: sums, open documents, payments, drafts."""
    for name, amounts in told_balance(card.view.owed, card.view.customer.currency, country):
        yield from _fact(name, amounts)
    free = (f"{local(a, c, country)} {c}" for c, a in card.unallocated.items())
    yield from _fact("unallocated", *free)
    for currency, held in card.buckets.items():
        told = (f"{say(name)} {local(a, currency, country)}" for name, a in held.items())
        yield from _fact(currency, _listed(told, "  "))
    yield from _heading("Open documents", card.items)
    for row in card.items[:SHOWN]:
        late = counted(row["days"], "day") if row["days"] > 0 else ""
        yield f"{_document(row, country)}  {row['due_date'] or '':<10}  {late}".rstrip()
    if len(card.items) > SHOWN:
        rest = len(card.items) - SHOWN
        yield "  " + say("... and {number} more (--format json lists them)", number=rest)
    yield from _heading("Last payments", card.payments)
    for row in card.payments:
        left = local(row["unallocated"], row["currency"], country) if row["unallocated"] else ""
        yield _document(row, country) + (f"  {say('unallocated')} {left}" if left else "")
    yield from _heading("Drafts", card.drafts)
    for row in card.drafts:
        yield f"{_document(row, country)}  {say(row['status'])}"


def _heading(text: str, rows: Sequence[Row]) -> Iterator[str]:
    if rows:
        yield say(text)


def _document(row: Row, country: str) -> str:
    amount = f"{local(row['amount'], row['currency'], country):>14} {row['currency']}"
    return f"  {row['document_date']}  {say(row['kind']):<14} {row['number']:<12} {amount}"


def _said(card: Card, country: str) -> Iterator[str]:
    """What people said and wrote down."""
    yield from _heading("Disputes and promises", card.marks)
    for row in card.marks:
        until = say("until {day}", day=row["until"]) if row["until"] else ""
        by = _listed((row["actor"], row["date"]), " ")
        amount = f"{local(row['amount'], row['currency'], country):>14} {row['currency']}"
        told = _listed((until, row["reason"], by))
        yield f"  {say(row['mark']):<16} {row['document']:<12} {amount}  {told}".rstrip()
    yield from _heading("Notes", card.notes)
    for row in card.notes:
        due = say("due {day}", day=row["due"]) if row["due"] else ""
        told = _listed((row["text"], due, row["owner"], row["file"]))
        yield f"  {row['date']}  {say(row['kind']):<10} {row['subject']:<18} {told}"
