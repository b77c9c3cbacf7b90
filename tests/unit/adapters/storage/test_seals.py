"""Seals stay what they are on every machine and version of Python, and tell all rows apart."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

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
from reskontra.engine.ledger.records import CustomerAlias, Document, Record

GOLDEN_ROW = 7814294061671243158
GOLDEN_TABLE = 7670673520945438827
GOLDEN_LEDGER = 673656070340811670


def test_golden() -> None:
    """Stored seals must hold for years: these numbers never change."""
    assert seals(Document, invoice(1)) == [GOLDEN_ROW]
    seal = TableSeal("ACME", "document", 1, 1, GOLDEN_ROW)
    assert table_seal_seal(seal) == GOLDEN_TABLE
    assert ledger_seal(Ledger("ACME", 1), [seal]) == GOLDEN_LEDGER


def seals(kind: type[Record], *rows: tuple[Any, ...]) -> list[int]:
    """Seals of these rows."""
    return row_seals(TABLES[kind], TABLES[kind].frame(rows))


def test_truth_is_sealed_as_the_database_gives_it_back() -> None:
    record = invoice(2)
    stored = tuple(int(v) if isinstance(v, bool) else v for v in record)
    assert seals(Document, record) == seals(Document, stored)


def test_fields_do_not_run_into_each_other() -> None:
    rows = [("A", 1, 11, "x"), ("A", 11, 1, "x"), ("A1", 1, 1, "1x"), ("A", 1, 1, "11x")]
    assert len(set(seals(CustomerAlias, *rows))) == len(rows)


def test_nothing_and_an_empty_text_differ() -> None:
    assert seals(Document, invoice(1)) != seals(Document, invoice(1)._replace(due_date=""))


def test_the_same_fields_in_another_table_have_another_seal() -> None:
    rows = TABLES[CustomerAlias].frame([("A", 1, 1, "x")])
    other = replace(TABLES[CustomerAlias], name="another")
    assert row_seals(TABLES[CustomerAlias], rows) != row_seals(other, rows)


def test_nul_is_refused() -> None:
    with pytest.raises(ValueError, match="NUL"):
        seals(CustomerAlias, ("A", 1, 1, "x"), ("A", 2, 1, "x\0"))


def test_a_seal_fits_a_signed_column() -> None:
    assert all(0 <= seal_of(str(n)) < 2**63 for n in range(1000))
