"""Vouchers from a SIE file of type 4, whoever wrote it; every fault of the file at once.

Rows that the general ledger has struck or added later (``#BTRANS``, ``#RTRANS``) are passed over:
each added row stands there as ``#TRANS`` too. Labels that are not known are passed over, as the
standard asks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from reskontra.adapters.formats.findings import Findings
from reskontra.adapters.formats.plain_text import check_bytes
from reskontra.adapters.formats.sie.items import BRACES, checksum, split
from reskontra.adapters.formats.sie.writer import BRANCH, ENCODING
from reskontra.engine.money import exact, parse_amount
from reskontra.engine.vouchers import Voucher, VoucherFile, VoucherLine


def read(data: bytes, *, file: str) -> VoucherFile:
    """Read a file. Raises ``ReskontraError``: RK500, RK502, RK503 not a text, RK870 a line that
    cannot be read, RK871 not SIE type 4, RK872 a voucher that is not whole, RK873 a wrong checksum.

    Warns (RK874) of letters in another encoding than the standard's.
    """
    findings = Findings(file)
    check_bytes(data, findings)
    text, encoding = _decode(data, findings)
    reading = _Reading(findings, encoding)
    for number, line in enumerate(text.splitlines(), 1):
        reading.line(number, line)
    reading.end()
    findings.stop()
    return VoucherFile(
        company_name=reading.named.get("#FNAMN", ""),
        org_number=reading.named.get("#ORGNR", ""),
        company=reading.named.get("#FNR", ""),
        currency=reading.currency,
        vouchers=tuple(reading.vouchers),
        warnings=findings.problems(),
    )


def _decode(data: bytes, findings: Findings) -> tuple[str, str]:
    """The text and its encoding: CP437, unless it can only be UTF-8."""
    if not data.isascii():
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return data.decode(ENCODING), ENCODING
        findings.warn("RK874", "the file is written in UTF-8; SIE asks for CP437 (#FORMAT PC8)")
        return text, "utf-8"
    return data.decode("ascii"), ENCODING


@dataclass(slots=True)
class _Open:
    """A voucher whose rows are being read."""

    line: int
    date: str
    text: str
    rows: list[VoucherLine] = field(default_factory=list)
    opened: bool = False
    damaged: bool = False
    """A row could not be read: no sum can be judged."""


class _Reading:
    """One file, read line by line."""

    def __init__(self, findings: Findings, encoding: str) -> None:
        self.findings = findings
        self.encoding = encoding
        self.vouchers: list[Voucher] = []
        self.named: dict[str, str] = {}
        """The first field of every label that was met last."""
        self.voucher: _Open | None = None
        self.counted: list[str] | None = None
        """What the checksum counts since the first ``#KSUMMA``; None = not met."""
        self.do = {
            "#SIETYP": self._kind, "#KSUMMA": self._checksum, "#VER": self._ver,
            "#TRANS": self._trans,
        }  # fmt: skip

    @property
    def currency(self) -> str:
        """Of all amounts."""
        return self.named.get("#VALUTA") or "SEK"

    def line(self, number: int, text: str) -> None:
        """Take the next line."""
        text = text.strip("\x1a \t")
        if text in BRACES:
            self._brace(number, text)
            return
        items = split(text)
        if items is None:
            self._unreadable(number, f"{text[:60]!r} is not a label and fields", "check its quotes")
            return
        if not items:
            return
        label, fields = items[0].upper(), items[1:]
        if label != "#KSUMMA" and self.counted is not None:
            self.counted += items
        self.named[label] = fields[0] if fields else ""
        if label in self.do:
            self.do[label](number, fields)

    def end(self) -> None:
        """The file is at its end: judge whether it is whole."""
        for label in ("#FLAGGA", "#SIETYP"):
            if label not in self.named:
                self.findings.error(
                    "RK871", f"there is no {label}: this is not a whole SIE file",
                    help="export vouchers as SIE type 4 from the general ledger",
                )  # fmt: skip
        self._close_unended()

    def _kind(self, number: int, fields: list[str]) -> None:
        if fields[:1] != ["4"]:
            self.findings.error(
                "RK871", f"this is SIE type {' '.join(fields[:1])}, which has no vouchers: "
                "expected type 4", number, help="export vouchers as SIE type 4",
            )  # fmt: skip

    def _checksum(self, number: int, fields: list[str]) -> None:
        """The first one opens, the last one states the sum of what stands between."""
        if not fields:
            self.counted = []
            return
        crc = checksum(self.counted or (), self.encoding)
        if fields[0] != str(crc):
            self.findings.error(
                "RK873", f"#KSUMMA states {fields[0]}, the lines give {crc}", number,
                help="the file was changed after it was made, or cut off: fetch it again",
            )  # fmt: skip

    def _ver(self, number: int, fields: list[str]) -> None:
        """``#VER series number date text``."""
        self._close_unended()
        day = _iso(fields[2]) if len(fields) > 2 else ""
        if not day:
            self._unreadable(
                number, "#VER has no date", "expected #VER series number YYYYMMDD text"
            )
        self.voucher = _Open(number, day, fields[3] if len(fields) > 3 else "")

    def _brace(self, number: int, brace: str) -> None:
        voucher = self.voucher
        if voucher is None or (brace == "{") == voucher.opened:
            self._broken(number, f"{brace} without a #VER before it")
        elif brace == "{":
            voucher.opened = True
        else:
            self._close(voucher)

    def _trans(self, number: int, fields: list[str]) -> None:
        """``#TRANS account {objects} amount``."""
        if self.voucher is None:
            self._broken(number, "#TRANS stands outside the braces of a voucher")
            return
        if not self.voucher.opened:
            self._broken(number, "{ is missing between #VER and its rows")
            self.voucher.opened = True
        try:
            account, objects, amount = fields[:3]
            minor = parse_amount(amount, self.currency)
        except ValueError as error:
            self.voucher.damaged = True
            self._unreadable(
                number, f"#TRANS has no amount: {error}" if len(fields) > 2 else
                f"#TRANS has {len(fields)} fields", "expected #TRANS account {objects} amount, "
                "with a decimal point",
            )  # fmt: skip
            return
        parts = objects.split("\t")
        branches = dict(zip(parts[::2], parts[1::2], strict=False))
        self.voucher.rows.append(VoucherLine(account, minor, branches.get(BRANCH, "")))

    def _close(self, voucher: _Open) -> None:
        self.voucher = None
        over = sum(row.amount for row in voucher.rows)
        if over and not voucher.damaged:
            self._broken(
                voucher.line, f"voucher {voucher.text!r} of {voucher.date} does not balance: "
                f"{exact(over, self.currency)} over",
            )  # fmt: skip
        self.vouchers.append(Voucher(voucher.date, voucher.text, tuple(voucher.rows)))

    def _close_unended(self) -> None:
        if self.voucher is not None:
            self._broken(self.voucher.line, f"voucher {self.voucher.text!r} is not closed with }}")
            self.voucher = None

    def _broken(self, number: int, message: str) -> None:
        self.findings.error(
            "RK872", message, number, help="the file is damaged or cut off: fetch it again"
        )

    def _unreadable(self, number: int, message: str, expected: str) -> None:
        self.findings.error("RK870", message, number, help=expected)


def _iso(day: str) -> str:
    """``2026-11-20`` of ``20261120``; empty when there is no such day."""
    try:
        return date.fromisoformat(day).isoformat() if len(day) == 8 else ""
    except ValueError:
        return ""
