"""Rates are entered once, corrected by a newer entry, and told as they hold."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.unit.engine.services.test_work import ANNA

from reskontra.adapters.storage.books import SqlBooks
from reskontra.engine.errors import ReskontraError
from reskontra.engine.ledger.records import Audit, ExchangeRate
from reskontra.engine.services.check import check
from reskontra.engine.services.rates import WantedRate, add_rates, list_rates


def wanted(currency: str, day: str, rate: str, kind: str = "spot") -> WantedRate:
    return WantedRate(kind, currency, day, Decimal(rate))


def test_rates_are_entered_corrected_and_told(books: SqlBooks) -> None:
    first = [wanted("EUR", "2026-11-02", "11.20"), wanted("EUR", "2026-11-30", "11.30")]
    assert [c.kind for c in add_rates(books, first, "SEK", ANNA)] == ["new", "new"]
    again = [wanted("EUR", "2026-11-02", "11.2"), wanted("EUR", "2026-11-30", "11.31"),
             wanted("USD", "2026-11-30", "9.5")]  # fmt: skip
    kinds = [c.kind for c in add_rates(books, again, "SEK", ANNA)]
    assert kinds == ["unchanged", "changed", "new"]
    with books.read() as reader:
        assert reader.count(ExchangeRate) == 4, "nothing is replaced"
        told = [row.detail for row in reader.records(Audit)]
        assert told[2:] == ["spot 11.31 from 2026-11-30, was 11.30", "spot 9.5 from 2026-11-30"]
        listed = [(r["currency"], r["from"], r["rate"]) for r in list_rates(reader)]
        assert listed == [
            ("EUR", "2026-11-02", "11.20"), ("EUR", "2026-11-30", "11.31"),
            ("USD", "2026-11-30", "9.5"),
        ]  # fmt: skip
        on = [row["rate"] for row in list_rates(reader, on="2026-11-29")]
        assert on == ["11.20"]
        assert [row["rate"] for row in list_rates(reader, currency="USD")] == ["9.5"]
    assert check(books) == []


def test_what_is_wrong_is_told_at_once_and_nothing_is_entered(sqlite_books: SqlBooks) -> None:
    rates = [
        wanted("SEK", "2026-11-30", "1"), wanted("EUR", "2026-11-30", "11.30"),
        wanted("EUR", "2026-11-30", "11.30"), wanted("EUR", "2026-11-30", "11.25", "average"),
    ]  # fmt: skip
    with pytest.raises(ReskontraError) as error:
        add_rates(sqlite_books, rates, "SEK", ANNA)
    assert [problem.code for problem in error.value.problems] == ["RK896", "RK897"]
    with sqlite_books.read() as reader:
        assert reader.count(ExchangeRate) == 0
