"""How right the product is, against the known truth, beside three naive ways.

``judged`` compares line by line what the product said (``benchmarks.accuracy``) with what the
generator knows (``truth.csv``, ``ways.csv``), never with what the product thinks of itself. Frames
of several worlds are put together with ``pl.concat`` before they are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

BOOKED = ("apply", "open_payment")
"""Outcomes that book a line on a customer; a rule's cash entry is right for other money."""
TOP = 3


@dataclass(frozen=True, slots=True)
class Quality:
    """Counts over judged lines."""

    lines: int
    applicable: int
    """Lines that pay at least one open document."""
    automatic: int
    """Lines applied to documents without a person."""
    strict: int
    """Of these: exactly the documents of the truth."""
    right: int
    """Of these: documents of the same payer groups, kinds, amounts and currency, and the same sum
    on them."""
    covered: int
    """Applicable lines among the automatic ones."""
    decided: int
    """Lines that would be applied if every tier could be: the kernel has one answer."""
    decided_right: int
    decided_covered: int
    seconds: int
    """Lines that pay what is paid already, or was closed before."""
    seconds_applied: int
    seconds_flagged: int
    other: int
    """Lines that are no receivables."""
    other_booked: int
    """Of these: booked on a customer (applied, or as an open payment)."""
    on_account: int
    """Applicable lines booked as open payments, on no document."""
    rest: int
    """Applicable lines that are not decided."""
    rest_first: int
    """Of these: the first suggestion is right."""
    rest_top: int
    """Of these: one of the first three suggestions is right."""
    unconserved: int
    """Lines whose parts do not add up to their amount."""


def count(rows: pl.DataFrame) -> Quality:
    """Counts over lines as ``judged`` gives them."""
    automatic, applicable, decided = pl.col("automatic"), pl.col("applicable"), pl.col("decided")
    second, other = pl.col("duplicate"), ~pl.col("receivable")
    rest = applicable & ~decided
    counts = rows.select(
        lines=pl.len(),
        applicable=applicable.sum(),
        automatic=automatic.sum(),
        strict=pl.col("strict").sum(),
        right=pl.col("right").sum(),
        covered=(automatic & applicable).sum(),
        decided=decided.sum(),
        decided_right=pl.col("decided_right").sum(),
        decided_covered=(decided & applicable).sum(),
        seconds=second.sum(),
        seconds_applied=(second & automatic).sum(),
        seconds_flagged=(second & pl.col("flagged")).sum(),
        other=other.sum(),
        other_booked=(other & pl.col("booked")).sum(),
        on_account=(applicable & pl.col("booked") & ~automatic).sum(),
        rest=rest.sum(),
        rest_first=(rest & (pl.col("suggested") == 1)).sum(),
        rest_top=(rest & pl.col("suggested").is_between(1, TOP)).sum(),
        unconserved=(~pl.col("conserved")).sum(),
    )
    return Quality(**counts.row(0, named=True))


def judged(folder: Path) -> pl.DataFrame:
    """One row per line of the world in ``folder``: its truth, what was decided, and whether right.

    Columns: id, way, applicable, duplicate, receivable, outcome, tier, rule, booked, flagged,
    conserved; automatic, right, strict; decided, decided_right, decided_tier, decided_rule, shape,
    stated; suggested (rank of the first right suggestion, null = none).
    """
    items, truth = _items(folder), _truth(folder)
    plan = _chosen(folder, "outcomes", truth, items).drop("shape", "stated")
    rows = truth.join(plan, on="id", how="left")
    decided = _chosen(folder, "decided", truth, items).select(
        "id", "shape", "stated", decided="automatic", decided_right="right", decided_tier="tier",
        decided_rule="rule", decided_documents="documents",
    )  # fmt: skip
    ranks = _ranks(pl.read_parquet(folder / "decided.parquet"), truth, items)
    return (
        rows.join(decided, on="id", how="left")
        .join(ranks, on="id", how="left")
        .with_columns(booked=pl.col("outcome").is_in(BOOKED))
        .drop("true_sum")
        .sort("id")
    )


def baselines(folder: Path) -> dict[str, pl.DataFrame]:
    """Three naive ways, judged: the stated reference whatever the amount; an amount that one open
    invoice has; an amount that one open invoice of the account's customer has.
    """
    items, truth = _items(folder), _truth(folder)
    lines = pl.read_csv(folder / "bank.csv", infer_schema=False).select(
        "id", "reference", "payer_account", amount=_minor("amount")
    )
    keys = pl.concat(
        [items.select("number", key="references"), items.select("number", key="number")]
    ).unique(subset="key", keep="none", maintain_order=True)
    invoices = items.filter((pl.col("kind") == "invoice") & (pl.col("open") > 0))
    owners = pl.read_csv(folder / "customers.csv", infer_schema=False).select(
        customer="number", payer_account="bank_accounts"
    )
    own = invoices.join(owners.filter(pl.col("payer_account") != ""), on="customer")
    account = ["payer_account", "open"]
    found = {
        "reference only": lines.join(keys, left_on="reference", right_on="key"),
        "amount only": lines.join(_single(invoices, ["open"]), left_on="amount", right_on="open"),
        "amount + account": lines.join(
            _single(own, account), left_on=["payer_account", "amount"], right_on=account
        ),
    }
    return {
        name: _compared(
            frame.select(
                "id", outcome=pl.lit("apply"), documents=pl.concat_list("number"),
                applied=pl.min_horizontal("amount", pl.col("whole")),
            ),
            truth, items,
        )
        for name, frame in (
            (n, f.join(items.select("number", whole="open"), on="number")) for n, f in found.items()
        )
    }  # fmt: skip


def _single(items: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    return items.select("number", *keys).unique(subset=keys, keep="none", maintain_order=True)


def _items(folder: Path) -> pl.DataFrame:
    """number, kind, customer, references, open, worth (what makes documents interchangeable)."""
    groups = pl.read_csv(folder / "customers.csv", infer_schema=False).select(
        customer="number",
        group=pl.when(pl.col("parent") != "").then("parent").otherwise("number"),
    )
    worth = pl.concat_str(pl.coalesce("group", "customer"), "kind", "open_amount", "currency",
                          separator="/")  # fmt: skip
    return (
        pl.read_csv(folder / "open_items.csv", infer_schema=False)
        .join(groups, on="customer", how="left", maintain_order="left")
        .select("number", "kind", "customer", "references", open=_minor("open_amount"), worth=worth)
    )


def _minor(name: str) -> pl.Expr:
    """Minor units of a column of texts with two decimals."""
    return pl.col(name).str.replace(".", "", literal=True).cast(pl.Int64)


def _truth(folder: Path) -> pl.DataFrame:
    """Every line: id, way, duplicate, receivable, applicable, true (documents), true_sum."""
    paid = (
        pl.read_csv(folder / "truth.csv", schema_overrides={"document": pl.String})
        .filter(pl.col("document").is_not_null())
        .group_by("id")
        .agg(pl.col("document").sort().alias("true"), pl.col("amount").sum().alias("true_sum"))
    )
    return (
        pl.read_csv(folder / "ways.csv")
        .join(paid, on="id", how="left", maintain_order="left")
        .with_columns(pl.col("true").fill_null([]))
        .with_columns(applicable=pl.col("true").list.len() > 0)
    )


def _chosen(
    folder: Path, name: str, truth: pl.DataFrame, items: pl.DataFrame
) -> pl.DataFrame:  # fmt: skip
    """One plan's outcomes, compared with the truth."""
    found = pl.read_parquet(folder / f"{name}.parquet").with_columns(
        conserved=(pl.col("amount") == pl.col("kept")) | ~pl.col("outcome").is_in(BOOKED)
    )
    return _compared(found, truth, items).select(
        "id", "outcome", "tier", "shape", "stated", "rule", "flagged", "conserved", "documents",
        "automatic", "right", "strict",
    )  # fmt: skip


def _compared(found: pl.DataFrame, truth: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """All columns of truth and of ``found`` (id, outcome, documents, applied), and automatic,
    right, strict."""
    rows = truth.join(found, on="id", how="left", maintain_order="left").with_columns(
        pl.col("documents").fill_null([]), pl.col("outcome").fill_null("review")
    )
    automatic = (pl.col("outcome") == "apply") & (pl.col("documents").list.len() > 0)
    same = (pl.col("worth") == pl.col("true_worth")) & (pl.col("applied") == pl.col("true_sum"))
    return (
        _with_worth(_with_worth(rows, "documents", "worth", items), "true", "true_worth", items)
        .with_columns(automatic=automatic)
        .with_columns(
            right=pl.col("automatic") & same.fill_null(value=False),
            strict=pl.col("automatic") & (pl.col("documents") == pl.col("true")),
        )
        .drop("true_worth", "worth")
    )


def _with_worth(
    rows: pl.DataFrame, column: str, name: str, items: pl.DataFrame
) -> pl.DataFrame:  # fmt: skip
    """``rows`` and what the documents of ``column`` are worth, whatever their numbers."""
    worth = (
        rows.select("id", number=pl.col(column))
        .explode("number", empty_as_null=False)
        .join(items.select("number", "worth"), on="number")
        .group_by("id")
        .agg(pl.col("worth").sort().alias(name))
    )
    return rows.drop(name, strict=False).join(worth, on="id", how="left", maintain_order="left")


def _ranks(found: pl.DataFrame, truth: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """id, suggested: rank of the first suggestion whose documents are as good as the true ones."""
    wanted = _with_worth(truth.select("id", "true"), "true", "true_worth", items)
    each = (
        found.select("id", "suggestions")
        .explode("suggestions", empty_as_null=False)
        .with_columns(rank=pl.int_range(1, pl.len() + 1).over("id"))
        .with_columns(line="id", id=pl.concat_str("id", "rank", separator="#"))
    )
    return (
        _with_worth(each, "suggestions", "worth", items)
        .join(wanted.select(line="id", true_worth="true_worth"), on="line")
        .filter(pl.col("worth") == pl.col("true_worth"))
        .group_by("line")
        .agg(pl.col("rank").min().alias("suggested"))
        .rename({"line": "id"})
    )
