"""Payments in a foreign currency: worth their day's rate, differences realised, and nothing left
over in base currency in whatever order they are booked and taken back."""

from __future__ import annotations

import shutil
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from tests.unit.engine.services.test_apply_and_undo import ANNA, apply, bank_line, plan_of
from tests.unit.engine.services.test_settling import C, fill, left, migrated
from tests.unit.engine.services.test_work import preferences as base_preferences

from reskontra.adapters.storage.books import SqlBooks
from reskontra.adapters.storage.opening import open_books
from reskontra.engine.ledger.records import (
    BankLineState,
    Document,
    ExchangeRate,
    ImportFile,
    JournalLine,
    StatementRecord,
)
from reskontra.engine.plan.build import book
from reskontra.engine.plan.model import Allocation, PlannedLine
from reskontra.engine.plan.settling import WriteOffRoom
from reskontra.engine.preferences import Preferences
from reskontra.engine.preferences.accounts import CashAccount
from reskontra.engine.services.check import check
from reskontra.engine.services.exchange import exchange_of
from reskontra.engine.services.undo import undo

__all__ = ["base_preferences"]
DAY = "2026-11-20"
EURO = CashAccount("main", "1940", "EUR", (), "details", "import", "off")
Postings = list[tuple[str, int, int | None]]


@pytest.fixture
def preferences(base_preferences: Preferences) -> Preferences:
    return replace(base_preferences, cash_accounts=(EURO,))


def euros(id_: int, amount: int, base: int, kind: str = "invoice") -> Document:
    return migrated(id_, kind, amount, base_amount=base, currency="EUR")


def ledger(
    books: SqlBooks, *documents: Document, lines: list[int], rate: str, currency: str = "EUR"
) -> SqlBooks:
    """Books with these documents in euros and bank lines (ids 1 ...)."""
    fill(books, *documents)
    with books.write() as writer:
        writer.append(
            [ImportFile(C, 2, "bank", "f", "0" * 64, "t", "", len(lines), "{}", "a", "", None, "")]
        )
        statement = StatementRecord(
            C, 1, 2, "main", "details", "S", "", 1, "", currency, None, None, 0, True
        )
        writer.append([statement])
        found = [bank_line(C, n, amount) for n, amount in enumerate(lines, 1)]
        writer.append([one._replace(import_id=2, currency=currency) for one in found])
        writer.append([ExchangeRate(C, 1, "spot", "EUR", "2026-11-01", rate, "anna", "")])
        writer.replace([BankLineState(C, n, "new", "", None) for n in range(1, len(lines) + 1)])
    return books


def planned(
    books: SqlBooks, number: int, amount: int, preferences: Preferences, *uses: Allocation,
    treat: str = "open_payment", outcome: str = "apply", crowns: int = 0,
) -> PlannedLine:  # fmt: skip
    asked = PlannedLine(
        line=number, source_id=f"B{number}", cash_account="main", booking_date=DAY,
        amount=crowns or amount, currency="SEK" if crowns else "EUR",
        paid=amount if crowns else 0, paid_currency="EUR" if crowns else "",
        payer="Ek", text="", reference="", outcome=outcome, treat=treat,
        tier="reference", rule="r", rule_at="", because="", relevance=0, runner_up=0,
        customer="C1", account="", role="",
    )  # fmt: skip
    with books.read() as reader:
        exchange = exchange_of(reader, [("EUR", DAY)], [use.document for use in uses], "SEK")
    room = WriteOffRoom(company={"EUR": 100}, customer={}, used={})
    return book(asked, uses, room=room, preferences=preferences, exchange=exchange)


def use(
    document: int, before: int, paid: int = 0, *, discount: int = 0, sign: int = 1
) -> Allocation:
    kind = "invoice" if sign > 0 else "credit_note"
    paid = paid or before - discount
    return Allocation(document, f"D{document}", kind, "C1", "1510", sign, before, paid, discount)


def postings(line: PlannedLine) -> Postings:
    assert not line.blocked
    return [(posting.role, posting.amount, posting.base_amount) for posting in line.postings]


def test_the_difference_to_what_documents_were_booked_at_is_realised(
    sqlite_books: SqlBooks, preferences: Preferences
) -> None:
    discounted = euros(4, 900_00, 9_000_00)._replace(
        discount_amount=10_00, discount_date="2026-12-31"
    )
    books = ledger(
        sqlite_books, euros(1, 1000_00, 11_200_00), euros(2, 500_00, 5_700_00),
        euros(3, 100_00, 1_130_00, "credit_note"), discounted, euros(5, 3_00, 30_00),
        lines=[1000_00, 400_30, 490_00, 50_00, 300_00, 2_50], rate="11.35",
    )  # fmt: skip
    lines = [
        planned(books, 1, 1000_00, preferences, use(1, 1000_00)),
        planned(books, 2, 400_30, preferences, use(2, 500_00), use(3, 100_00, sign=-1),
                treat="write_off"),
        planned(books, 3, 490_00, preferences, use(4, 900_00, 480_00, discount=10_00)),
        planned(books, 4, 50_00, preferences, outcome="open_payment"),
        planned(books, 5, 300_00, preferences, use(4, 410_00, 300_00), treat="keep_open"),
        planned(books, 6, 2_50, preferences, use(5, 3_00), treat="write_off"),
    ]  # fmt: skip
    assert postings(lines[0]) == [
        ("bank", 1000_00, 11_350_00), ("ar_trade", -1000_00, -11_200_00), ("fx_gain", 0, -150_00),
    ]  # fmt: skip
    assert postings(lines[1]) == [
        ("bank", 400_30, 4_543_41), ("ar_trade", -400_00, -4_570_00), ("rounding", -30, -3_41),
        ("fx_loss", 0, 30_00),
    ]  # fmt: skip
    assert postings(lines[2]) == [
        ("bank", 490_00, 5_561_50), ("ar_trade", -500_00, -5_013_50),
        ("cash_discount", 10_00, 100_00), ("fx_gain", 0, -648_00),
    ]  # fmt: skip
    assert postings(lines[3]) == [("bank", 50_00, 567_50), ("ar_trade", -50_00, -567_50)]
    assert postings(lines[5])[2] == ("rounding", 50, 5_00), "at what the document was booked at"

    run = apply(books, plan_of(books, *lines), preferences)
    assert left(books) == {4: 110_00, 9: 10_00, 10: 50_00}
    assert [problem.message for problem in check(books)] == []
    undo(books, run, preferences=preferences, actor=ANNA)
    assert [problem.message for problem in check(books)] == []
    with books.read() as reader:
        assert worth(list(reader.records(JournalLine))) == {}


def worth(lines: list[JournalLine]) -> dict[str, tuple[int, int]]:
    """Account -> what is left on it, in its currency and in base currency; gains and losses of
    exchange are one.
    """
    sums: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for one in lines:
        account = "exchange" if one.role in ("fx_gain", "fx_loss") else one.account
        amount, base = sums[account]
        sums[account] = (amount + one.amount, base + one.base_amount)
    return {account: both for account, both in sorted(sums.items()) if both != (0, 0)}


def test_without_a_rate_or_an_account_for_the_difference_nothing_is_booked(
    sqlite_books: SqlBooks, preferences: Preferences
) -> None:
    books = ledger(sqlite_books, euros(1, 100, 1000), lines=[100, 100], rate="11.35")
    roles = {role: a for role, a in preferences.accounts.roles.items() if role != "fx_gain"}
    bare = replace(preferences, accounts=replace(preferences.accounts, roles=roles))
    assert planned(books, 1, 100, bare, use(1, 100)).blocked == (
        "RK726 the company has no account for role 'fx_gain'"
    )
    early = replace(planned(books, 1, 100, preferences, use(1, 100)), booking_date="2026-10-31")
    room = WriteOffRoom(company={}, customer={}, used={})
    assert book(early, (use(1, 100),), room=room, preferences=preferences).blocked == (
        "RK721 there is no spot rate of EUR for 2026-10-31: not booked"
    )


@settings(
    max_examples=8, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(
    amounts=st.lists(st.integers(1, 9), min_size=2, max_size=4),
    base=st.integers(1, 999),
    rate=st.decimals(Decimal("0.01"), Decimal(99), places=4),
    backwards=st.booleans(),
    crowns=st.lists(st.integers(1, 999), min_size=4, max_size=4) | st.none(),
)
@example(amounts=[1, 1, 1], base=100, rate=Decimal("30.5"), backwards=False, crowns=None)
@example(amounts=[1, 1, 1], base=100, rate=Decimal(1), backwards=False, crowns=[9, 90, 1, 1])
def test_nothing_is_left_over_in_any_order(
    amounts: list[int], base: int, rate: Decimal, backwards: bool, crowns: list[int] | None,
    preferences: Preferences, sqlite_template: Path, tmp_path: Path,
) -> None:  # fmt: skip
    """Parts of one document, paid one after the other in its currency or in the company's own, and
    taken back in either order.
    """
    path = tmp_path / "parts.sqlite"
    shutil.copy(sqlite_template, path)
    books = open_books(f"sqlite:///{path}", C)
    ledger(
        books, euros(1, sum(amounts), base), rate=f"{rate:f}",
        lines=crowns[: len(amounts)] if crowns else amounts, currency="SEK" if crowns else "EUR",
    )  # fmt: skip
    runs = []
    for number, amount in enumerate(amounts, 1):
        line = planned(
            books, number, amount, preferences, use(1, left(books)[1], amount),
            crowns=crowns[number - 1] if crowns else 0,
        )  # fmt: skip
        runs.append(apply(books, plan_of(books, line), preferences))
        assert [problem.message for problem in check(books)] == []
    assert left(books) == {}
    for run in reversed(runs) if backwards else runs:
        undo(books, run, preferences=preferences, actor=ANNA)
        assert [problem.message for problem in check(books)] == []
    with books.read() as reader:
        assert worth(list(reader.records(JournalLine))) == {}
