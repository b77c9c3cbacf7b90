"""What was found on a line that points somewhere: keys, accounts and names, for people to read."""

from __future__ import annotations

import polars as pl

from reskontra.engine.matching.payers import Payers
from reskontra.engine.matching.proposals import EVIDENCE


def evidence(
    hits: pl.DataFrame, tokens: pl.DataFrame, payers: Payers, ids: pl.DataFrame
) -> pl.DataFrame:
    """Rows of ``EVIDENCE``: every reference and number that names a document, every reference that
    names none, and how the payer was recognised.
    """
    checked = tokens.select("n", "ordinal", valid="checked")
    keyed = hits.join(checked, on=["n", "ordinal"], how="left", maintain_order="left").select(
        "n", kind="key_kind", value="value", field="src", document_id="document_id", valid="valid"
    )
    none = pl.lit(None, dtype=pl.Int64)
    unknown = tokens.join(hits, on=["n", "ordinal"], how="anti", maintain_order="left").select(
        "n", kind=pl.lit("unknown"), value="value", field="kind", document_id=none, valid="checked"
    )
    recognised = payers.known.select(
        "n", kind="by", value=pl.lit(""), field=pl.lit("payer"), document_id=none,
        valid=pl.lit(None, dtype=pl.Boolean),
    )  # fmt: skip
    # Hits and tokens are in the order of content; only the lines have to be brought together.
    return (
        pl.concat([keyed, unknown, recognised])
        .join(ids, on="n", maintain_order="left")
        .select(pl.col(name).cast(dtype) for name, dtype in EVIDENCE.items())
        .sort("line_id", maintain_order=True)
    )
