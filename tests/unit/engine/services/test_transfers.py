"""Every voucher is handed over in exactly one transfer, and its file is the same for ever, on both
databases."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reskontra.adapters.formats import sie
from reskontra.adapters.storage.books import SqlBooks
from reskontra.adapters.storage.opening import open_books
from reskontra.config.company import load_company
from reskontra.config.scaffold import create as scaffold
from reskontra.config.workspace import load_workspace
from reskontra.engine.errors import ReskontraError
from reskontra.engine.ledger.auditing import Actor
from reskontra.engine.ledger.document_records import Document
from reskontra.engine.ledger.records import Audit, JournalEntry, JournalLine, Transfer
from reskontra.engine.ledger.transfers import not_handed_over, transfers_are_whole
from reskontra.engine.ledger.works import document
from reskontra.engine.ports import Reader
from reskontra.engine.preferences import Preferences
from reskontra.engine.services import transfers
from reskontra.engine.vouchers import VoucherFile

C = "ACME"
ANNA = Actor("anna", "month end", "2026-12-01T10:00:00Z")
Lines = tuple[tuple[str, int, int | None], ...]
"""Account, amount in base currency, document."""


@pytest.fixture(scope="module")
def preferences(tmp_path_factory: pytest.TempPathFactory) -> Preferences:
    folder = tmp_path_factory.mktemp("workspace") / "workspace"
    scaffold(folder, country="se", company="nord", name="Nord AB", login="anna")
    return load_company(load_workspace(folder), "nord").preferences


def book(books: SqlBooks, *vouchers: tuple[str, str, Lines]) -> None:
    """Vouchers (date, text, lines) as a run would leave them."""
    with books.write() as writer:
        for date, text, lines in vouchers:
            number = writer.last_id(JournalEntry) + 1
            writer.append(
                [JournalEntry(C, number, "journal", f"J{number}", date, text, 1, "d", None)]
            )
            after = writer.last_id(JournalLine) + 1
            writer.append(
                [
                    JournalLine(
                        C, after + at, number, at + 1, account, "role", "EUR", amount // 10, amount,
                        None, about,
                    )
                    for at, (account, amount, about) in enumerate(lines)
                ]
            )  # fmt: skip


def summarise(preferences: Preferences) -> Preferences:
    posting = replace(preferences.ledger.posting, summarised=True)
    return replace(preferences, ledger=replace(preferences.ledger, posting=posting))


def content(reader: Reader, number: str) -> VoucherFile:
    return transfers.content(reader, transfers.transfer_of(reader, number), "SEK")


def told(reader: Reader) -> list[str]:
    return [problem.message for problem in not_handed_over(reader)]


def test_each_voucher_is_transferred_once(books: SqlBooks, preferences: Preferences) -> None:
    def create(as_of: str = "") -> tuple[Transfer | None, int]:
        return transfers.create(books, preferences, as_of=as_of, actor=ANNA)

    assert create() == (None, 0)
    pay: Lines = (("1930", 100, None), ("1510", -100, None))
    book(books, ("2026-11-29", "a", pay), ("2026-12-01", "b", pay), ("2026-11-30", "c", pay))
    assert create("2026-11-28") == (None, 3)
    first, left = create("2026-11-30")
    assert first is not None
    assert (first.number, first.first_entry_id, first.last_entry_id, left) == ("1", 1, 1, 2)
    days = "2026-11-30 to 2026-12-01"
    with books.read() as reader:
        assert told(reader) == [
            "not transferred to the general ledger: 2 of the vouchers, dated " + days,
            "transfer 1 of 2026-12-01 is not acknowledged",
        ]
    second, left = create()
    assert second is not None
    assert (second.first_entry_id, second.last_entry_id, left) == (2, 3, 0)
    assert create() == (None, 0)

    transfers.acknowledge(books, "1", reference="K12", actor=ANNA)
    with pytest.raises(ReskontraError, match=r"RK879 .*'K12' by anna on 2026-12-01"):
        transfers.acknowledge(books, "1", reference="K13", actor=ANNA)
    with pytest.raises(ReskontraError, match="RK877 there is no transfer '3'"):
        transfers.acknowledge(books, "3", reference="K13", actor=ANNA)
    with books.read() as reader:
        assert told(reader) == ["transfer 2 of 2026-12-01 is not acknowledged"]
        assert [row["reference"] for row in transfers.listing(reader)] == ["K12", ""]
        assert list(transfers_are_whole(reader)) == []
        assert [(a.action, a.subject, a.detail, a.reason) for a in reader.records(Audit)] == [
            ("create transfer", "transfer:1", "vouchers 1 to 1", "month end"),
            ("create transfer", "transfer:2", "vouchers 2 to 3", "month end"),
            ("acknowledge transfer", "transfer:1", "K12", "month end"),
        ]


def test_a_file_stays_the_same_and_is_compared(books: SqlBooks, preferences: Preferences) -> None:
    with books.write() as writer:
        made = document(
            C, "invoice", customer_id=None, document_date="2026-11-20", due_date="2026-12-20",
            currency="EUR", amount=10, base_amount=100, account="1510",
        )  # fmt: skip
        writer.append([Document(*made._replace(id=1, number="1", branch="syd", run_id=1))])
    book(
        books,
        ("2026-11-20", "Ek AB 4711", (("1510", 100, 1), ("3001", -60, 1), ("3001", -40, 1))),
        ("2026-11-20", "Ek AB 4712", (("1510", 7, None), ("1510", -7, None), ("1930", 0, None))),
        ("2026-11-21", "", (("1930", 5, None), ("1510", -5, None))),
    )
    transfers.create(books, preferences, as_of="2026-11-20", actor=ANNA)
    transfers.create(books, summarise(preferences), as_of="", actor=ANNA)
    book(books, ("2026-11-20", "later", (("1930", 9, 1), ("1510", -9, 1))))
    with books.read() as reader:
        ours = content(reader, "1")
    assert [(v.text, [tuple(line) for line in v.lines]) for v in ours.vouchers] == [
        ("J1 Ek AB 4711", [("1510", 100, "syd"), ("3001", -60, "syd"), ("3001", -40, "syd")]),
        ("J2 Ek AB 4712", [("1510", 7, ""), ("1510", -7, "")]),
    ]
    assert (ours.company_name, ours.made_on, ours.made_by) == ("Nord AB", "2026-12-01", "anna")
    assert list(transfers.turnover(ours)) == [
        {"account": "1510", "currency": "SEK", "debit": 107, "credit": 7, "balance": 100},
        {"account": "3001", "currency": "SEK", "debit": 0, "credit": 100, "balance": -100},
    ]
    assert list(transfers.table(ours, "1"))[1] == {
        "transfer": "1", "voucher": "J1", "date": "2026-11-20", "text": "Ek AB 4711",
        "account": "3001", "branch": "syd", "currency": "SEK", "amount": "-0.60",
    }  # fmt: skip

    data, warnings = sie.write(ours)
    assert warnings == ()
    assert list(transfers.differences(ours, sie.read(data, file="1.si"))) == []
    with books.read() as reader:
        other = content(reader, "2")
    assert list(transfers.differences(ours, other)) == [
        "voucher J1 of 2026-11-20 is missing", "voucher J2 of 2026-11-20 is missing",
    ]  # fmt: skip
    twice = replace(ours, vouchers=(*ours.vouchers, ours.vouchers[0]))
    assert list(transfers.differences(ours, twice)) == [
        "voucher J1, account 1510: 2.00 in the file, 1.00 in the journal",
        "voucher J1, account 3001: -2.00 in the file, -1.00 in the journal",
    ]
    foreign = replace(ours, currency="EUR")
    assert list(transfers.differences(ours, foreign)) == ["the file is in EUR, the transfer in SEK"]


def test_a_summarised_transfer_has_a_voucher_per_day(
    books: SqlBooks, preferences: Preferences
) -> None:
    book(
        books,
        ("2026-11-20", "a", (("1930", 100, None), ("1510", -100, None))),
        ("2026-11-21", "b", (("1930", 1, None), ("1510", -1, None))),
        ("2026-11-20", "c", (("1930", 20, None), ("1510", -15, None), ("3740", -5, None))),
        ("2026-11-20", "a taken back", (("1930", -100, None), ("1510", 100, None))),
    )
    transfers.create(books, summarise(preferences), as_of="", actor=ANNA)
    with books.read() as reader:
        found = content(reader, "1")
    assert [(v.date, v.text, [tuple(line)[:2] for line in v.lines]) for v in found.vouchers] == [
        (
            "2026-11-20", "1/2026-11-20 vouchers J1 to J4",
            [("1510", 100), ("1930", 120), ("1510", -115), ("1930", -100), ("3740", -5)],
        ),
        ("2026-11-21", "1/2026-11-21 vouchers J2 to J2", [("1930", 1), ("1510", -1)]),
    ]  # fmt: skip
    assert list(transfers.differences(found, sie.read(sie.write(found)[0], file="1.si"))) == []


def test_what_was_transferred_does_not_change_with_the_configuration(
    books: SqlBooks, preferences: Preferences
) -> None:
    book(books, ("2026-11-20", "a", (("1930", 100, None), ("1510", -100, None))))
    transfers.create(books, preferences, as_of="", actor=ANNA)
    renamed = replace(preferences, company=replace(preferences.company, name="Syd AB"))
    assert transfers.create(books, summarise(renamed), as_of="", actor=ANNA) == (None, 0)
    with books.read() as reader:
        found = content(reader, "1")
    assert (found.company_name, found.vouchers[0].text) == ("Nord AB", "J1 a")


DAYS = st.sampled_from([f"2026-11-{day}" for day in range(27, 31)])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("book"), DAYS, st.integers(1, 999)),
        st.tuples(st.just("transfer"), st.one_of(DAYS, st.just("")), st.booleans()),
    ),
    max_size=12,
)


@settings(max_examples=15, deadline=None)
@given(STEPS)
def test_all_transfers_together_are_the_journal(
    sqlite_template: Path,
    preferences: Preferences,
    steps: list[tuple[str, str, int]],
) -> None:
    with TemporaryDirectory() as folder:
        shutil.copy(sqlite_template, path := Path(folder) / "books.sqlite")
        books = open_books(f"sqlite:///{path}", C)
        for kind, day, number in [*steps, ("transfer", "", 0)]:
            if kind == "book":
                book(books, (day, "x", (("1930", number, None), ("1510", -number, None))))
            else:
                setting = summarise(preferences) if number else preferences
                transfers.create(books, setting, as_of=day, actor=ANNA)
        with books.read() as reader:
            assert list(transfers_are_whole(reader)) == []
            files = [content(reader, made.number) for made in reader.records(Transfer)]
            sums: dict[tuple[str, str], int] = {}
            for file in files:
                for voucher in sie.read(sie.write(file)[0], file="x.si").vouchers:
                    for line in voucher.lines:
                        key = (voucher.date, line.account)
                        sums[key] = sums.get(key, 0) + line.amount
            journal: dict[tuple[str, str], int] = {}
            dates = {entry.id: entry.entry_date for entry in reader.records(JournalEntry)}
            for row in reader.records(JournalLine):
                key = (dates[row.entry_id], row.account)
                journal[key] = journal.get(key, 0) + row.base_amount
            assert sums == journal
            assert told(reader) == [
                f"transfer {made.number} of 2026-12-01 is not acknowledged"
                for made in reader.records(Transfer)
            ]
