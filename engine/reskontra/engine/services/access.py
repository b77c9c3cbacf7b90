"""How a run reads open documents: few lines look up those that they touch, many read all at once
(Swedish: *åtkomst*). The kernel is the same, and so is what it proposes.

A line touches a payer group when it names a document or the number of a customer, when the account
or the name is known, or when a document of the group has the line's amount and a customer with a
similar name. Groups are read whole, so that lists, netting, sums and chance see what they would
see. Of other groups only the documents of an amount that a line has are read, since how many there
are matters. What counts over all documents is asked of the books (``Elsewhere``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from reskontra.engine.ledger.fields import frame_schema
from reskontra.engine.ledger.records import (
    CustomerAccount,
    Document,
    DocumentMark,
    DocumentReference,
    OpenItem,
)
from reskontra.engine.ledger.standing import with_disputes
from reskontra.engine.matching.amounts import fitting_documents
from reskontra.engine.matching.payers import identify
from reskontra.engine.matching.prepare import TARGET_KINDS, prepare
from reskontra.engine.matching.proposals import Elsewhere, MatchingInputs, Nowhere
from reskontra.engine.matching.propose import names_of, waiting_at_first
from reskontra.engine.matching.recognised import stated_keys, with_recognised_keys
from reskontra.engine.matching.similar import likely_payers
from reskontra.engine.matching.similarity import WIDEST_BLOCK, similar_names
from reskontra.engine.matching.state import State
from reskontra.engine.ports import ITEM_COLUMNS, Reader
from reskontra.engine.text import account_key_column

_FEW = 40
"""Keys of documents per bank line, above which the keys that the lines state are looked up: reading
all of them costs more then."""
MOST_TOUCHED = 100
"""The same for open documents: a line touches about so many times the work of reading one."""
_KEY = ("document_id", "key", "kind")
_NAMED = ("id", "customer_id", "number", "kind")

NO_DOCUMENTS: dict[str, Any] = {
    "items": pl.DataFrame(schema={name: frame_schema(kind)[name] for name, kind in ITEM_COLUMNS}),
    "keys": pl.DataFrame(schema={name: frame_schema(DocumentReference)[name] for name in _KEY}),
    "closed": pl.DataFrame(schema={"document_id": pl.Int64, **{
        name: frame_schema(Document)[name] for name in _NAMED[1:-1]
    }}),
}  # fmt: skip
"""Of ``MatchingInputs``: what ``with_documents`` fills."""


def with_documents(reader: Reader, inputs: MatchingInputs) -> MatchingInputs:
    """``inputs`` (all but ``items``, ``keys`` and ``closed``) with the documents that they need."""
    number = reader.count(OpenItem) if reader.looks_up else 0
    if number > inputs.lines.height * MOST_TOUCHED and not _by_digits(inputs):
        return _Touched(reader, inputs).read(number)
    items = reader.item_frame()
    return _completed(reader, inputs, items, _keys(reader, inputs), Nowhere())


def accounts_of(reader: Reader, lines: pl.DataFrame) -> pl.DataFrame:
    """Accounts of customers (customer_id, account): of those that pay, or all where reading all is
    quicker.
    """
    columns = ("customer_id", "account")
    if not reader.looks_up or lines.height * _FEW >= reader.last_id(CustomerAccount):
        return reader.frame(CustomerAccount, columns)
    paying = lines.select(account_key_column(pl.col("payer_account"))).to_series().unique()
    return reader.frame(CustomerAccount, columns, account=paying.to_list())


def _by_digits(inputs: MatchingInputs) -> bool:
    """Whether a scheme finds documents by the digits of their numbers, which are no keys."""
    return any(element.strip for scheme in inputs.schemes for element in scheme.elements)


def _keys(reader: Reader, inputs: MatchingInputs) -> pl.DataFrame:
    """Keys of the documents that are open or that the lines name; of all others too where reading
    them is quicker. Those change nothing (``MatchingInputs.keys``).
    """
    if inputs.lines.height * _FEW >= reader.last_id(DocumentReference):
        return reader.key_frame()
    return reader.key_frame(_stated(inputs))


def _stated(inputs: MatchingInputs) -> list[str]:
    return stated_keys(inputs.lines, inputs.preferences.document_prefixes, inputs.schemes)


def _completed(
    reader: Reader, inputs: MatchingInputs, items: pl.DataFrame, keys: pl.DataFrame,
    elsewhere: Elsewhere,
) -> MatchingInputs:  # fmt: skip
    """``inputs`` with these documents and those that ``keys`` name besides."""
    documents = _named_documents(reader, keys, items)
    recognised = with_recognised_keys(
        keys, lines=inputs.lines, documents=documents, customers=inputs.customers,
        schemes=inputs.schemes,
    )  # fmt: skip
    closed = documents.drop("kind").rename({"id": "document_id"})
    return replace(inputs, items=items, keys=recognised, closed=closed, elsewhere=elsewhere)


def _named_documents(reader: Reader, keys: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """id, customer_id, number, kind of the documents that have these keys, open or closed."""
    closed = keys.select("document_id").unique().join(items, on="document_id", how="anti")
    ids = closed["document_id"].sort().to_list()
    known = items.rename({"document_id": "id"}).select(_NAMED)
    return pl.concat([known, reader.frame(Document, _NAMED, id=ids)])


class _Touched:
    """Reads the open documents that the lines of ``inputs`` touch."""

    def __init__(self, reader: Reader, inputs: MatchingInputs) -> None:
        prepared = prepare(inputs)
        self._reader = reader
        self._customers = prepared.customers
        self._payers = identify(prepared.lines, prepared.customers, inputs.accounts, inputs.aliases)
        self._inputs = replace(inputs, payers=self._payers)

    def read(self, number: int) -> MatchingInputs:
        """``inputs`` with these documents, of ``number`` that are open."""
        stated = _stated(self._inputs)
        named = self._reader.frame(DocumentReference, ("document_id",), key=stated)["document_id"]
        open_named = _open(self._reader, document_id=named.to_list())
        waiting = waiting_at_first(self._with(open_named, named, Nowhere()))
        groups = self._named_groups(stated, open_named)
        unidentified = _open(self._reader, customer_id=None)
        items = pl.concat([self._items_of(groups), unidentified])
        others, similar = self._of_amount(waiting, items)
        more = self._items_of(similar.filter(~similar.is_in(groups.implode())))
        rest = others.join(more, on="document_id", how="anti")
        items = pl.concat([items, more, rest]).sort("document_id")
        return self._with(items, named, _Elsewhere(self._reader, items, number - items.height))

    def _with(self, items: pl.DataFrame, named: pl.Series, elsewhere: Elsewhere) -> MatchingInputs:
        ids = pl.concat([items["document_id"], named]).unique().sort().to_list()
        keys = self._reader.frame(DocumentReference, _KEY, document_id=ids)
        return _completed(
            self._reader, self._inputs, items, keys.sort("key", "document_id", "kind"), elsewhere
        )

    def _named_groups(self, stated: Sequence[str], named: pl.DataFrame) -> pl.Series:
        """Payer groups that the lines name: by document, customer number, account or name."""
        owners = self._customers.join(named, on="customer_id", how="semi")
        numbered = self._customers.filter(pl.col("customer").str.to_uppercase().is_in(list(stated)))
        frames = (owners, numbered, self._payers.by_account, self._payers.by_name)
        return pl.concat([frame["group"] for frame in frames]).unique()

    def _items_of(self, groups: pl.Series) -> pl.DataFrame:
        """What is open of payer groups."""
        members = self._customers.filter(pl.col("group").is_in(groups.implode()))
        return _open(self._reader, customer_id=members["customer_id"].to_list())

    def _of_amount(
        self, waiting: pl.DataFrame, known: pl.DataFrame
    ) -> tuple[pl.DataFrame, pl.Series]:
        """Open documents that are not ``known`` and have exactly the amount of a waiting receipt,
        whole or discounted; and the payer groups to which a similar name or reference may lead.

        Where more of them lie in a line's window than are ever compared, some stand for all; but
        all count of a line that names another document.
        """
        receipts = waiting.filter(pl.col("amount") > 0)
        documents = _open(self._reader, document_id=self._ids_of_amount(receipts, known))
        items = prepare(replace(self._inputs, items=documents)).items
        pairs = fitting_documents(receipts, [], State(receipts, items), self._inputs.preferences)
        place, named = pl.int_range(pl.len()).over("n"), receipts.filter("names")
        some = items.join(pairs.filter(place <= WIDEST_BLOCK), on="d", how="semi")
        rivals = items.join(named, left_on=["currency", "open"], right_on=["currency", "amount"],
                            how="semi")  # fmt: skip
        kept = pl.concat([some, rivals]).select("document_id").unique()
        few = pairs.filter(pl.len().over("n") <= WIDEST_BLOCK)
        return documents.join(kept, on="document_id", how="semi"), self._similar(waiting, few)

    def _ids_of_amount(self, receipts: pl.DataFrame, known: pl.DataFrame) -> list[int]:
        if not receipts.height:
            return []
        wanted = receipts.select("currency", "amount").unique()
        amounts = wanted["amount"].unique().to_list()
        columns = ("document_id", "currency", "kind", "open_amount")
        whole = (
            self._reader.frame(OpenItem, columns, open_amount=amounts)
            .filter(pl.col("kind").is_in(TARGET_KINDS))
            .select("document_id", "currency", amount="open_amount")
        )
        discounted = self._reader.discounted_frame(amounts, str(receipts["paid_on"].min()))
        return (
            pl.concat([whole, discounted])
            .join(wanted, on=["currency", "amount"], how="semi")
            .join(known, on="document_id", how="anti")["document_id"]
            .unique()
            .to_list()
        )

    def _similar(self, waiting: pl.DataFrame, pairs: pl.DataFrame) -> pl.Series:
        """Payer groups that a similar name or reference may lead to."""
        payers, preferences = self._payers, self._inputs.preferences
        names = names_of(self._inputs)
        silent = waiting.join(payers.by_account, on="n", how="anti").join(
            payers.by_name, on="n", how="anti"
        )
        likely = likely_payers(silent, payers, names, preferences)["group"]
        written = pairs.join(waiting.select("n", "payer_name", "references"), on="n").join(
            payers.line_names, on="n", how="left"
        )
        compared = written.with_columns(pl.col("name_key").fill_null(""))
        alike = compared.with_columns(similar_names(compared, names)).filter(
            (pl.col("similarity") >= preferences.payee_cutoff) | (pl.col("references") != "[]")
        )
        return pl.concat([likely, alike["document_group"]]).drop_nulls().unique()


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """Open documents that were not read, as ``matching.proposals.Elsewhere`` tells of them."""

    reader: Reader
    items: pl.DataFrame
    number: int

    def of_amount(self, amounts: pl.DataFrame) -> pl.DataFrame:
        """How many of them that a payment can settle have these amounts."""
        columns = ("document_id", "currency", "kind", "open_amount")
        found = self.reader.frame(OpenItem, columns, open_amount=amounts["amount"].to_list())
        return (
            found.rename({"open_amount": "amount"})
            .filter(pl.col("kind").is_in(TARGET_KINDS))
            .join(self.items, on="document_id", how="anti")
            .join(amounts, on=["currency", "amount"], how="semi")
            .group_by("currency", "amount")
            .len()
        )

    def forms(self, forms: pl.DataFrame) -> pl.DataFrame:
        """Those that a key of theirs has."""
        known = [self.reader.has_key_form(*form) for form in forms.iter_rows()]
        return forms.filter(pl.Series(known, dtype=pl.Boolean))


def _open(reader: Reader, **which: Any) -> pl.DataFrame:
    """What is open of documents, as ``Reader.item_frame`` tells it; ``which`` as in ``frame``."""
    told = [name for name, kind in ITEM_COLUMNS if kind is Document]
    left = reader.frame(OpenItem, ("document_id", "open_amount"), **which)
    ids = left["document_id"].to_list()
    known = reader.frame(Document, ("id", *told), id=ids)
    items = left.join(known, left_on="document_id", right_on="id", maintain_order="left")
    marks = reader.frame(DocumentMark, ("document_id", "stands"), kind="dispute", document_id=ids)
    return with_disputes(items.select(name for name, _ in ITEM_COLUMNS), marks)
