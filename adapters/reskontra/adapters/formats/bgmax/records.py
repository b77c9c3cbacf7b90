"""A BgMax text as numbered records, and the fields of one record with its faults.

Files end their records with CRLF, LF, CR or not at all (one block, cut every 80 characters), and
some have lost the blanks at the end of records.
"""

from __future__ import annotations

from collections.abc import Sequence

from reskontra.adapters.formats.bgmax.layout import LAYOUTS, WIDTH, Layout
from reskontra.adapters.formats.findings import Findings

Record = tuple[int, str]
"""Line of the file (number of the record in a file without line ends) and its text."""


def split(text: str, findings: Findings) -> list[Record]:
    """All records that are not blank, padded to 80 characters only by ``fields``."""
    text = text.rstrip("\x1a")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    records = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    if len(records) == 1 and len(records[0][1]) > WIDTH:
        return _blocks(records[0][1], findings)
    return records


def _blocks(text: str, findings: Findings) -> list[Record]:
    if len(text) % WIDTH:
        findings.error(
            "RK556",
            f"a file without line ends must be a multiple of {WIDTH} characters long, this one has "
            f"{len(text)} ({len(text) % WIDTH} too many)",
            help="characters were lost or added on the way; fetch the file again in binary mode",
        )
        return []
    starts = range(0, len(text), WIDTH)
    return [(n, text[at : at + WIDTH]) for n, at in enumerate(starts, start=1)]


def fields(record: Record, findings: Findings) -> Sequence[str] | None:
    """The fields of a record of known kind in the order of its layout; None when it has faults.

    Faults: RK554 too short, RK555 too long, RK557 not digits.
    """
    line, text = record
    layout = LAYOUTS[text[:2]]
    length = len(text)
    if length == WIDTH and (found := layout.pattern.match(text)):
        return found.groups()
    if length < WIDTH:
        padded = text.ljust(WIDTH)
        if length < layout.required:
            _short(line, text, layout, findings)
            return None
    else:
        padded = text
        if length > WIDTH and text[WIDTH:].strip():
            _long(line, text, layout, findings)
            return None
    found = layout.pattern.match(padded)
    if found is None:
        _not_digits(line, padded, layout, findings)
        return None
    return found.groups()


def _short(line: int, text: str, layout: Layout, findings: Findings) -> None:
    findings.error(
        "RK554",
        f"{layout.name} record ({layout.code}) is {len(text)} characters long, at least "
        f"{layout.required} are needed",
        line,
        excerpt=text,
        column=len(text),
        help="blanks inside the record were lost, so that its fields stand in the wrong place; "
        "fetch the original file",
    )


def _long(line: int, text: str, layout: Layout, findings: Findings) -> None:
    findings.error(
        "RK555",
        f"{layout.name} record ({layout.code}) is {len(text.rstrip())} characters long, at most "
        f"{WIDTH} are allowed",
        line,
        excerpt=text,
        column=WIDTH + 1,
        width=len(text.rstrip()) - WIDTH,
        help="two records ran together or characters were added; fetch the original file",
    )


def _not_digits(line: int, text: str, layout: Layout, findings: Findings) -> None:
    for field in layout.fields:
        value = field.cut(text)
        if field.numeric and not (value.isascii() and value.isdigit()):
            findings.error(
                "RK557",
                f"{field.name} of the {layout.name} record ({layout.code}) is {value!r}, expected "
                f"{len(value)} digits in positions {field.first}-{field.last}",
                line,
                column=field.first,
                width=len(value),
                excerpt=text.rstrip(),
                help="fetch the original file",
            )
