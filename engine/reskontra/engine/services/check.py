"""Check: prove the books again, law by law; one broken law never hides another."""

from __future__ import annotations

from reskontra.engine.errors import Problem
from reskontra.engine.ledger.laws import LAWS
from reskontra.engine.ports import Books


def check(books: Books) -> list[Problem]:
    """Every broken law and every tampered row; empty = the books are clean."""
    problems = list(books.tampering())
    with books.read() as reader:
        for law in LAWS:
            problems.extend(law(reader))
    return problems
