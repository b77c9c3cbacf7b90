"""A work of the ledger is booked exactly, taken back exactly, and keeps every law, on both
databases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.properties.days import prove_days

from reskontra.adapters import plan_file
from reskontra.adapters.storage.books import SqlBooks
from reskontra.config.company import load_company
from reskontra.config.scaffold import create
from reskontra.config.workspace import load_workspace
from reskontra.engine.errors import ReskontraError
from reskontra.engine.ledger.auditing import Actor
from reskontra.engine.ledger.records import (
    Application,
    Customer,
    Document,
    DocumentDetail,
    DocumentLine,
    DocumentLink,
    DocumentReference,
    DocumentVat,
    JournalEntry,
    JournalLine,
    OpenItem,
    PeriodLock,
    Step,
)
from reskontra.engine.ledger.works import (
    Move,
    NewDocument,
    PlannedStep,
    Reference,
    Work,
    application,
    document,
    voucher,
    work_of,
)
from reskontra.engine.plan.model import Basis
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.check import check
from reskontra.engine.services.explain_run import WorkExplained, explain_run
from reskontra.engine.services.undo import undo
from reskontra.engine.services.work import Worked, apply_work

ANNA = Actor("anna", "test", "2026-11-24T10:00:00Z")
PACK = "f" * 64
C = "ACME"


@pytest.fixture(scope="module")
def preferences(tmp_path_factory: pytest.TempPathFactory) -> Preferences:
    folder = tmp_path_factory.mktemp("workspace") / "workspace"
    create(folder, country="se", company="nord", name="Nord AB", login="anna")
    return load_company(load_workspace(folder), "nord").preferences


def invoice() -> PlannedStep:
    """1 250.00 with VAT, delivered on 1 November."""
    new = NewDocument(
        document(
            C, "invoice", customer_id=1, document_date="2026-11-01", due_date="2026-12-01",
            currency="SEK", amount=1_250_00, base_amount=1_250_00, account="1510",
        ),
        references=(Reference("order", "PO 7"),),
        details=(
            DocumentDetail(C, 0, 0, "Frakt", "", "30", "", "", "", "", True, 1_000_00, 250_00, 0),
        ),
        lines=(DocumentLine(C, 0, 0, 1, "Frakt", "1", "1000.00", 1_000_00, "25", "3001", ""),),
        vat=(DocumentVat(C, 0, 0, "25", "25", 1_000_00, 250_00, "2611"),),
    )  # fmt: skip
    posted = voucher(
        C, on="2026-11-01", text="Invoice", currency="SEK",
        moves=[
            Move("1510", "ar_trade", 1_250_00, 1_250_00, 1, -1),
            Move("3001", "revenue", -1_000_00, -1_000_00),
            Move("2611", "vat_out", -250_00, -250_00),
        ],
    )  # fmt: skip
    return PlannedStep("draft:1", "released by anna", (new,), (), (posted,))


def payment(amount: int, *, pays: int, of: int) -> PlannedStep:
    """A receipt by hand that pays ``of`` of the document ``pays``."""
    new = NewDocument(
        document(
            C, "payment", customer_id=1, document_date="2026-11-20", currency="SEK",
            amount=amount, base_amount=amount, account="1510",
        )
    )  # fmt: skip
    posted = voucher(
        C, on="2026-11-20", text="Payment", currency="SEK",
        moves=[
            Move("1930", "bank", amount, amount),
            Move("1510", "ar_trade", -amount, -amount, 1, -1),
        ],
    )  # fmt: skip
    return PlannedStep(
        "customer:1", "paid by card", (new,), (application(C, -1, pays, of, on="2026-11-20"),),
        (posted,),
    )  # fmt: skip


def book(books: SqlBooks, preferences: Preferences, *steps: PlannedStep, **more: Any) -> Worked:
    with books.read() as reader:
        basis = Basis("documents", C, reader.revision(), PACK, "2026-11-24", "test")
    work = work_of(basis, steps, {"rules": "none"})
    again = Work(basis, work.records, work.texts)
    assert again.steps == steps, "a record tells the whole step"
    asked = {"actor": ANNA} | more
    return apply_work(books, again, preferences=preferences, pack_hash=PACK, **asked)


def found(books: SqlBooks) -> SqlBooks:
    with books.write() as writer:
        writer.append(
            [
                Customer(
                    C, 1, "1042", "Ek AB", "SE", "SEK", "", None, "30", False, None, "active", None
                )
            ]
        )
    return books


def state(books: SqlBooks) -> dict[str, Any]:
    with books.read() as reader:
        moves: dict[str, int] = {}
        for line in reader.records(JournalLine):
            moves[line.account] = moves.get(line.account, 0) + line.amount
        return {
            "open": {i.document_id: i.open_amount for i in reader.records(OpenItem)},
            "moves": {account: amount for account, amount in moves.items() if amount},
            "documents": [(d.kind, d.number) for d in reader.records(Document)],
        }


def test_a_work_is_booked_and_taken_back(books: SqlBooks, preferences: Preferences) -> None:
    found(books)
    released = book(
        books, preferences, invoice(),
        references=lambda made: [Reference("payment_reference", f"{made.number}7")],
    )  # fmt: skip
    assert [(d.kind, d.number) for d in released.documents] == [("invoice", "10001")]
    with books.read() as reader:
        keys = [(r.kind, r.value) for r in reader.records(DocumentReference, document_id=1)]
        assert keys == [
            ("number", "10001"), ("order", "PO 7"), ("payment_reference", "100017"),
        ]  # fmt: skip
        assert [r.document_id for r in reader.records(DocumentVat)] == [1]
        assert [r.subject for r in reader.records(Step, run_id=released.run)] == ["draft:1"]
    after_release = state(books)
    assert after_release["open"] == {1: 1_250_00}
    assert after_release["moves"] == {"1510": 1_250_00, "3001": -1_000_00, "2611": -250_00}

    paid = book(books, preferences, payment(1_300_00, pays=1, of=1_250_00))
    assert state(books)["open"] == {2: 50_00}
    assert check(books) == []

    with pytest.raises(ReskontraError, match="used documents that"):
        undo(books, released.run, preferences=preferences, actor=ANNA)
    undo(books, paid.run, preferences=preferences, actor=ANNA)
    now = state(books)
    assert (now["open"], now["moves"]) == (after_release["open"], after_release["moves"])
    assert now["documents"][-1] == ("void_payment", "P0000001")

    undo(books, released.run, preferences=preferences, actor=ANNA)
    now = state(books)
    assert (now["open"], now["moves"]) == ({}, {})
    assert now["documents"][-1] == ("credit_note", "10002"), "a correction has its own number"
    with books.read() as reader:
        assert [(x.document_id, x.other_id) for x in reader.records(DocumentLink)] == [(4, 1)]
        assert [x.document_id for x in reader.records(DocumentVat)] == [1, 4]
    assert check(books) == []
    for run in (paid.run, released.run):
        with pytest.raises(ReskontraError) as error:
            undo(books, run, preferences=preferences, actor=ANNA)
        assert error.value.problems[0].code == "RK739"


def test_a_work_is_kept_as_a_file_and_explained(
    sqlite_books: SqlBooks, preferences: Preferences, tmp_path: Path
) -> None:
    steps = (invoice(),)
    work = work_of(Basis("documents", C, 0, PACK, "2026-11-24", "test"), steps, {"rules": "none"})
    path = tmp_path / "works.plan"
    identifier = plan_file.write(work, path)
    read, name = plan_file.read_any(path)
    assert isinstance(read, Work)
    assert (read.steps, name) == (steps, identifier)
    with pytest.raises(ReskontraError, match="about no bank lines"):
        plan_file.read(path)
    path.write_text(path.read_text().replace("1 November", "2 November").replace("Frakt", "Fracht"))
    with pytest.raises(ReskontraError, match="altered"):
        plan_file.read_any(path)
    worked = book(found(sqlite_books), preferences, *steps)
    with sqlite_books.read() as reader:
        told = explain_run(reader, worked.run)
    assert isinstance(told, WorkExplained)
    assert [new.document.number for new in told.steps[0].documents] == ["10001"]
    assert [len(step.text()) for step in told.steps] == [len(steps[0].text()) + len("10001")]
    assert told.undone_by == ()


def test_nothing_is_left_of_a_work_that_cannot_be_booked(
    books: SqlBooks, preferences: Preferences
) -> None:
    found(books)
    book(books, preferences, invoice())
    before = state(books)
    for steps, code in (
        ([payment(900_00, pays=1, of=900_00), payment(500_00, pays=1, of=500_00)], "RK785"),
        ([PlannedStep("document:1", "seen elsewhere", before=((1, 1),), applications=(
            application(C, 1, 1, 0, on="2026-11-20"),))], "RK730"),
    ):  # fmt: skip
        with pytest.raises(ReskontraError) as error:
            book(books, preferences, *steps)
        assert error.value.problems[0].code == code
        assert state(books) == before

    def fail(*_: Any) -> None:
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError):
        book(books, preferences, payment(1_250_00, pays=1, of=1_250_00), also=fail)
    assert state(books) == before
    with books.read() as reader:
        assert reader.count(JournalEntry) == 1
        assert reader.count(Application) == 0


def test_no_work_is_booked_in_a_closed_period(
    sqlite_books: SqlBooks, preferences: Preferences
) -> None:
    found(sqlite_books)
    book(sqlite_books, preferences, invoice())
    before = state(sqlite_books)
    with sqlite_books.write() as writer:
        writer.append([PeriodLock(C, 1, "2026-11", "soft", "cleo", "", ANNA.at)])
    controller = Actor("cleo", "forgotten", ANNA.at, ("controller",))
    paid = payment(1_250_00, pays=1, of=1_250_00)
    for actor in (ANNA, replace(controller, reason="")):
        with pytest.raises(ReskontraError, match="RK860 period 2026-11"):
            book(sqlite_books, preferences, paid, actor=actor)
        assert state(sqlite_books) == before
    book(sqlite_books, preferences, paid, actor=controller)
    with sqlite_books.write() as writer:
        writer.append([PeriodLock(C, 2, "2026-11", "hard", "cleo", "", ANNA.at)])
    use = application(C, 2, 1, 0, on="2026-11-30")
    with pytest.raises(ReskontraError, match="RK860 period 2026-11"):
        book(
            sqlite_books, preferences, PlannedStep("document:1", "again", applications=(use,)),
            actor=controller,
        )  # fmt: skip


def close_months(books: SqlBooks, *months: str) -> None:
    with books.write() as writer:
        writer.append(
            [PeriodLock(C, n, month, "hard", "cleo", "", "") for n, month in enumerate(months, 1)]
        )


def open_on(books: SqlBooks, *days: str) -> list[Any]:
    with books.read() as reader:
        return [reader.item_frame(day).rows() for day in days]


@pytest.mark.parametrize("at_once", [True, False])
def test_works_of_closed_months_are_taken_back_after_all_of_them(
    sqlite_books: SqlBooks, preferences: Preferences, at_once: bool
) -> None:
    """Paid in September on account, used on 1 November (at once, or by a work of its own); then
    both months are closed and October is not: nothing is taken back in between.
    """
    found(sqlite_books)
    book(sqlite_books, preferences, invoice())
    paid = payment(1_250_00, pays=1, of=1_250_00)
    on = "2026-09-20"
    made, posted = paid.documents[0].document, paid.vouchers[0]
    received = replace(
        paid,
        documents=(NewDocument(made._replace(document_date=on)),),
        applications=(paid.applications[0]._replace(applied_on=on),) if at_once else (),
        vouchers=(replace(posted, entry=posted.entry._replace(entry_date=on)),),
    )  # fmt: skip
    first = book(sqlite_books, preferences, received).run
    if not at_once:
        use = application(C, 2, 1, 1_250_00, on="2026-11-05")
        book(sqlite_books, preferences, PlannedStep("customer:1", "used", applications=(use,)))
    days = ("2026-09-30", "2026-10-31", "2026-11-30")
    before = open_on(sqlite_books, *days)
    close_months(sqlite_books, "2026-09", "2026-11")
    undo(sqlite_books, first, preferences=preferences, actor=ANNA, cascade=True)
    assert open_on(sqlite_books, *days) == before
    with sqlite_books.read() as reader:
        assert list(reader.records(JournalEntry))[-1].entry_date == "2026-12-01"
        assert {a.applied_on for a in reader.records(Application) if a.run_id > 3 - at_once} == {
            "2026-12-01"
        }
    assert state(sqlite_books)["open"] == {1: 1_250_00}
    prove_days(sqlite_books)


def test_what_lies_in_an_open_month_is_taken_back_on_its_own_day(
    sqlite_books: SqlBooks, preferences: Preferences
) -> None:
    found(sqlite_books)
    book(sqlite_books, preferences, invoice())
    paid = book(sqlite_books, preferences, payment(1_250_00, pays=1, of=1_250_00))
    close_months(sqlite_books, "2026-10")
    undo(sqlite_books, paid.run, preferences=preferences, actor=ANNA)
    with sqlite_books.read() as reader:
        assert [e.entry_date for e in reader.records(JournalEntry)][1:] == ["2026-11-20"] * 2
    assert open_on(sqlite_books, "2026-11-30") == open_on(sqlite_books, "2026-11-01")
