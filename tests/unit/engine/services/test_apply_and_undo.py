"""Apply books exactly the plan, undo takes it back exactly: on both databases, without the
matcher."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.engine.services.test_document_works import do

from reskontra.adapters import plan_file
from reskontra.adapters.storage.books import SqlBooks
from reskontra.config.company import load_company
from reskontra.config.scaffold import create
from reskontra.config.workspace import load_workspace
from reskontra.engine.errors import Exit, ReskontraError
from reskontra.engine.ledger.auditing import Actor
from reskontra.engine.ledger.records import (
    APPEND_ONLY,
    Application,
    Audit,
    BankLine,
    BankLineState,
    Customer,
    Document,
    ImportFile,
    JournalLine,
    OpenItem,
    Run,
    StatementRecord,
)
from reskontra.engine.plan.build import book
from reskontra.engine.plan.model import Allocation, Basis, Plan, PlannedLine
from reskontra.engine.plan.model import plan_of as plan_of_lines
from reskontra.engine.plan.settling import WriteOffRoom
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.applications import plan_application
from reskontra.engine.services.apply_plan import apply_plan
from reskontra.engine.services.check import check
from reskontra.engine.services.paying_back import PayBack, plan_refund
from reskontra.engine.services.receipts import Receipt, plan_receipt
from reskontra.engine.services.undo import reach, undo

ANNA = Actor("anna", "test", "2026-11-24T10:00:00Z")
PACK = "f" * 64


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    folder = tmp_path / "workspace"
    create(folder, country="se", company="nord", name="Nord AB", login="anna")
    overrides = ("differences.write_off=true",)
    return load_company(load_workspace(folder), "nord", overrides=overrides).preferences


def invoice(company: str, number: int, amount: int, *, kind: str = "invoice") -> Document:
    return Document(
        company, number, kind, f"{number}", 1, "", "2026-10-01", "2026-10-31", "SEK", amount,
        amount, "1510", "", "", None, 0, False, True, amount, 2, None, "", None, None,
    )  # fmt: skip


def bank_line(company: str, number: int, amount: int) -> BankLine:
    return BankLine(
        company, number, 1, 1, "main", f"B{number}", "2026-11-20", None, amount, "SEK",
        f"B{number}", "", "", "", "Ek AB", "", "", "", "[]", False, f"identity {number}", 0, number,
    )  # fmt: skip


def fill(books: SqlBooks, amounts: list[int], lines: list[int]) -> None:
    """One customer, invoices of these amounts (ids 1..), and bank lines of these amounts."""
    name = books.company
    with books.write() as writer:
        for kind, rows in (("bank", len(lines)), ("open_items", len(amounts))):
            number = writer.last_id(ImportFile) + 1
            writer.append(
                [
                    ImportFile(
                        name, number, kind, "f", "0" * 64, "t", "", rows, "{}", "a", "", None, ""
                    )
                ]
            )
        writer.append(
            [
                StatementRecord(
                    name, 1, 1, "main", "details", "S", "", 1, "", "SEK", None, None, 0, True
                )
            ]
        )
        writer.append(
            [
                Customer(
                    name, 1, "C1", "Ek AB", "SE", "SEK", "", None, "30", True, None, "active", None
                )
            ]
        )
        documents = [invoice(name, n, amount) for n, amount in enumerate(amounts, start=1)]
        writer.append(documents)
        writer.replace([OpenItem(name, d.id, 1, d.kind, "SEK", d.amount) for d in documents])
        writer.append([bank_line(name, n, amount) for n, amount in enumerate(lines, start=1)])
        writer.replace([BankLineState(name, n, "new", "", None) for n in range(1, len(lines) + 1)])


def allocation(document: int, before: int) -> Allocation:
    return Allocation(document, f"{document}", "invoice", "C1", "1510", 1, before, before)


def line(
    number: int, amount: int, *allocations: Allocation, preferences: Preferences,
    outcome: str = "apply", treat: str = "",
) -> PlannedLine:  # fmt: skip
    planned = PlannedLine(
        line=number, source_id=f"B{number}", cash_account="main", booking_date="2026-11-20",
        amount=amount, currency="SEK", payer="Ek AB", text="", reference="", outcome=outcome,
        treat=treat, tier="reference", rule="r", rule_at="", because="", relevance=0, runner_up=0,
        customer="C1", account="", role="",
    )  # fmt: skip
    room = WriteOffRoom(company={"SEK": 100}, customer={}, used={})
    booked = book(planned, allocations, room=room, preferences=preferences)
    assert not booked.blocked
    return booked


def plan_of(books: SqlBooks, *lines: PlannedLine) -> Plan:
    with books.read() as reader:
        basis = Basis(
            "match", books.company, reader.revision(), PACK, "2026-11-20", "0", (),
            reader.last_id(Audit),
        )  # fmt: skip
    return plan_of_lines(basis, lines, {"rules": "text"})


def apply(books: SqlBooks, plan: Plan, preferences: Preferences) -> int:
    identifier = plan.identifier
    return apply_plan(
        books, plan, identifier, preferences=preferences, pack_hash=PACK, actor=ANNA
    ).run


def open_amounts(books: SqlBooks) -> dict[str, int]:
    with books.read() as reader:
        documents = {d.id: d for d in reader.records(Document)}
        return {
            f"{documents[i.document_id].kind} {documents[i.document_id].number}": i.open_amount
            for i in reader.records(OpenItem)
        }


def test_a_plan_is_booked_to_the_minor_unit(books: SqlBooks, preferences: Preferences) -> None:
    fill(books, [10000, 5000, 7000], [10000, 4960, 3000, 900])
    plan = plan_of(
        books,
        line(1, 10000, allocation(1, 10000), preferences=preferences),
        line(2, 4960, allocation(2, 5000), preferences=preferences, treat="write_off"),
        line(3, 3000, allocation(3, 7000), preferences=preferences, treat="keep_open"),
        line(4, 900, preferences=preferences, outcome="open_payment"),
    )
    assert apply(books, plan, preferences) == 1
    assert open_amounts(books) == {"invoice 3": 4000, "payment P0000004": 900}
    with books.read() as reader:
        booked: dict[str, int] = {}
        for found in reader.records(JournalLine):
            booked[found.account] = booked.get(found.account, 0) + found.amount
        planned: dict[str, int] = {}
        for planned_line in plan.lines:
            for posting in planned_line.postings:
                planned[posting.account] = planned.get(posting.account, 0) + posting.amount
        assert booked == planned == {"1930": 18860, "1510": -18900, "3740": 40}
    assert check(books) == []


def test_a_surplus_stands_as_a_liability_until_it_is_used_or_paid_back(
    books: SqlBooks, preferences: Preferences
) -> None:
    differences = replace(preferences.differences, surplus="liability")
    company = replace(preferences.company, id=books.company)
    ours = replace(preferences, differences=differences, company=company)
    liability = ours.accounts.account("customer_overpaid")
    fill(books, [10000, 5000], [10300, 900])
    before = open_amounts(books)
    first = allocation(1, 10000)
    plan = plan_of(
        books,
        line(1, 10300, first, preferences=ours, treat="open_payment"),
        line(2, 900, preferences=ours, outcome="open_payment"),
    )
    run = apply(books, plan, ours)

    def holds(amount: int) -> bool:
        with books.read() as reader:
            lines = reader.records(JournalLine, account=liability)
            return sum(one.amount for one in lines) == -amount and check(books) == []

    assert holds(1200)
    used = do(books, "applications", ours, plan_application, "P0000001", "2", "", "2026-11-24")
    assert holds(900)
    refund = PayBack("P0000002", on="2026-11-24", cash_account="main")
    paid = do(books, "documents", ours, plan_refund, refund)
    assert holds(0)
    receipt = Receipt("2026-11-24", (("2", ""),), amount="50.00", cash_account="main")
    over = do(books, "documents", ours, plan_receipt, receipt)
    assert holds(300)
    for done in (over.run, paid.run, used.run, run):
        undo(books, done, preferences=ours, actor=ANNA)
    assert open_amounts(books) == before
    assert holds(0)


def test_undo_is_the_exact_inverse_and_changes_no_old_row(
    books: SqlBooks, preferences: Preferences
) -> None:
    fill(books, [10000, 5000], [10100, 4960])
    before = open_amounts(books)
    plan = plan_of(
        books,
        line(1, 10100, allocation(1, 10000), preferences=preferences, treat="open_payment"),
        line(2, 4960, allocation(2, 5000), preferences=preferences, treat="write_off"),
    )
    run = apply(books, plan, preferences)
    with books.read() as reader:
        old = {kind: list(reader.records(kind)) for kind in APPEND_ONLY}
    undo(books, run, preferences=preferences, actor=ANNA)
    assert open_amounts(books) == before
    with books.read() as reader:
        for kind, rows in old.items():
            assert list(reader.records(kind))[: len(rows)] == rows, kind
        sums: dict[str, int] = {}
        for found in reader.records(JournalLine):
            sums[found.account] = sums.get(found.account, 0) + found.amount
        assert set(sums.values()) == {0}
        assert {s.state for s in reader.records(BankLineState)} == {"taken_back"}
    assert check(books) == []
    with pytest.raises(ReskontraError, match="RK739"):
        undo(books, run, preferences=preferences, actor=ANNA)


def test_one_payment_of_a_run_is_undone_alone(books: SqlBooks, preferences: Preferences) -> None:
    fill(books, [10000, 5000], [10000, 5000])
    plan = plan_of(
        books,
        line(1, 10000, allocation(1, 10000), preferences=preferences),
        line(2, 5000, allocation(2, 5000), preferences=preferences),
    )
    run = apply(books, plan, preferences)
    undo(books, run, preferences=preferences, actor=ANNA, bank_line=2)
    assert open_amounts(books) == {"invoice 2": 5000}
    assert check(books) == []
    undo(books, run, preferences=preferences, actor=ANNA)
    assert open_amounts(books) == {"invoice 1": 10000, "invoice 2": 5000}
    assert check(books) == []


def test_a_later_run_that_built_on_it_is_named_and_goes_first(
    books: SqlBooks, preferences: Preferences
) -> None:
    fill(books, [10000, 5000], [900, 4100])
    first = apply(
        books,
        plan_of(books, line(1, 900, preferences=preferences, outcome="open_payment")),
        preferences,
    )
    payment = Allocation(3, "P0000001", "payment", "C1", "1510", -1, 900, 900)
    netted = line(2, 4100, allocation(2, 5000), payment, preferences=preferences)
    second = apply(books, plan_of(books, netted), preferences)
    with books.read() as reader:
        assert reach(reader, first).later_runs == (second,)
    with pytest.raises(ReskontraError, match=f"RK738 run:{second}"):
        undo(books, first, preferences=preferences, actor=ANNA)
    undo(books, first, preferences=preferences, actor=ANNA, cascade=True)
    assert open_amounts(books) == {"invoice 1": 10000, "invoice 2": 5000}
    assert check(books) == []


def test_a_plan_is_applied_once(books: SqlBooks, preferences: Preferences) -> None:
    fill(books, [10000], [10000])
    plan = plan_of(books, line(1, 10000, allocation(1, 10000), preferences=preferences))
    apply(books, plan, preferences)
    with pytest.raises(ReskontraError, match="RK733") as caught:
        apply(books, plan, preferences)
    assert caught.value.exit_code == Exit.MOVED


def test_a_moved_ledger_is_named(books: SqlBooks, preferences: Preferences) -> None:
    fill(books, [10000, 5000], [10000, 10000])
    one = plan_of(books, line(1, 10000, allocation(1, 10000), preferences=preferences))
    other = plan_of(books, line(2, 10000, allocation(1, 10000), preferences=preferences))
    apply(books, one, preferences)
    with pytest.raises(ReskontraError, match="RK730") as caught:
        apply(books, other, preferences)
    messages = [problem.message for problem in caught.value.problems]
    assert any(
        "document 1: open 100.00 SEK in the plan, 0.00 SEK now" in message for message in messages
    )
    assert any("apply match run:1 by anna" in message for message in messages)
    assert check(books) == []


def test_changed_rules_and_foreign_plans_are_refused(
    books: SqlBooks, preferences: Preferences
) -> None:
    fill(books, [10000], [10000])
    plan = plan_of(books, line(1, 10000, allocation(1, 10000), preferences=preferences))
    with pytest.raises(ReskontraError, match="RK732"):
        apply_plan(books, plan, "x", preferences=preferences, pack_hash="0" * 64, actor=ANNA)
    foreign = replace(plan, basis=replace(plan.basis, company="other"))
    with pytest.raises(ReskontraError, match="RK731"):
        apply(books, foreign, preferences)
    with books.read() as reader:
        assert reader.count(Run) == reader.count(Application) == 0


def test_an_altered_plan_file_is_refused(
    books: SqlBooks, preferences: Preferences, tmp_path: Path
) -> None:
    fill(books, [10000], [10000])
    plan = plan_of(books, line(1, 10000, allocation(1, 10000), preferences=preferences))
    path = tmp_path / "a.plan"
    identifier = plan_file.write(plan, path)
    read, name = plan_file.read(path)
    assert (read.basis, read.lines, read.texts, name) == (
        plan.basis, plan.lines, plan.texts, identifier,
    )  # fmt: skip
    text = path.read_text()
    path.write_text(text.replace('"paid":10000', '"paid":9000'))
    with pytest.raises(ReskontraError, match="RK734"):
        plan_file.read(path)
    path.write_text("\n".join(text.splitlines()[:-1]))
    with pytest.raises(ReskontraError, match="RK734"):
        plan_file.read(path)
    path.write_text("document;amount\n")
    with pytest.raises(ReskontraError, match="RK742"):
        plan_file.read(path)


def test_a_series_never_meets_an_imported_number(books: SqlBooks, preferences: Preferences) -> None:
    fill(books, [10000], [10000])
    with books.write() as writer:
        taken = invoice(books.company, 2, 500, kind="payment")._replace(number="P0000001")
        writer.append([taken])
        writer.replace([OpenItem(books.company, 2, 1, "payment", "SEK", 500)])
    plan = plan_of(books, line(1, 10000, allocation(1, 10000), preferences=preferences))
    with pytest.raises(ReskontraError, match="RK744"):
        apply(books, plan, preferences)
    assert open_amounts(books) == {"invoice 1": 10000, "payment P0000001": 500}
    assert check(books) == []
