"""Signs and balances of the ledger: which kinds raise a debt, and what an application does to
both sides.
"""

from __future__ import annotations

import polars as pl

from reskontra.engine.ledger.records import CREDIT_KINDS, DEBIT_KINDS


def sign(kind: str) -> int:
    """+1 for documents that raise what the customer owes, -1 for those that lower it.

    >>> sign("invoice"), sign("payment")
    (1, -1)
    """
    if kind in DEBIT_KINDS:
        return 1
    if kind in CREDIT_KINDS:
        return -1
    raise ValueError(f"{kind!r} is not a kind of document")


VOIDS = {
    "payment": "void_payment",
    "prepayment": "void_payment",
    "small_balance_write_off": "small_credit_write_off",
    "small_credit_write_off": "small_balance_write_off",
    "refund": "void_refund",
}
"""Kind of the document that takes one back: same number, opposite sign."""
CORRECTIONS = {
    "invoice": "credit_note",
    "debit_note": "credit_note",
    "overdue_charge": "credit_note",
    "dunning_fee": "credit_note",
    "credit_note": "debit_note",
    "cash_sale": "cash_return",
    "cash_return": "cash_sale",
}
"""Kind of the document that takes back one which the customer has received: with a number of its
own, since both are documents before the law."""

SIGNS = tuple((kind, sign(kind)) for kind in (*DEBIT_KINDS, *CREDIT_KINDS))
"""Every kind with its sign, for columns."""


def signed(frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` (kind) with ``sign`` Int64, +1 for what raises the debt, -1 for what lowers it."""
    signs = pl.DataFrame(SIGNS, schema={"kind": pl.String, "sign": pl.Int64}, orient="row")
    return frame.join(signs, on="kind", how="left", maintain_order="left")
