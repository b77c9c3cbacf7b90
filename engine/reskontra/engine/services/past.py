"""The books as they stood before a run: everything append-only up to there, nothing after.

Open amounts and the states of bank lines are derived again, and customers have the numbers of then.
Else customers, their accounts and aliases are kept only as they are today; ``masters_moved`` tells
when they changed since.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, TypeVar

import polars as pl

from reskontra.engine.ledger.booking import STATES
from reskontra.engine.ledger.records import (
    Audit,
    BankLine,
    BankLineState,
    Customer,
    Decision,
    Document,
    DocumentMark,
    ExchangeRate,
    ImportFile,
    JournalEntry,
    PeriodLock,
    Record,
    Run,
    StatementRecord,
)
from reskontra.engine.ledger.standing import open_on, with_disputes
from reskontra.engine.plan.model import BOOKED_OUTCOMES
from reskontra.engine.ports import Reader

R = TypeVar("R", bound=Record)


def _numbers_before(reader: Reader, audit: int) -> dict[str, str]:
    """Today's number to the one before this row of the audit trail, of customers renamed since."""
    then: dict[str, str] = {}
    for row in reader.records(Audit, action="rename customer"):
        if row.id > audit:
            old, _, new = row.detail.partition(" became ")
            then[new] = then.pop(old, old)
    return then


class Past:
    """A ``Reader`` of one company's books as they stood before ``run``."""

    looks_up = False

    def __init__(self, reader: Reader, run: int) -> None:
        self.company = reader.company
        self._reader = reader
        self._run = run
        audits = reader.frame(Audit, ("id", "action", "subject"))
        applied: Any = audits.filter(pl.col("subject") == f"run:{run}")["id"].min()
        before = pl.col("id") < applied
        imports = audits.filter(pl.col("subject").str.starts_with("import:"))
        self._imports = imports.filter(before).height
        """Each import and withdrawal wrote one record and one audit."""
        self._marks = audits.filter(pl.col("action").str.starts_with("mark ") & before).height
        """So did each mark of a document."""
        self._locks = audits.filter(pl.col("subject").str.starts_with("period:") & before).height
        """And each closing or opening of a period."""
        self._rates = audits.filter((pl.col("action") == "set rate") & before).height
        """And each exchange rate."""
        self._numbers = _numbers_before(reader, applied)
        self.masters_moved = bool(
            audits.filter(~before & pl.col("action").is_in(["import customers", "change customer"]))
            .height
        )  # fmt: skip

    def revision(self) -> int:
        """As today: the past is not applied to."""
        return self._reader.revision()

    def records(self, kind: type[R], /, **equals: Any) -> Iterable[R]:
        """As ``Reader.records``."""
        made: Any = kind
        return map(made._make, self.frame(made, made._fields, **equals).iter_rows())

    def count(self, kind: type[Record], /, **equals: Any) -> int:
        """As ``Reader.count``."""
        return self.frame(kind, **equals).height

    def last_id(self, kind: type[Record]) -> int:
        """As ``Reader.last_id``."""
        return max(self.frame(kind, ("id",))["id"].to_list(), default=0)

    def frame(
        self, kind: type[Record], /, columns: Sequence[str] = (), **equals: Any
    ) -> pl.DataFrame:
        """As ``Reader.frame``; states of bank lines are derived."""
        if kind is BankLineState:
            states = self._states
            for name, value in equals.items():
                states = states.filter(pl.col(name).is_in(value if isinstance(value, list)
                                                          else [value]))  # fmt: skip
            return states.select(columns or kind._fields)
        needed = self._bound(kind)
        extra = [name for name in needed if columns and name not in columns]
        frame = self._reader.frame(kind, (*columns, *extra), **equals)
        for name, last in needed.items():
            frame = frame.filter(pl.col(name).is_null() | (pl.col(name) <= last))
        if kind is Customer and self._numbers and "number" in frame.columns:
            frame = frame.with_columns(pl.col("number").replace(self._numbers))
        return frame.drop(extra)

    def newest_booking(self) -> str:
        """As ``Reader.newest_booking``."""
        return max(self.frame(BankLine, ("booking_date",))["booking_date"].to_list(), default="")

    def line_frame(self, states: Sequence[str], since: str = "") -> pl.DataFrame:
        """As ``Reader.line_frame``."""
        wanted = pl.col("state").is_in(list(states)) & (pl.col("booking_date") >= since)
        return self._lines.filter(wanted)

    @cached_property
    def _lines(self) -> pl.DataFrame:
        """Every line that was imported, with the state it had."""
        stood = self._states.select(id="bank_line_id", state="state")
        return self.frame(BankLine).join(stood, on="id", maintain_order="left")

    def item_frame(self, on: str = "") -> pl.DataFrame:
        """As ``Reader.item_frame``."""
        marks = self.frame(DocumentMark, ("document_id", "stands"), kind="dispute")
        return with_disputes(open_on(self, on), marks)

    def key_frame(self, stated: Sequence[str] | None = None) -> pl.DataFrame:  # noqa: ARG002
        """As ``Reader.key_frame``, whatever is ``stated``: what was open then is known only later,
        and keys of other documents change nothing.
        """
        documents = self.frame(Document, ("id",)).rename({"id": "document_id"})
        return self._reader.key_frame().join(
            documents, on="document_id", how="semi", maintain_order="left"
        )

    def discounted_frame(self, amounts: Sequence[int], since: str) -> pl.DataFrame:
        """As ``Reader.discounted_frame``: today's."""
        return self._reader.discounted_frame(amounts, since)

    def has_key_form(self, length: int, first: str) -> bool:
        """As ``Reader.has_key_form``: today's."""
        return self._reader.has_key_form(length, first)

    def _bound(self, kind: type[Record]) -> dict[str, int]:
        """The last run and import that count, by the field of ``kind`` that names them."""
        if kind in (ImportFile, Run):
            return {"id": self._imports if kind is ImportFile else self._run - 1}
        if kind in (BankLine, StatementRecord):
            return {"import_id": self._imports}
        if kind in (DocumentMark, PeriodLock):
            return {"id": self._marks if kind is DocumentMark else self._locks}
        if kind is ExchangeRate:
            return {"id": self._rates}
        bounds = {"run_id": self._run - 1} if "run_id" in kind._fields else {}
        return bounds | {"import_id": self._imports} if kind is Document else bounds

    @cached_property
    def _states(self) -> pl.DataFrame:
        """``BankLineState`` before the run; what was held, hidden or taken back is as decided."""
        withdrawn = self.frame(ImportFile, ("withdraws_id",), kind="withdrawal")["withdraws_id"]
        feeds = self.frame(StatementRecord, ("id", "carries_money"))
        today = self._reader.frame(BankLineState, ("bank_line_id", "state"))
        lines = (
            self.frame(BankLine, ("id", "import_id", "statement_id"))
            .join(feeds.rename({"id": "statement_id"}), on="statement_id", maintain_order="left")
            .join(today, left_on="id", right_on="bank_line_id", maintain_order="left")
            .join(self._decided(), on="id", how="left", maintain_order="left")
        )
        gone = pl.col("import_id").is_in(withdrawn.implode())
        silent = (pl.col("state") == "reconciles") | (
            (pl.col("state") == "withdrawn") & ~pl.col("carries_money")
        )
        return lines.select(
            pl.lit(self.company).alias("company"),
            pl.col("id").alias("bank_line_id"),
            pl.when(gone).then(pl.lit("withdrawn")).when(silent).then(pl.lit("reconciles"))
            .otherwise(pl.col("decided").fill_null("new")).alias("state"),
            pl.when(gone).then(pl.lit("")).otherwise(pl.col("decision_id").fill_null(""))
            .alias("decision_id"),
            pl.when(~gone).then(pl.col("run_id")).alias("run_id"),
        )  # fmt: skip

    def _decided(self) -> pl.DataFrame:
        """Bank line id, decision_id, run_id and decided: the state that the last decision
        put it in.
        """
        last = (
            self.frame(Decision, ("id", "decision_id", "run_id", "bank_line_id", "outcome"))
            .sort("id")
            .unique("bank_line_id", keep="last", maintain_order=True)
        )
        entries = self.frame(JournalEntry, ("decision_id", "reverses_id"))
        vouchers = entries.group_by("decision_id").agg(
            undone=pl.col("reverses_id").is_not_null().any()
        )
        booked = pl.col("outcome").is_in(BOOKED_OUTCOMES)
        return last.join(
            vouchers, on="decision_id", how="left", maintain_order="left"
        ).select(
            "decision_id", "run_id", id="bank_line_id",
            decided=pl.when(booked & pl.col("undone").is_null()).then(pl.lit("review"))
            .when(booked & pl.col("undone")).then(pl.lit("taken_back"))
            .otherwise(pl.col("outcome").replace_strict(STATES)),
        )  # fmt: skip
