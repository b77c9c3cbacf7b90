"""Seals stay what they are on every machine and version of Python, and tell all rows apart."""

from __future__ import annotations

import pytest
from tests.sample_rows import invoice

from reskontra.adapters.storage.seals import (
    Ledger,
    TableSeal,
    ledger_seal,
    row_seals,
    seal_of,
    table_seal_seal,
)
from reskontra.adapters.storage.tables import TABLES
from reskontra.engine.ledger.records import Customer, CustomerAlias, Document

GOLDEN_ROW = 2082997284117853544
GOLDEN_TABLE = 27824917132965296
GOLDEN_LEDGER = 2484631746330809791


def test_golden() -> None:
    """Stored seals must hold for years: these numbers never change."""
    assert row_seals(TABLES[Document], [invoice(1)]) == [GOLDEN_ROW]
    seal = TableSeal("ACME", "document", 1, 1, GOLDEN_ROW)
    assert table_seal_seal(seal) == GOLDEN_TABLE
    assert ledger_seal(Ledger("ACME", 1), [seal]) == GOLDEN_LEDGER


def test_truth_is_sealed_as_the_database_gives_it_back() -> None:
    table = TABLES[Document]
    record = invoice(2)
    stored = tuple(int(v) if isinstance(v, bool) else v for v in record)
    assert row_seals(table, [record]) == row_seals(table, [stored])


def test_fields_do_not_run_into_each_other() -> None:
    table = TABLES[CustomerAlias]
    rows = [("A", 1, 11, "x"), ("A", 11, 1, "x"), ("A1", 1, 1, "1x"), ("A", 1, 1, "11x")]
    assert len(set(row_seals(table, rows))) == len(rows)


def test_the_same_fields_in_another_table_have_another_seal() -> None:
    one = TABLES[CustomerAlias]
    assert one.canonical.startswith("customer_alias\0")
    assert not TABLES[Customer].canonical.startswith("customer_alias\0")


def test_nul_is_refused() -> None:
    with pytest.raises(ValueError, match="NUL"):
        row_seals(TABLES[CustomerAlias], [("A", 1, 1, "x"), ("A", 2, 1, "x\0")])


def test_a_seal_fits_a_signed_column() -> None:
    assert all(0 <= seal_of(str(n)) < 2**63 for n in range(1000))
