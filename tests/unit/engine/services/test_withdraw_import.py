"""Taking imports of bank files back."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.bank_files import (
    AT,
    COMPANY,
    bank_file,
    books_in,
    bring_in,
    lines,
    statement,
    transaction,
)

from reskontra.adapters.storage.books import SqlBooks
from reskontra.engine.errors import ReskontraError
from reskontra.engine.ledger.records import Audit, BankLine, BankLineState, ImportFile
from reskontra.engine.services.check import check
from reskontra.engine.services.withdraw_import import Withdrawal, withdraw_import


@pytest.fixture
def books(tmp_path: Path) -> SqlBooks:
    return books_in(tmp_path)


def take_back(books: SqlBooks, import_id: int) -> Withdrawal:
    return withdraw_import(books, import_id, actor="kim", reason="wrong file", at=AT)


def set_state(books: SqlBooks, line: int, state: str, run_id: int | None = None) -> None:
    with books.write() as writer:
        writer.replace([BankLineState(COMPANY, line, state, "", run_id)])


def test_lines_are_withdrawn_and_the_file_can_come_again(books: SqlBooks) -> None:
    file = bank_file(statement(transaction(1), transaction(2), id="S"), message_id="M")
    bring_in(books, file)
    done = take_back(books, 1)
    assert (done.import_id, done.withdraws, done.records, done.import_again) == (2, 1, 2, ())
    assert lines(books, "new") == []
    again = bring_in(books, file)
    assert (again.import_id, again.new_lines, again.changes) == (3, 2, True)
    assert [(line.id, line.occurrence) for line in lines(books, "new")] == [(3, 0), (4, 0)]
    assert [line.id for line in lines(books, "withdrawn")] == [1, 2]
    assert check(books) == []


def test_nothing_that_was_stored_is_changed(books: SqlBooks) -> None:
    bring_in(books, bank_file(statement(transaction(1))))
    with books.read() as reader:
        before = list(reader.records(ImportFile)), list(reader.records(BankLine))
    take_back(books, 1)
    with books.read() as reader:
        imports, stored = list(reader.records(ImportFile)), list(reader.records(BankLine))
        assert (imports[:1], stored) == before
        assert (imports[1].kind, imports[1].withdraws_id) == ("withdrawal", 1)
        audit = list(reader.records(Audit))[-1]
        assert (audit.action, audit.subject, audit.reason) == (
            "withdraw import", "import:1", "wrong file",
        )  # fmt: skip


def test_booked_lines_hold_their_import(books: SqlBooks) -> None:
    bring_in(books, bank_file(statement(transaction(1), transaction(2))))
    set_state(books, 2, "booked", run_id=3)
    with pytest.raises(ReskontraError, match=r"RK598 .*line:2 \(run:3") as caught:
        take_back(books, 1)
    assert caught.value.problems[0].help == "first `reskontra undo run:3`"
    assert len(lines(books, "new")) == 1


@pytest.mark.parametrize("import_id", [0, 1, 2, 99])
def test_what_cannot_be_taken_back(books: SqlBooks, import_id: int) -> None:
    """Unknown, taken back already, itself a withdrawal."""
    bring_in(books, bank_file(statement(transaction(1))))
    take_back(books, 1)
    with pytest.raises(ReskontraError, match="RK599"):
        take_back(books, import_id)


def test_a_file_that_was_present_brings_its_lines_after_the_withdrawal(books: SqlBooks) -> None:
    """camt told first, BgMax was linked to it; the camt import goes, the money must not."""
    camt = bank_file(statement(transaction(100, "1")))
    bgmax = bank_file(statement(transaction(100, "1")), file_format="bgmax")
    bring_in(books, camt)
    assert bring_in(books, bgmax).new_lines == 0
    assert take_back(books, 1).import_again == (2,)
    assert bring_in(books, bgmax).new_lines == 1
    assert bring_in(books, camt).new_lines == 0
    assert [line.amount for line in lines(books, "new")] == [100]


def test_overlapping_imports_lose_only_their_own_lines(books: SqlBooks) -> None:
    one, two, three = transaction(1), transaction(2), transaction(3)
    bring_in(books, bank_file(statement(one, two)))
    bring_in(books, bank_file(statement(two, three)))
    take_back(books, 1)
    assert [line.amount for line in lines(books, "new")] == [3]
    assert bring_in(books, bank_file(statement(two, three))).new_lines == 1
