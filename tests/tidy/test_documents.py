"""Documents name what exists."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from tools import reference_pages

from reskontra.adapters.formats.csv_table import (
    bank,
    customers,
    gl_balances,
    open_items,
    open_orders,
    rates,
)
from reskontra.adapters.formats.csv_table.dialect import Dialect
from reskontra.adapters.formats.csv_table.table import Wanted
from reskontra.config import error_pages
from reskontra.config.schemas import MERGE_WORDS

ROOT = Path(__file__).resolve().parents[2]
CSV_PAGE = (ROOT / "docs/csv.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "wanted",
    [
        customers._WANTED,
        open_items._WANTED,
        open_orders._WANTED,
        bank._SIGNED,
        rates._WANTED,
        gl_balances._WANTED,
    ],
    ids=lambda w: w.table,
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


def test_every_word_about_merging_is_documented() -> None:
    page = (ROOT / "docs/layers.md").read_text(encoding="utf-8")
    assert [word for word in MERGE_WORDS if f"`{word}: " not in page] == []


def links() -> list[tuple[str, str]]:
    pages = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md"]
    pages += sorted((ROOT / "docs").rglob("*.md"))
    return [
        (page.relative_to(ROOT).as_posix(), target)
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize(("page", "target"), links())
def test_links_lead_somewhere(page: str, target: str) -> None:
    assert (ROOT / page).parent.joinpath(target).exists(), f"{page}: {target}"


def test_the_reference_is_what_make_docs_writes() -> None:
    committed = {path.name: path.read_text("utf-8") for path in reference_pages.FOLDER.glob("*.md")}
    written = reference_pages.pages()
    stale = sorted(
        name
        for name in committed.keys() | written.keys()
        if committed.get(name) != written.get(name)
    )
    assert not stale, "run `make docs` and commit docs/reference"
    assert [code for code in error_pages.codes() if f"[{code}]" not in written["errors.md"]] == []
