"""Documents name what exists."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from reskontra.adapters.formats.csv_table import bank, customers, open_items
from reskontra.adapters.formats.csv_table.dialect import Dialect
from reskontra.adapters.formats.csv_table.table import Wanted

ROOT = Path(__file__).resolve().parents[2]
CSV_PAGE = (ROOT / "docs/csv.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "wanted", [customers._WANTED, open_items._WANTED, bank._SIGNED], ids=lambda w: w.table
)
def test_every_column_is_documented(wanted: Wanted) -> None:
    for name in wanted.required:
        assert f"**{name}**" in CSV_PAGE, name
    for name in wanted.optional:
        assert re.search(rf"\b{name}\b", CSV_PAGE), name


def test_every_key_of_a_dialect_is_documented() -> None:
    for field in fields(Dialect):
        if field.name != "description":
            assert re.search(rf"\b{field.name}\b", CSV_PAGE), field.name


def links() -> list[tuple[str, str]]:
    pages = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md"]
    return [
        (page.name, target)
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize(("page", "target"), links())
def test_links_lead_somewhere(page: str, target: str) -> None:
    assert (ROOT / target).exists(), f"{page}: {target}"
