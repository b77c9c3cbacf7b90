"""Whose money it is: the customer that a bank line is known to come from.

By bank account, else by name or alias, else as matching found it. Used to warn a person who
applies one customer's payment to another customer's documents.
"""

from __future__ import annotations

import polars as pl

from reskontra.engine.ledger.records import BankLine, Customer, CustomerAccount, CustomerAlias
from reskontra.engine.plan.model import PlannedLine
from reskontra.engine.ports import Reader
from reskontra.engine.text import account_key_column, name_key, name_key_column


def payer_warning(reader: Reader, planned: PlannedLine) -> str:
    """What to tell about documents of others than the payer and its group; empty = nothing.

    A payment from a parent for its branches is nothing to warn of.
    """
    customers = {found.number: found for found in reader.records(Customer)}
    owners = sorted({a.customer for a in planned.allocations if a.customer})
    payer = customers.get(known_payer(reader, planned))
    if payer is None:
        return ""
    others = [n for n in owners if n in customers and _head(customers[n]) != _head(payer)]
    if not others:
        return ""
    documents = [a.number for a in planned.allocations if a.customer in others]
    noun, verb = ("document", "belongs") if len(documents) == 1 else ("documents", "belong")
    return (
        f"payer is {payer.number}, the {noun} {', '.join(documents)} {verb} to {', '.join(others)}"
    )


def known_payer(reader: Reader, planned: PlannedLine) -> str:
    """Number of the customer that the bank line comes from; empty = unknown."""
    line = next(iter(reader.records(BankLine, id=planned.line)))
    customers = reader.frame(Customer, ("id", "number", "name", "parent_id")).with_columns(
        head=pl.coalesce("parent_id", "id")
    )
    for owners in (_by_account(reader, line), _by_name(reader, line, customers)):
        found = customers.filter(pl.col("id").is_in(owners)).sort("parent_id", "id")
        if found["head"].n_unique() == 1:
            return str(found["number"][0])
    return str(planned.facts.get("customer") or "")


def _by_account(reader: Reader, line: BankLine) -> list[int]:
    key = pl.select(account_key_column(pl.lit(line.payer_account))).item()
    accounts = reader.frame(CustomerAccount, ("customer_id", "account"))
    known = accounts.filter(account_key_column(pl.col("account")) == key)
    return known["customer_id"].to_list() if key else []


def _by_name(reader: Reader, line: BankLine, customers: pl.DataFrame) -> list[int]:
    key = name_key(line.payer_name)
    aliases = reader.frame(CustomerAlias, ("customer_id", "alias"))
    names = pl.concat([
        customers.select("id", "name"),
        aliases.select(pl.col("customer_id").alias("id"), pl.col("alias").alias("name")),
    ])  # fmt: skip
    known = names.filter(name_key_column(pl.col("name")) == key)
    return known["id"].to_list() if key else []


def _head(customer: Customer) -> int:
    return customer.parent_id or customer.id
