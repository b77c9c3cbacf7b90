"""Few lines look up what they touch, many read all documents: the proposals are the same."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from benchmarks import workspace
from benchmarks.generator import world, write_csv
from polars.testing import assert_frame_equal

from reskontra.adapters.imports import (
    import_bank_file,
    import_customers_file,
    import_open_items_file,
)
from reskontra.adapters.wiring import Application
from reskontra.engine.ledger.records import DocumentReference, OpenItem
from reskontra.engine.matching.proposals import Proposals
from reskontra.engine.matching.propose import propose
from reskontra.engine.matching.recognised import stated_keys
from reskontra.engine.ports import Books
from reskontra.engine.preferences import Preferences
from reskontra.engine.services import access
from reskontra.engine.services import match as matching


def company(folder: Path, mix: str, address: str = "") -> Application:
    """A company with open and closed documents and undecided bank lines of a generated world."""
    write_csv(world(mix, lines=400, items=1200, seed=12), folder)
    root = folder / "workspace"
    workspace.make(root)
    (root / "users.yaml").unlink()  # the database has users of its own
    with (root / "reskontra.yaml").open("a", encoding="utf-8") as settings:
        settings.write(f"\ndatabase: {address}\n" if address else "")
    application = workspace.opened(root, ("matching.document_prefixes=['20']",))
    import_customers_file(application, folder / "customers.csv")
    import_open_items_file(application, folder / "open_items.csv")
    import_bank_file(application, folder / "bank.csv", dialect=str(workspace.dialect(root)))
    return application


@pytest.fixture(params=[("reference", ""), ("sepa", "postgres_url"), ("messy", "")])
def books_and_preferences(
    tmp_path: Path, request: pytest.FixtureRequest
) -> tuple[Books, Preferences]:
    mix, database = request.param
    address = request.getfixturevalue(database) if database else ""
    application = company(tmp_path, mix, address)
    return application.books, application.preferences


def test_the_way_of_reading_changes_nothing(
    books_and_preferences: tuple[Books, Preferences], monkeypatch: pytest.MonkeyPatch
) -> None:
    books, preferences = books_and_preferences
    with books.read() as reader:
        lines = matching.undecided_lines(reader, "")
        for few in (400, 20):
            some = lines.gather_every(lines.height // few + 1)
            monkeypatch.setattr(access, "MOST_TOUCHED", reader.count(OpenItem))
            monkeypatch.setattr(access, "_FEW", reader.count(DocumentReference))
            everything = matching.matching_inputs(reader, some, preferences)
            monkeypatch.setattr(access, "_FEW", 0)
            keys = matching.matching_inputs(reader, some, preferences)
            monkeypatch.setattr(access, "MOST_TOUCHED", 0)
            touched = matching.matching_inputs(reader, some, preferences)
            assert everything.items.height == keys.items.height > touched.items.height > 0
            assert everything.accounts.height > touched.accounts.height
            assert everything.keys.height > keys.keys.height > touched.keys.height > 0
            expected = propose(everything)
            for inputs in (keys, touched):
                found = propose(inputs)
                for name in Proposals.__slots__:
                    assert_frame_equal(getattr(found, name), getattr(expected, name))


def test_what_a_line_states() -> None:
    lines = pl.DataFrame(
        {"references": ['[["RF18 5390 0754 7034","payment_reference"]]', "[]"],
         "text": ["", "faktura F-001234, 77 88 99"]}
    )  # fmt: skip
    plain = stated_keys(lines, (), ())
    assert {"RF18539007547034", "F001234", "1234", "778899"} <= set(plain)
    prefixed = set(stated_keys(lines, ("F-",), ()))
    assert {"F778899", "F0778899", "F001234", "1234"} <= prefixed
    assert set(plain) < prefixed
