"""From rows of an open items' file to documents with their keys and balances (cut-over).

The documents are migrated: they are open here, and the general ledger of the old system holds
their postings already, so nothing is posted. Dunning history is kept as notes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import polars as pl
from rapidfuzz import process

from reskontra.engine.errors import Place, Problem
from reskontra.engine.ledger.base_amounts import in_base
from reskontra.engine.ledger.records import Document, DocumentReference, Note, OpenItem
from reskontra.engine.masters import OpenItemRow
from reskontra.engine.money import exact
from reskontra.engine.preferences import Preferences
from reskontra.engine.text import reference_key_column

_AMOUNTS = ("amount", "base_amount", "discount_amount", "initial_open")
_SUGGESTIONS = 100
"""For so many unknown customers a similar number is looked for: it reads all customers each."""
_SIMILAR = 70
"""Likeness in percent from which a number is worth a question."""


@dataclass(frozen=True, slots=True)
class Drafts:
    """Rows as documents, those that are known already included."""

    documents: list[Document]
    """In the order of the rows; only new ones have an id, the others 0."""
    problems: list[Problem]


def draft_documents(
    rows: Sequence[OpenItemRow],
    customers: Mapping[str, int],
    stored: Mapping[tuple[str, str], Document],
    *,
    preferences: Preferences,
    import_id: int,
    first_id: int,
    file_name: str,
) -> Drafts:
    """One document per row; RK594 unknown customer, RK596 no base amount.

    ``stored`` holds the documents of the books by (kind, number).
    """
    problems = list(unknown_customers(rows, customers, file_name))
    company, receivables = preferences.company, preferences.accounts.account("ar_trade")
    documents: list[Document] = []
    next_id = first_id
    for row in rows:
        is_new = (row.kind, row.number) not in stored
        base_amount = _base_amount(row, company.currency)
        if base_amount is None:
            problems.append(
                Problem(
                    "RK596",
                    f"{row.kind} {row.number} is in {row.currency}, and neither base_amount nor "
                    f"rate is given",
                    Place(file_name, row.line),
                    help=f"give the amount in {company.currency} at which it was booked",
                )
            )
        documents.append(
            Document(
                company.id, next_id if is_new else 0, row.kind, row.number,
                customers.get(row.customer), company.branch, row.document_date.isoformat(),
                row.due_date.isoformat() if row.due_date else None, row.currency, row.amount,
                base_amount or 0, row.account or receivables, row.order_number,
                row.external_number,
                row.discount_date.isoformat() if row.discount_date else None, row.discount_amount,
                row.disputed, True, row.open_amount, import_id, None, "", None, None,
            )
        )  # fmt: skip
        next_id += is_new
    return Drafts(documents, problems)


class OfCustomer(Protocol):
    """A row of a file that names a customer."""

    @property
    def kind(self) -> str:
        """What it is: ``invoice``, ``order`` ..."""

    @property
    def number(self) -> str:
        """Its own number."""

    @property
    def customer(self) -> str:
        """Whose it is."""

    @property
    def line(self) -> int:
        """Where it stands in the file."""


def unknown_customers(
    rows: Iterable[OfCustomer], customers: Mapping[str, int], file_name: str
) -> Iterator[Problem]:
    """RK594 for every row whose customer is not in the books, with a similar number."""
    similar: dict[str, str] = {}
    for row in rows:
        if row.customer in customers or not row.customer:
            continue
        if row.customer not in similar and len(similar) < _SUGGESTIONS:
            found = process.extractOne(row.customer, customers.keys(), score_cutoff=_SIMILAR)
            similar[row.customer] = found[0] if found else ""
        close = similar.get(row.customer, "")
        yield Problem(
            "RK594",
            f"{row.kind} {row.number} names customer {row.customer!r}, who is not in the books",
            Place(file_name, row.line),
            help=f"did you mean {close}?" if close else "import the customer first",
        )


def _base_amount(row: OpenItemRow, base_currency: str) -> int | None:
    """Amount in minor units of the base currency; ``None`` = not known."""
    if row.currency == base_currency:
        return row.amount
    if row.base_amount is not None or row.rate is None:
        return row.base_amount
    return in_base(row.amount, row.currency, row.rate, base_currency)


def only_new(
    rows: Sequence[OpenItemRow],
    documents: Sequence[Document],
    stored: Mapping[tuple[str, str], Document],
    file_name: str,
) -> tuple[list[int], list[Problem]]:
    """Indexes of the rows that are new; RK595 number twice, or stored with other content."""
    new: list[int] = []
    problems: list[Problem] = []
    first: dict[tuple[str, str], int] = {}
    for index, (row, document) in enumerate(zip(rows, documents, strict=True)):
        key = (document.kind, document.number)
        earlier = stored.get(key)
        if key in first:
            wrong = f"stands in line {first[key]} already"
        elif earlier is None:
            new.append(index)
            first[key] = row.line
            continue
        else:
            first[key] = row.line
            differing = _differences(document, earlier)
            if not differing:
                continue
            wrong = f"is in the books with other content ({', '.join(differing)})"
        problems.append(
            Problem(
                "RK595",
                f"{row.kind} {row.number} {wrong}",
                Place(file_name, row.line),
                help="correct the number, or take the earlier import back first",
            )
        )
    return new, problems


def _differences(document: Document, stored: Document) -> list[str]:
    same = document._replace(id=stored.id, import_id=stored.import_id, branch=stored.branch)
    if same == stored:
        return []
    return [
        f"{name} {_told(name, old, stored)}, here {_told(name, new, document)}"
        for name, old, new in zip(Document._fields, stored, same, strict=True)
        if old != new
    ]


def _told(name: str, value: object, document: Document) -> str:
    """A field as people read it: amounts with their currency."""
    if name in _AMOUNTS and isinstance(value, int):
        return f"{exact(value, document.currency)} {document.currency}"
    return repr(value)


def references_of(
    documents: Sequence[Document], rows: Sequence[OpenItemRow], first_id: int
) -> list[DocumentReference]:
    """Every key under which a payer may name the documents.

    The first of the row's references is the payment reference, the others are legacy keys.
    """
    owners: list[Document] = []
    kinds: list[str] = []
    values: list[str] = []
    for document, row in zip(documents, rows, strict=True):
        named = _names(document, row)
        owners += [document] * len(named)
        kinds += [kind for kind, _ in named]
        values += [value for _, value in named]
    column = pl.Series("value", values, pl.String).to_frame()
    keys = column.select(reference_key_column(pl.col("value")))["value"].to_list()
    result: list[DocumentReference] = []
    last, met = 0, set[str]()
    for document, kind, key, value in zip(owners, kinds, keys, values, strict=True):
        if document.id != last:
            last, met = document.id, set()
        if key and key not in met:
            met.add(key)
            result.append(
                DocumentReference(
                    document.company, first_id + len(result), document.id, kind, key, value
                )
            )
    return result


def _names(document: Document, row: OpenItemRow) -> list[tuple[str, str]]:
    named = [("number", document.number)]
    for reference in row.references:
        named.append(("legacy" if len(named) > 1 else "payment_reference", reference))
    if row.order_number:
        named.append(("order", row.order_number))
    if row.external_number:
        named.append(("external", row.external_number))
    return named


def open_item(document: Document) -> OpenItem:
    """The open balance of a document on entry."""
    return OpenItem(
        document.company, document.id, document.customer_id, document.kind, document.currency,
        document.initial_open,
    )  # fmt: skip


def history_of(row: OpenItemRow) -> str:
    """What a row tells of dunning and of where the claim is, as a person reads it; mostly empty."""
    if not (row.dunning_level or row.last_letter or row.fees_charged or row.location):
        return ""
    told = (
        f"dunning level {row.dunning_level}" if row.dunning_level else "",
        f"last letter {row.last_letter}" if row.last_letter else "",
        f"fees charged {exact(row.fees_charged, row.currency)} {row.currency}"
        if row.fees_charged
        else "",
        f"location {row.location}" if row.location else "",
    )
    return ", ".join(part for part in told if part)


def notes_of(
    documents: Sequence[Document],
    rows: Sequence[OpenItemRow],
    first_id: int,
    actor: str,
    at: str,
) -> list[Note]:
    """The history of the documents in the old system, a note on each that has any."""
    told = [(document, history_of(row)) for document, row in zip(documents, rows, strict=True)]
    return [
        Note(
            document.company, first_id + n, f"document:{document.id}", "note",
            f"from the old system: {history}", "", "", "", "", "", None, actor, at,
        )
        for n, (document, history) in enumerate(one for one in told if one[1])
    ]  # fmt: skip


def only_noted(rows: Sequence[OpenItemRow], file_name: str) -> Iterator[Problem]:
    """RK597 (warning): what the file tells of dunning is kept as notes, and nothing acts on it."""
    told = [row for row in rows if history_of(row)]
    if told:
        yield Problem(
            "RK597",
            f"{len(told)} rows tell of dunning or of where the claim is; this is kept as notes",
            Place(file_name, told[0].line),
            help="reskontra note list shows them; dunning here starts anew",
            severity="warning",
        )
