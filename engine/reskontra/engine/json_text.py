"""The one JSON form of plain data (keys sorted, no blanks, text as it is), for a value and for
whole columns.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from json.encoder import encode_basestring
from typing import Any

import polars as pl

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_SPECIAL = ['"', "\\", *map(chr, range(32))]
_ESCAPED = [json.dumps(character)[1:-1] for character in _SPECIAL]


def canonical(data: Any) -> str:
    """The JSON text of plain data."""
    return _ENCODER.encode(data)


def quoted(text: str) -> str:
    """``canonical`` of a text, without the encoder that each call of it makes anew."""
    return encode_basestring(text)


Pieces = tuple[str | pl.Expr, ...]
"""The text of a JSON value of every row: what is the same in all of them, and columns."""


def json_object(pairs: Mapping[str, Pieces], gaps: Collection[str] = ()) -> pl.Expr:
    """A JSON object of these values; what is null in a row is not in it.

    ``gaps``: names of the values that are null in some row; the others are put together at once.
    """
    if not gaps:
        return joined("{", *json_pairs(pairs), "}")
    whole = [joined(f'"{name}":', *pairs[name]) for name in sorted(pairs)]
    return joined("{", pl.concat_str(whole, separator=",", ignore_nulls=True), "}")


def json_pairs(pairs: Mapping[str, Pieces]) -> Pieces:
    """The inside of such an object, where nothing is null."""
    inside: list[str | pl.Expr] = []
    for name in sorted(pairs):
        inside += (f'"{name}":' if not inside else f',"{name}":', *pairs[name])
    return tuple(inside)


def json_list(name: str) -> pl.Expr:
    """The JSON list of a group of JSON texts, a column of lists."""
    return joined("[", pl.col(name).list.join(","), "]").alias(name)


def json_value(name: str, dtype: pl.DataType | type[pl.DataType]) -> Pieces:
    """The JSON value of a column of a frame that ``escaped`` has seen."""
    if dtype in (pl.String, pl.Date):
        return json_string(pl.col(name))
    return (pl.col(name),)


def json_string(text: pl.Expr) -> Pieces:
    """A JSON string of a text that is escaped already."""
    return ('"', text, '"')


def joined(*pieces: str | pl.Expr) -> pl.Expr:
    """The text of these pieces, each row copied once; null where one is null."""
    columns: list[pl.Expr] = []
    constant = ""
    for piece in pieces:
        if isinstance(piece, str):
            constant += piece
            continue
        columns += [pl.lit(constant), piece]
        constant = ""
    return pl.concat_str(*columns, pl.lit(constant))


def in_halves(rows: pl.DataFrame, *columns: pl.Expr) -> pl.DataFrame:
    """Select columns that follow from each row alone, two halves of the rows at a time: building
    and reading texts keeps one processor busy otherwise.
    """
    half = (rows.height + 1) // 2
    halves = [part.lazy().select(*columns) for part in (rows.slice(0, half), rows.slice(half))]
    return pl.concat(pl.collect_all(halves))


def escaped(rows: pl.DataFrame) -> pl.DataFrame:
    """Texts with quotes, backslashes and control characters escaped, all else as it is.

    Few columns hold any: looking is several times faster than replacing.
    """
    texts = [name for name, dtype in rows.schema.items() if dtype == pl.String]
    found = rows.select(pl.col(texts).str.contains(_ANY_SPECIAL).any())
    ugly = [name for name in texts if found[name].item()]
    return rows.with_columns(pl.col(ugly).str.replace_many(_SPECIAL, _ESCAPED)) if ugly else rows


_ANY_SPECIAL = r'["\\\x00-\x1f]'
