"""The one JSON form of plain data (keys sorted, no blanks, text as it is), for a value and for
whole columns.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import polars as pl

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_SPECIAL = ['"', "\\", *map(chr, range(32))]
_ESCAPED = [json.dumps(character)[1:-1] for character in _SPECIAL]


def canonical(data: Any) -> str:
    """The JSON text of plain data."""
    return _ENCODER.encode(data)


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
    """The JSON value of a column."""
    if dtype == pl.String:
        return json_string(pl.col(name))
    if dtype == pl.Date:
        return pl.lit('"') + pl.col(name).cast(pl.String) + pl.lit('"')
    return pl.col(name).cast(pl.String)


def json_string(text: pl.Expr) -> pl.Expr:
    """A JSON string: quotes, backslashes and control characters escaped, all else as it is."""
    return pl.lit('"') + text.str.replace_many(_SPECIAL, _ESCAPED) + pl.lit('"')
