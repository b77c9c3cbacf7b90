"""BgMax files (Swedish: *Bankgiro Inbetalningar*): one section per deposit, payments inside it.

Order of the records: ``01 (05 ((20|21) (22|23)* 25* 26 27 28 29)* 15)* 70``. Sums and numbers that
the file states are compared with what it holds; unknown record kinds are skipped with a warning, as
Bankgirot's manual asks for. Images (a companion file) are not read. Bankgirot ends the format on
27 November 2026; camt.054 replaces it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from reskontra.adapters.formats.bgmax.layout import LAYOUTS, WIDTH
from reskontra.adapters.formats.bgmax.payments import Draft, transaction
from reskontra.adapters.formats.bgmax.records import Record, fields, split
from reskontra.adapters.formats.findings import Findings
from reskontra.adapters.formats.plain_text import check_bytes, decode
from reskontra.engine.bank_file import Account, BankFile, Statement
from reskontra.engine.collection import no_collection
from reskontra.engine.money import exact, exponent, is_currency

LAST_DAY = date(2026, 11, 27)
"""Bankgirot delivers no BgMax files after this day."""
_EARLIEST = date(1990, 1, 1)
_LATEST_AFTER = timedelta(days=366)
"""How far after the file was made a payment date may lie."""
_DIGITS = re.compile(r"[0-9]{20}")
_PAYMENTS = frozenset({"20", "21"})
_EXTRAS = frozenset({"22", "23"})
_WRITTEN = frozenset({"25", "26", "27", "28", "29"})
_TYPES = frozenset(" KDS")


@no_collection()
def read(data: bytes, *, file: str) -> BankFile:
    """Read a whole file; ``file`` is the name shown in messages.

    Raises ``ReskontraError`` with every problem found (RK500, RK502, RK503, RK506 and RK545 to
    RK569). One statement per section; amounts in öre, deductions (record 21) negative.
    """
    findings = Findings(file)
    check_bytes(data, findings)
    reader = _Reader(findings)
    return reader.read(split(decode(data, findings), findings))


@dataclass(slots=True)
class _Section:
    """An open section: account, currency, payments so far."""

    line: int
    account: Account
    currency: str
    drafts: list[Draft] = field(default_factory=list)
    payments: int = 0
    damaged: bool = False
    """A payment could not be read: the stated sum cannot be compared."""


class _Reader:
    """Takes the records in their order and keeps what is open."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.counts: Counter[str] = Counter()
        self.section: _Section | None = None
        self.payment: Draft | None = None
        self.lost_payment = False
        """The last payment record was unreadable: details behind it have nowhere to go."""
        self.statements: list[Statement] = []
        self.created = ""
        self.message_id = ""
        self.made_on: date | None = None
        self.test = False
        self.ended = 0
        """Line of record 70."""

    def read(self, records: Sequence[Record]) -> BankFile:
        """The file as records of the engine."""
        if not records and not self.findings.failed:
            self._error("RK500", "the file holds only blanks", 0)
        self.findings.stop()
        self._start(records[0])
        for record in records[1:]:
            self._take(record)
        if not self.ended:
            self._error(
                "RK549", "the end record (70) is missing: the file is cut off", records[-1][0],
                "fetch the file again; payments after the cut are not in it",
            )  # fmt: skip
        self.findings.stop()
        self._announce()
        return BankFile(
            "bgmax", self.message_id, self.created, self.test, tuple(self.statements),
            self.findings.problems(),
        )  # fmt: skip

    def _error(self, code: str, message: str, line: int, help: str = "") -> None:  # noqa: A002
        self.findings.error(code, message, line, help=help)

    def _announce(self) -> None:
        if self.test:
            self.findings.warn(
                "RK508", "the file says that it is a test (flag T)", 1,
                help="a company in mode live refuses it",
            )  # fmt: skip
        self.findings.warn(
            "RK600", f"BgMax ends on {LAST_DAY}; camt.054 takes its place",
            help="order camt.054 from the bank and set it up as the money feed of the account",
        )  # fmt: skip

    def _start(self, record: Record) -> None:
        """Record 01: version, time, test flag. Nothing else is read when it is another file."""
        line, text = record
        if text[:22].rstrip() != "01BGMAX":
            self._error(
                "RK545", f"the first record must begin with '01BGMAX', it is {text[:22]!r}", line,
                "this is not a BgMax file, or its beginning is missing",
            )  # fmt: skip
            self.findings.stop()
        found = fields(record, self.findings)
        if found is None:
            return
        _, _, version, stamp, flag = found
        if version != "01":
            self._error("RK546", f"layout version is {version!r}, this reader knows '01'", line)
        self._timestamp(stamp, line)
        if flag not in "TP":
            self._error("RK548", f"test flag is {flag!r}, expected 'T' or 'P'", line)
        self.test = flag == "T"

    def _timestamp(self, stamp: str, line: int) -> None:
        """Time of the file, YYYYMMDDhhmmss and six decimals; it also names the file."""
        moment = _moment(stamp)
        if moment is None:
            self._error("RK547", f"timestamp {stamp!r} is not a date and time of 20 digits", line)
            return
        self.made_on, clock = moment
        self.created = f"{self.made_on}T{clock}.{stamp[14:]}"
        self.message_id = stamp

    def _take(self, record: Record) -> None:
        line, text = record
        kind = text[:2]
        if self.ended:
            self._error("RK569", f"record {kind} stands after the end record", line)
        elif kind in _WRITTEN:
            self._detail(kind, record)
        else:
            self.counts[kind] += 1
            self._take_counted(kind, record)

    def _take_counted(self, kind: str, record: Record) -> None:
        if kind in _PAYMENTS:
            self._pay(record)
        elif kind in _EXTRAS:
            self._detail(kind, record)
        elif kind == "05":
            self._open(record)
        elif kind == "15":
            self._close(record)
        elif kind == "70":
            self._end(record)
        elif kind == "01":
            self._error(
                "RK568", "a second start record (01)", record[0],
                "two files were joined; import them one by one",
            )  # fmt: skip
        else:
            self.findings.warn(
                "RK561", f"unknown record kind {kind!r} was skipped", record[0],
                help="the manual asks programs to skip kinds that they do not know",
            )  # fmt: skip

    def _pay(self, record: Record) -> None:
        self.payment, self.lost_payment = None, False
        found = fields(record, self.findings)
        section = self.section
        if section is None:
            self._error(
                "RK550", f"payment record {record[1][:2]} stands outside a section", record[0],
                "an opening record (05) is missing before it",
            )  # fmt: skip
            self.lost_payment = True
            return
        section.payments += 1
        if found is None:
            section.damaged = self.lost_payment = True
            return
        self.payment = Draft(record[0], found)
        section.drafts.append(self.payment)

    def _detail(self, kind: str, record: Record) -> None:
        """Records 22 to 29 belong to the payment before them."""
        payment = self.payment
        if payment is None:
            if not self.lost_payment:
                self._error(
                    "RK551", f"{LAYOUTS[kind].name} record ({kind}) without a payment before it",
                    record[0],
                )  # fmt: skip
        elif kind in _WRITTEN:
            if len(record[1]) <= WIDTH or fields(record, self.findings) is not None:
                payment.written.append(record)
        elif (found := fields(record, self.findings)) is not None:
            payment.extras.append((record[0], found))

    def _open(self, record: Record) -> None:
        if self.section is not None:
            self._unclosed(record)
        self.payment, self.lost_payment = None, False
        found = fields(record, self.findings)
        if found is None:
            self.section = _Section(record[0], Account("", "bankgiro"), "", damaged=True)
            return
        bankgiro, plusgiro, currency = found[1].lstrip("0"), found[2].strip(), found[3].strip()
        if plusgiro and not (plusgiro.isascii() and plusgiro.isdigit()):
            self._error("RK557", f"payee plusgiro is {plusgiro!r}, expected digits", record[0])
        plusgiro = plusgiro.lstrip("0")
        if not bankgiro and not plusgiro:
            self._error("RK566", "the section names neither bankgiro nor plusgiro", record[0])
        if currency:
            self._currency(currency, record[0])
        account = Account(bankgiro, "bankgiro") if bankgiro else Account(plusgiro, "plusgiro")
        self.section = _Section(record[0], account, currency)

    def _currency(self, currency: str, line: int) -> None:
        if not is_currency(currency):
            self._error("RK509", f"currency {currency!r} is not a code of three letters", line)
        elif exponent(currency) != 2:
            self._error("RK509", f"BgMax amounts have two decimals, {currency} has not", line)

    def _unclosed(self, record: Record) -> None:
        assert self.section is not None
        self._error(
            "RK553",
            f"record {record[1][:2]} stands inside the section that line {self.section.line} "
            "opened: its closing record (15) is missing",
            record[0],
            "the deposit is incomplete; fetch the file again",
        )

    def _close(self, record: Record) -> None:
        """Record 15: date, sum and number of the deposit."""
        found = fields(record, self.findings)
        section, self.section, self.payment = self.section, None, None
        if section is None:
            self._error("RK552", "closing record (15) without an opening record (05)", record[0])
            return
        if found is None:
            return
        _, _, day, deposit, amount, currency, number, kind = found
        self._compare(section, record[0], currency, int(amount), int(number))
        if kind not in _TYPES:
            self.findings.warn(
                "RK565",
                f"reserved value in record 15: deposit type {kind!r} (expected blank, K, D or S)",
                record[0],
            )
        paid_on = self._payment_date(day, record[0])
        if paid_on is None or section.damaged:
            return
        currency = section.currency or currency
        self.statements.append(
            Statement(
                line=section.line,
                kind="details",
                id=f"{paid_on}/{deposit}",
                account=section.account,
                currency=currency,
                transactions=tuple(
                    transaction(
                        draft, booking_date=paid_on, currency=currency, deposit=deposit,
                        findings=self.findings,
                    )
                    for draft in section.drafts
                ),
                booking_date=paid_on,
                bank_total=int(amount),
            )
        )  # fmt: skip

    def _compare(
        self, section: _Section, line: int, currency: str, amount: int, number: int
    ) -> None:
        if section.currency and currency != section.currency:
            self._error(
                "RK567", f"the section closes in {currency!r} and was opened in "
                f"{section.currency!r} (line {section.line})", line,
            )  # fmt: skip
        elif not section.currency:
            self._currency(currency, line)
        if number != section.payments:
            self._error(
                "RK559",
                f"the section states {number} payments, it holds {section.payments}",
                line,
                "payments are missing or doubled; fetch the file again",
            )
        total = sum(draft.amount for draft in section.drafts)
        if not section.damaged and total != amount:
            shown = section.currency or "SEK"
            self._error(
                "RK558",
                f"the section states {exact(amount, shown)}, its payments less deductions give "
                f"{exact(total, shown)}",
                line,
                "an amount or a payment is wrong; fetch the file again",
            )

    def _payment_date(self, text: str, line: int) -> date | None:
        latest = self.made_on + _LATEST_AFTER if self.made_on else date.max
        try:
            day = date.fromisoformat(text)
        except ValueError:
            self._error("RK506", f"payment date {text} is not a day of the calendar", line)
            return None
        if not _EARLIEST <= day <= latest:
            self._error(
                "RK506", f"payment date {day} cannot be: expected {_EARLIEST} to {latest}", line,
                "the file is damaged or was made anonymous",
            )  # fmt: skip
            return None
        return day

    def _end(self, record: Record) -> None:
        """Record 70: how many records of each kind there must be."""
        self.ended = record[0]
        if self.section is not None:
            self._unclosed(record)
        found = fields(record, self.findings)
        if found is None:
            return
        counts = self.counts
        for name, stated, met in (
            ("payments (20)", found[1], counts["20"]),
            ("deductions (21)", found[2], counts["21"]),
            ("extra references (22 and 23)", found[3], counts["22"] + counts["23"]),
            ("sections (15)", found[4], counts["15"]),
        ):
            if int(stated) != met:
                self._error(
                    "RK560", f"the end record states {int(stated)} {name}, the file holds {met}",
                    record[0], "records are missing or doubled; fetch the file again",
                )  # fmt: skip


def _moment(stamp: str) -> tuple[date, time] | None:
    """Day and time of day; None when there is no such moment."""
    if not _DIGITS.fullmatch(stamp):
        return None
    try:
        day = date.fromisoformat(stamp[:8])
        clock = time.fromisoformat(f"{stamp[8:10]}:{stamp[10:12]}:{stamp[12:14]}")
    except ValueError:
        return None
    return (day, clock) if _EARLIEST <= day < date.max - _LATEST_AFTER else None
