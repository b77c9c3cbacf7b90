"""The rate of a day is the newest on or before it, as entered last."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reskontra.adapters.storage.books import SqlBooks
from reskontra.engine.errors import ReskontraError
from reskontra.engine.ledger.exchange_rates import rate_on, rates_on
from reskontra.engine.ledger.records import ExchangeRate


def test_the_newest_rate_on_or_before_the_day_holds(sqlite_books: SqlBooks) -> None:
    told = [
        ("spot", "EUR", "2026-11-02", "11.20"), ("spot", "EUR", "2026-11-30", "11.30"),
        ("spot", "EUR", "2026-11-02", "11.25"), ("spot", "USD", "2026-11-16", "9.5000"),
        ("average", "NOK", "2026-11-01", "0.98"),
    ]  # fmt: skip
    with sqlite_books.write() as writer:
        writer.append([ExchangeRate("ACME", n, *row, "anna", "") for n, row in enumerate(told, 1)])
    with sqlite_books.read() as reader:
        assert rate_on(reader, "EUR", "2026-11-29") == Decimal("11.25"), "the correction holds"
        assert rates_on(reader, ["EUR", "USD"], "2026-12-31") == {
            "EUR": Decimal("11.30"), "USD": Decimal("9.5"),
        }  # fmt: skip
        assert rate_on(reader, "NOK", "2026-11-05", "average") == Decimal("0.98")
        with pytest.raises(ReskontraError) as error:
            rates_on(reader, ["USD", "NOK", "EUR"], "2026-11-10")
    assert [(p.code, p.message.split(" for")[0]) for p in error.value.problems] == [
        ("RK892", "there is no spot rate of USD"), ("RK892", "there is no spot rate of NOK"),
    ]  # fmt: skip
