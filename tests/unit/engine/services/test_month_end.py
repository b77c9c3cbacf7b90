"""Runs at a month's end: what they post, on which days, that they pass, and that they are taken
back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.engine.services.test_settling import C, book, customer, fill, left, migrated
from tests.unit.engine.services.test_work import ANNA, preferences

from reskontra.adapters.storage.books import SqlBooks
from reskontra.engine.errors import ReskontraError
from reskontra.engine.ledger.base_amounts import open_base, with_base
from reskontra.engine.ledger.records import DocumentVat, ExchangeRate, JournalEntry, JournalLine
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.apply_payments import Wanted, plan_applications
from reskontra.engine.services.check import check
from reskontra.engine.services.month_end import (
    plan_doubtful,
    plan_expected_losses,
    plan_reclassification,
    plan_revaluation,
    require_month_end,
    standing_run,
)
from reskontra.engine.services.reconcile import reconciliation
from reskontra.engine.services.undo import undo

__all__ = ["preferences"]
ON, AFTER = "2026-11-30", "2026-12-01"


def rates(books: SqlBooks, *told: tuple[str, str, str]) -> None:
    with books.write() as writer:
        writer.append(
            [
                ExchangeRate(C, n, "spot", currency, day, rate, "anna", "")
                for n, (currency, day, rate) in enumerate(told, 1)
            ]
        )


def run(
    books: SqlBooks, kind: str, planner: Callable[..., Any], preferences: Preferences
) -> list[str]:
    """Plan and book; what the steps say."""
    with books.read() as reader:
        require_month_end(reader, kind, ON)
        steps = planner(reader, ON, preferences)
    if steps:
        book(books, kind, steps, preferences)
    return [step.because for step in steps]


def journal(books: SqlBooks, day: str) -> list[tuple[str, str, int, int]]:
    with books.read() as reader:
        entries = {e.id for e in reader.records(JournalEntry, entry_date=day)}
        return [
            (x.account, x.currency, x.amount, x.base_amount)
            for x in reader.records(JournalLine)
            if x.entry_id in entries
        ]


def differences(books: SqlBooks) -> list[int]:
    with books.read() as reader:
        return [row["difference"] for on in (ON, AFTER) for row in reconciliation(reader, on)]


def test_foreign_items_are_valued_at_the_rate_of_the_day_and_back(
    books: SqlBooks, preferences: Preferences
) -> None:
    """E16: EUR 1 000 at 11.20, then 11.30; a payment of USD 50 at 10.00, then 9.00."""
    fill(
        books,
        migrated(1, "invoice", 1_500_00, base_amount=16_800_00, currency="EUR"),
        migrated(2, "payment", 500_00, base_amount=5_600_00, currency="EUR"),
        migrated(3, "payment", 50_00, base_amount=500_00, currency="USD"),
        migrated(4, "invoice", 70_00),
    )
    with pytest.raises(ReskontraError) as error, books.read() as reader:
        plan_revaluation(reader, ON, preferences)
    assert [p.code for p in error.value.problems] == ["RK892", "RK892"]
    rates(books, ("EUR", "2026-11-27", "11.30"), ("EUR", AFTER, "20"), ("USD", ON, "9"))
    told = run(books, "revaluation", plan_revaluation, preferences)
    assert told == [
        "1000.00 EUR at 11.30 is worth 11300.00 SEK, booked at 11200.00 SEK",
        "-50.00 USD at 9 is worth -450.00 SEK, booked at -500.00 SEK",
    ]
    gain = preferences.accounts.account("fx_gain")
    posted = [
        ("1510", "EUR", 0, 100_00), (gain, "EUR", 0, -100_00),
        ("1510", "USD", 0, 50_00), (gain, "USD", 0, -50_00),
    ]  # fmt: skip
    assert journal(books, ON) == posted
    assert journal(books, AFTER) == [(a, c, x, -base) for a, c, x, base in posted]
    assert check(books) == []

    with pytest.raises(ReskontraError) as error:
        run(books, "revaluation", plan_revaluation, preferences)
    assert error.value.problems[0].code == "RK894", "once for a month"
    with books.read() as reader:
        assert standing_run(reader, "revaluation", ON) == 1
    undo(books, 1, preferences=preferences, actor=ANNA)
    with books.read() as reader:
        assert standing_run(reader, "revaluation", ON) is None
    assert check(books) == []
    assert len(run(books, "revaluation", plan_revaluation, preferences)) == 2


def test_what_was_settled_after_the_day_is_valued_as_it_stood(
    sqlite_books: SqlBooks, preferences: Preferences
) -> None:
    fill(
        sqlite_books,
        migrated(1, "invoice", 1_000_00, base_amount=11_200_00, currency="EUR"),
        migrated(2, "payment", 400_00, base_amount=4_540_00, currency="EUR"),
    )
    rates(sqlite_books, ("EUR", ON, "11.30"))
    with sqlite_books.read() as reader:
        before = plan_revaluation(reader, ON, preferences)
        later = Wanted("2026-12-10")
        steps = plan_applications(reader, later, preferences, lambda day: day)
    book(sqlite_books, "applications", steps, preferences)
    with sqlite_books.read() as reader:
        assert plan_revaluation(reader, ON, preferences) == before


def test_credit_balances_become_a_liability_for_a_night(
    books: SqlBooks, preferences: Preferences
) -> None:
    """Customer 1 owes 50 after all, 2 has 40 in credit; a prepayment is a liability already."""
    prepayments = preferences.accounts.account("prepayment")
    fill(
        books,
        migrated(1, "invoice", 80), migrated(2, "payment", 30), migrated(3, "credit_note", 45, 2),
        migrated(4, "invoice", 5, 2), migrated(5, "prepayment", 60, 2, account=prepayments),
        customers=(customer(1), customer(2)),
    )  # fmt: skip
    told = run(books, "reclassification", plan_reclassification, preferences)
    assert told == ["has 0.40 SEK in credit on 1510"]
    liability = preferences.accounts.account("customer_overpaid")
    assert journal(books, ON) == [("1510", "SEK", 40, 40), (liability, "SEK", -40, -40)]
    assert journal(books, AFTER) == [("1510", "SEK", -40, -40), (liability, "SEK", 40, 40)]
    before = left(books)
    assert check(books) == []
    assert not any(differences(books)), "the subledger and its account agree on either day"
    undo(books, 1, preferences=preferences, actor=ANNA)
    assert left(books) == before
    assert check(books) == []
    assert not any(differences(books))


def test_losses_are_expected_by_age_and_without_vat(
    books: SqlBooks, preferences: Preferences
) -> None:
    """E17: 4 500 with 25 % VAT; 80 % of it is lost. A fee has no VAT; nobody pays for another."""
    with books.read() as reader, pytest.raises(ReskontraError) as error:
        plan_expected_losses(reader, ON, preferences)
    assert error.value.problems[0].code == "RK895"
    expected = {"current": 100, "31-60": 8_000, "> 90": 5_000}
    wanted = replace(preferences, ledger=replace(preferences.ledger, expected_losses=expected))
    fill(
        books,
        migrated(1, "invoice", 4_500_00, due_date="2026-10-15"),
        migrated(2, "dunning_fee", 100_00, due_date="2026-10-15"),
        migrated(3, "invoice", 1_000_00, base_amount=11_200_00, currency="EUR",
                 due_date="2026-12-24"),
        migrated(4, "payment", 50_00, document_date="2026-08-01"),
        migrated(5, "payment", 900_00, 2, document_date="2026-10-15"),
        customers=(customer(1), customer(2)),
    )  # fmt: skip
    with books.write() as writer:
        writer.append([DocumentVat(C, 1, 3, "0", "0", 1_000_00, 0, "")])
    told = run(books, "expected_losses", plan_expected_losses, wanted)
    assert told == ["1 % of 11200.00 SEK (current), 80 % of 3700.00 SEK (31-60)"]
    total = 112_00 + 2_960_00
    assert journal(books, ON) == [
        (preferences.accounts.account("loss_expected"), "SEK", total, total),
        (preferences.accounts.account("ar_allowance"), "SEK", -total, -total),
    ]
    assert sum(base for *_, base in journal(books, AFTER) if base > 0) == total
    assert check(books) == []


def test_a_kept_allowance_is_adjusted_and_counts_to_no_document(
    books: SqlBooks, preferences: Preferences
) -> None:
    """Also where a chart has allowance and receivables on one account."""
    one = replace(preferences.accounts, roles=preferences.accounts.roles | {"ar_allowance": "1510"})
    ledger = replace(preferences.ledger, expected_losses={"31-60": 5_000}, keep_allowance=True)
    kept = replace(preferences, ledger=ledger, accounts=one)
    fill(books, migrated(1, "invoice", 1_250_00, due_date="2026-10-15"))
    run(books, "expected_losses", plan_expected_losses, kept)
    assert journal(books, AFTER) == [], "it stays"
    assert check(books) == []
    assert not any(differences(books))
    with books.read() as reader:
        (step,) = plan_expected_losses(reader, "2026-12-31", kept)
        assert step.because == "nothing; 500.00 SEK is provided for", "it is 61-90 now"
        assert [line.base_amount for line in step.vouchers[0].lines] == [-500_00, 500_00]
        assert len(step.vouchers) == 1
        assert plan_expected_losses(reader, ON, kept) == [], "nothing changed"
    undo(books, 1, preferences=kept, actor=ANNA)
    with books.read() as reader:
        assert len(plan_expected_losses(reader, ON, kept)) == 1
    assert check(books) == []


def test_what_is_due_for_long_is_doubtful_for_a_night(
    books: SqlBooks, preferences: Preferences
) -> None:
    fill(
        books,
        migrated(1, "invoice", 4_500_00, due_date="2026-08-31"),
        migrated(2, "invoice", 100_00, base_amount=1_120_00, currency="EUR", due_date="2026-08-01"),
        migrated(3, "invoice", 70_00, due_date="2026-09-01"),
        migrated(4, "payment", 50_00, document_date="2026-08-01"),
    )  # fmt: skip
    told = run(books, "doubtful", plan_doubtful, preferences)
    assert told == [
        "100.00 EUR has been due for more than 90 days",
        "4500.00 SEK has been due for more than 90 days",
    ]
    assert journal(books, ON) == [
        ("1515", "EUR", 100_00, 1_120_00), ("1510", "EUR", -100_00, -1_120_00),
        ("1515", "SEK", 4_500_00, 4_500_00), ("1510", "SEK", -4_500_00, -4_500_00),
    ]  # fmt: skip
    assert len(journal(books, AFTER)) == 4
    assert not any(differences(books))
    undo(books, 1, preferences=preferences, actor=ANNA)
    assert check(books) == []


def test_the_day_is_the_last_of_a_month(sqlite_books: SqlBooks) -> None:
    with sqlite_books.read() as reader:
        for day in ("2026-11-30", "2026-12-31", "2027-02-28", "2028-02-29"):
            require_month_end(reader, "revaluation", day)
        for day, last in (("2028-02-28", "2028-02-29"), ("2026-12-01", "2026-12-31")):
            with pytest.raises(ReskontraError) as error:
                require_month_end(reader, "revaluation", day)
            problem = error.value.problems[0]
            assert (problem.code, problem.help) == ("RK891", f"--on {last}")


def test_base_amounts_in_columns_are_those_of_one_document(sqlite_books: SqlBooks) -> None:
    """Also where the product of two amounts does not fit 64 bits."""
    documents = [
        migrated(1, "invoice", 3, base_amount=100, initial_open=2, currency="EUR"),
        migrated(2, "invoice", 10**12 + 7, base_amount=11 * 10**12 + 3, initial_open=10**12 - 1,
                 currency="EUR"),
        migrated(3, "payment", 10**16, base_amount=10**16),
    ]  # fmt: skip
    fill(sqlite_books, *documents)
    with sqlite_books.read() as reader:
        worth = with_base(reader, reader.item_frame())["open_base"].to_list()
    assert worth == [open_base(d, d.initial_open) for d in documents]
