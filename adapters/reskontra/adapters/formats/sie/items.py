"""The grammar of SIE 4: a line is a label and fields, blanks between them; and its checksum.

A field with blanks stands in quotes; a list of objects stands in braces.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable

_ITEM = re.compile(r'\s*(?:\{([^{}]*)\}|"((?:\\.|[^"\\])*)"|([^\s"{}]+))')

BRACES = ("{", "}")
"""Lines that open and close the rows of a voucher."""


def split(line: str) -> list[str] | None:
    r"""The label and the fields of a line; a list of objects is one field, its parts joined by a
    tab. ``None`` when the line is not made of such items.

    >>> split('#TRANS 1510 {1 "Syd"} 12500.00 "a \\"b\\""')
    ['#TRANS', '1510', '1\tSyd', '12500.00', 'a "b"']
    >>> split('#FNAMN "cut') is None
    True
    """
    line = line.rstrip()
    if '"' not in line and line.count("{") == line.count("}") == line.count(" {} "):
        return ["" if item == "{}" else item for item in line.split()]  # nearly every line
    items, at = [], 0
    while at < len(line):
        found = _ITEM.match(line, at)
        if found is None:
            return None
        objects, quoted, plain = found.groups()
        if objects is not None:
            inner = split(objects)
            if inner is None:
                return None
            items.append("\t".join(inner))
        else:
            items.append(plain if quoted is None else re.sub(r"\\(.)", r"\1", quoted))
        at = found.end()
    return items


def checksum(items: Iterable[str], encoding: str) -> int:
    """``#KSUMMA``: CRC-32 of the bytes of all labels and fields, without quotes, braces and the
    blanks between them.
    """
    return zlib.crc32("".join(items).replace("\t", "").encode(encoding))
