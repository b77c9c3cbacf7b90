"""Who paid: by known bank account, else by exact normal form of the name or an alias (Swedish:
*betalare*).

What is known is the payer group (head customer with its branches), because a parent pays for its
children. An account or a name of several groups identifies nobody by itself. Similar names are a
matter of later passes and never identify.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from reskontra.engine.text import account_key_column, name_key_column


@dataclass(frozen=True, slots=True)
class Payers:
    """What lines say about their payers."""

    known: pl.DataFrame
    """n, group, customer_id (the customer, else the head of the group), by (``account``/``name``):
    lines whose payer group is certain."""
    by_account: pl.DataFrame
    """n, group: every group that the account belongs to."""
    by_name: pl.DataFrame
    """n, group: every group of that name, for lines whose account is unknown."""
    line_names: pl.DataFrame
    """n, name_key (not empty)."""
    names: pl.DataFrame
    """name_key, customer_id, group: names and aliases of customers."""
    accounts: pl.DataFrame
    """account, customer_id, group."""


def identify(
    lines: pl.DataFrame, customers: pl.DataFrame, accounts: pl.DataFrame, aliases: pl.DataFrame
) -> Payers:
    """Payers of all lines; ``lines`` and ``customers`` as in ``prepare.Prepared``."""
    heads = customers.select("customer_id", "group")
    known_accounts = (
        accounts.select("customer_id", account_key_column(pl.col("account")).alias("account"))
        .filter(pl.col("account") != "")
        .unique()
        .join(heads, on="customer_id")
    )
    names = _names(customers, aliases, heads)
    line_names = _line_names(lines)
    account_pairs = lines.select("n", pl.col("payer_account").alias("account")).join(
        known_accounts, on="account"
    )
    name_pairs = line_names.join(names, on="name_key")
    both = account_pairs.join(name_pairs.select("n", "group").unique(), on=["n", "group"])
    no_account = name_pairs.join(account_pairs, on="n", how="anti")
    certain = pl.concat(
        [
            _certain(account_pairs, "account"),
            _certain(no_account, "name"),
            _certain(both, "account"),
        ]
    ).unique(subset="n", keep="first", maintain_order=True)
    return Payers(
        known=certain.sort("n"),
        by_account=account_pairs.select("n", "group").unique().sort("n", "group"),
        by_name=no_account.select("n", "group").unique().sort("n", "group"),
        line_names=line_names,
        names=names,
        accounts=known_accounts,
    )


def learned(lines: pl.DataFrame, settled: pl.DataFrame, payers: Payers) -> pl.DataFrame:
    """n, group: lines of unknown accounts and names whose account paid documents of one group in
    this run.

    ``settled``: n, group of documents that lines have named and paid exactly. An account that paid
    for several groups (a parent, a factor) says nothing.
    """
    known = payers.accounts.select(payer_account="account")
    accounts = (
        lines.filter(pl.col("payer_account") != "")
        .select("n", "payer_account")
        .join(known, on="payer_account", how="anti")
    )
    if accounts.is_empty():
        return accounts.select("n", group=pl.lit(None, dtype=pl.Int64))
    unnamed = accounts.join(payers.by_name, on="n", how="anti")
    seen = accounts.join(settled, on="n").select("payer_account", "group").unique()
    single = seen.filter(pl.len().over("payer_account") == 1)
    return unnamed.join(single, on="payer_account").select("n", "group").sort("n")


def _names(customers: pl.DataFrame, aliases: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    own = customers.select("customer_id", "name")
    other = aliases.select("customer_id", pl.col("alias").alias("name"))
    return (
        pl.concat([own, other])
        .select("customer_id", name_key_column(pl.col("name")).alias("name_key"))
        .filter(pl.col("name_key") != "")
        .unique()
        .join(heads, on="customer_id")
        .sort("name_key", "customer_id")
    )


def _line_names(lines: pl.DataFrame) -> pl.DataFrame:
    distinct = lines.select(pl.col("payer_name").unique().alias("payer_name"))
    folded = distinct.select("payer_name", name_key_column(pl.col("payer_name")).alias("name_key"))
    return (
        lines.select("n", "payer_name")
        .join(folded.filter(pl.col("name_key") != ""), on="payer_name")
        .select("n", "name_key")
        .sort("n")
    )


def _certain(pairs: pl.DataFrame, by: str) -> pl.DataFrame:
    """Lines whose pairs name one group only."""
    return (
        pairs.group_by("n")
        .agg(
            pl.col("group").n_unique().alias("groups"),
            pl.col("group").min(),
            pl.col("customer_id").n_unique().alias("customers"),
            pl.col("customer_id").min(),
        )
        .filter(pl.col("groups") == 1)
        .select(
            "n",
            "group",
            pl.when(pl.col("customers") == 1).then("customer_id").otherwise("group")
            .alias("customer_id"),
            pl.lit(by).alias("by"),
        )
        .sort("n")
    )  # fmt: skip
