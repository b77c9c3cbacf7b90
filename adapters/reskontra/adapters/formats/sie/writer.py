"""Vouchers to SIE 4I: the same vouchers give the same bytes, whenever and by whichever version.

Neither series nor number is given to a voucher: the general ledger numbers it. No chart of accounts
is written either: its names belong to the general ledger, and would overwrite them there.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from reskontra.adapters.formats.sie.items import BRACES, checksum, quote, split
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
    texts = [*_head(file), *(line for voucher in file.vouchers for line in _voucher(voucher, file))]
    lines = [_in_code_page(text) for text in texts]
    crc = 0
    for line in lines:
        if line not in BRACES:
            crc = checksum(split(line) or [], ENCODING, crc)
    whole = ["#FLAGGA 0", "#KSUMMA", *lines, f"#KSUMMA {crc}", ""]
    return "\r\n".join(whole).encode(ENCODING), _replaced(texts, lines)


def _head(file: VoucherFile) -> Iterator[str]:
    yield f'#PROGRAM "Reskontra" {_LAYOUT}'
    yield "#FORMAT PC8"
    yield f"#GEN {_day(file.made_on)} {quote(file.made_by)}"
    yield "#SIETYP 4"
    if file.company:
        yield f"#FNR {quote(file.company)}"
    if file.org_number:
        yield f"#ORGNR {quote(file.org_number)}"
    yield f"#FNAMN {quote(file.company_name)}"
    yield f"#VALUTA {file.currency}"
    branches = {line.branch for voucher in file.vouchers for line in voucher.lines} - {""}
    if branches:
        yield f'#DIM {BRANCH} "Resultatenhet"'
    for branch in sorted(branches):
        yield f"#OBJEKT {BRANCH} {quote(branch)} {quote(branch)}"


def _voucher(voucher: Voucher, file: VoucherFile) -> Iterator[str]:
    yield f'#VER "" "" {_day(voucher.date)} {quote(voucher.text)}'
    yield "{"
    for line in voucher.lines:
        objects = f"{{{BRANCH} {quote(line.branch)}}}" if line.branch else "{}"
        yield f"   #TRANS {line.account} {objects} {exact(line.amount, file.currency)}"
    yield "}"


def _day(iso: str) -> str:
    return iso.replace("-", "")


def _in_code_page(text: str) -> str:
    """The text in letters of CP437: without accents it does not know, else a question mark.

    >>> _in_code_page("Søren Ångström – Łódź ✓")
    'Soren Ångström - Lódz ?'
    """
    return "".join(map(_letter, unicodedata.normalize("NFC", text)))


def _letter(letter: str) -> str:
    if letter in _NAMED:
        return _NAMED[letter]
    for written in (letter, unicodedata.normalize("NFD", letter)[0]):
        if written.isprintable() and _is_known(written):
            return written
    return "?"


def _is_known(letter: str) -> bool:
    try:
        letter.encode(ENCODING)
    except UnicodeEncodeError:
        return False
    return True


def _replaced(texts: list[str], lines: list[str]) -> tuple[Problem, ...]:
    changed = [
        (was, became) for was, became in zip(texts, lines, strict=True)
        if unicodedata.normalize("NFC", was) != became
    ]  # fmt: skip
    if not changed:
        return ()
    was, became = changed[0]
    return (
        Problem(
            "RK874",
            f"{len(changed)} lines have letters that SIE (CP437) does not know; {was.strip()} "
            f"is written {became.strip()}",
            help="nothing is to be done: amounts and numbers are not touched",
            severity="warning",
        ),
    )
