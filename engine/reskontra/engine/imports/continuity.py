"""Is the row of statements complete: ids, pages, sequence numbers, balances that chain.

Refused: another content under a known id, a page without the page before it. Warned: a last page
that has not come yet, an older file after a newer one, a missing number, balances that do not meet.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from reskontra.engine.bank_file import BankFile
from reskontra.engine.errors import Place, Problem
from reskontra.engine.imports.history import History
from reskontra.engine.imports.identity import family
from reskontra.engine.imports.placing import Placed
from reskontra.engine.ledger.records import ImportFile
from reskontra.engine.money import exact


def same_ids(
    file: BankFile, placed: Sequence[Placed], earlier: Sequence[ImportFile], file_name: str
) -> Iterator[Problem]:
    """RK514: message id and statement id were met before, with other content."""
    known: dict[tuple[str, str, int], dict[str, int]] = {}
    for record in earlier:
        for row in json.loads(record.receipt)["statements"]:
            key = (row["cash_account"], row["id"], row["page"])
            known.setdefault(key, {})[row["digest"]] = record.id
    for each in placed:
        statement = each.statement
        digests = known.get((each.cash_account.id, statement.id, statement.page), {})
        if statement.id and digests and each.digest not in digests:
            yield Problem(
                "RK514",
                f"statement {statement.id} of message {file.message_id} is in "
                f"import:{min(digests.values())} with other content",
                Place(file_name, statement.line),
                help="take the earlier import back if the bank has corrected it, else ask the bank",
            )


def pages(
    file: BankFile, placed: Sequence[Placed], history: History, file_name: str
) -> Iterator[Problem]:
    """RK515: page n needs page n-1; a missing last page is a warning until it comes.

    Some banks number the pages of the message and put whole statements on each: a statement whose
    balances add up is complete, whatever its page says.
    """
    held = {(s.cash_account, s.kind, s.statement_id, s.page) for s in history.statements}
    held |= {
        (s.cash_account, s.kind, _message(history.imports[s.import_id].message_id), s.page)
        for s in history.statements
    }
    held |= {_page(each, each.statement.id, each.statement.page) for each in placed}
    for each in placed:
        statement = each.statement
        if _is_whole(each):
            continue
        names = (statement.id, _message(file.message_id))
        where = Place(file_name, statement.line)
        page = statement.page
        if page > 1 and not any(_page(each, name, page - 1) in held for name in names):
            yield Problem(
                "RK515",
                f"page {page} of statement {statement.id} without page {page - 1}",
                where,
                help="import the earlier page first",
            )
        if not statement.last_page and not any(
            _page(each, name, page + 1) in held for name in names
        ):
            yield Problem(
                "RK515",
                f"statement {statement.id} is not complete: page {page} is not the last",
                where,
                help=f"import page {page + 1} as well",
                severity="warning",
            )


def _message(message_id: str) -> str:
    """A message as the name of its pages; never equal to a statement id."""
    return f"message\0{message_id}"


def _page(each: Placed, name: str, page: int) -> tuple[str, str, str, int]:
    return each.cash_account.id, each.statement.kind, name, page


def _is_whole(each: Placed) -> bool:
    opening, closing = each.statement.opening, each.statement.closing
    return opening is not None and closing is not None and opening + each.total == closing


def older(
    file: BankFile, placed: Sequence[Placed], history: History, file_name: str
) -> Iterator[Problem]:
    """RK517 (warning): a newer file of the same format was imported before this one."""
    last: dict[str, str] = {}
    for statement in history.statements:
        if history.imports[statement.import_id].family == family(file.format):
            account = statement.cash_account
            last[account] = max(last.get(account, ""), statement.booking_date)
    for each in placed:
        day = each.date("")
        newest = last.get(each.cash_account.id, "")
        if day and day < newest:
            yield Problem(
                "RK517",
                f"the statement is of {day}, statements of {each.cash_account.id} up to {newest} "
                "are imported already",
                Place(file_name, each.statement.line),
                help="nothing to do if the file was late; only new lines are added",
                severity="warning",
            )


class _Stop(NamedTuple):
    """A statement in the row of its account."""

    date: str
    number: int
    page: int
    id: str
    opening: int | None
    closing: int | None
    line: int
    """Line in this file; 0 = stored before."""


def chain(placed: Sequence[Placed], history: History, file_name: str) -> Iterator[Problem]:
    """RK518 (warning): a number is missing, or closing(n) is not opening(n+1)."""
    rows: dict[str, dict[tuple[str, int, int, str], _Stop]] = {}
    for s in history.statements:
        if s.kind == "statement":
            stop = _Stop(
                s.booking_date, _number(s.sequence), s.page, s.statement_id, s.opening, s.closing, 0
            )
            rows.setdefault(s.cash_account, {})[stop[:4]] = stop
    currencies = {}
    for each in placed:
        e = each.statement
        if e.kind == "statement":
            stop = _Stop(
                each.date(""), _number(e.sequence), e.page, e.id, e.opening, e.closing, e.line
            )
            rows.setdefault(each.cash_account.id, {}).setdefault(stop[:4], stop)
            currencies[each.cash_account.id] = each.cash_account.currency
    for account in sorted(currencies):
        row = sorted(rows[account].values(), key=lambda stop: stop[:4])
        for before, after in pairwise(row):
            if before.line or after.line:
                yield from _breaks(before, after, account, currencies[account], file_name)


def _breaks(
    before: _Stop, after: _Stop, account: str, currency: str, file_name: str
) -> Iterator[Problem]:
    where = Place(file_name, after.line or before.line)
    if 0 < before.number < after.number - 1 and before.date[:4] == after.date[:4]:
        yield Problem(
            "RK518",
            f"{account}: statement {before.number + 1} is missing between {before.number} and "
            f"{after.number}",
            where,
            help="import the missing statement",
            severity="warning",
        )
    if None not in (before.closing, after.opening) and before.closing != after.opening:
        yield Problem(
            "RK518",
            f"{account}: statement {before.id} closes with {exact(before.closing or 0, currency)}, "
            f"the next one, {after.id}, opens with {exact(after.opening or 0, currency)}",
            where,
            help="a statement between the two is missing",
            severity="warning",
        )


def _number(sequence: str) -> int:
    """A sequence number, 0 when the file gives none that can be counted."""
    return int(sequence) if sequence.isdecimal() else 0
