"""The benchmark of the customer ledger: its books are books, and what is timed is the answer."""

from __future__ import annotations

from pathlib import Path

from benchmarks.ledger import ask, make, report
from tests.properties.days import prove_days

from reskontra.engine.ledger.records import Application, Document
from reskontra.engine.services.balances import owed

DOCUMENTS = 40


def test_the_books_are_asked_every_question(tmp_path: Path) -> None:
    path = tmp_path / "books.sqlite"
    books = make(path, DOCUMENTS)
    with books.read() as reader:
        assert (reader.count(Document), reader.count(Application)) == (DOCUMENTS, DOCUMENTS)
        assert owed(reader.item_frame())["SEK"] > 0
    prove_days(books)
    found = ask(path, books, DOCUMENTS)
    assert len(found) == len({question.name for question in found}) == 6
    assert report(DOCUMENTS, found).count("\n| ") == len(found) + 2
