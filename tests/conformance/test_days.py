"""The ledger at the end of any day, on both databases: what nobody can know before it happened does
not count, and what was taken back counts on no day."""

from __future__ import annotations

from tests.properties.days import prove_days
from tests.sample_rows import COMPANY, invoice

from reskontra.adapters.storage.books import SqlBooks
from reskontra.engine.ledger.records import Application, Customer, OpenItem

INVOICE = invoice(1)._replace(amount=1000, base_amount=1000, initial_open=1000, migrated=True,
                              import_id=None, document_date="2026-11-10")  # fmt: skip
PAYMENT = INVOICE._replace(id=2, kind="payment", number="P1", amount=700, base_amount=700,
                           initial_open=700, due_date=None, document_date="2026-11-05")  # fmt: skip
LATER = PAYMENT._replace(id=3, number="P2", amount=300, base_amount=300, initial_open=300,
                         document_date="2026-11-20")  # fmt: skip


def applied(
    id_: int, source: int, amount: int, on: str, reverses: int | None = None
) -> Application:
    return Application(COMPANY, id_, source, 1, amount, 0, on, 1, "D", reverses)


def test_what_was_open_at_the_end_of_a_day(books: SqlBooks) -> None:
    """Paid on account before the invoice, in part; the rest paid, taken back, and paid again."""
    with books.write() as writer:
        writer.append([Customer(COMPANY, 1, "1042", "Ek AB", "SE", "SEK", "", None, "", False, None,
                                "active", None)])  # fmt: skip
        writer.append([INVOICE, PAYMENT, LATER])
        writer.append(
            [
                applied(1, 2, 600, "2026-11-05"),
                applied(2, 3, 300, "2026-11-20"),
                applied(3, 3, -300, "2026-11-20", 2),
                applied(4, 3, 250, "2026-11-25"),
            ]
        )
        writer.append(
            [
                OpenItem(COMPANY, document, 1, kind, "SEK", amount)
                for document, kind, amount in (
                    (1, "invoice", 150), (2, "payment", 100), (3, "payment", 50),
                )
            ]
        )  # fmt: skip

    def open_at(day: str) -> dict[int, int]:
        with books.read() as reader:
            return dict(reader.item_frame(day).select("document_id", "open_amount").iter_rows())

    assert open_at("2026-11-04") == {}
    assert open_at("2026-11-05") == {2: 700}, "its invoice was not there yet"
    assert open_at("2026-11-10") == {1: 400, 2: 100}
    assert open_at("2026-11-20") == {1: 400, 2: 100, 3: 300}, "what was taken back never counted"
    assert open_at("2026-11-25") == open_at("") == {1: 150, 2: 100, 3: 50}
    prove_days(books)
