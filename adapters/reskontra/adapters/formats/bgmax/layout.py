"""Where the fields of each BgMax record stand (Bankgirot's manual *Bankgiro Inbetalningar*).

Records have 80 characters; positions are 1-based and inclusive. ``required`` is the position of the
last field that must be present: blanks behind it may be stripped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

WIDTH = 80
"""Characters of a record."""


class Field(NamedTuple):
    """One field of a record."""

    name: str
    first: int
    last: int
    numeric: bool = False
    """Digits only, zero-filled."""

    def cut(self, record: str) -> str:
        """The characters of this field."""
        return record[self.first - 1 : self.last]


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of record."""

    code: str
    name: str
    required: int
    fields: tuple[Field, ...]
    pattern: re.Pattern[str]
    """Matches a record of 80 characters whose numeric fields are digits; one group per field."""


def _layout(code: str, name: str, required: int, *fields: Field) -> Layout:
    parts, at = [], 1
    for field in fields:
        if field.first > at:
            parts.append(f".{{{field.first - at}}}")
        characters = "[0-9]" if field.numeric else "."
        parts.append(f"({characters}{{{field.last - field.first + 1}}})")
        at = field.last + 1
    return Layout(code, name, required, fields, re.compile("".join(parts), re.DOTALL))


def _digits(name: str, first: int, last: int) -> Field:
    return Field(name, first, last, numeric=True)


def _money(code: str, name: str, required: int) -> Layout:
    """The layout that payments, deductions and extra references share."""
    return _layout(
        code, name, required,
        Field("record kind", 1, 2), _digits("payer bankgiro", 3, 12), Field("reference", 13, 37),
        _digits("amount", 38, 55), _digits("reference code", 56, 56),
        _digits("payment channel", 57, 57), _digits("serial number", 58, 69),
        _digits("image flag", 70, 70), Field("deduction code", 71, 71),
    )  # fmt: skip


LAYOUTS = {
    layout.code: layout
    for layout in (
        _layout(
            "01", "start", 45,
            Field("record kind", 1, 2), Field("layout", 3, 22), Field("version", 23, 24),
            Field("timestamp", 25, 44), Field("test flag", 45, 45),
        ),
        _layout(
            "05", "section opening", 12,
            Field("record kind", 1, 2), _digits("payee bankgiro", 3, 12),
            Field("payee plusgiro", 13, 22), Field("currency", 23, 25),
        ),
        _money("20", "payment", 70),
        _money("21", "deduction", 71),
        _money("22", "extra reference", 70),
        _money("23", "extra reference (credit note)", 70),
        _layout("25", "text", 2, Field("record kind", 1, 2), Field("text", 3, 52)),
        _layout(
            "26", "name", 2,
            Field("record kind", 1, 2), Field("name", 3, 37), Field("extra name", 38, 72),
        ),
        _layout(
            "27", "street and post code", 2,
            Field("record kind", 1, 2), Field("street", 3, 37), Field("post code", 38, 46),
        ),
        _layout(
            "28", "town and country", 2,
            Field("record kind", 1, 2), Field("town", 3, 37), Field("country", 38, 72),
            Field("country code", 73, 74),
        ),
        _layout(
            "29", "organisation number", 2,
            Field("record kind", 1, 2), Field("organisation number", 3, 14),
        ),
        _layout(
            "15", "section closing", 79,
            Field("record kind", 1, 2), Field("payee bank account", 3, 37),
            _digits("payment date", 38, 45), _digits("deposit number", 46, 50),
            _digits("amount", 51, 68), Field("currency", 69, 71),
            _digits("number of payments", 72, 79), Field("deposit type", 80, 80),
        ),
        _layout(
            "70", "end", 34,
            Field("record kind", 1, 2), _digits("number of payments (20)", 3, 10),
            _digits("number of deductions (21)", 11, 18),
            _digits("number of extra references (22 and 23)", 19, 26),
            _digits("number of sections (15)", 27, 34),
        ),
    )
}  # fmt: skip
"""Every known record kind."""
