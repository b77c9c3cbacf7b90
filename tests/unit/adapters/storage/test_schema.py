"""The schema keeps exactly the fields of the records, in their order."""

from __future__ import annotations

import types
import typing

import pytest
import sqlalchemy as sa

from reskontra.adapters.storage.schema import INDEXES, KINDS, LAWS, UNIQUE, metadata
from reskontra.adapters.storage.tables import KEYS, TABLES, snake_case
from reskontra.engine.ledger.records import (
    APPEND_ONLY,
    MASTERS,
    PROJECTIONS,
    Application,
    BankLine,
    Customer,
    Decision,
    Document,
    DocumentReference,
    ImportFile,
    Record,
)


def test_every_record_has_a_table() -> None:
    assert set(TABLES) == set(typing.get_args(Record)) == {*APPEND_ONLY, *MASTERS, *PROJECTIONS}


@pytest.mark.parametrize("kind", TABLES, ids=lambda kind: kind.__name__)
def test_columns_are_the_fields(kind: type[Record]) -> None:
    table = metadata.tables[TABLES[kind].name]
    assert [column.name for column in table.columns] == [*kind._fields, "seal"]
    assert [column.name for column in table.primary_key] == ["company", *KEYS.get(kind, ("id",))]
    for name, hint in typing.get_type_hints(kind).items():
        column = table.columns[name]
        optional = isinstance(hint, types.UnionType)
        bare = typing.get_args(hint)[0] if optional else hint
        assert column.nullable == optional, name
        expected = {int: sa.BigInteger, str: sa.Text, bool: sa.Boolean}[bare]
        assert isinstance(column.type, expected), name


def test_names() -> None:
    assert snake_case("JournalLine") == "journal_line"
    assert {"statement", "bank_line_state", "document", "pack_text"} <= set(metadata.tables)


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (Document, "number"), (Document, "run_id"),
        (DocumentReference, "key"), (DocumentReference, "document_id"),
        (Application, "source_id"), (Application, "target_id"), (Application, "run_id"),
        (Decision, "bank_line_id"), (Decision, "run_id"), (Decision, "decision_id"),
        (BankLine, "import_id"), (BankLine, "source_id"), (BankLine, "booking_date"),
        (ImportFile, "sha256"), (Customer, "number"),
    ],
)  # fmt: skip
def test_what_the_port_promises_to_find_quickly_is_indexed(kind: type[Record], field: str) -> None:
    table = metadata.tables[TABLES[kind].name]
    leading = [[c.name for c in index.columns][:2] for index in table.indexes]
    leading += [
        [c.name for c in law.columns][:2]
        for law in table.constraints
        if isinstance(law, sa.UniqueConstraint)
    ]
    assert ["company", field] in leading


def test_laws_name_fields_that_exist() -> None:
    for kind, name in KINDS:
        assert name in kind._fields
    for part in (UNIQUE, INDEXES):
        for kind, groups in part.items():
            assert {name for group in groups for name in group} <= set(kind._fields)
    assert set(LAWS) <= set(TABLES)
