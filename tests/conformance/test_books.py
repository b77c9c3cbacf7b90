"""The books keep their promises (``engine.ports``), alike on SQLite and PostgreSQL."""

from __future__ import annotations

import threading

import polars as pl
import pytest
from tests.sample_rows import bank_line, customer, invoice, rows

from reskontra.adapters.storage.books import SqlBooks
from reskontra.adapters.storage.opening import open_books
from reskontra.adapters.storage.tables import TABLES
from reskontra.engine.errors import Exit, ReskontraError
from reskontra.engine.ledger.records import (
    APPEND_ONLY,
    BankLine,
    BankLineState,
    Customer,
    Document,
    DocumentReference,
    OpenItem,
    Record,
    SeriesCounter,
    StatementRecord,
)


@pytest.fixture
def filled(books: SqlBooks) -> SqlBooks:
    """Books with three rows in every table."""
    with books.write() as writer:
        for records in rows().values():
            writer.append(records)
    return books


def code(error: pytest.ExceptionInfo[ReskontraError]) -> str:
    return error.value.problems[0].code


@pytest.mark.parametrize("kind", TABLES, ids=lambda kind: kind.__name__)
def test_every_kind_comes_back_as_it_was_written(filled: SqlBooks, kind: type[Record]) -> None:
    expected = rows()[kind]
    with filled.read() as reader:
        found = list(reader.records(kind))
        frame = reader.frame(kind)
        assert reader.count(kind) == 3
        assert reader.last_id(kind) == (3 if "id" in kind._fields else 0)
    assert found == expected
    assert [list(map(type, record)) for record in found] == [
        list(map(type, record)) for record in expected
    ]
    assert all(type(record) is kind for record in found)
    assert frame.columns == list(kind._fields)
    assert frame.rows() == [tuple(record) for record in expected]
    dtypes = {int: pl.Int64, str: pl.String, bool: pl.Boolean}
    assert frame.dtypes == [dtypes[column.type] for column in TABLES[kind].columns]


def test_empty_books(books: SqlBooks) -> None:
    with books.read() as reader:
        assert reader.revision() == 0
        assert list(reader.records(Document)) == []
        for frame in (
            reader.frame(Document),
            reader.line_frame(["new"]),
            reader.item_frame(),
            reader.key_frame(),
            reader.key_frame(["1"]),
        ):
            assert frame.height == 0
        assert reader.newest_booking() == ""
        assert reader.frame(Customer).schema["write_off"] == pl.Boolean
        assert reader.item_frame().schema["disputed"] == pl.Boolean
    assert books.tampering() == []


def test_equality_lists_nothing_and_truth(filled: SqlBooks) -> None:
    with filled.read() as reader:

        def ids(**equals: object) -> list[int]:
            return [record.id for record in reader.records(Document, **equals)]

        assert ids(id=2) == [2]
        assert ids(id=[3, 1, 3]) == [1, 3]
        assert ids(number=["2026-0002", "nothing"]) == [2]
        assert ids(number=[]) == []
        assert reader.count(Document, number=[]) == 0
        assert ids(run_id=None) == [1, 2, 3]
        assert ids(run_id=None, disputed=True) == [2]
        assert ids(disputed=False) == [1, 3]
        assert reader.count(Document, disputed=False, number="2026-0001") == 1
        assert reader.frame(Document, ["id", "disputed"], id=[1, 2]).rows() == [
            (1, False),
            (2, True),
        ]
        with pytest.raises(KeyError, match="no field 'colour'"):
            ids(colour="red")


def test_a_list_of_many_values_is_one_question(filled: SqlBooks) -> None:
    with filled.read() as reader:
        keys = [f"2026{n:04d}" for n in range(60_000)]
        assert [r.id for r in reader.records(DocumentReference, key=keys)] == [1, 2, 3]


def test_frames_for_matching(filled: SqlBooks) -> None:
    with filled.write() as writer:
        writer.replace([BankLineState("ACME", 2, "booked", "D2", 1)])
        writer.remove(OpenItem, [3])
    with filled.read() as reader:
        lines = reader.line_frame(["new", "review"])
        assert lines.columns == [*BankLine._fields, "state"]
        assert lines["id"].to_list() == [1, 3]
        assert lines["reversal"].to_list() == [False, True]
        assert lines["state"].to_list() == ["new", "new"]
        assert reader.line_frame([]).height == 0
        assert reader.line_frame(["new"], since=reader.newest_booking()).height >= 1
        assert reader.line_frame(["new"], since="2999-01-01").height == 0
        items = reader.item_frame()
        assert items["document_id"].to_list() == [1, 2]
        assert items["disputed"].to_list() == [True, False], "what people said since holds"
        assert items["number"].to_list() == ["2026-0001", "2026-0002"]
        assert items["discount_date"].to_list() == [None, None]
        assert items["discount_date"].dtype == pl.String
        keys = [(i, f"2026{i:04d}", "number") for i in (1, 2, 3)]
        assert reader.key_frame().rows() == keys
        assert reader.key_frame([]).rows() == keys[:2], "the third is closed"
        assert reader.key_frame(["20260003", "nothing"]).rows() == keys


def test_what_is_asked_of_open_documents(filled: SqlBooks) -> None:
    with filled.write() as writer:
        first, *_ = writer.records(Document, id=1)
        discounted = first._replace(discount_amount=25, discount_date="2026-11-20")
        writer.append(
            [discounted._replace(id=4, number="A4"), discounted._replace(id=5, number="A5")]
        )
        writer.append([DocumentReference("ACME", 4 + n, 4 + n, "order", key, key)
                       for n, key in enumerate(("ÅÄ7", "ÅÄ77"))])  # fmt: skip
        writer.replace([OpenItem("ACME", 4, 1, "invoice", "SEK", 1025)])
        assert writer.count(OpenItem) == 4
    with filled.read() as reader:
        found = reader.discounted_frame([1, 1000], "2026-11-20")
        assert found.rows() == [(4, "SEK", 1000)], "5 is closed"
        for amounts, day in (([1000], "2026-11-21"), ([1025], "2026-11-20")):
            none = reader.discounted_frame(amounts, day)
            assert (none.height, none.schema) == (0, found.schema)
        assert reader.has_key_form(8, "20")
        assert reader.has_key_form(3, "ÅÄ")
        assert not reader.has_key_form(4, "ÅÄ"), "its document is closed"
        assert not reader.has_key_form(7, "20")
        assert not reader.has_key_form(8, "2027")
        assert reader.frame(OpenItem, ("document_id",), open_amount=[1025]).rows() == [(4,)]


def test_a_frame_of_many_batches_keeps_types_and_order(books: SqlBooks) -> None:
    """The first batch holds nothing in a column that has values later."""
    number = 12_000
    documents = [
        invoice(i, due=None if i <= 10_000 else "2026-10-31") for i in range(1, number + 1)
    ]
    with books.write() as writer:
        writer.append(documents)
    with books.read() as reader:
        frame = reader.frame(Document)
        assert frame.rows() == [tuple(document) for document in documents]
        assert list(reader.records(Document)) == documents
    assert books.tampering() == []


def test_text_sorts_by_its_bytes(books: SqlBooks) -> None:
    """A server's locale must not decide the order: ``a`` after ``Z``, ``å`` after ``ö``-less."""
    keys = ["å", "Z", "a", "10", "9", "Ö", "zz", "", "\U0001f600", "\uffff"]
    references = [
        DocumentReference("ACME", i, 1, "legacy", key, key) for i, key in enumerate(keys, 1)
    ]
    with books.write() as writer:
        writer.append(references)
        writer.replace([SeriesCounter("ACME", key, key, "1", 1) for key in keys])
    expected = sorted(keys, key=str.encode)
    with books.read() as reader:
        assert reader.key_frame()["key"].to_list() == expected
        assert [counter.row for counter in reader.records(SeriesCounter)] == expected


def test_companies_do_not_see_each_other(books: SqlBooks, books_url: str) -> None:
    other = open_books(books_url, "ÖBERG")
    with books.write() as writer:
        writer.append([invoice(1)])
    with other.write() as writer:
        writer.append([invoice(1, company="ÖBERG"), invoice(2, company="ÖBERG")])
    with books.read() as reader, other.read() as theirs:
        assert (reader.count(Document), theirs.count(Document)) == (1, 2)
        assert (reader.last_id(Document), theirs.last_id(Document)) == (1, 2)
    assert books.tampering() == other.tampering() == []


def test_a_writer_takes_no_rows_of_another_company(books: SqlBooks) -> None:
    with pytest.raises(AssertionError, match="other company"), books.write() as writer:
        writer.append([invoice(1, company="ÖBERG")])


def test_a_writer_reads_what_it_wrote(books: SqlBooks) -> None:
    with books.write() as writer:
        writer.append([invoice(1)])
        writer.append([invoice(2)])
        assert writer.last_id(Document) == 2
        assert writer.revision() == 0
        assert [record.id for record in writer.records(Document)] == [1, 2]


def test_revision_counts_transactions_that_wrote(filled: SqlBooks) -> None:
    def revision() -> int:
        with filled.read() as reader:
            return reader.revision()

    assert revision() == 1
    with filled.write() as writer:
        writer.append([])
        writer.replace([])
        writer.remove(OpenItem, [])
        writer.remove(OpenItem, [99])
    assert revision() == 1
    with filled.write() as writer:
        writer.remove(OpenItem, [1])
        writer.append([invoice(4)])
    assert revision() == 2


def test_masters_and_projections_are_replaced(filled: SqlBooks) -> None:
    changed = customer(2)._replace(name="Ny AB", write_off=True)
    with filled.write() as writer:
        writer.replace([changed, customer(4)])
        writer.replace(
            [
                OpenItem("ACME", 2, 1, "invoice", "SEK", 5),
                OpenItem("ACME", 9, None, "payment", "SEK", 1),
            ]
        )
        writer.replace([SeriesCounter("ACME", "A", "/2", "7", 7)])
        writer.remove(SeriesCounter, [("A", "/1")])
        assert writer.last_id(Customer) == 4
    with filled.read() as reader:
        assert list(reader.records(Customer)) == [customer(1), changed, customer(3), customer(4)]
        assert [(i.document_id, i.open_amount) for i in reader.records(OpenItem)] == [
            (1, 125_001), (2, 5), (3, 125_003), (9, 1),
        ]  # fmt: skip
        assert [(s.row, s.taken) for s in reader.records(SeriesCounter)] == [("/2", 7), ("/3", 3)]
    assert filled.tampering() == []


@pytest.mark.parametrize("kind", APPEND_ONLY, ids=lambda kind: kind.__name__)
def test_what_is_append_only_cannot_be_replaced_or_removed(
    filled: SqlBooks, kind: type[Record]
) -> None:
    with filled.write() as writer:
        with pytest.raises(AssertionError, match="append-only"):
            writer.replace(rows()[kind])
        with pytest.raises(AssertionError, match="append-only"):
            writer.remove(kind, [1])


@pytest.mark.parametrize("ids", [(5,), (4, 6), (5, 4), (4, 4), (3,)])
def test_ids_continue_without_a_hole(filled: SqlBooks, ids: tuple[int, ...]) -> None:
    message = "bank_line: ids do not follow 3"
    with pytest.raises(AssertionError, match=message), filled.write() as writer:
        writer.append([bank_line(i) for i in ids])


def test_a_failed_step_spoils_the_transaction_even_when_caught(filled: SqlBooks) -> None:
    """Some rows of the step may be stored already; committing them would break the seals."""
    message = "nothing is committed"
    with pytest.raises(AssertionError, match=message), filled.write() as writer:  # noqa: PT012
        writer.append([invoice(4)])
        with pytest.raises(ReskontraError, match="RK714"):
            writer.append([invoice(5), invoice(6)._replace(number="2026-0001")])
    with filled.read() as reader:
        assert reader.count(Document) == 3
    assert filled.tampering() == []


def test_a_failure_leaves_nothing_behind(filled: SqlBooks) -> None:
    with filled.read() as reader:
        before = {kind: list(reader.records(kind)) for kind in TABLES}
    with pytest.raises(RuntimeError, match="half way"), filled.write() as writer:  # noqa: PT012
        writer.append([invoice(i) for i in range(4, 1000)])
        writer.replace([customer(1)._replace(name="x")])
        writer.remove(OpenItem, [1, 2])
        raise RuntimeError("half way")
    with filled.read() as reader:
        assert {kind: list(reader.records(kind)) for kind in TABLES} == before
        assert reader.revision() == 1
        assert reader.last_id(Document) == 3
    assert filled.tampering() == []


def refusals() -> dict[str, Record]:
    """Records that break a law of their table, by name."""
    good = invoice(4)
    return {
        "negative amount": good._replace(amount=-1, initial_open=0),
        "open beyond amount": good._replace(initial_open=good.amount + 1),
        "unknown kind": good._replace(kind="invoise"),
        "number taken": good._replace(number="2026-0001"),
        "currency": good._replace(currency="KRONOR"),
        "date": good._replace(due_date="31/10/26"),
        "beyond 64 bits": good._replace(amount=2**63, base_amount=0, initial_open=0),
        "NUL": good._replace(external_number="a\0b"),
        "half a surrogate pair": good._replace(external_number="\ud800"),
        "zero open": OpenItem("ACME", 9, None, "payment", "SEK", 0),
        "unknown state": BankLineState("ACME", 9, "lost", "", None),
        "statement without import": StatementRecord(
            "ACME", 4, 99, "1930", "statement", "", "", 1, "2026-11-24", "SEK", None, None, 0, True
        ),
    }


@pytest.mark.parametrize("law", refusals())
def test_a_record_that_breaks_a_law_is_refused(filled: SqlBooks, law: str) -> None:
    with pytest.raises(ReskontraError) as error, filled.write() as writer:  # noqa: PT012
        writer.append([bank_line(4)])
        writer.append([refusals()[law]])
    assert code(error) == "RK714"
    assert error.value.exit_code is Exit.OUR_FAULT
    with filled.read() as reader:
        assert reader.count(BankLine) == 3


def test_books_that_have_moved_are_not_written(filled: SqlBooks) -> None:
    with pytest.raises(ReskontraError) as error, filled.write(expected_revision=0) as writer:
        writer.append([invoice(4)])
    assert code(error) == "RK710"
    assert error.value.exit_code is Exit.MOVED
    assert "revision 1" in str(error.value)
    with filled.write(expected_revision=1) as writer:
        writer.append([invoice(4)])


def test_a_snapshot_does_not_move(filled: SqlBooks) -> None:
    with filled.read() as reader:
        assert reader.revision() == 1
        with filled.write() as writer:
            writer.append([invoice(4)])
            writer.remove(OpenItem, [1])
        assert reader.revision() == 1
        assert reader.count(Document) == 3
        assert reader.item_frame()["document_id"].to_list() == [1, 2, 3]
    with filled.read() as reader:
        assert reader.count(Document) == 4


def test_a_snapshot_is_taken_when_reading_begins(filled: SqlBooks) -> None:
    with filled.read() as reader:
        with filled.write() as writer:
            writer.append([invoice(4)])
        assert reader.count(Document) == 3


def test_the_second_writer_waits_and_then_sees_books_that_moved(filled: SqlBooks) -> None:
    """Nobody loses, nobody deadlocks (peers: lock wait timeouts, deadlocks on number series)."""
    waiting = threading.Event()
    outcome: list[str] = []

    def second() -> None:
        waiting.set()
        try:
            with filled.write(expected_revision=1) as writer:
                writer.append([invoice(4)])
            outcome.append("written")
        except ReskontraError as error:
            outcome.append(error.problems[0].code)

    thread = threading.Thread(target=second)
    with filled.write() as writer:
        writer.append([invoice(4)])
        thread.start()
        waiting.wait()
        thread.join(0.3)
        assert thread.is_alive()
        assert outcome == []
    thread.join(20)
    assert outcome == ["RK710"]


def test_a_writer_that_waits_too_long_gives_up(filled: SqlBooks, books_url: str) -> None:
    impatient = open_books(books_url, "ACME", wait_seconds=0.2)
    with filled.write() as first:
        first.append([invoice(4)])
        with pytest.raises(ReskontraError) as error, impatient.write():
            pass
        assert code(error) == "RK711"
        assert error.value.exit_code is Exit.MOVED
        with impatient.read() as reader:  # readers never wait
            assert reader.count(Document) == 3
    with impatient.read() as reader:
        assert reader.count(Document) == 4


def test_two_writers_in_turn_number_without_a_hole(books: SqlBooks) -> None:
    """Many threads, each taking the next number inside its transaction."""

    def work() -> None:
        for _ in range(5):
            with books.write() as writer:
                writer.append([invoice(writer.last_id(Document) + 1)])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with books.read() as reader:
        assert [document.id for document in reader.records(Document)] == list(range(1, 21))
        assert reader.revision() == 20
    assert books.tampering() == []
