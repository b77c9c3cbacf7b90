"""Money that comes in for what was lost: income, VAT that is owed again, and never more than was
lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.engine.services.test_credit_loss import PROVED, lose, with_vat
from tests.unit.engine.services.test_document_works import do, lines
from tests.unit.engine.services.test_settling import ON, customer, fill, left, migrated
from tests.unit.engine.services.test_work import ANNA, C
from tests.unit.engine.services.test_work import preferences as nord

from reskontra.adapters.storage.books import SqlBooks
from reskontra.engine.errors import ReskontraError
from reskontra.engine.ledger.records import ExchangeRate
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.check import check
from reskontra.engine.services.corrections import plan_reversal, plan_void
from reskontra.engine.services.credit_loss import Loss
from reskontra.engine.services.recovery import Recovered, plan_recovery
from reskontra.engine.services.undo import undo
from reskontra.engine.services.vat_report import vat_report

__all__ = ["nord"]


@pytest.fixture
def preferences(nord: Preferences) -> Preferences:
    """Those of the company whose books they are."""
    return replace(nord, company=replace(nord.company, id=C))


def test_it_is_income_and_its_vat_is_owed_again(books: SqlBooks, preferences: Preferences) -> None:
    """EUR 300.03 at 11.20 was lost, of two VAT codes; a third comes in at 11.50, then the rest."""
    invoice = migrated(1, "invoice", 300_03, base_amount=3_360_34, currency="EUR")
    fill(books, invoice)
    with books.write() as writer:
        writer.append([ExchangeRate(C, 1, "spot", "EUR", ON, "11.50", "anna", "")])
    with_vat(
        books, 1, ("standard", "25", 160_00, 40_00, "2611"),
        ("reduced12", "12", 89_31, 10_72, "2621"),
    )  # fmt: skip
    lose(books, preferences, Loss(invoice, ON, None, PROVED))
    part = Recovered("W0000001", "100.01", ON, "main")
    came = do(books, "documents", preferences, plan_recovery, part)
    assert [(d.kind, d.amount) for d in came.documents] == [
        ("payment", 100_01), ("debit_note", 100_01)
    ]  # fmt: skip
    booked = lines(books, came.run)
    assert [(account, amount) for account, amount, _ in booked] == [
        ("1510", -100_01), ("1930", 100_01), ("1510", 100_01), ("3950", -53_34 - 29_77),
        ("2611", -13_33), ("2621", -3_57),
    ]  # fmt: skip
    assert booked[1][2] == 1_150_12
    assert left(books) == {}
    rest = do(books, "documents", preferences, plan_recovery, replace(part, amount=""))
    assert rest.documents[0].amount == 200_02
    with books.read() as reader, pytest.raises(ReskontraError, match=r"RK817 0\.01 cannot"):
        plan_recovery(reader, replace(part, amount="0.01"), preferences)
    assert check(books) == []
    undo(books, rest.run, preferences=preferences, actor=ANNA)
    do(books, "documents", preferences, plan_reversal, came.documents[1].number, ON)
    assert check(books) == []
    with books.read() as reader:
        assert sum(row["vat"] for row in vat_report(reader, [ON[:7]], "SEK")) < 0, "lost again"
        assert plan_recovery(reader, replace(part, amount=""), preferences).documents[0]


def test_only_a_loss_that_stands_is_recovered(
    sqlite_books: SqlBooks, preferences: Preferences
) -> None:
    invoice = migrated(1, "invoice", 100_00)
    fill(sqlite_books, invoice, customers=(customer(1),))
    lose(sqlite_books, preferences, Loss(invoice, ON, 60_00))
    for wanted, said in (
        (Recovered("W9"), "RK815"),
        (Recovered("D1"), "RK816 invoice D1 is no credit loss"),
        (Recovered("W0000001", "60.01"), "RK817 60.01 cannot be recovered"),
        (Recovered("W0000001", on="2026-11-29"), "RK816 2026-11-29 is before"),
        (Recovered("W0000001", on=ON, cash_account="kassa"), "RK801"),
    ):
        with sqlite_books.read() as reader, pytest.raises(ReskontraError, match=said):
            plan_recovery(reader, wanted, preferences)
    do(sqlite_books, "voids", preferences, plan_void, "W0000001", ON)
    with sqlite_books.read() as reader, pytest.raises(ReskontraError, match="RK816"):
        plan_recovery(reader, Recovered("W0000001", on=ON), preferences)
