"""The one JSON form of plain data (keys sorted, no blanks, text as it is), for a value and for
whole columns.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
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


def json_object(pairs: Mapping[str, pl.Expr]) -> pl.Expr:
    """A JSON object of these columns, each JSON itself; null = not in it."""
    return pl.concat_str(pl.lit("{"), json_pairs(pairs), pl.lit("}"))


def json_pairs(pairs: Mapping[str, pl.Expr]) -> pl.Expr:
    """The inside of such an object."""
    fields = [pl.lit(f'"{name}":') + pairs[name] for name in sorted(pairs)]
    return pl.concat_str(fields, separator=",", ignore_nulls=True)


def json_list(name: str) -> pl.Expr:
    """The JSON list of a group of JSON texts."""
    return pl.concat_str(pl.lit("["), pl.col(name).str.join(","), pl.lit("]"))


def json_value(name: str, dtype: pl.DataType | type[pl.DataType]) -> pl.Expr:
    """The JSON value of a column of a frame that ``escaped`` has seen."""
    if dtype in (pl.String, pl.Date):
        return json_string(pl.col(name))
    return pl.col(name).cast(pl.String)


def json_string(text: pl.Expr) -> pl.Expr:
    """A JSON string of a text that is escaped already."""
    return pl.lit('"') + text.cast(pl.String) + pl.lit('"')


def escaped(rows: pl.DataFrame) -> pl.DataFrame:
    """Texts with quotes, backslashes and control characters escaped, all else as it is.

    Few columns hold any: looking is several times faster than replacing.
    """
    texts = [name for name, dtype in rows.schema.items() if dtype == pl.String]
    found = rows.select(pl.col(texts).str.contains(_ANY_SPECIAL).any())
    ugly = [name for name in texts if found[name].item()]
    return rows.with_columns(pl.col(ugly).str.replace_many(_SPECIAL, _ESCAPED)) if ugly else rows


_ANY_SPECIAL = r'["\\\x00-\x1f]'
