"""Normal forms: one value and a column give the same."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reskontra.engine.text import name_key, name_key_column, reference_key, reference_key_column

LETTERS = "aAbåÅäöÖæØøßéüÜœ ''&/.-_0O019sＡ１½²㎏ǅﬁ"
WORDS = st.text(alphabet=LETTERS, max_size=24)


@given(st.lists(WORDS, min_size=1, max_size=5))
def test_columns_agree_with_values(values: list[str]) -> None:
    column = pl.DataFrame({"v": values})
    references = column.select(reference_key_column(pl.col("v")).alias("k"))["k"].to_list()
    names = column.select(name_key_column(pl.col("v")).alias("k"))["k"].to_list()
    assert references == [reference_key(value) for value in values]
    assert names == [name_key(value) for value in values]


@given(WORDS)
def test_a_reference_key_is_its_own_key(value: str) -> None:
    assert reference_key(reference_key(value)) == reference_key(value)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Åkeri", "Aakeri"), ("Ängby", "Aengby"), ("Møller", "Moeller"), ("Müller", "Mueller"),
        ("Straße", "STRASSE"), ("Nordic A/S", "nordic as"), ("Café Nöje AB", "AB CAFE NOJE"),
    ],
)  # fmt: skip
def test_names_that_are_the_same(a: str, b: str) -> None:
    assert name_key(a) == name_key(b)


def test_letters_keep_leading_zeros() -> None:
    assert reference_key("00A1") == "00A1"
    assert reference_key("0001") == "1"
