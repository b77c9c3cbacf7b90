"""Who gets the money of a bank line: the arithmetic of part payments, discounts and write-offs.

In columns, every line at once. The two identities hold by construction and are asserted before
anything leaves this module:

* payment side: applied cash + unapplied + credit written off = amount of the bank line,
* document side: after = before - paid - discount - write-off, never below zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from reskontra.engine.money import exact
from reskontra.engine.plan.columns import open_after, settled_amount
from reskontra.engine.preferences import Preferences


@dataclass(frozen=True, slots=True)
class WriteOffRoom:
    """How much may still be written off, enforced here and nowhere else."""

    company: Mapping[str, int]
    """Currency -> the company's limit per document; absent = nothing."""
    customer: Mapping[str, int]
    """Customer number -> its own limit (0 = flag off); absent = the company's limit."""
    used: Mapping[int, int]
    """Document id -> written off earlier: the limit is cumulative."""

    def left(self, currency: pl.Expr, customer: pl.Expr, document: pl.Expr) -> pl.Expr:
        """Minor units that may still be written off on a document."""
        company = _looked_up(currency, self.company, pl.lit(0, pl.Int64))
        limit = pl.min_horizontal(company, _looked_up(customer, self.customer, company))
        used = _looked_up(document, self.used, pl.lit(0, pl.Int64))
        return pl.max_horizontal(limit - used, pl.lit(0, pl.Int64))


def write_off_room(
    customers: pl.DataFrame, written_off: Mapping[int, int], preferences: Preferences
) -> WriteOffRoom:
    """The limits that hold: the tighter of company and customer wins."""
    differences = preferences.differences
    return WriteOffRoom(
        company={
            currency: differences.write_off_room(currency)
            for currency in differences.write_off_limit
        },
        customer=customer_limits(customers),
        used=written_off,
    )


def customer_limits(customers: pl.DataFrame) -> dict[str, int]:
    """Customer number -> own write-off limit; absent = only the company's limit holds."""
    limited = customers.filter(~pl.col("write_off") | pl.col("write_off_limit").is_not_null())
    return {
        number: (limit or 0) if allowed else 0
        for number, allowed, limit in limited.select(
            "number", "write_off", "write_off_limit"
        ).iter_rows()
    }


@dataclass(frozen=True, slots=True)
class Settlement:
    """How the amounts of bank lines are used (minor units)."""

    lines: pl.DataFrame
    """n, unapplied, written_off Int64, refused String (``RKnnn ...``; empty = as decided)."""
    allocations: pl.DataFrame
    """Those that a line touches, in its order, credit notes last; ``paid``, ``discount`` and
    ``write_off`` settled, ``at`` their place in the line."""


def settle(lines: pl.DataFrame, proposed: pl.DataFrame, room: WriteOffRoom) -> Settlement:
    """Use the amount (> 0) of each line on its proposed documents in their order.

    ``lines``: n, amount, currency, treat, rest_written_off; ``proposed``: n, at and the columns of
    ``columns.ALLOCATION``. ``paid`` of a proposed allocation is what it wants: all that is open
    less a discount, or the part that the payer named. ``treat`` says what happens to a difference:
    ``keep_open``, ``open_payment`` or ``write_off``; with ``rest_written_off`` a person named
    amounts and writes off what they leave of the documents.
    """
    credit_notes = proposed.filter(pl.col("sign") < 0)
    credit = credit_notes.group_by("n").agg(credit=pl.col("paid").sum())
    lines = lines.join(credit, on="n", how="left", maintain_order="left").with_columns(
        money=pl.col("amount") + pl.col("credit").fill_null(0)
    )
    served = _served(lines, proposed.filter(pl.col("sign") > 0), room)
    totals = served.group_by("n").agg(
        got=pl.col("paid").sum(), first_room=pl.col("room").sort_by("at").first()
    )
    used = (
        lines.join(totals, on="n", how="left", maintain_order="left")
        .with_columns(rest=pl.col("money") - pl.col("got").fill_null(0))
        .with_columns(written_off=_credit_written_off())
        .with_columns(unapplied=pl.col("rest") - pl.col("written_off"))
    )
    refused = _over_room(served) | _surplus(used)
    touched = served.filter(settled_amount() > 0)
    allocations = (
        pl.concat([touched.select(proposed.columns), credit_notes.select(proposed.columns)])
        .filter(~pl.col("n").is_in(list(refused)))
        .sort("n", -pl.col("sign"), "at")
        .with_columns(at=pl.int_range(pl.len(), dtype=pl.Int64).over("n"))
    )
    settled = used.select("n", "amount", "unapplied", "written_off").with_columns(
        refused=pl.col("n").replace_strict(refused, default="", return_dtype=pl.String)
    )
    _assert_conserved(settled.filter(pl.col("refused") == ""), allocations)
    return Settlement(settled.drop("amount"), allocations)


def _served(lines: pl.DataFrame, wanted: pl.DataFrame, room: WriteOffRoom) -> pl.DataFrame:
    """The documents to settle with what each gets: the money serves them one after the other."""
    earlier = pl.col("paid").cum_sum().over("n") - pl.col("paid")
    got = pl.min_horizontal("paid", pl.max_horizontal(pl.col("money") - earlier, 0))
    left_of_document = pl.col("before") - pl.col("got") - pl.col("discount")
    short = (
        pl.when("rest_written_off").then(left_of_document).otherwise(pl.col("paid") - pl.col("got"))
    )
    return (
        wanted.sort("n", "at")
        .join(lines.select("n", "money", "currency", "treat", "rest_written_off"), on="n",
              maintain_order="left")
        .with_columns(
            got=got,
            room=room.left(pl.col("currency"), pl.col("customer"), pl.col("document")),
        )
        .with_columns(
            discount=pl.when(pl.col("got") == pl.col("paid")).then("discount").otherwise(0)
        )
        .with_columns(write_off=pl.when(pl.col("treat") == "write_off").then(short).otherwise(0))
        .with_columns(paid="got")
    )  # fmt: skip


def _credit_written_off() -> pl.Expr:
    """A surplus that is written off: within the room of the first document, else not at all."""
    fits = pl.col("rest") <= pl.col("first_room").fill_null(0)
    surplus = (pl.col("treat") == "write_off") & ~pl.col("rest_written_off")
    return pl.when(surplus & fits).then("rest").otherwise(0)


def _over_room(served: pl.DataFrame) -> dict[int, str]:
    """Lines whose write-off on a document is larger than its limit, and what to say about it."""
    rows = served.filter(pl.col("write_off") > pl.col("room")).unique(
        "n", keep="first", maintain_order=True
    )
    return {
        n: f"RK724 the write-off of {exact(wanted, currency)} {currency} on {number} is larger "
        f"than its limit allows: {exact(room, currency)} {currency}"
        for n, wanted, currency, number, room in rows.select(
            "n", "write_off", "currency", "number", "room"
        ).iter_rows()
    }


def _surplus(used: pl.DataFrame) -> dict[int, str]:
    """Lines with more money than their treatment has a place for, and what to say about it."""
    rows = used.filter(
        (pl.col("unapplied") > 0)
        & (
            ~((pl.col("treat") == "open_payment") | pl.col("rest_written_off"))
            | pl.col("credit").is_not_null()
        )
    )
    result = {}
    for n, rest, currency, treat, kept, room in rows.select(
        "n", "unapplied", "currency", "treat", "rest_written_off", pl.col("first_room").fill_null(0)
    ).iter_rows():
        if treat == "write_off" and not kept:
            result[n] = (
                f"RK724 the surplus of {exact(rest, currency)} {currency} is larger than the "
                f"write-off limit allows: {exact(room, currency)} {currency}"
            )
        elif treat != "open_payment" and not kept:
            result[n] = "RK722 more was paid than the documents need"
        else:
            result[n] = "RK723 a credit note is netted although nothing is short"
    return result


def _assert_conserved(lines: pl.DataFrame, allocations: pl.DataFrame) -> None:
    cash = allocations.group_by("n").agg(cash=(pl.col("sign") * pl.col("paid")).sum())
    used = pl.col("cash").fill_null(0) + pl.col("unapplied") + pl.col("written_off")
    sides = lines.join(cash, on="n", how="left").select(
        pays=(used == pl.col("amount")).all(), none_negative=(pl.col("unapplied") >= 0).all()
    )
    assert sides["pays"].item(), "payment side"
    assert sides["none_negative"].item(), "never more applied than paid"
    assert allocations.select((open_after() >= 0).all()).item(), "document side"


def _looked_up(key: pl.Expr, values: Mapping[Any, int], default: pl.Expr) -> pl.Expr:
    """The value of each key, else the default."""
    if not values:
        return default
    return key.replace_strict(dict(values), default=default, return_dtype=pl.Int64)
