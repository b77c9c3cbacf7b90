"""Numbers of things in words."""

from __future__ import annotations

import pytest

from reskontra.cli.render.words import counted


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 payments"), (1, "1 payment"), (2, "2 payments")]
)
def test_one_is_singular(number: int, text: str) -> None:
    assert counted(number, "payment") == text
