"""Open orders: whole each time, and room that they take of a customer's credit."""

from __future__ import annotations

import pytest
from tests.unit.engine.services.test_credit import agree, standing
from tests.unit.engine.services.test_drafts import codes, customer, ours
from tests.unit.engine.services.test_work import ANNA, preferences

from reskontra.adapters.formats.csv_table import read_open_orders
from reskontra.adapters.storage.books import SqlBooks
from reskontra.engine.errors import ReskontraError
from reskontra.engine.ledger.records import Audit, Customer, OpenOrder
from reskontra.engine.preferences import Preferences
from reskontra.engine.services.balances import balance_of
from reskontra.engine.services.open_orders import OrderChange, order_rows, replace_orders

__all__ = ["ours", "preferences"]
HEAD = "order,customer,currency,amount,on_hold\n"


def told(books: SqlBooks, *rows: str) -> list[OrderChange]:
    """Import a file of these rows."""
    data = (HEAD + "\n".join(rows) + "\n").encode()
    return replace_orders(books, read_open_orders(data, file="orders.csv"), "orders.csv", ANNA)


def held(books: SqlBooks) -> list[tuple[int, str, int, bool]]:
    with books.read() as reader:
        return [(o.id, o.number, o.amount, o.on_hold) for o in reader.records(OpenOrder)]


def test_a_file_is_whole(sqlite_books: SqlBooks) -> None:
    customer(sqlite_books)
    told(sqlite_books, "O2,1042,SEK,200.00,no", "O1,1042,SEK,100.00,", "O3,1042,SEK,1.00,yes")
    assert held(sqlite_books) == [
        (1, "O2", 200_00, False), (2, "O1", 100_00, False), (3, "O3", 1_00, True),
    ]  # fmt: skip
    changes = told(sqlite_books, "O1,1042,SEK,100.00,", "O4,1042,SEK,4.00,", "O3,1042,SEK,1.00,no")
    assert held(sqlite_books) == [
        (2, "O1", 100_00, False), (3, "O3", 1_00, False), (4, "O4", 4_00, False),
    ]  # fmt: skip
    with sqlite_books.read() as reader:
        assert [(r["order"], r["change"], r["before"], r["amount"], r["customer"])
                for r in order_rows(reader, changes)] == [
            ("O2", "gone", 200_00, None, "1042"), ("O3", "changed", 1_00, 1_00, "1042"),
            ("O4", "new", None, 4_00, "1042"),
        ]  # fmt: skip
        audits = [(row.subject, row.detail) for row in reader.records(Audit)][-2:]
    assert audits == [("open orders", "3 new"), ("open orders", "1 new, 1 changed, 1 gone")]
    before = held(sqlite_books)
    assert {change.kind for change in told(sqlite_books, *rows_of(before))} == {"unchanged"}
    assert sqlite_books.tampering() == []


def rows_of(orders: list[tuple[int, str, int, bool]]) -> list[str]:
    """The same orders once more, in another order."""
    return [f"{number},1042,SEK,{amount / 100:.2f},no" for _, number, amount, _ in orders[::-1]]


def test_orders_take_room_unless_they_are_on_hold(
    sqlite_books: SqlBooks, ours: Preferences
) -> None:
    customer(sqlite_books)
    agree(sqlite_books, credit_limit=10_000_00)
    told(sqlite_books, "O1,1042,SEK,7000.00,no", "O2,1042,SEK,9000.00,yes")
    found = standing(sqlite_books, ours)
    assert (found.ordered, found.room) == (7_000_00, 3_000_00)
    assert not found.verdict(3_000_01).ok
    with sqlite_books.read() as reader:
        known = next(iter(reader.records(Customer)))
        assert balance_of(reader, known).ordered == {"SEK": 7_000_00}
        assert balance_of(reader, known, "2026-01-01").ordered == {}, "known only as they are now"


def test_wrong_files_change_nothing(sqlite_books: SqlBooks) -> None:
    customer(sqlite_books)
    told(sqlite_books, "O1,1042,SEK,1.00,no")
    before = held(sqlite_books)
    assert codes(lambda: told(sqlite_books, "O2,1042,SEK,1.00,no", "O3,C9,SEK,1.00,no")) == [
        "RK594"
    ]
    wrong = ("O1,1042,SEK,-1.00,no", "O1,1042,SEK,1.00,perhaps", "O2,,XX,,no")
    with pytest.raises(ReskontraError) as refused:
        told(sqlite_books, *wrong)
    lines = {
        (problem.code, problem.place.line) for problem in refused.value.problems if problem.place
    }
    assert lines >= {("RK578", 2), ("RK576", 3), ("RK577", 3), ("RK577", 4)}
    assert held(sqlite_books) == before


def test_the_shipped_dialect_reads_the_canonical_layout() -> None:
    (order,) = read_open_orders(f"{HEAD}O1,1042,EUR,12.50,\n".encode(), file="orders.csv")
    assert (order.number, order.customer, order.currency, order.amount) == (
        "O1",
        "1042",
        "EUR",
        1250,
    )
    assert (order.on_hold, order.line) == (False, 2)
