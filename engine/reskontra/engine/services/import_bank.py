"""Import a bank file (Swedish: *läs in bankfil*): all of it or nothing, safe to repeat.

What the bank said becomes bank lines that never change. A file that was imported before changes
nothing, an overlapping one adds what is new, two equal payments stay two. One feed carries the
money of a cash account; lines of the other kind are kept as ``reconciles``. Pending entries are
counted and never stored. Reads no file and knows no format: readers in the adapters do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import polars as pl

from reskontra.engine.bank_file import BankFile, Reference, Transaction
from reskontra.engine.errors import Problem, ReskontraError
from reskontra.engine.imports.continuity import chain, older, pages, same_ids
from reskontra.engine.imports.history import History
from reskontra.engine.imports.identity import bank_id, family
from reskontra.engine.imports.placing import Placed, place
from reskontra.engine.imports.receipt import Receipt, StatementReceipt, sums_of
from reskontra.engine.imports.sorting import NewLine, Sorted, sort_lines
from reskontra.engine.json_text import quoted
from reskontra.engine.ledger.auditing import Actor, Deed, record_deeds
from reskontra.engine.ledger.fields import frame_schema
from reskontra.engine.ledger.records import (
    BankLine,
    BankLineState,
    ImportFile,
    StatementRecord,
)
from reskontra.engine.ports import Books, Reader, Writer
from reskontra.engine.preferences import Preferences


@dataclass(frozen=True, slots=True)
class _Draft:
    """A file that may be stored."""

    placed: list[Placed]
    sorted: Sorted
    warnings: tuple[Problem, ...]
    earlier: int
    """The import of exactly this file; 0 = none."""

    @property
    def changes(self) -> bool:
        """Whether there is anything to store."""
        return not self.earlier or bool(self.sorted.new)

    def carries_money(self, index: int) -> bool:
        """Whether a statement brings money: its feed does, and no other format told all of it."""
        each = self.placed[index]
        told = self.sorted.told_before.get(index, 0)
        return each.carries_money and not (told and told == len(each.booked))


def import_bank(
    books: Books,
    file: BankFile,
    *,
    file_name: str,
    sha256: str,
    preferences: Preferences,
    actor: str,
    reason: str = "",
    at: str,
) -> Receipt:
    """Store what is new in ``file``, in one transaction; ``at`` is the clock, ISO 8601.

    Raises ``ReskontraError`` with every problem found: RK510 test file, RK511 account, RK512
    currency, RK513 formats that overlap and cannot be linked, RK514 known id with other content,
    RK515 page missing, RK516 date, RK519 balance.
    """
    with books.write() as writer:
        draft = _draft(writer, file, file_name, sha256, preferences, at)
        import_id = writer.last_id(ImportFile) + 1 if draft.changes else draft.earlier
        receipt = _receipt(draft, file, import_id, file_name, sha256, at)
        if draft.changes:
            rows = sum(len(statement.transactions) for statement in file.statements)
            record = ImportFile(
                writer.company, import_id, "bank", file_name, sha256, file.format, file.message_id,
                rows, receipt.to_json(), actor, reason, None, at,
            )  # fmt: skip
            writer.append([record])
            _store(writer, draft, import_id, at)
            detail = (
                f"{file_name}: {receipt.new_lines} new, {receipt.reconciling_lines} reconciling, "
                f"{len(receipt.present)} present"
            )
            deed = Deed("import bank", f"import:{import_id}", detail)
            record_deeds(writer, Actor(actor, reason, at), [deed])
    return receipt


def _draft(
    reader: Reader,
    file: BankFile,
    file_name: str,
    sha256: str,
    preferences: Preferences,
    at: str,
) -> _Draft:
    """Judge the file; raises with all errors."""
    history = History.read(reader)
    placed, problems = place(file, file_name=file_name, preferences=preferences, today=at)
    name = family(file.format)
    if file.message_id and not name.startswith("csv"):
        earlier = history.receipts(reader, file.message_id, name)
        problems += same_ids(file, placed, earlier, file_name)
    problems += pages(file, placed, history, file_name)
    problems += older(file, placed, history, file_name)
    problems += chain(placed, history, file_name)
    lines = sort_lines(reader, history, placed, name, file_name)
    problems += lines.problems
    if any(problem.is_error for problem in problems):
        raise ReskontraError(tuple(problem for problem in problems if problem.is_error))
    return _Draft(placed, lines, (*file.warnings, *problems), history.import_of(sha256))


def _receipt(
    draft: _Draft, file: BankFile, import_id: int, file_name: str, sha256: str, at: str
) -> Receipt:
    money = [new for new in draft.sorted.new if draft.placed[new.line.statement].carries_money]
    statements = tuple(
        StatementReceipt(
            line=each.statement.line,
            kind=each.statement.kind,
            id=each.statement.id,
            page=each.statement.page,
            cash_account=each.cash_account.id,
            currency=each.cash_account.currency,
            booking_date=each.date(at[:10]),
            total=each.total,
            opening=each.statement.opening,
            closing=each.statement.closing,
            carries_money=draft.carries_money(index),
            booked=len(each.booked),
            pending=each.count("pending"),
            information=each.count("information"),
            digest=each.digest,
        )
        for index, each in enumerate(draft.placed)
    )
    return Receipt(
        import_id=import_id,
        file_name=file_name,
        sha256=sha256,
        format=file.format,
        changes=draft.changes,
        new_lines=len(money),
        reconciling_lines=len(draft.sorted.new) - len(money),
        pending=sum(statement.pending for statement in statements),
        information=sum(statement.information for statement in statements),
        sums=sums_of((new.line.transaction.currency, new.line.transaction.amount) for new in money),
        statements=statements,
        present=tuple(draft.sorted.present),
        warnings=draft.warnings,
    )


def _store(writer: Writer, draft: _Draft, import_id: int, at: str) -> None:
    first = writer.last_id(StatementRecord) + 1
    statements = [
        _statement(writer.company, first + index, import_id, each, draft.carries_money(index), at)
        for index, each in enumerate(draft.placed)
    ]
    lines = _lines(draft.placed, draft.sorted.new, import_id, first)
    if statements:
        writer.append(statements)
    if lines:
        first_line = writer.last_id(BankLine) + 1
        writer.append_frame(BankLine, pl.DataFrame(lines, schema=_LINE, orient="row"))
        writer.replace_frame(BankLineState, _states(draft, first_line))


def _states(draft: _Draft, first_line: int) -> pl.DataFrame:
    """What the new lines are at first: to be decided, unless the other feed carries the money."""
    carries = [draft.placed[new.line.statement].carries_money for new in draft.sorted.new]
    state = pl.when(pl.col("carries")).then(pl.lit("new")).otherwise(pl.lit("reconciles"))
    return pl.DataFrame({"carries": carries}).select(
        bank_line_id=pl.int_range(pl.len(), dtype=pl.Int64) + first_line, state=state,
        decision_id=pl.lit(""), run_id=pl.lit(None, pl.Int64),
    )  # fmt: skip


def _statement(
    company: str, identifier: int, import_id: int, each: Placed, carries_money: bool, at: str
) -> StatementRecord:
    statement = each.statement
    return StatementRecord(
        company, identifier, import_id, each.cash_account.id, statement.kind, statement.id,
        statement.sequence, statement.page, each.date(at[:10]), each.cash_account.currency,
        statement.opening, statement.closing, each.total, carries_money,
    )  # fmt: skip


_LINE = frame_schema(BankLine, "company", "id")


def _lines(
    placed: Sequence[Placed], new_lines: Sequence[NewLine], import_id: int, first_statement: int
) -> list[tuple[object, ...]]:
    """Rows of ``_LINE``."""
    iso = cache(date.isoformat)
    result: list[tuple[object, ...]] = []
    for new in new_lines:
        index, told, identity = new.line
        payer = told.counterparty
        result.append(
            (
                import_id, first_statement + index, placed[index].cash_account.id,
                _source_id(told), iso(told.booking_date),
                iso(told.value_date) if told.value_date else None, told.amount,
                told.currency, told.bank_reference, told.end_to_end_id, told.batch_id,
                told.bank_code, payer.name, payer.account.number if payer.account else "",
                payer.org_number, "\n".join(told.text), _references(told),
                told.reversal, identity, new.occurrence, told.line,
            )
        )  # fmt: skip
    return result


def _source_id(told: Transaction) -> str:
    """The id that the file gave the line, else its place in the file."""
    own = bank_id(told.bank_reference) or bank_id(told.end_to_end_id) or bank_id(told.batch_id)
    return own or f"line {told.line}"


def _references(told: Transaction) -> str:
    """Value, kind, part amount and the bank's verdict of each, as ``canonical`` writes them."""
    return f"[{','.join([_reference(reference) for reference in told.references])}]"


def _reference(told: Reference) -> str:
    amount = "null" if told.amount is None else told.amount
    return f'[{quoted(told.value)},"{told.kind}",{amount},"{told.bank_verdict}"]'
