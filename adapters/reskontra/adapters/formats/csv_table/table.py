"""A CSV file as columns under our names, each value with the line of its row."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Sequence
from dataclasses import dataclass

from reskontra.adapters.formats.csv_table.dialect import Dialect
from reskontra.adapters.formats.findings import Findings
from reskontra.adapters.formats.plain_text import check_bytes, warn_of_damage

_MARKS = {"\t": "tab"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The columns of one kind of table, by our names."""

    table: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that have the right width, column by column; blanks around values are gone."""

    dialect: Dialect
    findings: Findings
    lines: Sequence[int]
    """Line of the file where each row begins."""
    columns: dict[str, list[list[str]]]
    """Our name -> the columns of the file that stand for it."""

    def __len__(self) -> int:
        return len(self.lines)

    def has(self, name: str) -> bool:
        """Whether the file or a constant gives this column."""
        return name in self.columns or name in self.dialect.constants

    def texts(self, name: str) -> list[str]:
        """One value per row; empty where nothing gives the column."""
        if name in self.columns:
            cells = self.columns[name][0]
            translated = self.dialect.values.get(name)
            return [translated.get(cell, cell) for cell in cells] if translated else cells
        return [self.dialect.constants.get(name, "")] * len(self.lines)

    def heading(self, name: str) -> str:
        """What the file calls a column, for messages."""
        headings = self.dialect.headings(name)
        return headings[0] if headings else name


def read_table(data: bytes, wanted: Wanted, dialect: Dialect, findings: Findings) -> Table:
    """Decode, check the header and cut into columns.

    Raises ``ReskontraError``: RK500, RK502, RK503, RK505, RK570 to RK573, RK579.
    """
    _check_dialect(wanted, dialect, findings)
    text = _decode(data, dialect, findings)
    lines, rows = _rows(text, dialect, findings)
    if not rows:
        findings.error("RK570", "the file has no header row", help=_expected(wanted, dialect))
        findings.stop()
    header = [cell.strip() for cell in rows[0]]
    while header and not header[-1]:
        header.pop()
    places = _places(header, lines[0], wanted, dialect, findings)
    findings.stop()
    lines, rows = _of_width(lines[1:], rows[1:], header, findings)
    cells = [list(map(str.strip, column)) for column in zip(*rows, strict=True)]
    if not rows:
        cells = [[] for _ in header]
    lines, cells = _kept(lines, cells, header, dialect)
    return Table(
        dialect, findings, lines, {name: [cells[at] for at in ats] for name, ats in places.items()}
    )


def _check_dialect(wanted: Wanted, dialect: Dialect, findings: Findings) -> None:
    if dialect.table not in {"", wanted.table}:
        findings.error(
            "RK579",
            f"dialect '{dialect.name}' describes {dialect.table}, this file is read as "
            f"{wanted.table}",
        )
    known = (*wanted.required, *wanted.optional)
    for name in (*dialect.columns, *dialect.constants, *dialect.values):
        if name not in known:
            close = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean '{close[0]}'?" if close else ""
            findings.error(
                "RK579",
                f"dialect '{dialect.name}' names column '{name}', which {wanted.table} do not "
                f"have{hint}",
                help=f"columns: {', '.join(known)}",
            )
    findings.stop()


def _decode(data: bytes, dialect: Dialect, findings: Findings) -> str:
    encoding = dialect.encoding
    if encoding == "utf-16":
        check_bytes(data.replace(b"\0", b" "), findings)
    else:
        check_bytes(data, findings)
    try:
        text = data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as fault:
        at = fault.start
        findings.error(
            "RK505",
            f"byte {data[at]:02X} is not {encoding}",
            data.count(b"\n", 0, at) + 1,
            help=f"set 'encoding' in the dialect (it is {encoding}; Swedish exports are often "
            "windows-1252), or save the file as UTF-8",
        )
        findings.stop()
    warn_of_damage(text, findings)
    return text


def _rows(text: str, dialect: Dialect, findings: Findings) -> tuple[list[int], list[list[str]]]:
    """All rows that hold anything, with the line where each begins."""
    file = io.StringIO(text, newline="")
    for _ in range(dialect.skip_rows):
        file.readline()
    reader = csv.reader(file, delimiter=dialect.separator, strict=True)
    lines: list[int] = []
    rows: list[list[str]] = []
    begins = dialect.skip_rows + 1
    try:
        for row in reader:
            if row:
                lines.append(begins)
                rows.append(row)
            begins = dialect.skip_rows + reader.line_num + 1
    except csv.Error as fault:
        findings.error(
            "RK573",
            f"the row that begins here cannot be cut into columns: {fault}",
            begins,
            help="look for a quote that is not closed or not doubled",
        )
        findings.stop()
    return lines, rows


def _places(
    header: Sequence[str], line: int, wanted: Wanted, dialect: Dialect, findings: Findings
) -> dict[str, list[int]]:
    """Our name -> positions in the file; collects what is wrong with the header."""
    positions: dict[str, int] = {}
    for at, heading in enumerate(header):
        if heading in positions:
            findings.error(
                "RK572",
                f"heading '{heading}' stands twice, in columns {positions[heading] + 1} and "
                f"{at + 1}",
                line,
            )
        positions.setdefault(heading, at)
    places: dict[str, list[int]] = {}
    missing: list[str] = []
    for name in (*wanted.required, *wanted.optional):
        headings = dialect.headings(name)
        found = [positions[heading] for heading in headings if heading in positions]
        asked = bool(dialect.columns) and bool(headings)
        if len(found) == len(headings) and found:
            places[name] = found
        elif asked or (name in wanted.required and name not in dialect.constants):
            missing += [h for h in headings or (name,) if h not in positions]
    signs = (dialect.sign.column,) if dialect.sign else ()
    missing += [h for h in (*dialect.keep, *signs) if h not in positions]
    if dialect.sign and dialect.sign.column in positions:
        places[SIGN] = [positions[dialect.sign.column]]
    _report_header(header, line, missing, wanted, dialect, findings)
    return places


SIGN = "+/-"
"""Name of the column that a dialect's ``sign`` points at."""


def _report_header(
    header: Sequence[str],
    line: int,
    missing: Sequence[str],
    wanted: Wanted,
    dialect: Dialect,
    findings: Findings,
) -> None:
    if missing:
        shown = ", ".join(f"'{heading}'" for heading in missing)
        one = len(header) == 1 and len(wanted.required) > 1
        findings.error(
            "RK570",
            f"the header lacks {shown}; found: {_MARKS.get(dialect.separator, dialect.separator)} "
            f"between {len(header)} columns: {', '.join(header)}",
            line,
            help="the separator of the dialect is probably not that of the file; "
            + _expected(wanted, dialect)
            if one
            else _expected(wanted, dialect),
        )
    known = [
        heading
        for name in (*wanted.required, *wanted.optional)
        for heading in dialect.headings(name)
    ]
    known += [*dialect.ignore, *dialect.keep]
    if dialect.sign:
        known.append(dialect.sign.column)
    for heading in header:
        if heading not in known:
            close = difflib.get_close_matches(heading, known, 1)
            hint = f"; did you mean '{close[0]}'?" if close else ""
            findings.error(
                "RK571",
                f"unknown column '{heading}'{hint}",
                line,
                help="name it under 'columns' or 'ignore' in the dialect, or take it out",
            )


def _expected(wanted: Wanted, dialect: Dialect) -> str:
    needed = [h for name in wanted.required for h in dialect.headings(name) or (name,)]
    more = [h for name in wanted.optional for h in dialect.headings(name)]
    also = f"; may have {', '.join(more)}" if more else ""
    return f"dialect '{dialect.name}' expects {', '.join(needed)}{also}"


def _of_width(
    lines: Sequence[int], rows: Sequence[list[str]], header: Sequence[str], findings: Findings
) -> tuple[list[int], list[list[str]]]:
    """The rows with as many values as the header; blank rows are left out."""
    width = len(header)
    kept_lines: list[int] = []
    kept: list[list[str]] = []
    for line, row in zip(lines, rows, strict=True):
        if len(row) != width:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) < width or any(cell.strip() for cell in row[width:]):
                findings.error(
                    "RK573",
                    f"the row has {len(row)} values, the header has {width} columns",
                    line,
                    help="a separator inside a value must stand in quotes",
                )
                continue
            row = row[:width]  # noqa: PLW2901  (separators at the end of the row)
        elif not row[0] and not any(row):
            continue
        kept_lines.append(line)
        kept.append(row)
    return kept_lines, kept


def _kept(
    lines: list[int], cells: list[list[str]], header: Sequence[str], dialect: Dialect
) -> tuple[list[int], list[list[str]]]:
    """Only the rows that the dialect keeps."""
    for heading, values in dialect.keep.items():
        wanted = [value in values for value in cells[header.index(heading)]]
        lines = [line for line, keep in zip(lines, wanted, strict=True) if keep]
        cells = [
            [cell for cell, keep in zip(column, wanted, strict=True) if keep] for column in cells
        ]
    return lines, cells
