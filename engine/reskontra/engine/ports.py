"""What the engine needs from outside: the books, and deciders. Adapters fulfil these protocols;
the engine never knows which.

The books are read as records or as polars frames and written only inside ``Books.write``: one
transaction, one writer per
company, all or nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

import polars as pl

from reskontra.engine.errors import Problem
from reskontra.engine.ledger.records import Document, OpenItem, Record

R = TypeVar("R", bound=Record)

ITEM_COLUMNS: tuple[tuple[str, type[Record]], ...] = (
    ("document_id", OpenItem), ("customer_id", Document), ("kind", Document),
    ("number", Document), ("currency", Document), ("open_amount", OpenItem),
    ("document_date", Document), ("due_date", Document), ("discount_date", Document),
    ("discount_amount", Document), ("account", Document), ("branch", Document),
    ("disputed", Document), ("bank_line_id", Document),
)  # fmt: skip
"""What is told of an open document, and which record has it."""


class Reader(Protocol):
    """Reads one company's books."""

    company: str
    looks_up: bool
    """Whether ``records`` and ``frame`` find a few rows quicker than all: not so in the past, which
    is derived as a whole."""

    def revision(self) -> int:
        """Counts committed writing transactions of the company; 0 = nothing was ever written."""

    def records(self, kind: type[R], /, **equals: Any) -> Iterable[R]:
        """All records of a kind whose fields equal the given values (a list value = one of),
        ordered by key.

        Indexed for: every ``id``; ``Document.number``/``run_id``/``customer_id``;
        ``OpenItem.document_id``/``customer_id``/``open_amount``; ``document_id`` of
        ``DocumentDetail``, ``DocumentLine``, ``DocumentVat``, ``DocumentMark``;
        ``DocumentLink.document_id``/``other_id``; ``Draft.customer_id``/``status``;
        ``CustomerProfile.customer_id``/``customer_class``; ``FormerNumber.number``/
        ``customer_id``; ``Note.subject``; ``Step.run_id``/``step_id``/``subject``;
        ``Audit.subject``; ``Delivery.audit_id``; ``DocumentReference.key``/``document_id``;
        ``Application.source_id``/``target_id``/``run_id``;
        ``Decision.bank_line_id``/``run_id``/``decision_id``;
        ``BankLine.import_id``/``source_id``/``booking_date``;
        ``ImportFile.sha256``; ``Customer.number``/``parent_id``.
        """

    def count(self, kind: type[Record], /, **equals: Any) -> int:
        """Number of records that ``records`` would give."""

    def last_id(self, kind: type[Record]) -> int:
        """The highest ``id`` given to this kind; 0 = none."""

    def frame(
        self, kind: type[Record], /, columns: Sequence[str] = (), **equals: Any
    ) -> pl.DataFrame:
        """The same records as columns (Int64, String, Boolean), ordered by key; all columns when
        none are named.
        """

    def line_frame(self, states: Sequence[str], since: str = "") -> pl.DataFrame:
        """Bank lines in one of these states, booked on ``since`` (ISO date) or later: every column
        of ``BankLine`` and ``state``, ordered by id.
        """

    def newest_booking(self) -> str:
        """The newest booking date of a bank line, an ISO date; empty when nothing was imported."""

    def item_frame(self, on: str = "") -> pl.DataFrame:
        """Documents that are open, or were at the end of the day ``on`` (ISO date), ordered by
        document id.

        Open on a day = entered - used, of documents dated up to that day. An application counts
        from the day on which it was made and both documents were there, so that what one side
        gives, the other takes. ``ledger.standing`` derives the same from the records.

        Columns: document_id, customer_id Int64 (null = unidentified); kind, number, currency
        String; open_amount Int64; document_date, due_date, discount_date String (null where
        absent); discount_amount Int64; account, branch String; disputed Boolean (as it stands now);
        bank_line_id Int64 (null = not from a bank line).
        """

    def key_frame(self, stated: Sequence[str] | None = None) -> pl.DataFrame:
        """Keys of all documents, open or closed: document_id Int64, key, kind String, ordered by
        (key, document_id, kind), as an index has them. With ``stated`` only those of documents that
        are open or have one of these keys: looked up, so that the past costs nothing.
        """

    def discounted_frame(self, amounts: Sequence[int], since: str) -> pl.DataFrame:
        """Open documents that have one of these amounts open, less a cash discount that can be
        taken on ``since`` (ISO date) or later, as they stand today: document_id Int64, currency
        String, amount Int64; in no order.
        """

    def has_key_form(self, length: int, first: str) -> bool:
        """Whether a document that is open today has a key of so many characters that begins so."""


class Writer(Reader, Protocol):
    """The books inside one writing transaction."""

    def append(self, records: Sequence[Record]) -> None:
        """Add records of one kind; their ids continue ``last_id`` without a hole.

        New projections may be appended too (none may have the key yet). A step that fails, caught
        or not, spoils the transaction: nothing is committed.
        """

    def append_frame(self, kind: type[Record], frame: pl.DataFrame) -> None:
        """Add one record per row: columns are its fields without ``company`` and ``id`` (Int64,
        String, Boolean); ids continue ``last_id`` in the order of the rows. Else as ``append``.
        """

    def replace(self, records: Sequence[Record]) -> None:
        """Put masters or projections in place of those with the same key (insert where there is
        none).
        """

    def replace_frame(self, kind: type[Record], frame: pl.DataFrame) -> None:
        """As ``replace``, for projections in columns: the record's fields without ``company``."""

    def remove(self, kind: type[Record], keys: Sequence[Any]) -> None:
        """Take projections away by key: ``document_id``, ``bank_line_id`` or ``(series, row)``; and
        masters that nothing names, by theirs. A key without a row is passed over.
        """


class Books(Protocol):
    """Access to one company's books."""

    company: str

    def read(self) -> AbstractContextManager[Reader]:
        """A consistent snapshot."""

    def write(self, *, expected_revision: int | None = None) -> AbstractContextManager[Writer]:
        """One transaction under the company's lock; commits on success, leaves nothing behind on
        any exception.

        Raises ``ReskontraError`` RK710 (exit 3) when ``expected_revision`` is given and the books
        have moved.
        """

    def tampering(self) -> Iterable[Problem]:
        """Rows that were changed, added or deleted behind the program's back, each named with its
        table and the law it breaks.
        """


class Decider(Protocol):
    """Decides by rules; implemented in ``reskontra.rules``."""

    def decide(self, facts: pl.DataFrame) -> pl.DataFrame:
        """One row per row of ``facts``: line_id Int64; outcome, treat, role, account, customer,
        rule, rule_at, because String (null = nothing said).
        """

    def weighs(self, facts: pl.DataFrame, names: Collection[str]) -> bool:
        """Whether the columns ``names`` may make a difference to what rows of ``facts`` come to."""
