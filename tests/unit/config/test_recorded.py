"""What a run was made under comes back from the books, whatever the program has learned since."""

from __future__ import annotations

from pathlib import Path

from reskontra.config import scaffold
from reskontra.config.company import load_company
from reskontra.config.layers import Items
from reskontra.config.recorded import from_text, preferences_of, to_text
from reskontra.config.workspace import load_workspace


def test_keys_younger_than_the_record_have_the_shipped_values(tmp_path: Path) -> None:
    root = tmp_path / "ws"
    scaffold.create(root, country="se", company="nordic", name="Nordic AB", login="anna")
    company = load_company(load_workspace(root), "nordic")
    tree, _ = from_text(to_text(company.values, {}))
    assert preferences_of(tree, "nordic") == company.preferences

    del tree["vat"]
    del tree["ledger"]["second_person"]
    del tree["matching"]["auto"]["floor"]
    assert preferences_of(tree, "nordic") == company.preferences

    kept = tree["terms"]["default"]
    tree["terms"]["codes"] = Items({kept: tree["terms"]["codes"][kept]})
    known = preferences_of(tree, "nordic").terms
    assert [code.id for code in known.codes] == [kept], "an item that was taken away stays away"
