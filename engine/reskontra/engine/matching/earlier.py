"""What happened before: repeated payments, payments keyed by hand, money that the bank takes back
(Swedish: *dubblettbetalning*).

Compares lines with lines handled earlier and with open payments; nothing here is settled.
"""

from __future__ import annotations

import polars as pl

from reskontra.engine.ledger.records import PAYMENT_KINDS
from reskontra.engine.matching.payers import Payers
from reskontra.engine.matching.tokens import structured, written
from reskontra.engine.preferences.matching import MatchingPreferences
from reskontra.engine.text import account_key_column, name_key_column

_NO_ID = ("", "NOTPROVIDED", "NOTAVAILABLE", "NONREF")
_SHORTEST = 4


def repeated(
    lines: pl.DataFrame, tokens: pl.DataFrame, history: pl.DataFrame, *, days: int
) -> pl.DataFrame:
    """n, again: the same reference and amount came at most ``days`` earlier, in this run or before.

    ``tokens``: n, token, digits of structured references.
    """
    rows = (
        tokens.filter(pl.col("digits") >= _SHORTEST)
        .select("n", "token")
        .unique()
        .join(lines.select("n", "amount", "currency", "date"), on="n")
        .sort("n")
    )
    twice = rows.group_by("token").len().filter(pl.col("len") > 1)
    before = pl.col("date").shift(1).over("token", "amount", "currency", order_by="n")
    within = (pl.col("date") - before).dt.total_days() <= days
    here = (
        rows.join(twice, on="token", how="semi").filter(within.fill_null(value=False)).select("n")
    )
    there = _in_history(rows, history, days)
    return pl.concat([here, there]).unique().sort("n").with_columns(again=pl.lit(value=True))


def _in_history(rows: pl.DataFrame, history: pl.DataFrame, days: int) -> pl.DataFrame:
    if not history.height:
        return rows.select("n").clear()
    if "state" in history.columns:
        history = history.filter(pl.col("state") != "hidden")
    same_amount = history.join(rows.select("amount").unique(), on="amount", how="semi")
    past = same_amount.select(
        pl.col("id").alias("n"), "amount", "currency", "references", "text",
        pl.col("booking_date").str.to_date("%Y-%m-%d").alias("earlier"),
    )  # fmt: skip
    tokens = pl.concat([structured(past).select("n", "token"), written(past).select("n", "token")])
    known = tokens.unique().join(past.drop("references", "text"), on="n").drop("n").unique()
    gap = (pl.col("date") - pl.col("earlier")).dt.total_days().abs()
    return (
        rows.join(known, on=["token", "amount", "currency"])
        .filter(gap <= days)
        .select("n")
        .unique()
        .sort("n")
    )


def payer_keys(lines: pl.DataFrame, payers: Payers) -> pl.DataFrame:
    """n, payer: who pays, as far as it is known: the payer group, else the account or the name."""
    return (
        lines.select("n", "payer_account")
        .join(payers.known.select("n", "group"), on="n", how="left", maintain_order="left")
        .join(payers.line_names, on="n", how="left", maintain_order="left")
        .with_columns(
            payer=pl.coalesce(
                pl.format("group {}", "group"),
                pl.when(pl.col("payer_account") != "").then("payer_account"),
                "name_key",
            )
        )
        .filter(pl.col("payer").is_not_null())
        .select("n", "payer")
    )


def paid_before(
    lines: pl.DataFrame, keys: pl.DataFrame, history: pl.DataFrame, *, days: int
) -> pl.DataFrame:
    """N of receipts whose payer paid the same amount at most ``days`` earlier, here or in
    ``history``; ``keys``: ``payer_keys`` of the lines.
    """
    receipts = (
        lines.filter(pl.col("amount") > 0)
        .select("n", "currency", "amount", "date", "payer_account", "payer_name")
        .join(keys, on="n")
        .sort("n")
    )
    before = pl.col("date").shift(1).over("payer", "currency", "amount")
    here = receipts.filter((pl.col("date") - before).dt.total_days() <= days)
    past = history.filter(~pl.col("state").is_in(["hidden", "taken_back"])).join(
        receipts.select("amount").unique(), on="amount", how="semi"
    )
    known = past.select(
        "currency", "amount",
        payer_account=account_key_column(pl.col("payer_account")),
        payer_name=name_key_column(pl.col("payer_name")),
        earlier=pl.col("booking_date").str.to_date("%Y-%m-%d"),
    )  # fmt: skip
    if known.is_empty():
        return here.select("n")
    named = receipts.join(known, on=["currency", "amount"], how="semi").with_columns(
        payer_name=name_key_column(pl.col("payer_name"))
    )
    gap = (pl.col("date") - pl.col("earlier")).dt.total_days().abs()
    there = [
        named.filter(pl.col(by) != "")
        .join(known, on=[by, "currency", "amount"])
        .filter(gap <= days)
        for by in ("payer_account", "payer_name")
    ]
    return pl.concat([frame.select("n") for frame in (here, *there)]).unique().sort("n")


def reversals(lines: pl.DataFrame, history: pl.DataFrame, sent: pl.DataFrame) -> pl.DataFrame:
    """N of disbursements that take a receipt back: same bank or end-to-end id and amount; when the
    bank says that it is a reversal, same amount and payer.

    ``history`` and ``sent``: lines of earlier runs and of this one, columns of ``BankLine``.
    """
    out = lines.filter(pl.col("amount") < 0).with_columns(amount=-pl.col("amount"))
    if out.is_empty():
        return out.select("n")
    amounts = out.select("amount").unique()
    columns = ("amount", "currency", "bank_reference", "end_to_end_id", "payer_account")
    receipts = pl.concat(
        [frame.select(columns).join(amounts, on="amount", how="semi") for frame in (history, sent)]
    )
    by_id = []
    for name in ("bank_reference", "end_to_end_id"):
        ids = receipts.filter(~pl.col(name).str.to_uppercase().is_in(_NO_ID))
        by_id.append(out.join(ids, on=["amount", "currency", name], how="semi").select("n"))
    accounts = receipts.with_columns(payer_account=account_key_column(pl.col("payer_account")))
    said = out.filter(pl.col("reversal") & (pl.col("payer_account") != "")).join(
        accounts, on=["amount", "currency", "payer_account"], how="semi"
    )
    return pl.concat([*by_id, said.select("n")]).unique().sort("n")


def keyed_by_hand(
    hits: pl.DataFrame,
    lines: pl.DataFrame,
    items: pl.DataFrame,
    payers: Payers,
    preferences: MatchingPreferences,
) -> pl.DataFrame:
    """Open payments that a line probably is: n, d, named (by reference, else by payer).

    Same amount and currency, dated within the window, no bank line behind it; and the line names it
    or, when it names nothing that is known, comes from its customer.
    """
    open_payments = items.filter(pl.col("kind").is_in(PAYMENT_KINDS) & pl.col("by_hand")).select(
        "d", "currency", "group", "document_date", pl.col("open").alias("amount")
    )
    receipts = lines.filter(pl.col("amount") > 0).select("n", "amount", "currency", "date")
    gap = (pl.col("date") - pl.col("document_date")).dt.total_days()
    window = gap.is_between(-preferences.receipts.days_after, preferences.receipts.days_before)
    pairs = receipts.join(open_payments, on=["amount", "currency"]).filter(window)
    if pairs.is_empty():
        return pairs.select("n", "d", named=pl.lit(value=False))
    named = pairs.join(hits.select("n", "d").unique(), on=["n", "d"], how="semi")
    silent = pairs.join(hits.select("n").unique(), on="n", how="anti")
    of_payer = silent.join(payers.known.select("n", "group"), on=["n", "group"], how="semi")
    return (
        pl.concat(
            [
                named.select("n", "d", named=pl.lit(value=True)),
                of_payer.select("n", "d", named=pl.lit(value=False)),
            ]
        )
        .sort("n", "d")
        .unique(subset="n", keep="first", maintain_order=True)
    )
