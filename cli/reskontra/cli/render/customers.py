"""A customer on the screen, and what a change makes of customers."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import typer

from reskontra.cli.render.amounts import local
from reskontra.cli.render.words import counted, say
from reskontra.cli.session import note
from reskontra.engine.customers.fields import effective
from reskontra.engine.customers.maps import map_link
from reskontra.engine.money import exact
from reskontra.engine.preferences.customers import CustomerDefaults, Value
from reskontra.engine.services.balances import Balance, Money
from reskontra.engine.services.customer_view import CustomerView
from reskontra.engine.services.customers import Planned

SHOWN = 20
"""So many changed customers are told one by one; JSON holds them all."""
_ADDRESSES = ("main", "billing", "delivery")


def print_planned(planned: Sequence[Planned], *, output_format: str, preview: bool) -> None:
    """What becomes, or became, of customers."""
    if output_format == "json":
        sys.stdout.write(json.dumps([_record(p) for p in planned], ensure_ascii=False, indent=2))
        sys.stdout.write("\n")
        return
    moved = [each for each in planned if each.kind != "unchanged"]
    for each in moved[:SHOWN]:
        typer.echo(f"{each.after.number}  {each.after.name}  {each.kind}")
        for change in each.fields:
            old = "" if change.old is None or each.kind == "new" else f"{written(change.old)} → "
            typer.echo(f"  {change.key:<32} {old}{written(change.new)}")
    if len(moved) > SHOWN:
        typer.echo(f"... and {counted(len(moved) - SHOWN, 'more customer')} (--format json)")
    kinds = [each.kind for each in planned]
    told = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
    note(f"{told or 'no customers'}{'; nothing was stored' if preview else ''}")


def written(value: Value | None) -> str:
    """A value as people read it."""
    if value is None or value == "":
        return "-"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _record(planned: Planned) -> dict[str, Any]:
    return {
        "number": planned.after.number, "name": planned.after.name, "kind": planned.kind,
        "changes": [change._asdict() for change in planned.fields],
    }  # fmt: skip


def print_view(
    view: CustomerView,
    defaults: CustomerDefaults,
    *,
    output_format: str,
    everything: bool,
    country: str,
) -> None:
    """One customer for people, as JSON, or as the YAML that the import reads."""
    if output_format == "json":
        sys.stdout.write(json.dumps(_whole(view), ensure_ascii=False, indent=2) + "\n")
    elif output_format == "yaml":
        sys.stdout.write("\n".join(as_yaml(view)) + "\n")
    else:
        for line in _lines(view, defaults, country, everything=everything):
            typer.echo(line)


def _whole(view: CustomerView) -> dict[str, Any]:
    return {
        "number": view.customer.number,
        "fields": view.whole,
        "own": view.own,
        "members": view.members,
        "former_numbers": view.former_numbers,
        "bank_accounts": view.accounts,
        "aliases": view.aliases,
        **machine_balance(view.owed),
    }


def machine_balance(owed: Balance) -> dict[str, Any]:
    """A balance in exact amounts."""
    return {
        "balance": machine(owed.balance),
        "prepayments": machine(owed.prepayments),
        "unreleased": machine(owed.unreleased),
        "ordered": machine(owed.ordered),
        "consolidated": None if owed.consolidated is None else machine(owed.consolidated),
        "first_due": owed.first_due,
    }


def machine(money: Money) -> dict[str, str]:
    """Exact amounts by currency."""
    return {currency: exact(amount, currency) for currency, amount in money.items()}


def told_balance(owed: Balance, home: str, country: str) -> Iterator[tuple[str, str]]:
    """Name and amounts of everything that belongs to a balance; ``home`` = currency of a zero."""
    kinds = [(say("balance"), owed.balance)]
    kinds += [(say("prepayments"), owed.prepayments)] if owed.prepayments else []
    kinds += [(say("unreleased"), owed.unreleased)] if owed.unreleased else []
    kinds += [(say("ordered"), owed.ordered)] if owed.ordered else []
    kinds += [(say("group's balance"), owed.consolidated)] if owed.consolidated is not None else []
    for name, money in kinds:
        amounts = [f"{local(a, c, country)} {c}" for c, a in (money or {home: 0}).items()]
        yield name, ", ".join(amounts)


def _lines(
    view: CustomerView, defaults: CustomerDefaults, country: str, *, everything: bool
) -> Iterator[str]:
    yield f"{view.customer.number}  {view.customer.name}  {view.customer.status}"
    for name, amounts in told_balance(view.owed, view.customer.currency, country):
        yield f"  {name:<32} {amounts}"
    for name, values in (
        ("members", view.members), ("earlier numbers", view.former_numbers),
        ("bank accounts", view.accounts), ("aliases", view.aliases),
    ):  # fmt: skip
        if values:
            yield f"  {name:<32} {', '.join(values)}"
    for address in _ADDRESSES:
        if link := map_link(view.whole, f"address.{address}"):
            yield f"  {f'map ({address})':<32} {link}"
    yield ""
    of_class = defaults.classes.get(view.customer_class, {})
    anyway = effective({}, defaults)
    for key, value in view.whole.items():
        who = "own" if key in view.own else "class" if key in of_class else "default"
        inherited_value = who == "default" and anyway.get(key) == value
        if key != "name" and (everything or not inherited_value):
            yield f"  {key:<32} {written(value):<30} {'' if who == 'own' else who}".rstrip()


def as_yaml(view: CustomerView) -> Iterator[str]:
    """What a person said, as ``customers.yaml``."""
    from reskontra.config.customers import to_tree

    yield "customers:"
    yield f"  {json.dumps(view.customer.number)}:"
    yield from _nested(to_tree(view.own), "    ")


def _nested(tree: dict[str, Any], indent: str) -> Iterator[str]:
    for name, value in tree.items():
        key = name if name.replace("_", "").isalnum() and not name.isdigit() else json.dumps(name)
        if isinstance(value, dict):
            yield f"{indent}{key}:"
            yield from _nested(value, f"{indent}  ")
        else:
            yield f"{indent}{key}: {json.dumps(value, ensure_ascii=False)}"
