"""Few lines look up the keys that they state, many read all keys at once: the plan is the same."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from benchmarks import workspace
from benchmarks.generator import MIXES, world, write_csv

from reskontra.adapters.imports import (
    import_bank_file,
    import_customers_file,
    import_open_items_file,
)
from reskontra.adapters.wiring import Application
from reskontra.engine.matching.recognised import stated_keys
from reskontra.engine.services import match as matching


def company(folder: Path, mix: str, overrides: tuple[str, ...] = ()) -> Application:
    """A company with open and closed documents and undecided bank lines of a generated world."""
    write_csv(world(mix, lines=400, items=1200, seed=12), folder)
    root = folder / "workspace"
    workspace.make(root)
    application = workspace.opened(root, overrides)
    import_customers_file(application, folder / "customers.csv")
    import_open_items_file(application, folder / "open_items.csv")
    import_bank_file(application, folder / "bank.csv", dialect=str(workspace.dialect(root)))
    return application


@pytest.mark.parametrize("mix", sorted(MIXES))
@pytest.mark.parametrize("overrides", [(), ("matching.document_prefixes=['20']",)])
def test_the_way_of_reading_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mix: str, overrides: tuple[str, ...]
) -> None:
    application = company(tmp_path, mix, overrides)
    setting = application.setting()
    streamed = matching.match(application.books, setting)
    monkeypatch.setattr(matching, "_FEW", 0)
    looked_up = matching.match(application.books, setting)
    assert looked_up.records.equals(streamed.records)
    with application.books.read() as reader:
        lines = matching.undecided_lines(reader, "")
        inputs = matching.matching_inputs(reader, lines, application.preferences)
        every = reader.key_frame()
    closed = every.join(inputs.items, on="document_id", how="anti")
    named = inputs.keys.join(inputs.items, on="document_id", how="anti")
    assert 0 < named["document_id"].n_unique() < closed["document_id"].n_unique()


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
