"""Compensation for late payment: once for a claim that is late, its fees included."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.engine.services.test_document_works import do
from tests.unit.engine.services.test_settling import ON, fill, left, migrated
from tests.unit.engine.services.test_work import C
from tests.unit.engine.services.test_work import preferences as nord

from reskontra.adapters.storage.books import SqlBooks
from reskontra.engine.errors import ReskontraError
from reskontra.engine.ledger.records import DocumentLink
from reskontra.engine.preferences import Preferences
from reskontra.engine.preferences.ledger import LateCompensation
from reskontra.engine.services.check import check
from reskontra.engine.services.compensation import plan_compensation
from reskontra.engine.services.corrections import plan_reversal

__all__ = ["nord"]


@pytest.fixture
def preferences(nord: Preferences) -> Preferences:
    """Those of the company whose books they are, which asks for compensation."""
    return replace(
        nord,
        company=replace(nord.company, id=C),
        ledger=replace(nord.ledger, late_compensation=LateCompensation(True, 450_00)),
    )


def test_a_claim_gives_it_once_with_its_fees(books: SqlBooks, preferences: Preferences) -> None:
    fill(
        books, migrated(1, "invoice", 1_000_00), migrated(2, "dunning_fee", 60_00),
        migrated(3, "invoice", 1_000_00, due_date="2026-11-28"), migrated(4, "payment", 5_00),
    )  # fmt: skip
    with books.write() as writer:
        writer.append([DocumentLink(C, 1, 2, "fee_of", 1)])
    made = do(books, "documents", preferences, plan_compensation, "D1", ON)
    (charge,) = made.documents
    assert (charge.kind, charge.amount) == ("dunning_fee", 390_00), "60 were charged before"
    off = replace(
        preferences,
        ledger=replace(preferences.ledger, late_compensation=LateCompensation(False, 1)),
    )
    for name, on, p, said in (
        ("D9", ON, preferences, "RK815"),
        ("D1", ON, preferences, "RK930 450.00 SEK was charged"),
        ("D3", ON, preferences, "RK930 invoice D3 is due 2026-11-30"),
        ("D4", ON, preferences, "RK930 payment D4 is no claim"),
        ("D1", ON, off, "RK930 the company does not charge"),
    ):
        with books.read() as reader, pytest.raises(ReskontraError, match=said):
            plan_compensation(reader, name, on, p)
    do(books, "documents", preferences, plan_reversal, charge.number, ON)
    assert left(books) == {1: 1_000_00, 2: 60_00, 3: 1_000_00, 4: 5_00}
    again = do(books, "documents", preferences, plan_compensation, "D1", ON)
    assert again.documents[0].amount == 390_00
    assert check(books) == []
