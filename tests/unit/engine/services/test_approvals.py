"""What another person must let pass: asked for, granted by somebody else, used once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from tests.unit.engine.services.test_customers import ACTOR as ADA
from tests.unit.engine.services.test_customers import codes, profile
from tests.unit.engine.services.test_customers import preferences as with_classes
from tests.unit.engine.services.test_work import PACK, found, preferences
from tests.unit.engine.services.test_work import invoice as released_invoice

from reskontra.adapters.storage.books import SqlBooks
from reskontra.config.customer_files import read_settings
from reskontra.engine.errors import Exit, ReskontraError
from reskontra.engine.ledger.acts import Act, is_asked
from reskontra.engine.ledger.records import Audit
from reskontra.engine.ledger.works import NewDocument, PlannedStep, application, document, work_of
from reskontra.engine.masters import CustomerRow, CustomersTable
from reskontra.engine.plan.model import Basis
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.approvals import (
    GRANT,
    REFUSE,
    acts_of_work,
    answer,
    asked_acts,
    second_person,
)
from reskontra.engine.services.check import check
from reskontra.engine.services.customers import change_customers
from reskontra.engine.services.import_masters import import_customers
from reskontra.engine.services.locks import unlock
from reskontra.engine.services.step_names import names_of

__all__ = ["preferences"]
BO = replace(ADA, login="bo", reason="seen")
BIG = {"credit": {"rule": "credit_limit", "limit": 900}}
CLASSES: dict[str, object] = {
    "ledger": {"default_customer_class": "small"},
    "customer_classes": {
        "small": {"defaults": {"credit": {"rule": "credit_limit", "limit": 100}}},
        "big": {"defaults": BIG},
    },
}


def edit(books: SqlBooks, *settings: str, who: object = ADA) -> None:
    asked = with_classes(CLASSES)
    with second_person(books, who, asked.ledger.second_person) as permit:  # type: ignore[arg-type]
        wanted = [read_settings("1", settings)]
        change_customers(books, wanted, asked, who, permit=permit)  # type: ignore[arg-type]


def bring(books: SqlBooks, *rows: CustomerRow) -> None:
    asked, table = with_classes(CLASSES), CustomersTable("csv:customers", rows)
    with second_person(books, ADA, asked.ledger.second_person) as permit:
        import_customers(
            books, table, file_name="c.csv", sha256="c", preferences=asked, actor="ada", at=ADA.at,
            permit=permit,
        )  # fmt: skip


def limit(books: SqlBooks) -> int | None:
    return profile(books, "1")[1].credit_limit


def actions(books: SqlBooks, subject: str) -> list[str]:
    with books.read() as reader:
        return [row.action for row in reader.records(Audit, subject=subject)]


def test_one_asks_another_grants_and_it_passes_once(books: SqlBooks) -> None:
    edit(books, "name=Ek AB", "credit.limit=100")
    edit(books, "credit.limit=50")
    with pytest.raises(ReskontraError) as caught:
        edit(books, "credit.limit=500", "name=Ek Bygg AB")
    assert caught.value.exit_code == Exit.PENDING
    (problem,) = caught.value.problems
    assert problem.code == "RK940"
    assert "customer:1: raised limits, 50.00 SEK → 500.00 SEK" in problem.message
    assert (limit(books), profile(books, "1")[0].name) == (50_00, "Ek AB"), "nothing is done"
    with books.read() as reader:
        ((name, one),) = asked_acts(reader).items()
    assert (name in problem.help, one.state, one.asked.actor) == (True, "waiting", "ada")

    assert codes(lambda: answer(books, [name, "act:0"], GRANT, ADA)) == ["RK942", "RK941"]
    answer(books, [name], GRANT, BO)
    assert codes(lambda: answer(books, [name], GRANT, BO)) == ["RK941"]
    assert codes(lambda: edit(books, "credit.limit=600")) == ["RK940"], "another amount"
    with pytest.raises(ReskontraError, match="bo approved it, so another person"):
        edit(books, "credit.limit=500", who=BO)
    edit(books, "credit.limit=500")
    assert limit(books) == 500_00
    assert actions(books, name) == ["ask approval", "grant approval", "use approval"]
    assert "raise credit limit" in actions(books, "customer:1")
    edit(books, "credit.limit=50")
    assert codes(lambda: edit(books, "credit.limit=500")) == ["RK940"], "it passed once"

    answer(books, [name], REFUSE, replace(BO, reason="pays late"))
    with pytest.raises(ReskontraError, match=r"bo refused it \(pays late\)"):
        edit(books, "credit.limit=500")
    assert actions(books, name)[-2:] == ["refuse approval", "ask approval"]
    assert not check(books)


def test_an_import_raises_no_limit_by_a_class_alone(sqlite_books: SqlBooks) -> None:
    books = sqlite_books
    bring(books, CustomerRow(2, "1", "Ek AB"), CustomerRow(3, "2", "Bo", customer_class="big"))
    assert limit(books) == 100_00
    bigger = CustomerRow(2, "1", "Ek AB", customer_class="big")
    assert codes(lambda: bring(books, bigger)) == ["RK940"]
    assert limit(books) == 100_00
    with books.read() as reader:
        (name,) = asked_acts(reader)
    answer(books, [name], GRANT, BO)
    bring(books, bigger)
    assert limit(books) == 900_00
    assert "raise credit limit" in actions(books, "customer:1")
    bring(books, CustomerRow(2, "1", "Ek AB", customer_class="small"))
    assert limit(books) == 100_00


def test_holds_payout_accounts_and_locks(sqlite_books: SqlBooks) -> None:
    books = sqlite_books
    edit(books, "name=Ek AB", "status=credit_hold", "payment_methods.BG.account=5050-1055")
    for change in (
        "status=active", "status=inactive", "payment_methods.BG.account=991-2346",
        "payment_methods.NEW.account=991-2346", "credit.rule=disabled",
    ):  # fmt: skip
        assert codes(lambda change=change: edit(books, change)) == ["RK940"], change  # type: ignore[misc]
    edit(books, "payment_methods.BG.account=5050-1055", "name=Ek")
    asked = with_classes().ledger.second_person

    def unlocking() -> None:
        with second_person(books, ADA, asked) as permit:
            unlock(books, ("ledger", "fiscal_year_start"), ADA, permit)

    assert codes(unlocking) == ["RK940"]
    assert actions(books, "config:ledger.fiscal_year_start") == []


def test_a_company_says_what_it_asks_for() -> None:
    asked = with_classes().ledger.second_person
    assert is_asked(Act("refunds", "draft:1", "", 1), asked)
    assert not is_asked(Act("write_offs", "document:1", "", 1000_00), asked)
    assert is_asked(Act("write_offs", "document:1", "", 1000_01), asked)
    assert not is_asked(Act("unlocks", "config:x", ""), replace(asked, unlocks=False))
    assert not is_asked(Act("refunds", "draft:1", "", 1), replace(asked, refunds_above=1))


def test_a_work_tells_what_it_gives_away(sqlite_books: SqlBooks, preferences: Preferences) -> None:
    books = found(sqlite_books)
    basis = Basis("documents", "ACME", 0, PACK, "2026-11-24", "test")

    def acts(kind: str, *steps: PlannedStep) -> Sequence[tuple[str, str, str, int]]:
        work = work_of(replace(basis, kind=kind), steps, {})
        with books.read() as reader:
            return [tuple(act) for act in acts_of_work(work, names_of(reader, steps))]  # type: ignore[misc]

    def made(kind: str, subject: str) -> PlannedStep:
        new = document(
            "ACME", kind, customer_id=1, document_date="2026-11-24", currency="SEK", amount=500,
            base_amount=500, account="1510",
        )  # fmt: skip
        return PlannedStep(subject, "", (NewDocument(new),), (
            application("ACME", -1, -1, 1, on="2026-11-24"),))  # fmt: skip

    assert acts("documents", released_invoice()) == []
    assert acts("documents", made("refund", "draft:4")) == [("refunds", "draft:4", "5.00 SEK", 500)]
    lost = made("small_balance_write_off", "customer:1")
    assert [act[:2] for act in acts("write_offs", lost)] == [("write_offs", "customer:1042")]
    assert [act[:2] for act in acts("credit_losses", lost)] == [("credit_losses", "customer:1042")]
