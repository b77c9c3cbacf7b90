"""How right the automatic postings are, against the known truth, beside two naive ways.

Reads what the product exported (``decisions.csv``) and what the generator knows (``truth.csv``,
``ways.csv``); never what the product thinks of itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

BOOKED = ("apply", "open_payment", "cash_entry")
SECOND = ("duplicate", "closed")
"""Ways whose line without a document is a payment of something that is paid already."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Counts over one world."""

    name: str
    lines: int
    applicable: int
    """Lines that pay at least one open document."""
    automatic: int
    """Lines applied to documents without a person."""
    strict: int
    """Of these: exactly the documents of the truth."""
    equivalent: int
    """Of these: documents of the same customers, kinds, amounts and currency."""
    covered: int
    """Applicable lines among the automatic ones."""
    seconds: int
    """Lines that pay what is paid already, or was closed before."""
    seconds_applied: int
    foreign: int
    """Lines that are no receivables."""
    foreign_booked: int
    """Of these: booked in any way (applied, or as an open payment)."""
    on_account: int
    """Applicable lines booked as open payments, on no document."""
    unconserved: int
    """Lines whose parts do not add up to their amount."""

    @property
    def precision(self) -> float:
        """Share of the automatic lines that is right (equivalent)."""
        return self.equivalent / self.automatic if self.automatic else 1.0

    @property
    def strict_precision(self) -> float:
        """Share of the automatic lines that names the very documents of the truth."""
        return self.strict / self.automatic if self.automatic else 1.0

    @property
    def coverage(self) -> float:
        """Share of the applicable lines that was applied automatically."""
        return self.covered / self.applicable if self.applicable else 0.0


@dataclass(frozen=True, slots=True)
class TierQuality:
    """Automatic lines of one kind of evidence."""

    tier: str
    automatic: int
    equivalent: int
    strict: int


def judge(folder: Path) -> tuple[Quality, list[TierQuality]]:
    """The product's decisions about the world in ``folder``: all of them, and by tier."""
    exported = pl.read_csv(
        folder / "decisions.csv", schema_overrides={"document": pl.String, "source_id": pl.String}
    )
    chosen = exported.group_by("source_id", maintain_order=True).agg(
        pl.col("outcome").first(),
        pl.col("tier").first(),
        pl.col("amount_minor").first(),
        pl.col("allocated_minor").sum(),
        pl.col("document").drop_nulls().unique().sort().alias("documents"),
    )
    compared = _compared(folder, chosen.rename({"source_id": "id"}))
    tiers = (
        compared.filter("automatic")
        .group_by("tier")
        .agg(pl.len(), pl.col("equivalent").sum(), pl.col("strict").sum())
        .sort("len", "tier", descending=[True, False])
    )
    unconserved = chosen.filter(pl.col("amount_minor") != pl.col("allocated_minor")).height
    return (
        _count("reskontra", compared, unconserved),
        [TierQuality(*row) for row in tiers.iter_rows()],
    )


def baselines(folder: Path) -> list[Quality]:
    """Two naive ways: the stated reference only, and an amount that one open document has."""
    items = _items(folder)
    lines = pl.read_csv(folder / "bank.csv", infer_schema=False).select(
        "id", "reference", amount=_minor("amount")
    )
    keys = pl.concat(
        [items.select("number", key="references"), items.select("number", key="number")]
    ).unique(subset="key", keep="none", maintain_order=True)
    unique = items.filter(pl.col("kind") == "invoice").unique(
        subset="open", keep="none", maintain_order=True
    )
    by_reference = lines.join(keys, left_on="reference", right_on="key")
    by_amount = lines.join(unique.select("number", "open"), left_on="amount", right_on="open")
    found = {"reference only": by_reference, "amount only": by_amount}
    return [
        _count(
            name,
            _compared(
                folder,
                frame.select(
                    "id", outcome=pl.lit("apply"), tier=pl.lit(""),
                    documents=pl.concat_list("number"),
                ),
            ),
            0,
        )
        for name, frame in found.items()
    ]  # fmt: skip


def _items(folder: Path) -> pl.DataFrame:
    return pl.read_csv(folder / "open_items.csv", infer_schema=False).select(
        "number", "kind", "customer", "references", open=_minor("open_amount")
    )


def _minor(name: str) -> pl.Expr:
    """Minor units of a column of texts with two decimals."""
    return pl.col(name).str.replace(".", "", literal=True).cast(pl.Int64)


def _compared(folder: Path, chosen: pl.DataFrame) -> pl.DataFrame:
    """Every line with its truth: id, way, applicable, booked, automatic, strict, equivalent,
    tier.
    """
    items = _items(folder)
    documents = (
        pl.read_csv(folder / "truth.csv", infer_schema=False)
        .filter(pl.col("document").is_not_null() & (pl.col("document") != ""))
        .group_by("id", maintain_order=True)
        .agg(pl.col("document").sort().alias("true"))
    )
    truth = (
        pl.read_csv(folder / "ways.csv", infer_schema=False)
        .join(documents, on="id", how="left", maintain_order="left")
        .with_columns(pl.col("true").fill_null([]))
    )
    rows = truth.join(chosen, on="id", how="left", maintain_order="left").with_columns(
        pl.col("documents").fill_null([]), pl.col("outcome").fill_null("review")
    )
    rows = rows.join(_worth(rows, "true", items), on="id", how="left").join(
        _worth(rows, "documents", items), on="id", how="left"
    )
    automatic = (pl.col("outcome") == "apply") & (pl.col("documents").list.len() > 0)
    return rows.select(
        "id", "way", "tier",
        applicable=pl.col("true").list.len() > 0,
        booked=pl.col("outcome").is_in(BOOKED),
        automatic=automatic,
        strict=automatic & (pl.col("documents") == pl.col("true")),
        equivalent=automatic
        & (pl.col("worth_documents") == pl.col("worth_true")).fill_null(value=False),
    )  # fmt: skip


def _worth(rows: pl.DataFrame, column: str, items: pl.DataFrame) -> pl.DataFrame:
    """Per line: what its documents are worth, whatever their numbers."""
    worth = pl.concat_str("customer", "kind", pl.col("open").cast(pl.String), separator="/")
    return (
        rows.select("id", number=pl.col(column))
        .explode("number", empty_as_null=False)
        .join(items.select("number", worth=worth), on="number")
        .group_by("id")
        .agg(pl.col("worth").sort().alias(f"worth_{column}"))
    )


def _count(name: str, rows: pl.DataFrame, unconserved: int) -> Quality:
    automatic, applicable = pl.col("automatic"), pl.col("applicable")
    foreign, second = pl.col("way") == "foreign", pl.col("way").is_in(SECOND) & ~applicable
    counts = rows.select(
        lines=pl.len(),
        applicable=applicable.sum(),
        automatic=automatic.sum(),
        strict=pl.col("strict").sum(),
        equivalent=pl.col("equivalent").sum(),
        covered=(automatic & applicable).sum(),
        seconds=second.sum(),
        seconds_applied=(second & automatic).sum(),
        foreign=foreign.sum(),
        foreign_booked=(foreign & pl.col("booked")).sum(),
        on_account=(applicable & pl.col("booked") & ~automatic).sum(),
    ).row(0, named=True)
    return Quality(name=name, unconserved=unconserved, **counts)
