"""Lines that name documents: tiers reference, reference_fee, invoice_number, list and text.

Lines that alone name one document of exactly their amount are joined as columns; only what is
contested, listed or does not fit goes through the resolver, stronger evidence first.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from reskontra.engine.matching.designation import near_references
from reskontra.engine.matching.keys import REFERENCE, TEXT
from reskontra.engine.matching.netting import CreditNotes, Netting
from reskontra.engine.matching.resolve import Doc, Named, Resolver, Solution, Token
from reskontra.engine.matching.similarity import WIDEST_BLOCK, similar_names
from reskontra.engine.matching.state import State
from reskontra.engine.preferences.matching import MatchingPreferences
from reskontra.engine.text import name_key_column

_EPOCH_DAY = pl.Int32
NO_GROUP = -1


def in_currency(hits: pl.DataFrame, state: State) -> pl.DataFrame:
    """Hits with what a pass needs of line and document: amount, currency, fitting, same currency.

    ``fits``: the document's whole or discounted balance is the amount. ``foreign``: another
    currency. Hits on payments are left out.
    """
    lines = state.lines.select("n", "amount", "paid_on", pl.col("currency").alias("line_currency"))
    items = state.items.select(
        "d", "sign", "currency", "left", "discount", "discount_date", "group"
    )
    return (
        hits.join(lines, on="n", how="left", maintain_order="left")
        .join(items, on="d", how="left", maintain_order="left")
        .filter(pl.col("d").is_null() | (pl.col("sign") != 0))
        .with_columns(
            foreign=pl.col("d").is_not_null() & (pl.col("currency") != pl.col("line_currency")),
            fits=whole_or_discounted(),
        )
    )


def whole_or_discounted() -> pl.Expr:
    """The amount is what the document has left, or that less a cash discount in time."""
    rebate = pl.col("left") - pl.col("discount")
    in_time = (pl.col("discount") > 0) & (pl.col("paid_on") <= pl.col("discount_date"))
    discounted = (in_time & (pl.col("amount") == rebate)).fill_null(value=False)
    return (pl.col("sign") == 1) & ((pl.col("amount") == pl.col("left")) | discounted)


def single_claims(pairs: pl.DataFrame) -> pl.DataFrame:
    """Claims of lines that take one document whole (columns n, d, amount, left)."""
    return pairs.select(
        "n", "d", pl.lit(0, dtype=pl.Int64).alias("ordinal"), pl.col("left").alias("before"),
        pl.col("amount").alias("wanted"), (pl.col("left") - pl.col("amount")).alias("discount"),
        pl.lit(1, dtype=pl.Int64).alias("sign"),
    )  # fmt: skip


def take_undisputed(hits: pl.DataFrame, again: pl.DataFrame, state: State) -> None:
    """Settle lines that name one document, which nobody else names, of exactly their amount.

    ``hits``: columns of ``in_currency``, per line strongest first.
    """
    named = hits.filter(pl.col("d").is_not_null() & ~pl.col("foreign") & (pl.col("left") > 0))
    # Hits come strongest first.
    pairs = named.unique(subset=["n", "d"], keep="first", maintain_order=True)
    alone = pairs.filter(
        (pl.len().over("n") == 1) & (pl.len().over("d") == 1) & pl.col("fits")
    ).join(again.filter(pl.col("again")), on="n", how="anti")
    tier = pl.col("strength").replace_strict(
        {0: "reference", 1: "invoice_number", 2: "text"}, return_dtype=pl.String
    )
    state.record(single_claims(alone), alone.select("n", tier=tier))


class NamedPass:
    """The resolver with its tables, made once per run for all documents that are named."""

    def __init__(
        self,
        hits: pl.DataFrame,
        fees: pl.DataFrame,
        state: State,
        preferences: MatchingPreferences,
        names: pl.DataFrame,
        keys: pl.DataFrame,
    ) -> None:
        """``hits``: all hits of undecided lines; ``fees``: d, fee (linked documents); ``names``:
        customer_id, name; ``keys``: as in ``MatchingInputs``.
        """
        rivals = _rivals(hits, state, preferences, names, keys)
        self._state = state
        self._preferences = preferences
        involved = pl.concat(
            [hits.select("d"), fees.select(pl.col("fee").alias("d")), rivals.select("d")]
        ).unique()
        notes = state.items.filter(pl.col("sign") == -1).select("d")
        docs = state.items.join(
            pl.concat([involved.drop_nulls(), notes]).unique(), on="d", how="semi"
        )
        self._documents = docs.select("d")
        self._resolver = Resolver(
            docs=_docs(docs),
            left=dict(docs.select("d", "left").iter_rows()),
            fees=_grouped(fees.sort("d", "fee").iter_rows()),
            rivals=_grouped(rivals.iter_rows()),
            named_total=_named_totals(hits),
            duplicate_days=preferences.duplicate_days,
            interchange=preferences.interchangeable == "oldest_due",
        )
        undisputed = docs.filter((pl.col("sign") == -1) & ~pl.col("disputed"))
        self._notes = CreditNotes(
            undisputed.sort("d")
            .select("d", pl.col("group").fill_null(NO_GROUP), "currency", "left")
            .iter_rows()
        )
        self._currencies = dict(docs.select("d", "currency").iter_rows())

    def run(self, hits: pl.DataFrame, again: pl.DataFrame) -> None:
        """Serve the lines of ``hits`` (columns of ``in_currency`` and ``strong``), strongest first,
        then in their order; what only names documents in another currency is recorded as such.
        """
        if hits.is_empty():
            return
        usable = hits.filter(~pl.col("foreign"))
        abroad = hits.join(usable, on="n", how="anti")
        solutions: list[Solution] = []
        for line in _named_lines(usable, again, self._state.lines):
            solution = self._resolver.serve(line)
            if solution is not None:
                solutions.append(solution)
        if self._preferences.netting:
            Netting(
                self._resolver,
                self._notes,
                self._currencies,
                most=self._preferences.combination_documents,
                pool=self._preferences.combination_pool,
            ).net(solutions)
        self._state.record_solutions(solutions)
        tier = pl.when(pl.col("strength").min() == REFERENCE).then(pl.lit("reference")).when(
            pl.col("strength").min() == TEXT
        ).then(pl.lit("text")).otherwise(pl.lit("invoice_number"))  # fmt: skip
        outcomes = abroad.group_by("n").agg(tier.alias("tier")).sort("n").with_columns(
            currency_differs=pl.lit(value=True), difference=pl.lit(None, dtype=pl.Int64)
        )  # fmt: skip
        self._state.record(self._state.claims.clear(), outcomes)
        named = abroad.drop_nulls("d").sort("n", "d").unique(["n", "d"], maintain_order=True)
        together = named.group_by("n", maintain_order=True).agg(ds="d")
        self._state.offer(
            together.join(outcomes, on="n", maintain_order="left").select(
                "n", rank=pl.lit(1), ds="ds", tier="tier"
            )
        )

    def catch_up(self) -> None:
        """Learn what was taken outside the resolver since it was made."""
        left = self._state.items.select("d", "left")
        self._resolver.left.update(left.join(self._documents, on="d", how="semi").iter_rows())


def _rivals(
    hits: pl.DataFrame, state: State, preferences: MatchingPreferences, names: pl.DataFrame,
    keys: pl.DataFrame,
) -> pl.DataFrame:  # fmt: skip
    """n, d: undisputed documents of exactly the amount that the line does not name but may mean.

    They are of the payer group of a named document or of the payer; where nobody knows who pays,
    of a customer with a similar name; or their reference is the stated one but for a slip.
    """
    free = state.free().filter((pl.col("sign") == 1) & ~pl.col("disputed")).select(
        "d", "document_id", "group", "customer_id", "currency", pl.col("left").alias("amount")
    )  # fmt: skip
    asking = hits.filter(
        pl.col("d").is_not_null() & ~pl.col("foreign") & ~pl.col("fits").any().over("n")
    )
    if asking.is_empty():
        return asking.select("n", "d")
    of_group = pl.concat(
        [
            asking.select("n", "group", "currency", "amount"),
            asking.select("n", pl.col("payer_group").alias("group"), "currency", "amount"),
        ]
    ).unique()
    related = of_group.join(free, on=["group", "currency", "amount"]).select("n", "d")
    strangers = (
        asking.filter(pl.col("payer_group").is_null())
        .select("n", "currency", "amount")
        .unique()
        .join(free, on=["currency", "amount"])
        .filter(pl.len().over("n") <= WIDEST_BLOCK)
        .join(state.lines.select("n", "payer_name"), on="n")
        .with_columns(name_key=name_key_column(pl.col("payer_name")))
        .sort("n", "d")
    )
    alike = strangers.filter(similar_names(strangers, names) >= preferences.payee_cutoff)
    mistyped = near_references(
        asking.select("n", "token", "currency", "amount").join(free, on=["currency", "amount"]),
        keys,
    )
    return (
        pl.concat([related, alike.select("n", "d"), mistyped])
        .unique()
        .join(hits.select("n", "d"), on=["n", "d"], how="anti")
        .sort("n", "d")
    )


def _docs(docs: pl.DataFrame) -> dict[int, Doc]:
    rows = docs.select(
        "d", "sign", pl.col("group").fill_null(NO_GROUP), pl.col("customer_id").fill_null(NO_GROUP),
        "kind", "discount",
        pl.col("discount_date").cast(_EPOCH_DAY).fill_null(-1), pl.col("due").cast(_EPOCH_DAY),
    )  # fmt: skip
    return {row[0]: Doc(*row[1:]) for row in rows.iter_rows()}


def _grouped(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    groups: dict[int, list[int]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


def _named_totals(hits: pl.DataFrame) -> dict[int, int]:
    """Sum of the lines that name one document only, for documents that several lines name."""
    pairs = hits.filter(pl.col("d").is_not_null()).unique(subset=["n", "d"])
    single = pairs.filter(pl.len().over("n") == 1)
    totals = single.group_by("d").agg(pl.col("amount").sum(), pl.len()).filter(pl.col("len") > 1)
    return dict(totals.select("d", "amount").iter_rows())


def _named_lines(hits: pl.DataFrame, again: pl.DataFrame, lines: pl.DataFrame) -> list[Named]:
    tokens = (
        hits.group_by("n", "strength", "ordinal", "token", "part", "strong", maintain_order=True)
        .agg(pl.col("d").drop_nulls().unique().sort().alias("ds"))
        .sort("n", "strength", "ordinal", "token", nulls_last=True)
    )
    grouped = tokens.group_by("n", maintain_order=True).agg(
        "strength", "part", "strong", "ds", pl.col("strength").min().alias("best")
    )
    rows = (
        grouped.join(
            lines.select("n", "amount", pl.col("paid_on").cast(_EPOCH_DAY),
                         pl.col("date").cast(_EPOCH_DAY)),
            on="n",
        )
        .join(again, on="n", how="left")
        .sort("best", "n")
        .select("n", "amount", "paid_on", "date", pl.col("again").fill_null(value=False),
                "strength", "part", "strong", "ds")
    )  # fmt: skip
    return [
        Named(n, amount, day, booked, repeated, _distinct(zip(*columns, strict=True)))
        for n, amount, day, booked, repeated, *columns in rows.iter_rows()
    ]


def _distinct(tokens: Iterable[tuple[int, int | None, bool, list[int]]]) -> tuple[Token, ...]:
    """Tokens that add something: a number that repeats what a stronger one says is dropped."""
    kept: list[Token] = []
    known: set[int] = set()
    for strength, part, strong, ds in tokens:
        if kept and part is None and known.issuperset(ds) and (ds or strength == TEXT):
            continue
        kept.append(Token(strength, part, strong, tuple(ds)))
        known.update(ds)
    return tuple(kept)
