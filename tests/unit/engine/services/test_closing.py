"""A closed period takes no booking and stays as it was; its checklist is looked up in the books."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from tests.properties.days import prove_days
from tests.properties.ledger_world import COMPANY, World, documents, payments, setting_in

from reskontra.adapters.storage.books import SqlBooks
from reskontra.adapters.storage.opening import open_books
from reskontra.engine.errors import ReskontraError
from reskontra.engine.ledger.auditing import Actor
from reskontra.engine.ledger.periods import require_open
from reskontra.engine.ledger.records import (
    Application,
    Audit,
    BankLineState,
    Document,
    Draft,
    ExchangeRate,
    JournalEntry,
    OpenItem,
    PeriodLock,
)
from reskontra.engine.ledger.works import work_of
from reskontra.engine.services.apply_plan import apply_plan
from reskontra.engine.services.check import check
from reskontra.engine.services.closing import Checklist, checklist, close, periods, reopen
from reskontra.engine.services.match import basis_of, match
from reskontra.engine.services.month_end import plan_revaluation
from reskontra.engine.services.replay import replay
from reskontra.engine.services.resolve import Choice, plan_choice
from reskontra.engine.services.setting import Setting
from reskontra.engine.services.work import apply_work

AT = "2027-01-04T10:00:00Z"
CLERK = Actor("anna", "property", AT, ("clerk",))
CONTROLLER = Actor("cleo", "late bank file", AT, ("controller",))


@pytest.fixture
def books(books_url: str) -> SqlBooks:
    return open_books(books_url, COMPANY)


@pytest.fixture
def sqlite_books(sqlite_url: str) -> SqlBooks:
    return open_books(sqlite_url, COMPANY)


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Setting:
    return setting_in(tmp_path_factory.mktemp("closing"))


def world_on(books: SqlBooks, setting: Setting) -> World:
    """Two invoices of October, paid in full in November by their references; one payment more."""
    items = documents(0, [(0, 2, 1), (0, 0, 1)])
    world = World(books, setting, [(items, payments(items, [(0, 0, 0), (1, 0, 0), (1, 3, 6)]))], AT)
    world.open()
    return world


def closed(books: SqlBooks, period: str, *, hard: bool = False, actor: Actor = CONTROLLER) -> str:
    with books.read() as reader:
        nothing_left = Checklist(period, reader.revision(), ())
    return close(books, nothing_left, hard=hard, actor=actor)


def refusal(books: SqlBooks, period: str, *, hard: bool = False, actor: Actor = CONTROLLER) -> str:
    with pytest.raises(ReskontraError) as error:
        closed(books, period, hard=hard, actor=actor)
    return error.value.problems[0].code


def blocked(books: SqlBooks, setting: Setting) -> list[str]:
    return [line.blocked.split()[0] for line in match(books, setting).lines if line.blocked]


def test_a_closed_period_takes_no_booking(books: SqlBooks, setting: Setting) -> None:
    world = world_on(books, setting)
    assert blocked(books, setting) == []
    closed(books, "2026-11")
    assert blocked(books, setting) == ["RK860"] * 2, "found while planning"
    world.act(("match", 0, 0, 0))
    assert world.records(JournalEntry) == []

    def choose(line: int, actor: Actor) -> int:
        plan = plan_choice(books, line, Choice("open_payment", customer="C1"), setting)
        return apply_plan(
            books, plan, plan.identifier, preferences=setting.preferences,
            pack_hash=setting.pack_hash, actor=actor,
        ).booked  # fmt: skip

    waiting = [state.bank_line_id for state in world.records(BankLineState)]
    for actor in (CLERK, replace(CONTROLLER, reason="")):
        with pytest.raises(ReskontraError, match="RK860 period 2026-11 is closed"):
            choose(waiting[0], actor)
    assert choose(waiting[0], CONTROLLER) == 1, "a controller with a reason, softly closed"
    closed(books, "2026-11", hard=True)
    with pytest.raises(ReskontraError, match="RK860"):
        choose(waiting[1], CONTROLLER)
    reopen(books, "2026-11", actor=CONTROLLER)
    assert choose(waiting[1], CLERK) == 1
    world.prove()


def test_what_is_taken_back_leaves_a_closed_period_as_it_was(
    books: SqlBooks, setting: Setting
) -> None:
    world = world_on(books, setting)
    world.act(("match", 0, 0, 0))
    closed(books, "2026-11")
    closed(books, "2026-12")
    with books.read() as reader:
        before = {on: reader.item_frame(on) for on in ("2026-11-30", "2026-12-31")}
        first = {kind: reader.last_id(kind) for kind in (Document, Application, JournalEntry)}
    world.undo_everything()
    with books.read() as reader:
        for on, stood in before.items():
            assert reader.item_frame(on).equals(stood), on
        assert reader.item_frame("2027-01-01").height == 2, "both invoices are open again"
        dates = {
            *reader.frame(Document).filter(pl.col("id") > first[Document])["document_date"],
            *reader.frame(Application).filter(pl.col("id") > first[Application])["applied_on"],
            *reader.frame(JournalEntry).filter(pl.col("id") > first[JournalEntry])["entry_date"],
        }
        assert dates == {"2027-01-01"}
        assert reader.count(OpenItem) == 2
    prove_days(books)
    world.prove()


def test_a_run_is_replayed_as_the_periods_stood(sqlite_books: SqlBooks, setting: Setting) -> None:
    world = world_on(sqlite_books, setting)
    closed(sqlite_books, "2026-11")
    world.act(("match", 0, 0, 0))
    reopen(sqlite_books, "2026-11", actor=CONTROLLER)
    world.act(("match", 0, 0, 0))
    closed(sqlite_books, "2026-11")
    for run, booked in ((1, 0), (2, 2)):
        assert len([e for e in world.records(JournalEntry) if e.run_id == run]) == booked
        again = replay(sqlite_books, run, lambda _: setting)
        assert (again.lines > 0, again.different) == (True, 0), again.first


def test_periods_go_from_open_to_soft_to_hard_and_back(books: SqlBooks, setting: Setting) -> None:
    world = world_on(books, setting)
    world.act(("match", 0, 0, 0))
    assert refusal(books, "2027-01") == "RK866"
    for hard in (False, True):
        assert refusal(books, "2026-12", hard=hard) == "RK863", "November has vouchers and is open"
    assert closed(books, "2026-11", actor=CLERK) == "soft"
    assert refusal(books, "2026-11", actor=CLERK) == "RK864"
    assert closed(books, "2026-11", hard=True) == "hard"
    assert refusal(books, "2026-11") == refusal(books, "2026-11", hard=True) == "RK864"
    assert closed(books, "2026-12", hard=True) == "hard"
    with pytest.raises(ReskontraError, match="RK864 period 2027-01 is open already"):
        reopen(books, "2027-01", actor=CONTROLLER)
    reopen(books, "2026-12", actor=CONTROLLER)
    with books.read() as reader:
        assert [(row["period"], row["state"], row["vouchers"]) for row in periods(reader)] == [
            ("2026-11", "hard", 2), ("2026-12", "open", 0),
        ]  # fmt: skip
        deeds = [a for a in reader.records(Audit) if a.subject.startswith("period:")]
        assert [(a.actor, a.action, a.subject, a.detail) for a in deeds] == [
            ("anna", "close period (soft)", "period:2026-11", ""),
            ("cleo", "close period (hard)", "period:2026-11", ""),
            ("cleo", "close period (hard)", "period:2026-12", ""),
            ("cleo", "reopen period", "period:2026-12", "was hard"),
        ]
    assert check(books) == []


def test_months_before_a_closed_one_are_closed_with_it(books: SqlBooks, setting: Setting) -> None:
    """What is open at the end of a month follows from all before, cut-over documents too."""
    world_on(books, setting)
    closed(books, "2026-11")

    def refuses(day: str, actor: Actor) -> bool:
        with books.read() as reader:
            try:
                require_open(reader, [day], actor)
            except ReskontraError:
                return True
        return False

    assert refuses("2026-10-20", CLERK)
    assert not refuses("2026-12-01", CLERK)
    reopen(books, "2026-10", actor=CONTROLLER)
    assert [refuses(day, CLERK) for day in ("2026-09-30", "2026-10-20")] == [True, False]
    assert refusal(books, "2026-12") == "RK863", "October was opened"
    closed(books, "2026-10", hard=True)
    assert [refuses(day, CONTROLLER) for day in ("2026-10-20", "2026-11-02")] == [True, False]


def left(books: SqlBooks, period: str, setting: Setting) -> dict[str, str]:
    found = checklist(books, period, setting.preferences)
    return {point.name: point.left for point in found.points if point.left}


def test_the_checklist_is_looked_up(sqlite_books: SqlBooks, setting: Setting) -> None:
    world_on(sqlite_books, setting)

    assert left(sqlite_books, "2026-10", setting) == {}
    assert left(sqlite_books, "2026-11", setting) == {
        "bank files imported": "not up to 2026-11-30: bankgiro (2026-11-22)",
        "bank lines decided": "3 undecided, the first is line:1",
    }
    draft = Draft(
        COMPANY, 1, "invoice", 1, "", "2026-10-31", None, "SEK", 100, "hold", "{}", None
    )  # fmt: skip
    with sqlite_books.write() as writer:
        writer.append([draft])
        writer.remove(OpenItem, [1])
    assert left(sqlite_books, "2026-10", setting) == {
        "drafts released": "1 dated in it, the first is draft:1",
        "books proved": "faults: 1",
    }
    waiting = checklist(sqlite_books, "2026-10", setting.preferences)
    for hard, actor in ((False, replace(CLERK, reason="")), (True, CONTROLLER)):
        with pytest.raises(ReskontraError) as error:
            close(sqlite_books, waiting, hard=hard, actor=actor)
        assert [problem.code for problem in error.value.problems] == ["RK862"] * 2
    close(sqlite_books, waiting, hard=False, actor=CLERK)
    with pytest.raises(ReskontraError, match="RK710"):
        close(sqlite_books, replace(waiting, period="2026-09"), hard=False, actor=CLERK)
    with sqlite_books.read() as reader:
        assert [lock.reason for lock in reader.records(PeriodLock)] == ["property"]
        told = list(reader.records(Audit))[-1].detail
    assert told == "; ".join(
        f"{point}: {what}" for point, what in left(sqlite_books, "2026-10", setting).items()
    )


def test_a_revaluation_is_done_when_it_is_what_would_be_booked(
    sqlite_books: SqlBooks, setting: Setting
) -> None:
    world = world_on(sqlite_books, setting)
    invoice = world.records(Document)[0]
    foreign = invoice._replace(
        id=3, number="77", currency="EUR", amount=100, base_amount=1100, initial_open=100,
    )  # fmt: skip

    def rated(number: int, rate: str) -> str:
        valued = ExchangeRate(COMPANY, number, "spot", "EUR", "2026-10-31", rate, "anna", AT)
        with sqlite_books.write() as writer:
            writer.append([valued])
        return left(sqlite_books, "2026-10", setting).get("currencies revalued", "")

    with sqlite_books.write() as writer:
        writer.append([foreign])
        writer.replace([OpenItem(COMPANY, 3, foreign.customer_id, "invoice", "EUR", 100)])
    assert "spot rate of EUR" in left(sqlite_books, "2026-10", setting)["currencies revalued"]
    assert rated(1, "11") == "", "worth what it was booked at"
    assert rated(2, "12") == "not done"
    with sqlite_books.read() as reader:
        steps = plan_revaluation(reader, "2026-10-31", setting.preferences)
        basis = basis_of(reader, setting, kind="revaluation", as_of="2026-10-31")
    apply_work(
        sqlite_books, work_of(basis, steps, setting.texts), preferences=setting.preferences,
        pack_hash=setting.pack_hash, actor=CLERK,
    )  # fmt: skip
    assert left(sqlite_books, "2026-10", setting) == {
        "vouchers transferred": "1 up to 2026-10-31 wait"
    }
    assert rated(3, "12.5") == "run:1 does not fit what is open on 2026-10-31"
