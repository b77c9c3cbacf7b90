"""Importing bank files: identity, feeds, refusals, receipt."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from tests.bank_files import (
    BANKGIRO,
    DAY,
    bank_file,
    books_in,
    bring_in,
    cash_account,
    lines,
    payer,
    preferences,
    statement,
    transaction,
)

from reskontra.adapters.storage.books import SqlBooks
from reskontra.engine.bank_file import Account, BankFile, Reference, Statement
from reskontra.engine.errors import ReskontraError
from reskontra.engine.ledger.records import Audit, BankLine, ImportFile, StatementRecord
from reskontra.engine.preferences import Preferences


@pytest.fixture
def books(tmp_path: Path) -> SqlBooks:
    return books_in(tmp_path)


def codes(books: SqlBooks, file: BankFile, preferred: Preferences | None = None) -> list[str]:
    """Codes of the refusal; the books must not have moved."""
    with books.read() as reader:
        before = reader.revision()
    with pytest.raises(ReskontraError) as caught:
        bring_in(books, file, preferred)
    with books.read() as reader:
        assert reader.revision() == before
    return [problem.code for problem in caught.value.problems]


def test_stores_what_the_bank_said(books: SqlBooks) -> None:
    told = transaction(
        125_000, " 12-345 ", value_date=date(2026, 11, 25), bank_reference="B1", text=("a", "b"),
        counterparty=payer("Ada AB", "1234567"), end_to_end_id="E1", batch_id="D1",
        bank_code="PMNT/RCDT/ESCT", reversal=False,
    )  # fmt: skip
    receipt = bring_in(books, bank_file(statement(told)))
    (line,) = lines(books, "new")
    assert (line.amount, line.currency, line.cash_account) == (125_000, "SEK", "bank")
    assert (line.booking_date, line.value_date) == ("2026-11-24", "2026-11-25")
    assert (line.source_id, line.payer_name, line.payer_account) == ("B1", "Ada AB", "1234567")
    assert line.text == "a\nb"
    assert json.loads(line.references) == [[" 12-345 ", "payment_reference", None, "unchecked"]]
    assert (receipt.import_id, receipt.new_lines, len(receipt.present), receipt.changes) == (
        1,
        1,
        0,
        True,
    )
    with books.read() as reader:
        (record,) = reader.records(ImportFile)
        assert record.receipt == receipt.to_json()
        (audit,) = reader.records(Audit)
        assert (audit.actor, audit.action, audit.subject) == ("kim", "import bank", "import:1")


def test_same_file_again_changes_nothing(books: SqlBooks) -> None:
    file = bank_file(statement(transaction(100, "1"), transaction(100, "1"), transaction(7)))
    first = bring_in(books, file)
    with books.read() as reader:
        revision = reader.revision()
    again = bring_in(books, file, name="copy.xml")
    assert (again.changes, again.new_lines, len(again.present)) == (False, 0, 3)
    assert again.import_id == first.import_id
    assert [present.equals for present in again.present] == [1, 2, 3]
    with books.read() as reader:
        assert reader.revision() == revision


def test_overlap_adds_only_what_is_new(books: SqlBooks) -> None:
    one, two, three = transaction(100, "1"), transaction(200, "2"), transaction(300, "3")
    bring_in(books, bank_file(statement(one, two)))
    receipt = bring_in(books, bank_file(statement(two, three)))
    assert (receipt.new_lines, len(receipt.present), receipt.changes) == (1, 1, True)
    assert [(present.file_line, present.equals) for present in receipt.present] == [(10, 2)]
    assert [line.amount for line in lines(books, "new")] == [100, 200, 300]


def test_twins_in_one_file_stay_two_and_a_third_is_new(books: SqlBooks) -> None:
    twin = transaction(10_000, "77", counterparty=payer("Ada"))
    bring_in(books, bank_file(statement(twin, twin)))
    receipt = bring_in(books, bank_file(statement(twin, twin, twin)))
    assert (receipt.new_lines, len(receipt.present)) == (1, 2)
    assert [line.occurrence for line in lines(books, "new")] == [0, 1, 2]


def test_weekly_equal_payments_are_not_one(books: SqlBooks) -> None:
    """Actual #5354: a weekly 100 ate the one of the week before."""
    bring_in(books, bank_file(statement(transaction(100, "1"))))
    later = transaction(100, "1", booking_date=DAY + timedelta(days=7))
    assert bring_in(books, bank_file(statement(later))).new_lines == 1


def test_bank_ids_are_used_again_next_year(books: SqlBooks) -> None:
    """OCA bank-statement-import #65: ids that start anew each year made lines vanish."""
    bring_in(books, bank_file(statement(transaction(100, bank_reference="0001"))))
    late = transaction(100, bank_reference="0001", booking_date=DAY.replace(year=2027))
    made = bank_file(statement(late), created="2027-11-24T06:00:00")
    assert bring_in(books, made).new_lines == 1


def test_parts_of_a_batch_share_the_bank_reference_and_stay_apart(books: SqlBooks) -> None:
    """OCA bank-statement-import #475: several entries with one transaction id."""
    parts = [
        transaction(100, "1", bank_reference="BATCH"),
        transaction(100, "2", bank_reference="BATCH"),
        transaction(250, "3", bank_reference="BATCH"),
    ]
    bring_in(books, bank_file(statement(*parts)))
    assert len({line.identity for line in lines(books)}) == 3
    assert bring_in(books, bank_file(statement(*parts, transaction(9, "4")))).new_lines == 1


def test_a_bank_reference_outlives_another_spelling_of_the_text(books: SqlBooks) -> None:
    short = transaction(100, "1", bank_reference="B1", text=("Payment",))
    bring_in(books, bank_file(statement(short)))
    assert (
        bring_in(books, bank_file(statement(short._replace(text=("Payment Nov",))))).new_lines == 0
    )


def test_newer_version_of_the_format_is_the_same_money(books: SqlBooks) -> None:
    line = transaction(100, "1")
    bring_in(books, bank_file(statement(line), file_format="camt.054.001.02"))
    assert bring_in(books, bank_file(statement(line), file_format="camt.054.001.08")).new_lines == 0


def test_only_booked_lines_are_money(books: SqlBooks) -> None:
    receipt = bring_in(
        books,
        bank_file(
            statement(
                transaction(1, status="pending"), transaction(2, status="information"),
                transaction(3),
            )
        ),
    )  # fmt: skip
    assert (receipt.new_lines, receipt.pending, receipt.information) == (1, 1, 1)
    assert [line.amount for line in lines(books)] == [3]


def test_reversal_keeps_sign_and_flag(books: SqlBooks) -> None:
    bring_in(books, bank_file(statement(transaction(-100, "1", reversal=True), transaction(-100))))
    assert [(line.amount, line.reversal) for line in lines(books)] == [(-100, True), (-100, False)]


def test_source_id_is_what_the_file_gave(books: SqlBooks) -> None:
    told = [
        transaction(1, bank_reference="B", end_to_end_id="E"), transaction(2, end_to_end_id="E"),
        transaction(3, end_to_end_id="NOTPROVIDED", batch_id="N"), transaction(4),
    ]  # fmt: skip
    bring_in(books, bank_file(statement(*told)))
    assert [line.source_id for line in lines(books)] == ["B", "E", "N", "line 13"]


def test_sums_are_of_new_money_in_and_out(books: SqlBooks) -> None:
    receipt = bring_in(books, bank_file(statement(transaction(500), transaction(-200))))
    assert [(s.currency, s.money_in, s.money_out) for s in receipt.sums] == [("SEK", 500, -200)]


# One feed carries the money


DAY_LINES = [
    transaction(125_000, "12345", bank_reference="S1", batch_id="D1"),
    transaction(70_000, "777", bank_reference="S2", batch_id="D1"),
    transaction(70_000, "888", bank_reference="S3", batch_id="D1"),
]


def three_files(*, ids: bool) -> list[BankFile]:
    """One day as camt.053 (a lump sum), camt.054 and BgMax (details)."""
    details = DAY_LINES
    bgmax = DAY_LINES
    if not ids:
        details = [line._replace(bank_reference="", batch_id="") for line in DAY_LINES]
        bgmax = [line._replace(bank_reference=f"BGC{i}") for i, line in enumerate(DAY_LINES)]
    giro = Account("00" + BANKGIRO, "bankgiro")
    return [
        bank_file(
            statement(transaction(265_000, bank_reference="D1"), kind="statement", id="53"),
            file_format="camt.053.001.08", message_id="M53",
        ),
        bank_file(statement(*details, id="54"), message_id="M54"),
        bank_file(
            statement(*bgmax, account=giro, id="dep 1"),
            file_format="bgmax",
            message_id="20261124",
        ),
    ]  # fmt: skip


def ledger(books: SqlBooks) -> list[tuple[str, str, int, str]]:
    """What the books hold of the bank: state, date, amount, references."""
    return sorted(
        (state, line.booking_date, line.amount, line.references)
        for state in ("new", "reconciles", "withdrawn")
        for line in lines(books, state)
    )


@pytest.mark.parametrize("ids", [True, False])
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_six_orders_give_the_same_ledger(tmp_path: Path, order: tuple[int, ...], ids: bool) -> None:
    files = three_files(ids=ids)
    reference, books = books_in(tmp_path), books_in(tmp_path)
    for file in files:
        bring_in(reference, file)
    for index in order:
        bring_in(books, files[index])
    assert ledger(books) == ledger(reference)
    assert [row[0] for row in ledger(books)] == ["new"] * 3 + ["reconciles"]
    for index in reversed(order):
        assert not bring_in(books, files[index]).changes
    assert ledger(books) == ledger(reference)


def test_every_line_told_twice_is_listed_with_its_equal(books: SqlBooks) -> None:
    """By amount and reference, whatever the order in the file."""
    _, camt, bgmax = three_files(ids=False)
    bring_in(books, camt)
    (section,) = bgmax.statements
    turned = replace(section, transactions=tuple(reversed(section.transactions)))
    receipt = bring_in(books, replace(bgmax, statements=(turned,)))
    assert receipt.new_lines == 0
    assert [(p.file_line, p.equals, p.by) for p in receipt.present] == [
        (10, 1, "amounts"), (11, 2, "amounts"), (12, 3, "amounts"),
    ]  # fmt: skip
    assert receipt.warnings == ()


def test_statement_feed_is_the_other_way_round(books: SqlBooks) -> None:
    preferred = preferences(cash_account(feed="statement"))
    for file in three_files(ids=True):
        bring_in(books, file, preferred)
    assert [line.amount for line in lines(books, "new")] == [265_000]
    assert [line.amount for line in lines(books, "reconciles")] == [125_000, 70_000, 70_000] * 2


@pytest.mark.parametrize("feed", ["details", "statement"])
def test_account_report_never_carries_money(books: SqlBooks, feed: str) -> None:
    report = bank_file(statement(transaction(5), kind="report"), file_format="camt.052.001.08")
    receipt = bring_in(books, report, preferences(cash_account(feed=feed)))
    assert (receipt.new_lines, receipt.reconciling_lines, receipt.sums) == (0, 1, ())


def test_statement_and_details_of_one_payment_with_one_id_are_both_kept(books: SqlBooks) -> None:
    line = transaction(100, "1", bank_reference="B1")
    statement_file = bank_file(
        statement(line, kind="statement"), file_format="camt.053.001.08"
    )  # fmt: skip
    bring_in(books, statement_file)
    assert bring_in(books, bank_file(statement(line))).new_lines == 1


def test_overlap_that_cannot_be_linked_stops(books: SqlBooks) -> None:
    bring_in(books, bank_file(statement(transaction(100, "1"), transaction(200, "2"))))
    bgmax = bank_file(statement(transaction(100, "1")), file_format="bgmax")
    assert codes(books, bgmax) == ["RK513"]


def test_shared_ids_link_a_part_of_the_day(books: SqlBooks) -> None:
    bring_in(books, bank_file(statement(*DAY_LINES[:2])))
    receipt = bring_in(books, bank_file(statement(*DAY_LINES), file_format="bgmax"))
    assert (receipt.new_lines, len(receipt.present)) == (1, 2)
    assert [p.by for p in receipt.present] == ["bank_reference", "bank_reference"]


def test_known_deposit_with_another_sum_stops(books: SqlBooks) -> None:
    bring_in(books, bank_file(statement(transaction(100, batch_id="D1"))))
    other = bank_file(statement(transaction(101, batch_id="D1")), file_format="bgmax")
    assert codes(books, other) == ["RK513"]


def test_second_equal_deposit_of_the_day_is_not_swallowed(books: SqlBooks) -> None:
    """camt told of one payment; BgMax tells of it, and later of a second one just like it."""
    camt = bank_file(statement(transaction(100, "1")))
    first = bank_file(
        statement(transaction(100, "1", bank_reference="A", batch_id="1")), file_format="bgmax"
    )
    second = bank_file(
        statement(transaction(100, "1", bank_reference="B", batch_id="2")), file_format="bgmax"
    )
    bring_in(books, camt)
    assert bring_in(books, first).new_lines == 0
    assert bring_in(books, second).new_lines == 1
    assert not bring_in(books, first).changes
    assert not bring_in(books, second).changes


def test_lump_then_parts_stops_and_parts_then_lump_links(tmp_path: Path) -> None:
    lump = bank_file(statement(transaction(265_000, batch_id="D1")))
    parts = bank_file(statement(*DAY_LINES), file_format="bgmax")
    first, second = books_in(tmp_path), books_in(tmp_path)
    bring_in(first, lump)
    assert codes(first, parts) == ["RK513"]
    bring_in(second, parts)
    assert bring_in(second, lump).new_lines == 0


def test_linked_by_amount_with_other_references_is_warned_of(books: SqlBooks) -> None:
    bring_in(books, bank_file(statement(transaction(100, "1"))))
    receipt = bring_in(books, bank_file(statement(transaction(100, "2")), file_format="bgmax"))
    assert receipt.new_lines == 0
    assert [problem.code for problem in receipt.warnings] == ["RK513"]


# Refusals and warnings


def test_test_file_is_refused_in_a_live_company_only(books: SqlBooks) -> None:
    file = bank_file(statement(transaction(1)), test=True)
    assert codes(books, file) == ["RK510"]
    receipt = bring_in(books, file, preferences(mode="test"))
    assert [problem.code for problem in receipt.warnings] == ["RK510"]


def test_all_errors_come_at_once(books: SqlBooks) -> None:
    strange = statement(transaction(1), account=Account("SE00", "iban"))
    euro = statement(transaction(1, currency="EUR"), currency="EUR")
    old = statement(transaction(1, booking_date=date(1010, 3, 24)))
    assert codes(books, bank_file(strange, euro, old)) == ["RK511", "RK512", "RK516"]


def test_a_file_that_names_no_account_is_told_so(books: SqlBooks) -> None:
    nameless = bank_file(statement(transaction(1), account=Account("", "other")))
    with pytest.raises(ReskontraError) as raised:
        bring_in(books, nameless)
    (problem,) = raised.value.problems
    assert problem.code == "RK511"
    assert problem.message.startswith("the file does not say whose account it is about")
    assert "--account" in problem.help


def test_account_of_the_right_currency_is_found(books: SqlBooks) -> None:
    preferred = preferences(cash_account(), cash_account(id="bank-eur", currency="EUR"))
    euro = statement(transaction(1, currency="EUR"), currency="EUR")
    bring_in(books, bank_file(euro), preferred)
    assert [line.cash_account for line in lines(books)] == ["bank-eur"]


def test_line_in_another_currency_than_its_account(books: SqlBooks) -> None:
    assert codes(books, bank_file(statement(transaction(1, currency="EUR")))) == ["RK512"]


@pytest.mark.parametrize("day", [date(1989, 12, 31), date(2027, 11, 26)])
def test_date_that_cannot_be(books: SqlBooks, day: date) -> None:
    assert codes(books, bank_file(statement(transaction(1, booking_date=day)))) == ["RK516"]


def test_known_ids_with_other_content(books: SqlBooks) -> None:
    bring_in(books, bank_file(statement(transaction(1), id="S"), message_id="M"))
    changed = bank_file(statement(transaction(2), id="S"), message_id="M")
    assert codes(books, changed) == ["RK514"]
    assert bring_in(books, replace(changed, message_id="N")).new_lines == 1


def test_page_needs_the_page_before_it(books: SqlBooks) -> None:
    second = bank_file(statement(transaction(2), id="S", page=2))
    assert codes(books, second) == ["RK515"]
    first = bring_in(books, bank_file(statement(transaction(1), id="S", last_page=False)))
    assert [problem.code for problem in first.warnings] == ["RK515"]
    assert bring_in(books, second).warnings == ()


def test_pages_of_a_message_hold_other_statements(books: SqlBooks) -> None:
    first = bank_file(statement(transaction(1), id="S1", last_page=False), message_id="M")
    second = bank_file(statement(transaction(2), id="S2", page=2), message_id="M")
    assert codes(books, second) == ["RK515"]
    bring_in(books, first)
    assert bring_in(books, second).new_lines == 1
    stranger = replace(second, message_id="N")
    assert codes(books, stranger) == ["RK515"]


def test_a_statement_that_adds_up_is_whole_whatever_its_page(books: SqlBooks) -> None:
    """A bank numbers its daily messages as page 2 and never sends a page 1."""
    whole = replace(balanced(1, 0, 100), page=2)
    assert bring_in(books, camt_053(whole)).warnings == ()
    part = replace(balanced(2, 100, 100), page=2, closing=300)
    assert codes(books, camt_053(part)) == ["RK515"]


def balanced(number: int, opening: int, amount: int, **changes: object) -> Statement:
    """Statement ``number`` of a month, with a balance."""
    day = date(2026, 11, number)
    return statement(
        transaction(amount, f"{number}", booking_date=day), kind="statement", id=f"S{number}",
        sequence=str(number), opening=opening, closing=opening + amount, booking_date=day, **changes
    )  # fmt: skip


def camt_053(*statements: Statement) -> BankFile:
    return bank_file(*statements, file_format="camt.053.001.08")


def warned(books: SqlBooks, file: BankFile) -> list[str]:
    return [problem.code for problem in bring_in(books, file).warnings]


def test_statements_that_follow_each_other_are_not_warned_of(books: SqlBooks) -> None:
    assert warned(books, camt_053(balanced(1, 0, 100), balanced(2, 100, 50))) == []
    assert warned(books, camt_053(balanced(3, 150, 1))) == []


def test_missing_statement_is_warned_of(books: SqlBooks) -> None:
    bring_in(books, camt_053(balanced(1, 0, 100)))
    assert warned(books, camt_053(balanced(3, 150, 1))) == ["RK518", "RK518"]
    assert warned(books, camt_053(balanced(2, 100, 50))) == ["RK517"]


@pytest.mark.parametrize(("check", "expected"), [("warn", ["RK519"]), ("off", [])])
def test_balance_that_does_not_add_up(books: SqlBooks, check: str, expected: list[str]) -> None:
    wrong = camt_053(replace(balanced(1, 0, 100), closing=90))
    assert codes(books, wrong) == ["RK519"]
    receipt = bring_in(books, wrong, preferences(cash_account(balance_check=check)))
    assert [problem.code for problem in receipt.warnings] == expected


def test_empty_file_is_kept_as_an_import(books: SqlBooks) -> None:
    assert bring_in(books, bank_file()).changes
    assert not bring_in(books, bank_file()).changes


def test_lines_without_any_id_differ_by_text_and_payer(books: SqlBooks) -> None:
    told = [
        transaction(1, text=("a",)), transaction(1, text=("b",)),
        transaction(1, text=("a",), counterparty=payer("Ada")),
        transaction(1, text=("a",), counterparty=payer("", "77")),
    ]  # fmt: skip
    bring_in(books, bank_file(statement(*told)))
    assert len({line.identity for line in lines(books)}) == 4


def test_statement_totals_and_ids_are_dense(books: SqlBooks) -> None:
    bring_in(books, bank_file(statement(transaction(1)), statement(transaction(2), id="B")))
    bring_in(books, bank_file(statement(transaction(3), id="C")))
    with books.read() as reader:
        assert [(s.id, s.import_id, s.total) for s in reader.records(StatementRecord)] == [
            (1, 1, 1), (2, 1, 2), (3, 2, 3),
        ]  # fmt: skip
        assert [line.statement_id for line in reader.records(BankLine)] == [1, 2, 3]


def test_reference_written_with_zeros_is_the_same(books: SqlBooks) -> None:
    line = transaction(100, "00123")
    bring_in(books, bank_file(statement(line)))
    other = line._replace(references=(Reference("123 ", "payment_reference"),))
    assert bring_in(books, bank_file(statement(other))).new_lines == 0
