"""Which accounts a planned line moves: its voucher, in columns.

Postings follow the events of customer ledgers: payment in full, in part, short by rounding, too
much, cash discount with its VAT, unidentified receipt, credit note netted (no voucher while both
documents sit on the same account). Every voucher balances: asserted here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from reskontra.engine.documents.vat_shares import Taxed, split
from reskontra.engine.plan.columns import settled_amount

_LAST = 1 << 40
"""A place in a voucher behind every allocation."""


VatParts = Mapping[int, Sequence[Taxed]]
"""Document id -> its gross amounts by VAT code."""


@dataclass(frozen=True, slots=True)
class Granting:
    """How the cash discounts of documents are booked."""

    vat: VatParts = field(default_factory=dict)
    """Of documents whose discounts correct VAT."""
    accounts: Mapping[int, str] = field(default_factory=dict)
    """Document id -> its customer's own account for discounts; absent = that of the role."""


def settlement_moves(
    lines: pl.DataFrame, allocations: pl.DataFrame, roles: Mapping[str, str], granting: Granting
) -> pl.DataFrame:
    """What applied and open payments move: bank against receivables, differences to roles.

    ``lines``: n, bank (ledger account), amount, unapplied, written_off, and account, role, customer
    of what stays unapplied; ``allocations``: n, at and ``columns.ALLOCATION``, settled; ``roles``:
    role -> account. Columns: n, place (in the voucher), account, role, amount, customer.
    """
    discount = pl.col("document").replace_strict(
        dict(granting.accounts), default=roles.get("cash_discount"), return_dtype=pl.String
    )
    rounding = pl.lit(roles.get("rounding"))
    at, none = pl.col("at"), pl.lit("")
    corrected = _vat_in_discounts(allocations, granting.vat)
    relieved = pl.col("sign") * settled_amount()
    receivable = pl.col("account")
    return pl.concat(
        [
            _moves(lines, pl.lit(-1), pl.col("bank"), "bank", pl.col("amount"), none),
            _moves(corrected, at * 4 + 1, discount, "cash_discount", -pl.col("vat"), none),
            _moves(corrected, at * 4 + 2, pl.col("account"), "vat_out", pl.col("vat"), none),
            _moves(allocations, at * 4, receivable, "ar_trade", -relieved, pl.col("customer")),
            _moves(allocations, at * 4 + 1, discount, "cash_discount", pl.col("discount"), none),
            _moves(allocations, at * 4 + 3, rounding, "rounding", pl.col("write_off"), none),
            _moves(lines, pl.lit(_LAST), rounding, "rounding", -pl.col("written_off"), none),
            _surplus_moves(lines, -pl.col("unapplied")),
        ]
    )


def _vat_in_discounts(allocations: pl.DataFrame, vat: VatParts) -> pl.DataFrame:
    """n, at, document, account, vat of the VAT that discounts give up, per VAT code."""
    granted = allocations.filter(pl.col("discount") > 0).select("n", "at", "document", "discount")
    rows = [
        (n, at, document, part.account, part.vat)
        for n, at, document, discount in granted.iter_rows()
        for part in split(discount, vat.get(document, ()))
        if part.vat
    ]
    schema = {
        "n": pl.Int64, "at": pl.Int64, "document": pl.Int64, "account": pl.String, "vat": pl.Int64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def cash_entry_moves(lines: pl.DataFrame) -> pl.DataFrame:
    """What money that is none of the ledger's moves: bank against an account.

    ``lines``: n, bank, amount, account, role.
    """
    bank = _moves(lines, pl.lit(-1), pl.col("bank"), "bank", pl.col("amount"), pl.lit(""))
    other = _surplus_moves(lines.with_columns(customer=pl.lit("")), -pl.col("amount"))
    return pl.concat([bank, other])


def _surplus_moves(lines: pl.DataFrame, amount: pl.Expr) -> pl.DataFrame:
    """What goes to the line's own account and role, last in its voucher."""
    return lines.select(
        "n", pl.lit(_LAST + 1).alias("place"), "account", "role", amount.alias("amount"), "customer"
    )


def _moves(
    rows: pl.DataFrame, place: pl.Expr, account: pl.Expr, role: str, amount: pl.Expr,
    customer: pl.Expr,
) -> pl.DataFrame:  # fmt: skip
    return rows.select(
        "n",
        place=place.cast(pl.Int64),
        account=account,
        role=pl.lit(role),
        amount=amount,
        customer=customer,
    )


def merged(moves: pl.DataFrame) -> pl.DataFrame:
    """The postings: moves of one account, role and customer of a voucher together, zeros dropped;
    in the order of the vouchers. Columns: n, account, role, amount, customer.
    """
    return (
        moves.filter(pl.col("amount") != 0)
        .group_by("n", "account", "role", "customer")
        .agg(pl.col("place").min(), pl.col("amount").sum())
        .sort("n", "place", "account")
        .filter(pl.col("amount") != 0)
        .select("n", "account", "role", "amount", "customer")
    )


def balances(postings: pl.DataFrame) -> bool:
    """Whether every voucher (column n) sums to zero, in base currency (null = as amount) too."""
    sums = postings.group_by("n").agg(
        pl.col("amount").sum(), pl.coalesce("base_amount", "amount").sum().alias("base")
    )
    return bool(sums.select(((pl.col("amount") == 0) & (pl.col("base") == 0)).all()).item())
