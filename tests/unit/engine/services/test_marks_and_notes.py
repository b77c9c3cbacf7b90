"""What people say of documents and write down, on both databases."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.sample_rows import COMPANY, bank_line, customer, invoice

from reskontra.adapters.storage.books import SqlBooks
from reskontra.engine.errors import ReskontraError
from reskontra.engine.ledger.auditing import Actor
from reskontra.engine.ledger.records import Audit, BankLine, OpenItem
from reskontra.engine.services.check import check
from reskontra.engine.services.marking import Saying, mark, marks
from reskontra.engine.services.notes import Written, add_note, notes

DAY = "2026-11-25"
BO = Actor("bo", "two doors are missing", f"{DAY}T10:00:00Z")
CREDIT = invoice(3)._replace(kind="credit_note", number="K1", customer_id=2)


@pytest.fixture
def filled(books: SqlBooks) -> SqlBooks:
    """An invoice, one that came in dispute, and a credit note."""
    documents = [
        one._replace(import_id=None, migrated=True) for one in (invoice(1), invoice(2), CREDIT)
    ]
    with books.write() as writer:
        writer.append([customer(1)._replace(import_id=None), customer(2)._replace(import_id=None)])
        writer.append(documents)
        writer.append(
            [OpenItem(COMPANY, d.id, d.customer_id, d.kind, "SEK", d.amount) for d in documents]
        )
    return books


def codes(act: Callable[[], object]) -> list[str]:
    with pytest.raises(ReskontraError) as caught:
        act()
    return [problem.code for problem in caught.value.problems]


def standing(books: SqlBooks, on: str = DAY) -> list[tuple[str, str, int]]:
    with books.read() as reader:
        return [(row["document"], row["mark"], row["amount"]) for row in marks(reader, on)]


def disputed(books: SqlBooks) -> list[int]:
    with books.read() as reader:
        items = reader.item_frame()
        return items.filter("disputed")["document_id"].to_list()


def test_a_mark_stands_until_it_is_taken_back(filled: SqlBooks) -> None:
    assert standing(filled) == [("2026-0002", "dispute", 125_002)], "it came in dispute"
    mark(filled, ["2026-0001"], Saying("dispute", amount="500.00"), BO)
    mark(filled, ["2026-0002"], Saying("dispute", stands=False), BO)
    mark(filled, ["2026-0001", "2026-0002"], Saying("promise", until="2026-12-01"), BO)
    mark(filled, ["2026-0001"], Saying("promise", until="2026-12-08"), BO)
    mark(filled, ["2026-0002"], Saying("no_dunning", until="2026-11-30"), BO)
    assert standing(filled) == [
        ("2026-0001", "dispute", 50_000),
        ("2026-0001", "promise", 125_001),
        ("2026-0002", "promise", 125_002),
        ("2026-0002", "no_dunning", 125_002),
    ]
    assert ("2026-0002", "no_dunning", 125_002) not in standing(filled, "2026-12-01"), "it is over"
    assert len(standing(filled, "2026-12-31")) == 3, "a promise that was broken stands"
    assert disputed(filled) == [1], "matching sees what people said"
    with filled.read() as reader:
        found = list(marks(reader, DAY, customer=1, kind="promise"))
        assert [row["until"] for row in found] == ["2026-12-08", "2026-12-01"]
        assert list(marks(reader, DAY, customer=2)) == []
        assert [(deed.action, deed.subject, deed.reason) for deed in reader.records(Audit)][:2] == [
            ("mark dispute", "invoice:2026-0001", BO.reason),
            ("clear dispute", "invoice:2026-0002", BO.reason),
        ]


def test_what_does_not_fit_is_refused_whole(filled: SqlBooks) -> None:
    names = ["9", "2026-0001", "2026-0002", "K1"]
    assert codes(lambda: mark(filled, names, Saying("dispute", amount="1250.02"), BO)) == [
        "RK815", "RK843", "RK843"
    ]  # fmt: skip
    assert codes(lambda: mark(filled, ["2026-0001"], Saying("dispute", amount="1,5"), BO)) == [
        "RK843"
    ]
    assert codes(
        lambda: mark(filled, ["2026-0001"], Saying("promise", until="2026-11-24"), BO)
    ) == ["RK843"]
    assert (
        codes(lambda: mark(filled, names[1:], Saying("no_charges", stands=False), BO))
        == ["RK844"] * 3
    )
    assert len(standing(filled)) == 1, "nothing was marked"


def test_a_number_of_two_documents_wants_its_kind(filled: SqlBooks) -> None:
    with filled.write() as writer:
        writer.append([CREDIT._replace(id=4, kind="debit_note", import_id=None)])
        writer.append([OpenItem(COMPANY, 4, 2, "debit_note", "SEK", 1)])
    assert codes(lambda: mark(filled, ["K1"], Saying("dispute"), BO)) == ["RK815"]
    assert mark(filled, ["debit_note:K1"], Saying("dispute"), BO)[0].document_id == 4


def test_notes_are_found_where_they_belong(filled: SqlBooks) -> None:
    with filled.write() as writer:
        writer.append([bank_line(1)])
    said = [
        ("C1", Written("Eva calls back", "task", "2026-12-01", "bo")),
        ("invoice:2026-0001", Written("see the picture", file_name="doors.jpg", sha256="ab")),
        ("line:1", Written("odd text")),
        ("customer:C2", Written("pays late", "call")),
        ("C1", Written("no day", "task")),
    ]
    names = [add_note(filled, name, written, BO)[1].name for name, written in said]
    assert names == ["customer:C1", "invoice:2026-0001", "line:1", "customer:C2", "customer:C1"]

    def told(name: str = "", *, tasks: bool = False) -> list[tuple[int, str]]:
        with filled.read() as reader:
            return [(row["note"], row["state"]) for row in notes(reader, name, tasks=tasks)]

    assert told() == [(5, "open"), (4, ""), (3, ""), (2, ""), (1, "open")]
    assert told("C1") == [(5, "open"), (2, ""), (1, "open")], "those of its documents, too"
    assert told("line:1") == [(3, "")]
    assert told(tasks=True) == [(1, "open"), (5, "open")], "what is due first"
    add_note(filled, "C1", Written("she did", closes=1), BO)
    assert told(tasks=True) == [(5, "open")]
    assert (1, "done") in told()

    def refused(name: str, written: Written) -> list[str]:
        return codes(lambda: add_note(filled, name, written, BO))

    for wrong in (
        Written("again", closes=1), Written("no task", closes=2), Written("none", closes=9),
        Written("  "), Written("late", due_on=DAY),
    ):  # fmt: skip
        assert refused("C1", wrong) == ["RK845"]
    for name, code in (("9", "RK830"), ("invoice:9", "RK815"), ("line:9", "RK750")):
        assert refused(name, Written("x")) == [code]
    with filled.read() as reader:
        assert reader.count(BankLine) == 1
        assert reader.count(Audit) == 6
    assert [p for p in check(filled) if p.code == "RK765"] == []
