"""Vouchers to SIE 4I: the same vouchers give the same bytes, whenever and by whichever version.

Neither series nor number is given to a voucher: the general ledger numbers it. No chart of accounts
is written either: its names belong to the general ledger, and would overwrite them there.
"""

from __future__ import annotations

import unicodedata

from reskontra.adapters.formats.sie.items import checksum, split
from reskontra.engine.errors import Problem
from reskontra.engine.money import exact
from reskontra.engine.vouchers import Voucher, VoucherFile

ENCODING = "cp437"
BRANCH = "1"
"""The dimension of a branch: cost centre (Swedish: *kostnadsställe*, *resultatenhet*)."""

_LAYOUT = "1"
"""Stands where a version of the program is asked for; changes only with what is written."""
_NAMED = {"ø": "o", "Ø": "O", "€": "EUR", "–": "-", "—": "-", "’": "'", "”": "'", "…": "...",
          "đ": "d", "ł": "l", "Ł": "L", "þ": "th", "ð": "d", "œ": "oe", "š": "s"}  # fmt: skip


def write(file: VoucherFile) -> tuple[bytes, tuple[Problem, ...]]:
    """The bytes of a file of type 4I, and a warning (RK874) when letters had to be replaced."""
    writing = _Writing(file.currency)
    writing.head(file)
    for voucher in file.vouchers:
        writing.voucher(voucher)
    crc = checksum(writing.counted, ENCODING)
    lines = ["#FLAGGA 0", "#KSUMMA", *writing.lines, f"#KSUMMA {crc}", ""]
    return "\r\n".join(lines).encode(ENCODING), writing.warnings()


class _Writing:
    """One file, written line by line."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.lines: list[str] = []
        self.counted: list[str] = []
        """What the checksum counts of the lines."""
        self.replaced: list[tuple[str, str]] = []
        """Texts with letters that the code page does not have, and what is written for them."""

    def head(self, file: VoucherFile) -> None:
        """Who hands over what to whom."""
        self.line(f'#PROGRAM "Reskontra" {_LAYOUT}')
        self.line("#FORMAT PC8")
        self.line(f"#GEN {_day(file.made_on)} {self.quoted(file.made_by)}")
        self.line("#SIETYP 4")
        if file.company:
            self.line(f"#FNR {self.quoted(file.company)}")
        if file.org_number:
            self.line(f"#ORGNR {self.quoted(file.org_number)}")
        self.line(f"#FNAMN {self.quoted(file.company_name)}")
        self.line(f"#VALUTA {file.currency}")
        branches = {line.branch for voucher in file.vouchers for line in voucher.lines} - {""}
        if branches:
            self.line(f'#DIM {BRANCH} "Resultatenhet"')
        for branch in sorted(map(self.quoted, branches)):
            self.line(f"#OBJEKT {BRANCH} {branch} {branch}")

    def voucher(self, voucher: Voucher) -> None:
        """A voucher and its rows."""
        self.line(f'#VER "" "" {_day(voucher.date)} {self.quoted(voucher.text)}')
        self.lines.append("{")
        for row in voucher.lines:
            objects = f"{{{BRANCH} {self.quoted(row.branch)}}}" if row.branch else "{}"
            self.line(f"#TRANS {row.account} {objects} {exact(row.amount, self.currency)}", "   ")
        self.lines.append("}")

    def line(self, text: str, margin: str = "") -> None:
        """Add a line; only what stands in it counts for the checksum."""
        self.lines.append(margin + text)
        self.counted += split(text) or ()

    def quoted(self, text: str) -> str:
        """A text as a field, always in quotes. What readers treat differently is written otherwise:
        a quote as an apostrophe, a backslash as a slash, line ends as blanks.
        """
        plain = " ".join(text.split()).replace('"', "'").replace("\\", "/")
        known = in_code_page(plain)
        if known != unicodedata.normalize("NFC", plain):
            self.replaced.append((plain, known))
        return f'"{known}"'

    def warnings(self) -> tuple[Problem, ...]:
        """RK874 once, with the first text that was changed."""
        if not self.replaced:
            return ()
        was, became = self.replaced[0]
        return (
            Problem(
                "RK874",
                f"{len(self.replaced)} texts have letters that SIE (CP437) does not know; "
                f"{was!r} is written {became!r}",
                help="nothing is to be done: amounts and numbers are not touched",
                severity="warning",
            ),
        )


def _day(iso: str) -> str:
    return iso.replace("-", "")


def in_code_page(text: str) -> str:
    """The text in letters of CP437: without accents it does not know, else a question mark.

    >>> in_code_page("Søren Ångström – Łódź ✓")
    'Soren Ångström - Lódz ?'
    """
    composed = unicodedata.normalize("NFC", text)
    return composed if _is_known(composed) else "".join(map(_letter, composed))


def _letter(letter: str) -> str:
    if letter in _NAMED:
        return _NAMED[letter]
    choices = (letter, unicodedata.normalize("NFD", letter)[0])
    return next((written for written in choices if _is_known(written)), "?")


def _is_known(text: str) -> bool:
    """Whether CP437 has every letter of it."""
    try:
        text.encode(ENCODING)
    except UnicodeEncodeError:
        return False
    return text.isprintable()
