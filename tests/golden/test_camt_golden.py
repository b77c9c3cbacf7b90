"""Composed camt files, one per version and one per fault, against what they must say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reskontra.adapters.formats import camt
from reskontra.adapters.formats.show import summary
from reskontra.engine.errors import ReskontraError

FOLDER = Path(__file__).parent / "camt"
FILES = sorted(FOLDER.glob("*.xml"))
BAD = sorted((FOLDER / "bad").glob("*.xml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_golden(path: Path) -> None:
    found = summary(camt.read(path.read_bytes(), file=path.name))
    assert found["format"] == path.stem
    assert found == json.loads(path.with_suffix(".json").read_text("utf-8"))


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_what_is_wrong_and_where(path: Path) -> None:
    with pytest.raises(ReskontraError) as caught:
        camt.read(path.read_bytes(), file=path.name)
    assert (
        str(caught.value).splitlines() == path.with_suffix(".txt").read_text("utf-8").splitlines()
    )


def test_there_is_a_file_for_every_version() -> None:
    assert {path.stem[-2:] for path in FILES} == {f"{version:02}" for version in range(1, 14)}
    assert len(BAD) == 13
