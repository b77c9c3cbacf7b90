"""Composed BgMax files against what they must say, value by value."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reskontra.adapters.formats import bgmax
from reskontra.adapters.formats.show import summary

FILES = sorted((Path(__file__).parent / "bgmax").glob("*.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_golden(path: Path) -> None:
    found = summary(bgmax.read(path.read_bytes(), file=path.name))
    assert found == json.loads(path.with_suffix(".json").read_text("utf-8"))


def test_there_are_files() -> None:
    assert len(FILES) == 3
